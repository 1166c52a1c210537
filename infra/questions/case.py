"""A dossier's whole case for a page: its history at (T, K), and what is so at T by all that is known now.

Knows which questions that takes. Must not know how they are answered or shown.
"""

from datetime import datetime

from infra.answers import Answer
from infra.questions import queries
from infra.wiring import Store


def case(
    store: Store,
    code: str,
    *,
    lang: str = "vi",
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Answer:
    """`history` at (T, K), with what pages show beside it (`beside`), and `truth`: `explain` at (T, now). Unknown when there is no such dossier."""
    history = queries.history(store, code, lang=lang, as_of=as_of, known_at=known_at)
    truth = history["assessment"]
    if known_at is not None and known_at != store.now:
        truth = queries.explain(store, code, lang=lang, as_of=as_of)
    return history | {
        "beside": queries.beside(store, code, as_of=as_of, known_at=known_at),
        "truth": truth,
        "now": store.now.isoformat(),
    }

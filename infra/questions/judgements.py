"""A dossier's judgement as it changes: which one it is, told by an id that is the same wherever and whenever it is made.

Knows states and rows. Must not know who is told. The id is the version judged and a digest of all rows that the judgement gives.
Rows hold only what is constant between the boundaries of a judgement, so minutes that grow make no new one; and as they are the
same live, rebuilt or in another process, so is the id.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from consumers.judging import judged, rejudged
from consumers.writing import write
from domain import corrections
from domain.timeline import timeline
from infra import answers
from infra.questions.feed import present
from infra.rows.kept import Kept
from infra.rows.tables import among, listed
from infra.scoping import Held, held_by
from infra.wiring import Store

_TOKENS: Final = (
    "SELECT dossier, version, unchanged_since, next_change_at, trouble FROM states"
    f" WHERE dossier {among()}"
)
_DIGITS: Final = 12


class Judgement(NamedTuple):
    """A judgement: the version that it is of, its id, the answer of `explain`, and whose the dossier is; which generation told it."""

    version: int
    id: str
    body: str
    unit: str | None
    held: Held
    generation: int


def tokens(store: Store, dossiers: Collection[str]) -> Mapping[str, Any]:
    """For each dossier that is in the tables something that differs whenever its judgement may."""
    with present(store.views):
        registered = store.views.registered_events()
        rows = store.views.database.rows(_TOKENS, (listed(sorted(dossiers)),))
    return {dossier: (store.generation, registered, *rest) for dossier, *rest in rows}


def judgement(store: Store, dossier: str, lang: str) -> Judgement | None:
    """The judgement of a dossier by its facts in the tables, now; None while there are none."""
    now, law = store.now, store.views.law(store.law)
    with present(store.views), store.views.reading():
        state = store.views.states([dossier]).get(dossier)
        directory = store.views.directory(now)
    if state is None:
        return None
    kept = Kept()
    write(kept, rejudged([state], law, directory, now, now, new=frozenset({dossier})), feed=False)
    rows = repr([(name, sorted(map(repr, rows))) for name, rows in sorted(kept.rows.items())])
    digest = hashlib.sha256(f"{rows} {state.trouble}".encode()).hexdigest()[:_DIGITS]
    view = timeline(corrections.entries(state.facts, now), as_of=now, known_at=now)
    assessment = judged(state.facts, law, directory, now, now)
    told = answers.explanation(
        state.code, view, assessment, directory, complete=state.trouble is None, lang=lang
    )
    body = json.dumps({"version": state.version, **told}, ensure_ascii=False)
    held = tuple(held_by(assessment))
    id_ = f"{state.version}.{digest}"
    return Judgement(state.version, id_, body, assessment.unit, held, store.generation)

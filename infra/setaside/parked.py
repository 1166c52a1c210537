"""`parked`: the dossiers that stand still, why, and trying them again.

Knows states and the log. Must not know why an event cannot be applied.
"""

from collections.abc import Sequence

from consumers import project
from domain.errors import Unknown
from infra.answers import Answer
from infra.audit import maintained
from infra.questions.findings import found
from infra.wiring import Store


def parked(store: Store) -> Answer:
    """Every dossier that stands still: its code, the version it stands at, how many events wait, and why."""
    stopped = store.views.stopped()
    heads = store.log.heads(list(stopped))
    states = store.views.states(list(stopped))
    return {
        "total": len(stopped),
        "parked": [
            {
                "dossier": states[key].code,
                "version": version,
                "waiting": (heads[key].version if key in heads else version) - version,
                "reason": states[key].trouble,
            }
            for key, version in stopped.items()
        ],
    }


def retry(store: Store, codes: Sequence[str], *, by: str, reason: str | None = None) -> Answer:
    """Apply again what waits, of these dossiers or of all; `total` still stand still. Who does so is put on record."""
    stopped = store.views.stopped()
    if codes:
        asked = [found(store, code) for code in codes]
        unknown = [code for code, key in zip(codes, asked, strict=True) if key not in stopped]
        if unknown:
            raise Unknown(f"{', '.join(unknown)}: not parked; `dunghen parked` lists what is")
        stopped = {key: stopped[key] for key in asked}
    if stopped:
        maintained(store, "parked_retried", *codes, by=by, reason=reason)
    law = store.views.law(store.law)
    project.resume(stopped, store.log, store.views, law, store.now)
    left = parked(store)
    went_on = len(stopped.keys() - store.views.stopped().keys())
    return {"retried": len(stopped), "went_on": went_on} | left

"""The audit log: who was told of a person and why, and what administrators did, put into the event log and read from it.

Knows the events of access. Must not know requests, nor how an answer is shown.
"""

from typing import Any

from domain import events
from domain.accessfacts import (
    Administered,
    PersonRead,
    SignedIn,
    SignedOut,
    TokenIssued,
    TokenRevoked,
)
from domain.errors import Refused
from infra.answers import Answer
from infra.credentials import record
from infra.wiring import Store

_LONGEST_REASON = 500


def person_read(
    store: Store, dossier: str, *, by: str, role: str | None = None, reason: str | None = None
) -> None:
    """Put on record that somebody is told of a person."""
    record(
        store,
        "person_read",
        dossier,
        {"dossier": dossier, "by": by, "role": role, "reason": reason},
    )


def administered(store: Store, act: str, *, by: str, about: str | None = None) -> None:
    """Put on record that an administrator did something."""
    record(store, "administered", about or act, {"act": act, "by": by, "about": about})


def checked_reason(reason: str | None) -> str:
    """A reason that says something. Refused (`no_reason`) otherwise."""
    said = " ".join((reason or "").split())
    if len(said) < 3 or len(said) > _LONGEST_REASON:
        raise Refused(
            "no_reason",
            f"say why the personal data are read, in 3 to {_LONGEST_REASON} characters; it is put on record",
        )
    return said


def audit(store: Store, *, limit: int = 100, before: int | None = None) -> Answer:
    """What is on record, the newest first; `next` continues with what is older."""
    store.scope.need("audit")
    told = [
        (position, said)
        for position, _, _, state in store.log.of_access()
        for said in [_told(events.decode(state).fact)]
        if said is not None and (before is None or position < before)
    ]
    told.reverse()
    page = told[:limit]
    more = len(told) > limit
    return {
        "total": len(told),
        "next": page[-1][0] if more else None,
        "acts": [{"position": position, **said} for position, said in page],
    }


def _told(fact: Any) -> Answer | None:
    what: Answer | None = None
    match fact.data:
        case PersonRead() as said:
            what = {"act": "person_read", "about": said.dossier, "reason": said.reason}
        case Administered() as said:
            what = {"act": said.act, "about": said.about}
        case TokenIssued() as said:
            what = {"act": "token_issued", "about": said.token}
        case TokenRevoked() as said:
            what = {"act": "token_revoked", "about": said.token}
        case SignedIn() as said:
            what = {"act": "signed_in", "about": said.session}
        case SignedOut() as said:
            what = {"act": "signed_out", "about": said.session}
        case _:
            return None
    who = {"by": fact.data.by, "role": getattr(fact.data, "role", None)}
    return {"at": fact.time.isoformat(), "reason": None} | who | what

"""The audit log: who was told of a person and why, and what administrators did, put into the event log and read from it.

Knows the events of access. Must not know requests, nor how an answer is shown. An act is put on record before it is done: what could
not be put on record was not done. How it ended its answer says, and what came of it is in the log or the tables.
"""

from collections.abc import Iterable
from typing import Any, Final, Literal, assert_never, get_args
from uuid import NAMESPACE_URL, uuid5

import structlog

from domain import events
from domain.accessfacts import (
    AccessSaid,
    Administered,
    FactsStated,
    PersonRead,
    SignedIn,
    SignedOut,
    TokenIssued,
    TokenRevoked,
    TokenUsed,
)
from domain.errors import Refused
from domain.facts import Fact, Said
from infra.access import Asker
from infra.answers import Answer
from infra.credentials import SOURCE, access_fact, record_all, record_each, tokens_used
from infra.errors import CannotRun
from infra.wiring import Store

Act = Literal[
    "person_forgotten",
    "imported",
    "dead_letters_retried",
    "dead_letters_dropped",
    "dead_letters_exported",
    "notices_retried",
    "notices_dropped",
    "parked_retried",
    "rebuild",
    "rebuild_back",
    "generation_switched",
    "migrated",
    "refused_lines_read",
]
"""What is administered; tokens and sessions have events of their own. docs/access.md says each in words."""

ACTS: Final[tuple[Act, ...]] = get_args(Act)
_SENT: Final = uuid5(NAMESPACE_URL, "vn.dunghen.facts-sent")
_LONGEST_REASON: Final = 500
_LONGEST_NAME: Final = 300
"""Characters of what an act is about: no more may an event's subject have."""


def person_read(
    store: Store,
    *dossiers: str,
    by: str,
    by_id: str | None = None,
    role: str | None = None,
    reason: str | None = None,
) -> None:
    """Put on record that somebody is told of the persons of these dossiers: beside their keys, and in the log."""
    said = {"by": by, "by_id": by_id, "role": role, "reason": _stated(reason)}
    for dossier in dossiers:
        store.vault.record_reading(dossier, by, store.now)
    record_each(store, "person_read", [(each, {"dossier": each, **said}) for each in dossiers])


def administered(
    store: Store,
    act: Act,
    *about: str,
    by: str,
    by_id: str | None = None,
    reason: str | None = None,
) -> None:
    """Put on record that an administrator does something: once for each thing that it is about."""
    said = {"act": act, "by": by, "by_id": by_id, "reason": _stated(reason)}
    each = [(name, {**said, "about": name}) for name in map(_named, about)]
    record_each(store, "administered", each or [(act, said)])


def maintained(store: Store, act: Act, *about: str, by: str, reason: str | None = None) -> None:
    """The same, of what can be made anew from the log. In a database its user may only read the log: a warning says that it is not on record."""
    try:
        administered(store, act, *about, by=by, reason=reason)
    except CannotRun as refused:
        if not store.shared or refused.code != "no_access":
            raise
        structlog.get_logger().warning(
            "not on record: this user of the database may not write to the log; give it dunghen_writer as well",
            code="not_on_record",
            act=act,
        )


def stated_for_another(store: Store, fact: Fact[Said], who: Asker) -> Fact[Said]:
    """What goes into the log together with a fact that names another than who states it."""
    said = {"source": fact.source, **_signed(who), "dossier": fact.subject, "fact": fact.id}
    return access_fact(
        store, "facts_stated", fact.subject, said, id_=f"{fact.id}-stated", at=fact.recorded_at
    )


def facts_sent(store: Store, sources: Iterable[str], who: Asker) -> None:
    """Put on record who sends the facts of these sources: of each once a day."""
    day = store.now.date().isoformat()
    ids = {source: str(uuid5(_SENT, f"{who.key}\n{source}\n{day}")) for source in sources}
    told = store.log.sent([(SOURCE, id_) for id_ in ids.values()])
    record_all(
        store,
        [
            access_fact(store, "facts_stated", source, {"source": source, **_signed(who)}, id_=id_)
            for source, id_ in sorted(ids.items())
            if (SOURCE, id_) not in told
        ],
    )


def _signed(who: Asker) -> dict[str, Any]:
    return {"by": who.name, "by_id": who.id, "role": who.role}


def checked_reason(reason: str | None) -> str:
    """A reason that says something. Refused (`no_reason`) otherwise."""
    said = " ".join((reason or "").split())
    if len(said) < 3 or len(said) > _LONGEST_REASON:
        raise Refused(
            "no_reason",
            f"say why, in 3 to {_LONGEST_REASON} characters; it is put on record",
        )
    return said


def _stated(reason: str | None) -> str | None:
    return None if reason is None else checked_reason(reason)


def _named(thing: str) -> str:
    """A name as the subject of an event: a file's may hold anything."""
    kept = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in thing)
    return kept[:_LONGEST_NAME].strip() or "?"


def audit(store: Store, *, limit: int = 100, before: int | None = None) -> Answer:
    """What is on record, the newest first; `next` continues with what is older."""
    store.scope.need("audit")
    acts: list[Answer] = []
    while len(acts) <= limit:
        lines = store.log.of_access(before, limit + 1)
        for position, _, _, state in lines:
            said = _told(events.decode(state).fact)
            if said is not None:
                acts.append({"position": position, **said})
        if len(lines) <= limit:
            break
        before = lines[-1][0]
    return {
        "total": store.log.access_events() - tokens_used(store),
        "next": acts[limit - 1]["position"] if len(acts) > limit else None,
        "acts": acts[:limit],
    }


def _told(fact: Any) -> Answer | None:
    """A line of it; `role`: in which who did it acted, where that is on record. None of a token's use, which is told with the tokens."""
    said: AccessSaid = fact.data
    what: Answer
    match said:
        case PersonRead(dossier=about, role=role, reason=reason):
            what = {"role": role, "act": "person_read", "about": about, "reason": reason}
        case Administered(act=act, about=thing, reason=reason):
            what = {"act": act, "about": thing, "reason": reason}
        case FactsStated(dossier=None):
            what = {"role": said.role, "act": "facts_sent", "about": said.source}
        case FactsStated():
            what = {"role": said.role, "act": "fact_stated", "about": said.dossier}
        case TokenIssued():
            what = {"act": "token_issued", "about": said.token}
        case TokenRevoked():
            what = {"act": "token_revoked", "about": said.token}
        case SignedIn():
            what = {"role": said.role, "act": "signed_in", "about": said.session}
        case SignedOut(session=about, reason=reason):
            done = "signed_out" if reason is None else "session_ended"
            what = {"act": done, "about": about, "reason": reason}
        case TokenUsed():
            return None
        case _:
            assert_never(said)
    who = {"by": said.by, "by_id": said.by_id, "role": None}
    return {"at": fact.time.isoformat(), "reason": None, **who, **what}

"""What can be asked of notices that their receivers refused, and done with them: list, show, retry, drop.

Knows the answers' public shapes. Must not know how they are printed, nor how a notice lies in its table.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from consumers.notify import Notice, Outcome
from domain.errors import Unknown
from domain.values import dossier_key
from infra.answers import Answer
from infra.audit import maintained
from infra.postgres.undelivered import STATES, Ref, State, Undelivered, UndeliveredTable
from infra.wiring import Store

Send = Callable[[Notice], Outcome]
"""One attempt to tell a receiver."""

_PART: Final = 200
_SHOWN: Final = 100
"""Notices that an answer names one by one, those that went wrong first."""


def listed(
    table: UndeliveredTable, *, state: State | None = "waiting", after: str | None, limit: int
) -> Answer:
    """The notices of a state (None: all), without their bodies, and how many there are in each state."""
    found = table.select(state, None if after is None else _ref(table, after), limit + 1)
    counts = table.counts()
    return {
        "states": {name: counts.get(name, 0) for name in STATES},
        "notices": [_told(notice) for notice in found[:limit]],
        "next": str(found[limit - 1].ref) if len(found) > limit else None,
    }


def shown(table: UndeliveredTable, name: str) -> Answer:
    """One notice with its body, as it was to be sent. Unknown when there is none of this name."""
    notice = _found(table, name)
    if notice is None:
        raise Unknown(f"no notice {name}; `dunghen undelivered` lists them")
    return {"notice": _told(notice) | {"body": json.loads(notice.body)}}


def retried(
    store: Store,
    table: UndeliveredTable,
    notices: Sequence[Undelivered | str] | None,
    receivers: Mapping[str, Send],
    *,
    by: str,
    reason: str | None = None,
) -> Answer:
    """Tell the receivers again, each in the order of the feed; what one takes is marked.

    `notices`: None for all that wait; `receivers`: by name, those that are set.

    Order: 1 that somebody does so, on record; 2 the receiver; 3 the mark. A crash between the last two tells it once more, under the same id.
    """
    maintained(store, "notices_retried", *_names(notices or ()), by=by, reason=reason)
    chosen = waiting(table) if notices is None else notices
    there = [one for one in chosen if not isinstance(one, str)]
    each = [{"id": one, "outcome": "unknown"} for one in chosen if isinstance(one, str)]
    ordered = sorted(set(there), key=lambda notice: notice.ref)
    for receiver, its in groupby(ordered, key=lambda notice: notice.receiver):
        each += _told_again(table, list(its), receivers.get(receiver))
    return _answer(each, "retried", "delivered")


def dropped(
    store: Store,
    table: UndeliveredTable,
    notices: Sequence[Undelivered | str],
    *,
    by: str,
    reason: str | None = None,
) -> Answer:
    """Decide that these need not be told: they are marked. Who decided so is put on record."""
    maintained(store, "notices_dropped", *_names(notices), by=by, reason=reason)
    each = []
    for one in dict.fromkeys(notices):
        if isinstance(one, str):
            each.append({"id": one, "outcome": "unknown"})
        elif table.settle([one.ref], "dropped"):
            each.append({"id": str(one.ref), "outcome": "dropped"})
        else:
            each.append(_settled_before(one))
    return _answer(each, "dropped", "dropped")


def waiting(table: UndeliveredTable) -> list[Undelivered | str]:
    """All that wait."""
    every: list[Undelivered | str] = []
    last: Ref | None = None
    while found := table.select("waiting", last, _PART):
        last = found[-1].ref
        every += found
    return every


def named(table: UndeliveredTable, names: Sequence[str]) -> list[Undelivered | str]:
    """The notices of these names; the name itself where there is none. Unknown for one that several have."""
    return [_found(table, name) or name for name in names]


def _names(notices: Iterable[Undelivered | str]) -> Iterator[str]:
    return (one if isinstance(one, str) else str(one.ref) for one in notices)


def _found(table: UndeliveredTable, name: str) -> Undelivered | None:
    """By `9f86d081884c7d65-17`, or what of it is enough: `9f86d0-17`, `17`."""
    receiver, _, number = name.rpartition("-")
    found = table.like(receiver, int(number))
    if len(found) > 1:
        several = ", ".join(str(notice.ref) for notice in found)
        raise Unknown(f"{name} names several notices: {several}; name the receiver as well")
    return found[0] if found else None


def _ref(table: UndeliveredTable, name: str) -> Ref:
    notice = _found(table, name)
    if notice is not None:
        return notice.ref
    receiver, _, number = name.rpartition("-")
    return Ref(receiver, int(number))


def _told_again(
    table: UndeliveredTable, notices: Sequence[Undelivered], send: Send | None
) -> Iterator[Answer]:
    away: str | None = None
    for notice in notices:
        said: Answer = {"id": str(notice.ref)}
        if notice.state != "waiting":
            yield _settled_before(notice)
        elif send is None:
            yield said | {"outcome": "not_set"}
        elif away is not None:  # it is not asked again and again
            yield said | {"outcome": "away", "why": away}
        else:
            outcome = send(_notice(notice))
            match outcome.ending:
                case "delivered":
                    table.settle([notice.ref], "delivered")
                    yield said | {"outcome": "delivered"}
                case "refused":
                    table.refused_again(notice.ref, outcome.why)
                    yield said | {"outcome": "refused", "why": outcome.why}
                case "away":
                    away = outcome.why
                    yield said | {"outcome": "away", "why": away}


def _notice(kept: Undelivered) -> Notice:
    """As it was offered, so that its id is the same."""
    told = json.loads(kept.body)
    data, change = told["data"], told["type"].removeprefix("violation.")
    return Notice(kept.number, dossier_key(data["dossier"]), data["rule"], change, kept.body)


def _settled_before(notice: Undelivered) -> Answer:
    return {"id": str(notice.ref), "outcome": f"{notice.state}_before"}


def _answer(each: Sequence[Answer], name: str, good: str) -> Answer:
    wrong = [one for one in each if one["outcome"] != good]
    right = [one for one in each if one["outcome"] == good]
    return {name: len(right), "refused": len(wrong), "notices": [*wrong, *right][:_SHOWN]}


def _told(notice: Undelivered) -> Answer:
    told = json.loads(notice.body)
    return {
        "id": str(notice.ref),
        "receiver": notice.receiver,
        "number": notice.number,
        "at": notice.at.isoformat(),
        "why": notice.why,
        "state": notice.state,
        "type": told["type"],
        "dossier": told["data"]["dossier"],
        "rule": told["data"]["rule"],
    }

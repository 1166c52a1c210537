"""The points at which a process dies on a fact's way: whose work it is at, what it has in hand, and how far all is then.

Knows the product's functions. Must not know how a process is made to die. A function that several workers call is a point of one.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

SEND, PUBLISH, PROJECT, TIME, ANNOUNCE = "send", "publish", "project", "time", "announce"


@dataclass(kw_only=True)
class Reached:
    """How far an installation is when a process of it has died."""

    keys: int
    """Keys of dossiers that have no event."""
    stored: int
    sent: int
    """Events that are in the topic."""
    published: int
    """Up to where the relay says that they are."""
    projected: int
    offsets: dict[str, int]
    """By partition: where the projecting group goes on."""
    due: int
    """Dossiers whose rows time has made out of date."""
    notes: int
    last_note: int
    told: int
    """Up to where the relay says that notes are announced."""
    untold: Sequence[str]
    """What differs between the topics of judgements and the tables."""

    @property
    def read(self) -> int:
        return sum(self.offsets.values())


class Point(NamedTuple):
    """Dying `when` a function is called by a worker at his work with something in hand.

    `hand`: that, of the function's arguments and its answer (None before there is one). `then`: what holds when it has died there.
    """

    work: str
    where: str
    when: str
    hand: Callable[[Sequence[Any], Any], Any]
    then: Callable[[Reached, Any], bool]
    until: Callable[[Sequence[Any]], bool] = lambda _: True
    """Waits for what the function began and did not wait for itself; where nothing came of that it was not called."""


def _count(args: Sequence[Any], _: Any) -> int:
    """Of what it was called with."""
    return len(args[1])


def _position(args: Sequence[Any], _: Any) -> int:
    return int(args[1])


def _offsets(args: Sequence[Any], _: Any) -> dict[str, int]:
    """Where the group goes on when the batch is done."""
    return {str(place.partition): offset for place, offset in args[0]._batch.offsets.items()}


def _answered(args: Sequence[Any]) -> bool:
    """Whether the broker has the offsets: a worker only sends them, and a member of the group no more sends them in vain."""
    sent = args[0]._reader._committing
    while sent is not None and not sent.is_done:
        time.sleep(0.01)
    return sent is not None and bool(sent.succeeded())


def _answer(_: Sequence[Any], answer: Any) -> int:
    """What it gave, or how many."""
    return 0 if answer is None else answer if isinstance(answer, int) else len(answer)


_SEAL, _STORE = "infra.vault:Vault.sealed", "infra.postgres.log:PostgresLog.insert_events"
_MOVED = "infra.postgres.bookmark:Bookmark.moved"
_DONE = "infra.messages.source:KafkaSource.done"
_ANNOUNCE = "infra.messages.announcing:JudgementTopics.announce"
_TIDY = "infra.messages.announcing:ViewsOutbox.published"

POINTS = {
    "1 nothing is stored yet": Point(
        SEND, _SEAL, "before", _count, lambda at, _: at.keys == 0 and at.stored == at.published
    ),
    "2 keys are kept, events are not": Point(
        SEND, _SEAL, "after", _count, lambda at, _: at.keys > 0 and at.stored == at.published
    ),
    "3 before the events are stored": Point(
        SEND, _STORE, "before", _count, lambda at, _: at.keys > 0 and at.stored == at.published
    ),
    "4 stored, and nobody was told": Point(
        SEND, _STORE, "after", _count, lambda at, n: at.keys == 0 and at.stored == at.published + n
    ),
    "5 before the batch is published": Point(
        PUBLISH,
        "infra.messages.topic:DossierEvents.publish",
        "before",
        _count,
        lambda at, n: at.sent == at.published == at.stored - n,
    ),
    "5 given to the client, perhaps sent": Point(
        PUBLISH,
        "infra.kafka:Publisher.flush",
        "before",
        lambda args, _: len(args[0]._sent),
        lambda at, n: at.published == at.stored - n,
    ),
    "5 published, the position is not": Point(
        PUBLISH,
        _MOVED,
        "before",
        _position,
        lambda at, position: at.published < at.sent == at.stored == position,
    ),
    "5 the position is stored": Point(
        PUBLISH,
        _MOVED,
        "after",
        _position,
        lambda at, position: at.projected < at.published == at.sent == position,
    ),
    "6 the batch is read": Point(
        PROJECT,
        "infra.messages.source:KafkaSource.fill",
        "after",
        _answer,
        lambda at, n: at.projected < at.stored and at.read + n <= at.sent,
    ),
    "7 all is written, nothing committed": Point(
        PROJECT,
        "infra.rows.transaction:Transaction.settle",
        "after",
        lambda args, _: args[0]._applied,
        lambda at, n: at.projected <= at.stored - n,
    ),
    "7 committed": Point(
        PROJECT,
        "consumers.project:in_one_transaction",
        "after",
        _answer,
        lambda at, n: at.projected >= at.read + n,
    ),
    "8 before the offset": Point(
        PROJECT,
        _DONE,
        "before",
        _offsets,
        lambda at, ends: at.projected > at.read and not ends.items() <= at.offsets.items(),
    ),
    "8 after the offset": Point(
        PROJECT,
        _DONE,
        "after",
        _offsets,
        lambda at, ends: ends.items() <= at.offsets.items(),
        _answered,
    ),
    "time passed, nothing committed": Point(
        TIME, "consumers.deadlines:write", "after", _count, lambda at, n: at.due >= n
    ),
    "time passed and committed": Point(
        TIME,
        "consumers.deadlines:in_one_transaction",
        "after",
        _answer,
        lambda at, n: at.projected == at.stored and at.last_note - at.told >= n,
    ),
    "before it is announced": Point(
        ANNOUNCE, _ANNOUNCE, "before", _count, lambda at, _: bool(at.untold)
    ),
    "announced, the position is not": Point(
        ANNOUNCE, _ANNOUNCE, "after", _count, lambda at, _: not at.untold and at.told < at.last_note
    ),
    "the position is, the notes stay": Point(
        ANNOUNCE,
        _TIDY,
        "before",
        _position,
        lambda at, position: at.notes > 0 and at.told == at.last_note == position,
    ),
    "the notes are gone": Point(
        ANNOUNCE,
        _TIDY,
        "after",
        _position,
        lambda at, position: (at.notes, at.told) == (0, position),
    ),
}

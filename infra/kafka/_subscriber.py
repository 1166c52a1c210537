"""Reads topics as a member of a consumer group, and replaces a client that stands.

Knows kafka-python's consumer. Must not know what the messages mean.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import KafkaError, RetriableError, UnknownTopicOrPartitionError
from kafka.structs import MemberState
from typing_extensions import override

from infra.kafka._explained import explained, opened
from infra.messages.message import Message, Place, Unread
from infra.messages.watch import Reached, Watch
from infra.settings.brokers import Brokers

Turn = Literal["assigned", "revoked", "lost"]

_JOINING = 5.0
"""Seconds that a poll waits for the group; longer would keep a worker that is to stop."""
_CLOSING = 5.0
"""Seconds that a last commit, and leaving the group, may take."""


def messages(records: Iterable[Any]) -> list[Message]:
    """What the client has read, with headers that are yet to be read."""
    return [
        Message(
            r.topic,
            r.key,
            r.value,
            Unread(r.headers[0][1]) if r.headers else (),  # before KIP-98 a record had none
            r.partition,
            r.offset,
            r.timestamp,
        )
        for r in records
    ]


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # an untyped class
    """Notes what the client's own thread says; the reader's thread is told at its next poll."""

    def __init__(self, turns: deque[tuple[Turn, frozenset[Place]]]) -> None:
        self._turns = turns

    def _note(self, turn: Turn, places: Iterable[Any]) -> None:
        if given := frozenset(Place(*place) for place in places):
            self._turns.append((turn, given))

    @override
    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        self._note("assigned", assigned)

    @override
    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        self._note("revoked", revoked)

    @override
    def on_partitions_lost(self, lost: Iterable[Any]) -> None:
        self._note("lost", lost)


class Subscriber:
    """A member of a consumer group, used by one thread. Opening it needs a broker: CannotRun.

    `session`: seconds without a sign of life after which others take its partitions; `step`: seconds between two polls after
    which they do so as well; `standing`: seconds after which a client that reads nothing although there is more is replaced;
    `on_turn` is told, in `poll`, which partitions came and went. They may be read by others already when it hears of it.
    """

    def __init__(
        self,
        brokers: Brokers,
        topics: Sequence[str],
        group: str,
        *,
        session: float = 45.0,
        step: float = 300.0,
        standing: float = 60.0,
        patience: float = 30.0,
        on_turn: Callable[[Turn, frozenset[Place]], None] = lambda turn, places: None,
    ) -> None:
        self.brokers = brokers
        self.renewed = 0
        """How often the client was replaced."""
        self.commits_failed = 0
        self._topics = list(topics)
        self._settings = {
            "group_id": group,
            "session_timeout_ms": int(session * 1000),
            "heartbeat_interval_ms": int(min(3.0, session / 3) * 1000),
            "max_poll_interval_ms": int(step * 1000),
            "bootstrap_timeout_ms": int(patience * 1000),
        }
        self._on_turn = on_turn
        self._turns: deque[tuple[Turn, frozenset[Place]]] = deque()
        self._watch = Watch(standing)
        self._standing = standing
        self._look_at = time.monotonic()
        self._committing: Any = None
        self._asked: dict[Any, int] = {}
        self._consumer = self._open()

    def poll(self, limit: int, timeout: float) -> list[Message]:
        """The next messages, each partition's in order; an empty list when none came in so many seconds.

        While the group shares its partitions out anew it takes up to some seconds longer. The library forgets an answer of the
        group that comes between two polls and asks again, and who leads the group begins it all anew by asking.
        """
        found = self._poll(limit, timeout)
        patient = time.monotonic() + _JOINING
        while not found and self._joining() and time.monotonic() < patient:
            found = self._poll(limit, 1.0)
        self._tell()
        self._watch.polled()
        if not found:
            self._look()
        return messages(record for records in found.values() for record in records)

    def _poll(self, limit: int, timeout: float) -> Mapping[Any, Iterable[Any]]:
        with explained(self.brokers), suppress(RetriableError):
            found: Mapping[Any, Iterable[Any]] = self._consumer.poll(
                timeout_ms=int(timeout * 1000), max_records=limit
            )
            return found
        return {}

    def _joining(self) -> bool:
        return bool(self._consumer.group_metadata().state == MemberState.REBALANCING)

    def commit(self, offsets: Mapping[Place, int]) -> None:
        """Tell where to go on after a restart. Only a hint: not waited for, and counted when it fails (a member no more)."""
        given = {TopicPartition(*place): OffsetAndMetadata(at) for place, at in offsets.items()}
        try:
            # Waiting would take as long as the broker holds back its answer to a fetch that is under way, half a second.
            self._committing = self._consumer.commit_async(given)
            self._committing.add_errback(self._not_committed)
        except KafkaError as error:
            self._not_committed(error)

    def _not_committed(self, error: Exception) -> None:
        self.commits_failed += 1

    def assigned(self) -> frozenset[Place]:
        """The partitions that this member reads."""
        return frozenset(Place(*place) for place in self._consumer.assignment())

    def lag(self) -> Mapping[Place, int]:
        """How many messages of each of its partitions are still to be read, as far as the brokers have told by now."""
        found = {}
        for each, end in self._ends().items():
            # Meanwhile it may have gone to another member: a measure is no reason to fail.
            with suppress(KafkaError):
                position = self._consumer.position(each, timeout_ms=100)
                if position is not None:
                    found[Place(*each)] = max(0, end - position)
        return found

    def _ends(self) -> Mapping[Any, int]:
        """Where its partitions end. A fetch tells of those only that have something new: the others are asked for, once."""
        ends = {each: self._consumer.highwater(each) for each in self._consumer.assignment()}
        silent = [each for each, end in ends.items() if end is None]
        self._asked = {each: end for each, end in self._asked.items() if each in silent}
        unknown = [each for each in silent if each not in self._asked]
        if unknown:
            with suppress(KafkaError):  # asked again the next time
                self._asked |= self._consumer.end_offsets(unknown, timeout_ms=1_000)
        return {each: end for each, end in (ends | self._asked).items() if end is not None}

    def close(self) -> None:
        """Leave the group; the partitions go to others at once."""
        deadline = time.monotonic() + _CLOSING
        while self._committing is not None and not self._committing.is_done:
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
        with suppress(KafkaError):
            self._consumer.close(autocommit=False, timeout_ms=int(_CLOSING * 1000))

    def _open(self) -> Any:
        consumer = opened(
            self.brokers,
            KafkaConsumer,
            **self._settings,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",  # what a sender has taken back was never said
            partition_assignment_strategy=[CooperativeStickyAssignor],
            metadata_max_age_ms=30_000,  # so soon are new partitions noticed
            metrics_enabled=False,
        )
        try:
            with explained(self.brokers):
                self._subscribe(consumer)
        except BaseException:
            consumer.close(autocommit=False, timeout_ms=1_000)
            raise
        return consumer

    def _subscribe(self, consumer: Any) -> None:
        consumer.subscribe(self._topics, listener=_Listener(self._turns))
        # A member that joins before it knows the topic's partitions is given none, until something else happens.
        missing = [name for name in self._topics if not consumer.partitions_for_topic(name)]
        if missing:
            raise UnknownTopicOrPartitionError(", ".join(missing))

    def _tell(self) -> None:
        while self._turns:
            self._on_turn(*self._turns.popleft())

    def _reached(self, places: Iterable[Place]) -> dict[Place, Reached]:
        partitions = [TopicPartition(*place) for place in places]
        ends = self._consumer.end_offsets(partitions, timeout_ms=5_000) if partitions else {}
        return {
            Place(*each): Reached(self._consumer.position(each, timeout_ms=1_000), end)
            for each, end in ends.items()
        }

    def _look(self) -> None:
        """Replace a client that stands. One that cannot be looked at, because no broker answers, is left to wait for it."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + self._standing / 6
        reached: dict[Place, Reached] = {}
        with suppress(KafkaError):
            reached = self._reached(self.assigned())
        if self._watch.standing(now, reached):
            self._renew()

    def _renew(self) -> None:
        old, self._consumer = self._consumer, self._open()
        with suppress(KafkaError):
            old.close(autocommit=False, timeout_ms=1_000)
        self.renewed += 1
        self._watch.forget()
        self._tell()

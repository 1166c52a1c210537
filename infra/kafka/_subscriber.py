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
from kafka.errors import KafkaError, RetriableError
from typing_extensions import override

from infra.brokers import Brokers
from infra.kafka._explained import explained
from infra.message import Message, Place
from infra.watch import Reached, Watch

Turn = Literal["assigned", "revoked", "lost"]


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
        self._consumer = self._open()

    def poll(self, limit: int, timeout: float) -> list[Message]:
        """The next messages, each partition's in order; an empty list when none came in so many seconds."""
        found = {}
        with explained(self.brokers), suppress(RetriableError):
            found = self._consumer.poll(timeout_ms=int(timeout * 1000), max_records=limit)
        self._tell()
        self._watch.polled()
        if not found:
            self._look()
        return [
            Message(r.topic, r.key, r.value, tuple(r.headers), r.partition, r.offset, r.timestamp)
            for records in found.values()
            for r in records
        ]

    def commit(self, offsets: Mapping[Place, int]) -> None:
        """Tell where to go on after a restart. Only a hint: when it fails (not a member any more), that is counted."""
        given = {TopicPartition(*place): OffsetAndMetadata(at) for place, at in offsets.items()}
        try:
            self._consumer.commit(given, timeout_ms=5_000)
        except KafkaError:
            self.commits_failed += 1

    def assigned(self) -> frozenset[Place]:
        """The partitions that this member reads."""
        return frozenset(Place(*place) for place in self._consumer.assignment())

    def pause(self, places: Iterable[Place]) -> None:
        """Read no more of these until `resume`; still a member."""
        self._consumer.pause(*(TopicPartition(*place) for place in places))

    def resume(self, places: Iterable[Place]) -> None:
        """Read them again."""
        self._consumer.resume(*(TopicPartition(*place) for place in places))

    def seek(self, place: Place, offset: int) -> None:
        """Go on from an offset; the place must be assigned."""
        self._consumer.seek(TopicPartition(*place), offset)

    def lag(self) -> Mapping[Place, int]:
        """How many messages of each of its partitions are still to be read. CannotRun when no broker answers."""
        with explained(self.brokers):
            reached = self._reached(self.assigned())
        return {place: end - (position or 0) for place, (position, end) in reached.items()}

    def close(self) -> None:
        """Leave the group; the partitions go to others at once."""
        with suppress(KafkaError):
            self._consumer.close(autocommit=False, timeout_ms=5_000)

    def _open(self) -> Any:
        with explained(self.brokers):
            consumer = KafkaConsumer(
                **self.brokers.settings(),
                **self._settings,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed",  # what a sender has taken back was never said
                partition_assignment_strategy=[CooperativeStickyAssignor],
                allow_auto_create_topics=False,
                metrics_enabled=False,
            )
        consumer.subscribe(self._topics, listener=_Listener(self._turns))
        return consumer

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
            paused = {Place(*place) for place in self._consumer.paused()}
            reached = self._reached(self.assigned() - paused)
        if self._watch.standing(now, reached):
            self._renew()

    def _renew(self) -> None:
        old, self._consumer = self._consumer, self._open()
        with suppress(KafkaError):
            old.close(autocommit=False, timeout_ms=1_000)
        self.renewed += 1
        self._watch.forget()
        self._tell()

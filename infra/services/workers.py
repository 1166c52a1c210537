"""What the long-running commands do, a step at a time: publish the log, project the topic, let time pass.

Knows the loops of `consumers` and who plays their roles. Must not know processes, signals or how a command is written.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Final, NamedTuple, Protocol

from structlog import get_logger

from consumers import announce, deadlines, project, relay
from consumers.isolation import is_waiting
from consumers.writing import Line
from domain.errors import Refused
from infra import metrics as measured
from infra.closing import close_all
from infra.messages.message import Message, Place
from infra.messages.source import KafkaSource
from infra.metrics import Metrics
from infra.running import Worker
from infra.services.standstill import Standstill
from infra.wiring import Store

LOOK_SECONDS = 10.0
"""How often the log is asked for what stopped dossiers are missing, and lag and the like are measured."""

_WHOLE_SECONDS: Final = 60.0
"""How often the relay looks whether the topic is still the one that it published to. Each look is a connection."""

Clock = Callable[[], datetime]
Close = Callable[[], None]


class Pace(NamedTuple):
    """How long a step waits for the topic, how many events it takes at most, and what time it is."""

    poll_seconds: float
    batch_size: int
    clock: Clock


class Taken(relay.Bookmark, Protocol):
    """A bookmark that one process moves at a time."""

    def taken(self) -> bool:
        """Whether it is ours to move."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class Log(relay.Source, Protocol):
    """The log, as far as a relay needs it."""

    def max_position(self) -> int:
        """The last position."""
        ...


class Relaying:
    """Publishes the log. One is active, others stand by and take over when its connection ends."""

    def __init__(
        self,
        log: Log,
        topic: relay.Topic,
        bookmark: Taken,
        metrics: Metrics,
        close: Close,
        *,
        whole: Callable[[int], None],
    ) -> None:
        """`close` closes the log and the topic; `whole` raises where the topic has not all up to a position."""
        self._log, self._topic, self._bookmark, self._close = log, topic, bookmark, close
        self._metrics, self._whole, self._looked_at = metrics, whole, -math.inf

    def step(self) -> int:
        """Publish the next batch, where no other relay does."""
        active = self._bookmark.taken()
        if active and monotonic() - self._looked_at >= _WHOLE_SECONDS:
            self._whole(self._bookmark.position())
            self._looked_at = monotonic()
        published = relay.step(self._log, self._topic, self._bookmark) if active else 0
        position, last = self._bookmark.position(), self._log.max_position()
        self._metrics.put(measured.RELAY_ACTIVE, float(active))
        self._metrics.put(measured.RELAY_POSITION, position)
        self._metrics.put(measured.LOG_POSITION, last)
        self._metrics.put(measured.RELAY_LAG, last - position)
        if published:
            self._metrics.add(measured.EVENTS, published, outcome="published")
        return published

    def ready(self) -> str | None:
        """A relay that stands by is ready to take over."""
        return None

    def close(self) -> None:
        """Let go of the bookmark last: who takes over publishes nothing that is still on its way.

        Also where the topic cannot be closed: what comes late then is known by its version.
        """
        close_all(self._close, self._bookmark.close)


class Reader(Protocol):
    """A member of a consumer group, as far as it is watched."""

    renewed: int
    commits_failed: int

    def lag(self) -> Mapping[Place, int]:
        """How many messages of each of its partitions are still to be read."""
        ...

    def close(self) -> None:
        """Leave the group."""
        ...


class _Watched:
    """A member of a consumer group, and what is measured of it by asking."""

    def __init__(self, reader: Reader, metrics: Metrics) -> None:
        self._reader, self._metrics = reader, metrics
        self._counted = (0, 0)

    def measure(self) -> None:
        """Its lag and its partitions now; what failed and was renewed since the last time."""
        lag = self._reader.lag()
        self._metrics.put_all(
            measured.LAG, {(place.topic, str(place.partition)): n for place, n in lag.items()}
        )
        mine = Counter(place.topic for place in lag)
        self._metrics.put_all(measured.PARTITIONS, {(topic,): n for topic, n in mine.items()})
        failed, renewed = self._counted
        self._counted = (self._reader.commits_failed, self._reader.renewed)
        self._metrics.add(measured.COMMITS_FAILED, self._counted[0] - failed)
        self._metrics.add(measured.RENEWALS, self._counted[1] - renewed)


class Projecting:
    """Takes its share of the published log into the read database."""

    def __init__(
        self, store: Store, source: KafkaSource, reader: Reader, pace: Pace, metrics: Metrics
    ) -> None:
        """`source` reads through `reader`."""
        self._store, self._source, self._reader = store, source, reader
        self._pace, self._metrics = pace, metrics
        self._law = store.views.law(store.law)
        self._looked_at: datetime | None = None
        self._watched = _Watched(reader, metrics)
        self._standstill = Standstill(metrics)

    def step(self) -> int:
        """Take the next batch: rows first, offsets after."""
        self._look()
        lines = self._source.fill(self._pace.poll_seconds, self._pace.batch_size)
        read = len(lines) + self._source.known
        try:
            fresh = self._take(lines, read) if lines else 0
        finally:
            self._source.settled()
        self._source.done()
        self._metrics.add(measured.EVENTS, fresh, outcome="projected")
        self._metrics.add(measured.EVENTS, max(0, read - fresh), outcome="known")
        return read

    def _take(self, lines: Sequence[Line], read: int) -> int:
        store = self._store
        behind = self._is_behind(lines, read)
        fresh = project.take(
            lines,
            store.log,
            store.views,
            self._law,
            self._pace.clock(),
            behind=behind,
            meanwhile=self._read_ahead if behind else project.nothing,
        )
        if self._source.published_at is not None:
            latency = self._pace.clock().timestamp() - self._source.published_at
            self._metrics.observe(measured.LATENCY, max(0.0, latency))
        return fresh

    def _is_behind(self, lines: Sequence[Line], read: int) -> bool:
        """Whether more is waiting than is in hand: in the topic, or in the log, on its way there.

        In a burst the topic never has much more than a worker: it would judge each dossier anew for every event.
        """
        last = max(position for position, *_ in lines)
        in_topic = sum(self._reader.lag().values())
        return in_topic > read or self._store.log.max_position() - last > read

    def _read_ahead(self) -> None:
        self._source.read_ahead(self._pace.batch_size)

    def _look(self) -> None:
        """Now and then: what stopped dossiers are missing, where the log has it by now; and what is measured."""
        now = self._pace.clock()
        if self._looked_at is not None and (now - self._looked_at).total_seconds() < LOOK_SECONDS:
            return
        views, first = self._store.views, self._looked_at is None
        self._looked_at = now
        troubles = views.troubles()
        # What cannot be applied is tried once, by the program that was started: it may be one that can.
        stopped = {
            dossier: version
            for dossier, version in views.stopped().items()
            if first or is_waiting(troubles.get(dossier, ""))
        }
        if stopped:
            project.resume(stopped, self._store.log, views, self._law, now)
            troubles = views.troubles()
        self._standstill.tell(troubles)
        self._watched.measure()

    def ready(self) -> str | None:
        """As soon as it is open."""
        return None

    def close(self) -> None:
        """Leave the group, close the store."""
        close_all(self._source.close, self._reader.close, self._store.close)


class Claimed(announce.Announcements, Protocol):
    """Topics that one process at a time is heard in."""

    def claim(self) -> None:
        """From now on it is us."""
        ...


class Notes(announce.Outbox, Protocol):
    """The outbox, as far as it is watched."""

    def behind(self, position: int, /) -> int:
        """How many notes there are after a position."""
        ...


class Announcing:
    """Publishes judgements that changed. One is active, others stand by."""

    def __init__(
        self,
        store: Store,
        outbox: Notes,
        topics: Claimed,
        bookmark: Taken,
        metrics: Metrics,
        *,
        close: Close,
    ) -> None:
        """`close` closes the topics."""
        self._store, self._outbox, self._topics = store, outbox, topics
        self._bookmark, self._metrics, self._close = bookmark, metrics, close
        self._tidied = False

    def step(self) -> int:
        """Publish the next changes, where no other does.

        The lock alone would not do: who loses it while he is paused would still tell what he had read before, after what
        another has told since. So 1 take the lock, 2 claim the topics, which shuts the former one out, 3 read and publish.
        """
        active = self._bookmark.taken()
        self._metrics.put(measured.ANNOUNCING_ACTIVE, float(active))
        if not active:
            # Nor measures more: the generation that it opened may not be there any longer.
            return 0
        self._topics.claim()
        if not self._tidied:
            # Whoever died between storing the position and deleting the notes up to it has left them.
            self._outbox.published(self._bookmark.position())
            self._tidied = True
        told = announce.step(self._outbox, self._topics, self._bookmark)
        behind = self._outbox.behind(self._bookmark.position())
        self._metrics.put(measured.ANNOUNCING_LAG, behind)
        return told

    def ready(self) -> str | None:
        """One that stands by is ready to take over."""
        return None

    def close(self) -> None:
        """Let go of the bookmark last; what still comes of topics that could not be closed the brokers refuse."""
        close_all(self._close, self._store.close, self._bookmark.close)


class Passing:
    """Lets time pass in the read database."""

    def __init__(self, store: Store, clock: Clock, metrics: Metrics) -> None:
        self._store, self._clock, self._metrics = store, clock, metrics
        self._law = store.views.law(store.law)
        self._looked_at: datetime | None = None
        self._standstill = Standstill(metrics)

    def step(self) -> int:
        """Let the next dossiers cross a boundary."""
        now = self._clock()
        crossed = deadlines.step(self._store.views, self._law, now)
        next_at = self._store.views.next_change_at()
        behind = 0.0 if next_at is None else max(0.0, (now - next_at).total_seconds())
        self._metrics.put(measured.DEADLINES_LAG, behind)
        self._look(now)
        return crossed

    def _look(self, now: datetime) -> None:
        """Now and then: which dossiers stand still, also for want of a judgement at their boundary."""
        if self._looked_at is None or (now - self._looked_at).total_seconds() >= LOOK_SECONDS:
            self._looked_at = now
            self._standstill.tell(self._store.views.troubles())

    def ready(self) -> str | None:
        """As soon as it is open."""
        return None

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def not_of_the_log(message: Message, refusal: Refused) -> None:
    """Put on record what stands in the topic of the log and is none of its events: it is passed over."""
    get_logger().error(
        "not_of_the_log",
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        code=refusal.code,
    )


class Takes(Worker, Protocol):
    """The intake, as far as it is watched."""

    counts: Counter[str]

    @property
    def reader(self) -> Reader:
        """Through whom it reads."""
        ...

    @property
    def refused(self) -> Counter[str]:
        """How many messages were refused, by code."""
        ...

    def waiting(self) -> int:
        """How many dead letters wait."""
        ...


class Taking:
    """Takes in facts of other systems, and tells what became of them."""

    def __init__(self, intake: Takes, store: Store, clock: Clock, metrics: Metrics) -> None:
        self._intake, self._store, self._clock, self._metrics = intake, store, clock, metrics
        self._watched = _Watched(intake.reader, metrics)
        self._looked_at: datetime | None = None

    def step(self) -> int:
        """Take in the next batch."""
        before, refused = self._intake.counts.copy(), self._intake.refused.copy()
        taken = self._intake.step()
        for outcome, label in _OUTCOMES.items():
            more = self._intake.counts[outcome] - before[outcome]
            self._metrics.add(measured.EVENTS, more, outcome=label)
        for code, more in (self._intake.refused - refused).items():
            self._metrics.add(measured.DEAD_LETTERS, more, code=code)
        self._look()
        return taken

    def _look(self) -> None:
        """Now and then: what is measured by asking."""
        now = self._clock()
        if self._looked_at is None or (now - self._looked_at).total_seconds() >= LOOK_SECONDS:
            self._looked_at = now
            self._metrics.put(measured.DEAD_LETTERS_OPEN, self._intake.waiting())
            self._watched.measure()

    def ready(self) -> str | None:
        """When the topic has been read."""
        return self._intake.ready()

    def close(self) -> None:
        """Leave the group, close the store."""
        close_all(self._intake.close, self._store.close)


_OUTCOMES: Final = {"accepted": "accepted", "duplicates": "duplicate", "refused": "parked"}


class Together:
    """Several workers in one process, a step of each in turn."""

    def __init__(self, *workers: Worker) -> None:
        self._workers = workers

    def step(self) -> int:
        """A step of each."""
        return sum(worker.step() for worker in self._workers)

    def ready(self) -> str | None:
        """When all are."""
        return next((why for worker in self._workers if (why := worker.ready()) is not None), None)

    def close(self) -> None:
        """Close all, the last one first."""
        close_all(*(worker.close for worker in reversed(self._workers)))

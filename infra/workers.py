"""What the long-running commands do, a step at a time: publish the log, project the topic, let time pass.

Knows the loops of `consumers` and who plays their roles. Must not know processes, signals or how a command is written.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from structlog import get_logger

from consumers import deadlines, project, relay
from domain.errors import Refused
from infra.kafkasource import KafkaSource
from infra.message import Message
from infra.wiring import Store

MEND_SECONDS = 30.0
"""How often the log is asked for what a stopped dossier is missing."""

Clock = Callable[[], datetime]
Close = Callable[[], None]


class Taken(relay.Bookmark, Protocol):
    """A bookmark that one process moves at a time."""

    def taken(self) -> bool:
        """Whether it is ours to move."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class Relaying:
    """Publishes the log. One is active, others stand by and take over when its connection ends."""

    def __init__(
        self, log: relay.Source, topic: relay.Topic, bookmark: Taken, close: Close
    ) -> None:
        """`close` closes the log and the topic."""
        self._log, self._topic, self._bookmark, self._close = log, topic, bookmark, close
        self._active = False

    def step(self) -> int:
        """Publish the next batch, where no other relay does."""
        active = self._bookmark.taken()
        if active != self._active:
            get_logger().info("relay", active=active, position=self._bookmark.position())
            self._active = active
        return relay.step(self._log, self._topic, self._bookmark) if active else 0

    def ready(self) -> str | None:
        """A relay that stands by is ready to take over."""
        return None

    def close(self) -> None:
        """Let go of the bookmark last: who takes over publishes nothing that is still on its way."""
        self._close()
        self._bookmark.close()


class Projecting:
    """Takes its share of the published log into the read database."""

    def __init__(
        self, store: Store, source: KafkaSource, poll_seconds: float, clock: Clock, close: Close
    ) -> None:
        """`poll_seconds`: how long a step waits for the topic; `close` closes the source's reader."""
        self._poll_seconds = poll_seconds
        self._store, self._source, self._clock, self._close = store, source, clock, close
        self._law = store.views.law(store.law)
        self._mended_at: datetime | None = None

    def step(self) -> int:
        """Take the next batch: rows first, offsets after."""
        self._mend()
        taken = self._source.fill(self._poll_seconds)
        if taken:
            lines = self._source.select(0, taken)
            project.take(lines, self._store.log, self._store.views, self._law, self._clock())
        self._source.done()
        return taken

    def _mend(self) -> None:
        """Take what stopped dossiers are missing, where the log has it by now."""
        now = self._clock()
        if self._mended_at is not None and (now - self._mended_at).total_seconds() < MEND_SECONDS:
            return
        self._mended_at = now
        stopped = self._store.views.stopped()
        if stopped and (lines := list(self._store.log.rest(stopped))):
            project.take(lines, self._store.log, self._store.views, self._law, now)

    def ready(self) -> str | None:
        """As soon as it is open."""
        return None

    def close(self) -> None:
        """Leave the group, close the store."""
        self._close()
        self._store.close()


class Passing:
    """Lets time pass in the read database."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._law = store.views.law(store.law)

    def step(self) -> int:
        """Let the next dossiers cross a boundary."""
        return deadlines.step(self._store.views, self._law, self._clock())

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

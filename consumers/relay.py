"""The publishing loop: log -> topic, a batch at a time, in order of position.

Knows the roles Source, Topic and Bookmark. Must not know what is behind them: no broker, no database.

One step: 1 read a batch after the stored position; 2 publish it and wait until every event is acknowledged; 3 store the position.
A crash before 3 publishes the batch again, the same bytes in the same order: readers skip what they have by its version. The
log is the outbox, so nothing can be stored and not published, or published and not stored.
"""

from collections.abc import Sequence
from typing import Protocol

from consumers.writing import Line

BATCH = 5_000
"""So many events are published before the position is stored: so many come twice at most after a crash."""


class Source(Protocol):
    """The log."""

    def select(self, after: int, limit: int, /) -> Sequence[Line]:
        """The next events after a position, in order."""
        ...


class Topic(Protocol):
    """Where events are published."""

    def publish(self, lines: Sequence[Line], /) -> None:
        """Publish in order; returns when all are acknowledged, and raises when one is not."""
        ...


class Bookmark(Protocol):
    """How far everything is published, kept where a crash does not reach it."""

    def position(self) -> int:
        """The last position that is published, 0 at first."""
        ...

    def moved(self, position: int, /) -> None:
        """Store it; raises where another relay has taken over."""
        ...


def step(source: Source, topic: Topic, bookmark: Bookmark, *, limit: int = BATCH) -> int:
    """Publish the next batch; the number of events published, 0 when there is nothing new."""
    lines = source.select(bookmark.position(), limit)
    if not lines:
        return 0
    topic.publish(lines)
    bookmark.moved(lines[-1][0])
    return len(lines)

"""The topic of published events as the projecting loop takes it: batches that stay until their rows are stored.

Knows messages and the order of work: poll, project, commit. Must not know the client, nor what events mean.

One batch: 1 `fill` polls, with no transaction open; 2 the loop takes it and commits its rows; 3 `done` commits the offsets, as a
hint. After a failure in 2 the same batch is given again; after a crash before 3 it comes again from the topic
and is known by its versions. What this worker itself remembers to have stored, because it took it along from the log, is passed
over in 1 by a glance at its version: reading it to the end would cost several times as much.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from consumers.project import BATCH
from consumers.writing import Line
from domain.errors import Refused
from infra.cloudevents import glance, line_of
from infra.message import Message, Place, after


class Reader(Protocol):
    """`infra.kafka.Subscriber`, as far as it is needed."""

    def poll(self, limit: int, timeout: float, /) -> Sequence[Message]:
        """The next messages."""
        ...

    def commit(self, offsets: Mapping[Place, int], /) -> None:
        """Where to go on after a restart."""
        ...


def _nothing(record: str) -> int:
    return 0


class KafkaSource:
    """A worker's share of the published log."""

    def __init__(
        self,
        reader: Reader,
        refused: Callable[[Message, Refused], None],
        stored: Callable[[str], int] = _nothing,
    ) -> None:
        """`refused` is told each message that is none of the log, before it is passed over.

        `stored`: the version up to which a record is known to be in the rows, by transactions that have been committed.
        """
        self._reader = reader
        self._refused = refused
        self._stored = stored
        self._offsets: Mapping[Place, int] = {}
        self._lines: Sequence[Line] = ()
        self.known = 0
        """How many messages besides it were known to be stored."""
        self.published_at: float | None = None
        """When the oldest of its events was published, in seconds since 1970."""

    def fill(self, timeout: float, limit: int = BATCH) -> Sequence[Line]:
        """Poll, unless a batch is still to be done; the events in hand that are not known to be stored."""
        if not self._offsets:
            messages = self._reader.poll(limit, timeout)
            fresh = [message for message in messages if not self._known(message)]
            self._lines = list(self._lines_of(fresh))
            self._offsets = after(messages)
            self.known = len(messages) - len(fresh)
            times = [message.timestamp for message in fresh if message.timestamp is not None]
            self.published_at = min(times) / 1000 if times else None
        return self._lines

    def done(self) -> None:
        """The batch's rows are stored."""
        offsets, self._offsets, self._lines, self.known = self._offsets, {}, (), 0
        if offsets:
            self._reader.commit(offsets)

    def _known(self, message: Message) -> bool:
        record, version = glance(message)
        return 0 < version <= self._stored(record)

    def _lines_of(self, messages: Iterable[Message]) -> Iterable[Line]:
        for message in messages:
            try:
                yield line_of(message)
            except Refused as refusal:
                self._refused(message, refusal)

"""The topic of published events as the projecting loop takes it: batches that stay until their rows are stored.

Knows messages and the order of work: poll, project, commit. Must not know the client, nor what events mean.

One batch: 1 `fill` polls, with no transaction open; 2 the loop takes it and commits its rows; 3 `done` commits the offsets, as a
hint. After a failure in 2 the same batch is given again; after a crash before 3 it comes again from the topic
and is known by its versions.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from consumers.project import BATCH
from consumers.writing import Line
from domain.errors import Refused
from infra.cloudevents import line_of
from infra.message import Message, Place, after


class Reader(Protocol):
    """`infra.kafka.Subscriber`, as far as it is needed."""

    def poll(self, limit: int, timeout: float, /) -> Sequence[Message]:
        """The next messages."""
        ...

    def commit(self, offsets: Mapping[Place, int], /) -> None:
        """Where to go on after a restart."""
        ...


class KafkaSource:
    """A worker's share of the published log. `refused` is told each message that is none of it, before it is passed over."""

    def __init__(self, reader: Reader, refused: Callable[[Message, Refused], None]) -> None:
        self._reader = reader
        self._refused = refused
        self._offsets: Mapping[Place, int] = {}
        self._lines: Sequence[Line] = ()
        self.published_at: float | None = None
        """When the oldest of the batch in hand was published, in seconds since 1970."""

    def fill(self, timeout: float, limit: int = BATCH) -> Sequence[Line]:
        """Poll, unless a batch is still to be done; the events in hand."""
        if not self._offsets:
            messages = self._reader.poll(limit, timeout)
            self._lines = list(self._read(messages))
            self._offsets = after(messages)
            times = [message.timestamp for message in messages if message.timestamp is not None]
            self.published_at = min(times) / 1000 if times else None
        return self._lines

    def done(self) -> None:
        """The batch's rows are stored."""
        offsets, self._offsets, self._lines = self._offsets, {}, ()
        if offsets:
            self._reader.commit(offsets)

    def _read(self, messages: Iterable[Message]) -> Iterable[Line]:
        for message in messages:
            try:
                yield line_of(message)
            except Refused as refusal:
                self._refused(message, refusal)

"""The topic of published events as the projecting loop takes it: batches that stay until their rows are stored.

Knows messages and the order of work: poll, project, commit. Must not know the client, nor what events mean.

One batch: 1 `fill` polls, with no transaction open; 2 the loop takes it and commits its rows; 3 `done` commits the offsets, as a
hint. While the database writes the rows of one batch the next one may be read ahead, by a thread. After a failure in 2 the same
batch is given again; after a crash before 3 it comes again from the topic and is known by its versions. What this worker itself remembers to have stored, because it took it along from the log, is passed
over in 1 by a glance at its version: reading it to the end would cost several times as much.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, NamedTuple, Protocol

from consumers.project import BATCH
from consumers.writing import Line
from domain.errors import Refused
from infra.messages.cloudevents import glance, line_of
from infra.messages.message import Message, Place, after


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


class _Batch(NamedTuple):
    """`known`: how many messages besides the lines are known to be stored; `published_at`: when the oldest line was."""

    lines: Sequence[Line] = ()
    offsets: Mapping[Place, int] = {}
    known: int = 0
    published_at: float | None = None


_EMPTY: Final = _Batch()


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
        self._batch = _EMPTY
        self._ahead: Future[_Batch] | None = None
        self._thread = ThreadPoolExecutor(1, "reading-ahead")
        # Now, not at the first batch: a task given to a pool that can start no thread stays in it, and would be done later, unseen.
        self._thread.submit(int).result()

    @property
    def known(self) -> int:
        """How many messages besides the batch in hand were known to be stored."""
        return self._batch.known

    @property
    def published_at(self) -> float | None:
        """When the oldest of the batch in hand was published, in seconds since 1970."""
        return self._batch.published_at

    def fill(self, timeout: float, limit: int = BATCH) -> Sequence[Line]:
        """The batch in hand, unless it is done; the next one: what was read ahead, or else is polled now."""
        if not self._batch.offsets:
            ahead, self._ahead = self._ahead, None
            read = _EMPTY if ahead is None else ahead.result()
            self._batch = read if read.offsets else self._polled(timeout, limit)
        return self._batch.lines

    def read_ahead(self, limit: int = BATCH) -> None:
        """Begin to read what comes after the batch in hand, in a thread: until `settled` nobody else may use the reader."""
        if self._ahead is None:
            self._ahead = self._thread.submit(self._polled, 0, limit)

    def settled(self) -> None:
        """Return when nothing is being read ahead any more."""
        if self._ahead is not None:
            wait((self._ahead,))

    def done(self) -> None:
        """The batch's rows are stored."""
        offsets, self._batch = self._batch.offsets, _EMPTY
        if offsets:
            self._reader.commit(offsets)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    def _polled(self, timeout: float, limit: int) -> _Batch:
        messages = self._reader.poll(limit, timeout)
        fresh = [message for message in messages if not self._known(message)]
        times = [message.timestamp for message in fresh if message.timestamp is not None]
        return _Batch(
            list(self._lines_of(fresh)),
            after(messages),
            len(messages) - len(fresh),
            min(times) / 1000 if times else None,
        )

    def _known(self, message: Message) -> bool:
        record, version = glance(message)
        return 0 < version <= self._stored(record)

    def _lines_of(self, messages: Iterable[Message]) -> Iterable[Line]:
        for message in messages:
            try:
                yield line_of(message)
            except Refused as refusal:
                self._refused(message, refusal)

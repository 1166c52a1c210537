"""The intake as a worker: a member of a consumer group, the engine and the dead letters, put together.

Knows who plays which role. Must not know what a fact means, nor when a step is to be made: that is its runner's.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Final

from consumers import intake
from domain.facts import Fact, Said
from domain.values import VN
from infra.closing import close_all
from infra.kafka import Publisher, Subscriber
from infra.messages.incoming import fact_of
from infra.messages.message import Message, after
from infra.messages.refused import DeadLetters
from infra.messages.source import Reader
from infra.messages.topics import Topics
from infra.postgres.deadletters import DeadLetterTable
from infra.settings.brokers import Brokers
from infra.wiring import Store, clock

BATCH: Final = 1_000
"""Messages a transaction: fewer cost a disk sync more often, more make others wait for the log longer."""

_OLDEST: Final = timedelta(days=60)
"""A message that says to be older was not waiting on the topic, which keeps thirty days: its sender's clock is wrong."""


class Facts:
    """The topic of facts, as the intake's loop needs it: a batch stays in hand until it is done with."""

    def __init__(self, reader: Reader, *, limit: int, timeout: float) -> None:
        self._reader = reader
        self._limit = limit
        self._timeout = timeout
        self._messages: Sequence[Message] = ()

    def fill(self) -> Sequence[Message]:
        """Poll, unless a batch is still to be done."""
        if not self._messages:
            self._messages = self._reader.poll(self._limit, self._timeout)
        return self._messages

    def done(self) -> None:
        """Commit the offsets, as a hint: what comes again is known."""
        offsets, self._messages = after(self._messages), ()
        self._reader.commit(offsets)


class IntakeWorker:
    """Takes in what comes. After CannotRun from a step: close it, open another; the batch comes again."""

    def __init__(
        self,
        reader: Subscriber,
        sender: Publisher,
        table: DeadLetterTable,
        store: Store,
        topics: Topics,
        *,
        now: Callable[[], datetime],
        batch: int,
        timeout: float,
    ) -> None:
        self.reader = reader
        """The member of the group, to be watched."""
        self._sender = sender
        self._table = table
        self._store = store
        self._now = now
        self._source = Facts(reader, limit=batch, timeout=timeout)
        self._parking = DeadLetters(table, sender, store.vault, topics.dead_letters.name, self._at)
        self._polled = False
        self.counts: Counter[str] = Counter(accepted=0, duplicates=0, refused=0, contended=0)
        """Messages by what became of them; `contended` counts batches that are tried again."""

    def step(self) -> int:
        """Take in the next batch; how many messages are done with: 0 when none came in time, or others were faster."""
        taken = intake.step(self._source, self._read, self._store.engine, self._parking)
        self._polled = True
        self.counts.update(taken._asdict())
        return taken.done

    def ready(self) -> str | None:
        """Why it takes nothing in yet; None when it does, or stands by because others have all partitions."""
        return None if self._polled else "the topic of facts has not been read yet"

    @property
    def refused(self) -> Counter[str]:
        """How many messages were parked, by the code of the refusal."""
        return self._parking.codes

    def waiting(self) -> int:
        """How many dead letters nobody has retried or dropped yet."""
        return self._table.counts().get("waiting", 0)

    def close(self) -> None:
        """Leave the group and let go of everything but the store, which is the caller's."""
        close_all(self.reader.close, self._sender.close, self._table.close)

    def _read(self, message: Message) -> Fact[Said]:
        return fact_of(message, self._at(message))

    def _at(self, message: Message) -> datetime:
        return arrived(message, self._now())


def arrived(message: Message, now: datetime) -> datetime:
    """When a message came to the topic; now, where what it says of that cannot be so."""
    if message.timestamp is None:
        return now
    oldest = int((now - _OLDEST).timestamp() * 1000)
    if not oldest <= message.timestamp <= int(now.timestamp() * 1000):
        return now
    return datetime.fromtimestamp(message.timestamp / 1000, VN)


def open_intake(
    store: Store,
    url: str,
    brokers: Brokers,
    topics: Topics,
    member: Callable[[], Subscriber],
    *,
    now: Callable[[], datetime] = clock,
    patience: float = 30.0,
    batch: int = BATCH,
    timeout: float = 1.0,
) -> IntakeWorker:
    """A worker of a group. CannotRun when the broker, a topic, the database or the master key is not there.

    `url` is the database's, where the store lies as well; the topics must exist (`infra.kafka.ensure_topics`). `member` joins the
    group of those who read the facts: last, when all else is there. `timeout`: seconds that a step waits for messages.
    """
    store.vault.boxed(
        "intake", b""
    )  # without the master key neither persons nor dead letters can be kept: say so now
    with ExitStack() as opened:
        table = DeadLetterTable(url)
        opened.callback(table.close)
        table.counts()
        sender = Publisher(brokers, patience=patience)
        opened.callback(sender.close)
        reader = member()
        opened.pop_all()
    return IntakeWorker(reader, sender, table, store, topics, now=now, batch=batch, timeout=timeout)

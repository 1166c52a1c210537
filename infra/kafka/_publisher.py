"""Writes messages to topics, each once and in order, and knows when they are safe.

Knows kafka-python's producer. Must not know what the messages mean.
"""

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.partitioner import Partitioner, murmur2
from typing_extensions import override

from infra.errors import CannotRun
from infra.kafka._explained import opened
from infra.kafka._records import WHOLE
from infra.messages.message import Message, spelt
from infra.messages.topics import LARGEST_MESSAGE
from infra.settings.brokers import Brokers, trouble

BUFFER: Final = 32 << 20
"""Bytes that wait to be acknowledged, at most; the client itself has no bound."""

_BATCH: Final = 1 << 19
_LINGER: Final = 500
"""Bytes and milliseconds that a partition's messages are gathered for, unless a flush comes first, as it does after each of the
relay's batches. The client wakes its thread, by a system call, at every message while anything is full or overdue: with its own
settings a third of the time went there. Half of what a broker takes in one piece leaves room for what does not compress."""


_CLOSING: Final = 1.0
"""Seconds that what is under way is waited for in closing."""


class _ByKey(Partitioner):  # type: ignore[misc]  # an untyped class
    """The partition that every Kafka client gives a key; its hash is kept, because keys come again and it is slow."""

    _hashed: Final = staticmethod(lru_cache(maxsize=1 << 16)(murmur2))

    @override
    def partition(self, topic: str, key: Any, serialized_key: bytes, *rest: Any) -> int:
        """As the library's own, which sorts all partitions for each message."""
        return (self._hashed(serialized_key or b"") & 0x7FFFFFFF) % len(  # type: ignore[no-any-return]  # untyped
            rest[-1].partitions_for_topic(topic)
        )


class Publisher:
    """Writes messages, each once, in the order of their key's partition. Opening it needs a broker: CannotRun."""

    def __init__(
        self,
        brokers: Brokers,
        *,
        patience: float = 60.0,
        compression: str | None = "lz4",
        only: str | None = None,
    ) -> None:
        """`patience`: seconds that a message, or a broker at all, is waited for.

        `only`: a name that one publisher at a time has, the last that claimed it. The brokers refuse what others send under it
        however late it comes, by a transaction around all between two flushes; readers see it when it is flushed.
        """
        self.brokers = brokers
        self._patience = patience
        self._compression = compression
        self._sent: list[Any] = []
        self._bytes = 0
        self._producer: Any = None
        self._only = only
        self._begun = False
        if only is None:
            self._open()

    def claim(self) -> None:
        """Take the name, unless it was taken since the last failure: before anything is read that is to be published."""
        if self._producer is None:
            self._open()

    def publish(self, messages: Iterable[Message]) -> None:
        """Send; waits when too much is under way. CannotRun as by `flush`."""
        if self._producer is None:
            assert self._only is None  # it is claimed before
            self._open()
        try:
            for topic, key, value, headers, *_ in messages:
                if self._only is not None and not self._begun:
                    self._producer.begin_transaction()
                    self._begun = True
                whole = [(WHOLE, spelt(headers))]
                self._sent.append(self._producer.send(topic, value, key, whole))
                self._bytes += 500 if value is None else 500 + len(value)
                if self._bytes > BUFFER:
                    self.flush()
        except KafkaError as error:
            raise self._failed(error) from error

    def flush(self) -> None:
        """Return when all that was sent is acknowledged by all replicas in step.

        CannotRun when it is not: then any of it may have been written or not, and all since the last flush is to be sent again.
        """
        if not self._sent:
            return
        try:
            self._producer.flush(self._patience)
            for future in self._sent:
                if not future.succeeded():
                    raise future.exception or KafkaTimeoutError("not acknowledged")
            if self._begun:
                self._producer.commit_transaction()
        except KafkaError as error:
            raise self._failed(error) from error
        self._forget()

    def close(self) -> None:
        """Close; what was not flushed may be lost."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            producer.close(timeout=_CLOSING)  # it flushes first, for no longer than this
        except KafkaError:
            # Then the library leaves all as it is: a thread that would go on for ever, and send later what was sent anew meanwhile.
            # It has no public way to end that.
            producer._sender.force_close()  # noqa: SLF001
            producer._sender.join(_CLOSING)  # noqa: SLF001
            with suppress(KafkaError):
                producer.close(timeout=_CLOSING)

    def _open(self) -> None:
        self._producer = opened(
            self.brokers,
            KafkaProducer,
            enable_idempotence=True,
            transactional_id=self._only,
            acks="all",
            compression_type=self._compression,
            batch_size=_BATCH,
            max_request_size=LARGEST_MESSAGE,  # of a message before it is compressed, too
            linger_ms=_LINGER,
            partitioner=_ByKey(),
            metrics_enabled=False,
            max_block_ms=int(self._patience * 1000),
            bootstrap_timeout_ms=int(self._patience * 1000),
            request_timeout_ms=int(self._patience * 500),
            delivery_timeout_ms=int(self._patience * 1000),
        )
        if self._only is not None:
            try:
                self._producer.init_transactions()
            except KafkaError as error:
                raise self._failed(error) from error

    def _failed(self, error: Exception) -> CannotRun:
        """After a failure the client's numbering of messages is not to be relied on: the next message gets a new client."""
        self._forget()
        self.close()
        return trouble(self.brokers, error)

    def _forget(self) -> None:
        self._sent.clear()
        self._bytes = 0
        self._begun = False

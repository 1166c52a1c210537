"""Reads and writes the records of a batch with all headers in one piece, which somebody else reads and spells.

Knows how Kafka lays out a record (KIP-98, magic 2), up to its headers, which `infra.messages.message` knows. Must not know what records
mean. The client calls a function for each of the thirty lengths of one of our records and counts the bytes of each header, twice
in writing: that was half of what reading or writing a topic cost. It also takes a batch that has a header's name that is no UTF-8
for a corrupt one, at every attempt, for ever; other clients write them without a word.
"""

import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from kafka.errors import CorruptRecordError
from kafka.record import memory_records
from kafka.record.default_records import (
    DefaultRecordBatch,
    DefaultRecordBatchBuilder,
    DefaultRecordMetadata,
)
from kafka.record.util import decode_varint, encode_varint
from typing_extensions import override

WHOLE: Final = str(b"headers", "ascii")
"""The name, this very object, of the one header that the client is given instead of all: its value is how they lie in the record."""


class Record(NamedTuple):
    """What the client's fetcher asks of a record; `headers` has one, named WHOLE."""

    size_in_bytes: int
    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    checksum: None = None

    def validate_crc(self) -> bool:
        """A batch has one for all of its records."""
        return True


class LenientBatch(DefaultRecordBatch):  # type: ignore[misc]  # an untyped class
    """As the library's own, but for the headers."""

    @override
    def __iter__(self) -> Iterator[Any]:
        if self.is_control_batch:
            return super().__iter__()  # type: ignore[no-any-return]  # an untyped class
        self._maybe_uncompress()
        return self._records(bytes(self._buffer), self._pos)

    def _records(self, buffer: bytes, at: int) -> Iterator[Record]:
        kind, offset = self.timestamp_type, self.base_offset
        first, appended = self.first_timestamp, self.max_timestamp
        try:
            for _ in range(self.records_count):
                length, start = decode_varint(buffer, at)
                # Behind a byte of attributes, which say nothing.
                since, at = decode_varint(buffer, start + 1)
                behind, at = decode_varint(buffer, at)
                key, at = _part(buffer, at)
                value, at = _part(buffer, at)
                end = start + length
                if not at < end <= len(buffer):
                    raise CorruptRecordError(f"a record of {length} bytes has no room for headers")
                since = appended if kind == self.LOG_APPEND_TIME else first + since
                headers = [(WHOLE, buffer[at:end])]
                yield Record(length, offset + behind, since, kind, key, value, headers)
                at = end
        except IndexError:
            raise CorruptRecordError("a batch ends within a record") from None
        if at != len(buffer):
            raise CorruptRecordError(f"{len(buffer) - at} bytes are behind the last record")


def _part(buffer: bytes, at: int) -> tuple[bytes | None, int]:
    """Bytes behind their length, and where they end; None where the length says so."""
    size, at = decode_varint(buffer, at)
    return (None, at) if size < 0 else (buffer[at : at + size], at + size)


class Builder(DefaultRecordBatchBuilder):  # type: ignore[misc]  # an untyped class
    """As the library's own, but for headers named WHOLE."""

    _first_timestamp: int | None
    _max_timestamp: int | None

    @override
    def append(
        self,
        offset: int,
        timestamp: int | None,
        key: bytes | None,
        value: bytes | None,
        headers: list[tuple[str, bytes]],
    ) -> Any:
        """None where the batch is full, else what the client wants to know of a record."""
        if not headers or headers[0][0] is not WHOLE:
            return super().append(offset, timestamp, key, value, headers)
        if timestamp is None:
            timestamp = int(time.time() * 1000)
        first = timestamp if self._first_timestamp is None else self._first_timestamp
        since = _spelt(timestamp - first)
        body = b"".join((b"\0", since, _spelt(offset), *_sized(key), *_sized(value), headers[0][1]))
        length = _spelt(len(body))
        size = len(length) + len(body)
        # The first is always taken.
        if self._first_timestamp is not None and size + len(self._buffer) > self._batch_size:
            return None
        self._first_timestamp = first
        self._max_timestamp = max(timestamp, self._max_timestamp or timestamp)
        self._num_records += 1
        self._last_offset = offset
        self._buffer += length
        self._buffer += body
        return DefaultRecordMetadata(offset, size, timestamp)


@lru_cache(maxsize=1 << 14)
def _spelt(number: int) -> bytes:
    spelt = bytearray()
    encode_varint(number, spelt.append)
    return bytes(spelt)


def _sized(part: bytes | None) -> tuple[bytes, bytes]:
    return (_spelt(-1), b"") if part is None else (_spelt(len(part)), part)


def install() -> None:
    """Let the client read and write all records so."""
    memory_records.DefaultRecordBatch = LenientBatch
    memory_records.DefaultRecordBatchBuilder = Builder

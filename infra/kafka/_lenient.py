"""Reads the records of a batch and leaves their headers unread, because most of what a worker reads it knows by one of them.

Knows how Kafka lays out a record (KIP-98, magic 2), up to its headers, which `infra.message` reads. Must not know what records
mean. The client's own reader takes a batch that has a header's name that is no UTF-8 for a corrupt one, at every attempt, for
ever; other clients write them without a word. It also calls a function for each of the thirty lengths of one of our records,
and counts the bytes of each header: that was half of what reading a topic cost.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from kafka.errors import CorruptRecordError
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatch
from kafka.record.util import decode_varint
from typing_extensions import override


class Record(NamedTuple):
    """What the client's fetcher asks of a record; `headers` is one pair: no name, and all headers as they lie there."""

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
        return self._records(bytes(self._buffer), self._pos)  # type: ignore[has-type]  # an untyped class

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
                headers = [("", buffer[at:end])]
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


def install() -> None:
    """Let the client read all records so."""
    memory_records.DefaultRecordBatch = LenientBatch

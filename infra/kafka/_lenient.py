"""Reads the records of a batch: names of headers that are no UTF-8 too, because one of them must not stop a topic.

Knows how Kafka lays out a record (KIP-98, magic 2). Must not know what records mean. The client's own reader takes a batch with
such a name for a corrupt one, at every attempt, for ever; other clients write them without a word. It also calls a function for
each of the thirty lengths of one of our records, which is half of what reading it costs: here lengths of one byte are read in
place, and names of headers, which are always the same, are looked up.
"""

from functools import lru_cache
from typing import Any, Final

from kafka.errors import CorruptRecordError
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecord, DefaultRecordBatch
from kafka.record.util import decode_varint
from typing_extensions import override

_SHORT: Final = 64
"""Bytes of a name that is kept: others may send what they like."""


def _text(spelt: bytes) -> str:
    """Bytes that are no text are spelt out."""
    return spelt.decode("utf-8", "backslashreplace")


_kept = lru_cache(maxsize=1_024)(_text)


class LenientBatch(DefaultRecordBatch):  # type: ignore[misc]  # an untyped class
    """As the library's own, but for those names."""

    @override
    def _read_msg(self, *given: Any) -> Any:
        if self.is_control_batch:
            return super()._read_msg(*given)
        buffer: Any = self._buffer  # type: ignore[has-type]  # an untyped class
        if type(buffer) is not bytes:  # a part of bytes is a copy, a part of a bytearray two
            buffer = self._buffer = bytes(buffer)
        length, start = decode_varint(buffer, self._pos)  # type: ignore[has-type]  # an untyped class
        since, at = decode_varint(
            buffer, start + 1
        )  # behind a byte of attributes, which say nothing
        behind, at = decode_varint(buffer, at)
        key, at = _part(buffer, at)
        value, at = _part(buffer, at)
        count, at = decode_varint(buffer, at)
        headers = []
        for _ in range(count):
            size = buffer[at]
            if size & 0x81:
                size, at = decode_varint(buffer, at)
                if size < 0:
                    raise CorruptRecordError(f"a header's name has {size} bytes")
            else:
                size >>= 1
                at += 1
            name = (_kept if size < _SHORT else _text)(buffer[at : at + size])
            at += size
            size = buffer[at]
            if size & 0x81:
                said, at = _part(buffer, at)
            else:
                at += 1
                size >>= 1
                said, at = buffer[at : at + size], at + size
            headers.append((name, said))
        if count < 0 or at - start != length:
            raise CorruptRecordError(
                f"a record of {length} bytes has {count} headers and {at - start} bytes"
            )
        self._pos = at
        kind = self.timestamp_type
        return DefaultRecord(
            length,
            self.base_offset + behind,
            self.max_timestamp if kind == self.LOG_APPEND_TIME else self.first_timestamp + since,
            kind,
            key,
            value,
            headers,
        )


def _part(buffer: bytes, at: int) -> tuple[bytes | None, int]:
    """Bytes behind their length, and where they end; None where the length says so."""
    size, at = decode_varint(buffer, at)
    return (None, at) if size < 0 else (buffer[at : at + size], at + size)


def install() -> None:
    """Let the client read all records so."""
    memory_records.DefaultRecordBatch = LenientBatch

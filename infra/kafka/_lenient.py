"""Records whose headers have names that are no UTF-8: read all the same, because one of them must not stop a topic.

Knows how kafka-python reads records. Must not know what they mean. The client takes such a batch for a corrupt one, at every
attempt, for ever; other clients write them without a word. Bytes that are no text are spelt out in the name.
"""

from typing import Any

from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatch
from typing_extensions import override


class _Part(bytearray):
    """Some bytes of a record."""

    @override
    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return super().decode(encoding, "backslashreplace")


class _Buffer(bytearray):
    """Bytes of which every part can be read as a text."""

    @override
    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _Part(found) if isinstance(at, slice) else found


class LenientBatch(DefaultRecordBatch):  # type: ignore[misc]  # an untyped class
    """As the library's own, but for those names."""

    @override
    def _read_msg(self, *given: Any) -> Any:
        try:
            return super()._read_msg(*given)
        except (
            UnicodeDecodeError
        ):  # the place in the buffer moves only behind a record that was read
            proper: Any = self._buffer  # type: ignore[has-type]  # an untyped class
            self._buffer = _Buffer(proper)
            try:
                return super()._read_msg(*given)
            finally:
                self._buffer = proper


def install() -> None:
    """Let the client read all records so."""
    memory_records.DefaultRecordBatch = LenientBatch

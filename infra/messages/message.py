"""A record of a topic, as it goes to a broker and as it comes from one.

Knows bytes and where they stand. Must not know the client that carries them, nor what they mean.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, overload

from typing_extensions import override

Header = tuple[str, bytes]
Headers = tuple[Header, ...]

_SHORT: Final = 64
"""Bytes of a header's name that is kept: others may send what they like."""


class Unread(Sequence[Header]):
    """Headers as they lie in a record (KIP-98), read when somebody asks for one. What is no such list, which brokers refuse, is empty.

    A name that is no UTF-8 is spelt out. As in the client, a header without a value has None.
    """

    __slots__ = ("_read", "raw")

    def __init__(self, raw: bytes) -> None:
        """`raw`: how many there are, then each name and value behind its length."""
        self.raw = raw
        self._read: Headers | None = None

    def glance(self, spelt: bytes) -> bytes:
        """What stands behind the first spelling of a name (`spelling`): its value, unless another's value spells a name as well."""
        at = self.raw.find(spelt) + len(spelt)
        return b"" if at < len(spelt) else self.raw[at + 1 : at + 1 + (self.raw[at] >> 1)]

    def laid_out(self, layout: Sequence[bytes]) -> list[bytes] | None:
        """The values between these bytes, where the headers are just so, each value shorter than 8 KiB; else None."""
        raw, at, values = self.raw, 0, []
        for part in layout:
            if not raw.startswith(part, at):
                return None
            at += len(part)
            if at + 1 >= len(raw):
                break
            size = raw[at]
            at += 1
            if size & 0x80:
                size += (raw[at] - 1) << 7
                at += 1
            if size & 1 or size >= 1 << 14:
                return None
            values.append(raw[at : at + (size >> 1)])
            at += size >> 1
        return values if at == len(raw) and len(values) == len(layout) - 1 else None

    def _all(self) -> Headers:
        if self._read is None:
            try:
                self._read = tuple(_read(self.raw))
            except (IndexError, ValueError):
                self._read = ()
        return self._read

    @overload
    def __getitem__(self, index: int) -> Header: ...
    @overload
    def __getitem__(self, index: slice) -> Headers: ...
    @override
    def __getitem__(self, index: int | slice) -> Header | Headers:
        return self._all()[index]

    @override
    def __iter__(self) -> Iterator[Header]:
        return iter(self._all())

    @override
    def __len__(self) -> int:
        return len(self._all())

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unread | tuple) and self._all() == tuple(other)

    @override
    def __hash__(self) -> int:
        return hash(self._all())


def spelt(headers: Headers | Unread) -> bytes:
    """Headers as they lie in a record."""
    if isinstance(headers, Unread):
        return headers.raw
    parts = [_sized(len(headers))]
    for name, value in headers:
        parts += (_named(name), _sized(len(value)), value)
    return b"".join(parts)


@lru_cache(maxsize=1_024)
def _named(name: str) -> bytes:
    return _sized(len(name.encode())) + name.encode()


@lru_cache(maxsize=1_024)
def _sized(number: int) -> bytes:
    """A length of zero or more in Kafka's spelling."""
    number <<= 1
    spelt = bytearray()
    while number >= 0x80:
        spelt.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*spelt, number])


def spelling(name: str) -> bytes:
    """A name, or a value that is a text, as it stands in a record: behind its length."""
    return _named(name)


def _read(raw: bytes) -> Iterator[Header]:
    """The headers in order. Lengths of one byte, which nearly all are, are read in place: a call costs as much as all the rest."""
    count, at = _length(raw, 0)
    for _ in range(count):
        size, at = (raw[at] >> 1, at + 1) if not raw[at] & 0x81 else _length(raw, at)
        if size < 0:
            raise ValueError("a name of less than nothing")
        name = (_kept if size < _SHORT else _text)(raw[at : at + size])
        at += size
        size, at = (raw[at] >> 1, at + 1) if not raw[at] & 0x81 else _length(raw, at)
        if size < 0:
            yield name, None  # type: ignore[misc]  # see Unread
        else:
            yield name, raw[at : at + size]
            at += size
    if at != len(raw):
        raise ValueError("these are no headers")


def _length(raw: bytes, at: int) -> tuple[int, int]:
    """A length in Kafka's spelling (seven bits a byte, the sign in the last bit) and where it ends."""
    number = shift = 0
    while True:
        byte = raw[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (number >> 1) ^ -(number & 1), at


def _text(spelt: bytes) -> str:
    """Bytes that are no text are spelt out."""
    return spelt.decode("utf-8", "backslashreplace")


_kept = lru_cache(maxsize=1_024)(_text)


class Place(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int


class Message(NamedTuple):
    """A record. One that goes out has no partition, offset and timestamp (milliseconds) yet: the broker gives them.

    A `value` of None is a tombstone: in a compacted topic it removes what was said under the key.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers | Unread = ()
    partition: int = -1
    offset: int = -1
    timestamp: int | None = None

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.topic, self.partition)


def after(messages: Iterable[Message]) -> dict[Place, int]:
    """The offsets to go on from when these messages, each partition's in order, are done with."""
    return {message.place: message.offset + 1 for message in messages}

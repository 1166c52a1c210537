"""A record of a topic, as it goes to a broker and as it comes from one.

Knows bytes and where they stand. Must not know the client that carries them, nor what they mean.
"""

from collections.abc import Iterable
from typing import NamedTuple

Headers = tuple[tuple[str, bytes], ...]


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
    headers: Headers = ()
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

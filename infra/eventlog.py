"""The event log as a role: what the engine, the loops and `verify` ask of it, whichever database it lies in.

Knows ids, versions, topics and bytes, and how sources and digests are made. Must not know SQL, nor what events mean.
"""

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol

from consumers.project import Source
from consumers.writing import Line
from domain.engine import Log


class Stored(NamedTuple):
    """An event as it lies in the log, with the hash of the version before it; types as found, whoever altered them."""

    position: int
    record: Any
    version: Any
    topic: Any
    state: Any
    previous: Any


class EventLog(Log, Source, Protocol):
    """The log: what is true. Opening checks that it is one, and of a version that this program knows."""

    place: str
    """What errors call it: a file, or a server's address without password."""

    @property
    def reopened(self) -> Callable[[], "EventLog"]:
        """What opens it once more, in another process too."""
        ...

    def max_position(self) -> int:
        """The last position, 0 in an empty log. Positions are 1, 2, 3… without holes: so many events there are."""
        ...

    def record_ids(self, after: str) -> Iterator[str]:
        """The ids of all records after one, in order."""
        ...

    def records(self, after: str, last: str) -> Sequence[Line]:
        """The events of the records after one up to another, each one's together."""
        ...

    def backwards(self, after: str, last: str) -> Generator[Line]:
        """The events of the records after one up to another, the newest first; a part at a time, in one walk."""
        ...

    def not_dossiers(self) -> Sequence[Line]:
        """The events of the directory, of petitions and of access."""
        ...

    def of_access(self, before: int | None, limit: int) -> Sequence[Line]:
        """Some events of access before a position, the newest first: tokens, sessions, who was told of a person, administrative acts."""
        ...

    def access_events(self) -> int:
        """How many of these there are."""
        ...

    def topics(self, after: str, last: str) -> Mapping[str, int]:
        """How many events of each topic the records after one up to another have."""
        ...

    def ending_with(self, tail: str) -> Sequence[str]:
        """Ids of the records that end with a text; looks at every record."""
        ...

    # ── for proof ───────────────────────────────────────────────────────────────────────────────────────────────────

    def damage(self) -> Iterator[str]:
        """What is not as the program made it: tables, triggers, the database's own checks."""
        ...

    def stored(self, after: int, limit: int) -> Sequence[Stored]:
        """The next events after a position, with what they are chained to."""
        ...

    def ledger(self, keys: Sequence[tuple[int, str]]) -> Mapping[tuple[int, str], int]:
        """(source number, id) -> position, of those that are in the ledger."""
        ...

    def checkpoints(self, after: int, last: int) -> Mapping[int, Any]:
        """Position -> running digest, after one position up to another."""
        ...

    def cut_off(self) -> Sequence[int]:
        """Positions of checkpoints behind the last event."""
        ...

    def ledger_lines(self, last: int) -> int:
        """How many lines the ledger has for positions up to one, or for positions that are not there."""
        ...

    def ledger_whole(self) -> Iterator[tuple[int, str, int, Any]]:
        """Every line of the ledger: source number, id, position, and the state of the event there."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


NO_POSITION: Final = (1 << 63) - 1
"""Behind every position."""


@lru_cache(maxsize=1 << 12)
def source_number(source: str) -> int:
    """A source in eight bytes. Two sources with one number would make a conflict of equal ids, never a loss."""
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:8], "big", signed=True)


def next_digest(previous: bytes, digests: bytes) -> bytes:
    """The running digest over all hashes (hex, side by side) in order of position."""
    return hashlib.sha256(previous + digests).digest()

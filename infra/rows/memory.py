"""What questions keep in memory from one to the next, of one generation: a process has it once, over however many connections it asks.

Knows what there is to keep, and when a directory is the one that is asked for. Must not know who asks. Any thread may ask; nobody waits
for another who reads the database or judges: two who miss the same at once both make it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final

from domain.directory import Directory
from infra.rows.keptlines import KeptLines
from infra.rows.unitrows import UnitRows

_DIRECTORIES: Final = 3
"""That are kept: as known now, and at some K of the past."""


class Directories:
    """What is registered, as it is known at some moments, of the latest number of events."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[int, tuple[Directory, ...]] = 0, ()
        """How many events they are of, and those asked for most lately first."""

    def known_at(self, known_at: datetime, events: int) -> Directory | None:
        """The one of so many events as known at K: the same object as long as it is the same."""
        of, kept = self._kept
        if of != events:
            return None
        found = next((each for each in kept if each.is_known_at(known_at)), None)
        if found is not None and found is not kept[0]:
            self.keep(found, events)
        return found

    def keep(self, made: Directory, events: int) -> None:
        """Keep one of so many events, where none of more is kept."""
        with self._lock:
            of, kept = self._kept
            if events >= of:
                others = kept if events == of else ()
                latest = (made, *(each for each in others if each is not made))
                self._kept = events, latest[:_DIRECTORIES]

    def forget(self) -> None:
        """Keep none: what was made may be of events that were not stored in the end."""
        with self._lock:
            self._kept = 0, ()


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is kept."""

    directories: Directories = field(default_factory=Directories)
    unit_rows: UnitRows = field(default_factory=UnitRows)
    """Of its counts."""
    lines: KeptLines = field(default_factory=KeptLines)
    """Of its findings."""

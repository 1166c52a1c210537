"""How often one may ask: each asker, and each address that has not proved who asks there.

Knows counts in this process's memory, of the last minute only, and is asked from one thread. Must not know who the askers are. They are not
shared with other processes: that would be a write to the database for each question, to keep one person from asking as often as there are
processes, which a proxy before them can do as well.
"""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

Kind = str
_SECONDS: Final = 60.0
_LONGEST: Final = 200
"""Characters of a key."""


class TooOften(Exception):
    """Somebody asks too often; `seconds`: after so long he may ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Limiting:
    """Counts hits in the last minute, of each kind for each key; `clock` is a monotonic one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, /, **per_minute: int) -> None:
        self._clock, self._most = clock, per_minute
        self._hits = OrderedDict[tuple[Kind, str], deque[float]]()
        """When; whose last one is longest ago stands first."""

    def __len__(self) -> int:
        """How many are remembered: those who asked within the last minute."""
        return len(self._hits)

    def hit(self, kind: Kind, key: str) -> None:
        """One more. TooOften where there were too many; that one is not counted."""
        of = kind, key[:_LONGEST]
        hits = self._hits.setdefault(of, self._recent(of))
        hits.append(self._clock())
        self._hits.move_to_end(of)

    def check(self, kind: Kind, key: str) -> None:
        """As `hit`, but nothing is counted."""
        self._recent((kind, key[:_LONGEST]))

    def _recent(self, of: tuple[Kind, str]) -> deque[float]:
        until = self._clock() - _SECONDS
        while self._hits and next(iter(self._hits.values()))[-1] <= until:
            self._hits.popitem(last=False)
        hits = self._hits.get(of, deque[float]())
        while hits and hits[0] <= until:
            hits.popleft()
        if len(hits) >= self._most[of[0]]:
            raise TooOften(math.ceil(hits[0] - until) if hits else math.ceil(_SECONDS))
        return hits

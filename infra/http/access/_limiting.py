"""How often one may ask: each asker, and each address that has not proved who asks there.

Knows counts in this process's memory. Must not know who the askers are. They are not shared with other processes: that would be a write to the
database for each question, to keep one person from asking as often as there are processes, which a proxy before them can do as well.
"""

import math
import time
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

Kind = str
_MOST_KEPT: Final = 200


class TooOften(Exception):
    """Somebody asks too often; `seconds`: after so long he may ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Limiting:
    """Counts hits in the last minute, of each kind for each key."""

    def __init__(self, **per_minute: int) -> None:
        self._counts = MovingWindowRateLimiter(MemoryStorage())
        self._items = {kind: RateLimitItemPerMinute(most) for kind, most in per_minute.items()}

    def hit(self, kind: Kind, key: str) -> None:
        """One more. TooOften where there were too many."""
        item = self._items[kind]
        if not self._counts.hit(item, kind, key[:_MOST_KEPT]):
            raise TooOften(self._after(kind, key))

    def check(self, kind: Kind, key: str) -> None:
        """As `hit`, but nothing is counted."""
        if not self._counts.test(self._items[kind], kind, key[:_MOST_KEPT]):
            raise TooOften(self._after(kind, key))

    def _after(self, kind: Kind, key: str) -> int:
        reset, _ = self._counts.get_window_stats(self._items[kind], kind, key[:_MOST_KEPT])
        return max(1, math.ceil(reset - time.time()))

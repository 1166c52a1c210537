"""How long to wait for a world that is away: twice as long each time, and a random part of it.

Knows numbers only. The random part ("full jitter") keeps ten workers from knocking at a database at the same instant.
"""

from collections.abc import Callable

_DOUBLINGS = 20
"""A million times the first wait is beyond every limit; larger powers would only grow without bound."""


class Backoff:
    """`first` and `most`: seconds; `chance`: a number from 0 to 1."""

    def __init__(self, first: float, most: float, chance: Callable[[], float]) -> None:
        self._first = first
        self._most = most
        self._chance = chance
        self._failed = 0

    def next(self) -> float:
        """Seconds to wait after one more failure."""
        longest = min(self._most, self._first * 2.0 ** min(self._failed, _DOUBLINGS))
        self._failed += 1
        return longest * self._chance()

    def reset(self) -> None:
        """It worked."""
        self._failed = 0

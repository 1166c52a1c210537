"""Notices a reader of a topic that stands although there is more to read.

Knows positions and moments. Must not know the client whose stalls it is there for: several of its versions had some.
"""

from collections.abc import Mapping
from typing import NamedTuple

from infra.messages.message import Place

POLLS = 20
"""So often must have been asked as well: a place waits for its turn among others that have much to give."""


class Reached(NamedTuple):
    """The offset that is read next (None: not even known yet) and the one that will be written next."""

    position: int | None
    end: int


class _Seen(NamedTuple):
    position: int | None
    since: float
    polls: int


class Watch:
    """`limit`: seconds that a place may stand."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._polls = 0
        self._seen: dict[Place, _Seen] = {}

    def polled(self) -> None:
        """The reader was asked for more."""
        self._polls += 1

    def standing(self, now: float, reached: Mapping[Place, Reached]) -> list[Place]:
        """The places that have stood for too long; those not given are not ours any more, or cannot be looked at."""
        seen = {}
        for place, (position, end) in reached.items():
            if position == end:
                continue  # its time begins when there is more
            before = self._seen.get(place)
            if before is None or before.position != position:
                before = _Seen(position, now, self._polls)
            seen[place] = before
        self._seen = seen
        return [
            place
            for place, (_, since, polls) in seen.items()
            if now - since >= self._limit and self._polls - polls >= POLLS
        ]

    def forget(self) -> None:
        """The reader is a new one."""
        self._seen = {}

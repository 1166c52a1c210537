"""An answer that many ask for within a moment, made once.

Knows when it was made. Must not know what it says. An import changes counts twice a second, and every overview that is open asks then:
whoever is shown the same is given what was made a moment ago, and it says of which moment it is.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from infra.answers import Answer

_MOMENT: Final = timedelta(seconds=2)
_MOST: Final = 50
"""Answers that are kept; the overview of a province is some hundred KiB."""


class Shared:
    """Answers of the last moment, for any thread. Nobody changes them."""

    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, tuple[datetime, Answer]] = OrderedDict()
        self._lock = Lock()

    def answer(self, key: Hashable, now: datetime, make: Callable[[], Answer]) -> Answer:
        """The answer of a moment ago under this key, else a new one; one that is not complete is made anew each time."""
        with self._lock:
            at, answer = self._made.get(key, (now - _MOMENT, {}))
        if now < at + _MOMENT:
            return answer
        answer = make()
        if answer["complete"]:
            with self._lock:
                self._made[key] = now, answer
                self._made.move_to_end(key)
                if len(self._made) > _MOST:
                    self._made.popitem(last=False)
        return answer

"""An answer that many ask for within a moment, made once.

Knows when it was made. Must not know what it says. An import changes counts twice a second, and every overview that is open asks then:
whoever is shown the same is given what was made a moment ago, or waits for what is being made, and it says of which moment it is.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Final, NamedTuple

from infra.answers import Answer

_MOMENT: Final = 2.0
_MOST: Final = 50
"""Answers that are kept; the overview of a province is some hundred KiB."""


class _Made(NamedTuple):
    """An answer, or one that is being made; `at`: when it was begun, by a monotonic clock."""

    at: float
    answer: Future[Answer]


class Shared:
    """Answers of the last moment, for any thread. Nobody changes them."""

    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, _Made] = OrderedDict()
        self._lock = Lock()

    def answer(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer of a moment ago under this key, else a new one, made once for all who ask meanwhile; so is what is raised.

        One that is not complete is made anew for who asks later.
        """
        made, mine = self._begun(key)
        if not mine:
            return made.answer.result()
        try:
            answer = make()
        except BaseException as error:
            self._forget(key, made)
            made.answer.set_exception(error)
            raise
        if not answer["complete"]:
            self._forget(key, made)
        made.answer.set_result(answer)
        return answer

    def _begun(self, key: Hashable) -> tuple[_Made, bool]:
        """What there is under a key; True: it is for who asks to make it."""
        with self._lock:
            made, now = self._made.get(key), time.monotonic()
            if made is not None and (not made.answer.done() or now < made.at + _MOMENT):
                return made, False
            made = self._made[key] = _Made(now, Future())
            self._made.move_to_end(key)
            if len(self._made) > _MOST:
                self._made.popitem(last=False)
            return made, True

    def _forget(self, key: Hashable, made: _Made) -> None:
        with self._lock:
            if self._made.get(key) is made:
                del self._made[key]

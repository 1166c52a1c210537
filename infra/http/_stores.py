"""Opened stores, each lent to one request at a time.

Knows when one has to be opened anew. Must not know what is asked of it. A store has one connection to each database, and one
transaction at a time; so many requests are answered at once as there are stores, the others wait their turn.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from queue import Empty, LifoQueue
from typing import Final, TypeVar

from infra.access import Scope
from infra.errors import CannotRun
from infra.wiring import Store

R = TypeVar("R")

_PATIENCE: Final = 10.0
"""Seconds that a request waits for a store; then there are more requests than can be answered."""
_SAME_SECONDS: Final = 1.0
"""For so long a store is taken to show the present generation: looking is a question to the database."""
_SWITCHES: Final = 3
"""Between two switches lies a whole rebuild; three within one request are nobody's doing."""


@dataclass(slots=True)
class _Opened:
    store: Store
    looked_at: float
    """When it was the present generation's, by a monotonic clock."""


class Stores:
    """`open_store` opens one as it is needed, `most` at a time at most; `clock` tells a request what time it is."""

    def __init__(
        self, open_store: Callable[[], Store], clock: Callable[[], datetime], most: int = 4
    ) -> None:
        self._open_store = open_store
        self._clock = clock
        self._waiting: LifoQueue[_Opened | None] = LifoQueue()
        for _ in range(most):
            self._waiting.put(None)

    def opened(self) -> Store:
        """One of its own for work that takes long; who asked for it closes it."""
        return self._open_store()

    def ask(self, question: Callable[[Store], R], scope: Scope) -> R:
        """The answer of the present generation, within a scope: of whoever asks, or FULL for our own work. CannotRun `busy` when all stores are lent for too long, and what a store raises."""
        for _ in range(_SWITCHES):
            try:
                return self._asked(question, scope)
            except CannotRun as switched:
                if switched.code != "generation_switched":
                    raise
        return self._asked(question, scope)

    def _asked(self, question: Callable[[Store], R], scope: Scope) -> R:
        with self._lent(scope) as store:
            return question(store)

    @contextmanager
    def _lent(self, scope: Scope) -> Iterator[Store]:
        try:
            opened = self._waiting.get(timeout=_PATIENCE)
        except Empty:
            raise CannotRun("too many requests at once; try again", code="busy") from None
        try:
            opened = self._fresh(opened)
            yield replace(opened.store, now=self._clock(), scope=scope)
        except CannotRun:
            # Its connection may be gone: the next request opens one that is not.
            _close(opened)
            opened = None
            raise
        finally:
            self._waiting.put(opened)

    def _fresh(self, opened: _Opened | None) -> _Opened:
        """One that shows the present generation."""
        now = time.monotonic()
        if opened is not None and now < opened.looked_at + _SAME_SECONDS:
            return opened
        if opened is not None:
            if opened.store.generations.present() == opened.store.generation:
                opened.looked_at = now
                return opened
            opened.store.close()
        return _Opened(self._open_store(), now)

    def close(self) -> None:
        """Close those that nobody has."""
        with suppress(Empty):
            while True:
                _close(self._waiting.get_nowait())


def _close(opened: _Opened | None) -> None:
    if opened is not None:
        with suppress(CannotRun):
            opened.store.close()

"""Opened stores, each lent to one request at a time.

Knows when one has to be opened anew, and how long a question may take. Must not know what is asked. A store has one connection to each
database, and one transaction at a time; so many requests are answered at once as there are stores, the others wait their turn. Some more
are for short questions of our own, as are threads: who asks, and whether there is anything new, is known however long others wait.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from queue import Empty, LifoQueue
from threading import BoundedSemaphore, Event
from typing import Final, ParamSpec, TypeVar

from infra.access import FULL, Scope
from infra.asking import FarPast
from infra.database import Ended
from infra.errors import CannotRun
from infra.http._past import AT_ONCE, Pictures
from infra.wiring import Store

R = TypeVar("R")
G = TypeVar("G")
P = ParamSpec("P")

_PATIENCE: Final = 10.0
"""Seconds that a request waits for a store; then there are more requests than can be answered."""
_SLICE: Final = 0.2
"""Seconds after which whoever waits looks whether the server stops."""
QUESTION_SECONDS: Final = 30.0
"""That a question may take: proxies and people have given up by then."""
EXPORT_SECONDS: Final = 600.0
"""The same for a list of everything; half of the stores at most are lent for so long."""
_SAME_SECONDS: Final = 1.0
"""For so long a store is taken to show the present generation: looking is a question to the database."""
_OWN: Final = 2
"""Stores for questions of our own: each takes a millisecond or so, unless one has to wait for who writes to the log."""
_SWITCHES: Final = 3
"""Between two switches lies a whole rebuild; three within one request are nobody's doing."""


_ENDED: Final = frozenset({"question_too_long", "server_stopping"})
"""Codes of questions that were ended by us: the store is as good as before."""


def nothing() -> None:
    """What is to be done where nobody waits for it."""


def _stopping() -> CannotRun:
    return CannotRun("the server stops; ask again in a moment", code="server_stopping")


@dataclass(slots=True, eq=False)
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
        self.clock = clock
        self._waiting, self._own = _none_opened(most), _none_opened(_OWN)
        self._threads = ThreadPoolExecutor(_OWN, "own")
        self._exports = BoundedSemaphore(max(1, most // 2))
        self._ending = Event()
        self._lent_now: set[_Opened] = set()
        self._past = Pictures(open_store, clock, self._stops)
        self.recorded: Callable[[], None] = nothing
        """Called when facts have been recorded, by whoever did so; from any thread."""

    def opened(self) -> Store:
        """One of its own for work that takes long; who asked for it closes it."""
        return self._open_store()

    def ask(
        self,
        question: Callable[[Store], R],
        scope: Scope,
        seconds: float = QUESTION_SECONDS,
        now: datetime | None = None,
    ) -> R:
        """The answer of the present generation, within the scope of whoever asks.

        CannotRun `busy` when all stores are lent for too long, `question_too_long` when the answer is not there after so many
        seconds, `being_made` when it is about a past of which a picture is made first, `server_stopping`, and what a store raises.
        `now`: what it takes for now, where that was read before.
        """

        def asked(store: Store) -> R:
            return question(store if now is None else replace(store, now=now))

        def at_once(most: int) -> R:
            return self._of_the_present(self._waiting, asked, scope, seconds, most)

        def lent(store: Store) -> R:
            with store.views.database.limited(self._ended_after(seconds), seconds):
                return asked(replace(store, scope=scope))

        try:
            return at_once(AT_ONCE)
        except FarPast as far:
            return self._past.ask(far, lent, at_once)

    def own(self, question: Callable[[Store], R]) -> R:
        """The answer to a short question of our own: it waits for nobody's question."""
        return self._of_the_present(self._own, question, FULL, QUESTION_SECONDS, None)

    async def aside(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """What comes of short work of our own, in a thread that no question takes."""
        stops = self._stops()
        if stops is not None:
            raise stops
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(work, *args, **kwargs))

    @property
    def making(self) -> bool:
        """Whether a picture of the past is being made."""
        return self._past.making

    def export(self, question: Callable[[Store], R], scope: Scope) -> R:
        """The same for a question that takes minutes: others find a store meanwhile."""
        if not self._patiently(lambda: self._exports.acquire(timeout=_SLICE)):
            raise CannotRun("too many requests at once; try again", code="busy")
        try:
            return self._of_the_present(self._waiting, question, scope, EXPORT_SECONDS, None)
        finally:
            self._exports.release()

    def _of_the_present(
        self,
        stores: "_Lending",
        question: Callable[[Store], R],
        scope: Scope,
        seconds: float,
        most: int | None,
    ) -> R:
        """Asked anew where another generation takes the place of the one that was asked, so many times."""
        switches = 0
        while True:
            ended = self._ended_after(seconds)
            try:
                with (
                    self._lent(stores, scope) as store,
                    store.views.database.limited(ended, seconds),
                ):
                    return question(replace(store, at_once=most))
            except CannotRun as switched:
                switches += 1
                if switched.code != "generation_switched" or switches > _SWITCHES:
                    raise

    def _stops(self) -> CannotRun | None:
        return _stopping() if self._ending.is_set() else None

    def _ended_after(self, seconds: float) -> Ended:
        until = time.monotonic() + seconds

        def ended() -> CannotRun | None:
            stops = self._stops()
            if stops is not None or time.monotonic() < until:
                return stops
            return CannotRun("the question takes too long", code="question_too_long")

        return ended

    @contextmanager
    def _lent(self, stores: "_Lending", scope: Scope) -> Iterator[Store]:
        got = self._patiently(lambda: _got(stores))
        if not got:
            raise CannotRun("too many requests at once; try again", code="busy")
        (opened,) = got
        lent = None
        try:
            lent = opened = self._fresh(opened)
            self._lent_now.add(lent)
            yield replace(opened.store, now=self.clock(), scope=scope)
        except CannotRun as error:
            if error.code not in _ENDED:
                # Its connection may be gone: the next request opens one that is not.
                _close(opened)
                opened = None
            raise
        finally:
            if lent is not None:
                self._lent_now.discard(lent)
            stores.put(opened)

    def _patiently(self, get: Callable[[], G]) -> G | None:
        """What there is to be had within `_PATIENCE`."""
        until = time.monotonic() + _PATIENCE
        while not self._ending.is_set():
            got = get()
            if got or time.monotonic() >= until:
                return got
        raise _stopping()

    def _fresh(self, opened: _Opened | None) -> _Opened:
        """One that shows the present generation."""
        now = time.monotonic()
        if opened is not None and now < opened.looked_at + _SAME_SECONDS:
            return opened
        if opened is not None:
            if opened.store.present:
                opened.looked_at = now
                return opened
            opened.store.close()
        return _Opened(self._open_store(), now)

    def end(self) -> None:
        """The server stops: what is asked ends now, and nothing is asked any more. From any thread."""
        self._ending.set()
        for opened in list(self._lent_now):
            opened.store.views.database.interrupt()
        self._past.end()

    def close(self) -> None:
        """Close those that nobody has."""
        self._past.close()
        self._threads.shutdown()
        for stores in (self._waiting, self._own):
            with suppress(Empty):
                while True:
                    _close(stores.get_nowait())


_Lending = LifoQueue[_Opened | None]
"""Stores that nobody has, each opened or still to be opened."""


def _none_opened(most: int) -> _Lending:
    stores = _Lending()
    for _ in range(most):
        stores.put(None)
    return stores


def _got(stores: _Lending) -> tuple[_Opened | None] | None:
    try:
        return (stores.get(timeout=_SLICE),)
    except Empty:
        return None


def _close(opened: _Opened | None) -> None:
    if opened is not None:
        with suppress(CannotRun):
            opened.store.close()

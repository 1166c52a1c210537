"""Opened stores, each lent to one request at a time.

Knows when one has to be opened anew, and how long a question may take. Must not know what is asked. A store has one connection to each
database, and one transaction at a time; so many requests are answered at once as there are stores, the others wait their turn. Some more
are for short questions of our own, as are threads: who asks, and whether there is anything new, is known however long others wait.
What one keeps in memory of a generation all of them know.
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
from threading import BoundedSemaphore, Event, Lock
from typing import Final, ParamSpec, TypeVar

from infra.access import FULL, Scope
from infra.errors import CannotRun
from infra.http._past import AT_ONCE, Pictures
from infra.questions.asking import FarPast
from infra.rows.database import Ended
from infra.rows.memory import Memory
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
class _Place:
    """For one store, which is opened or still to be opened."""

    store: Store | None = None
    looked_at: float = 0.0
    """When it was the present generation's, by a monotonic clock."""

    def close(self) -> None:
        """Close what is open."""
        store, self.store = self.store, None
        if store is not None:
            with suppress(CannotRun):
                store.close()


class Stores:
    """`open_store` opens one as it is needed, `most` at a time at most; `clock` tells a request what time it is."""

    def __init__(
        self, open_store: Callable[[], Store], clock: Callable[[], datetime], most: int = 4
    ) -> None:
        self._open_store = open_store
        self.clock = clock
        self._waiting, self._own = _places(most), _places(_OWN)
        self._threads = ThreadPoolExecutor(_OWN, "own")
        self._exports = BoundedSemaphore(max(1, most // 2))
        self._ending, self._closed = Event(), Event()
        self._lent_now: set[_Place] = set()
        self._memory: tuple[int, Memory] | None = None
        """Of the generation of this number."""
        self._sharing = Lock()
        self.pictures = Pictures(self._opened, clock, self._stops)
        self.recorded: Callable[[], None] = nothing
        """Called when facts have been recorded, by whoever did so; from any thread."""

    def opened(self) -> Store:
        """One of its own for work that takes long; who asked for it closes it."""
        return self._open_store()

    def _opened(self) -> Store:
        """One for questions: nobody writes to its views."""
        store = self._open_store()
        with self._sharing:
            if self._memory is None or self._memory[0] != store.generation:
                self._memory = store.generation, Memory()
            _, store.views.memory = self._memory
        return store

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
            return self._asked(self._waiting, asked, scope, seconds, most)

        def lent(store: Store) -> R:
            with store.views.database.limited(self._ended_after(seconds), seconds):
                return asked(replace(store, scope=scope))

        def ask() -> R:
            try:
                return at_once(AT_ONCE)
            except FarPast as far:
                return self.pictures.ask(far, lent, at_once)

        return _of_the_present(ask)

    def own(self, question: Callable[[Store], R]) -> R:
        """The answer to a short question of our own: it waits for nobody's question."""
        return _of_the_present(lambda: self._asked(self._own, question, FULL, QUESTION_SECONDS))

    async def aside(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """What comes of short work of our own, in a thread that no question takes."""
        stops = self._stops()
        if stops is not None:
            raise stops
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(work, *args, **kwargs))

    def export(self, question: Callable[[Store], R], scope: Scope) -> R:
        """The same for a question that takes minutes: others find a store meanwhile."""
        if not self._patiently(lambda: self._exports.acquire(timeout=_SLICE)):
            raise CannotRun("too many requests at once; try again", code="busy")
        try:
            return _of_the_present(
                lambda: self._asked(self._waiting, question, scope, EXPORT_SECONDS)
            )
        finally:
            self._exports.release()

    def _asked(
        self,
        places: "_Places",
        question: Callable[[Store], R],
        scope: Scope,
        seconds: float,
        most: int | None = None,
    ) -> R:
        ended = self._ended_after(seconds)
        with self._lent(places, scope) as store, store.views.database.limited(ended, seconds):
            return question(replace(store, at_once=most))

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
    def _lent(self, places: "_Places", scope: Scope) -> Iterator[Store]:
        place = self._patiently(lambda: _got(places))
        if place is None:
            raise CannotRun("too many requests at once; try again", code="busy")
        try:
            self._lent_now.add(place)
            store = self._fresh(place)
            yield replace(store, now=self.clock(), scope=scope)
        except CannotRun as error:
            if error.code not in _ENDED:
                # Its connection may be gone: the next request opens one that is not.
                place.close()
            raise
        finally:
            self._lent_now.discard(place)
            places.put(place)
            if self._closed.is_set():  # nobody else will
                _emptied(places)

    def _patiently(self, get: Callable[[], G]) -> G | None:
        """What there is to be had within `_PATIENCE`."""
        until = time.monotonic() + _PATIENCE
        while not self._ending.is_set():
            got = get()
            if got or time.monotonic() >= until:
                return got
        raise _stopping()

    def _fresh(self, place: _Place) -> Store:
        """Its store, which shows the present generation."""
        now = time.monotonic()
        if place.store is not None and now < place.looked_at + _SAME_SECONDS:
            return place.store
        if place.store is None or not self._is_present(place.store):
            place.close()
            place.store = self._opened()
        place.looked_at = now
        return place.store

    def _is_present(self, store: Store) -> bool:
        # What ended the question before may come late, and is meant for this one as well: the server stops.
        with store.views.database.limited(self._stops):
            return store.present

    def end(self) -> None:
        """The server stops: what is asked ends now, and nothing is asked any more. From any thread."""
        self._ending.set()
        for place in list(self._lent_now):
            if (store := place.store) is not None:
                store.views.database.interrupt()
        self.pictures.end()

    def close(self) -> None:
        """Close all; one that is still lent by whoever gives it back: a request that was given up goes on in its thread."""
        self._closed.set()
        self.end()  # once more: a statement that was about to begin the first time is under way by now
        self.pictures.close()
        self._threads.shutdown()
        for places in (self._waiting, self._own):
            _emptied(places)


_Places = LifoQueue[_Place]
"""Those of stores that nobody has."""


def _places(most: int) -> _Places:
    places = _Places()
    for _ in range(most):
        places.put(_Place())
    return places


def _emptied(places: _Places) -> None:
    with suppress(Empty):
        while True:
            places.get_nowait().close()


def _got(places: _Places) -> _Place | None:
    with suppress(Empty):
        return places.get(timeout=_SLICE)
    return None


def _of_the_present(ask: Callable[[], R]) -> R:
    """Asked anew where another generation takes the place of the one that was asked, so many times."""
    switches = 0
    while True:
        try:
            return ask()
        except CannotRun as switched:
            switches += 1
            if switched.code != "generation_switched" or switches > _SWITCHES:
                raise

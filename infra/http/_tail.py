"""A numbered feed followed once for all who listen to it: in the order of commits, none skipped and none twice.

Knows numbers. Must not know what they number. One task reads what is new, and keeps the last of it for all; each listener has only
a place: 1 where the feed ends is known before the response begins; 2 who comes is noted; 3 what lies between the last id that he
has and what is kept is read for him, in pages; 4 then he is told what is kept, from there on. A number means the same after a
restart, a rebuild, and in another process. Who reads so slowly that what he lacks is no longer kept is let go: he comes again with
his last id. So memory does not grow with listeners, nor with how slow they are.
"""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext, suppress
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

import structlog
from fastapi.concurrency import run_in_threadpool

from domain.errors import Contended
from infra.access import FULL, Scope
from infra.errors import CannotRun
from infra.http._sse import BEAT_SECONDS, beat, event
from infra.http._stores import Stores
from infra.wiring import Store

_LOOK_SECONDS: Final = 0.05
_AGAIN_SECONDS: Final = 1.0
"""Until a feed that could not be read is looked at again."""
_LOST_SECONDS: Final = 2.0
"""So long a feed must end before what was heard of it, to be taken for another: for a moment after a switch of generations a store
may still show the one before."""
KEPT: Final = 2_000
"""Rows that are kept for all: some megabytes, and about a second of an import."""
_AT_ONCE: Final = 100
"""Rows of one write: who does not read has so many waiting for him, and no more."""


class Numbered(Protocol):
    """A row of a feed."""

    @property
    def number(self) -> int:
        """Its place in the feed."""
        ...


I = TypeVar("I", bound=Numbered)  # noqa: E741
R = TypeVar("R")
I_co = TypeVar("I_co", bound=Numbered, covariant=True)


class Page(NamedTuple, Generic[I_co]):
    """The next rows, and the number of the feed's last row when they were read."""

    rows: Sequence[I_co]
    last: int


class Source(Protocol[I_co]):
    """A feed as a store shows it."""

    def last(self, store: Store, /) -> int:
        """The number of its last row."""
        ...

    def page(self, store: Store, after: int, /) -> Page[I_co]:
        """The next rows after a number."""
        ...


class Start(NamedTuple):
    """Where a stream begins: behind a number that was heard, in a feed that ends at `last`."""

    after: int
    last: int


class Tail(Generic[I]):
    """Follows a feed as long as anybody listens."""

    def __init__(
        self,
        stores: Stores,
        source: Source[I],
        *,
        scope: Scope | None = None,
        look_seconds: float = _LOOK_SECONDS,
        apart_seconds: float = 0.0,
        keep: int = KEPT,
        turn: asyncio.Semaphore | None = None,
    ) -> None:
        """`scope`: of all who listen, for whom the feed is a question like others; None: each is told only what his own scope shows.

        `apart_seconds`: after something was found it looks no sooner, whoever says that there is more; the first after a silence is
        found at once. `turn`: shared by tails whose long questions are asked one after another.
        """
        self._stores, self._source, self._scope = stores, source, scope
        self._look_seconds, self._apart_seconds, self._most = look_seconds, apart_seconds, keep
        self.ended = False
        self.listeners = 0
        self.lost = 0
        """How often the feed was found to have begun anew."""
        self.news = asyncio.Event()
        """Set, and replaced, whenever there is something new."""
        self._looking = asyncio.Event()
        self.following: asyncio.Task[None] | None = None
        self._picturing = asyncio.Semaphore(1)
        self._turn: AbstractAsyncContextManager[Any] = turn or nullcontext()
        self._kept: list[I] = []
        self._floor = self._at = 0

    async def start(self, heard: int | None) -> Start:
        """Where somebody begins who heard up to a number; who heard nothing yet, from now on. CannotRun where that cannot be known."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _LOST_SECONDS
        while True:
            last = await self._stores.aside(self._stores.own, self._source.last)
            if heard is None or heard <= last or loop.time() >= until:
                return Start(last if heard is None else heard, last)
            await asyncio.sleep(self._look_seconds)

    async def pictured(self, question: Callable[[Store], R]) -> R | None:
        """The answer to what each who comes has read for himself: a question like others, and one of them at a time.

        So however many come, and from how long ago, they take one store from others, and none from who follows or says who asks.
        """
        async with self._picturing:
            return await self._asked(question, self._scope or FULL)

    async def page_for_one(self, after: int) -> Page[I] | None:
        """`page` for who is behind what is kept."""
        return await self.pictured(lambda store: self._source.page(store, after))

    async def page(self, after: int) -> Page[I] | None:
        """The next rows; None where all ends."""
        if self._scope is not None:
            last = await self._asked(self._source.last, None)
            if last is None or last == after:
                return None if last is None else Page([], last)
        async with self._turn:
            return await self.asked(lambda store: self._source.page(store, after))

    async def asked(self, question: Callable[[Store], R]) -> R | None:
        """The answer to a question, asked until there is one, or all ends: then None."""
        return await self._asked(question, self._scope)

    async def _asked(self, question: Callable[[Store], R], scope: Scope | None) -> R | None:
        while not self.ended:
            try:
                if scope is None:
                    return await self._stores.aside(self._stores.own, question)
                return await run_in_threadpool(self._stores.ask, question, scope)
            except CannotRun as away:
                structlog.get_logger().warning(away.message, code=away.code)
            except Contended:
                structlog.get_logger().warning("contended")
            await asyncio.sleep(_AGAIN_SECONDS)
        return None

    @contextmanager
    def listening(self, last: int) -> Iterator[asyncio.Task[None]]:
        """Be there to be told, by a task that follows; the first who comes makes it begin behind `last`."""
        if self.following is None:
            self._kept, self._floor, self._at = [], last, last
            self._looking = asyncio.Event()
            self.following = asyncio.create_task(self._follow())
            self.following.add_done_callback(self._stopped)
        self.listeners += 1
        try:
            yield self.following
        finally:
            self.listeners -= 1
            if not self.listeners and self.following is not None:
                self.following.cancel()
                self.following = None

    def kept(self, after: int) -> Sequence[I] | None:
        """What is kept after a number; None where there was more."""
        if after < self._floor:
            return None
        begin = bisect_right(self._kept, after, key=lambda row: row.number)
        return self._kept[begin : begin + _AT_ONCE]

    @property
    def at(self) -> int:
        """The number up to which it has followed."""
        return self._at

    def look(self) -> None:
        """There may be something new: it looks now, not only when it would anyway."""
        self._looking.set()

    def end(self) -> None:
        """Let all go who listen, and who will: the server ends."""
        self.ended = True
        self._wake()

    def _wake(self) -> None:
        self.news.set()
        self.news = asyncio.Event()

    def _stopped(self, following: asyncio.Task[None]) -> None:
        """A fault of ours ends no server, and leaves nobody waiting for what will not come: who comes again is told anew."""
        fault = None if following.cancelled() else following.exception()
        if fault is not None:
            structlog.get_logger().error("internal_error", kind=type(fault).__name__)
        if self.following is following:
            self.following = None
            self._wake()

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        whole_at = loop.time()
        while (page := await self.page(self._at)) is not None:
            if page.last >= self._at:
                whole_at = loop.time()
            elif loop.time() >= whole_at + _LOST_SECONDS:
                self.lost += 1
                self._kept, self._floor, self._at = [], page.last, page.last
                self._wake()
            if page.rows:
                self._keep(page.rows)
                self._wake()
            elif page.last > self._at:
                self._at = page.last
            if page.rows and self._apart_seconds:
                await asyncio.sleep(self._apart_seconds)
            elif not page.rows or page.rows[-1].number >= page.last:
                await pause(self._looking, self._look_seconds)

    def _keep(self, rows: Sequence[I]) -> None:
        self._kept += rows
        self._at = rows[-1].number
        if len(self._kept) > 2 * self._most:
            self._floor = self._kept[-self._most - 1].number
            self._kept = self._kept[-self._most :]


async def pause(ended: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until it is ended; what was ended before is looked at next."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await ended.wait()
    ended.clear()


async def told(tail: Tail[I], start: Start, render: Callable[[I], bytes]) -> AsyncGenerator[bytes]:
    """What a listener is told from a start on; `render` makes nothing of what he does not want to hear."""
    loop = asyncio.get_running_loop()
    with tail.listening(start.last) as following:
        place = _Place(tail, start)
        silent_since = loop.time()
        if start.after > start.last:
            yield place.restarted(start.last)
        while not tail.ended and not following.done():
            news = tail.news
            if tail.lost != place.lost:
                yield place.restarted(tail.at)
                continue
            rows = await place.next()
            if rows is None:
                return
            said = [(row.number, text) for row in rows if (text := render(row))]
            if said:
                place.heard = said[-1][0]
                yield b"".join(text for _, text in said)
                silent_since = loop.time()
            elif loop.time() >= silent_since + BEAT_SECONDS:
                yield place.beat()
                silent_since = loop.time()
            elif not rows:
                try:
                    async with asyncio.timeout_at(silent_since + BEAT_SECONDS):
                        await news.wait()
                except TimeoutError:
                    pass


class _Place(Generic[I]):
    """How far one listener is."""

    def __init__(self, tail: Tail[I], start: Start) -> None:
        self._tail = tail
        self.lost = tail.lost
        self._at = self.heard = start.after
        """Up to where he was told all he wants to hear, and the last id that he has."""
        self._caught_up = False

    async def next(self) -> Sequence[I] | None:
        """The next rows for him; None where he is let go."""
        rows = self._tail.kept(self._at)
        if rows is None:
            if self._caught_up:
                return None
            page = await self._tail.page_for_one(self._at)
            if page is None:
                return None
            rows = page.rows
            if not rows:
                self._at = max(self._at, page.last)
        else:
            self._caught_up = True
        if rows:
            self._at = rows[-1].number
        return rows

    def restarted(self, last: int) -> bytes:
        """A feed that was lost has other numbers: he must take a new picture."""
        self.lost = self._tail.lost
        self._at = self.heard = last
        return event("restarted", "{}", last)

    def beat(self) -> bytes:
        """A sign of life, with the id that he has not been told of."""
        moved = self._at != self.heard
        self.heard = self._at
        return beat(self._at if moved else None)

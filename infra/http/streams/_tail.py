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
from contextlib import contextmanager
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from infra.access import FULL, Scope
from infra.http.streams._following import Following, Reader, noticed
from infra.http.streams._sse import BEAT_SECONDS, beat, event
from infra.wiring import Store

_LOOK_SECONDS: Final = 0.05
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
    """The last of a feed, as long as anybody listens."""

    def __init__(
        self,
        reader: Reader,
        source: Source[I],
        *,
        scope: Scope | None = None,
        look_seconds: float = _LOOK_SECONDS,
        apart_seconds: float = 0.0,
        keep: int = KEPT,
    ) -> None:
        """`scope`: of all who listen, for whom the feed is a question like others; None: each is told only what his own scope shows.

        `apart_seconds`: after something was found it looks no sooner, whoever says that there is more; the first after a silence is
        found at once.
        """
        self._reader, self._source, self._scope = reader, source, scope
        self._look_seconds, self._apart_seconds, self._most = look_seconds, apart_seconds, keep
        self.following = Following(reader)
        self.lost = 0
        """How often the feed was found to have begun anew."""
        self._begin(0)

    async def start(self, heard: int | None) -> Start:
        """Where somebody begins who heard up to a number; who heard nothing yet, from now on. CannotRun where that cannot be known."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _LOST_SECONDS
        while True:
            last = await self._reader.short(self._source.last)
            if heard is None or heard <= last or loop.time() >= until:
                return Start(last if heard is None else heard, last)
            await asyncio.sleep(self._look_seconds)

    async def for_one(self, question: Callable[[Store], R]) -> R | None:
        """The answer to what each who comes has read for himself; None where all ends."""
        scope = self._scope or FULL
        return await self.following.answered(lambda: self._reader.long(question, scope))

    async def page(self, after: int) -> Page[I] | None:
        """The next rows for who is behind what is kept."""
        return await self.for_one(lambda store: self._source.page(store, after))

    @contextmanager
    def listening(self, last: int) -> Iterator[Callable[[], bool]]:
        """Be there to be told, as long as what is yielded says so; the first who comes makes it begin behind `last`."""
        if not self.following.begun:
            self._begin(last)
        with self.following.listening(self._step) as goes_on:
            yield goes_on

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

    def _begin(self, last: int) -> None:
        self._kept: list[I] = []
        self._floor = self._at = last
        self._whole: float | None = None
        """When the feed was last seen not to end before what was heard of it."""

    async def _step(self) -> float:
        """Keep what is new."""
        page = await self._next()
        now = asyncio.get_running_loop().time()
        if page.last >= self._at or self._whole is None:
            self._whole = now
        elif now >= self._whole + _LOST_SECONDS:
            self.lost += 1
            self._begin(page.last)
            self.following.wake()
        if not page.rows:
            self._at = max(self._at, page.last)
            return self._look_seconds
        self._keep(page.rows)
        self.following.wake()
        if self._apart_seconds:
            await asyncio.sleep(self._apart_seconds)
            return 0.0
        return 0.0 if self._at < page.last else self._look_seconds

    async def _next(self) -> Page[I]:
        after = self._at

        def page(store: Store) -> Page[I]:
            return self._source.page(store, after)

        if self._scope is None:
            return await self._reader.short(page)
        last = await self._reader.short(self._source.last)
        return Page([], last) if last == after else await self._reader.long(page, self._scope)

    def _keep(self, rows: Sequence[I]) -> None:
        self._kept += rows
        self._at = rows[-1].number
        if len(self._kept) > 2 * self._most:
            self._floor = self._kept[-self._most - 1].number
            self._kept = self._kept[-self._most :]


async def told(tail: Tail[I], start: Start, render: Callable[[I], bytes]) -> AsyncGenerator[bytes]:
    """What a listener is told from a start on; `render` makes nothing of what he does not want to hear."""
    loop = asyncio.get_running_loop()
    with tail.listening(start.last) as goes_on:
        place = _Place(tail, start)
        silent_since = loop.time()
        if start.after > start.last:
            yield place.restarted(start.last)
        while goes_on():
            news = tail.following.news
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
                await noticed(news, silent_since + BEAT_SECONDS - loop.time())


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
            page = await self._tail.page(self._at)
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

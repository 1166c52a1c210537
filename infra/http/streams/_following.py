"""What is followed once for all who listen to it: by one task, that asks again where it was not answered.

Knows tasks and threads. Must not know what is read, nor who is told of it. A database that is away, and one that is there again, are
said once for all streams of a server.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

import structlog

from domain.errors import Contended
from infra.access import Scope
from infra.errors import CannotRun
from infra.http._stores import Stores
from infra.wiring import Store

_AGAIN_SECONDS: Final = 1.0
"""Until what was not answered is asked again, at least."""

R = TypeVar("R")


class Reader:
    """Asks the questions of all streams of a server; each once."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        # A thread, not a semaphore: a question whose listener has gone goes on to its end, and the next one waits for that.
        self._thread = ThreadPoolExecutor(1, "streams")
        self._waiting = Counter[str]()

    async def short(self, question: Callable[[Store], R]) -> R:
        """The answer to a short question of our own: it waits for nobody's question."""
        return await self._stores.aside(self._stores.own, question)

    async def long(self, question: Callable[[Store], R], scope: Scope) -> R:
        """The answer to a question like those of others, one at a time.

        Whatever wakes all streams, and however many come at once, and from how long ago: they take one store from others, and no thread.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._stores.ask, question, scope)

    @contextmanager
    def waiting(self) -> Iterator[Callable[[CannotRun | Contended], None]]:
        """Of one who may have to wait: what is yielded takes down why.

        It is said when he is the first who waits for that, and when nobody does any more.
        """
        why: str | None = None

        def waits(error: CannotRun | Contended) -> None:
            nonlocal why
            before, why = why, error.code if isinstance(error, CannotRun) else "contended"
            self._waiting[why] += 1
            if self._waiting[why] == 1:
                structlog.get_logger().warning("streams wait", code=why, reason=str(error))
            self._waits_no_more(before)

        try:
            yield waits
        finally:
            self._waits_no_more(why)

    def _waits_no_more(self, why: str | None) -> None:
        if why is not None:
            self._waiting[why] -= 1
            if not self._waiting[why]:
                structlog.get_logger().info("no stream waits any more", code=why)

    def close(self) -> None:
        """Nobody listens any more."""
        self._thread.shutdown()


class Following:
    """A step that is made over and over as long as anybody listens, by one task."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.listeners = 0
        self.news = asyncio.Event()
        """Set, and replaced, whenever there is something new."""
        self._looking = asyncio.Event()
        self._end = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def begun(self) -> bool:
        """Whether anybody listens whom a task follows for."""
        return self._task is not None

    @property
    def ended(self) -> bool:
        """Whether all ends."""
        return self._end.is_set()

    @contextmanager
    def listening(self, step: Callable[[], Awaitable[float]]) -> Iterator[Callable[[], bool]]:
        """Be there to be told, as long as what is yielded says so; the first who comes makes the task begin.

        `step` looks once for what is new, and says for how many seconds nobody need look.
        """
        if self._task is None:
            self._looking.clear()
            self._task = asyncio.create_task(self._follow(step))
            self._task.add_done_callback(self._stopped)
        task = self._task
        self.listeners += 1
        try:
            yield lambda: not (self.ended or task.done())
        finally:
            self.listeners -= 1
            if not self.listeners and self._task is not None:
                self._task.cancel()
                self._task = None

    async def answered(self, asked: Callable[[], Awaitable[R]]) -> R | None:
        """What comes of it, asked until it is answered, or all ends: then None.

        What fails after long leaves as long to others.
        """
        loop = asyncio.get_running_loop()
        with self._reader.waiting() as waits:
            while not self.ended:
                began = loop.time()
                try:
                    return await asked()
                except (CannotRun, Contended) as error:
                    if not self.ended:
                        waits(error)
                await noticed(self._end, max(_AGAIN_SECONDS, loop.time() - began))
        return None

    def look(self) -> None:
        """There may be something new: it looks now, not only when it would anyway."""
        self._looking.set()

    def wake(self) -> None:
        """Let all know that there is something new."""
        self.news.set()
        self.news = asyncio.Event()

    def end(self) -> None:
        """Let all go who listen, and who will: the server ends."""
        self._end.set()
        self.wake()

    async def _follow(self, step: Callable[[], Awaitable[float]]) -> None:
        while (seconds := await self.answered(step)) is not None:
            await noticed(self._looking, seconds)
            self._looking.clear()

    def _stopped(self, task: asyncio.Task[None]) -> None:
        """A fault of ours ends no server, and leaves nobody waiting for what will not come: who comes again is told anew."""
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            structlog.get_logger().error("internal_error", kind=type(fault).__name__)
        if self._task is task:
            self._task = None
            self.wake()


async def noticed(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, so long at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()

"""Judgements of single dossiers, looked after once for all who listen to them: the newest, whenever it is another.

Knows ids. Must not know what a judgement is. One task asks, for all dossiers that anybody listens to, whether anything has changed,
and reads the judgement of those where it may have. A listener is told the newest one: who reads slowly misses some that lay between,
never the last; all of them are in the dossier's history.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from domain.errors import Contended
from infra.errors import CannotRun
from infra.http._sse import BEAT_SECONDS, beat, event
from infra.http._stores import Stores
from infra.http._tail import pause
from infra.judgements import Judgement, judgement, tokens
from infra.language import Lang
from infra.scoping import Held

_LOOK_SECONDS: Final = 0.2
_AGAIN_SECONDS: Final = 1.0


Shows = Callable[[str | None, Held], bool]
"""Whether a dossier of a unit, held by these, is shown to somebody."""


@dataclass(slots=True)
class Watched:
    """A dossier that somebody listens to; `present` None: nothing of it is in the tables."""

    present: Judgement | None
    token: Any = None
    listeners: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Watch:
    """Looks after the dossiers that are listened to, in one language."""

    def __init__(self, stores: Stores, lang: Lang) -> None:
        self._stores, self._lang = stores, lang
        self.watched: dict[str, Watched] = {}
        self.ended = False
        self._looking = asyncio.Event()
        self._following: asyncio.Task[None] | None = None

    async def judgement(self, dossier: str) -> Judgement | None:
        """The judgement of a dossier now."""
        return await self._stores.aside(
            self._stores.own, lambda store: judgement(store, dossier, self._lang)
        )

    def look(self) -> None:
        """There may be something new: it looks now, not only when it would anyway."""
        self._looking.set()

    def end(self) -> None:
        """Let all go: the server ends."""
        self.ended = True
        self._wake_all()

    def _wake_all(self) -> None:
        for watched in self.watched.values():
            _wake(watched)

    @contextmanager
    def listening(self, dossier: str, present: Judgement | None) -> Iterator[Watched]:
        """Be told of a dossier, of which this was the judgement a moment ago."""
        watched = self.watched.setdefault(dossier, Watched(present))
        watched.listeners += 1
        if present is not None and (
            watched.present is None or watched.present.version <= present.version
        ):
            watched.present = present
            _wake(watched)
        watched.token = None  # which of two of one version is the newer one the next look tells
        if self._following is None:
            self._looking = asyncio.Event()
            self._following = asyncio.create_task(self._follow())
            self._following.add_done_callback(self._stopped)
        try:
            yield watched
        finally:
            watched.listeners -= 1
            if not watched.listeners:
                self.watched.pop(dossier, None)
            if not self.watched and self._following is not None:
                self._following.cancel()
                self._following = None

    def _stopped(self, following: asyncio.Task[None]) -> None:
        """A fault of ours ends no server, and leaves nobody waiting for what will not come."""
        fault = None if following.cancelled() else following.exception()
        if fault is not None:
            structlog.get_logger().error("internal_error", kind=type(fault).__name__)
        if self._following is following:
            self._following = None
            self._wake_all()

    async def _follow(self) -> None:
        while not self.ended:
            try:
                await self._look()
                await pause(self._looking, _LOOK_SECONDS)
            except CannotRun as away:
                structlog.get_logger().warning(away.message, code=away.code)
                await asyncio.sleep(_AGAIN_SECONDS)
            except Contended:
                structlog.get_logger().warning("contended")
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _look(self) -> None:
        dossiers = list(self.watched)
        found = await self._stores.aside(self._stores.own, lambda store: tokens(store, dossiers))
        for dossier, token in found.items():
            watched = self.watched.get(dossier)
            if watched is not None and watched.token != token:
                before = watched.present
                present = await self.judgement(dossier)
                if watched.present is not before:
                    continue  # whoever came meanwhile brought one, and which is the newer one the next look tells
                watched.token = token
                if present is not None and (before is None or _follows(present, before)):
                    watched.present = present
                    if before is None or before.id != present.id:
                        _wake(watched)

    async def told(
        self, dossier: str, present: Judgement | None, heard: str | None, shows: Shows
    ) -> AsyncGenerator[bytes]:
        """The judgement whenever it is another than the one heard last, as long as the dossier is shown to the listener."""
        with self.listening(dossier, present) as watched:
            following = self._following
            while not self.ended and self._following is following:
                news, now = watched.news, watched.present
                if now is not None and not shows(now.unit, now.held):
                    return
                if now is not None and now.id != heard:
                    heard = now.id
                    yield event("judgement", now.body, now.id)
                    continue
                try:
                    async with asyncio.timeout(BEAT_SECONDS):
                        await news.wait()
                except TimeoutError:
                    yield beat()


def _follows(present: Judgement, before: Judgement) -> bool:
    """Whether one takes the other's place."""
    # A dossier that an event cannot be applied to is set back. But for a moment after a switch a store may show the generation before.
    return present.version >= before.version or present.generation >= before.generation


def _wake(watched: Watched) -> None:
    watched.news.set()
    watched.news = asyncio.Event()

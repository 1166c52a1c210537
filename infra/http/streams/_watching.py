"""Judgements of single dossiers, looked after once for all who listen to them: the newest, whenever it is another.

Knows ids. Must not know what a judgement is. One task asks, for all dossiers that anybody listens to, whether anything has changed,
and reads the judgement of those where it may have. A listener is told the newest one: who reads slowly misses some that lay between,
never the last; all of them are in the dossier's history.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from infra.http.streams._following import Following, Reader, noticed
from infra.http.streams._sse import BEAT_SECONDS, beat, event
from infra.language import Lang
from infra.questions.judgements import Judgement, judgement, tokens
from infra.scoping import Held

_LOOK_SECONDS: Final = 0.2


Shows = Callable[[str | None, Held], bool]
"""Whether a dossier of a unit, held by these, is shown to somebody."""


@dataclass(slots=True)
class Watched:
    """A dossier that somebody listens to; `present` None: nothing of it is in the tables."""

    present: Judgement | None
    token: Any = None
    listeners: int = 0


class Watch:
    """Looks after the dossiers that are listened to, in one language."""

    def __init__(self, reader: Reader, lang: Lang) -> None:
        self._reader, self._lang = reader, lang
        self.following = Following(reader)
        self.watched: dict[str, Watched] = {}

    async def judgement(self, dossier: str) -> Judgement | None:
        """The judgement of a dossier now."""
        return await self._reader.short(lambda store: judgement(store, dossier, self._lang))

    @contextmanager
    def listening(
        self, dossier: str, present: Judgement | None
    ) -> Iterator[tuple[Watched, Callable[[], bool]]]:
        """Be told of a dossier, of which this was the judgement a moment ago, as long as what is yielded says so."""
        watched = self.watched.setdefault(dossier, Watched(present))
        watched.listeners += 1
        if present is not None and (
            watched.present is None or watched.present.version <= present.version
        ):
            watched.present = present
            self.following.wake()
        watched.token = None  # which of two of one version is the newer one the next look tells
        try:
            with self.following.listening(self._step) as goes_on:
                yield watched, goes_on
        finally:
            watched.listeners -= 1
            if not watched.listeners:
                del self.watched[dossier]

    async def _step(self) -> float:
        """Read again what may be another."""
        dossiers = list(self.watched)
        found = await self._reader.short(lambda store: tokens(store, dossiers))
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
                        self.following.wake()
        return _LOOK_SECONDS

    async def told(
        self, dossier: str, present: Judgement | None, heard: str | None, shows: Shows
    ) -> AsyncGenerator[bytes]:
        """The judgement whenever it is another than the one heard last, as long as the dossier is shown to the listener."""
        loop = asyncio.get_running_loop()
        with self.listening(dossier, present) as (watched, goes_on):
            silent_since = loop.time()
            while goes_on():
                news, now = self.following.news, watched.present
                if now is not None and not shows(now.unit, now.held):
                    return
                if now is not None and now.id != heard:
                    heard = now.id
                    yield event("judgement", now.body, now.id)
                    silent_since = loop.time()
                elif loop.time() >= silent_since + BEAT_SECONDS:
                    yield beat()
                    silent_since = loop.time()
                else:
                    await noticed(news, silent_since + BEAT_SECONDS - loop.time())


def _follows(present: Judgement, before: Judgement) -> bool:
    """Whether one takes the other's place."""
    # A dossier that an event cannot be applied to is set back. But for a moment after a switch a store may show the generation before.
    return present.version >= before.version or present.generation >= before.generation

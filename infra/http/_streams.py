"""Live streams: what opened and ceased, to everyone who listens, in the order of commits, none skipped and none twice.

Knows Server-Sent Events. Must not know what a finding is. One tail of the feed serves all who listen in a language, however many:
1 who comes is noted first; 2 is told what the feed holds after the last id that he has, in pages; 3 then what the tail brings, from
there on. An id is a number of the feed, so it means the same after a restart, a rebuild, and in another process. Who does not
read as fast as the feed grows is let go, with at most `_BEHIND` notices in memory: he comes again with his last id.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Header, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from consumers.notify import Notice
from domain.errors import Refused
from domain.values import unit_key
from infra.errors import CannotRun
from infra.feed import ViewsFeed
from infra.findings import chosen_rules, chosen_units
from infra.http import _parameters as of
from infra.http._parameters import Reading, given, reading
from infra.http._problems import answered
from infra.http._stores import Stores
from infra.language import Lang

_LOOK_SECONDS: Final = 0.1
_AGAIN_SECONDS: Final = 1.0
"""Until a feed that could not be read is looked at again."""
_PAGE: Final = 200
_BEHIND: Final = 1_000
_DIGITS: Final = 18


@dataclass(slots=True, eq=False)
class Listener:
    """Somebody who listens: what he still has to be told; `let_go` when he was too slow."""

    since: int
    waiting: asyncio.Queue[Notice | None] = field(default_factory=lambda: asyncio.Queue(_BEHIND))
    """None: nothing more comes."""
    let_go: bool = False


class Tail:
    """Follows the feed for all who listen in one language; `listeners` are those that are told."""

    def __init__(self, stores: Stores, clock: Callable[[], datetime], lang: Lang) -> None:
        self._stores, self._clock, self._lang = stores, clock, lang
        self.listeners: set[Listener] = set()
        self._at = 0
        self._following: asyncio.Task[None] | None = None
        self._beginning = asyncio.Lock()
        self._ended = False

    async def notices(self, after: int) -> Sequence[Notice]:
        """The next page of the feed after a number."""
        return await run_in_threadpool(
            self._stores.ask,
            lambda store: ViewsFeed(store, self._clock, self._lang).notices(after, _PAGE),
        )

    async def last(self) -> int:
        """The feed's last number."""
        return await run_in_threadpool(
            self._stores.ask, lambda store: ViewsFeed(store, self._clock, self._lang).last()
        )

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Listener]:
        """Be told from now on; the tail runs as long as anybody listens."""
        async with self._beginning:
            if self._following is None:
                self._at = await self.last()
                self._following = asyncio.create_task(self._follow())
        # Nothing is awaited between the two lines: no notice can come.
        listener = Listener(self._at)
        self.listeners.add(listener)
        if self._ended:
            self._tell(listener, None)
        try:
            yield listener
        finally:
            self.listeners.discard(listener)
            if not self.listeners:
                self._rest()

    def end(self) -> None:
        """Let all go who listen, and who will: the server ends."""
        self._ended = True
        for listener in list(self.listeners):
            self._tell(listener, None)

    def _rest(self) -> None:
        following, self._following = self._following, None
        if following is not None:
            following.cancel()

    async def _follow(self) -> None:
        while True:
            try:
                page = await self.notices(self._at)
            except CannotRun as away:
                structlog.get_logger().warning(away.message, code=away.code)
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            for notice in page:
                self._at = notice.number
                for listener in list(self.listeners):
                    self._tell(listener, notice)
            if len(page) < _PAGE:
                await asyncio.sleep(_LOOK_SECONDS)

    def _tell(self, listener: Listener, notice: Notice | None) -> None:
        try:
            listener.waiting.put_nowait(notice)
        except asyncio.QueueFull:
            listener.let_go = True
            self.listeners.discard(listener)


async def told(
    tail: Tail, after: int | None, wanted: Callable[[Notice], bool]
) -> AsyncIterator[ServerSentEvent]:
    """What a listener is told after a number of the feed; without one, from now on."""
    async with tail.listening() as listener:
        at = listener.since if after is None else after
        if at > listener.since:
            # A feed that was lost has other numbers: he must take a new picture.
            yield ServerSentEvent(event="restarted", raw_data="{}", id=str(listener.since))
            at = listener.since
        while at < listener.since:
            page = [each for each in await tail.notices(at) if each.number <= listener.since]
            for notice in filter(wanted, page):
                yield _event(notice)
            at = page[-1].number if page else listener.since
        while not (listener.let_go and listener.waiting.empty()):
            coming = await listener.waiting.get()
            if coming is None:
                return
            if coming.number > at and wanted(coming):
                yield _event(coming)


def _event(notice: Notice) -> ServerSentEvent:
    return ServerSentEvent(
        event=f"violation.{notice.change}", id=str(notice.number), raw_data=notice.body
    )


def _last_id(said: str | None) -> int | None:
    """The number that a client was told last. Refused (`invalid_id`) where it is none of ours."""
    if not said:
        return None
    if said.isascii() and said.isdigit() and len(said) <= _DIGITS:
        return int(said)
    raise Refused("invalid_id", f"{said[:40]!r} is no id of this stream")


def streams(stores: Stores, tails: Mapping[Lang, Tail]) -> APIRouter:
    """The routes that go on."""
    routes = APIRouter(tags=["streams"])

    async def wanted(
        read: Annotated[Reading, Depends(reading)],
        rule: of.Rules = (),
        unit: of.Unit = None,
        severity: of.Severity = None,
    ) -> Callable[[Notice], bool]:
        rules, of_unit = chosen_rules(rule, severity), given(read.text, unit)
        units = None
        if of_unit is not None:
            units = await run_in_threadpool(stores.ask, lambda store: chosen_units(store, of_unit))
        return lambda notice: (
            (rules is None or notice.rule in rules)
            and (units is None or (notice.unit is not None and unit_key(notice.unit) in units))
        )

    async def since(
        last_event_id: Annotated[str | None, Header()] = None,
        after: Annotated[
            str | None, Query(description="As the header `Last-Event-ID`, for the first time.")
        ] = None,
    ) -> int | None:
        return _last_id(last_event_id or after)

    @routes.get(
        "/streams/violations",
        response_class=EventSourceResponse,
        responses=answered(
            HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE
        ),
    )
    async def violations(
        read: Annotated[Reading, Depends(reading)],
        chosen: Annotated[Callable[[Notice], bool], Depends(wanted)],
        after: Annotated[int | None, Depends(since)],
    ) -> AsyncIterator[ServerSentEvent]:
        """Findings that open and cease, as they do: `violation.opened`, `violation.ceased`, in the order of commits.

        `Last-Event-ID` (or `after`) goes on behind that id, with all that came since; without it the stream begins now. The
        event `restarted` says that the feed has begun anew: what was seen before is to be asked for again.
        """
        async for event in told(tails[read.say.lang], after, chosen):
            yield event

    return routes

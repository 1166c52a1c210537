"""Live streams: what opened and ceased, to everyone who listens, in the order of commits, none skipped and none twice.

Knows Server-Sent Events. Must not know what a finding is. One tail of the feed serves all who listen in a language, however many:
1 where the feed ends is known before the response begins; 2 who comes is noted; 3 is told what the feed holds after the last id
that he has, in pages; 4 then what the tail brings, from there on. An id is a number of the feed, so it means the same after a
restart, a rebuild, and in another process. Who does not read as fast as the feed grows is let go, with at most `_BEHIND` notices
in memory: he comes again with his last id.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from consumers.notify import Notice
from domain.errors import Contended, Refused
from domain.values import unit_key
from infra.access import FULL
from infra.errors import CannotRun
from infra.feed import ViewsFeed
from infra.findings import chosen_rules, chosen_units
from infra.http import _parameters as of
from infra.http._asking import ask
from infra.http._parameters import Reading, given, reading
from infra.http._problems import answered
from infra.http._stores import Stores
from infra.language import Lang
from infra.scoping import Held, watched
from infra.wiring import Store

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


@dataclass(frozen=True, slots=True)
class Start:
    """Where a stream begins: behind a number that was heard, in a feed that ends at `last`."""

    after: int
    last: int


class Tail:
    """Follows the feed for all who listen in one language; `listeners` are those that are told."""

    def __init__(self, stores: Stores, clock: Callable[[], datetime], lang: Lang) -> None:
        self._stores, self._clock, self._lang = stores, clock, lang
        self.listeners: set[Listener] = set()
        self.ended = False
        self._at = 0
        self._following: asyncio.Task[None] | None = None

    async def start(self, heard: int | None) -> Start:
        """Where somebody begins who heard up to a number; who heard nothing yet, from now on. CannotRun where that cannot be known."""
        last = await run_in_threadpool(
            self._stores.ask, lambda store: ViewsFeed(store, self._clock, self._lang).last(), FULL
        )
        return Start(last if heard is None else heard, last)

    async def notices(self, after: int) -> Sequence[Notice]:
        """The next page of the feed after a number."""
        return await run_in_threadpool(
            self._stores.ask,
            lambda store: ViewsFeed(store, self._clock, self._lang).notices(after, _PAGE),
            FULL,
        )

    async def page(self, after: int) -> Sequence[Notice]:
        """The same, looked for until it can be read, or all ends: then nothing."""
        while not self.ended:
            try:
                return await self.notices(after)
            except CannotRun as away:
                structlog.get_logger().warning(away.message, code=away.code)
            except Contended:
                structlog.get_logger().warning("contended")
            await asyncio.sleep(_AGAIN_SECONDS)
        return ()

    @asynccontextmanager
    async def listening(self, last: int) -> AsyncIterator[Listener]:
        """Be told from now on, by a tail that follows as long as anybody listens; the first makes it begin behind `last`."""
        if self._following is None:
            self._at = last
            self._following = asyncio.create_task(self._follow())
            self._following.add_done_callback(self._stopped)
        listener = Listener(self._at)
        self.listeners.add(listener)
        if self.ended:
            self._tell(listener, None)
        try:
            yield listener
        finally:
            self.listeners.discard(listener)
            if not self.listeners and self._following is not None:
                self._following.cancel()
                self._following = None

    def end(self) -> None:
        """Let all go who listen, and who will: the server ends."""
        self.ended = True
        self._let_go()

    def _stopped(self, following: asyncio.Task[None]) -> None:
        """A fault of ours ends no server, and leaves nobody waiting for what will not come: who comes again is told anew."""
        fault = None if following.cancelled() else following.exception()
        if fault is not None:
            structlog.get_logger().error("internal_error", kind=type(fault).__name__)
        if self._following is following:
            self._following = None
            self._let_go()

    def _let_go(self) -> None:
        for listener in list(self.listeners):
            self._tell(listener, None)
            self.listeners.discard(listener)

    async def _follow(self) -> None:
        while not self.ended:
            page = await self.page(self._at)
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
    tail: Tail, start: Start, wanted: Callable[[Notice], bool]
) -> AsyncGenerator[ServerSentEvent]:
    """What a listener is told from a start on."""
    async with tail.listening(start.last) as listener:
        at = start.after
        if at > start.last:
            # A feed that was lost has other numbers: he must take a new picture.
            yield ServerSentEvent(event="restarted", raw_data="{}", id=str(start.last))
            at = start.last
        # Another tail may have told him more than this one knows yet: then there is nothing to catch up with.
        while at < listener.since:
            page = await tail.page(at)
            if tail.ended:
                return
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


def _shown(
    store: Store, unit: str | None
) -> tuple[Callable[[str | None, Held], bool], Collection[str] | None]:
    """Whose findings this asker is told of, and of these the units that he wants to hear of; None: all."""
    store.scope.need("dossiers")
    return watched(store), None if unit is None else chosen_units(store, unit)


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
        request: Request,
        read: Annotated[Reading, Depends(reading)],
        rule: of.Rules = (),
        unit: of.Unit = None,
        severity: of.Severity = None,
    ) -> Callable[[Notice], bool]:
        rules, of_unit = chosen_rules(rule, severity), given(read.text, unit)
        shows, units = await run_in_threadpool(
            ask, request, stores, lambda store: _shown(store, of_unit)
        )
        return lambda notice: (
            shows(notice.unit, notice.held)
            and (rules is None or notice.rule in rules)
            and (units is None or (notice.unit is not None and unit_key(notice.unit) in units))
        )

    async def start(
        read: Annotated[Reading, Depends(reading)],
        last_event_id: Annotated[str | None, Header()] = None,
        after: Annotated[
            str | None, Query(description="As the header `Last-Event-ID`, for the first time.")
        ] = None,
    ) -> Start:
        """Known before the response begins: what can go wrong is a problem still, and nothing after it is missed."""
        return await tails[read.say.lang].start(_last_id(last_event_id or after))

    @routes.get(
        "/streams/violations",
        operation_id="stream_violations",
        response_class=EventSourceResponse,
        responses=answered(
            HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE
        ),
    )
    async def violations(
        read: Annotated[Reading, Depends(reading)],
        chosen: Annotated[Callable[[Notice], bool], Depends(wanted)],
        begin: Annotated[Start, Depends(start)],
    ) -> AsyncIterator[ServerSentEvent]:
        """Findings that open and cease, as they do: `violation.opened`, `violation.ceased`, in the order of commits.

        `Last-Event-ID` (or `after`) goes on behind that id, with all that came since; without it the stream begins now. The
        event `restarted` says that the feed has begun anew: what was seen before is to be asked for again.
        """
        async with aclosing(told(tails[read.say.lang], begin, chosen)) as events:
            async for event in events:
                yield event

    return routes

"""Finds out who asks, before any route: what is known of him stands in the request's state from then on.

Knows ASGI. Must not know what a credential looks like. A stream of somebody who had to prove who he is ends after a while, or when his
credential does: he comes again, goes on behind what he has heard, and proves it again. Each asker has so many streams at once: a stream
is one of the connections that there may be.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import structlog
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import Contended
from infra.access import NOBODY, OPERATOR
from infra.errors import CannotRun
from infra.http.access._cookies import SESSION
from infra.http.access._limiting import TooOften
from infra.http.access._refusals import refusal
from infra.http.access._sessions import Askers, Known, Unproven
from infra.wiring import clock

_FILES: Final = "/static/"
"""What lies under it is the same for everybody, and caches on the way may keep it: nobody is looked up, and no cookie is set."""
_STREAM_SECONDS: Final = 900.0
_PROVED_SECONDS: Final = 20.0
"""After so long the credential of a stream is looked at again: what was revoked, or signed out, hears no more."""
_STREAMS: Final = 50
"""Of one asker at once."""
_LATER: Final = 10
"""Seconds after which one who has all of them may ask again."""


class Identified:
    """The application behind the question who asks."""

    def __init__(self, app: ASGIApp, askers: Askers) -> None:
        self._app, self._askers = app, askers
        self._streams = Counter[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            anybodys = request.url.path.startswith(_FILES)
            known = Known(asker=NOBODY) if anybodys else await self._askers.known(request)
        except (Unproven, TooOften, CannotRun, Contended) as refused:
            await refusal(request, refused)(scope, receive, send)
            return
        request.state.known, request.state.asker = known, known.asker
        sending = self._touching(known, send)
        if known.asker is OPERATOR or not request.url.path.startswith("/streams/"):
            await self._app(scope, receive, sending)
            return
        try:
            with self._one_more(known):
                await self._for_a_while(request, known, receive, sending)
        except (TooOften, Unproven) as refused:
            await refusal(request, refused)(scope, receive, send)

    def _touching(self, known: Known, send: Send) -> Send:
        """Sends a session's cookie along, seen now; unless a route has set another."""
        touched, sessions = known.touched, self._askers.sessions
        if touched is None or sessions is None:
            return send
        cookies, lasting = self._askers.cookies, sessions.lasting

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "set-cookie" not in headers:
                    headers.update(cookies.header(SESSION, touched, seconds=lasting))
            await send(message)

        return sending

    @contextmanager
    def _one_more(self, known: Known) -> Iterator[None]:
        """A stream of an asker. TooOften where he has too many."""
        who = known.asker.key
        if self._streams[who] >= _STREAMS:
            raise TooOften(_LATER)
        self._streams[who] += 1
        try:
            yield
        finally:
            self._streams[who] -= 1
            if not self._streams[who]:
                del self._streams[who]

    async def _for_a_while(
        self, request: Request, known: Known, receive: Receive, send: Send
    ) -> None:
        """A stream, as long as its credential holds. Unproven where that is over before it has begun."""
        started, limit = False, asyncio.timeout(_seconds(known.expires_at, clock()))

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            async with limit:
                proving = asyncio.create_task(self._as_long_as_proved(request, limit))
                try:
                    await self._app(request.scope, receive, sending)
                finally:
                    proving.cancel()
        except TimeoutError:
            if not limit.expired():
                raise
            if not started:
                raise Unproven from None
            last: dict[str, Any] = {"type": "http.response.body", "body": b""}
            await send(last)

    async def _as_long_as_proved(self, request: Request, limit: asyncio.Timeout) -> None:
        holds = True
        while holds:
            await asyncio.sleep(_PROVED_SECONDS)
            try:
                holds = await self._askers.holds(request)
            except (CannotRun, Contended):  # the log is away: that is no proof of anything
                continue
            except Exception as fault:  # noqa: BLE001 - nobody hears on because of a fault of ours
                structlog.get_logger().error("internal_error", kind=type(fault).__name__)
                holds = False
        if not limit.expired():
            limit.reschedule(asyncio.get_running_loop().time())


def _seconds(expires_at: datetime | None, now: datetime) -> float:
    """How long a stream lasts."""
    left = _STREAM_SECONDS if expires_at is None else (expires_at - now).total_seconds()
    return max(0.0, min(left, _STREAM_SECONDS))

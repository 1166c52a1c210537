"""Server-Sent Events: how one is written, and a response that goes on.

Knows the format. Must not know what is told.
"""

from collections.abc import AsyncGenerator
from typing import Final

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.types import Receive, Scope, Send
from typing_extensions import override

BEAT_SECONDS: Final = 15.0
"""After so long in silence a client is told that the server is there: proxies close what is silent for a minute."""


def event(name: str, data: str, number: object = None) -> bytes:
    """An event; `number`: the id that a client goes on behind. Without one he keeps the id that he has."""
    return format_sse_event(event=name, data_str=data, id=None if number is None else str(number))


def beat(number: object = None) -> bytes:
    """Nothing to tell; `number`: how far that is true, so that who comes again need not look through all of it."""
    return format_sse_event(comment="", id=None if number is None else str(number))


class Stream(StreamingResponse):
    """What a generator tells, as long as the client listens; then it is closed, whatever it was waiting for."""

    media_type: str | None = "text/event-stream"

    def __init__(self, told: AsyncGenerator[bytes]) -> None:
        super().__init__(told, headers={"X-Accel-Buffering": "no"})
        self._told = told

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._told.aclose()

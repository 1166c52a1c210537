"""Finds out who asks, before any route: the asker stands in the request's state from then on.

Knows ASGI. Must not know what a credential looks like: whoever identifies raises Unproven for one that does not hold.
"""

from collections.abc import Awaitable, Callable

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.access import OPERATOR, Asker

Identify = Callable[[Request], Awaitable[Asker]]


async def operator(request: Request) -> Asker:
    """On loopback without sign-in everybody is the local operator: who can ask can read the files as well."""
    return OPERATOR


class Known:
    """The application behind the question who asks."""

    def __init__(self, app: ASGIApp, identify: Identify) -> None:
        self._app, self._identify = app, identify

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            request = Request(scope)
            request.state.asker = await self._identify(request)
        await self._app(scope, receive, send)

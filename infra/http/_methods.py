"""Methods as HTTP means them: HEAD wherever GET is, and all that a path takes where another is asked.

Knows ASGI and paths. Must not know what a route answers.
"""

from fastapi import Request
from fastapi.routing import iter_route_contexts
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.http._addresses import Spelt, spelt


class Headed:
    """The application, where HEAD is GET whose answer is told without its body (RFC 9110, 9.3.2).

    The route is asked as for GET, so that its headers are the same; what is made only while it is sent is not made, and a stream does not
    go on.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. ClientDisconnect, as where nobody reads on, when the headers are told."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.start":
                await send({"type": "http.response.body", "body": b""})
                raise ClientDisconnect

        await self._app({**scope, "method": "GET"}, receive, sending)


def allowed_at(request: Request) -> str:
    """What `Allow` names (10.2.1): the methods of every route at this path. The framework names those of one."""
    path, methods = request.scope["path"], set[str]()
    for context in iter_route_contexts(request.app.routes):
        route = context.original_route
        pattern = getattr(route, "path_regex", None)
        spelt_so = not isinstance(route, Spelt) or spelt(route.path, request.scope)
        if pattern is not None and pattern.match(path) and spelt_so:
            methods |= context.methods or set()
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted(methods))

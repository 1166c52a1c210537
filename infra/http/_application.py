"""The application: its routes, what guards them, and its OpenAPI document.

Knows FastAPI. Must not know what a route answers.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.http._problems import Problem, problems_of
from infra.http._questions import questions
from infra.http._stores import Stores
from infra.http._streams import Tail, streams
from infra.http._taking import taking
from infra.language import LANGUAGES
from infra.wiring import clock

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Of every response: judgements are of an instant, and of persons' matters."""


def application(stores: Stores) -> FastAPI:
    """The API over some stores; they are closed with it. `state.end_streams()`, from any thread, ends what would go on for ever."""
    tails = {lang: Tail(stores, clock, lang) for lang in LANGUAGES}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()

        def end() -> None:
            for tail in tails.values():
                loop.call_soon_threadsafe(tail.end)

        app.state.end_streams = end
        yield
        stores.close()

    app = FastAPI(
        title="Đúng Hẹn",
        version=version("dunghen"),
        description="Hồ sơ nào trễ hẹn, từ khi nào, theo điều nào, ai chịu trách nhiệm. / Which dossiers are late, since when, by"
        " which article, and who answers for it.",
        lifespan=lifespan,
        docs_url=None,  # their pages fetch scripts from elsewhere
        redoc_url=None,
    )
    app.include_router(questions(stores))
    app.include_router(taking(stores))
    app.include_router(streams(stores, tails))
    problems_of(app)
    _described(app)

    app.add_middleware(_Guarded)
    return app


class _Guarded:
    """Puts the headers on every response, also on one that goes on for hours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, sending)


def _described(app: FastAPI) -> None:
    """Put what all problems look like into the document; the framework's own shape of them out."""
    document = app.openapi()
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)

"""What stands before every route: who asks for whom, the headers of every response, faults, and how long a client may not read.

Knows ASGI. Must not know what a route answers. No error passes it: its message may quote a person, and a server logs messages.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final

import structlog
from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.faults import places
from infra.http._bodies import CLOSE
from infra.http._framing import has_two_ends
from infra.http._language import language_of
from infra.http._problems import problem

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Of every response."""
_OVER_TLS: Final = {"Strict-Transport-Security": "max-age=31536000"}
_OF_PAGES: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
}
"""Of pages: what they load, they load from here; nothing that a text brings along runs."""
_STALLED: Final = 30.0
"""Seconds that a client may leave unread what he is sent, or not send what he promised; then he is let go."""
_HOST: Final = re.compile(r"(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::\d+)?", re.ASCII | re.IGNORECASE)


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's for itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Guarded:
    """The application behind its guard."""

    def __init__(self, app: ASGIApp, host: str | None = None, *, secure: bool = False) -> None:
        """`host`: what people ask for, besides this machine's own names; `secure`: over TLS."""
        self._app, self._host = app, host
        self._headers = _HEADERS | (_OVER_TLS if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _protect(MutableHeaders(scope=message), self._headers, request)
            try:
                async with asyncio.timeout(_STALLED):
                    await send(message)
            except TimeoutError:
                raise ClientDisconnect from None

        request = Request(scope)
        try:
            if has_two_ends(request):
                await _unframed(request)(scope, receive, sending)
            elif _is_for_us(request, self._host):
                await self._app(scope, _patiently(receive), sending)
            else:
                await _misdirected(request, self._host)(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - whoever is told next would log its message, which may quote a person
            faults = [each for each in _each(error) if not isinstance(each, ClientDisconnect)]
            if not faults:
                return
            kind = type(faults[0]).__name__
            structlog.get_logger().error(
                "internal_error", kind=kind, path=scope["path"], **places(faults[0])
            )
            if not started:
                detail = language_of(request)("problem.fault", kind=kind)
                status = HTTPStatus.INTERNAL_SERVER_ERROR
                said = problem(request, status, "internal_error", detail)
                await said(scope, receive, sending)


def _protect(headers: MutableHeaders, always: Mapping[str, str], request: Request) -> None:
    """Judgements are of an instant, and of persons' matters: nobody keeps them. What is kept for ever is neither."""
    headers.update(always)
    if "immutable" not in headers.get("cache-control", ""):
        headers["Cache-Control"] = "no-store"
        if "content-type" in headers:
            headers["Content-Language"] = language_of(request).lang
    if headers.get("content-type", "").startswith("text/html"):
        headers.update(_OF_PAGES)
        headers.add_vary_header("Accept")


def _unframed(request: Request) -> Response:
    detail = language_of(request)("problem.two_lengths")
    return problem(request, HTTPStatus.BAD_REQUEST, "two_lengths", detail, CLOSE)


def _misdirected(request: Request, own: str | None) -> Response:
    host = request.headers.get("host", "")
    own = own or "127.0.0.1, localhost"
    detail = language_of(request)("problem.foreign_host", host=host, own=own)
    # With what can be no host the request would have no address to be told.
    kept = [(name, value) for name, value in request.scope["headers"] if name != b"host"]
    nameless = Request({**request.scope, "headers": kept})
    return problem(nameless, HTTPStatus.MISDIRECTED_REQUEST, "foreign_host", detail)


def _patiently(receive: Receive) -> Receive:
    """HTTPException (408) where the next part of a body does not come."""
    whole = False

    async def receiving() -> Message:
        nonlocal whole
        if whole:  # what comes then is that the client has gone, whenever that is
            return await receive()
        try:
            async with asyncio.timeout(_STALLED):
                message = await receive()
        except TimeoutError:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers=CLOSE) from None
        whole = not message.get("more_body", False)
        return message

    return receiving


def _is_for_us(request: Request, host: str | None) -> bool:
    """A page whose own name was made to mean this machine (DNS rebinding) asks for that name."""
    hosts = request.headers.getlist("host")
    match = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    if match is None:
        return False
    asked = match[1] or match[2]
    return is_loopback(asked) or asked.lower() == host


def _each(error: BaseException) -> Iterator[BaseException]:
    """Those that were raised: the tasks of a stream raise together."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _each(inner)
    else:
        yield error

"""The body of a request, whole or not at all: neither too long, nor waited for for ever.

Knows sizes, seconds and JSON. Must not know what a body says.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic_core import from_json
from starlette.exceptions import HTTPException

from domain.errors import Refused
from infra.http._asking import asker
from infra.http._framing import announced
from infra.http._problems import AGAIN, Problematic

LARGEST: Final = 8 << 20
"""Bytes of one request of many events."""
_LARGEST_OBJECT: Final = 1 << 18
"""Bytes of what one person states, or asks for."""
_OF_ONE: Final = 4 * LARGEST
"""Bytes of bodies that the server holds at once for one who asks: what comes is in memory before it is known to be whole."""
_OF_ALL: Final = 4 * _OF_ONE
_SECONDS: Final = 30.0
"""In which the whole of it must have come, however steadily it drips: so many clients as drip are so many places taken."""
CLOSE: Final = {"Connection": "close"}
"""What is still to come of the body is not read."""


class Bodies:
    """The large bodies that an application holds, by who sends them. For one event loop."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()

    @asynccontextmanager
    async def whole(self, request: Request) -> AsyncIterator[bytes]:
        """A body for as long as it is worked on. A problem where it is too long, too slow, or one too many."""
        who, size = asker(request).key, 0

        def more(bytes_: int) -> None:
            nonlocal size
            self._held[who] += bytes_
            size += bytes_
            if self._held[who] > _OF_ONE or self._held.total() > _OF_ALL:
                raise Problematic(HTTPStatus.SERVICE_UNAVAILABLE, "busy", CLOSE | AGAIN)

        try:
            yield await _read(request, LARGEST, more)
        finally:
            self._held[who] -= size
            if not self._held[who]:
                del self._held[who]


async def _read(request: Request, largest: int, more: Callable[[int], object] = int) -> bytes:
    """The body; `more` is told of each part that comes. Refused (`unsupported_format`) where it is packed."""
    packed = request.headers.get("content-encoding", "identity").strip().lower()
    if packed != "identity":
        raise Refused("unsupported_format", f"the body is packed ({packed!r}): send it as it is")
    if announced(request) > largest:
        # The connection stays for a while, and what comes all the same is passed over: closed at once it would take the answer along.
        raise _too_large(largest)
    parts, size = [], 0
    try:
        async with asyncio.timeout(_SECONDS):
            async for part in request.stream():
                more(len(part))
                parts.append(part)
                size += len(part)
                if size > largest:
                    raise _too_large(largest, CLOSE)
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers=CLOSE) from None
    return b"".join(parts)


def _too_large(largest: int, headers: dict[str, str] | None = None) -> Problematic:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return Problematic(status, "body_too_large", headers, bytes=largest)


async def object_of(request: Request) -> dict[str, Any]:
    """The body, which must say that it is JSON: what a page of another site sends unasked cannot say so."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused("unsupported_format", f"the content type is {kind!r}: the data must be JSON")
    body = await _read(request, _LARGEST_OBJECT)
    try:
        said = await run_in_threadpool(from_json, body)
    except ValueError as invalid:
        raise Refused("invalid_json", f"the body is not JSON ({invalid})") from None
    if not isinstance(said, dict):
        raise Refused(
            "invalid_json", "the body is no object: send the fields that /openapi.json names"
        )
    return said

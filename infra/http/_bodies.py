"""The body of a request, whole or not at all: neither too long, nor waited for for ever.

Knows sizes, seconds and JSON. Must not know what a body says.
"""

import asyncio
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic_core import from_json
from starlette.exceptions import HTTPException

from domain.errors import Refused
from infra.http._problems import Problematic

LARGEST: Final = 8 << 20
"""Bytes of one request."""
_SECONDS: Final = 30.0
"""In which the whole of it must have come, however steadily it drips: so many clients as drip are so many places taken."""
CLOSE: Final = {"Connection": "close"}
"""What is still to come of the body is not read."""


async def body_of(request: Request) -> bytes:
    """The body. A problem where it is too long, which is known before all of it has come, or too slow."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(_SECONDS):
            async for part in request.stream():
                parts.append(part)
                size += len(part)
                if size > LARGEST:
                    raise Problematic(
                        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                        "body_too_large",
                        CLOSE,
                        bytes=LARGEST,
                    )
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers=CLOSE) from None
    return b"".join(parts)


async def object_of(request: Request) -> dict[str, Any]:
    """The body, which must say that it is JSON: what a page of another site sends unasked cannot say so."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused("unsupported_format", f"the content type is {kind!r}: the data must be JSON")
    body = await body_of(request)
    try:
        said = await run_in_threadpool(from_json, body)
    except ValueError as invalid:
        raise Refused("invalid_json", f"the body is not JSON ({invalid})") from None
    if not isinstance(said, dict):
        raise Refused(
            "invalid_json", "the body is no object: send the fields that /openapi.json names"
        )
    return said

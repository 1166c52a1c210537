"""The body of a request, whole or not at all: neither too long, nor waited for for ever.

Knows sizes and seconds. Must not know what a body says.
"""

import asyncio
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.exceptions import HTTPException

from infra.http._problems import Problematic

LARGEST: Final = 8 << 20
"""Bytes of one request."""
_SECONDS: Final = 30.0
"""In which the whole of it must have come, however steadily it drips: so many clients as drip are so many places taken."""
_CLOSED: Final = {"Connection": "close"}
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
                        _CLOSED,
                        bytes=LARGEST,
                    )
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers=_CLOSED) from None
    return b"".join(parts)

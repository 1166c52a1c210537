"""What a form sends, its files above all: read as they come, no more than is allowed and no slower.

Knows the form of such bodies. Must not know what a file is for. Nothing is believed before the end: a name is only a name.
"""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import IO, Final, NamedTuple
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from infra.http._framing import announced

FILE: Final = 1 << 28
"""Bytes of a file that is sent through a page; a larger one is for the command line."""
_FORM: Final = 1 << 16
"""Bytes of all that stands around it."""
_IDLE: Final = 20.0
"""Seconds in which something must come."""
_WHOLE: Final = 900.0
"""Seconds for all of it: on a slow line, 256 MiB in a quarter of an hour."""


class Unsent(Exception):
    """What was sent is not taken: the status, and the key of the sentence that says why."""

    def __init__(self, status: HTTPStatus, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Sent(NamedTuple):
    """The fields of a form, and the name of the file in it; empty where none was chosen."""

    fields: dict[str, str]
    name: str


def mark(request: Request) -> str:
    """What a form of ours sends along, so that another site's page cannot make it; empty where nobody has a session."""
    return getattr(request.state.known, "csrf", None) or ""


async def sent(request: Request, into: IO[bytes]) -> Sent:
    """Read a form with one file, which goes into `into`. Unsent where it is too large, too slow, or no such form."""
    if announced(request) > FILE + _FORM:
        raise Unsent(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "file_too_large")
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Unsent(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "no_form")
    try:
        async with asyncio.timeout(_WHOLE):
            parser = MultiPartParser(
                request.headers,
                _coming(request, FILE + _FORM),
                max_files=1,
                max_fields=20,
                max_part_size=_FORM,
            )
            form = await parser.parse()
    except TimeoutError:
        raise Unsent(HTTPStatus.REQUEST_TIMEOUT, "too_slow") from None
    except (MultiPartException, KeyError, ValueError):
        raise Unsent(HTTPStatus.BAD_REQUEST, "no_form") from None
    try:
        return await run_in_threadpool(_taken, form, into)
    finally:
        await form.close()


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form without files, the first of each name. HTTPException (400) where it is none, too large or too slow."""
    try:
        body = b"".join([part async for part in _coming(request, _FORM)])
        said = parse_qs(body.decode("ascii"), max_num_fields=20)
    except (Unsent, TimeoutError, ValueError):
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    return {name: values[0] for name, values in said.items()}


def _taken(form: FormData, into: IO[bytes]) -> Sent:
    fields: dict[str, str] = {}
    name = ""
    for key, value in form.multi_items():
        if isinstance(value, UploadFile):
            name = value.filename or ""
            shutil.copyfileobj(value.file, into, 1 << 20)
        else:
            fields[key] = value
    into.flush()
    return Sent(fields, name)


async def _coming(request: Request, most: int) -> AsyncGenerator[bytes]:
    size = 0
    stream = request.stream()
    while True:
        async with asyncio.timeout(_IDLE):
            part = await anext(stream, b"")
        size += len(part)
        if size > most:
            raise Unsent(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "file_too_large")
        if not part:
            break
        yield part

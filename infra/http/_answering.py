"""An answer as a response, in the form that is wished: JSON with its tag, or the list in it as a file.

Knows forms, tags and files. Must not know questions. A list is written whole before the first byte is sent, into a file that nobody
else sees: what goes wrong is a problem and never half a list, a slow client holds no store, and memory does not grow with the list of all that
is open or found. It does with an officer's cases, and with rows of units and officers: these are ranked when all are known.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final
from urllib.parse import quote, urlencode
from weakref import finalize

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from infra.answers import Answer, document
from infra.http._asking import asker
from infra.http._forms import MEDIA, Wish
from infra.http._parameters import Instants
from infra.http._stores import Stores
from infra.http._tags import VERSION, tag_of, tagged
from infra.sheets import Sheet, write
from infra.wiring import Store

Listing = Callable[[Store], AbstractContextManager[tuple[Answer, Iterable[Answer]]]]

_IN_MEMORY: Final = 1 << 20
_PART: Final = 1 << 16
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_HEADED: Final = {
    "as_of": "Dunghen-As-Of",
    "known_at": "Dunghen-Known-At",
    "complete": "Dunghen-Complete",
    "calendar_complete": "Dunghen-Calendar-Complete",
}
"""What stands above a list in its answer: a file of the list alone says it in headers."""


def answered_whole(
    wish: Wish,
    answer: Answer,
    at: Instants | None = None,
    version: int | None = None,
    *,
    moving: bool = False,
) -> Response:
    """The answer as JSON, the bytes of the command line. `version`: of the dossier that it is of."""
    body = document(answer)
    response = Response(body, media_type=MEDIA["json"])
    if version is not None:
        response.headers[VERSION] = f'"{version}"'
    response.headers.update(_onward(wish, answer, moving=moving))
    tag = tag_of(body, _by_the_clock(answer, at), version)
    return tagged(wish.request, tag, response)


def answered(
    wish: Wish,
    answer: Answer,
    sheet: Sheet,
    at: Instants | None = None,
    name: str = "",
    *,
    moving: bool = False,
) -> Response:
    """The answer, or the list in it. `name`: of what the list is, for the name of the file; `moving`: its order changes with time."""
    if wish.form == "json":
        return answered_whole(wish, answer, at, moving=moving)
    return _file(wish, sheet, answer, sheet.lines(answer, wish.say), name, moving=moving)


def exported(
    wish: Wish, stores: Stores, listing: Listing, sheet: Sheet, *, moving: bool = False
) -> Response:
    """A list that may be longer than what memory should hold, read in one picture of the tables."""

    def written(store: Store) -> Response:
        with listing(store) as (answer, rows):
            return _file(wish, sheet, answer, rows, moving=moving)

    return stores.export(written, asker(wish.request).scope)


def _onward(wish: Wish, answer: Answer, *, moving: bool) -> dict[str, str]:
    """Where the page behind is (RFC 8288), of a list that is moving as it stood at the instants of this one."""
    if answer.get("next") is None:
        return {}
    changed = {"cursor": answer["next"]}
    if moving:
        changed |= {"as_of": answer["as_of"], "known_at": answer["known_at"]}
    asked = wish.request.query_params.multi_items()
    query = [*((name, said) for name, said in asked if name not in changed), *changed.items()]
    path = quote(wish.request.scope["path"], safe="/:")
    return {"Link": f'<{path}?{urlencode(query)}>; rel="next"'}


def _by_the_clock(answer: Answer, at: Instants | None) -> Iterator[str]:
    if at is not None:
        if at.as_of is None:
            yield answer["as_of"]
        if at.known_at is None:
            yield answer["known_at"]


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _file(
    wish: Wish,
    sheet: Sheet,
    answer: Answer,
    rows: Iterable[Answer],
    of: str = "",
    *,
    moving: bool,
) -> Response:
    assert wish.form != "json"
    with ExitStack() as undo:
        file = undo.enter_context(SpooledTemporaryFile(_IN_MEMORY))
        written = write(
            wish.form,
            sheet,
            answer,
            rows,
            file,
            say=wish.say,
            heads=wish.heads,
            asked=wish.asked,
        )
        response = _FileResponse(file, MEDIA[wish.form])
        for name, header in _HEADED.items():
            if name in answer:
                value = answer[name]
                response.headers[header] = value if isinstance(value, str) else str(value).lower()
        response.headers["Dunghen-Rows"] = str(written.rows)
        response.headers.update(_onward(wish, answer, moving=moving))
        day = str(answer.get("as_of", ""))[:10]
        response.headers["Content-Disposition"] = _disposition(
            "-".join(part for part in (sheet.name, of, day) if part), wish.form
        )
        told = tagged(wish.request, f'W/"{written.digest}-{wish.form}"', response)
        if told is response:
            undo.pop_all()  # whoever sends it closes it
        return told


def _disposition(name: str, form: str) -> str:
    """A file's name after RFC 6266: a safe one for all, and the whole one beside it where that says more."""
    safe = _UNSAFE.sub("_", name)
    said = f'attachment; filename="{safe}.{form}"'
    return said if safe == name else f"{said}; filename*=UTF-8''{quote(name, safe='')}.{form}"


class _FileResponse(Response):
    """A file from its beginning, closed when it is sent or its reader has gone."""

    def __init__(self, file: IO[bytes], media: str) -> None:
        super().__init__(None, media_type=media)
        self._file = file
        finalize(self, file.close)  # a request that is given up leaves it to nobody
        self.headers["Content-Length"] = str(file.tell())
        file.seek(0)

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file as file:
            start: dict[str, Any] = {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
            await send(start)
            while part := await run_in_threadpool(file.read, _PART):
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

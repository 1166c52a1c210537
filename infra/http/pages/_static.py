"""The style sheet, the scripts and the icon, under a path that holds a hash of what they are: a browser may keep them for ever.

Knows files beside this module. Must not know pages.
"""

from hashlib import sha256
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

_KINDS: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}

FILES: Final = {
    file.name: file.read_bytes()
    for file in sorted(
        files("infra.http.pages").joinpath("static").iterdir(), key=lambda file: file.name
    )
    if file.name.rpartition(".")[2] in _KINDS
}
_HASH: Final = sha256(b"".join(FILES.values())).hexdigest()[:16]
ROOT: Final = f"/static/{_HASH}"
"""One hash for all of them: scripts name each other by relative paths."""


def static() -> APIRouter:
    """The route of these files. One of another hash is another version's: it is not there."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/static/{version}/{name}")
    def file(version: str, name: str) -> Response:
        content = FILES.get(name) if version == _HASH else None
        if content is None:
            raise HTTPException(404)
        return Response(content, headers=_FOR_EVER, media_type=_KINDS[name.rpartition(".")[2]])

    return routes

"""Tags of answers (RFC 9110, 8.8): whether one that somebody has is still the one that he would be given.

Knows tags. Must not know what is answered. An answer is of an instant: where the question says both T and K, its bytes are the
answer, and its tag is strong. Where it leaves one to the clock, the same answer a moment later differs in that instant only: its
tag is weak, and made of all the rest. A dossier's tag begins with its version, which is also in a header of its own and part of the answer: it
is another when something was recorded, though that is not known at K and the bytes are the same. Commands
compare the version alone (`If-Match`), because judgements change with time, not only with what is recorded. They take the whole tag for what it begins with.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from fastapi import Request, Response

VERSION: Final = "Dossier-Version"
"""The header that says which version of a dossier an answer is of, in the form that `If-Match` of a command takes: `"7"`."""

VARIES: Final = {"Vary": "Accept, Accept-Language"}


def tag_of(body: str, by_the_clock: Iterable[str] = (), version: int | None = None) -> str:
    """The tag of an answer in which these instants are the clock's; `version`: of the dossier that it is of."""
    instants = sorted(set(by_the_clock))
    for instant in instants:
        body = body.replace(f'"{instant}"', "null")
    digest = hashlib.blake2b(body.encode(), digest_size=16).hexdigest()
    said = digest if version is None else f"{version}-{digest}"
    return f'W/"{said}"' if instants else f'"{said}"'


def tagged(request: Request, tag: str, response: Response) -> Response:
    """The response with its tag; 304 without a body to whoever has it already."""
    kept = {"ETag": tag, **VARIES}
    for name in (VERSION, "Dunghen-As-Of", "Dunghen-Known-At"):
        if name in response.headers:
            kept[name] = response.headers[name]
    if _has(request, tag):
        return Response(status_code=304, headers=kept)
    response.headers.update(kept)
    return response


def _has(request: Request, tag: str) -> bool:
    """Whether `If-None-Match` names the tag: compared weakly (13.1.2)."""
    said = ",".join(request.headers.getlist("if-none-match"))
    if said.strip() == "*":
        return True
    return tag.removeprefix("W/") in {each.strip().removeprefix("W/") for each in said.split(",")}

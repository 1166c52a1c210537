"""What each code of a problem means: the page that the `type` of a problem leads to.

Knows the catalogue's families of sentences. Must not know where a code is raised.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from infra.http.pages._asking import unread
from infra.http.pages._shell import page
from infra.language import CATALOGUE, Language

PATH: Final = "/problems"
_FAMILIES: Final = ("problem", "refused", "cannot")
"""The first that has a sentence for a code: what is said over HTTP, of what was asked or sent, of the place."""
_WITHIN: Final = frozenset({"cannot", "cannot_yet", "fault", "for_example", "invalid", "too_often"})
"""Sentences of these families that are no codes."""
_CODES: Final = sorted(
    {
        code
        for family, _, code in (key.partition(".") for key in CATALOGUE)
        if family in _FAMILIES and re.fullmatch(r"[a-z_]+", code) and code not in _WITHIN
    }
)
_OF_OTHERS: Final[Mapping[str, str]] = {
    "internal_error": "problem.fault",
    "too_many_requests": "problem.too_often",
}
_BLANK: Final = re.compile(r"\{[^{}]*\}")
_NOTHING: Final[Mapping[str, Any]] = {}


def codes() -> APIRouter:
    """The route of the page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(PATH)
    def listed(request: Request) -> Response:
        asked = unread(request)
        told = {code: meaning(code, asked.say) for code in sorted({*_CODES, *_OF_OTHERS})}
        return page(asked, "codes.html", _NOTHING, fields=(), codes=told)

    return routes


def meaning(code: str, say: Language) -> str:
    """The sentence of a code, with dots for what differs from time to time."""
    keys = [_OF_OTHERS.get(code, ""), *(f"{family}.{code}" for family in _FAMILIES)]
    return _BLANK.sub("…", say(next(key for key in keys if say.knows(key))))

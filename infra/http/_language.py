"""The language of a response: `lang`, else what a program's `Accept-Language` prefers, else Vietnamese; and whether a page is wanted.

Knows headers. Must not know words. A page is in Vietnamese unless its address says otherwise: the same address shows everybody the
same, and a browser's own language says little in an office.
"""

from typing import Final, get_args

from fastapi import Request

from infra.http._weights import weighed
from infra.language import Lang, Language

_OF_PROGRAMS: Final = ("application/json", "application/problem+json")


def language_of(request: Request) -> Language:
    """The language to answer in."""
    asked = request.query_params.get("lang", "")
    for lang in get_args(Lang):
        if asked == lang:
            return Language(lang)
    if wants_page(request):
        return Language("vi")
    return Language(_preferred(request.headers.get("accept-language", "")))


def wants_page(request: Request) -> bool:
    """Whether a browser asks: HTML is named, and no form for programs is named as gladly."""
    named = dict(weighed(request.headers.get("accept", "")))
    html = named.get("text/html", 0.0)
    return html > max(named.get(each, 0.0) for each in _OF_PROGRAMS)


def _preferred(header: str) -> Lang:
    """The one of ours that comes first among those weighed most (RFC 9110, 12.5.4)."""
    best: tuple[float, Lang] = (0.0, "vi")
    for tag, quality in weighed(header):
        primary = tag.partition("-")[0]
        for lang in get_args(Lang):
            if primary == lang and quality > best[0]:
                best = (quality, lang)
    return best[1]

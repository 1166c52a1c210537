"""The language of a response: `lang`, else what the browser prefers, else Vietnamese.

Knows both. Must not know words.
"""

from typing import get_args

from fastapi import Request

from infra.language import Lang, Language


def language_of(request: Request) -> Language:
    """The language to answer in."""
    asked = request.query_params.get("lang", "")
    for lang in get_args(Lang):
        if asked == lang:
            return Language(lang)
    return Language(_preferred(request.headers.get("accept-language", "")))


def _preferred(header: str) -> Lang:
    """The one of ours that comes first among those weighed most (RFC 9110, 12.5.4)."""
    best: tuple[float, Lang] = (0.0, "vi")
    for part in header.split(","):
        tag, _, weight = part.strip().lower().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        primary = tag.partition("-")[0]
        for lang in get_args(Lang):
            if primary == lang and quality > best[0]:
                best = (quality, lang)
    return best[1]

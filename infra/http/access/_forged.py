"""Requests that another site makes a browser send: refused, where the browser adds who is signed in by itself.

Knows what browsers say of where a request comes from, and the mark that our own pages send. Must not know routes. What carries a token
needs none of it: no browser adds that by itself.
"""

import hmac
from typing import Final
from urllib.parse import parse_qs, urlsplit

from fastapi import Request

from infra.http._framing import announced
from infra.http.access._sessions import Known
from infra.http.access._settings import AccessRules

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER: Final = "x-csrf-token"
FIELD: Final = "csrf"
"""Of a form, or of the address that a form with files is sent to."""
_FORM: Final = "application/x-www-form-urlencoded"
_LARGEST_FORM: Final = 1 << 16


class Forged(Exception):
    """Another site may have made this request."""


async def not_forged(request: Request, known: Known, rules: AccessRules) -> None:
    """Forged where a request that changes something may be another site's: a session's, or one to the local operator's server."""
    if request.method in SAFE or known.asker.by not in {"session", "operator"}:
        return
    if not _from_here(request, rules, said=known.csrf is not None):
        raise Forged
    if known.csrf is None:  # there is no cookie that a browser would add
        return
    given = request.headers.get(HEADER) or request.query_params.get(FIELD)
    if given is None:
        given = await _in_form(request)
    if given is None or not hmac.compare_digest(given.encode(), known.csrf.encode()):
        raise Forged


def _from_here(request: Request, rules: AccessRules, *, said: bool) -> bool:
    """Whether the browser says that it was our own page. `said`: what says nothing of it is no browser of today, and not believed."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return site is not None or not said
    if rules.public_url is not None and origin == rules.public_url:
        return True
    try:
        host = urlsplit(origin).netloc
    except ValueError:  # brackets that are no address
        return False
    return not rules.secure and host == request.headers.get("host")


async def _in_form(request: Request) -> str | None:
    """The mark in a form. The body is kept by the request, so that the route reads it as well."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM or not 0 < announced(request) <= _LARGEST_FORM:
        return None
    body = await request.body()
    try:
        found = parse_qs(body.decode("ascii"), max_num_fields=200).get(FIELD, [])
    except ValueError:
        return None
    return found[0] if len(found) == 1 else None

"""What an address may say: a name that its route has not would be passed over, and more be answered than was asked for.

Knows the path and the parameters that a route declares. Must not know what they mean. The framework matches a path in which `%2F` is a
slash by then, so that a code `F-1/explain` would be read as the dossier F-1 and a word of the address.
"""

from collections.abc import Collection, Iterator
from typing import Final
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope
from typing_extensions import override

from infra.given import Unreadable
from infra.http._language import language_of

WORDS: Final = frozenset({"explain", "history"})
"""What stands behind a dossier's code, where its bare address is asked in the same way."""


class Spelt(APIRoute):
    """A route whose last word must be one of the address as it was sent: behind an encoded slash it is the end of a code."""

    @override
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As the framework does, with the slashes as they were sent."""
        return super().matches(scope) if spelt(self.path, scope) else (Match.NONE, {})


def spelt(path: str, scope: Scope) -> bool:
    """Whether what was sent ends with the last word of a route's path; one that ends with a parameter takes what there is."""
    word, sent = path.rpartition("/")[2], scope.get("raw_path")
    if sent is None or word.endswith("}"):
        return True
    return unquote(sent.decode("latin-1").rpartition("/")[2]) == word


def dossier_path(code: str) -> str:
    """The address of a dossier. A slash in its code stays, but before what would be a word of the address."""
    before, slash, last = quote(code, safe="/:").rpartition("/")
    return f"/dossiers/{before}{'%2F' if slash and last in WORDS else slash}{last}"


async def well_spelt(request: Request) -> None:
    """Unreadable where the address has a parameter that its route does not declare."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    only(request, tuple(dict.fromkeys(_declared(route.dependant))))


def only(request: Request, known: Collection[str]) -> None:
    """Unreadable where the address has another parameter than these."""
    strange = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if strange:
        told = {"names": ", ".join(strange), "known": ", ".join(known) or "—"}
        raise Unreadable(language_of(request)("problem.no_parameter", **told))


def _declared(dependant: Dependant) -> Iterator[str]:
    yield from (parameter.alias for parameter in dependant.query_params)
    for each in dependant.dependencies:
        yield from _declared(each)

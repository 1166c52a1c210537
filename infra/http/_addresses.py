"""What an address may say: a name that its route has not would be passed over, and more be answered than was asked for.

Knows the parameters that a route declares. Must not know what they mean.
"""

from collections.abc import Collection, Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from infra.given import Unreadable
from infra.http._language import language_of


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

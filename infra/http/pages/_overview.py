"""The overview.

Knows its address. Must not know how anything is counted.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from infra import queries
from infra.http._asking import ask
from infra.http._stores import Stores
from infra.http.pages._asking import Asking, asking
from infra.http.pages._shell import page


def overview(stores: Stores) -> APIRouter:
    """The route of the first page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    def first(request: Request, asked: Annotated[Asking, Depends(asking)]) -> Response:
        answer = ask(
            request,
            stores,
            lambda store: queries.report(
                store,
                "units",
                period=asked.period,
                unit=asked.unit,
                clock=asked.clock,
                lang=asked.say.lang,
                as_of=asked.as_of,
                known_at=asked.known_at,
            ),
        )
        return page(asked, "overview.html", answer)

    return routes

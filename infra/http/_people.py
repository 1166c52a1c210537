"""What officers and units have in hand and answer for, as JSON.

Knows routes and parameters. Must not know how anything is answered.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from infra.answers import document
from infra.http import _parameters as of
from infra.http._asking import ask
from infra.http._parameters import Instants, Reading, given, instants, reading
from infra.http._problems import answered
from infra.http._shapes_people import OfficerCases, Workload
from infra.http._stores import Stores
from infra.reportofficer import Part, officer
from infra.reportworkload import Part as Load
from infra.reportworkload import workload

At = Annotated[Instants, Depends(instants)]
Read = Annotated[Reading, Depends(reading)]
Limit = Annotated[int, Query(ge=1, le=10_000)]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]
_PROBLEMS = answered(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE)


def officers_and_units(stores: Stores) -> APIRouter:
    """The routes of officers and workload."""
    routes = APIRouter(tags=["questions"])

    @routes.get("/workload", operation_id="workload", responses=_PROBLEMS, response_model=Workload)
    def load(
        *,
        request: Request,
        at: At,
        read: Read,
        unit: of.Unit = None,
        officer: Annotated[str | None, Query(description="Who holds them.")] = None,
        part: Annotated[Load, Query(description="Which of them are listed.")] = "open",
        limit: Limit = 100,
        cursor: Cursor = None,
    ) -> Response:
        """The dossiers that are open at (T, K): how many, of which class, due when; and a page of one part, the earliest due first."""
        of_unit, by, after = (given(read.text, said) for said in (unit, officer, cursor))
        answer = ask(
            request,
            stores,
            lambda store: workload(
                store,
                unit=of_unit,
                officer=by,
                part=part,
                limit=limit,
                cursor=after,
                as_of=at.as_of,
                known_at=at.known_at,
            ),
        )
        return Response(document(answer), media_type="application/json")

    @routes.get(
        "/officers/{who:path}",
        operation_id="officer",
        responses=_PROBLEMS,
        response_model=OfficerCases,
    )
    def one(
        *,
        request: Request,
        who: str,
        at: At,
        read: Read,
        period: of.Period = None,
        part: Annotated[Part, Query(description="Which of the cases are listed.")] = "all",
        limit: Limit = 100,
        cursor: Cursor = None,
    ) -> Response:
        """An officer's part in the dossiers that were open in the period, and a page of the cases behind a figure."""
        span, id_, after = given(read.period, period), read.text(who), given(read.text, cursor)
        answer = ask(
            request,
            stores,
            lambda store: officer(
                store,
                id_,
                period=span,
                part=part,
                limit=limit,
                cursor=after,
                as_of=at.as_of,
                known_at=at.known_at,
            ),
        )
        return Response(document(answer), media_type="application/json")

    return routes

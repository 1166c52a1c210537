"""What officers and units have in hand and answer for.

Knows routes and parameters. Must not know how anything is answered.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from infra import sheets
from infra.http import _documented as documented
from infra.http import _parameters as of
from infra.http._answering import answered, exported
from infra.http._asking import ask
from infra.http._forms import Listed
from infra.http._parameters import PAGE, At, Cursor, Limit, Read, given
from infra.http._stores import Stores
from infra.reportofficer import Part, officer
from infra.reportworkload import Part as Load
from infra.reportworkload import every_dossier, workload


def officers_and_units(stores: Stores) -> APIRouter:
    """The routes of officers and workload."""
    routes = APIRouter(tags=["questions"])

    @routes.get("/workload", **documented.WORKLOAD)
    def load(
        *,
        at: At,
        read: Read,
        wish: Listed,
        unit: of.Unit = None,
        officer: Annotated[str | None, Query(description="Who holds them.")] = None,
        part: Annotated[Load, Query(description="Which of them are listed.")] = "open",
        limit: Limit = None,
        cursor: Cursor = None,
    ) -> Response:
        """The dossiers that are open at (T, K): how many, of which class, due when; and a page of one part, the earliest due first."""
        filters: dict[str, Any] = {
            "unit": given(read.text, unit),
            "officer": given(read.text, officer),
            "part": part,
            "cursor": given(read.text, cursor),
            "as_of": at.as_of,
            "known_at": at.known_at,
        }
        if wish.form == "json":
            answer = ask(
                wish.request,
                stores,
                lambda store: workload(store, limit=limit or PAGE, **filters),
            )
            return answered(wish, answer, sheets.WORKLOAD, at, moving=True)
        return exported(
            wish,
            stores,
            lambda store: every_dossier(store, limit=limit, **filters),
            sheets.WORKLOAD,
            moving=True,
        )

    @routes.get("/officers/{who:path}", **documented.OFFICER)
    def one(
        *,
        who: str,
        at: At,
        read: Read,
        wish: Listed,
        period: of.Period = None,
        unit: of.Unit = None,
        held_in: Annotated[
            str | None,
            Query(
                description="Only what he held and answers for in that unit, as a row of the report of officers is.",
                examples=["Y09.21"],
            ),
        ] = None,
        part: Annotated[Part, Query(description="Which of the cases are listed.")] = "all",
        limit: Limit = None,
        cursor: Cursor = None,
    ) -> Response:
        """An officer's part in the dossiers that were open in the period, and a page of the cases behind a figure."""
        span, id_, after = given(read.period, period), read.text(who), given(read.text, cursor)
        of_unit, in_unit = given(read.text, unit), given(read.text, held_in)
        most = (limit or PAGE) if wish.form == "json" else limit
        answer = ask(
            wish.request,
            stores,
            lambda store: officer(
                store,
                id_,
                period=span,
                unit=of_unit,
                held_in=in_unit,
                part=part,
                limit=most,
                cursor=after,
                as_of=at.as_of,
                known_at=at.known_at,
            ),
        )
        return answered(wish, answer, sheets.OFFICER, at, id_, moving=True)

    return routes

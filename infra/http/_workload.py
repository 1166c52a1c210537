"""The dossiers behind a figure; what officers and units have in hand and answer for.

Knows routes and parameters. Must not know how anything is answered.
"""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from infra import sheets
from infra.http import _parameters as of
from infra.http._answering import answered, exported
from infra.http._asking import ask
from infra.http._forms import Listed, Question
from infra.http._parameters import PAGE, At, Cursor, Limit, Read, given
from infra.http._stores import Stores
from infra.http.document import documented
from infra.questions.dossiers import State, Wanted, dossiers, every_wanted, side_of
from infra.questions.officer import Part, officer
from infra.questions.workload import Part as Load
from infra.questions.workload import every_dossier, workload


def officers_and_units(stores: Stores) -> APIRouter:
    """The routes of officers and workload."""
    routes = APIRouter(tags=["questions"], route_class=Question)

    @routes.get("/dossiers", **documented.DOSSIERS)
    def received(
        *,
        at: At,
        read: Read,
        wish: Listed,
        period: of.Period = None,
        unit: of.Unit = None,
        clock: of.ClockName = "legal",
        state: Annotated[
            Sequence[State], Query(description="In one of these states of the clock.")
        ] = (),
        letter: Annotated[
            Literal["owed", "on_time", "late", "missing"] | None,
            Query(description="Whose letter of apology is owed; of those: how it was sent."),
        ] = None,
        differs: Annotated[
            Literal["legal", "portal"] | None,
            Query(
                description="Overdue by law and not on the portal, or the other way round: the portal as known at K, the law by all"
                " that is known."
            ),
        ] = None,
        due: Annotated[
            of.Day | None, Query(description="In process within limit, and due on that day by law.")
        ] = None,
        ended: Annotated[
            str | None, Query(description="The month in which it ended.", examples=["2026-02"])
        ] = None,
        begun: Annotated[
            bool, Query(description="Accepted in the period, not carried over from before.")
        ] = False,
        recorded: Annotated[
            bool | None,
            Query(description="Accepted by an information system; false: on paper only."),
        ] = None,
        declared: Annotated[
            bool, Query(description="Of units that declared how much they took in.")
        ] = False,
        own: Annotated[bool, Query(description="The unit's own, none of those below it.")] = False,
        unassigned: Annotated[
            str | None,
            Query(description="Held for a time by that unit, assigned to nobody."),
        ] = None,
        limit: Limit = None,
        cursor: Cursor = None,
    ) -> Response:
        """The dossiers behind a figure of the reports: those received in the period, by the filters of the page `/ho-so`."""
        about: dict[str, Any] = {
            "period": given(read.period, period),
            "unit": given(read.text, unit),
            "as_of": at.as_of,
        }
        wanted, known_at = side_of(
            partial(ask, wish.request, stores),
            Wanted(
                states=tuple(state),
                letter=letter,
                differs=differs,
                due=due,
                ended=given(read.text, ended),
                begun=begun,
                recorded=recorded,
                declaring=declared,
                own=own,
                unassigned=given(read.text, unassigned),
            ),
            at.known_at,
            **about,
        )
        about |= {"clock": clock, "cursor": given(read.text, cursor), "known_at": known_at}
        if wish.form == "json":
            answer = ask(
                wish.request,
                stores,
                lambda store: dossiers(store, wanted, limit=limit or PAGE, **about),
            )
            return answered(wish, answer, sheets.DOSSIERS, at)
        return exported(
            wish,
            stores,
            lambda store: every_wanted(store, wanted, limit=limit, **about),
            sheets.DOSSIERS,
        )

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

"""The questions: a route for each, answered by the function that answers the command line.

Knows routes and parameters. Must not know how anything is answered.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from infra import queries
from infra.answers import document
from infra.http import _parameters as of
from infra.http._asking import ask
from infra.http._parameters import Instants, Reading, given, instants, reading
from infra.http._problems import answered
from infra.http._stores import Stores
from infra.wiring import Store

Answer = dict[str, Any]
At = Annotated[Instants, Depends(instants)]
Read = Annotated[Reading, Depends(reading)]

_ROWS_AT_MOST = 10_000
"""Findings on a page: a response must fit the memory of both sides."""

_PROBLEMS = answered(HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE)
_OF_ONE = _PROBLEMS | answered(HTTPStatus.NOT_FOUND)


def questions(stores: Stores) -> APIRouter:
    """The routes that only read."""
    routes = APIRouter(tags=["questions"])

    def told(request: Request, question: Callable[[Store], Answer]) -> Response:
        answer = document(ask(request, stores, question))
        return Response(answer, media_type="application/json")

    def told_of(
        request: Request,
        question: Callable[..., Answer],
        code: str,
        at: Instants,
        read: Reading,
    ) -> Response:
        key = read.code(code)
        return told(
            request,
            lambda store: question(
                store, key, lang=read.say.lang, as_of=at.as_of, known_at=at.known_at
            ),
        )

    # A paper book's code has a slash (H40.17:12/2019): the bare route stands last, and takes what the two others do not.
    @routes.get("/dossiers/{code:path}/history", responses=_OF_ONE, response_model=Answer)
    def history(request: Request, code: of.Code, at: At, read: Read) -> Response:
        """Every event of a dossier, in view at (T, K) or not, and the judgement."""
        return told_of(request, queries.history, code, at, read)

    @routes.get("/dossiers/{code:path}", responses=_OF_ONE, response_model=Answer)
    @routes.get("/dossiers/{code:path}/explain", responses=_OF_ONE, response_model=Answer)
    def explain(request: Request, code: of.Code, at: At, read: Read) -> Response:
        """The judgement of a dossier at (T, K): clocks day by day, custody, shares, letter, findings with their articles."""
        return told_of(request, queries.explain, code, at, read)

    @routes.get("/violations", responses=_OF_ONE, response_model=Answer)
    def violations(
        *,
        request: Request,
        at: At,
        read: Read,
        rule: of.Rules = (),
        unit: of.Unit = None,
        officer: Annotated[str | None, Query(description="Who answers for them.")] = None,
        severity: of.Severity = None,
        dossier: Annotated[str | None, Query(description="Of one dossier.")] = None,
        count_by: Annotated[
            Literal["rule", "unit", "officer"] | None, Query(description="Counts instead of rows.")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=_ROWS_AT_MOST)] = 100,
        cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    ) -> Response:
        """The findings that hold at (T, K), in the order of dossier and rule; a cursor neither repeats nor skips."""
        rules = tuple(read.text(name) for name in rule)
        of_unit, by, after = (given(read.text, said) for said in (unit, officer, cursor))
        of_dossier = given(read.code, dossier)
        return told(
            request,
            lambda store: queries.violations(
                store,
                rules=rules,
                unit=of_unit,
                officer=by,
                severity=severity,
                dossier=of_dossier,
                count_by=count_by,
                limit=limit,
                cursor=after,
                lang=read.say.lang,
                as_of=at.as_of,
                known_at=at.known_at,
            ),
        )

    @routes.get("/reports/{kind}", responses=_OF_ONE, response_model=Answer)
    def report(
        *,
        request: Request,
        kind: Literal["units", "officers", "coverage", "feedback"],
        at: At,
        read: Read,
        period: of.Period = None,
        unit: of.Unit = None,
        clock: of.ClockName = "legal",
    ) -> Response:
        """The official counts (JUDGEMENT 10), by unit, officer, software use or petitions."""
        span, of_unit = given(read.period, period), given(read.text, unit)
        return told(
            request,
            lambda store: queries.report(
                store,
                kind,
                period=span,
                unit=of_unit,
                clock=clock,
                lang=read.say.lang,
                as_of=at.as_of,
                known_at=at.known_at,
            ),
        )

    @routes.get("/rules", responses=answered(HTTPStatus.BAD_REQUEST), response_model=Answer)
    def rules(read: Read) -> Response:
        """Every rule with its articles."""
        return Response(document(queries.rules(lang=read.say.lang)), media_type="application/json")

    return routes

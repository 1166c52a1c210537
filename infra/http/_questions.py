"""The questions: a route for each, answered by the function that answers the command line.

Knows routes and parameters. Must not know how anything is answered.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from domain.values import UnitLevel
from infra import sheets
from infra.answers import Answer
from infra.http import _parameters as of
from infra.http._answering import answered, answered_whole, exported
from infra.http._asking import ask
from infra.http._forms import Listed, Question, Whole, Wish
from infra.http._parameters import PAGE, At, Cursor, Instants, Limit, Read, Reading, given
from infra.http._stores import Stores
from infra.http.document import documented
from infra.questions import queries
from infra.wiring import Store


def questions(stores: Stores) -> APIRouter:
    """The routes that only read."""
    routes = APIRouter(tags=["questions"], route_class=Question)
    _about_dossiers(routes, stores)
    _lists(routes, stores)
    _counts_and_rules(routes, stores)
    return routes


def _about_dossiers(routes: APIRouter, stores: Stores) -> None:
    def ask_of(
        wish: Wish, question: Callable[..., Answer], code: str, at: Instants, read: Reading
    ) -> tuple[Answer, int]:
        """The answer about a dossier, and the version that it is of at least."""
        key = read.code(code)

        def asked(store: Store) -> tuple[Answer, int]:
            version = queries.version(store, key)
            answer = question(store, key, lang=read.say.lang, as_of=at.as_of, known_at=at.known_at)
            return answer, version

        return ask(wish.request, stores, asked)

    # A paper book's code has a slash (H40.17:12/2019), sent as it is or encoded: the bare route stands last, and takes what the two others do not.
    @routes.get("/dossiers/{code:path}/history", **documented.HISTORY)
    def history(code: of.Code, at: At, read: Read, wish: Listed) -> Response:
        """Every event of a dossier, in view at (T, K) or not, and the judgement."""
        answer, version = ask_of(wish, queries.history, code, at, read)
        if wish.form == "json":
            return answered_whole(wish, answer, at, version)
        return answered(wish, answer, sheets.HISTORY, at, answer["dossier"])

    @routes.get("/dossiers/{code:path}", **documented.DOSSIER)
    @routes.get("/dossiers/{code:path}/explain", **documented.EXPLAIN)
    def explain(code: of.Code, at: At, read: Read, wish: Whole) -> Response:
        """The judgement of a dossier at (T, K): clocks day by day, custody, shares, letter, findings with their articles."""
        answer, version = ask_of(wish, queries.explain, code, at, read)
        return answered_whole(wish, answer, at, version)


def _lists(routes: APIRouter, stores: Stores) -> None:
    @routes.get("/violations", **documented.VIOLATIONS)
    def violations(
        *,
        at: At,
        read: Read,
        wish: Listed,
        rule: of.Rules = (),
        unit: of.Unit = None,
        officer: Annotated[str | None, Query(description="Who answers for them.")] = None,
        severity: of.Severity = None,
        dossier: Annotated[str | None, Query(description="Of one dossier.")] = None,
        period: of.Period = None,
        count_by: Annotated[
            Literal["rule", "unit", "officer"] | None, Query(description="Counts instead of rows.")
        ] = None,
        limit: Limit = None,
        cursor: Cursor = None,
    ) -> Response:
        """The findings that hold at (T, K), in the order of dossier and rule; a cursor neither repeats nor skips."""
        filters: dict[str, Any] = {
            "rules": tuple(read.text(name) for name in rule),
            "unit": given(read.text, unit),
            "officer": given(read.text, officer),
            "severity": severity,
            "dossier": given(read.code, dossier),
            "period": given(read.period, period),
            "cursor": given(read.text, cursor),
            "lang": read.say.lang,
            "as_of": at.as_of,
            "known_at": at.known_at,
        }
        if wish.form == "json" or count_by is not None:
            answer = ask(
                wish.request,
                stores,
                lambda store: queries.violations(
                    store, count_by=count_by, limit=limit or PAGE, **filters
                ),
            )
            return answered(wish, answer, sheets.COUNTS, at)
        return exported(
            wish,
            stores,
            lambda store: queries.every_violation(store, limit=limit, **filters),
            sheets.VIOLATIONS,
        )

    @routes.get("/units", **documented.UNITS)
    def units(
        *,
        at: At,
        read: Read,
        wish: Listed,
        unit: of.Unit = None,
        level: Annotated[
            UnitLevel | None, Query(description="Of this level only.", examples=["commune"])
        ] = None,
        limit: Limit = None,
        cursor: Cursor = None,
    ) -> Response:
        """The units registered at (T, K), each with the one above it, in the order of their codes."""
        of_unit, after = given(read.text, unit), given(read.text, cursor)
        most = (limit or PAGE) if wish.form == "json" else limit
        answer = ask(
            wish.request,
            stores,
            lambda store: queries.units(
                store,
                unit=of_unit,
                level=level,
                limit=most,
                cursor=after,
                as_of=at.as_of,
                known_at=at.known_at,
            ),
        )
        return answered(wish, answer, sheets.UNITS, at)


def _counts_and_rules(routes: APIRouter, stores: Stores) -> None:
    def reported(
        wish: Wish, kind: str, at: Instants, read: Read, *, moving: bool = False, **more: Any
    ) -> Response:
        answer = ask(
            wish.request,
            stores,
            lambda store: queries.report(
                store,
                kind,
                lang=read.say.lang,
                as_of=at.as_of,
                known_at=at.known_at,
                **more,
            ),
        )
        return answered(wish, answer, sheets.REPORTS[kind], at, moving=moving)

    @routes.get("/reports/officers", **documented.OFFICERS)
    def officers(
        *,
        at: At,
        read: Read,
        wish: Listed,
        period: of.Period = None,
        unit: of.Unit = None,
        clock: of.ClockName = "legal",
        limit: of.LimitOfOfficers = None,
        cursor: Cursor = None,
    ) -> Response:
        """What officers held and answer for (JUDGEMENT 10), the largest share of lateness first."""
        return reported(
            wish,
            "officers",
            at,
            read,
            moving=True,
            period=given(read.period, period),
            unit=given(read.text, unit),
            clock=clock,
            limit=(limit or of.ROWS_AT_MOST) if wish.form == "json" else limit,
            cursor=given(read.text, cursor),
        )

    @routes.get("/reports/{kind}", **documented.REPORTS)
    def report(
        *,
        kind: Literal["units", "coverage", "feedback"],
        at: At,
        read: Read,
        wish: Listed,
        period: of.Period = None,
        unit: of.Unit = None,
        clock: of.ClockName = "legal",
    ) -> Response:
        """The official counts (JUDGEMENT 10), by unit, software use or petitions: a row for each unit, all at once."""
        span, of_unit = given(read.period, period), given(read.text, unit)
        return reported(wish, kind, at, read, period=span, unit=of_unit, clock=clock)

    @routes.get("/rules", **documented.RULES)
    def rules(at: At, read: Read, wish: Listed) -> Response:
        """Every rule with its articles. With T or K only the rules and articles in force at T, and the policy that judges by them."""
        if at.as_of is None and at.known_at is None:
            return answered(wish, queries.rules(lang=read.say.lang), sheets.RULES)

        def then(store: Store) -> Answer:
            t, k = store.instants(at.as_of, at.known_at)
            return queries.rules_at(store.law.policy, t, k, lang=read.say.lang)

        return answered(wish, ask(wish.request, stores, then), sheets.RULES, at)

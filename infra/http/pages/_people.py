"""The pages of an officer and of a unit: what they answer for, and what they have in hand.

Knows their addresses, and what their templates need. Must not know how anything is counted.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Annotated, Any, Final, Protocol, TypeVar

from fastapi import APIRouter, Depends, Request, Response

from domain.errors import Unknown
from domain.percentages import percent
from domain.values import unit_key
from infra.answers import Answer
from infra.given import Readers
from infra.http._asking import ask
from infra.http._stores import Stores
from infra.http.pages._asking import Asking, asking_of
from infra.http.pages._shell import PAGE, page
from infra.http.pages._source import recorded
from infra.questions import queries
from infra.questions.officer import officer
from infra.questions.workload import workload
from infra.scoping import leading
from infra.telling import declaring, side_by_side
from infra.wiring import Store

R = TypeVar("R")


class Ask(Protocol):
    """Asks a question, all of them at one reading of the clock.

    Each by itself: one may be about the end of the period, another about the as-of, both long past, and a picture is of one moment.
    """

    def __call__(self, question: Callable[[Store], R], /) -> R:
        """Its answer."""
        ...


_WORK: Final = ("work", "work_after")
OfOfficer = Annotated[Asking, Depends(asking_of("cases", "after", "held_in", *_WORK))]
OfUnit = Annotated[Asking, Depends(asking_of("officers", *_WORK))]

_OF_OFFICERS: Final = 20
"""Officers shown on a unit's page until all are asked for."""
_FEW: Final = 20_000
"""Dossiers of a unit, of which who held them is shown on its page."""
_STEP: Final = "step_overdue"


def people_pages(stores: Stores) -> APIRouter:
    """Their routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/can-bo/{who:path}")
    def of_officer(request: Request, who: str, asked: OfOfficer) -> Response:
        id_ = Readers(asked.say).code(who)
        events = ask(request, stores, recorded)
        told = _officer(partial(ask, request, stores, now=stores.clock()), id_, asked)
        return page(
            asked,
            "officer.html",
            told["officer"],
            fields=("period", "unit", "as_of", "known_at"),
            chips=_chips(asked),
            events=events,
            **told,
        )

    @routes.get("/don-vi/{code:path}")
    def of_unit(request: Request, code: str, asked: OfUnit) -> Response:
        unit = Readers(asked.say).code(code)
        events = ask(request, stores, recorded)
        told = _unit(partial(ask, request, stores, now=stores.clock()), unit, asked)
        return page(
            asked,
            "unit.html",
            told["report"],
            fields=("period", "clock", "as_of", "known_at"),
            events=events,
            **told,
        )

    return routes


def _officer(ask: Ask, who: str, asked: Asking) -> dict[str, Any]:
    answer = ask(
        lambda store: officer(
            store,
            who,
            unit=asked.unit,
            held_in=asked.first("held_in"),
            part=asked.first("cases") or "share",
            limit=PAGE,
            cursor=asked.first("after"),
            **asked.span,
        )
    )
    by_rule = {"count_by": "rule", "lang": asked.say.lang, **asked.moment}
    counted = ask(lambda store: queries.violations(store, officer=who, unit=asked.unit, **by_rule))
    rules = {rule["key"]: rule["count"] for rule in counted["counts"]}
    names = {rule["rule"]: rule for rule in queries.rules(lang=asked.say.lang)["rules"]}
    own, n = asked.unit or answer["unit"], answer["dossiers"]
    units = [answer["unit"], *(case["unit"] for case in answer["cases"])]
    return {
        "officer": answer,
        "led": ask(lambda store: leading(store, units, asked.known_at)),
        "work": _work(ask, asked, officer=who, unit=asked.unit),
        "findings": [(names[key], count) for key, count in rules.items()],
        "findings_total": counted["total"],
        "steps": rules.get(_STEP, 0),
        "step_rule": _STEP,
        "on_time_percent": percent(n["on_time"], n["resolved"]),
        "covered": None if own is None else _coverage_of(ask, own, asked),
    }


def _work(ask: Ask, asked: Asking, **of: Any) -> Answer:
    return ask(
        lambda store: workload(
            store,
            part=asked.first("work") or "open",
            limit=PAGE,
            cursor=asked.first("work_after"),
            **asked.moment,
            **of,
        )
    )


def _report(ask: Ask, kind: str, unit: str, asked: Asking, **more: Any) -> Answer:
    """A report of a unit, over the period and at the moment of the page."""
    return ask(
        lambda store: queries.report(
            store,
            kind,
            unit=unit,
            **asked.span,
            **more,
        )
    )


def _coverage_of(ask: Ask, unit: str, asked: Asking) -> Answer | None:
    """A unit's coverage, in the shape of a row of the report of units; None where it has none, or nothing of the unit is shown."""
    rows: Sequence[Answer] = ()
    with suppress(Unknown):
        rows = _report(ask, "coverage", unit, asked)["units"]
    row = next((row for row in rows if same(row["unit"], unit)), None)
    if row is None:
        return None
    return {"unit": row["unit"], "coverage": row, "received": {"in_period": row["accepted"]}}


def _chips(asked: Asking) -> list[dict[str, str]]:
    """What narrows the cases, with the address without it."""
    at = asked.first("held_in")
    if at is None:
        return []
    without = asked.here(held_in=None, after=None)
    return [{"words": asked.say("people.held_in", unit=at), "without": without}]


def _unit(ask: Ask, unit: str, asked: Asking) -> dict[str, Any]:
    report = _report(ask, "units", unit, asked, clock=asked.clock, lang=asked.say.lang)
    # Of a province the shares of thousands of people are no page: those of the units below are.
    few = report["total"]["received"]["total"] <= _FEW
    officers: list[Answer] = []
    if few:
        told = _report(ask, "officers", unit, asked)["officers"]
        # Who neither held anything nor has a share answers for findings, and these have a list of their own.
        officers = [row for row in told if row["dossiers"] or row["late_dossiers"]]
    by_rule = {"count_by": "rule", "lang": asked.say.lang, **asked.moment}
    counted = ask(lambda store: queries.violations(store, unit=unit, **by_rule))
    rules = {each["key"]: each["count"] for each in counted["counts"]}
    names = {rule["rule"]: rule for rule in queries.rules(lang=asked.say.lang)["rules"]}
    shown = len(officers) if asked.first("officers") == "all" else _OF_OFFICERS
    most = max((row["share_minutes"] for row in officers), default=0)
    named = next((row for row in report["units"] if same(row["unit"], unit)), None)
    above = [] if named is None else [named["parent"]]
    return {
        "report": report,
        "row": report["total"],
        "led": ask(lambda store: leading(store, above, asked.known_at)),
        "side": declaring(side_by_side(report["units"])),
        "unit": named or {"unit": unit, "name": None, "parent": None, "level": None},
        "unit_rules": [] if named is None else named["findings"],
        "below": [row for row in report["units"] if row is not named],
        "few": few,
        "officers": officers[:shown],
        "more_officers": max(0, len(officers) - shown),
        "most": most,
        "whole": sum(row["share_minutes"] for row in officers),
        "work": _work(ask, asked, unit=unit),
        "findings": [(names[key], count) for key, count in rules.items()],
        "findings_total": counted["total"],
        "steps": rules.get(_STEP, 0),
        "step_rule": _STEP,
    }


def same(code: str, other: str) -> bool:
    """Whether two codes are the same unit's, however they are written."""
    return unit_key(code) == unit_key(other)

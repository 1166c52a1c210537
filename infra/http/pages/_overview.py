"""The overview, and the dossiers behind each of its figures.

Knows addresses and what filters they name. Must not know how anything is counted.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from domain.errors import Refused
from infra.answers import Answer
from infra.given import Unreadable, day_of
from infra.http._asking import ask
from infra.http._shared import Shared
from infra.http._stores import Stores
from infra.http.pages._asking import Asking, asking_of, iso, path_of
from infra.http.pages._shell import PAGE, page
from infra.http.pages._source import read
from infra.language import Language
from infra.questions.dossiers import Wanted, dossiers, overdue, side_of
from infra.questions.overview import overview as asked_overview
from infra.questions.unitcounts import last
from infra.scoping import leading
from infra.telling import declaring
from infra.wiring import Store

_UNITS: Final = 25
"""Units shown until all are asked for."""
_SHOWN_RULES: Final = 8
_FLAGS: Final = {"1": True, "0": False}
_ONCE: Final = (
    "letter",
    "differs",
    "due",
    "ended",
    "begun",
    "recorded",
    "declared",
    "own",
    "unassigned",
)
"""Filters of dossiers that have one value."""
First = Annotated[Asking, Depends(asking_of("all"))]
Listed = Annotated[Asking, Depends(asking_of("code", "state", *_ONCE, "cursor"))]


def overview(stores: Stores) -> APIRouter:
    """The routes of the first page and of the list behind it."""
    routes, shared = APIRouter(include_in_schema=False), Shared()

    @routes.get("/")
    def first(request: Request, asked: First) -> Response:
        about: dict[str, Any] = {
            **asked.span,
            "unit": asked.unit,
            "clock": asked.clock,
            "lang": asked.say.lang,
        }

        so = None
        if asked.known_at is not None:  # what the portal showed then, against what is so
            so = ask(request, stores, lambda store: overdue(store, "legal", **_about(asked)))

        def question(store: Store) -> tuple[int, Answer]:
            # The number is read first: what comes meanwhile is told again, never lost.
            heard = last(store)
            key = (store.scope, store.generation, heard, *about.values())
            return heard, shared.answer(key, lambda: asked_overview(store, so=so, **about))

        events, (heard, answer) = read(request, stores, question)
        everything = asked.first("all") == "1"
        units = answer["units"] if everything else answer["units"][:_UNITS]
        return page(
            asked,
            "overview.html",
            answer,
            events=events,
            heard=heard,
            units=units,
            side=declaring([row for row in answer["units"] if row["unit"] is not None]),
            most_late=max((each["late"] for row in units for each in row["months"]), default=0),
            rules=[rule for rule in answer["rules"] if rule["severity"]][:_SHOWN_RULES],
        )

    @routes.get("/ho-so")
    def listed(request: Request, asked: Listed) -> Response:
        code = asked.first("code")
        if code is not None:
            to = asked.link(path_of("ho-so", code.strip()))
            return RedirectResponse(to, HTTPStatus.SEE_OTHER)
        about = _about(asked)
        wanted, known_at = side_of(
            partial(ask, request, stores), _wanted(asked), asked.known_at, **about
        )

        def question(store: Store) -> tuple[frozenset[str], Answer]:
            answer = dossiers(
                store,
                wanted,
                clock=asked.clock,
                limit=PAGE,
                cursor=asked.first("cursor"),
                known_at=known_at,
                **about,
            )
            units = [row["unit"] for row in answer["dossiers"]]
            return leading(store, units, asked.known_at), answer

        events, (led, answer) = read(request, stores, question)
        return page(
            asked,
            "dossiers.html",
            answer,
            events=events,
            led=led,
            chips=_chips(asked),
            filters=_filters(asked),
        )

    return routes


def _about(asked: Asking) -> dict[str, Any]:
    return {"period": asked.period, "unit": asked.unit, "as_of": asked.as_of}


def _filters(asked: Asking) -> dict[str, Any]:
    """What the list is filtered by, as the API names it."""
    said: dict[str, Any] = {"state": [value for name, value in asked.more if name == "state"]}
    said |= {name: asked.first(name) for name in _ONCE}
    return said | {"due": None if said["due"] is None else iso(said["due"])}


def _wanted(asked: Asking) -> Wanted:
    """Refused where an address names what is not there."""
    differs = asked.first("differs")
    if differs not in {None, "legal", "portal"}:
        raise Refused("unknown_state", f"no state {differs} of a dossier")
    due = asked.first("due")
    return Wanted(
        states=tuple(value for name, value in asked.more if name == "state"),
        letter=asked.first("letter"),
        differs="legal" if differs == "legal" else "portal" if differs else None,
        due=None if due is None else _day(due),
        ended=asked.first("ended"),
        begun=bool(_flag(asked, "begun")),
        recorded=_flag(asked, "recorded"),
        declaring=bool(_flag(asked, "declared")),
        own=bool(_flag(asked, "own")),
        unassigned=asked.first("unassigned"),
    )


def _flag(asked: Asking, name: str) -> bool | None:
    said = asked.first(name)
    if said not in {None, *_FLAGS}:
        raise Unreadable(asked.say("pages.no_flag", name=name, given=said))
    return None if said is None else _FLAGS[said]


def _day(text: str) -> date:
    try:
        return day_of(text)
    except ValueError:
        raise Refused("invalid_day", f"{text} is no day: write 2026-11-27") from None


def _chips(asked: Asking) -> Sequence[dict[str, Any]]:
    """What is filtered by, each with the address without it."""
    chips = []
    for name, value in asked.filters(*_ONCE, again="state"):
        words = _words(asked.say, name, value)
        if words is not None:
            rest = [other for key, other in asked.more if key == name and other != value]
            without = asked.here(**{name: rest or None, "cursor": None})
            chips.append({"words": words, "without": without})
    return chips


def _words(say: Language, name: str, value: str) -> str | None:
    match name:
        case "state":
            key = f"filter.state.{value}"
            return say(key) if say.knows(key) else say.word("class", value)
        case "letter":
            return f"{say('filter.letter')}: {say.word('filter.letter', value)}"
        case "due":
            return say("filter.due", day=say.day(iso(value)))
        case "unassigned":
            return say("filter.unassigned", unit=value)
        case "ended":
            return say("filter.ended", month=f"{value[5:]}/{value[:4]}")
        case _:
            key = f"filter.{name}.{value}"
            return say(key) if say.knows(key) else None

"""The list of findings, with its filters, counts by rule, and what is needed to keep it live.

Knows addresses and filters. Must not know how a finding comes about.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Request, Response

from domain.rules import RULES
from infra.given import Readers, Unreadable
from infra.http._stores import Stores
from infra.http.pages._asking import Asking, asking_of
from infra.http.pages._shell import PAGE, page
from infra.http.pages._source import read
from infra.questions import queries
from infra.questions.feed import ViewsFeed
from infra.telling import legal_basis, person, rule_name
from infra.wiring import Store, clock

V = TypeVar("V")

FIELDS: Final = ("period", "unit", "as_of", "known_at")
_SEVERITIES: Final = (3, 2, 1, 0)
_ONCE: Final = ("officer", "severity", "dossier")
"""Filters that have one value."""
Filtered = Annotated[Asking, Depends(asking_of("rule", *_ONCE, "cursor"))]
_SEVERITY: Final = {rule.name: rule.severity for rule in RULES}


def violations(stores: Stores) -> APIRouter:
    """The route of the list."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/vi-pham")
    def listed(request: Request, asked: Filtered) -> Response:
        chosen = _chosen(asked)

        def question(store: Store) -> tuple[int, dict[str, Any], dict[str, Any]]:
            heard = ViewsFeed(store, clock, asked.say.lang).last()
            at = {**asked.moment, "lang": asked.say.lang}
            others: dict[str, Any] = {
                name: chosen[name] for name in ("unit", "officer", "dossier", "period")
            }
            counts = queries.violations(store, count_by="rule", **others, **at)
            answer = queries.violations(
                store, limit=PAGE, cursor=asked.first("cursor"), **chosen, **at
            )
            return heard, counts, answer

        events, (heard, counts, answer) = read(request, stores, question)
        return page(
            asked,
            "violations.html",
            answer,
            fields=FIELDS,
            events=events,
            heard=heard,
            chips=_chips(asked),
            rows=[_row(asked, violation) for violation in answer["violations"]],
            **_beside(asked, chosen, counts["counts"]),
        )

    return routes


def _chosen(asked: Asking) -> dict[str, Any]:
    """The filters of the public contract. Unreadable where one cannot be read, with its name."""
    read = Readers(asked.say)
    return {
        "rules": tuple(value for name, value in asked.more if name == "rule"),
        "unit": asked.unit,
        "period": asked.period,
        "officer": asked.first("officer"),
        "severity": _read(asked, "severity", read.integer(0, 3), asked.first("severity")),
        "dossier": _read(asked, "dossier", read.code, asked.first("dossier")),
    }


def _read(asked: Asking, name: str, read: Callable[[str], V], said: str | None) -> V | None:
    try:
        return None if said is None else read(said)
    except Unreadable as wrong:
        where = asked.say(f"column.{name}")
        raise Unreadable(asked.say("problem.invalid", where=where, what=str(wrong))) from None


def _chips(asked: Asking) -> Sequence[dict[str, Any]]:
    chips = []
    for name, value in asked.filters(*_ONCE, again="rule"):
        rest = [other for key, other in asked.more if key == name and other != value]
        without = asked.here(**{name: rest or None, "cursor": None})
        chips.append({"words": _words(asked, name, value), "without": without})
    return chips


def _words(asked: Asking, name: str, value: str) -> str:
    say = asked.say
    match name:
        case "rule":
            return rule_name(value, say)
        case "severity":
            return f"{say('column.severity')}: {say.word('severity', value)}"
        case "officer":
            return f"{say('column.officer')}: {value}"
        case _:
            return f"{say('column.dossier')}: {value}"


def _beside(
    asked: Asking, chosen: dict[str, Any], counts: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Counts by severity and by rule: of what the other filters leave, whichever rule is chosen."""
    by_severity: Counter[int] = Counter()
    for each in counts:
        by_severity[_SEVERITY[each["key"]]] += each["count"]
    severity, rules = chosen["severity"], chosen["rules"]
    shown = [each for each in counts if severity in {None, _SEVERITY[each["key"]]}]
    return {
        "by_severity": [
            {
                "severity": each,
                "count": by_severity[each],
                "on": severity == each,
                "link": asked.here(severity=each, rule=None, cursor=None),
            }
            for each in _SEVERITIES
            if by_severity[each] or severity == each
        ],
        "by_rule": [
            {
                "rule": each["key"],
                "name": rule_name(each["key"], asked.say),
                "severity": _SEVERITY[each["key"]],
                "count": each["count"],
                "on": each["key"] in rules,
                "link": asked.here(rule=each["key"], cursor=None),
            }
            for each in shown
        ],
    }


def _row(asked: Asking, violation: dict[str, Any]) -> dict[str, Any]:
    about = {"unit": violation["unit"]}
    return violation | {
        "articles": legal_basis(violation["basis"], asked.say),
        "people": [
            {
                "who": person(about, who["officer"], who["unit"], asked.say),
                "officer": who["officer"],
                "role": asked.say.word("role", who["role"]),
                "minutes": who["minutes"],
            }
            for who in violation["responsible"]
        ],
    }

"""A scope in the queries: an asker is answered as if nothing else were there than what he is shown."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Unknown
from domain.values import VN
from infra import credentials
from infra.access import FULL, Forbidden, NoScope, scope_of
from infra.questions import queries
from infra.questions.dossiers import Wanted
from infra.questions.dossiers import dossiers as dossiers_of
from infra.questions.feed import ViewsFeed
from infra.questions.findings import chosen_units
from infra.questions.officer import officer as cases_of
from infra.scoping import watched
from infra.settings.data import Settings
from infra.wiring import open_store
from tests.support import places
from tests.support.places import NEIGHBOUR, NUMBERS, PARENTS, code_of, dossiers, officer

NOW = datetime(2026, 7, 1, 9, tzinfo=VN)
MOMENTS: dict[str, dict[str, Any]] = {
    "now": {},
    "half way": {"as_of": datetime(2026, 2, 11, 15, tzinfo=VN)},
    "not known yet": {"known_at": datetime(2026, 3, 1, tzinfo=VN)},
}


def of_communes(*communes):
    return {code_of(commune, number) for commune in communes for number in NUMBERS}


SCOPES = {
    "compliance of a commune": (
        scope_of("compliance", unit="Y09.21"),
        of_communes("Y09.21"),
    ),
    "compliance of a province": (
        scope_of("compliance", unit="Y09"),
        of_communes("Y09.21", "Y09.22"),
    ),
    "a head": (
        scope_of("head", unit="Y09.21"),
        of_communes("Y09.21") | {code_of("Y09.22", "0009")},
    ),
    "an officer": (
        scope_of("officer", officer=officer("cb-binh", "Y09.21")),
        {code_of("Y09.21", "0007"), code_of("Y09.21", "0008")},
    ),
    "an officer with another's dossier": (
        scope_of("officer", officer=officer("cb-xa", "Y10.31")),
        {code_of("Y09.21", "0009")},
    ),
    "compliance of nowhere": (scope_of("compliance", unit="Z99"), set()),
    "an officer whom nobody knows": (scope_of("officer", officer="cb-x"), set()),
}


def opened(folder, scope=FULL):
    return closing(_Scoped(folder, scope))


class _Scoped:
    """A store over a folder, lent within a scope; it is closed with this."""

    def __init__(self, folder, scope):
        self.store = replace(open_store(Settings(data=folder)), now=NOW, scope=scope)
        self.store.catch_up()

    def close(self):
        self.store.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """All there is."""
    return places.filled(tmp_path_factory.mktemp("whole"), places.everywhere())


@pytest.fixture(scope="module", params=SCOPES)
def both(request, whole, tmp_path_factory):
    """A store within a scope, and one that holds nothing else than what that scope shows; what it shows."""
    scope, shown = SCOPES[request.param]
    told = [
        event
        for event in places.everywhere()
        if not places.is_of_a_dossier(event) or event["subject"] in shown
    ]
    alone = places.filled(tmp_path_factory.mktemp("alone"), told)
    with opened(whole, scope) as limited, opened(alone) as little:
        yield limited.store, little.store, shown


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"limit": 1},
        {"count_by": "rule"},
        {"count_by": "unit"},
        {"count_by": "officer"},
        {"officer": officer("cb-hai", "Y09.21")},
        {"officer": officer("cb-xa", "Y10.31"), "count_by": "rule"},
        {"severity": 3},
    ],
    ids=str,
)
def test_findings_are_those_of_what_is_shown(both, asked, at):
    limited, little, _ = both

    assert _findings(limited, asked, at) == _findings(little, asked, at)


def _findings(store, asked, at):
    try:
        answer = queries.violations(store, **asked, **MOMENTS[at])
    except Unknown:  # as of cases below
        return None
    return None if "officer" in asked and not answer["total"] else answer


@pytest.mark.parametrize("at", MOMENTS)
def test_officers_are_counted_over_what_is_shown(both, at):
    limited, little, _ = both

    assert queries.report(limited, "officers", **MOMENTS[at]) == queries.report(
        little, "officers", **MOMENTS[at]
    )


@pytest.mark.parametrize("at", MOMENTS)
def test_an_officers_cases_in_a_unit_are_those_of_what_is_shown(both, at):
    limited, little, _ = both
    for commune, other in NEIGHBOUR.items():
        for who in (officer("cb-hai", commune), officer("cb-xa", other)):
            seen, alone = (_cases(store, who, commune, at) for store in (limited, little))
            assert seen == alone
        nobodys = [
            dossiers_of(store, Wanted(unassigned=commune), **MOMENTS[at]) for store in both[:2]
        ]
        assert nobodys[0] == nobodys[1]


def _cases(store, who, commune, at):
    try:
        return cases_of(store, who, held_in=commune, part="held", **MOMENTS[at])["cases"]
    except Unknown:  # whom the directory knows as a head only, is told where the unit is shown
        return []


@pytest.mark.parametrize("at", MOMENTS)
def test_what_is_not_shown_is_not_there(both, at):
    limited, little, shown = both
    for code in dossiers():
        for ask in (queries.history, queries.explain, queries.beside):
            if code in shown:
                seen, alone = (ask(store, code, **MOMENTS[at]) for store in (limited, little))
                for answer in (seen, alone):  # the sealed applicant has a key of its own in each
                    answer.pop("events", None)
                assert seen == alone
            else:
                with pytest.raises(Unknown) as hidden:
                    ask(limited, code, **MOMENTS[at])
                with pytest.raises(Unknown) as missing:
                    ask(little, code, **MOMENTS[at])
                assert str(hidden.value) == str(missing.value)


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("clock", ["legal", "portal"])
def test_a_unit_is_reported_to_its_own_as_to_everybody(whole, at, clock):
    asked = {"clock": clock, **MOMENTS[at]}
    for unit in ("Y09.21", "Y09"):
        scope = scope_of("compliance", unit=unit)
        with opened(whole, scope) as limited, opened(whole) as full:
            for kind in ("units", "coverage", "feedback"):
                assert queries.report(limited.store, kind, **asked) == queries.report(
                    full.store, kind, unit=unit, **asked
                )


def test_other_units_are_answered_for_like_units_that_are_not_there(whole):
    with opened(whole, scope_of("compliance", unit="Y09.21")) as limited:
        store = limited.store
        for unit in ("Y09.22", "Y10.31", "Y09", "Y10", "Z99"):
            for ask in (
                lambda unit: queries.violations(store, unit=unit),
                lambda unit: queries.report(store, "units", unit=unit),
                lambda unit: queries.report(store, "feedback", unit=unit),
                lambda unit: queries.report(store, "officers", unit=unit),
                lambda unit: cases_of(store, officer("cb-hai", "Y09.21"), unit=unit),
                lambda unit: dossiers_of(store, Wanted(unassigned="Y09.21"), unit=unit),
                lambda unit: chosen_units(store, unit),
            ):
                with pytest.raises(Unknown) as unknown:
                    ask(unit)
                assert str(unknown.value).startswith(f"no unit {unit};")


def test_an_officer_sees_no_figures_of_units_but_those_of_his_own_dossiers(whole):
    with opened(whole, scope_of("officer", officer=officer("cb-binh", "Y09.21"))) as limited:
        units = queries.report(limited.store, "units")
        coverage = queries.report(limited.store, "coverage")
        feedback = queries.report(limited.store, "feedback")

    assert [row["unit"] for row in units["units"]] == ["Y09.21"]
    assert units["total"]["received"]["total"] == 2
    assert units["units"][0]["findings"] == []
    assert [row["declared"] for row in coverage["units"]] == [None]
    assert feedback["total"]["received"] == 0


def test_public_figures_name_neither_dossiers_nor_persons(whole):
    with opened(whole, scope_of("feed")) as limited, opened(whole) as full:
        told = queries.report(limited.store, "units")
        all_of_it = queries.report(full.store, "units")
        for ask in (
            lambda store: queries.violations(store, count_by="rule"),
            lambda store: queries.report(store, "officers"),
            lambda store: queries.explain(store, code_of("Y09.21")),
            lambda store: queries.show_person(store, code_of("Y09.21"), reader="x"),
            lambda store: queries.explain(store, "none"),
            lambda store: queries.forget_person(store, code_of("Y09.21"), by="x"),
        ):
            with pytest.raises(Forbidden):
                ask(limited.store)

    assert told["total"] == all_of_it["total"]
    assert "cb-" in str(all_of_it)
    assert "cb-" not in str(told)


def test_a_book_number_is_ambiguous_only_among_what_is_shown(tmp_path):
    accepted = next(e for e in places.EXAMPLE if e["type"].endswith("accepted.v1"))
    told = []
    for unit in PARENTS:
        data = accepted["data"] | {"competent_unit": unit}
        own = {"subject": f"{unit}:12/2026", "id": f"book-{unit}", "data": data}
        told.append(accepted | own | {"source": "/paper/so"})
    folder = places.filled(tmp_path, [*places.everywhere(), *told])

    with opened(folder, scope_of("compliance", unit="Y09.22")) as limited:
        assert queries.explain(limited.store, "12/2026")["dossier"] == "Y09.22:12/2026"
    with opened(folder) as full, pytest.raises(Unknown, match="several books"):
        queries.explain(full.store, "12/2026")


def test_notices_are_shown_by_the_same_rule(both):
    limited, _, shown = both
    with opened(Path(limited.log.place).parent) as full:
        told = ViewsFeed(full.store, lambda: NOW, "vi").notices(0, 1_000)
    shows = watched(limited)

    assert {notice.dossier for notice in told if shows(notice.unit, notice.held)} == {
        notice.dossier for notice in told if notice.dossier in shown
    }


@pytest.mark.parametrize("role", ["compliance", "head", "officer"])
def test_a_role_over_something_needs_its_name(role):
    with pytest.raises(NoScope):
        scope_of(role)


def test_what_is_no_dossier_is_not_found_as_one(tmp_path):
    accepted = next(e for e in places.EXAMPLE if e["type"].endswith("accepted.v1"))
    own = {"subject": "Y09.21:12/2026", "id": "book", "source": "/paper/so"}
    folder = places.filled(tmp_path, [*places.everywhere(), accepted | own])

    with opened(folder) as full:
        queries.show_person(full.store, "12/2026", reader="x")
        credentials.record(
            full.store,
            "person_read",
            "Y09.21:12/2026",
            {"dossier": "Y09.21:12/2026", "by": "x", "role": None, "reason": "kiểm tra"},
        )
        assert queries.explain(full.store, "12/2026")["dossier"] == "Y09.21:12/2026"
        for code in ("Y09.21", "1.001612", officer("cb-binh", "Y09.21")):
            with pytest.raises(Unknown):
                queries.explain(full.store, code)

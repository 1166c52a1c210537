"""Cần Thơ, January to May 2024: overdue in process as a stock, and what of it arose in May."""

import pytest

from tests.scenarios import can_tho
from tests.scenarios.facts import facts

PRINTED = facts(can_tho.NAME)["printed"]
INVENTED = facts(can_tho.NAME)["invented"]
AT = PRINTED["period"][1]
STOCK, MAY = PRINTED["overdue_in_process_cumulative"], PRINTED["overdue_in_process_may"]

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("can-tho")]


@pytest.fixture
def overdue(cantho):
    answer = cantho.inspector.ask(
        "violations", "--rule", "in_process_overdue", "--as-of", AT, "--limit", "1000"
    )
    return answer["violations"]


def test_everything_sent_was_taken_in(cantho):
    assert {answer["refused"] for answer in cantho.imports} == {0}


@pytest.mark.parametrize("period", ["2024-01-01..2024-05-31", "2024-05-01..2024-05-31"])
def test_473_were_overdue_in_process_whatever_the_period_began_with(cantho, period):
    assert cantho.inspector.units("--period", period)[""]["in_process"]["overdue"] == STOCK


@pytest.mark.parametrize("clock", ["legal", "portal"])
def test_the_law_and_the_portal_agree_on_it(cantho, clock):
    rows = cantho.inspector.units("--as-of", AT, "--clock", clock)
    assert rows[""]["in_process"]["overdue"] == STOCK


def test_77_of_them_arose_in_may(overdue):
    assert len(overdue) == STOCK
    assert sum(finding["since"] >= "2024-05-01" for finding in overdue) == MAY


def test_the_stock_at_the_end_of_april_was_smaller_by_what_may_brought(cantho, overdue):
    rows = cantho.inspector.units("--as-of", "2024-04-30")
    assert rows[""]["in_process"]["overdue"] >= STOCK - MAY


def test_they_came_through_the_national_portal(cantho, overdue):
    history = cantho.inspector.ask("history", overdue[0]["dossier"])
    assert history["events"][0]["data"]["portal"] == "national"


def test_an_apology_was_owed_for_each(cantho):
    letters = cantho.inspector.units("--period", "2024-01-01..2024-05-31")[""]["letters"]
    assert letters["owed"] == STOCK + INVENTED["background_late"]
    assert (letters["on_time"], letters["late"]) == (
        INVENTED["letters_in_time"],
        INVENTED["letters_too_late"],
    )


@pytest.mark.parametrize(
    ("rule", "truth"),
    [
        ("supplement_more_than_once", "asked_twice"),
        ("supplement_outside_one_stop", "asked_outside"),
    ],
)
def test_officers_who_asked_twice_or_past_the_one_stop_unit_surface(cantho, rule, truth):
    assert cantho.inspector.counts("officer", "--rule", rule, "--as-of", AT) == cantho.truth[truth]


def test_a_second_request_does_not_stop_the_clock(cantho):
    answer = cantho.inspector.ask("explain", cantho.truth["examples"]["asked_twice"], "--as-of", AT)
    assert answer["clocks"]["legal"]["class"] == "overdue"
    assert answer["clocks"]["legal"]["cycle_started_at"] > answer["accepted_at"]

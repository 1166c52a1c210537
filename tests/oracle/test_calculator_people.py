"""The oracle against examples worked out by hand: custody, shares, letters, findings; and against itself."""

import random

import pytest

from tests.oracle import calculator
from tests.oracle.calculator import candidates, next_change, open_case, since
from tests.oracle.histories import random_directory, random_history, random_question
from tests.oracle.naive_moment import largest_remainder
from tests.oracle.naive_time import (
    DAY,
    MICROSECOND,
    VN,
    midnight,
    parse_instant,
)
from tests.oracle.telling import (
    CALENDAR,
    accepted,
    at,
    by,
    days,
    head,
    late_by_two_steps,
    supplemented,
)

# Sections 6 and 7: custody and shares --------------------------------------------------------


def test_custody_and_standing_still_add_up_to_the_elapsed_work():
    case = supplemented().then("transferred", "2025-03-27 08:00", to=by("B"))
    rows = case.judged("2025-03-28 08:00")["custody"]
    still = CALENDAR.work(at("2025-03-19 09:00"), at("2025-03-26 10:00"))
    elapsed = CALENDAR.work(at("2025-03-17 08:00"), at("2025-03-28 08:00"))
    assert [row["officer"] for row in rows] == ["A", "B"]
    assert sum(row["minutes"] for row in rows) + still == elapsed


def test_lateness_is_shared_by_overruns_to_the_minute():
    rows = late_by_two_steps().judged("2025-04-01")["responsibility"]
    shares = {row["officer"]: (row["minutes"], row["holder_at_due"]) for row in rows}
    # B used 480 of 120: 360 over; C 120 after the due; 120 minutes late in all
    assert shares == {"B": (90, False), "C": (30, True)}


def test_the_one_who_takes_over_at_the_due_instant_is_the_holder_at_due():
    case = accepted("2025-03-17 08:00", due_at="2025-03-18T10:00:00+07:00")
    case.then("transferred", "2025-03-18 10:00", to=by("B"))
    (row,) = case.judged("2025-03-18 11:00")["responsibility"]
    assert (row["officer"], row["minutes"], row["holder_at_due"]) == ("B", 60, True)


def test_without_any_overrun_the_head_of_the_competent_unit_answers():
    case = accepted("2025-03-17 08:00", head("H"), limit=days(1))
    case.then("transferred", "2025-03-17 09:00", to=by("B"), step_limit=days(9))
    rows = case.then("result_issued", "2025-03-19 09:00").judged("2025-04-01")["responsibility"]
    assert [(row["officer"], row["minutes"], row["kind"]) for row in rows] == [
        ("H", 120, "unattributed"),
        ("B", 0, "overrun"),
    ]


def test_a_unit_without_officer_is_charged_to_its_head_at_the_due_instant():
    case = accepted(
        "2025-03-17 08:00", head("H1"), head("H2", "2025-03-19"), actor=by(), limit=days(1)
    )
    (row,) = case.judged("2025-03-19 09:00")["responsibility"]
    assert (row["officer"], row["kind"], row["minutes"]) == ("H1", "unassigned", 120)


def test_the_largest_remainder_goes_first_and_ties_to_the_earlier():
    assert largest_remainder(10, [1, 1, 1]) == [4, 3, 3]
    assert largest_remainder(5, [1, 2, 4]) == [1, 1, 3]


# Sections 8 and 9: letters and findings ------------------------------------------------------


@pytest.mark.parametrize(
    ("delivered", "grade"),
    [
        ("2025-03-18 23:59:59.999999", "on_time"),
        ("2025-03-19 00:00", "late"),
        ("2025-05-01 00:00", "missing"),
    ],
)
def test_a_letter_is_graded_by_the_end_of_the_day_before_the_due(delivered, grade):
    case = accepted("2025-03-17 08:00", limit=days(2))
    case.then("apology_letter_sent", "2025-03-18 08:00", delivered_at=at(delivered).isoformat())
    letter = case.judged("2025-04-01")["letter"]
    assert (letter["grade"], letter["deadline"]) == (grade, "2025-03-18")


def test_a_letter_of_an_earlier_cycle_does_not_count():
    case = accepted("2025-03-17 08:00", limit=days(2))
    case.then("apology_letter_sent", "2025-03-17 09:00", number="1")
    case.then("supplement_requested", "2025-03-17 10:00", reason="r")
    case.then("supplement_received", "2025-03-20 09:00", complete=True)
    assert case.judged("2025-04-01")["letter"]["grade"] == "missing"


def test_no_letter_is_owed_before_the_due_has_passed():
    letter = accepted("2025-03-17 08:00", limit=days(2)).judged("2025-03-18")["letter"]
    assert letter == {"grade": "not_owed", "deadline": None, "sent_at": None, "number": None}


@pytest.mark.parametrize(
    ("received", "moved", "late"),
    [
        ("2025-03-17 14:59:59", "2025-03-17 23:59", False),
        ("2025-03-17 14:59:59", "2025-03-18 00:00", True),
        ("2025-03-17 15:00", "2025-03-18 08:00", False),
        ("2025-03-17 15:00", "2025-03-18 08:00:00.000001", True),
        ("2025-03-15 09:00", "2025-03-17 08:00", False),
    ],
)
def test_a_transfer_is_due_the_same_day_or_at_the_next_opening(received, moved, late):
    case = accepted(received, limit=days(9)).then("transferred", moved, to=by("B"))
    assert ("transfer_late" in case.judged("2025-03-20")["findings"]) is late


@pytest.mark.parametrize(
    ("when", "ground", "rules"),
    [
        ("2025-03-18 09:00", "none", {"due_changed_without_document"}),
        ("2025-03-20 09:00", "correction", {"due_changed_after_due"}),
        ("2025-03-18 09:00", "supplement", set()),
    ],
)
def test_a_changed_date_needs_a_paper_and_a_due_not_yet_passed(when, ground, rules):
    case = accepted("2025-03-17 08:00", limit=days(2))
    case.then("due_date_changed", when, new_due_at="2025-03-28", ground=ground)
    found = set(case.judged("2025-03-19 08:00" if when < "2025-03-19" else when)["findings"])
    assert found - {"in_process_overdue", "apology_missing"} == rules


def test_a_finding_dates_from_the_first_instant_it_held_without_a_break():
    case = accepted("2025-03-17 08:00", limit=days(2))
    findings = case.judged("2025-03-31 08:00")["findings"]
    assert findings["in_process_overdue"]["since"] == "2025-03-20T00:00:00+07:00"
    assert findings["apology_missing"]["since"] == "2025-03-20T00:00:00+07:00"
    assert findings["progress_stale"]["since"] == "2025-03-25T00:00:00+07:00"


def test_a_step_is_overdue_from_the_minute_too_many():
    case = accepted("2025-03-17 08:00", limit=days(9))
    case.then("transferred", "2025-03-17 09:00", to=by("B"), step_limit=days(2, "working_hours"))
    findings = case.judged("2025-03-17 16:00")["findings"]
    assert findings["step_overdue"]["since"] == "2025-03-17T11:01:00+07:00"


def test_an_end_recorded_two_working_days_late_leaves_the_workflow_open():
    case = accepted("2025-03-17 08:00", limit=days(9))
    case.then("returned", "2025-03-18 09:00", recorded="2025-03-20 08:00")
    assert "workflow_not_closed" in case.judged("2025-03-20 08:00")["findings"]


def test_an_end_on_paper_alone_leaves_the_workflow_open_from_the_second_working_day():
    case = accepted("2025-03-17 08:00", limit=days(9))
    case.then("returned", "2025-03-18 09:00", source="/paper/so.csv")
    findings = case.judged("2025-04-01")["findings"]
    assert findings["workflow_not_closed"]["since"] == "2025-03-20T00:00:00+07:00"


def test_a_result_in_time_not_handed_over_by_the_due_is_returned_late():
    case = accepted("2025-03-17 08:00", limit=days(2)).then("result_issued", "2025-03-18 09:00")
    findings = case.judged("2025-04-01")["findings"]
    assert findings["return_late"]["since"] == "2025-03-20T00:00:00+07:00"


def test_outside_the_years_of_the_calendar_the_answer_says_so():
    beyond = accepted("2027-12-31 08:00", limit=days(2)).judged("2027-12-31 09:00")
    inside = accepted("2025-03-17 08:00", limit=days(2)).judged("2025-03-18")
    assert (beyond["calendar_complete"], inside["calendar_complete"]) == (False, True)


def test_the_next_change_is_the_end_of_the_due_date():
    case = accepted("2025-03-17 08:00", limit=days(2))
    change = next_change(case.events, at("2025-03-18"), at("2090-01-01"), [], CALENDAR)
    assert change == "2025-03-20T00:00:00+07:00"


# The oracle against itself -------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_no_finding_begins_between_two_candidates(seed):
    rng = random.Random(seed)
    events, directory = random_history(rng, "X"), random_directory(rng)
    as_of, known_at = random_question(rng, events)
    case = open_case(events, known_at, directory, CALENDAR)
    t, points = as_of.astimezone(VN), candidates(case, as_of.astimezone(VN))
    first = points[0].date() if points else t.date()
    nights = [midnight(first + n * DAY) for n in range(min(60, (t.date() - first).days))]
    near = [point + step for point in points for step in (-MICROSECOND, MICROSECOND)]
    denser = {*points, *(other for other in (*nights, *near) if other <= t)}
    assert since(case, t, denser) == since(case, t, points)


@pytest.mark.parametrize("seed", range(60))
def test_shares_add_up_to_the_lateness_and_custody_to_the_elapsed_work(seed):
    rng = random.Random(1000 + seed)
    events, directory = random_history(rng, "X"), random_directory(rng)
    as_of, known_at = random_question(rng, events)
    answer = calculator.judge(events, as_of, known_at, directory, CALENDAR)
    shares = sum(row["minutes"] for row in answer["responsibility"])
    assert shares == answer["clocks"]["legal"]["late_minutes"]
    for row in answer["custody"]:
        elapsed = CALENDAR.work(parse_instant(row["from"]), parse_instant(row["to"]))
        assert 0 <= row["minutes"] <= elapsed

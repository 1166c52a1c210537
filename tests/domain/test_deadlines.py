"""The three clocks at their limits (JUDGEMENT 3 to 5), worked out by hand. 2026-03-05 is a Thursday."""

import pytest

from domain.deadlines import left
from tests.support.case import ACCEPTED, judged

LAWFUL = {"ground": "assessment", "legal_basis": "b"}


def accepted(at, amount, unit="working_days", **data):
    limit = {"amount": amount, "unit": unit}
    return ("accepted", at, {"competent_unit": "H40.17", "limit": limit} | data)


def asked(at, **data):
    return ("supplement_requested", at, {"reason": "r"} | data)


def answered(at, **data):
    return ("supplement_received", at, {"complete": True} | data)


def paused(at, **data):
    return ("paused", at, LAWFUL | data)


def resumed(at):
    return ("resumed", at, {"ground": "assessment"})


def due(history, as_of="2026-04-10T08:00", clock="legal"):
    return getattr(judged(history, as_of), clock).due.isoformat()[:16]


@pytest.mark.parametrize(
    ("at", "unit", "promised"),
    [
        ("2026-03-05T14:59", "working_days", "2026-03-05"),
        ("2026-03-05T15:00", "working_days", "2026-03-06"),
        ("2026-03-05T15:59", "calendar_days", "2026-03-06"),
        ("2026-03-06T15:00", "calendar_days", "2026-03-09"),
        ("2026-03-07T08:00", "working_days", "2026-03-09"),
    ],
)
def test_a_limit_of_no_days_is_the_same_day_if_taken_in_before_fifteen(at, unit, promised):
    assert due([accepted(at, 0, unit)]) == promised


@pytest.mark.parametrize(
    ("amount", "unit", "promised"),
    [
        (1, "working_days", "2026-03-06"),
        (2, "working_days", "2026-03-09"),
        (1, "calendar_days", "2026-03-06"),
        (2, "calendar_days", "2026-03-09"),
        (4, "calendar_days", "2026-03-09"),
        (5, "calendar_days", "2026-03-10"),
        (1, "working_hours", "2026-03-05T09:00"),
        (8, "working_hours", "2026-03-06T08:00"),
    ],
)
def test_a_limit_runs_from_the_day_after_or_from_the_minute(amount, unit, promised):
    assert due([accepted("2026-03-05T08:00", amount, unit)]) == promised


@pytest.mark.parametrize(
    ("at", "again"),
    [("2026-03-10T23:59", "2026-03-25"), ("2026-03-11T00:00", "2026-03-19")],
)
def test_a_request_within_three_working_days_gives_the_full_limit_again(at, again):
    assert due([ACCEPTED, asked(at), answered("2026-03-11T09:00")]) == again


def test_a_second_request_gives_it_only_by_the_applicants_fault():
    first = [ACCEPTED, asked("2026-03-06T08:00"), answered("2026-03-06T09:00")]
    again = answered("2026-03-11T08:00")
    assert due([*first, asked("2026-03-10T08:00"), again]) == "2026-03-20"
    at_fault = asked("2026-03-10T08:00", applicant_fault=True)
    assert due([*first, at_fault, again]) == "2026-03-25"


def test_a_request_after_the_due_stops_nothing():
    history = [accepted("2026-03-05T08:00", 1), asked("2026-03-09T08:00")]
    assert judged(history, "2026-03-09T09:00").legal.class_ == "overdue"


def test_a_stated_due_without_a_limit_gives_as_many_working_days_again():
    stated = ("accepted", "2026-03-05T08:00", {"competent_unit": "H40.17", "due_at": "2026-03-10"})
    assert due([stated, asked("2026-03-06T08:00"), answered("2026-03-09T08:00")]) == "2026-03-12"
    same_day = ("accepted", "2026-03-05T08:00", stated[2] | {"due_at": "2026-03-05"})
    assert due([same_day, asked("2026-03-05T09:00"), answered("2026-03-09T08:00")]) == "2026-03-10"


@pytest.mark.parametrize(
    ("stop", "go", "moved"),
    [
        ("2026-03-09T08:00", "2026-03-11T08:00", "2026-03-23"),
        ("2026-03-09T08:00", "2026-03-09T16:00", "2026-03-19"),
        ("2026-03-06T08:00", "2026-03-08T08:00", "2026-03-19"),
    ],
)
def test_a_lawful_pause_moves_a_due_date_by_its_working_days(stop, go, moved):
    assert due([ACCEPTED, paused(stop), resumed(go)]) == moved


def test_a_lawful_pause_moves_a_due_instant_by_its_office_minutes():
    hours = accepted("2026-03-05T08:00", 8, "working_hours")
    history = [hours, paused("2026-03-05T10:00"), resumed("2026-03-05T14:00")]
    assert due(history) == "2026-03-06T10:00"


@pytest.mark.parametrize("without", [{"ground": "other"}, {"legal_basis": None}])
def test_a_pause_without_lawful_ground_and_basis_moves_nothing(without):
    unlawful = ("paused", "2026-03-09T08:00", {k: v for k, v in (LAWFUL | without).items() if v})
    history = [ACCEPTED, unlawful, resumed("2026-03-11T08:00")]
    assert due(history) == "2026-03-19"
    assert judged(history[:2], "2026-03-10T08:00").legal.class_ == "in_time"


@pytest.mark.parametrize(
    ("facts", "class_"),
    [
        ([paused("2026-03-09T08:00")], "waiting"),
        ([paused("2026-03-09T08:00"), resumed("2026-03-10T08:00")], "in_time"),
        ([paused("2026-03-09T08:00"), resumed("2026-03-10T08:00"), paused("2026-03-11T08:00")], "waiting"),
        ([asked("2026-03-13T08:00")], "waiting"),
        ([asked("2026-03-13T08:00"), answered("2026-03-13T09:00", complete=False)], "waiting"),
        ([asked("2026-03-13T08:00"), answered("2026-03-13T09:00")], "in_time"),
    ],
)  # fmt: skip
def test_the_portal_shows_any_request_or_pause_as_waiting_until_it_is_answered(facts, class_):
    assert judged([ACCEPTED, *facts], "2026-03-16T08:00").portal.class_ == class_


def test_the_ranking_adds_the_working_days_of_waiting_to_the_portals_due():
    history = [ACCEPTED, asked("2026-03-06T08:00"), answered("2026-03-10T08:00")]
    assert due(history, clock="portal") == "2026-03-19"
    assert due(history, clock="qd766") == "2026-03-23"
    dated = [*history[:2], answered("2026-03-10T08:00", new_due_at="2026-03-20")]
    assert (due(dated, clock="portal"), due(dated, clock="qd766")) == ("2026-03-20", "2026-03-20")


@pytest.mark.parametrize(
    ("end", "ranked"), [(None, "overdue"), (("returned", "2026-03-11T08:00", {"method": "direct"}), "late")]
)  # fmt: skip
def test_more_than_one_request_is_late_in_the_ranking(end, ranked):
    twice = [ACCEPTED, asked("2026-03-06T08:00"), asked("2026-03-06T09:00"), answered("2026-03-09T08:00")]  # fmt: skip
    history = [*twice, end] if end else twice
    assert judged(history, "2026-03-12T08:00").qd766.class_ == ranked


def test_lateness_is_counted_from_the_end_of_a_due_date_or_from_the_due_instant():
    late = judged([accepted("2026-03-05T08:00", 1)], "2026-03-10T08:00").legal
    assert (late.late_working_days, late.late_minutes) == (2, 540)
    hours = judged([accepted("2026-03-05T08:00", 8, "working_hours")], "2026-03-10T08:00").legal
    assert (hours.late_working_days, hours.late_minutes) == (2, 960)


HOURS = accepted("2026-03-05T08:00", 4, "working_hours")  # until 13:30


@pytest.mark.parametrize(
    ("history", "as_of", "days_and_minutes"),
    [
        ([accepted("2026-03-05T08:00", 3)], "2026-03-05T16:00", (3, 3 * 480 + 60)),
        ([accepted("2026-03-05T08:00", 3)], "2026-03-07T12:00", (2, 2 * 480)),  # a Saturday
        ([accepted("2026-03-05T08:00", 3)], "2026-03-10T16:30", (0, 30)),
        ([accepted("2026-03-05T08:00", 3)], "2026-03-10T23:00", (0, 0)),
        ([accepted("2026-03-05T08:00", 3)], "2026-03-11T00:00", None),
        ([HOURS], "2026-03-05T10:00", (0, 120)),
        ([HOURS, paused("2026-03-05T09:00")], "2026-03-05T10:00", None),
        ([HOURS, ("result_issued", "2026-03-05T09:00", {})], "2026-03-05T10:00", None),
        (
            [("accepted", "2026-03-05T08:00", {"competent_unit": "H40.17"})],
            "2026-03-06T08:00",
            None,
        ),
    ],
)
def test_what_is_left_are_working_days_and_minutes_until_a_due_date_that_is_kept(
    history, as_of, days_and_minutes
):
    a = judged(history, as_of)
    assert left(a.legal, a.calendar) == days_and_minutes

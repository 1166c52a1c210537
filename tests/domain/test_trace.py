"""A deadline told day by day. March 2026: the 5th is a Thursday; no day off but weekends."""

from datetime import date

import pytest

from domain.trace import day_kind, legal_trace
from infra.calendars import national
from tests.support.case import judged, viewed


def accepted(at="2026-03-05T08:00", amount=3, unit="working_days", **data):
    limit = {"limit": {"amount": amount, "unit": unit}} if amount else {}
    return ("accepted", at, {"competent_unit": "H40.17"} | limit | data)


def told(*history, as_of="2026-03-05T09:00"):
    """Day of the month, why it counts or not, and as which: `6 counted 1`."""
    days = legal_trace(viewed([*history], as_of), judged([*history], as_of))
    assert all(day.counts == (day.n is not None) for day in days)
    return [f"{day.date.day} {day.why}" + (f" {day.n}" if day.n else "") for day in days]


ASKED = ("supplement_requested", "2026-03-06T08:00", {"reason": "r"})
THREE_DAYS = ["5 accepted", "6 counted 1", "7 weekend", "8 weekend", "9 counted 2", "10 counted 3"]


def test_working_days_are_counted_from_the_day_after_acceptance_to_the_due_date():
    assert told(accepted()) == THREE_DAYS


def test_calendar_days_count_at_weekends_too():
    days = told(accepted(amount=4, unit="calendar_days"))
    assert days == [
        "5 accepted",
        "6 counted 1",
        "7 calendar_day 2",
        "8 calendar_day 3",
        "9 counted 4",
    ]


def test_a_stated_due_is_told_in_working_days_whatever_the_limit():
    stated = accepted(amount=5, unit="calendar_days", due_at="2026-03-10")
    assert told(stated) == THREE_DAYS


def test_a_complete_supplement_begins_to_count_anew():
    answered = ("supplement_received", "2026-03-10T08:00", {"complete": True})
    first = ["5 accepted", "6 counted 1", "7 weekend", "8 weekend", "9 supplement"]
    second = ["10 cycle_started", "11 counted 1", "12 counted 2", "13 counted 3"]
    assert told(accepted(), ASKED, answered, as_of="2026-03-11T08:00") == first + second


def test_while_a_supplement_is_awaited_the_days_are_told_up_to_now():
    days = told(accepted(), ASKED, as_of="2026-03-12T08:00")
    assert days[1:2] == ["6 counted 1"]
    assert days[4:] == ["9 supplement", "10 supplement", "11 supplement", "12 supplement"]


def test_a_lawful_pause_moves_the_count_on():
    paused = ("paused", "2026-03-06T08:00", {"ground": "assessment", "legal_basis": "b"})
    resumed = ("resumed", "2026-03-09T08:00", {"ground": "assessment"})
    days = told(accepted(), paused, resumed, as_of="2026-03-09T09:00")
    assert days[1:] == [
        "6 counted 1",
        "7 weekend",
        "8 weekend",
        "9 paused",
        "10 counted 2",
        "11 counted 3",
    ]


@pytest.mark.parametrize(("returned", "last"), [("06", 10), ("10", 10), ("12", 12)])
def test_an_ended_dossier_is_told_to_its_due_or_to_its_end_where_that_is_late(returned, last):
    end = ("returned", f"2026-03-{returned}T08:00", {"method": "direct"})
    days = told(accepted(), end, as_of="2026-03-31T08:00")
    assert days[-1].startswith(f"{last} counted")


def test_an_open_dossier_past_its_due_is_told_to_now():
    assert told(accepted(), as_of="2026-03-13T08:00")[-3:] == [
        "11 counted 4",
        "12 counted 5",
        "13 counted 6",
    ]


def test_without_a_due_the_days_are_told_up_to_now():
    assert told(accepted(amount=0), as_of="2026-03-06T08:00") == ["5 accepted", "6 counted 1"]


def test_without_an_acceptance_there_is_nothing_to_tell():
    assert told(ASKED) == []


@pytest.mark.parametrize(
    ("day", "kind"),
    [("2026-08-21", "counted"), ("2026-08-22", "make_up"), ("2026-08-29", "weekend")],
)
def test_a_day_is_of_its_kind(day, kind):
    assert day_kind(date.fromisoformat(day), national()) == kind


def test_a_day_off_by_law_has_its_name():
    assert day_kind(date(2026, 9, 2), national()).startswith("holiday: ")

"""Working days and office minutes (JUDGEMENT 2), in the years of the default calendar and outside them."""

from datetime import date

import pytest

from domain.calendar import parse
from infra.calendars import national
from tests.support.case import instant

VN = national()
SHORT = parse("short/1", "date,kind,note\n2026-01-01,off,New Year's Day\n2026-12-26,work,swap")
"""Only 2026; the day after it, 2027-01-01, is a Friday, and the day before it a Wednesday."""


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("calendar", "a", "b", "days"),
    [
        (VN, "2017-12-29", "2018-01-02", 1),  # 1 January is off
        (VN, "2017-12-28", "2017-12-29", 1),
        (VN, "2027-12-31", "2028-01-03", 1),
        (VN, "2028-01-03", "2028-01-10", 5),
        (SHORT, "2025-12-31", "2026-01-02", 1),
        (SHORT, "2025-12-30", "2025-12-31", 1),
        (SHORT, "2026-12-31", "2027-01-01", 1),
        (SHORT, "2026-12-30", "2027-01-04", 3),
        (SHORT, "2026-12-25", "2026-12-26", 1),  # a Saturday worked
        (SHORT, "2026-12-26", "2026-12-25", 0),
    ],
)
def test_working_days_are_those_after_the_first_date_up_to_the_second(calendar, a, b, days):
    assert calendar.wdays(day(a), day(b)) == days


@pytest.mark.parametrize(
    ("start", "n", "found"),
    [
        ("2025-12-30", 1, "2025-12-31"),
        ("2025-12-31", 1, "2026-01-02"),
        ("2025-12-29", 3, "2026-01-02"),
        ("2026-12-30", 1, "2026-12-31"),
        ("2026-12-31", 1, "2027-01-01"),
        ("2026-12-31", 2, "2027-01-04"),
        ("2026-12-27", 0, "2026-12-27"),
    ],
)
def test_the_nth_working_day_is_found_across_the_ends_of_the_years(start, n, found):
    assert SHORT.after(day(start), n) == day(found)


@pytest.mark.parametrize(
    ("start", "found"),
    [("2026-12-31", "2026-12-31"), ("2026-12-27", "2026-12-28"), ("2027-01-02", "2027-01-04"),
     ("2026-01-01", "2026-01-02"), ("2025-12-27", "2025-12-29")],
)  # fmt: skip
def test_a_date_not_worked_gives_way_to_the_next_that_is(start, found):
    assert SHORT.on_or_after(day(start)) == day(found)


@pytest.mark.parametrize(("n", "found"), [(1, "2026-03-18"), (2, "2026-03-17"), (4, "2026-03-13")])
def test_the_first_date_with_so_many_working_days_left(n, found):
    assert VN.back(day("2026-03-19"), n) == day(found)


@pytest.mark.parametrize(
    ("a", "b", "minutes"),
    [
        ("2026-03-09T07:00", "2026-03-09T17:00", 480),
        ("2026-03-09T06:59", "2026-03-09T07:01", 1),
        ("2026-03-09T11:29", "2026-03-09T13:31", 2),
        ("2026-03-09T16:59", "2026-03-10T07:01", 2),
        ("2026-03-06T16:00", "2026-03-09T08:00", 120),
        ("2025-12-31T16:00", "2026-01-02T08:00", 120),
        ("2017-12-29T16:00", "2018-01-02T08:00", 120),
        ("2027-12-31T16:00", "2028-01-03T08:00", 120),
        ("2028-01-01T08:00", "2028-01-02T08:00", 0),
        ("2026-03-09T10:00", "2026-03-09T09:00", 0),
    ],
)
def test_office_minutes_are_counted_within_office_hours(a, b, minutes):
    assert VN.work(instant(a), instant(b)) == minutes


@pytest.mark.parametrize(
    ("start", "minutes", "moment"),
    [
        ("2026-03-09T11:00", 30, "2026-03-09T11:30"),
        ("2026-03-09T11:00", 31, "2026-03-09T13:31"),
        ("2026-03-09T16:00", 60, "2026-03-09T17:00"),
        ("2026-03-09T16:00", 61, "2026-03-10T07:01"),
        ("2026-03-07T08:00", 1, "2026-03-09T07:01"),
        ("2027-12-31T16:00", 61, "2028-01-03T07:01"),
        ("2026-03-07T08:00", 0, "2026-03-07T08:00"),
    ],
)
def test_so_much_work_later_is_the_first_minute_that_has_it(start, minutes, moment):
    assert VN.after_work(instant(start), minutes) == instant(moment)


def test_the_end_of_a_date_has_all_its_minutes():
    gone = VN.minutes_at_end(day("2026-03-09"))
    assert gone - VN.minutes(instant("2026-03-09T16:00")) == 60
    assert VN.minutes(instant("2026-03-10T07:30")) - gone == 30


def test_the_calendar_covers_its_whole_years_and_no_others():
    asked = ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01")
    assert [SHORT.covers(day(text)) for text in asked] == [False, True, True, False]


def test_the_office_opens_at_seven():
    assert VN.opening(day("2026-03-09")) == instant("2026-03-09T07:00")

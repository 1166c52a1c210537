"""Time the naive way: listed working days, listed office minutes, and nothing but counting them.

JUDGEMENT section 2, and the table of limits in section 3.
"""

import csv
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

VN = timezone(timedelta(hours=7))
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
OFFICE_MINUTES = [*range(7 * 60, 11 * 60 + 30), *range(13 * 60 + 30, 17 * 60)]
LISTED_YEARS = range(1990, 2131)

Due = date | datetime


def parse_instant(text: str) -> datetime:
    """RFC 3339 text as an instant of the zone +07:00."""
    return datetime.fromisoformat(text).astimezone(VN)


def parse_due(text: str) -> Due:
    """A date stays a date, anything longer is an instant."""
    return date.fromisoformat(text) if len(text) == 10 else parse_instant(text)


def is_instant(due: Due) -> bool:
    return isinstance(due, datetime)


def day_of(due: Due) -> date:
    """Its local date."""
    return due.date() if isinstance(due, datetime) else due


def midnight(day: date) -> datetime:
    """The first instant of a date."""
    return datetime.combine(day, time(), VN)


def last_instant(due: Due) -> datetime:
    """The last instant that keeps it: of a date 23:59:59.999999."""
    return due if isinstance(due, datetime) else midnight(due + DAY) - MICROSECOND


def end_of(due: Due) -> datetime:
    """Where counting lateness begins: of a date its end, of an instant itself."""
    return due if isinstance(due, datetime) else midnight(due + DAY)


def breaks_at(due: Due) -> datetime:
    """The first instant that does not keep it."""
    return last_instant(due) + MICROSECOND


def kept(instant: datetime, due: Due) -> bool:
    """Section 2: a date is kept before the next midnight, an instant up to and with itself."""
    return instant <= last_instant(due)


def show(value: Due | None) -> str | None:
    return None if value is None else value.isoformat()


def minute_number(instant: datetime) -> int:
    """The minute it lies in, counted over all days: flooring is in the counting."""
    return instant.toordinal() * 1440 + instant.hour * 60 + instant.minute


def minute_instant(number: int) -> datetime:
    return midnight(date.fromordinal(number // 1440)) + timedelta(minutes=number % 1440)


def load_calendar(path: str | Path | None = None) -> list[dict[str, str]]:
    """The rows of the calendar file: date, kind, note."""
    own = Path(__file__).parents[2] / "domain" / "data" / "calendar-vn-2018-2027.csv"
    with Path(path or own).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Calendar:
    """Working days and office minutes as plain lists."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        kinds = {date.fromisoformat(row["date"]): row["kind"] for row in rows}
        self.off = {day for day, kind in kinds.items() if kind == "off"}
        self.made_up = {day for day, kind in kinds.items() if kind == "work"}
        self.years = range(min(kinds).year, max(kinds).year + 1) if kinds else range(0)
        first = date(LISTED_YEARS.start, 1, 1).toordinal()
        last = date(LISTED_YEARS.stop, 1, 1).toordinal()
        days = (date.fromordinal(number) for number in range(first, last))
        self.working_days = [day for day in days if self.is_working(day)]
        self._minutes: dict[int, array[int]] = {}

    def is_working(self, day: date) -> bool:
        return day in self.made_up or (day.weekday() < 5 and day not in self.off)

    def wdays(self, a: date, b: date) -> int:
        """Section 2: the number of working days d with a < d <= b."""
        return max(0, bisect_right(self.working_days, b) - bisect_right(self.working_days, a))

    def nth_working_day_after(self, day: date, n: int) -> date:
        return self.working_days[bisect_right(self.working_days, day) + n - 1]

    def office_minutes(self, year: int) -> Sequence[int]:
        """Every office minute of a year, in order."""
        if year not in self._minutes:
            first, last = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
            listed = (
                number * 1440 + minute
                for number in range(first, last)
                if self.is_working(date.fromordinal(number))
                for minute in OFFICE_MINUTES
            )
            self._minutes[year] = array("q", listed)
        return self._minutes[year]

    def minutes_between(self, a: datetime, b: datetime) -> Iterator[int]:
        """The office minutes in [a, b), both floored to the minute."""
        for year in range(a.year, b.year + 1):
            minutes = self.office_minutes(year)
            low = bisect_left(minutes, minute_number(a))
            yield from minutes[low : bisect_left(minutes, minute_number(b))]

    def work(self, a: datetime, b: datetime) -> int:
        """Section 2: how many office minutes lie in [a, b)."""
        count = 0
        for year in range(a.year, b.year + 1):
            minutes = self.office_minutes(year)
            low = bisect_left(minutes, minute_number(a))
            count += max(0, bisect_left(minutes, minute_number(b)) - low)
        return count

    def first_minute_with(self, a: datetime, wanted: int) -> datetime:
        """The first whole minute t with work(a, t) = wanted, for wanted >= 1."""
        year, seen = a.year, 0
        while True:
            minutes = self.office_minutes(year)
            low = bisect_left(minutes, minute_number(a))
            if seen + len(minutes) - low >= wanted:
                return minute_instant(minutes[low + wanted - seen - 1] + 1)
            seen += len(minutes) - low
            year += 1

    def due_from(self, limit: Mapping[str, Any], start: datetime) -> Due:
        """Section 3: the table of limits, from an instant and its date."""
        amount, unit, s = limit["amount"], limit["unit"], start.date()
        if unit == "working_hours":
            return self.first_minute_with(start, 60 * amount)
        if amount == 0:
            late_in_the_day = start.time() >= time(15)
            shifted = late_in_the_day or not self.is_working(s)
            return self.nth_working_day_after(s, 1) if shifted else s
        if unit == "working_days":
            return self.nth_working_day_after(s, amount)
        due = s + amount * DAY
        return due if self.is_working(due) else self.nth_working_day_after(due, 1)

    def later_by_days(self, due: Due, days: int) -> Due:
        """To the k-th working day after it, k = 0: unchanged; an instant keeps its time of day."""
        if days == 0:
            return due
        day = self.nth_working_day_after(day_of(due), days)
        return datetime.combine(day, due.timetz()) if isinstance(due, datetime) else day

    def covers(self, moment: Due) -> bool:
        return moment.year in self.years


@cache
def _calendar_of(rows: tuple[tuple[str, str], ...]) -> Calendar:
    return Calendar([{"date": day, "kind": kind} for day, kind in rows])


def as_calendar(rows: "Calendar | Iterable[Mapping[str, str]]") -> Calendar:
    """Calendar rows, or a calendar made of them before."""
    if isinstance(rows, Calendar):
        return rows
    return _calendar_of(tuple((row["date"], row["kind"]) for row in rows))

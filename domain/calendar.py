"""Working days and office minutes, O(1) both ways by prefix sums. An instant given for a day is its local date.

Knows which days count and the office hours; a calendar is a frozen, versioned value, so that a replay never changes by
an upgrade. Must not know the law, or what the minutes are counted for.

The default days (BLLĐ 2019 Đ112 and the Prime Minister's yearly decisions) are frozen in `data/calendar-vn-2018-2027.csv`:
days off on weekdays, and make-up Saturdays.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Literal

from domain.values import VN

MORNING, NOON, AFTERNOON, EVENING = 7 * 60, 11 * 60 + 30, 13 * 60 + 30, 17 * 60
"""Office hours 07:00-11:30 and 13:30-17:00, in minutes of the day (JUDGEMENT 2; the south's and centre's hours)."""

DAY_MINUTES = NOON - MORNING + EVENING - AFTERNOON
"""480: what one working day counts."""

_WEEKEND = 5
_OFFICE = [
    max(0, min(m, NOON) - MORNING) + max(0, min(m, EVENING) - AFTERNOON) for m in range(24 * 60 + 1)
]
"""Office minutes gone by before each minute of a working day."""

_CLOSED = [0] * (24 * 60)
"""The same for a day off: none."""

_MINUTE_AT = [
    next(m for m in range(24 * 60 + 1) if _OFFICE[m] == gone) for gone in range(DAY_MINUTES + 1)
]
"""The first minute of a working day before which so many office minutes have gone by."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Why a date differs from an ordinary one: a day off on a weekday, or a Saturday worked."""

    kind: Literal["off", "work"]
    note: str


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked: Monday to Friday but for `marks`. Outside `first`..`last` only weekends are off."""

    version: str
    first: date
    last: date
    marks: Mapping[date, Mark] = field(repr=False)
    _base: int = field(init=False, repr=False)
    _sums: list[int] = field(init=False, repr=False)
    _days: list[int] = field(init=False, repr=False)
    _minutes: list[tuple[int, list[int]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Build the sums: `_sums[i]` working days before day i of the years, `_days[k]` the k-th working day.

        `_minutes[i]` are the office minutes before day i, and those of that day before each of its minutes.
        """
        base, end = self.first.toordinal(), self.last.toordinal() + 1
        works = [self._works(date.fromordinal(ordinal)) for ordinal in range(base, end)]
        sums = [0, *accumulate(works)]
        object.__setattr__(self, "_base", base)
        object.__setattr__(self, "_sums", sums)
        object.__setattr__(self, "_days", [base + i for i, worked in enumerate(works) if worked])
        object.__setattr__(
            self,
            "_minutes",
            [
                (gone * DAY_MINUTES, _OFFICE if worked else _CLOSED)
                for gone, worked in zip(sums, works, strict=False)
            ],
        )

    def _works(self, day: date) -> bool:
        mark = self.marks.get(day)
        return day.weekday() < _WEEKEND if mark is None else mark.kind == "work"

    def is_working(self, day: date) -> bool:
        """Whether the office works that day."""
        ordinal = day.toordinal()
        return self._before(ordinal + 1) > self._before(ordinal)

    def covers(self, *days: date | datetime) -> bool:
        """Whether the calendar knows the holidays of these days' years: its years are whole."""
        first, last = self.first.year, self.last.year
        return all([first <= day.year <= last for day in days])  # noqa: C419  # half the time of a generator

    def _before(self, ordinal: int) -> int:
        """Working days before a day, counted from the calendar's first; negative for earlier days."""
        i = ordinal - self._base
        if 0 <= i < len(self._sums):
            return self._sums[i]
        if i < 0:
            return _weekdays(ordinal) - _weekdays(self._base)
        return self._sums[-1] + _weekdays(ordinal) - _weekdays(self._base + len(self._sums) - 1)

    def _working_day(self, k: int) -> int:
        """The ordinal of the working day before which exactly k were counted."""
        if k < 0:
            return _nth_weekday(_weekdays(self._base) + k)
        if k < len(self._days):
            return self._days[k]
        return _nth_weekday(_weekdays(self._base + len(self._sums) - 1) + k - len(self._days))

    def wdays(self, a: date, b: date) -> int:
        """The number of working days d with a < d <= b; 0 when b <= a."""
        first, last = a.toordinal() + 1, b.toordinal() + 1
        return self._before(last) - self._before(first) if first < last else 0

    def after(self, day: date, n: int) -> date:
        """The n-th working day after a date, n >= 1; for n = 0 the date itself, working or not."""
        if n == 0:
            return date.fromordinal(day.toordinal())
        return date.fromordinal(self._working_day(self._before(day.toordinal() + 1) + n - 1))

    def back(self, day: date, n: int) -> date:
        """The first date from which at most n working days are left up to and including `day`; n >= 1."""
        return date.fromordinal(self._working_day(self._before(day.toordinal() + 1) - n - 1))

    def on_or_after(self, day: date) -> date:
        """The date itself if worked, else the next working day."""
        return date.fromordinal(self._working_day(self._before(day.toordinal())))

    def minutes(self, instant: datetime) -> int:
        """Office minutes gone by before an instant, floored to the minute; only differences mean anything."""
        i = instant.toordinal() - self._base
        if 0 <= i < len(self._minutes):
            gone, office = self._minutes[i]
        else:
            day = instant.date()
            gone = self._before(day.toordinal()) * DAY_MINUTES
            office = _OFFICE if self.is_working(day) else _CLOSED
        return gone + office[instant.hour * 60 + instant.minute]

    def minutes_at_end(self, day: date) -> int:
        """Office minutes gone by before the end of a date."""
        return self._before(day.toordinal() + 1) * DAY_MINUTES

    def work(self, a: datetime, b: datetime) -> int:
        """Office minutes in [a, b), both floored to the minute; 0 when b <= a."""
        return max(0, self.minutes(b) - self.minutes(a))

    def moment(self, minutes: int) -> datetime:
        """The first whole minute before which so many office minutes have gone by, as `minutes` counts them."""
        days, rest = divmod(minutes, DAY_MINUTES)
        if rest == 0:
            days, rest = days - 1, DAY_MINUTES
        day = date.fromordinal(self._working_day(days))
        hour, minute = divmod(_MINUTE_AT[rest], 60)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=VN)

    def after_work(self, start: datetime, minutes: int) -> datetime:
        """The first whole minute t with work(start, t) = minutes; for 0 minutes the start itself."""
        return start if minutes == 0 else self.moment(self.minutes(start) + minutes)

    def opening(self, day: date) -> datetime:
        """When the office opens on a date."""
        return datetime(day.year, day.month, day.day, tzinfo=VN) + timedelta(minutes=MORNING)


def _weekdays(ordinal: int) -> int:
    """Mondays to Fridays among the days 1..ordinal-1; day 1, 0001-01-01, was a Monday."""
    weeks, rest = divmod(ordinal - 1, 7)
    return weeks * 5 + min(rest, 5)


def _nth_weekday(k: int) -> int:
    """The ordinal of the weekday before which exactly k weekdays were counted."""
    weeks, rest = divmod(k, 5)
    return weeks * 7 + rest + 1


def parse(version: str, text: str) -> WorkingCalendar:
    """A calendar from CSV text `date,kind,note`, over whole years from the first to the last that has a row."""
    marks = {
        date.fromisoformat(row["date"]): Mark(
            "work" if row["kind"] == "work" else "off", row["note"]
        )
        for row in csv.DictReader(text.splitlines())
    }
    return WorkingCalendar(
        version, date(min(marks).year, 1, 1), date(max(marks).year, 12, 31), marks
    )

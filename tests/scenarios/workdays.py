"""Working days by number, for writing dossier histories: the generator's own small calendar.

Reads only the frozen calendar file of the project. Must not know deadlines, clocks or anything of the engine: what a
limit means to the generator is one sentence, "the n-th working day after the day of acceptance".
"""

import csv
from bisect import bisect_right
from datetime import date, timedelta
from pathlib import Path

CALENDAR = Path(__file__).parents[2] / "domain" / "data" / "calendar-vn-2018-2027.csv"
FIRST, LAST = date(2018, 1, 1), date(2026, 12, 31)


class WorkingDays:
    """Every working day, numbered from 0, as its ISO date: `days[number]`."""

    def __init__(self, calendar: Path = CALENDAR) -> None:
        kinds = _kinds(calendar)
        span = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
        self._iso = [day.isoformat() for day in span if _works(day, kinds.get(day.isoformat()))]

    def __getitem__(self, number: int) -> str:
        return self._iso[number]

    def last_until(self, day: str) -> int:
        """The number of the last working day on or before an ISO date."""
        return bisect_right(self._iso, day) - 1

    def first_from(self, day: str) -> int:
        """The number of the first working day on or after an ISO date."""
        number = self.last_until(day)
        return number if self._iso[number] == day else number + 1


def _kinds(calendar: Path) -> dict[str, str]:
    with calendar.open(encoding="utf-8", newline="") as file:
        return {row["date"]: row["kind"] for row in csv.DictReader(file)}


def _works(day: date, kind: str | None) -> bool:
    return kind == "work" if kind else day.weekday() < 5

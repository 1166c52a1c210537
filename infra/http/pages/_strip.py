"""The day count of a clock as a calendar: a week a row, and each day's part in it.

Knows the trace of `explain`. Must not know how days are counted, nor how a page looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from infra.answers import Answer
from infra.language import Language, day_of
from infra.telling import LONG_RUN, STANDING, Week, notes, weeks, why

Kind = Literal["none", "counted", "late", "off", "standing"]
"""`none`: no day of the count; `late`: counted, behind the due date; `off`: a day that nobody works; `standing`: a pause."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as the calendar shows it; `n`: which one of the count."""

    date: str
    number: int
    kind: Kind
    n: int | None
    due: bool
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A week; or several ordinary ones, told in a sentence."""

    monday: str
    days: Sequence[Day]
    notes: str
    run: str


@dataclass(frozen=True, slots=True)
class Line:
    """A day in the table that says the same in words."""

    day: str
    weekday: str
    counts: bool
    n: str
    why: str
    due: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The calendar, and the table beside it."""

    weekdays: Sequence[str]
    rows: Sequence[Row]
    lines: Sequence[Line]


def strip(trace: Sequence[Answer], due: str | None, say: Language) -> Strip:
    """The calendar of a trace; empty where nothing was counted."""
    due_day = day_of(due) if due else None
    weekdays = say("strip.weekdays").split()
    rows: list[Row] = []
    for ordinary, run in groupby(weeks(trace), key=lambda week: week.ordinary(due_day)):
        several = list(run)
        if ordinary and len(several) >= LONG_RUN:
            rows.append(_run(several, due_day, say))
        else:
            rows += [_row(week, due_day, say) for week in several]
    return Strip(weekdays, rows, [_line(day, due_day, weekdays, say) for day in trace])


def _run(several: Sequence[Week], due: date | None, say: Language) -> Row:
    first, last = several[0], several[-1]
    told = say(
        "strip.run",
        first=say.day(first.monday.isoformat()),
        last=say.day((last.monday + timedelta(days=6)).isoformat()),
        weeks=say.number(len(several)),
        a=say.number(first.days[0]["n"]),
        b=say.number(last.days[4]["n"]),
    )
    if due is not None and first.monday > due:
        told += f", {say('case.days.after_due')}"
    return Row(say.day(first.monday.isoformat()), (), "", told)


def _row(week: Week, due: date | None, say: Language) -> Row:
    days = [_day(week.days.get(at), week.monday + timedelta(days=at), due, say) for at in range(7)]
    return Row(say.day(week.monday.isoformat()), days, "; ".join(notes(week, say)), "")


def _day(day: Answer | None, on: date, due: date | None, say: Language) -> Day:
    is_due = on == due
    kind = _kind(day, after=due is not None and on > due)
    words = say.day(on.isoformat())
    if day is not None:
        told = why(str(day["why"]), say)
        words += f": {told}"
        if day["counts"] and day["n"] is not None:
            words += f", {say('case.day_n', n=say.number(day['n']))}"
    if is_due:
        words += f" · {say('case.due_day')}"
    n = day["n"] if day is not None and day["counts"] else None
    return Day(on.isoformat(), on.day, kind, n, is_due, words)


def _kind(day: Answer | None, *, after: bool) -> Kind:
    if day is None:
        return "none"
    if day["counts"]:
        return "late" if after else "counted"
    return "standing" if day["why"] in STANDING else "off"


def _line(day: Answer, due: date | None, weekdays: Sequence[str], say: Language) -> Line:
    on = day_of(str(day["date"]))
    return Line(
        say.day(on.isoformat()),
        weekdays[on.weekday()],
        bool(day["counts"]),
        say.number(day["n"]) if day["counts"] and day["n"] is not None else "",
        why(str(day["why"]), say),
        on == due,
    )

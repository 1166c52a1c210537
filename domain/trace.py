"""A legal deadline told day by day: which dates counted, and why the others did not. Made only when somebody asks.

Knows how the clock ran. Must not know how a day is printed: `why` is a stable code, `holiday: <name>` for days off by law.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from domain.assessment import Assessment
from domain.calendar import WorkingCalendar
from domain.deadlines import Run
from domain.facts import SupplementRequested
from domain.timeline import Timeline
from domain.values import DAY, date_of

_LONGEST = 366 * 20
"""A trace of more than twenty years explains nothing; it is cut there."""


@dataclass(frozen=True, slots=True)
class Day:
    """One date: whether it counts, as which (n starts anew with each cycle), and why or why not."""

    date: date
    counts: bool
    n: int | None
    why: str


def legal_trace(timeline: Timeline, assessment: Assessment) -> list[Day]:
    """Every date from acceptance to the due date, or to the end or T where that is later."""
    run = assessment.run
    if run is None:
        return []
    days: list[Day] = []
    starts = [started for started, _ in run.cycles]
    ends = [start.date() - DAY for start in starts[1:]]
    ends.append(_last_day(assessment, run))
    for i, (started, last) in enumerate(zip(starts, ends, strict=True)):
        first = "accepted" if i == 0 else "cycle_started"
        days += _cycle(
            start=started.date(),
            last=last,
            first=first,
            standing=_standing(timeline, run),
            timeline=timeline,
            calendar=assessment.calendar,
        )
    return days[:_LONGEST]


def _last_day(assessment: Assessment, run: Run) -> date:
    x = assessment.legal.x.date()
    if run.due is None or run.running_since is None:
        return x
    ended = assessment.finished_at is not None and assessment.legal.class_ != "late"
    return date_of(run.due) if ended else max(date_of(run.due), x)


def _standing(timeline: Timeline, run: Run) -> list[tuple[datetime, datetime, str]]:
    """What stood still, with the fact that began it."""
    requests = {entry.at for entry in timeline.of(SupplementRequested)}
    return [
        (
            start,
            end,
            "supplement" if start in requests else "paused",
        )
        for start, end in run.stills
    ]


def _cycle(
    *,
    start: date,
    last: date,
    first: str,
    standing: list[tuple[datetime, datetime, str]],
    timeline: Timeline,
    calendar: WorkingCalendar,
) -> Iterator[Day]:
    yield Day(start, counts=False, n=None, why=first)
    by_calendar = _counts_calendar_days(timeline)
    n = 0
    day = start
    for _ in range(min(_LONGEST, (last - start).days)):
        day += DAY
        still = next((why for a, b, why in standing if a.date() < day <= b.date()), None)
        why = day_kind(day, calendar)
        worked = why in {"counted", "make_up"}
        if (worked or by_calendar) and still is None:
            n += 1
            yield Day(day, counts=True, n=n, why=why if worked else "calendar_day")
        else:
            yield Day(day, counts=False, n=None, why=still if worked and still is not None else why)


def day_kind(day: date, calendar: WorkingCalendar) -> str:
    """`counted`, `make_up` (a Saturday worked), `weekend`, or `holiday: <name>`."""
    mark = calendar.marks.get(day)
    if mark is not None:
        return "make_up" if mark.kind == "work" else f"holiday: {mark.note}"
    return "counted" if calendar.is_working(day) else "weekend"


def _counts_calendar_days(timeline: Timeline) -> bool:
    accepted = timeline.accepted
    limit = None if accepted is None or accepted.data.due_at is not None else accepted.data.limit
    return limit is not None and limit.unit == "calendar_days"

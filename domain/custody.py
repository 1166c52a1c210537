"""Who held a dossier, from when to when, and how many office minutes while the legal clock ran (JUDGEMENT 6).

Knows holders, steps and their limits. Must not know who answers for what.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from domain.calendar import DAY_MINUTES, WorkingCalendar
from domain.deadlines import Run
from domain.facts import Accepted, Transferred
from domain.timeline import Entry, Timeline
from domain.values import DAY, Due, Limit, midnight


class Segment(NamedTuple):
    """One holder's time, [start, end). No `officer`: the unit itself holds it, unassigned.

    `minutes` are office minutes while the clock ran. `used`, `allotted` and `overrun` are of the part inside the last cycle:
    None for a segment outside it; `allotted` is None too where no step limit was stated.
    """

    officer: str | None
    unit: str
    start: datetime
    end: datetime
    minutes: int
    used: int | None
    allotted: int | None
    overrun: int | None


_Hand = tuple[datetime, str | None, str, Limit | None, Due | None]
"""From when who holds it (officer, unit), and what was stated for the step."""


class Meter:
    """Office minutes that the legal clock ran through: work minus what stood still (spans in order, none overlapping)."""

    __slots__ = ("_calendar", "_stills", "gone")

    gone: Callable[[datetime], int]
    """Running office minutes gone by before an instant; only differences mean anything."""

    def __init__(
        self, calendar: WorkingCalendar, stills: Sequence[tuple[datetime, datetime]]
    ) -> None:
        self._calendar = calendar
        self._stills = stills
        self.gone = self._gone if stills else calendar.minutes

    def _gone(self, instant: datetime) -> int:
        minutes = self._calendar.minutes(instant)
        for still, on in self._stills:
            if still < instant:
                minutes -= self._calendar.work(still, min(instant, on))
        return minutes

    def moment(self, start: datetime, minutes: int) -> datetime:
        """The first instant by which so many running minutes have gone since `start`, if nothing else stands still."""
        moment = self._calendar.after_work(start, minutes)
        for still, on in self._stills:
            if start < on and still < moment:
                minutes += self._calendar.work(max(start, still), on)
                moment = self._calendar.after_work(start, minutes)
        return moment


def custody(
    timeline: Timeline,
    accepted: Entry[Accepted],
    run: Run,
    x: datetime,
    calendar: WorkingCalendar,
) -> tuple[Segment, ...]:
    """The segments from acceptance to x, empty ones left out."""
    hands = _hands(accepted, timeline)
    cycle = run.cycle_started_at
    meter = Meter(calendar, run.stills)
    at_cycle = meter.gone(cycle)
    due = run.due if run.due is None or isinstance(run.due, datetime) else midnight(run.due + DAY)
    segments = []
    gone = at_cycle if accepted.at == cycle else meter.gone(accepted.at)
    for (start, officer, unit, limit, by), following in zip_longest(hands, hands[1:]):
        end = x if following is None or x < following[0] else following[0]
        if end <= start:
            continue
        before, gone = gone, meter.gone(end)
        minutes = gone - before
        used, allotted, overrun = None, None, None
        if cycle < end:
            since, used = (start, minutes) if cycle <= start else (cycle, gone - at_cycle)
            allotted = allotment(limit, by, since, calendar)
            if allotted is not None:
                overrun = max(0, used - allotted)
            else:
                overrun = gone - meter.gone(max(since, due)) if due and due < end else 0
        segments.append(Segment(officer, unit, start, end, minutes, used, allotted, overrun))
    return tuple(segments)


def step_due(
    segments: Sequence[Segment], run: Run | None, calendar: WorkingCalendar
) -> datetime | None:
    """When the last holder's step is used up, if nothing else stands still; None without a limit, or while the clock stands."""
    last = segments[-1] if segments else None
    if last is None or last.allotted is None or run is None or run.running_since is None:
        return None
    start = max(last.start, run.cycle_started_at)
    return Meter(calendar, run.stills).moment(start, last.allotted)


def _hands(accepted: Entry[Accepted], timeline: Timeline) -> list[_Hand]:
    actor = accepted.data.actor
    officer = None if actor is None else actor.officer
    unit = None if actor is None else actor.unit
    hands: list[_Hand] = [(accepted.at, officer, unit or accepted.data.competent_unit, None, None)]
    for entry in timeline.of(Transferred):
        if accepted.precedes(entry):
            said = entry.data
            hands.append(
                (entry.at, said.to.officer, said.to.unit, said.step_limit, said.step_due_at)
            )
    return hands


def allotment(
    limit: Limit | None, due: Due | None, start: datetime, calendar: WorkingCalendar
) -> int | None:
    """Office minutes that a step was given: 480 a day of either unit, 60 an hour; by its due time 0 if past."""
    if limit is not None:
        return limit.amount * (60 if limit.unit == "working_hours" else DAY_MINUTES)
    if due is None:
        return None
    if isinstance(due, datetime):
        return calendar.work(start, due)
    return max(0, calendar.minutes_at_end(due) - calendar.minutes(start))

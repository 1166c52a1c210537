"""Who held a dossier, from when to when, and how many office minutes while the legal clock ran (JUDGEMENT 6).

Knows holders, steps and their limits. Must not know who answers for what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import DAY_MINUTES, WorkingCalendar
from domain.deadlines import Run
from domain.facts import Transferred
from domain.timeline import Timeline
from domain.values import DAY, Due, Limit, midnight


@dataclass(frozen=True, slots=True)
class Segment:
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


@dataclass(frozen=True, slots=True)
class _Hand:
    """From when a holder has it, and the limit stated for his step."""

    start: datetime
    officer: str | None
    unit: str
    limit: Limit | None = None
    due: Due | None = None


class Meter:
    """Office minutes that the legal clock ran through: work minus what stood still."""

    __slots__ = ("_calendar", "_stills")

    def __init__(
        self, calendar: WorkingCalendar, stills: Sequence[tuple[datetime, datetime]]
    ) -> None:
        self._calendar = calendar
        self._stills = stills

    def ran(self, start: datetime, end: datetime) -> int:
        """Running office minutes in [start, end)."""
        minutes = self._calendar.work(start, end)
        for still, on in self._stills:
            if still < end and start < on:
                minutes -= self._calendar.work(max(start, still), min(end, on))
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
    timeline: Timeline, run: Run, x: datetime, calendar: WorkingCalendar
) -> tuple[Segment, ...]:
    """The segments from acceptance to x, empty ones left out."""
    hands = _hands(timeline)
    meter = Meter(calendar, run.stills)
    segments = []
    for i, hand in enumerate(hands):
        end = min(x, hands[i + 1].start) if i + 1 < len(hands) else x
        if hand.start < end:
            segments.append(_segment(hand, end, run, meter, calendar))
    return tuple(segments)


def _hands(timeline: Timeline) -> list[_Hand]:
    accepted = timeline.accepted
    if accepted is None:
        return []
    actor = accepted.data.actor
    officer = None if actor is None else actor.officer
    unit = None if actor is None else actor.unit
    hands = [_Hand(accepted.at, officer, unit or accepted.data.competent_unit)]
    for entry in timeline.of(Transferred):
        if accepted.precedes(entry):
            said = entry.data
            hands.append(
                _Hand(entry.at, said.to.officer, said.to.unit, said.step_limit, said.step_due_at)
            )
    return hands


def _segment(
    hand: _Hand, end: datetime, run: Run, meter: Meter, calendar: WorkingCalendar
) -> Segment:
    minutes = meter.ran(hand.start, end)
    start = max(hand.start, run.cycle_started_at)
    if start >= end:
        return Segment(hand.officer, hand.unit, hand.start, end, minutes, None, None, None)
    used = minutes if start is hand.start else meter.ran(start, end)
    allotted = allotment(hand.limit, hand.due, start, calendar)
    if allotted is not None:
        overrun = max(0, used - allotted)
    else:
        overrun = 0 if run.due is None else _after_due(start, end, run.due, meter)
    return Segment(hand.officer, hand.unit, hand.start, end, minutes, used, allotted, overrun)


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


def _after_due(start: datetime, end: datetime, due: Due, meter: Meter) -> int:
    past = due if isinstance(due, datetime) else midnight(due + DAY)
    return meter.ran(max(start, past), end) if past < end else 0

"""One dossier at one T: class, custody, shares, letter. JUDGEMENT sections 5 to 8."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from tests.oracle.naive_clocks import Picture, Span
from tests.oracle.naive_facts import Directory, Event, Fact, known_facts
from tests.oracle.naive_time import (
    DAY,
    Calendar,
    Due,
    day_of,
    end_of,
    is_instant,
    kept,
    last_instant,
    parse_due,
    show,
)

Holder = tuple[str | None, str | None]

APOLOGY_LEAD = DAY


@dataclass(frozen=True)
class ClockAnswer:
    """One clock at T: sections 4 and 5."""

    klass: str
    due: Due | None
    late_working_days: int
    late_minutes: int

    def shown(self) -> dict[str, Any]:
        kind = None if self.due is None else "instant" if is_instant(self.due) else "date"
        return {
            "class": self.klass,
            "due": show(self.due),
            "due_kind": kind,
            "late_working_days": self.late_working_days,
            "late_minutes": self.late_minutes,
        }


@dataclass(frozen=True)
class Segment:
    """Section 6: one holder from one instant to another."""

    officer: str | None
    unit: str | None
    start: datetime
    stop: datetime
    step: Mapping[str, Any]


@dataclass(frozen=True)
class Burden:
    """Section 7: one segment's part in the last cycle."""

    segment: Segment
    start: datetime
    used: int
    allotted: int | None
    overrun: int


class Case:
    """One dossier as K knows it."""

    def __init__(
        self,
        events: Sequence[Event],
        known_at: datetime,
        directory: Directory,
        calendar: Calendar,
    ) -> None:
        self.facts = known_facts(events, known_at)
        self.directory = directory
        self.calendar = calendar
        self._pictures: dict[int, Picture] = {}

    def picture(self, count: int) -> Picture:
        """What the first `count` facts make of it."""
        if count not in self._pictures:
            self._pictures[count] = Picture(self.facts[:count], self.calendar)
        return self._pictures[count]

    def at(self, t: datetime) -> "Moment":
        return Moment(self, self.picture(sum(fact.at <= t for fact in self.facts)), t)


class Moment:
    """The judgement at one T."""

    def __init__(self, case: Case, picture: Picture, t: datetime) -> None:
        self.case = case
        self.picture = picture
        self.t = t
        self.calendar = case.calendar

    # Section 5 -------------------------------------------------------------------------------

    @cached_property
    def x(self) -> datetime:
        return self.picture.end.at if self.picture.end else self.t

    def _unaccepted(self, due: Due | None) -> ClockAnswer | None:
        if self.picture.accepted:
            return None
        refused = self.picture.first("intake_refused")
        return ClockAnswer("intake_refused" if refused else "not_accepted", due, 0, 0)

    def _answer(self, klass: str, due: Due | None, x: datetime) -> ClockAnswer:
        if klass not in ("late", "overdue") or due is None:
            return ClockAnswer(klass, due, 0, 0)
        days = self.calendar.wdays(day_of(due), x.date())
        return ClockAnswer(klass, due, days, self.calendar.work(end_of(due), x))

    def _ended_class(self, end: Fact, due: Due | None, *, standing: bool) -> str:
        if due is None:
            return "no_due"
        if not kept(end.at, due) and not standing:
            return "late"
        if end.kind in ("withdrawn", "stopped"):
            return "cancelled"
        return "early" if end.at.date() < day_of(due) else "on_time"

    def _open_class(self, due: Due | None, *, standing: bool) -> str:
        if standing:
            return "waiting"
        if due is None:
            return "open_no_due"
        return "in_time" if kept(self.t, due) else "overdue"

    def _plain_clock(self, due: Due | None, *, standing: bool, excused: bool) -> ClockAnswer:
        """The table of section 5; `excused`: the clock stood still at the end (legal only)."""
        unaccepted = self._unaccepted(due)
        if unaccepted:
            return unaccepted
        end = self.picture.end
        if end:
            return self._answer(self._ended_class(end, due, standing=excused), due, end.at)
        return self._answer(self._open_class(due, standing=standing), due, self.t)

    @cached_property
    def legal(self) -> ClockAnswer:
        clock = self.picture.legal
        due, standing = (clock.due, clock.standing) if clock else (None, False)
        return self._plain_clock(due, standing=standing, excused=standing)

    @cached_property
    def portal(self) -> ClockAnswer:
        return self._plain_clock(
            self.picture.portal_due, standing=self.picture.portal_waiting, excused=False
        )

    @cached_property
    def qd766(self) -> ClockAnswer:
        due = self.picture.ranking_due
        unaccepted = self._unaccepted(due)
        if unaccepted:
            return unaccepted
        end, waiting = self.picture.ranking_end, self.picture.open_requests[:1]
        too_many = len(self.picture.requests) > 1
        if end:
            klass = "late" if too_many else self._ended_class(end, due, standing=False)
            return self._answer(klass, due, end.at)
        if waiting:
            in_time = due is None or kept(waiting[0].at, due)
            klass = "waiting" if in_time and not too_many else "overdue"
            return self._answer(klass, due, waiting[0].at)
        klass = "overdue" if too_many else self._open_class(due, standing=False)
        return self._answer(klass, due, self.t)

    # Section 6 -------------------------------------------------------------------------------

    @cached_property
    def accepting(self) -> Holder:
        officer, unit = self.picture.receipt.actor
        return (officer, unit or self.picture.receipt.data.get("competent_unit"))

    @cached_property
    def transfers(self) -> list[Fact]:
        """Every `transferred` after `accepted`."""
        accepted = self.picture.accepted
        moves = self.picture.of("transferred")
        return [fact for fact in moves if accepted and fact.order > accepted.order]

    @cached_property
    def custody(self) -> list[Segment]:
        accepted = self.picture.accepted
        if accepted is None:
            return []
        holders: list[tuple[datetime, Holder, Mapping[str, Any]]] = [
            (accepted.at, self.accepting, {})
        ]
        for fact in self.transfers:
            to = fact.data.get("to") or {}
            holders.append((fact.at, (to.get("officer"), to.get("unit")), fact.data))
        ends = [start for start, _, _ in holders[1:]] + [self.x]
        return [
            Segment(officer, unit, start, min(stop, self.x), step)
            for (start, (officer, unit), step), stop in zip(holders, ends, strict=True)
            if start < min(stop, self.x)
        ]

    @cached_property
    def still(self) -> list[Span]:
        return self.picture.legal.still if self.picture.legal else []

    def minutes(self, start: datetime, stop: datetime) -> int:
        """Office minutes minus those standing still on the legal clock."""
        count = self.calendar.work(start, stop)
        for still_from, still_to in self.still:
            low, high = max(start, still_from), min(stop, still_to or stop)
            if low < high:
                count -= self.calendar.work(low, high)
        return count

    # Section 7 -------------------------------------------------------------------------------

    def part(self, segment: Segment) -> datetime | None:
        """Where the segment begins inside the last cycle, if it reaches into it."""
        start = max(segment.start, self.picture.running.cycle_started_at)
        return start if start < segment.stop else None

    def allotted(self, segment: Segment, start: datetime) -> int | None:
        limit, due = segment.step.get("step_limit"), segment.step.get("step_due_at")
        if limit is not None:
            return int(limit["amount"]) * (60 if limit["unit"] == "working_hours" else 480)
        if due is not None:
            return self.calendar.work(start, end_of(parse_due(due)))
        return None

    def burden(self, segment: Segment) -> Burden | None:
        start = self.part(segment)
        if start is None:
            return None
        used, allotted = self.minutes(start, segment.stop), self.allotted(segment, start)
        if allotted is not None:
            return Burden(segment, start, used, allotted, max(0, used - allotted))
        due = self.legal.due
        after_due = max(start, end_of(due)) if due is not None else segment.stop
        overrun = self.minutes(after_due, segment.stop) if after_due < segment.stop else 0
        return Burden(segment, start, used, None, overrun)

    @cached_property
    def burdens(self) -> list[Burden]:
        return [burden for burden in map(self.burden, self.custody) if burden]

    def head(self, unit: str | None, otherwise: datetime | None = None) -> str | None:
        """In force at the due instant; without a due, at another."""
        due = self.legal.due
        instant = (otherwise or self.t) if due is None else last_instant(due)
        return self.case.directory.head(unit, instant)

    def charged(self, segment: Segment) -> tuple[str | None, str | None, str]:
        if segment.officer is None:
            return (self.head(segment.unit), segment.unit, "unassigned")
        return (segment.officer, segment.unit, "overrun")

    @cached_property
    def holder_at_due(self) -> Segment | None:
        if self.legal.due is None:
            return None
        instant = last_instant(self.legal.due)
        holding = [seg for seg in self.custody if seg.start <= instant < seg.stop]
        return holding[0] if holding else None

    @cached_property
    def responsibility(self) -> list[dict[str, Any]]:
        lateness = self.legal.late_minutes
        if lateness == 0:
            return []
        rows: dict[tuple[str | None, str | None, str], int] = {}
        total = sum(burden.overrun for burden in self.burdens)
        if total == 0:
            unit = self.picture.competent_unit
            rows[(self.head(unit), unit, "unattributed")] = lateness
        else:
            weights = [burden.overrun for burden in self.burdens]
            for burden, share in zip(
                self.burdens, largest_remainder(lateness, weights), strict=True
            ):
                if share > 0:
                    key = self.charged(burden.segment)
                    rows[key] = rows.get(key, 0) + share
        holder = self.charged(self.holder_at_due) if self.holder_at_due else None
        if holder:
            rows.setdefault(holder, 0)
        shown = [
            {
                "officer": officer,
                "unit": unit,
                "minutes": minutes,
                "kind": kind,
                "holder_at_due": (officer, unit, kind) == holder,
            }
            for (officer, unit, kind), minutes in rows.items()
        ]
        return sorted(shown, key=lambda row: (-row["minutes"], *map(str, row.values())))

    # Section 8 -------------------------------------------------------------------------------

    @cached_property
    def letter(self) -> dict[str, Any]:
        if self.legal.klass not in ("late", "overdue") or self.legal.due is None:
            return {"grade": "not_owed", "deadline": None, "sent_at": None, "number": None}
        deadline = day_of(self.legal.due) - APOLOGY_LEAD
        since = self.picture.running.cycle_started_at
        for fact in self.picture.of("apology_letter_sent"):
            sent = delivery(fact)
            if fact.at >= since and sent <= self.t:
                grade = "on_time" if kept(sent, deadline) else "late"
                number = fact.data.get("number")
                break
        else:
            grade, sent, number = "missing", None, None
        return {
            "grade": grade,
            "deadline": show(deadline),
            "sent_at": show(sent),
            "number": number,
        }


def delivery(letter: Fact) -> datetime:
    """Section 8: sent = `delivered_at`, else when it occurred."""
    stated = letter.data.get("delivered_at")
    return last_instant(parse_due(stated)) if stated is not None else letter.at


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Section 7: whole minutes, the largest remainders first, ties to the earlier."""
    whole = [total * weight // sum(weights) for weight in weights]
    rest = [total * weight % sum(weights) for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-rest[index], index))
    for index in by_remainder[: total - sum(whole)]:
        whole[index] += 1
    return whole

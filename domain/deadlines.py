"""The three clocks of a dossier: legal (violations, officers), portal (what the screen shows), qd766 (ranking).

Knows the due date and class of JUDGEMENT 3 to 5. Must not know officers, letters or findings.

The legal clock is a small machine over the facts between acceptance and end:

| fact                          | when                                             | then                                     |
|-------------------------------|--------------------------------------------------|------------------------------------------|
| supplement requested          | first or applicant's fault, within 3 working days, before due | stands still                |
| supplement received, complete | a valid request is open                          | new cycle: the full limit again          |
| paused                        | lawful ground with its basis, before due         | stands still                             |
| resumed                       | a lawful pause is open                           | runs on, due moved by what stood still   |
| anything else                 |                                                  | nothing                                  |
"""

from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from domain.calendar import WorkingCalendar
from domain.facts import (
    Accepted,
    DueDateChanged,
    IntakeRefused,
    Paused,
    Resumed,
    Stopped,
    SupplementReceived,
    SupplementRequested,
    Withdrawn,
)
from domain.timeline import ENDS, End, Entry, Timeline
from domain.values import Due, Limit

ClockName = Literal["legal", "portal", "qd766"]
Class = Literal[
    "intake_refused",
    "not_accepted",
    "no_due",
    "late",
    "cancelled",
    "early",
    "on_time",
    "waiting",
    "open_no_due",
    "overdue",
    "in_time",
]

AFTERNOON_CUT = 15
"""NĐ 61/2018 Đ18.2: what comes in at or after 15:00 is taken up the next working day."""

NOTICE_DAYS = 3
"""NĐ 61/2018 Đ19.4: a supplement may be asked for within 3 working days of acceptance."""

CANCELLING = (Withdrawn, Stopped)
"""Ends without a decision: what they end is cancelled, not resolved."""

LAWFUL_GROUNDS = frozenset({"financial_obligation", "assessment", "public_notice"})
"""NĐ 151/2025, annex, item 10: times that a processing limit does not count."""


class Clock(NamedTuple):
    """One clock's answer. `x` is the end, or T while open; minutes are office minutes, 0 unless late or overdue."""

    class_: Class
    due: Due | None
    x: datetime
    late_working_days: int = 0
    late_minutes: int = 0


class Run(NamedTuple):
    """How the legal clock ran: its last cycle, when it stood still, and since when it runs (None: it stands)."""

    cycle_started_at: datetime
    due: Due | None
    stills: tuple[tuple[datetime, datetime], ...]
    running_since: datetime | None
    cycles: tuple[tuple[datetime, Due | None], ...]


def promised(accepted: Entry[Accepted], calendar: WorkingCalendar) -> Due | None:
    """The date on the slip (giấy hẹn): as stated, else by the limit."""
    said = accepted.data
    if said.due_at is not None or said.limit is None:
        return said.due_at
    return by_limit(said.limit, accepted.at, calendar)


def by_limit(limit: Limit, start: datetime, calendar: WorkingCalendar) -> Due:
    """When a limit that starts at an instant runs out (BLDS 2015 Đ147: the first day does not count; Đ148.5)."""
    if limit.unit == "working_hours":
        return calendar.after_work(start, 60 * limit.amount)
    if limit.amount == 0:
        tomorrow = start.hour >= AFTERNOON_CUT or not calendar.is_working(start)
        return calendar.after(start, 1 if tomorrow else 0)
    if limit.unit == "working_days":
        return calendar.after(start, limit.amount)
    return calendar.on_or_after(start.date() + timedelta(days=limit.amount))


def before(at: datetime, due: Due | None) -> bool:
    """Whether a fact comes before the due instant; always without one."""
    if due is None:
        return True
    return at < due if isinstance(due, datetime) else at.toordinal() <= due.toordinal()


def keeps(at: datetime, due: Due) -> bool:
    """Whether an instant keeps a limit: a date until its end, an instant up to and including it."""
    return at <= due if isinstance(due, datetime) else at.toordinal() <= due.toordinal()


def lawful(pause: Paused) -> bool:
    """Whether a clock may stand still for a pause: a ground of the law, with its basis stated."""
    return pause.ground in LAWFUL_GROUNDS and bool((pause.legal_basis or "").strip())


def left(clock: Clock, calendar: WorkingCalendar) -> tuple[int, int] | None:
    """Working days and office minutes until a due date that is still kept, a date until its end; None where there is none, or it waits."""
    due = clock.due
    if clock.class_ != "in_time" or due is None:
        return None
    if isinstance(due, datetime):
        return calendar.wdays(clock.x, due), calendar.work(clock.x, due)
    return calendar.wdays(clock.x, due), calendar.minutes_at_end(due) - calendar.minutes(clock.x)


def legal_run(  # noqa: C901, PLR0912  # one table of transitions, read as one
    timeline: Timeline, accepted: Entry[Accepted], calendar: WorkingCalendar
) -> Run:
    """Run the legal clock from acceptance to the end, or to T (NĐ 61/2018 Đ19.4)."""
    started, due = accepted.at, promised(accepted, calendar)
    cycles = [(started, due)]
    if SupplementRequested not in timeline.by_type and Paused not in timeline.by_type:
        return Run(started, due, (), started, tuple(cycles))  # nothing else makes it stand still
    requested = any(entry.precedes(accepted) for entry in timeline.of(SupplementRequested))
    still: datetime | None = None
    asked = False
    paused: datetime | None = None
    running: datetime | None = started
    stills: list[tuple[datetime, datetime]] = []
    for entry in timeline.running(accepted):
        at, said = entry.at, entry.fact.data
        match said:
            case SupplementRequested():
                may = said.applicant_fault or not requested
                requested = True
                in_time = calendar.wdays(accepted.at, at) <= NOTICE_DAYS
                if may and in_time and (running is None or before(at, due)):
                    asked = True
                else:
                    continue
            case SupplementReceived(complete=True) if asked:
                asked = False
                started, due = at, _again(accepted, at, calendar)
                cycles.append((started, due))
                paused = None if paused is None else at
            case Paused() if lawful(said):
                if paused is None and (running is None or before(at, due)):
                    paused = at
            case Resumed() if paused is not None:
                due = _moved(due, paused, at, calendar)
                paused = None
            case _:
                continue
        standing = asked or paused is not None
        if standing and running is not None:
            still, running = at, None
        elif not standing and still is not None:
            stills.append((still, at))
            still, running = None, at
    if still is not None:
        stills.append((still, timeline.as_of if timeline.end is None else timeline.end.at))
    return Run(started, due, tuple(stills), running, tuple(cycles))


def _again(accepted: Entry[Accepted], start: datetime, calendar: WorkingCalendar) -> Due | None:
    """The full limit again from the completed supplement (Đ19.4 last sentence); without one, as many working days."""
    said = accepted.data
    if said.limit is not None:
        return by_limit(said.limit, start, calendar)
    if said.due_at is None:
        return None
    days = max(1, calendar.wdays(accepted.at, said.due_at))
    return calendar.after(start, days)


def _moved(
    due: Due | None, paused: datetime, resumed: datetime, calendar: WorkingCalendar
) -> Due | None:
    if due is None:
        return None
    if isinstance(due, datetime):
        return calendar.after_work(due, calendar.work(paused, resumed))
    return calendar.after(due, calendar.wdays(paused, resumed))


def portal_dates(
    timeline: Timeline, run: Run | None, calendar: WorkingCalendar
) -> list[tuple[Entry[Any], Due]]:
    """Every fact that gave the portal a date, in order, with that date. The last one is what the screen shows."""
    dates: list[tuple[Entry[Any], Due]] = []
    for entry in timeline.of(Accepted):
        # The first acceptance's date is what the legal clock began with.
        given = (
            run.cycles[0][1] if run and entry is timeline.accepted else promised(entry, calendar)
        )
        if given is not None:
            dates.append((entry, given))
    if SupplementReceived not in timeline.by_type and DueDateChanged not in timeline.by_type:
        return dates
    for later in (timeline.of(SupplementReceived), timeline.of(DueDateChanged)):
        dates += [(e, e.data.new_due_at) for e in later if e.data.new_due_at is not None]
    return sorted(dates, key=itemgetter(0))


def answers(
    timeline: Timeline,
) -> list[tuple[Entry[SupplementRequested], Entry[SupplementReceived] | None]]:
    """Each request with the complete supplement that answers it; one answer closes all open requests."""
    complete = [entry for entry in timeline.of(SupplementReceived) if entry.data.complete]
    return [
        (request, next((answer for answer in complete if request.precedes(answer)), None))
        for request in timeline.of(SupplementRequested)
    ]


def legal_clock(timeline: Timeline, run: Run | None, calendar: WorkingCalendar) -> Clock:
    """The clock of violations and officers."""
    end = timeline.end
    if run is None:
        return _unaccepted(timeline)
    return _clock(
        timeline,
        end,
        run.due,
        calendar,
        standing=run.running_since is None,
        waiting=run.running_since is None,
    )


def portal_clock(
    timeline: Timeline, dates: list[tuple[Entry[Any], Due]], calendar: WorkingCalendar
) -> Clock:
    """The clock of the public screen: any request and any pause shows as waiting, valid or not."""
    due = dates[-1][1] if dates else None
    if timeline.accepted is None:
        return _unaccepted(timeline, due)
    waiting = timeline.end is None and (_unanswered(timeline) is not None or _paused(timeline))
    return _clock(timeline, timeline.end, due, calendar, standing=False, waiting=waiting)


def qd766_clock(
    timeline: Timeline, dates: list[tuple[Entry[Any], Due]], calendar: WorkingCalendar
) -> Clock:
    """The clock of the ranking (QĐ 766/QĐ-TTg, indicator 2.1): waiting time added, a second request counts as late."""
    due = dates[-1][1] if dates else None
    requests = timeline.of(SupplementRequested)
    if not requests and timeline.accepted is not None:
        return _clock(
            timeline, end_by_priority(timeline), due, calendar, standing=False, waiting=False
        )
    for request, answer in answers(timeline):
        if (
            due is not None
            and answer is not None
            and not (dates and request.precedes(dates[-1][0]))
        ):
            due = _later(due, calendar.wdays(request.at, answer.at), calendar)
    if timeline.accepted is None:
        return _unaccepted(timeline, due)
    end = end_by_priority(timeline)
    unanswered = None if end is not None else _unanswered(timeline)
    x = timeline.as_of if unanswered is None else unanswered.at
    if len(requests) > 1:
        return (
            _behind(due, x, calendar, "overdue")
            if end is None
            else _behind(due, end.at, calendar, "late")
        )
    if unanswered is None:
        return _clock(timeline, end, due, calendar, standing=False, waiting=False)
    if due is None or keeps(x, due):
        return Clock("waiting", due, x)
    return _behind(due, x, calendar, "overdue")


def _later(due: Due, days: int, calendar: WorkingCalendar) -> Due:
    if isinstance(due, datetime):
        day = calendar.after(due, days)
        return due.replace(year=day.year, month=day.month, day=day.day)
    return calendar.after(due, days)


def end_by_priority(timeline: Timeline) -> Entry[End] | None:
    """The end that QĐ 766 counts: a result before a hand-over before the rest, each the earliest of its kind."""
    return min(timeline.ends, key=_priority, default=None)


def _priority(end: Entry[End]) -> int:
    return ENDS.index(type(end.fact.data))


def _unanswered(timeline: Timeline) -> Entry[SupplementRequested] | None:
    """The first request still open."""
    if SupplementRequested not in timeline.by_type:
        return None
    return next((request for request, answer in answers(timeline) if answer is None), None)


def _paused(timeline: Timeline) -> bool:
    pauses, resumes = timeline.of(Paused), timeline.of(Resumed)
    return bool(pauses) and not (resumes and pauses[-1].precedes(resumes[-1]))


def _unaccepted(timeline: Timeline, due: Due | None = None) -> Clock:
    return Clock(
        "intake_refused" if timeline.of(IntakeRefused) else "not_accepted", due, timeline.as_of
    )


def _clock(
    timeline: Timeline,
    end: Entry[End] | None,
    due: Due | None,
    calendar: WorkingCalendar,
    *,
    standing: bool,
    waiting: bool,
) -> Clock:
    """The table of JUDGEMENT 5 below its first row."""
    if end is None:
        return _open(timeline.as_of, due, calendar, waiting=waiting)
    x = end.at
    if due is None:
        return Clock("no_due", None, x)
    if not keeps(x, due) and not standing:
        return _behind(due, x, calendar, "late")
    if isinstance(end.fact.data, CANCELLING):
        return Clock("cancelled", due, x)
    return Clock("early" if x.toordinal() < due.toordinal() else "on_time", due, x)


def _open(as_of: datetime, due: Due | None, calendar: WorkingCalendar, *, waiting: bool) -> Clock:
    if waiting:
        return Clock("waiting", due, as_of)
    if due is None:
        return Clock("open_no_due", None, as_of)
    if not keeps(as_of, due):
        return _behind(due, as_of, calendar, "overdue")
    return Clock("in_time", due, as_of)


def _behind(
    due: Due | None, x: datetime, calendar: WorkingCalendar, class_: Literal["late", "overdue"]
) -> Clock:
    """Late by working days and office minutes; a due date counts from its end."""
    if due is None:
        return Clock(class_, None, x)
    if isinstance(due, datetime):
        return Clock(class_, due, x, calendar.wdays(due, x), calendar.work(due, x))
    minutes = max(0, calendar.minutes(x) - calendar.minutes_at_end(due))
    return Clock(class_, due, x, calendar.wdays(due, x), minutes)

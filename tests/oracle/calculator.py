"""The independent naive calculator, for tests only: JUDGEMENT by plain counting.

It shares no line with the engine. To date a finding it judges the dossier anew at every instant
where anything may change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.oracle.naive_facts import Directory, Event
from tests.oracle.naive_findings import STALE_AFTER, findings_at
from tests.oracle.naive_moment import Case, Holder, Moment, delivery
from tests.oracle.naive_time import (
    DAY,
    MICROSECOND,
    VN,
    Calendar,
    as_calendar,
    breaks_at,
    end_of,
    midnight,
    minute_instant,
    show,
)

CalendarRows = Calendar | Iterable[Mapping[str, str]]


def turning_points(at: Moment) -> Iterator[datetime]:
    """Instants at which this picture's answers may change while no fact comes in."""
    for due in (at.legal.due, at.portal.due, at.qd766.due):
        if due is not None:
            yield breaks_at(due)
    for fact in at.picture.of("apology_letter_sent"):
        yield delivery(fact)
    if at.picture.facts:
        last = at.picture.facts[-1].at.date()
        yield breaks_at(at.calendar.nth_working_day_after(last, STALE_AFTER))
    if at.picture.end:
        yield midnight(at.calendar.nth_working_day_after(at.picture.end.at.date(), 2))
    yield from _steps_run_out(at)


def _steps_run_out(at: Moment) -> Iterator[datetime]:
    """The minute in which a segment's used minutes first exceed what was allotted."""
    for burden in at.burdens:
        if burden.allotted is None or burden.used <= burden.allotted:
            continue
        start = burden.start
        spans = [(a, b or burden.segment.stop) for a, b in at.still]
        counted = 0
        for number in at.calendar.minutes_between(start, burden.segment.stop):
            minute = minute_instant(number)
            counted += not any(floored(a) <= minute < floored(b) for a, b in spans)
            if counted > burden.allotted:
                yield minute + timedelta(minutes=1)
                break


def floored(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def candidates(case: Case, until: datetime) -> list[datetime]:
    """Every instant up to `until` at which a finding may begin or stop to hold."""
    instants = {fact.at for fact in case.facts if fact.at <= until}
    points = set(instants)
    for start, stop in pairwise([*sorted(instants), until + MICROSECOND]):
        last = case.at(stop - MICROSECOND)
        points |= {point for point in turning_points(last) if start < point < stop}
    return sorted(points)


def since(case: Case, t: datetime, points: Iterable[datetime]) -> dict[str, datetime]:
    """Section 9: walk back from T until each rule no longer holds."""
    alive = set(findings_at(case.at(t)))
    first = dict.fromkeys(alive, t)
    for point in sorted(points, reverse=True):
        if not alive:
            break
        alive &= set(findings_at(case.at(point)))
        first |= dict.fromkeys(alive, point)
    return first


def custody_rows(moment: Moment) -> list[dict[str, Any]]:
    rows = []
    for segment in moment.custody:
        burden = moment.burden(segment)
        rows.append(
            {
                "officer": segment.officer,
                "unit": segment.unit,
                "from": show(segment.start),
                "to": show(segment.stop),
                "minutes": moment.minutes(segment.start, segment.stop),
                "allotted_minutes": burden.allotted if burden else None,
                "overrun_minutes": burden.overrun if burden else None,
            }
        )
    return rows


def calendar_complete(moment: Moment) -> bool:
    """Section 2: accepted, due or x of an accepted dossier outside the calendar's years."""
    accepted = moment.picture.accepted
    if accepted is None:
        return True
    dues = [moment.legal.due, moment.portal.due, moment.qd766.due]
    picture = moment.picture
    ranking = [picture.ranking_end] if picture.ranking_end else picture.open_requests[:1]
    ends = [moment.x, *[fact.at for fact in ranking]]
    moments = [accepted.at, *ends, *[due for due in dues if due is not None]]
    return all(moment.calendar.covers(each) for each in moments)


def answering(people: Iterable[Holder]) -> list[Holder]:
    """Each named once, nobody left out but those of whom nothing is known."""
    named = {person for person in people if person != (None, None)}
    return sorted(named, key=lambda person: (person[0] or "", person[1] or ""))


def open_case(
    events: Sequence[Event],
    known_at: datetime,
    directory_events: Sequence[Event],
    calendar_rows: CalendarRows,
) -> Case:
    calendar = as_calendar(calendar_rows)
    return Case(events, known_at, Directory(directory_events, known_at), calendar)


def judge(
    events: Sequence[Event],
    as_of: datetime,
    known_at: datetime,
    directory_events: Sequence[Event],
    calendar_rows: CalendarRows,
) -> dict[str, Any]:
    """The judgement of one dossier at (T, K), as plain data."""
    case = open_case(events, known_at, directory_events, calendar_rows)
    t = as_of.astimezone(VN)
    moment = case.at(t)
    started = moment.picture.legal.cycle_started_at if moment.picture.legal else None
    findings = findings_at(moment)
    begun = since(case, t, candidates(case, t)) if findings else {}
    return {
        "clocks": {
            "legal": {**moment.legal.shown(), "cycle_started_at": show(started)},
            "portal": moment.portal.shown(),
            "qd766": moment.qd766.shown(),
        },
        "letter": moment.letter,
        "custody": custody_rows(moment),
        "responsibility": moment.responsibility,
        "findings": {
            rule: {"since": show(begun[rule]), "responsible": answering(people)}
            for rule, people in findings.items()
        },
        "accepted_at": show(moment.picture.accepted.at) if moment.picture.accepted else None,
        "finished_at": show(moment.picture.end.at) if moment.picture.end else None,
        "calendar_complete": calendar_complete(moment),
    }


def signature(moment: Moment) -> tuple[Any, ...]:
    """What `next_change` watches: three classes, the grade, the rules that hold."""
    classes = (moment.legal.klass, moment.portal.klass, moment.qd766.klass)
    return (*classes, moment.letter["grade"], frozenset(findings_at(moment)))


def next_change(
    events: Sequence[Event],
    as_of: datetime,
    known_at: datetime,
    directory_events: Sequence[Event],
    calendar_rows: CalendarRows,
) -> str | None:
    """The first instant after T, K fixed, at which class, grade or findings differ."""
    case = open_case(events, known_at, directory_events, calendar_rows)
    t = as_of.astimezone(VN)
    now = signature(case.at(t))
    instants = [t, *[fact.at for fact in case.facts]]
    instants += [delivery(fact) for fact in case.facts if fact.kind == "apology_letter_sent"]
    for instant in {*instants}:
        moment = case.at(instant)
        dues = (moment.legal.due, moment.portal.due, moment.qd766.due)
        instants += [end_of(due) for due in dues if due is not None]
    later = [point for point in candidates(case, max(instants) + 400 * DAY) if point > t]
    return next((show(point) for point in later if signature(case.at(point)) != now), None)

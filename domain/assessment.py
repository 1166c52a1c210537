"""`assess`: from the facts of one dossier in view to its judgement. Here clocks, custody, letter, shares and rules meet.

Pure and total: any sequence of well-formed facts gets a judgement, and the same inputs give the same one. Must not know
where facts come from, nor how a judgement is shown.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from domain.calendar import WorkingCalendar
from domain.custody import Segment, custody
from domain.deadlines import (
    Class,
    Clock,
    Run,
    end_by_priority,
    legal_clock,
    legal_run,
    portal_clock,
    portal_dates,
    qd766_clock,
)
from domain.directory import Directory
from domain.facts import Accepted, IntakeRefused, Lost, Said, Transferred
from domain.letter import NOT_OWED, Letter, Spell, letter, spells
from domain.policy import Policy, Ruleset, ruleset
from domain.responsibility import Share, shares
from domain.rules import RULES, Breach, Case, Finding, Rule, cited
from domain.timeline import End, Entry, Timeline
from domain.values import MICROSECOND, PAPER, Due, first_after


class Assessment(NamedTuple):
    """The judgement of one dossier at (T, K).

    Nothing in it but growing minutes and working days of an open dossier changes between `unchanged_since` and
    `next_change_at` (exclusive; None: never by time alone).
    """

    unit: str | None
    procedure: str | None
    channel: str | None
    policy: Policy
    calendar: WorkingCalendar
    ruleset: Ruleset
    accepted_at: datetime | None
    finished_at: datetime | None
    run: Run | None
    legal: Clock
    portal: Clock
    qd766: Clock
    letter: Letter
    custody: tuple[Segment, ...]
    responsibility: tuple[Share, ...]
    findings: tuple[Finding, ...]
    next_change_at: datetime | None
    changed_at: datetime | None
    """The fact or deadline that last changed it."""
    unchanged_since: datetime | None
    calendar_complete: bool
    recorded: bool
    """Whether any `accepted` came from the software, not from a paper book."""
    refusal: Entry[IntakeRefused] | None
    """The first refusal of intake, where the dossier was never accepted."""
    ranked_end: datetime | None
    """The end that QĐ 766 counts, by priority and not by time."""


def assess(
    timeline: Timeline,
    policy: Policy,
    calendar: WorkingCalendar,
    as_of: datetime,
    directory: Directory,
) -> Assessment:
    """Judge a dossier's facts in view at `as_of` (JUDGEMENT 3 to 9)."""
    accepted = timeline.accepted
    unit = timeline.competent_unit
    run = None if accepted is None else legal_run(timeline, accepted, calendar)
    dates = portal_dates(timeline, run, calendar)
    legal = legal_clock(timeline, run, calendar)
    portal = portal_clock(timeline, dates, calendar)
    qd766 = qd766_clock(timeline, dates, calendar)
    segments: tuple[Segment, ...] = ()
    owed = NOT_OWED
    sent: Sequence[Spell] = ()
    parts: tuple[Share, ...] = ()
    if accepted is not None and run is not None and unit is not None:
        segments = custody(timeline, accepted, run, legal.x, calendar)
        sent = spells(timeline, run, legal, policy.letter_lead_days)
        owed = letter(timeline, run, legal, policy.letter_lead_days)
        if legal.late_minutes and legal.due is not None:
            parts = shares(legal.late_minutes, legal.due, segments, unit, directory)
    day = timeline.law_of.date()
    law = ruleset(day)
    case = Case(
        timeline,
        policy,
        calendar,
        directory,
        law,
        unit,
        run,
        legal,
        portal,
        qd766,
        dates,
        segments,
        parts,
        owed,
        sent,
    )
    breaches = _breaches(case)
    changed, unchanged, coming = _boundaries(case, breaches, as_of)
    return Assessment(
        unit=unit,
        procedure=timeline.procedure,
        channel=timeline.channel,
        policy=policy,
        calendar=calendar,
        ruleset=law,
        accepted_at=None if accepted is None else accepted.at,
        finished_at=None if timeline.end is None else timeline.end.at,
        run=run,
        legal=legal,
        portal=portal,
        qd766=qd766,
        letter=owed,
        custody=segments,
        responsibility=parts,
        findings=tuple(
            Finding(
                rule,
                breach.since,
                breach.responsible,
                breach.evidence,
                breach.params,
                cited(rule.basis[law], day),
            )
            for rule, breach in breaches
            if breach.since <= as_of and (breach.until is None or as_of < breach.until)
        ),
        next_change_at=coming,
        changed_at=changed,
        unchanged_since=unchanged,
        calendar_complete=accepted is None or _complete(case, calendar),
        recorded=any(not e.fact.source.startswith(PAPER) for e in timeline.of(Accepted)),
        refusal=next(iter(timeline.of(IntakeRefused)), None) if accepted is None else None,
        ranked_end=_at(end_by_priority(timeline)),
    )


def _at(entry: Entry[End] | None) -> datetime | None:
    return None if entry is None else entry.at


def _breaches(case: Case) -> list[tuple[Rule, Breach]]:
    broken = []
    for rule in _applicable(frozenset(case.timeline.by_type), case.legal.class_):
        breach = rule.check(case)
        if breach is not None:
            broken.append((rule, breach))
    return broken


@lru_cache(maxsize=4_096)  # dossiers have few sets of types between them
def _applicable(types: frozenset[type[Said]], class_: Class) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if rule.applies(types, class_))


def _boundaries(
    case: Case, breaches: list[tuple[Rule, Breach]], as_of: datetime
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """The last instant at or before T at which the judgement changed, since when it is as it is, and when it will change."""
    entries = case.timeline.entries
    moments = [case.timeline.coming]
    if entries:
        moments.append(entries[-1].at)
    moments += [
        first_after(clock.due)
        for clock in (case.legal, case.portal, case.qd766)
        if clock.due is not None and clock.class_ in {"in_time", "overdue"}
    ]
    moments += [moment for spell in case.spells for moment in (spell.since, *spell.turns)]
    moments += [moment for _, b in breaches for moment in (b.since, b.until, *b.turns)]
    known = [moment for moment in moments if moment is not None]
    past = max([moment for moment in known if moment <= as_of], default=None)
    future = min([moment for moment in known if moment > as_of], default=None)
    held_by: list[Entry[Any]] = [
        *case.timeline.of(Accepted)[-1:],
        *case.timeline.of(Transferred)[-1:],
        *case.timeline.of(Lost)[-1:],
    ]
    if past is None or all(entry.at != past for entry in held_by):
        return past, past, future
    # At an instant itself nobody has held it up to it yet: neither the new holder, nor who lost it.
    held = past + MICROSECOND
    if as_of > past:
        return past, held, future
    return past, past, held if future is None else min(future, held)


def _complete(case: Case, calendar: WorkingCalendar) -> bool:
    accepted = case.timeline.accepted
    days: list[Due | None] = [accepted.at if accepted is not None else None, case.legal.x]
    days += [case.legal.due, case.portal.due, case.qd766.due, case.qd766.x]
    return calendar.covers(*[day for day in days if day is not None])

"""A judgement as the plain JSON values that the command line and the HTTP API both give: public contract.

Knows the shape of the answers and the forms of instants. Must not know how anything was found or is printed.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, ParamSpec

from domain import corrections
from domain.assessment import Assessment
from domain.deadlines import Clock
from domain.directory import Directory
from domain.engine import Logged
from domain.events import CATALOGUE, KINDS
from domain.facts import Fact, Recorded
from domain.messages import message
from domain.rules import Basis, Finding, Responsible, Rule
from domain.rules.units import UnitRule
from domain.timeline import Timeline
from domain.trace import legal_trace

Answer = dict[str, Any]
P = ParamSpec("P")


def text(moment: date | datetime | None) -> str | None:
    """RFC 3339 with +07:00, or YYYY-MM-DD."""
    return None if moment is None else moment.isoformat()


def document(answer: Answer) -> str:
    """An answer as JSON on one line: the same bytes wherever it is given."""
    return json.dumps(answer, ensure_ascii=False)


def in_one(
    listing: Callable[P, AbstractContextManager[tuple[Answer, Iterator[Answer]]]],
) -> Callable[P, Answer]:
    """A list of dossiers of any length, and what stands above it, as one answer: for a page that fits into memory."""

    def whole(*args: P.args, **asked_for: P.kwargs) -> Answer:
        with listing(*args, **asked_for) as (answer, dossiers):
            return answer | {"dossiers": list(dossiers)}

    return whole


def explanation(
    code: str,
    timeline: Timeline,
    assessment: Assessment,
    registered: Directory,
    *,
    complete: bool,
    lang: str,
) -> Answer:
    """The answer of `explain`."""
    run, letter = assessment.run, assessment.letter
    legal: Answer = _clock(assessment.legal)
    legal["cycle_started_at"] = None if run is None else text(run.cycle_started_at)
    legal["trace"] = [
        {"date": text(day.date), "counts": day.counts, "n": day.n, "why": day.why}
        for day in legal_trace(timeline, assessment)
    ]
    answer: Answer = {
        "dossier": code,
        "unit": assessment.unit,
        "procedure": assessment.procedure,
        "as_of": text(timeline.as_of),
        "known_at": text(timeline.known_at),
        "complete": complete,
        "calendar_complete": assessment.calendar_complete,
        "policy": assessment.policy.name,
        "calendar": assessment.calendar.version,
        "accepted_at": text(assessment.accepted_at),
        "finished_at": text(assessment.finished_at),
        "clocks": {
            "legal": legal,
            "portal": _clock(assessment.portal),
            "qd766": _clock(assessment.qd766),
        },
        "letter": {
            "grade": letter.grade,
            "deadline": text(letter.deadline),
            "sent_at": text(letter.sent_at),
            "number": letter.number,
            "delivered_at": text(letter.delivered_at),
            "channel": letter.channel,
        },
        "custody": [
            {
                "officer": segment.officer,
                "unit": segment.unit,
                "from": text(segment.start),
                "to": text(segment.end),
                "minutes": segment.minutes,
                "allotted_minutes": segment.allotted,
                "overrun_minutes": segment.overrun,
            }
            for segment in assessment.custody
        ],
        "responsibility": [
            {
                "officer": share.officer,
                "unit": share.unit,
                "minutes": share.minutes,
                "kind": share.kind,
                "holder_at_due": share.holder_at_due,
            }
            for share in assessment.responsibility
        ],
        "findings": [violation(code, assessment, finding, lang) for finding in assessment.findings],
        "next_change_at": text(assessment.next_change_at),
    }
    return answer | {"names": _names(answer, registered, assessment, timeline.as_of)}


def _names(
    answer: Answer, registered: Directory, assessment: Assessment, t: datetime
) -> dict[str, str]:
    """The names of the units, officers and the procedure that an answer mentions, as registered."""
    named: dict[str, str] = {}
    people = [*answer["custody"], *answer["responsibility"]]
    people += [who for finding in answer["findings"] for who in finding["responsible"]]
    for unit in sorted({answer["unit"], *(person["unit"] for person in people)} - {None}):
        known = registered.unit(unit, t)
        if known is not None:
            named[unit] = known.name
    for officer in sorted({person["officer"] for person in people} - {None}):
        officer_known = registered.officer(officer, t)
        if officer_known is not None and officer_known.name:
            named[officer] = officer_known.name
    procedure = registered.procedure(assessment.procedure, t)
    if procedure is not None and procedure.name and assessment.procedure:
        named[assessment.procedure] = procedure.name
    return named


def rule_named(rule: Rule | UnitRule, lang: str) -> Answer:
    """A rule's name and version, what it is called, and how much it weighs."""
    return {
        "rule": rule.name,
        "rule_version": rule.versioned,
        "name": rule.vietnamese if lang == "vi" else rule.english,
        "severity": rule.severity,
    }


def articles(bases: Iterable[Basis]) -> list[Answer]:
    """The articles that a rule rests on."""
    return [
        {"document": basis.document, "article": basis.article, "version": basis.version}
        for basis in bases
    ]


def listed_violation(code: str, assessment: Assessment, finding: Finding, lang: str) -> Answer:
    """One finding, as `violations` lists it: with its dossier's days, which may be in no order."""
    return violation(code, assessment, finding, lang) | {
        "accepted_at": text(assessment.accepted_at),
        "due": text(assessment.legal.due),
        "finished_at": text(assessment.finished_at),
    }


def violation(code: str, assessment: Assessment, finding: Finding, lang: str) -> Answer:
    """One finding, as whatever is said of a dossier tells it."""
    return {
        "dossier": code,
        "unit": assessment.unit,
        **rule_named(finding.rule, lang),
        "since": text(finding.since),
        "basis": articles(finding.basis),
        "responsible": [responsible(who) for who in finding.responsible],
        "evidence": [entry.fact.id for entry in finding.evidence],
        "message": message(finding, assessment, lang),
    }


def history(
    code: str, logged: Sequence[Logged], timeline: Timeline, assessment: Answer, *, complete: bool
) -> Answer:
    """The answer of `history`: every event of a dossier, in view at (T, K) or not, and the judgement."""
    recorded = [Recorded(version, fact) for version, fact, _ in logged]
    corrected = corrections.outcome(recorded, timeline.known_at)
    in_view = {entry.version for entry in timeline.entries}
    in_view |= corrections.in_view(recorded, timeline.known_at)
    return {
        "dossier": code,
        "as_of": text(timeline.as_of),
        "known_at": text(timeline.known_at),
        "complete": complete,
        "events": [_event(line, corrected, in_view) for line in logged],
        "assessment": assessment,
    }


def _event(line: Logged, corrected: Mapping[int, Recorded], in_view: set[int]) -> Answer:
    fact = line.fact
    data = _said(fact)
    correction = corrected.get(line.version)
    return {
        "version": line.version,
        "id": fact.id,
        "source": fact.source,
        "type": KINDS[fact.kind][0],
        "time": text(fact.time),
        "recordedtime": text(fact.recorded_at),
        "recorded_known": fact.recorded_known,
        "actor": data.pop("actor", None),
        "data": data,
        "in_view": line.version in in_view,
        "corrected_by": None if correction is None else correction.fact.id,
        "hash": line.digest,
    }


def _said(fact: Fact[Any]) -> Answer:
    """The event's `data` in the present version of its type: as stored, unless that was an earlier one."""
    stored: Answer = json.loads(fact.content)
    if stored["type"] != KINDS[fact.kind][0]:
        return CATALOGUE.said(fact)
    data: Answer = stored["data"]
    return data


def _clock(clock: Clock) -> Answer:
    kind = None if clock.due is None else "instant" if isinstance(clock.due, datetime) else "date"
    return {
        "class": clock.class_,
        "due": text(clock.due),
        "due_kind": kind,
        "late_working_days": clock.late_working_days,
        "late_minutes": clock.late_minutes,
    }


def responsible(who: Responsible) -> Answer:
    """Who answers for a finding, as what, and for how many minutes."""
    return {"officer": who.officer, "unit": who.unit, "role": who.role, "minutes": who.minutes}

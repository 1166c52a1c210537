"""The shapes of answers, for the document: what CLI.md promises of each, as models. Nothing is checked against them while serving.

Knows the public contract. Must not know how anything is answered. A test asks every question and holds the answers to these, so that
a field that is not described here does not go out unnoticed.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from domain.deadlines import Class, ClockName
from domain.events import KINDS
from domain.letter import Grade
from domain.responsibility import Kind
from domain.rules import Role
from domain.values import UnitLevel

Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
DayOrInstant = Annotated[
    str,
    WithJsonSchema({"anyOf": [{"type": "string", "format": f} for f in ("date", "date-time")]}),
]
Percent = Annotated[
    str | None,
    Field(description="With two decimals; null where there is nothing to be a part of."),
]
Count = Annotated[int, Field(ge=0)]
Minutes = Annotated[int | None, Field(description="Office minutes.")]


class Judged(BaseModel):
    """What stands above every answer with a judgement in it."""

    as_of: Instant = Field(description="T: judged as things stood then.")
    known_at: Instant = Field(description="K: by what was recorded up to then.")
    complete: bool = Field(
        description="Whether every event of the log is in it; false: ask again in a moment."
    )
    calendar_complete: bool = Field(
        description="Whether the calendar covers every date that it rests on."
    )


# ── findings ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Basis(BaseModel):
    """An article that a rule rests on."""

    document: str
    article: str
    version: str


class Responsible(BaseModel):
    """Somebody who answers for a finding."""

    officer: str | None = Field(description="An officer's id; null where none is known.")
    unit: str | None
    role: Role
    minutes: Minutes


class Violation(BaseModel):
    """A finding that holds."""

    dossier: str = Field(description="The code of the dossier, as printed.")
    unit: str | None = Field(description="The unit that the dossier belongs to.")
    rule: str
    rule_version: str
    name: str = Field(description="The rule in the reader's language.")
    severity: int = Field(ge=0, le=3, description="0 note, 1 minor, 2 major, 3 critical.")
    since: DayOrInstant | None
    basis: list[Basis]
    responsible: list[Responsible]
    evidence: list[str] = Field(description="The ids of the events that prove it.")
    message: str = Field(description="What is wrong, in the reader's language.")


class Violations(Judged):
    """A page of findings."""

    total: Count = Field(description="How many there are on all pages.")
    next: str | None = Field(description="The cursor of the page behind; null on the last.")
    violations: list[Violation]


class Counted(BaseModel):
    """How many findings have this in common."""

    key: str | None
    count: Count


class Counts(Judged):
    """Findings counted, the most first."""

    total: Count
    counts: list[Counted]


# ── a dossier ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Clock(BaseModel):
    """What a clock says of a dossier."""

    class_: Class = Field(alias="class")
    due: DayOrInstant | None = Field(description="A date stands for its end.")
    due_kind: Literal["date", "instant"] | None
    late_working_days: int | None
    late_minutes: Minutes


class TraceDay(BaseModel):
    """A day of the legal deadline."""

    date: Day
    counts: bool
    n: int | None = Field(description="Which day it is of those that count.")
    why: str = Field(description="Why it counts or not: a stable code.")


class LegalClock(Clock):
    """The same of the legal clock, with its reckoning day by day."""

    cycle_started_at: Instant | None
    trace: list[TraceDay]


class Clocks(BaseModel):
    """Of the three clocks: the law's, the portal's, that of Decision 766."""

    legal: LegalClock
    portal: Clock
    qd766: Clock


class Letter(BaseModel):
    """The letter of apology: whether one was owed, and sent."""

    grade: Grade
    deadline: DayOrInstant | None
    sent_at: Instant | None
    number: str | None


class Segment(BaseModel):
    """Who held the dossier, and how long."""

    officer: str | None
    unit: str
    from_: Instant = Field(alias="from")
    to: Instant | None
    minutes: Minutes
    allotted_minutes: Minutes
    overrun_minutes: Minutes


class Share(BaseModel):
    """A part of the lateness."""

    officer: str | None
    unit: str | None
    minutes: Minutes
    kind: Kind
    holder_at_due: bool


class Explanation(Judged):
    """The judgement of a dossier with its reasons."""

    dossier: str
    unit: str | None
    procedure: str | None
    policy: str
    calendar: str
    accepted_at: Instant | None
    finished_at: Instant | None
    clocks: Clocks
    letter: Letter
    custody: list[Segment]
    responsibility: list[Share]
    findings: list[Violation]
    next_change_at: Instant | None = Field(
        description="When time alone will change the judgement next."
    )
    names: dict[str, str] = Field(
        description="Names of the units, officers and the procedure by their codes."
    )


class Actor(BaseModel):
    """Who did it."""

    officer: str | None = None
    unit: str | None = None


class Event(BaseModel):
    """An event of the log."""

    version: int = Field(ge=1, description="Its number in the dossier.")
    id: str
    source: str
    type: str
    time: Instant | None = Field(description="When it happened.")
    recordedtime: Instant = Field(description="When it was recorded.")
    recorded_known: bool = Field(
        description="Whether the source says when it was recorded, or it is taken to be the time of import."
    )
    actor: Actor | None
    data: dict[str, Any] = Field(description="As docs/events.md says for its type.")
    in_view: bool = Field(description="Whether it counts at (T, K).")
    corrected_by: str | None
    hash: str = Field(description="SHA-256 over the event and the one before: the chain.")


class History(Judged):
    """Every event of a dossier, and the judgement."""

    dossier: str
    events: list[Event]
    assessment: Explanation
    names: dict[str, str] = Field(
        description="Names of the units, officers and the procedure by their codes."
    )


# ── reports ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Period(BaseModel):
    """Two days, both included; null: all dates."""

    from_: Day | None = Field(alias="from")
    to: Day | None


class _Report(Judged):
    period: Period
    clock: ClockName


class Received(BaseModel):
    """Dossiers received; the channels are of those received in the period."""

    total: Count
    carried_over: Count
    in_period: Count
    online: Count
    direct: Count
    postal: Count
    unknown: Count


class Resolved(BaseModel):
    """Dossiers resolved."""

    total: Count
    early: Count
    on_time: Count
    late: Count
    no_due: Count


class InProcess(BaseModel):
    """Dossiers that are open."""

    total: Count
    in_time: Count
    overdue: Count
    waiting: Count
    no_due: Count


class Percents(BaseModel):
    """Rates with both denominators."""

    of_resolved: Percent
    of_received: Percent


class LetterCounts(BaseModel):
    """Letters of apology."""

    owed: Count
    on_time: Count
    late: Count
    missing: Count


class Coverage(BaseModel):
    """How much of what was received is recorded: without it a rate says nothing."""

    recorded: Count
    declared: int | None
    percent: Percent


class Row(BaseModel):
    """The counts of section 10."""

    received: Received
    resolved: Resolved
    cancelled: Count
    intake_refused: Count
    in_process: InProcess
    on_time_percent: Percents
    late_percent: Percents
    letters: LetterCounts
    coverage: Coverage


class UnitFinding(BaseModel):
    """A rule over units that a unit breaks."""

    rule: str
    rule_version: str
    name: str
    severity: int
    basis: list[Basis]
    responsible: list[Responsible]
    message: str


class Named(BaseModel):
    """A unit as registered; where it never was, its code as stated."""

    unit: str
    name: str | None
    parent: str | None
    level: UnitLevel | None


class UnitRow(Named, Row):
    """A unit's counts, with those of the units below it."""

    findings: list[UnitFinding]


class UnitsReport(_Report):
    """The report `units`."""

    broken: list[str] = Field(description="Dossiers that are counted nowhere: none, or a fault.")
    total: Row
    units: list[UnitRow]


class Officer(BaseModel):
    """What an officer held and answers for."""

    officer: str | None = Field(description="An officer's id; null where none is known.")
    unit: str | None
    dossiers: Count
    late_dossiers: Count
    share_minutes: int = Field(description="Their part of lateness, in office minutes.")
    held_minutes: int
    findings: dict[str, int] = Field(description="Rule: how many findings.")


class OfficersReport(_Report):
    """The report `officers`."""

    officers: list[Officer]


class CoverageRow(BaseModel):
    """A unit's use of the software."""

    unit: str
    name: str | None
    period: Period
    recorded: Count
    declared: int | None
    percent: Percent
    accepted: Count
    uses_software: bool


class CoverageReport(_Report):
    """The report `coverage`."""

    units: list[CoverageRow]


class FeedbackCounts(BaseModel):
    """Petitions and what came of them."""

    received: Count
    answered: Count
    answered_late: Count
    unanswered: Count
    unanswered_overdue: Count


class FeedbackRow(Named, FeedbackCounts):
    """The petitions about a unit and those below it."""


class FeedbackReport(_Report):
    """The report `feedback`."""

    total: FeedbackCounts
    units: list[FeedbackRow]


# ── catalogues ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Unit(BaseModel):
    """A registered unit."""

    unit: str
    name: str
    parent: str | None = Field(description="The unit above it.")
    level: UnitLevel | None
    head: str | None = Field(description="The officer who heads it.")
    one_stop: bool | None


class Units(BaseModel):
    """A page of units."""

    as_of: Instant = Field(description="T: judged as things stood then.")
    known_at: Instant = Field(description="K: by what was recorded up to then.")
    complete: bool = Field(
        description="Whether every event of the log is in it; false: ask again in a moment."
    )
    total: Count = Field(description="How many there are on all pages.")
    next: str | None = Field(description="The cursor of the page behind; null on the last.")
    units: list[Unit]


class RuleEntry(BaseModel):
    """A rule of the catalogue."""

    rule: str
    rule_version: str
    name: str = Field(description="The rule in the reader's language.")
    severity: int = Field(ge=0, le=3, description="0 note, 1 minor, 2 major, 3 critical.")
    basis: list[Basis]


class Rules(BaseModel):
    """The catalogue of rules."""

    rules: list[RuleEntry]


# ── facts ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


class CloudEvent(BaseModel):
    """A fact as a CloudEvent 1.0."""

    specversion: Literal["1.0"]
    id: str = Field(
        min_length=1, description="With `source` it names the event: sent again, it is a duplicate."
    )
    source: str = Field(min_length=1, description="The system that reports it.")
    type: str = Field(json_schema_extra={"enum": [type_ for type_, *_ in KINDS.values()]})
    subject: str = Field(min_length=1, description="What it is about: a dossier's code, a unit's.")
    time: Instant = Field(description="When it happened.")
    recordedtime: Instant = Field(description="When it was recorded.")
    data: dict[str, Any] = Field(description="As docs/events.md says for its type.")


class Taken(BaseModel):
    """What came of an event."""

    outcome: Literal["accepted", "duplicate", "refused"]
    dossier: str | None = Field(None, description="The record that it is in.")
    version: int | None = Field(None, description="Its number in the dossier.")
    position: int | None = Field(None, description="Its number in the log; of new ones.")
    code: str | None = Field(None, description="Of a refusal: stable, for programs.")
    message: str | None = Field(None, description="Of a refusal: what is wrong and what to do.")


class TakenAll(BaseModel):
    """What came of each event, in their order."""

    read: Count
    accepted: Count
    duplicates: Count
    refused: Count
    items: list[Taken]
    projected: bool | None = Field(
        None, description="With `wait`: whether the tables have it by now."
    )

"""The shapes of reports and catalogues, for the document; as `shapes` is.

Knows the public contract. Must not know how anything is answered.
"""

from pydantic import BaseModel, Field

from domain.deadlines import ClockName
from domain.policy import Ruleset
from domain.values import UnitLevel
from infra.http.document.shapes import Basis, Count, Day, Instant, Judged, Percent, Responsible

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
    """The report `officers`: a page of them."""

    total: Count = Field(description="How many there are on all pages.")
    next: str | None = Field(description="The cursor of the page behind; null on the last.")
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
    """The catalogue of rules; of one moment where T or K is given."""

    as_of: Instant | None = Field(None, description="T: judged as things stood then.")
    known_at: Instant | None = Field(None, description="K: by what was recorded up to then.")
    regulation: Ruleset | None = Field(
        None, description="What a dossier accepted then is judged under."
    )
    policy: str | None = Field(None, description="The policy that judges by it.")
    rules: list[RuleEntry]

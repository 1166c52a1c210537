"""The shapes of answers, for the document: what CLI.md promises of each, as models. Nothing is checked against them while serving.

Knows the public contract. Must not know how anything is answered. A test asks every question and holds the answers to these, so that
a field that is not described here does not go out unnoticed.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from domain.deadlines import Class
from domain.letter import Grade
from domain.responsibility import Kind
from domain.rules import Role
from domain.values import LetterChannel

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


class ListedViolation(Violation):
    """A finding with its dossier's days: where they are in no order, it rests on a slip most likely."""

    accepted_at: Instant | None
    due: DayOrInstant | None = Field(description="A date stands for its end.")
    finished_at: Instant | None


class Violations(Judged):
    """A page of findings."""

    before: Count = Field(description="How many there are on the pages before.")
    total: Count = Field(description="How many there are on all pages.")
    next: str | None = Field(description="The cursor of the page behind; null on the last.")
    violations: list[ListedViolation]


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
    delivered_at: DayOrInstant | None = Field(
        description="When it reached the citizen; null where nothing on record shows that it did."
    )
    channel: LetterChannel | None = Field(description="By which way it was sent.")


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

"""The shapes of answers about what officers and units have in hand, for the document; as `shapes` is.

Knows the public contract. Must not know how anything is answered.
"""

from pydantic import BaseModel, Field

from domain.deadlines import Class, ClockName
from domain.letter import Grade
from infra.http.document.shapes import Count, Day, DayOrInstant, Instant, Judged, Minutes
from infra.http.document.shapes_reports import InProcess, Period
from infra.questions.officer import Part
from infra.questions.workload import Part as Load


class Until(BaseModel):
    """The days that are meant."""

    today: Day
    next_day: Day
    five_days: Day


class Due(BaseModel):
    """How many fall due by when."""

    today: Count
    next_day: Count
    five_days: Count
    until: Until


class Held(BaseModel):
    """An open dossier, and who holds it."""

    dossier: str = Field(description="The code of the dossier, as printed.")
    unit: str | None = Field(description="The unit that the dossier belongs to.")
    procedure: str | None
    procedure_name: str | None
    officer: str | None = Field(description="An officer's id; null where none is known.")
    officer_name: str | None
    held_since: Instant | None
    accepted_at: Instant | None
    class_: Class = Field(alias="class")
    due: DayOrInstant | None = Field(description="A date stands for its end.")
    late_working_days: int | None
    late_minutes: Minutes
    step_due: Instant | None = Field(
        description="When the step of who holds it is used up; null without a limit, or while it waits."
    )
    left_working_days: int | None = Field(
        description="Until it is due; null where it is not in time."
    )
    left_minutes: Minutes


class Workload(Judged):
    """Open dossiers, and a page of one part of them."""

    unit: str | None
    officer: str | None = Field(description="An officer's id; null where none is known.")
    open: InProcess
    unassigned: Count
    due: Due
    part: Load
    before: Count = Field(description="How many there are on the pages before.")
    total: Count = Field(description="How many there are on all pages.")
    next: str | None = Field(description="The cursor of the page behind; null on the last.")
    dossiers: list[Held]


class Classes(BaseModel):
    """What each clock says of a dossier."""

    legal: Class
    portal: Class
    qd766: Class


class Holder(BaseModel):
    """Who has a dossier, or had it last."""

    officer: str | None = Field(description="An officer's id; null where none is known.")
    unit: str | None
    name: str | None


class DossierRow(BaseModel):
    """A dossier behind a figure of the reports."""

    dossier: str = Field(description="The code of the dossier, as printed.")
    unit: str | None = Field(description="The unit that the dossier belongs to.")
    unit_name: str | None
    procedure: str | None
    procedure_name: str | None
    accepted_at: Instant | None
    due: DayOrInstant | None = Field(description="A date stands for its end.")
    finished_at: Instant | None
    classes: Classes
    late_working_days: int | None
    late_minutes: Minutes
    holder: Holder
    letter: Grade
    step_due: Instant | None = Field(
        description="When the step of who holds it is used up; null without a limit, or while it waits."
    )
    left_working_days: int | None = Field(
        description="Until it is due; null where it is not in time."
    )
    left_minutes: Minutes


class Dossiers(Judged):
    """A page of the dossiers behind a figure."""

    period: Period
    clock: ClockName
    before: Count = Field(description="How many there are on the pages before.")
    total: Count = Field(description="How many there are on all pages.")
    next: str | None = Field(description="The cursor of the page behind; null on the last.")
    dossiers: list[DossierRow]


class CaseCounts(BaseModel):
    """An officer's cases by what came of them."""

    all: Count
    held: Count = Field(description="Those that he held.")
    resolved: Count
    on_time: Count
    late: Count
    share: Count
    unattributed: Count
    open: Count


class Case(BaseModel):
    """A dossier that an officer held or answers for."""

    dossier: str = Field(description="The code of the dossier, as printed.")
    unit: str | None = Field(description="The unit that the dossier belongs to.")
    class_: Class = Field(alias="class")
    held_minutes: Minutes
    share_minutes: Minutes
    unattributed_minutes: Minutes
    late_minutes: Minutes


class OfficerCases(Judged):
    """An officer's part, and a page of the cases behind it."""

    officer: str
    name: str | None
    unit: str | None
    of_unit: str | None = Field(description="The unit whose dossiers are counted; null: of all.")
    held_in: str | None = Field(description="The unit in which he held them; null: in any.")
    period: Period
    dossiers: CaseCounts
    held_minutes: Minutes
    share_minutes: Minutes
    unattributed_minutes: Minutes
    late_minutes: Minutes
    part: Part
    before: Count = Field(description="How many there are on the pages before.")
    total: Count = Field(description="How many there are on all pages.")
    next: str | None = Field(description="The cursor of the page behind; null on the last.")
    cases: list[Case]

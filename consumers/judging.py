"""From a dossier's stored facts to a change of rows: what both loops do with one dossier.

Knows `assess` and what a state is. Must not know where states lie.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from domain import corrections
from domain.assessment import Assessment, assess
from domain.calendar import WorkingCalendar
from domain.directory import Directory
from domain.facts import Recorded
from domain.policy import Policy
from domain.timeline import timeline
from domain.values import first_after, procedure_key, unit_key
from projections import Change, Judged


@dataclass(frozen=True, slots=True)
class Law:
    """What a judgement is made under."""

    policy: Policy
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True)
class State:
    """A dossier as far as the rows know it: its facts up to `version`, and when the rows will be out of date.

    `found` are the rules broken in the rows; `trouble` says why it is stopped (a hole in its versions, a fact that cannot be
    applied), None while all is well.
    """

    dossier: str
    code: str
    version: int
    facts: tuple[Recorded, ...]
    found: frozenset[str] = frozenset()
    unchanged_since: datetime | None = None
    next_change_at: datetime | None = None
    last_recorded_at: datetime | None = None
    trouble: str | None = None


def judged(
    facts: Sequence[Recorded], law: Law, directory: Directory, as_of: datetime, known_at: datetime
) -> Assessment:
    """The judgement of facts at (T, K)."""
    view = timeline(corrections.entries(facts, known_at), as_of=as_of, known_at=known_at)
    return assess(view, law.policy, law.calendar, as_of, directory)


def rejudged(
    states: Iterable[State],
    law: Law,
    directory: Directory,
    as_of: datetime,
    known_at: datetime,
    *,
    new: AbstractSet[str],
) -> list[tuple[State, Change]]:
    """Each state judged at (T, K), with the state to store and the change for the projections."""
    return [
        _one(state, law, directory, as_of, known_at, new=state.dossier in new) for state in states
    ]


def _one(
    state: State, law: Law, directory: Directory, as_of: datetime, known_at: datetime, *, new: bool
) -> tuple[State, Change]:
    assessment = judged(state.facts, law, directory, as_of, known_at)
    recorded = [fact.recorded_at for _, fact in state.facts]
    unknown = [moment for moment in recorded if moment > known_at]
    since, until = constant(assessment, law, as_of)
    later = [until, _registered_later(assessment, directory), *unknown]
    after = State(
        state.dossier,
        state.code,
        state.version,
        state.facts,
        frozenset(finding.rule.name for finding in assessment.findings),
        since,
        min((moment for moment in later if moment is not None), default=None),
        max(recorded, default=None),
        state.trouble,
    )
    return after, Change(
        Judged(state.dossier, state.code, assessment, state.trouble is None), state.found, new
    )


def constant(
    assessment: Assessment, law: Law, as_of: datetime
) -> tuple[datetime | None, datetime | None]:
    """Since when, and until when (exclusive), time alone leaves the rows of a judgement at T as they are; None: always."""
    leaves = _leaves_calendar(assessment, law)
    since = [assessment.unchanged_since, leaves if leaves and leaves <= as_of else None]
    until = [assessment.next_change_at, leaves if leaves and leaves > as_of else None]
    return (
        max((moment for moment in since if moment is not None), default=None),
        min((moment for moment in until if moment is not None), default=None),
    )


def _registered_later(assessment: Assessment, directory: Directory) -> datetime | None:
    """When a registration dated ahead of its arrival will be known that this judgement rests on."""
    if directory.whole:
        return None
    units = {unit_key(segment.unit) for segment in assessment.custody}
    if assessment.unit is not None:
        units.add(unit_key(assessment.unit))
    named = assessment.procedure
    return directory.changes_at(units, None if named is None else procedure_key(named))


def _leaves_calendar(assessment: Assessment, law: Law) -> datetime | None:
    """When an open dossier outlives the calendar: from then on its row is marked incomplete."""
    if assessment.accepted_at is None or assessment.finished_at is not None:
        return None
    return first_after(law.calendar.last)

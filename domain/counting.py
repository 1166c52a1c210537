"""From judgements to counts: periods, rows, percentages, coverage, the tree of units (JUDGEMENT 10).

Knows what is counted where. Must not know where judgements are kept, nor rules.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from domain.directory import Directory
from domain.facts import UnitRegistered, span_of
from domain.percentages import percent
from domain.rules.units import UnitCounts
from domain.values import UnitKey, end_of, unit_key

Started = Literal["carried_over", "in_period"]

RESOLVED = ("early", "on_time", "late", "no_due")
IN_PROCESS = {
    "in_time": "in_time",
    "overdue": "overdue",
    "waiting": "waiting",
    "open_no_due": "no_due",
}
CHANNELS = ("online", "direct", "postal")


class Period(NamedTuple):
    """Local dates, both included."""

    first: date
    last: date


class Cell(NamedTuple):
    """What dossiers have in common for one clock's row: `unit` is a key, `class_` the clock's, `grade` the letter's."""

    unit: str | None
    started: Started
    channel: str | None
    class_: str
    grade: str


def question_instant(as_of: datetime, period: Period | None) -> datetime:
    """T: the earlier of as-of and the end of the period."""
    return as_of if period is None else min(as_of, end_of(period.last))


def ended_on(accepted_at: datetime | None, ended_at: datetime | None) -> date | None:
    """The date of an end for counting: never earlier than the acceptance."""
    if accepted_at is None or ended_at is None:
        return None
    return max(accepted_at, ended_at).date()


@dataclass(slots=True)
class Tally:
    """The counts of one unit, or of all; adds up by `add`."""

    received: Counter[str] = field(default_factory=Counter)
    resolved: Counter[str] = field(default_factory=Counter)
    in_process: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    cancelled: int = 0
    intake_refused: int = 0
    recorded: int = 0
    accepted: int = 0
    online_late: int = 0
    declared: int | None = None
    declared_recorded: int = 0

    def take(self, cell: Cell, n: int) -> None:
        """Count n dossiers of a cell. A class that is neither an end nor open is received, and breaks the identity."""
        self.received["total"] += n
        self.received[cell.started] += n
        if cell.started == "in_period":
            self.received[cell.channel if cell.channel in CHANNELS else "unknown"] += n
        if cell.class_ == "cancelled":
            self.cancelled += n
        elif cell.class_ in RESOLVED:
            self.resolved[cell.class_] += n
        elif cell.class_ in IN_PROCESS:
            self.in_process[IN_PROCESS[cell.class_]] += n
        if cell.channel == "online" and cell.class_ in {"late", "overdue"}:
            self.online_late += n
        if cell.grade != "not_owed":
            self.letters["owed"] += n
            self.letters[cell.grade] += n

    def add(self, other: "Tally") -> None:
        """Add another unit's counts."""
        for mine, theirs in (
            (self.received, other.received),
            (self.resolved, other.resolved),
            (self.in_process, other.in_process),
            (self.letters, other.letters),
        ):
            mine.update(theirs)
        self.cancelled += other.cancelled
        self.intake_refused += other.intake_refused
        self.recorded += other.recorded
        self.accepted += other.accepted
        self.online_late += other.online_late
        if other.declared is not None:
            self.declared = (self.declared or 0) + other.declared
            self.declared_recorded += other.declared_recorded

    @property
    def adds_up(self) -> bool:
        """Received = resolved + cancelled + in process."""
        return (
            self.received["total"]
            == self.resolved.total() + self.cancelled + self.in_process.total()
        )

    @property
    def coverage(self) -> dict[str, object]:
        """Recorded over declared; over all dossiers accepted where nothing was declared."""
        if self.declared is None:
            return {
                "recorded": self.recorded,
                "declared": None,
                "percent": percent(self.recorded, self.accepted),
            }
        recorded = self.declared_recorded
        return {
            "recorded": recorded,
            "declared": self.declared,
            "percent": percent(recorded, self.declared),
        }

    @property
    def counts(self) -> UnitCounts:
        """What the rules over units read."""
        whole = self.accepted if self.declared is None else self.declared
        return UnitCounts(
            received=self.received["total"],
            resolved=self.resolved.total(),
            **{name: self.resolved[name] for name in RESOLVED},
            cancelled=self.cancelled,
            in_process=self.in_process.total(),
            letters_owed=self.letters["owed"],
            letters_on_time=self.letters["on_time"],
            letters_late=self.letters["late"],
            letters_missing=self.letters["missing"],
            late_online=self.online_late,
            recorded=self.recorded if self.declared is None else self.declared_recorded,
            whole=whole,
        )

    def row(self) -> dict[str, object]:
        """The ROW of the public contract."""
        resolved, received = self.resolved.total(), self.received["total"]
        on_time, late = self.resolved["early"] + self.resolved["on_time"], self.resolved["late"]
        names = ("total", "carried_over", "in_period", "online", "direct", "postal", "unknown")
        return {
            "received": {name: self.received[name] for name in names},
            "resolved": {"total": resolved, **{name: self.resolved[name] for name in RESOLVED}},
            "cancelled": self.cancelled,
            "intake_refused": self.intake_refused,
            "in_process": {
                "total": self.in_process.total(),
                **{name: self.in_process[name] for name in IN_PROCESS.values()},
            },
            "on_time_percent": {
                "of_resolved": percent(on_time, resolved),
                "of_received": percent(on_time, received),
            },
            "late_percent": {
                "of_resolved": percent(late, resolved),
                "of_received": percent(late, received),
            },
            "letters": {
                name: self.letters[name] for name in ("owed", "on_time", "late", "missing")
            },
            "coverage": self.coverage,
        }


def registered(directory: Directory, unit: UnitKey, at: datetime) -> UnitRegistered | None:
    """A unit as registered at an instant; None before its first registration."""
    registrations = directory.units.get(unit, ())
    return next((r.said for r in reversed(registrations) if r.at <= at), None)


def below(
    directory: Directory, at: datetime, units: Iterable[UnitKey]
) -> dict[UnitKey, set[UnitKey]]:
    """Each unit with all that lie below it, itself included, as registered at an instant. Circles of parents are cut."""
    tree: dict[UnitKey, set[UnitKey]] = {unit: {unit} for unit in units}
    for unit in list(tree):
        seen, above = {unit}, _parent(directory, unit, at)
        while above is not None and above not in seen:
            seen.add(above)
            tree.setdefault(above, {above}).add(unit)
            above = _parent(directory, above, at)
    return tree


def _parent(directory: Directory, unit: UnitKey, at: datetime) -> UnitKey | None:
    said = registered(directory, unit, at)
    return None if said is None or not said.parent else unit_key(said.parent)


def summed(
    own: Mapping[UnitKey, Tally], tree: Mapping[UnitKey, set[UnitKey]]
) -> dict[UnitKey, Tally]:
    """Each unit's counts with those of the units below it."""
    rows = {}
    for unit, members in tree.items():
        tally = Tally()
        for member in sorted(members):
            if member in own:
                tally.add(own[member])
        rows[unit] = tally
    return rows


def declared(
    directory: Directory, unit: UnitKey, as_of: datetime, period: Period | None
) -> int | None:
    """What a unit declared for spans wholly inside the period, the last declaration of each span; None: nothing."""
    latest: dict[tuple[date, date], int] = {}
    for registration in directory.declarations.get(unit, ()):
        if registration.at <= as_of:
            span = span_of(registration.said.period)
            if period is None or (period.first <= span[0] and span[1] <= period.last):
                latest[span] = registration.said.count
    return sum(latest.values()) if latest else None


def names(
    directory: Directory, unit: UnitKey, at: datetime, stated: str | None = None
) -> dict[str, object]:
    """A unit's code as registered, its name, parent and level; where it never was, its code as stated."""
    said = registered(directory, unit, at)
    if said is None:
        return {"unit": stated or unit, "name": None, "parent": None, "level": None}
    return {
        "unit": said.unit,
        "name": said.name,
        "parent": said.parent,
        "level": said.level,
    }


def registered_units(directory: Directory, at: datetime) -> Sequence[UnitKey]:
    """Every unit registered by an instant."""
    return [unit for unit, registrations in directory.units.items() if registrations[0].at <= at]

"""What a report is about: the period, the units with those below them, and how their codes are written.

Knows where the codes of units occur. Must not know what is counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.counting import Period, below, names, registered_units
from domain.errors import Unknown
from domain.values import UnitKey, unit_key
from infra.answers import Answer, text
from infra.questions.asking import Asked
from infra.rows.tables import among, listed


@dataclass(frozen=True, slots=True)
class About:
    """A report's question. `asked_at` is its as-of, T the question's own; `units` None: all; `tree` a unit -> it and all below."""

    question: Asked
    period: Period | None
    asked_at: datetime
    units: set[UnitKey] | None
    tree: Mapping[UnitKey, set[UnitKey]]
    stated: Mapping[UnitKey, str]

    @property
    def bounds(self) -> dict[str, str]:
        """The period as parameters of SQL; without one, all dates."""
        first, last = self.period or (date.min, date.max)
        return {"first": first.isoformat(), "last": last.isoformat()}

    @property
    def span(self) -> Answer:
        """The period as an answer writes it; both null without one."""
        return {
            "from": text(self.period.first) if self.period else None,
            "to": text(self.period.last) if self.period else None,
        }

    def holds(self, unit: UnitKey | None) -> bool:
        """Whether the report is about a unit."""
        return self.units is None or unit in self.units

    def counts(self, unit: UnitKey | None) -> bool:
        """Whether a unit's figures are counted: of those that it is about, those that are shown."""
        limited = self.question.within is not None
        shown = not limited or (unit is not None and self.question.shows(unit))
        return shown and self.holds(unit)

    def named(self, unit: UnitKey) -> Answer:
        """A unit's code as registered, else as stated, with its name, parent and level."""
        return names(self.question.directory, unit, self.question.as_of, self.stated.get(unit))


def whole_months(about: About) -> dict[str, str] | None:
    """The bounds of the period as months, where it begins with one; it may end anywhere: nothing in view is later."""
    if about.period is None:
        return {"first": "0001-01", "last": "9999-12"}
    first, last = about.period
    return (
        {"first": first.isoformat()[:7], "last": last.isoformat()[:7]} if first.day == 1 else None
    )


def about_of(
    question: Asked,
    period: Period | None,
    asked_at: datetime,
    unit: str | None,
    stated: Iterable[str] = (),
) -> About:
    """The units of a report: every registered one, those only named as parents, and those that facts name (`stated`)."""
    directory, at = question.directory, question.as_of
    # Of several ways to write an unregistered unit's code, the first by code.
    spelled = {unit_key(code): code for code in sorted(stated, reverse=True)}
    registered = registered_units(directory, at)
    tree = below(directory, at, [*spelled, *registered])
    if question.within is not None:
        tree = {key: members for key, members in tree.items() if question.shows(key)}
    units = None if unit is None else tree.get(unit_key(unit))
    if unit is not None and units is None:
        if unit_key(unit) not in directory.units or not question.shows(unit_key(unit)):
            raise Unknown(f"no unit {unit}; check its code as registered, or as on the slip")
        units = {unit_key(unit)}
    if units is not None:
        tree = {key: members for key, members in tree.items() if key in units}
    return About(question, period, asked_at, units, tree, parents(question, registered) | spelled)


def stated_units(question: Asked, units: Sequence[UnitKey] | None = None) -> list[str]:
    """The codes of units that dossiers belong to, as those write them; of these units, or of all. Registered or not."""
    some = "" if units is None else f" AND unit_key {among(':units')}"
    rows = question.rows(
        f"SELECT min(unit) FROM (SELECT unit_key, unit FROM asked_received WHERE unit IS NOT NULL{some}"
        " GROUP BY 1, 2 HAVING sum(n) > 0) AS stated GROUP BY unit_key",
        {"units": listed(units or ())},
    )
    return [row[0] for row in rows]


def parents(question: Asked, registered: Iterable[UnitKey]) -> dict[UnitKey, str]:
    """The codes of parents as their children's registrations write them."""
    said = [names(question.directory, unit, question.as_of)["parent"] for unit in registered]
    written = sorted((str(parent) for parent in said if parent), reverse=True)
    return {unit_key(parent): parent for parent in written}

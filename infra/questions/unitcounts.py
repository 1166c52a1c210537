"""The units' counts as they change: the rows of `report units`, of those units whose counts changed after a number.

Knows the report, and how the marks are asked. Must not know who is told.
"""

from contextlib import suppress
from typing import Any, NamedTuple

from domain.errors import Unknown
from domain.values import unit_key
from infra.answers import Answer
from infra.questions.asking import asked
from infra.questions.feed import present
from infra.questions.findings import units_of
from infra.questions.reports import report
from infra.rows.countmarks import NO_UNIT, counted_after, last_counted
from infra.scoping import within
from infra.wiring import Store


class UnitRow(NamedTuple):
    """A unit's row of the report; `within`: it and all above it, as keys."""

    within: frozenset[str]
    row: Answer


class Counted(NamedTuple):
    """The rows that are others than at a number, as of another; none where nothing changed."""

    number: int
    head: Answer
    rows: list[UnitRow]


def known(store: Store, unit: str) -> None:
    """Unknown where the report has no such unit."""
    store.scope.need("figures")
    with asked(store, store.now, store.now) as question, suppress(Unknown):
        units_of(question, unit)
        return
    report(store, "units", unit=unit)  # one that only declared or refused is known to it alone


def last(store: Store) -> int:
    """The number of the last change."""
    with present(store.views):
        return last_counted(store.views.database)


def changed(store: Store, after: int | None, lang: str) -> Counted:
    """What changed after a number; None: everything. The number is read first: what comes meanwhile is told again, never lost."""
    with present(store.views):
        number = last_counted(store.views.database)
        if after is not None and number <= after:
            return Counted(number, {}, [])
        units = None if after is None else counted_after(store.views.database, after)
        if (
            units is not None and NO_UNIT in units
        ):  # a refusal counts at the counter that refused, and its dossier is no unit's
            units = None
        if units is not None and not _any_shown(store, units):
            return Counted(number, {}, [])
        answer = report(store, "units", lang=lang)
    rows = answer.pop("units")
    parents = {unit_key(row["unit"]): row["parent"] and unit_key(row["parent"]) for row in rows}
    told = [UnitRow(_above(unit_key(row["unit"]), parents), row) for row in rows]
    if units is not None:
        touched = set[str]().union(*(_above(unit, parents) for unit in units))
        told = [each for each in told if unit_key(each.row["unit"]) in touched]
    return Counted(number, answer, told)


def _any_shown(store: Store, units: frozenset[str]) -> bool:
    """Whether a report tells of any of these units: of most changes an officer's tells nothing."""
    with store.views.reading() as database:
        limits = within(store, database)
    return limits is None or not limits.shown.isdisjoint(units)


def _above(unit: str, parents: dict[Any, Any]) -> frozenset[str]:
    """A unit and all above it; circles of parents are cut."""
    above: dict[str, None] = {}
    here: str | None = unit
    while here and here not in above:
        above[here] = None
        here = parents.get(here)
    return frozenset(above)

"""When the counts of each unit changed last: numbers in the order of commits, kept among the marks of a generation.

Knows how the marks are named. Must not know what is counted. A transaction that changes counts gives each unit whose counts it
changes the next number; whoever heard up to a number asks for the units that have a higher one, however long ago that was. It is
one row a unit, so nothing has to be cleared away.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from infra.rows.database import Database
from infra.rows.tables import MARKS, ROWS
from projections import Row

_LAST: Final = "counted"
_OF: Final = "counted:"
_EVERY: Final = "*"
EVERY_UNIT: Final = frozenset({_EVERY})
"""Any unit's counts may be others: units were registered, or another law judges."""
_COLUMN: Final = "unit_key"
NO_UNIT: Final = ""
"""What belongs to no unit."""


def counted_units(changed: Mapping[str, Counter[Row]]) -> frozenset[str]:
    """The units (keys) whose cells these differences change, by counts; NO_UNIT for what is no unit's."""
    units = set[str]()
    for counts in (counts for table in ROWS for counts in table.counts):
        if _COLUMN in counts.columns:
            at = counts.columns.index(_COLUMN)
            cells = changed.get(counts.name, Counter())
            units.update(str(cell[at]) for cell, n in cells.items() if n)
    return frozenset(units)


def note_units(database: Database, units: Collection[str]) -> None:
    """Number these units, within a writing transaction: whoever numbers commits before another does."""
    database.hold(_LAST, shared=False)
    last = last_counted(database)
    numbered = [(f"{_OF}{unit}", last + i) for i, unit in enumerate(sorted(units), 1)]
    database.put(MARKS, [*numbered, (_LAST, last + len(numbered))])


def last_counted(database: Database) -> int:
    """The number that was given last, 0 at the beginning."""
    rows = database.rows("SELECT place FROM marks WHERE name = ?", (_LAST,))
    return rows[0][0] if rows else 0


def counted_after(database: Database, number: int) -> frozenset[str] | None:
    """The units (keys) whose counts changed after a number; None: perhaps all."""
    rows = database.rows(
        "SELECT name FROM marks WHERE substr(name, 1, 8) = 'counted:' AND place > ?", (number,)
    )
    units = frozenset(name.removeprefix(_OF) for (name,) in rows)
    return None if _EVERY in units else units


def take_marks(stored: Database, anew: Database) -> None:
    """Take over another generation's numbers: what was numbered in filling this one, that one has numbered as well."""
    anew.rows("DELETE FROM marks WHERE substr(name, 1, 7) = 'counted'")
    anew.put(
        MARKS, stored.rows("SELECT name, place FROM marks WHERE substr(name, 1, 7) = 'counted'")
    )

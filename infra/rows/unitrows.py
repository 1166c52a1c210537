"""Rows of questions over the counts of dossiers, a few to each unit, kept in memory: of a unit they are asked again when its counts have changed.

Knows the marks of counts and the stored counts. Must not know what is asked, nor what rows are added up to. Counts and marks change in
one transaction, and both are read in one picture: what is kept up to a number is what the tables would say.
"""

import json
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping
from threading import Lock
from typing import Any, Final, NamedTuple

from infra.rows.countmarks import counted_after, last_counted
from infra.rows.database import Database
from infra.rows.tables import PROJECTED, shown_counts
from projections.dossiers import TABLE as DOSSIERS

COUNTED: Final = "{counts}"
"""Stands in a question for the counts that it is asked of."""

_QUESTIONS: Final = 16
"""Kept at most: those of the overview and the report by three clocks. Each is some thousands of short rows."""

(_COUNTS,) = PROJECTED[DOSSIERS.name].counts


class _Kept(NamedTuple):
    """A question's rows by unit (key, '' for none), as they are at a number."""

    number: int
    rows: Mapping[str, list[Any]]


class UnitRows:
    """The rows over one generation's counts, for any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[object, _Kept] = OrderedDict()

    def rows(self, database: Database, sql: str, values: Mapping[str, object]) -> list[Any]:
        """The rows of a question, within a reading transaction: COUNTED stands for the counts, the first column is `unit_key`."""
        question = (sql, *sorted(values.items()))
        number = last_counted(database)
        with self._lock:
            kept = self._kept.get(question)
        if kept is None or kept.number != number:
            kept = _Kept(number, _brought_up(database, kept, number, sql, values))
        with self._lock:
            # Another may have read a later picture meanwhile, or before: his is what the next will ask for.
            if (known := self._kept.get(question)) is None or known.number < number:
                self._kept[question] = kept
            self._kept.move_to_end(question)
            if len(self._kept) > _QUESTIONS:
                self._kept.popitem(last=False)
        return [row for rows in kept.rows.values() for row in rows]


def _brought_up(
    database: Database, kept: _Kept | None, number: int, sql: str, values: Mapping[str, object]
) -> dict[str, list[Any]]:
    changed = None
    if kept is not None and kept.number < number:
        changed = counted_after(database, kept.number)
    asked = _asked(database, sql, values, changed)
    if kept is None or changed is None:
        return asked
    return {unit: rows for unit, rows in kept.rows.items() if unit not in changed} | asked


def _asked(
    database: Database, sql: str, values: Mapping[str, object], units: Collection[str] | None
) -> dict[str, list[Any]]:
    schema, given = database.schema, dict(values)
    if units is None:
        counts = shown_counts(_COUNTS, schema)
    else:
        counts = shown_counts(_COUNTS, schema, ":counted")
        given["counted"] = json.dumps(sorted(units))
    by_unit: dict[str, list[Any]] = defaultdict(list)
    for row in database.rows(sql.replace(COUNTED, counts), given):
        by_unit[row[0] or ""].append(row)
    return by_unit

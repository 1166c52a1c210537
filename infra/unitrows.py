"""Rows of questions over the counts of dossiers, a few to each unit, kept in memory: of a unit they are asked again when its counts have changed.

Knows the marks of counts and the stored counts. Must not know what is asked, nor what rows are added up to. Counts and marks change in
one transaction, and both are read in one picture: what is kept up to a number is what the tables would say.
"""

import json
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from infra.countmarks import counted_after, last_counted
from infra.database import Database
from infra.tables import PROJECTED, shown_counts
from projections.dossiers import TABLE as DOSSIERS

COUNTED: Final = "{counts}"
"""Stands in a question for the counts that it is asked of."""

_QUESTIONS: Final = 16
"""Kept at most: those of the overview and the report by three clocks. Each is some thousands of short rows."""

_COUNTS: Final = PROJECTED[DOSSIERS.name].counts


class _Kept(NamedTuple):
    """A question's rows by unit (key, '' for none), as they are at a number."""

    number: int
    rows: Mapping[str, list[Any]]


class UnitRows:
    """The rows over one generation's counts, for one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[object, _Kept] = OrderedDict()

    def rows(self, sql: str, values: Mapping[str, object]) -> list[Any]:
        """The rows of a question, within a reading transaction: COUNTED stands for the counts, the first column is `unit_key`."""
        question = (sql, *sorted(values.items()))
        number = last_counted(self._database)
        kept = self._kept.get(question)
        if kept is None or kept.number != number:
            kept = _Kept(number, self._brought_up(kept, number, sql, values))
            self._kept[question] = kept
        self._kept.move_to_end(question)
        if len(self._kept) > _QUESTIONS:
            self._kept.popitem(last=False)
        return [row for rows in kept.rows.values() for row in rows]

    def _brought_up(
        self, kept: _Kept | None, number: int, sql: str, values: Mapping[str, object]
    ) -> dict[str, list[Any]]:
        changed = None
        if kept is not None and kept.number < number:
            changed = counted_after(self._database, kept.number)
        asked = self._asked(sql, values, changed)
        if kept is None or changed is None:
            return asked
        return {unit: rows for unit, rows in kept.rows.items() if unit not in changed} | asked

    def _asked(
        self, sql: str, values: Mapping[str, object], units: Collection[str] | None
    ) -> dict[str, list[Any]]:
        assert _COUNTS is not None
        schema, given = self._database.schema, dict(values)
        if units is None:
            counts = shown_counts(_COUNTS, schema)
        else:
            counts = shown_counts(_COUNTS, schema, ":counted")
            given["counted"] = json.dumps(sorted(units))
        by_unit: dict[str, list[Any]] = defaultdict(list)
        for row in self._database.rows(sql.replace(COUNTED, counts), given):
            by_unit[row[0] or ""].append(row)
        return by_unit

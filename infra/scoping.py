"""A scope applied: which dossiers and units a Store shows to the one it is lent to.

Knows the directory, judgements, and the tables' SQL. Must not know requests or roles. Whether a dossier is shown is decided by how it
stands now, at whatever (T, K) it is asked about: the same asker sees the same dossiers in every answer. What is not shown is answered
for as if it were not there.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consumers.judging import judged
from domain.assessment import Assessment
from domain.counting import below
from domain.facts import Accepted, Fact, Said, Submitted
from domain.values import UnitKey, unit_key
from infra.access import Scope
from infra.rows.bases import Base
from infra.rows.database import Database
from infra.rows.tables import among, cell, counted, listed
from infra.wiring import Store
from projections import Counts, Table

Held = Sequence[tuple[str | None, str | None]]
"""Who holds or held a dossier: officer and unit."""

_UNITS: Final = Table("scope_units", ("unit_key",), 1)
_MORE: Final = Table("scope_dossiers", ("dossier",), 1)
_UNIT_COLUMN: Final = {"dossiers": "unit_key", "violations": "unit_key", "answering": "of_unit"}
"""Where a table has the unit whose dossier it is; `custody` has the holder's there."""
_OF_UNITS: Final = "IN (SELECT unit_key FROM scope_units)"
_HELD_OF_OTHERS: Final = (
    f"SELECT dossier FROM custody WHERE unit_key {_OF_UNITS} AND (of_unit IS NULL OR of_unit <> unit_key)"
    f" AND (of_unit IS NULL OR of_unit NOT {_OF_UNITS})"
)


@dataclass(frozen=True, slots=True)
class Within:
    """The dossiers of some units, and single ones besides, as they stand in temporary tables of an open question.

    `units` are shown whole; `shown` are those of which anything is shown: an officer sees a part of his unit's dossiers.
    """

    units: frozenset[UnitKey]
    shown: frozenset[UnitKey]
    schema: str

    @property
    def dossier(self) -> str:
        """The condition on a column `dossier`."""
        return (
            f"(dossier IN (SELECT dossier FROM {self.schema}.dossiers WHERE unit_key {_OF_UNITS})"
            " OR dossier IN (SELECT dossier FROM scope_dossiers))"
        )

    def rows(self, table: Table, base: Base) -> str:
        """The rows of a table that are shown, as what stands behind FROM."""
        stored = base.of(table.name)
        column = _UNIT_COLUMN.get(table.name) if base.present else None
        of_units = (
            f"SELECT * FROM {stored} WHERE {column} {_OF_UNITS}"
            if column is not None
            else f"SELECT r.* FROM {self._of_units(stored)}"
        )
        return (
            f"({of_units} UNION ALL SELECT r.* FROM scope_dossiers AS s JOIN {stored} AS r ON r.dossier = s.dossier)"
            f" AS {table.name}_shown"
        )

    def counts(self, table: Table, counts: Counts, base: Base) -> str:
        """The counts over a table, of what is shown, as what stands behind FROM."""
        stored = base.of(table.name)
        each = f"SELECT {cell(counts, 'r')}, 1 FROM"
        some = counted(counts, "r")
        of_units = (
            f"SELECT * FROM {base.of(counts.name)} WHERE {_UNIT_COLUMN[table.name]} {_OF_UNITS}"
            if base.present
            else f"SELECT * FROM {base.of(counts.name)} WHERE 1 = 0"  # for its columns' names
            f" UNION ALL {each} {self._of_units(stored)} AND {some}"
        )
        return (
            f"({of_units} UNION ALL {each} scope_dossiers AS s JOIN {stored} AS r ON r.dossier = s.dossier WHERE {some})"
            f" AS {counts.name}_shown"
        )

    def _of_units(self, rows: str) -> str:
        """Rows of the dossiers that belong to the units as they stand now: those of the past may say another unit."""
        return f"{self.schema}.dossiers AS d JOIN {rows} AS r ON r.dossier = d.dossier WHERE d.unit_key {_OF_UNITS}"


def within(store: Store, database: Database) -> Within | None:
    """What the Store's scope shows, put into temporary tables of the open question; None: everything."""
    scope = store.scope
    if scope.everything:
        return None
    units = _units(store, scope)
    database.temporary(_UNITS, ((unit,) for unit in sorted(units)))
    database.temporary(_MORE, ())
    if scope.officer is not None:
        sql = "SELECT dossier FROM custody WHERE officer = ?"
        database.rows(f"INSERT INTO {_MORE.name} {sql} GROUP BY 1", (scope.officer,))
        sql = f"SELECT DISTINCT unit_key FROM dossiers WHERE dossier IN (SELECT dossier FROM {_MORE.name})"
        shown = frozenset(row[0] for row in database.rows(sql) if row[0] is not None)
        return Within(units, units | shown, database.schema)
    # Refused at the counter, so it never came to belong to a unit: whoever refused it answers for that.
    sql = f"SELECT dossier FROM dossiers WHERE refused_on IS NOT NULL AND unit_key IS NULL AND refused_by {among()}"
    more = f"{_HELD_OF_OTHERS} UNION {sql}" if scope.held else sql
    database.rows(f"INSERT INTO {_MORE.name} {more}", (listed(_refusing(database, units)),))
    return Within(units, units, database.schema)


def _refusing(database: Database, units: Collection[UnitKey]) -> list[str]:
    """The codes, as written, under which units refused dossiers."""
    sql = "SELECT DISTINCT refused_by FROM dossiers WHERE refused_on IS NOT NULL AND refused_by IS NOT NULL"
    return [code for (code,) in database.rows(sql) if unit_key(code) in units]


def _units(store: Store, scope: Scope) -> frozenset[UnitKey]:
    if scope.unit is None:
        return frozenset()
    directory, own = store.views.directory(store.now), unit_key(scope.unit)
    tree = below(directory, store.now, [own, *directory.units])
    return frozenset(tree[own])


def leading(
    store: Store, codes: Collection[str | None], known_at: datetime | None
) -> frozenset[str]:
    """Those of these codes of units that lead to an answer: something of the unit is shown, and it is known at K, or by its dossiers."""
    with store.views.reading() as database:
        directory, limits = store.views.directory(known_at or store.now), within(store, database)
        shown = {unit_key(code) for code in codes if code}
        if limits is not None:
            shown &= limits.shown
        known = below(directory, store.now, directory.units).keys()
        sql = "SELECT 1 FROM dossiers WHERE unit_key = ? LIMIT 1"
        led = {key for key in shown if key in known or database.rows(sql, (key,))}
    return frozenset(code for code in codes if code and unit_key(code) in led)


def sees(store: Store, key: str) -> bool:
    """Whether a dossier of the log is shown: by its facts, so that what was just recorded is."""
    if store.scope.everything:
        return True
    now, directory = store.now, store.views.directory(store.now)
    assessment = judged(store.engine.recorded(key), store.law, directory, now, now)
    return watched(store)(assessment.unit, held_by(assessment))


def held_by(assessment: Assessment) -> Held:
    """Who holds or held a dossier; of one that was refused at the counter, the unit that refused it."""
    refusal = assessment.refusal
    if assessment.unit is None and refusal is not None and refusal.data.actor is not None:
        return [(None, refusal.data.actor.unit)]
    return [(segment.officer, segment.unit) for segment in assessment.custody]


def watched(store: Store) -> Callable[[str | None, Held], bool]:
    """Whether a dossier of a unit, held by these, is shown; as the directory stands now."""
    scope = store.scope
    if scope.everything:
        return lambda unit, held: True
    units = _units(store, scope)

    def of_unit(unit: str | None) -> bool:
        return unit is not None and unit_key(unit) in units

    def shows(unit: str | None, held: Held) -> bool:
        if scope.officer is not None:
            return any(officer == scope.officer for officer, _ in held)
        by_holder = scope.held or unit is None
        return of_unit(unit) or (by_holder and any(of_unit(holder) for _, holder in held))

    return shows


def begins_within(store: Store, fact: Fact[Said]) -> bool:
    """Whether a dossier that begins with this is of the asker's: its competent unit is, or the one-stop unit that receives it.

    Its competent unit may be anybody's where a one-stop unit receives for others; a counter that refuses, or takes in what is not
    accepted yet, is that of who says so.
    """
    scope, said, directory = store.scope, fact.data, store.views.directory(store.now)
    if scope.everything:
        return True
    registered = directory.officer(scope.officer, store.now) if scope.officer else None
    at = registered.unit if registered is not None else None
    units = (
        _units(store, scope) if scope.officer is None else frozenset([unit_key(at)] if at else [])
    )
    receives = (said.actor.unit if said.actor is not None else None) or at
    own = receives is not None and unit_key(receives) in units
    match said:
        case Accepted(competent_unit=competent):
            counter = directory.unit(receives, store.now) if own and receives else None
            return unit_key(competent) in units or bool(counter and counter.one_stop)
        case Submitted():
            return receives is None or own
        case _:
            return own

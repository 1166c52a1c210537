"""A writing transaction of one generation of the read database: the role Writing of the loops.

Knows the tables and in which order their locks are taken. Must not know which database they lie in, nor what rows mean.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final, Protocol

from consumers.judging import State
from consumers.writing import Line
from domain.directory import Directory
from infra.rows.countmarks import EVERY_UNIT, counted_units, note_units
from infra.rows.database import Database
from infra.rows.states import stored_state
from infra.rows.tables import MARKS, OUTBOX, REGISTERED, ROWS, STATES, among, cell_of, listed
from projections import Row, Table
from projections.feed import TABLE as FEED

DIRECTORY: Final = "directory"
"""The mark that counts what is registered, and the lock of who registers."""
ACCESS: Final = "access"
"""Begins the records of access: they stand there to be counted, and nobody judges by them."""

REGISTERED_LAST: Final = "registered"
"""Says in `meta` when the last registration was recorded that was known to anybody who judged rows: none rests on a later one."""


class Remembering(Protocol):
    """`infra.rows.views.Views`, as far as it is needed within a transaction."""

    @property
    def database(self) -> Database:
        """The generation's tables."""
        ...

    def position(self) -> int:
        """How far the rows are."""
        ...

    def kept(self, dossiers: Sequence[str]) -> Mapping[str, State]:
        """The states of these dossiers."""
        ...

    def directory(self, known_at: datetime) -> Directory:
        """The directory as known at K."""
        ...


class Transaction:
    """The open transaction of a step: what the loops call Writing.

    Counts and the feed's numbers are rows that every transaction wants: they are written at the end, in one order.
    """

    def __init__(self, views: Remembering) -> None:
        """Within a writing transaction of the views' database."""
        self._views = views
        self._db = views.database
        self.written: list[State] = []
        """What this transaction stores."""
        self._more: dict[str, Counter[Row]] = {}
        self._feed: list[Row] = []
        self._judged: dict[str, None] = {}
        self._reached = 0
        self._applied = 0
        self._units = False
        self._registered: datetime | None = None

    def position(self) -> int:
        """How far the rows are; nobody else moves that before this ends."""
        self._db.hold("position", shared=False)
        return self._views.position()

    def moved(self, position: int, /) -> None:
        """Store how far the rows are now."""
        self._reached = position

    def applied(self, events: int, /) -> None:
        """Count so many events of dossiers as being in the rows."""
        self._applied += events

    def versions(self, dossiers: Sequence[str], /) -> Mapping[str, int]:
        """The versions reached by those of the dossiers that are known; nobody else moves them before this ends."""
        return dict(
            self._db.rows(
                f"SELECT dossier, version FROM states WHERE dossier {among()} ORDER BY dossier{self._db.locking}",
                (listed(dossiers),),
            )
        )

    def states(self, dossiers: Sequence[str], /) -> Mapping[str, State]:
        """The states of those of the dossiers that are known."""
        return self._views.kept(dossiers)

    def keep(self, states: Iterable[State], new: AbstractSet[str], /) -> None:
        """Store states. That of a new dossier is not put in the place of another's: nothing locks what is not there."""
        written = list(states)
        self._db.insert(STATES, (stored_state(state) for state in written if state.dossier in new))
        self._db.put(STATES, (stored_state(state) for state in written if state.dossier not in new))
        self.written += written
        self._judged |= dict.fromkeys(state.dossier for state in written)

    def register(self, lines: Iterable[Line], /) -> None:
        """Store events of the directory and petitions; nobody judges meanwhile by the directory as it was.

        Those that a topic tells again change nothing: nobody waits for them, and they are counted once.
        """
        given = {line[0]: line for line in lines}
        if not self._new(given):
            return
        self._db.hold(DIRECTORY, shared=False)
        new = self._new(given)  # another may have been faster
        of_access = sum(record.startswith(f"{ACCESS}:") for _, record, _, _ in new)
        self._units |= any(record.startswith("unit:") for _, record, _, _ in new)
        self._db.put(REGISTERED, new)
        self._more_at(DIRECTORY, len(new) - of_access)
        self._more_at(ACCESS, of_access)
        self._applied += len(new)

    def _new(self, given: Mapping[int, Line]) -> list[Line]:
        """Those that are not registered yet, by their positions."""
        sql = "SELECT position FROM registered WHERE position IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(? AS TEXT)))"
        known = {position for (position,) in self._db.rows(sql, (json.dumps(list(given)),))}
        return [line for position, line in given.items() if position not in known]

    def _more_at(self, mark: str, more: int) -> None:
        if more:
            sql = "UPDATE marks SET place = place + ? WHERE name = ?"
            self._db.rows(sql, (more, mark))

    def directory(self, known_at: datetime, /) -> Directory:
        """The directory as registered so far; it stays so until this transaction ends."""
        self._db.hold(DIRECTORY, shared=True)
        known = self._views.directory(known_at)
        self._registered = known.last
        return known

    def touched_by(self, units: Sequence[str], procedures: Sequence[str], /) -> Sequence[str]:
        """The dossiers that belong to, or were held in, these units, or follow these procedures."""
        rows = self._db.rows(
            f"SELECT dossier FROM dossiers WHERE unit_key {among()}"
            f" UNION SELECT dossier FROM custody WHERE unit_key {among()}"
            f" UNION SELECT dossier FROM dossiers WHERE procedure {among()} ORDER BY 1",
            (listed(units), listed(units), listed(procedures)),
        )
        return [row[0] for row in rows]

    def due_to_change(self, now: datetime, limit: int, /) -> Sequence[str]:
        """The dossiers whose rows time has made out of date, the earliest first."""
        rows = self._db.rows(
            "SELECT dossier FROM states WHERE next_change_at <= ?"
            f" ORDER BY next_change_at, dossier LIMIT ?{self._db.claiming}",
            (now.isoformat(), limit),
        )
        return [row[0] for row in rows]

    def replace(self, table: Table, dossiers: Sequence[str], rows: Iterable[Row], /) -> None:
        """Put these rows in the place of all rows of these dossiers, and count them: only what differs is written."""
        stored = set(self._rows_of(table, dossiers)) if dossiers else set[Row]()
        given = list(rows)
        gone = stored.difference(given)
        fresh = [row for row in given if row not in stored] if stored else given
        if gone:
            self._db.remove(table, [row[: table.key] for row in gone])
        self._db.insert(table, fresh)
        for counts in table.counts:
            cell = cell_of(table, counts)
            more = self._more.setdefault(counts.name, Counter())
            more.update(of for of in map(cell, fresh) if of is not None)
            more.subtract(of for of in map(cell, gone) if of is not None)

    def _rows_of(self, table: Table, dossiers: Sequence[str]) -> list[Row]:
        columns = ", ".join(table.columns)
        sql = f"SELECT {columns} FROM {table.name} WHERE dossier {among()}"
        return self._db.rows(sql, (listed(dossiers),))

    def append(self, table: Table, rows: Iterable[Row], /) -> None:
        """Add rows to a feed."""
        assert table is FEED
        self._feed += rows

    def settle(self) -> None:
        """Write counts, feed and marks."""
        for table in ROWS:
            for counts in table.counts:
                changes = self._more.get(counts.name, {}).items()
                self._db.add(counts, sorted((*of, n) for of, n in changes if n))
        if self._reached:
            # Another may have come further meanwhile.
            sql = "UPDATE marks SET place = ? WHERE name = 'position' AND place < ?"
            self._db.rows(sql, (self._reached, self._reached))
        self._more_at("events", self._applied)
        self._number(FEED, self._feed)
        if self._db.announces:
            self._number(OUTBOX, self._notes())
        if self._registered is not None:
            self._judged_by(self._registered.isoformat())
        units = counted_units(self._more)
        if units or self._units:
            note_units(self._db, EVERY_UNIT if self._units else units)

    def _judged_by(self, registered: str) -> None:
        """Write down when what was judged by was registered last. Seldom: whoever writes that lets others wait for him."""
        known = self._db.rows("SELECT value FROM meta WHERE key = ?", (REGISTERED_LAST,))
        if not known or known[0][0] < registered:
            # Another may have come further meanwhile.
            sql = (
                "INSERT INTO meta AS m (key, value) VALUES (?, ?) ON CONFLICT (key)"
                " DO UPDATE SET value = excluded.value WHERE m.value < excluded.value"
            )
            self._db.rows(sql, (REGISTERED_LAST, registered))

    def _number(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows with numbers. Whoever holds the mark commits before another takes a number: readers see them in order."""
        if rows:
            sql = f"SELECT place FROM marks WHERE name = ?{self._db.locking}"
            ((last,),) = self._db.rows(sql, (table.name,))
            self._db.insert(table, ((last + i, *row) for i, row in enumerate(rows, 1)))
            self._db.put(MARKS, [(table.name, last + len(rows))])

    def _notes(self) -> list[Row]:
        ceased: dict[str, list[str]] = {}
        for dossier, rule, change, _ in self._feed:
            if change == "ceased":
                ceased.setdefault(str(dossier), []).append(str(rule))
        return [(dossier, " ".join(ceased.get(dossier, ()))) for dossier in self._judged]

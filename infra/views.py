"""The read database in SQLite: states, rows, feed and directory of one generation, in one file.

Knows SQL. Must not know what rows mean: tables come from the projections.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from consumers.judging import Law, State
from consumers.project import Line, Writing
from domain import events
from domain.directory import Directory, directory
from domain.facts import Recorded
from domain.policy import policy
from domain.rules import RULES
from infra.errors import CannotRun
from infra.sqlitefile import connect, explained
from infra.viewschema import (
    META,
    REGISTERED,
    ROWS,
    SCHEMA,
    STATES,
    TABLES,
    cell_of,
    count_all,
    count_more,
    counts_table,
    create,
    indexes,
)
from projections import Row, Table

_REMEMBERED: Final = 20_000
"""States kept in memory between batches: about the open dossiers of a province; some 200 MiB at most."""

_SWITCHED: Final = tuple(
    "INSERT INTO main.feed (dossier, rule, change, at)"
    f" SELECT dossier, rule, '{change}', since FROM {here}.violations AS v WHERE NOT EXISTS"
    f" (SELECT 1 FROM {there}.violations AS w WHERE w.dossier = v.dossier AND w.rule = v.rule) ORDER BY dossier, rule"
    for here, there, change in (("old", "main", "ceased"), ("main", "old", "opened"))
)

COUNTS: Final = tuple(counts_table(table.counts) for table in ROWS if table.counts is not None)
"""Tables of counts over rows."""

_STATE: Final = ", ".join(STATES.columns)


class Part(NamedTuple):
    """What several records give: rows by table, states, how many events they have, and the last record's id."""

    last: str
    events: int
    states: list[Row]
    rows: Mapping[str, list[Row]]


class Views:
    """One generation of the read database. Opening creates what is missing."""

    def __init__(self, path: Path, law: Law) -> None:
        """A new file is made under this law. CannotRun when the file cannot be used or a later program wrote it."""
        self.path = path
        self._law = law
        self._recent: dict[str, State] = {}
        self._data_version = 0
        self._directory: tuple[int, Directory, datetime] | None = None
        with explained(str(path)):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.connection = connect(path, synchronous="NORMAL")
            self._prepare()

    def _prepare(self) -> None:
        c = self.connection
        if self._version() is None:
            c.execute("BEGIN IMMEDIATE")
            if self._version() is None:
                c.execute(META)
                for table in (*TABLES.values(), STATES, REGISTERED, *COUNTS):
                    c.execute(create(table))
                self._index()
                c.execute(
                    "INSERT INTO meta VALUES ('schema', ?), ('position', 0), ('policy', ?), ('rules', ?)",
                    (SCHEMA, self._law.policy.name, _rules(self._law)),
                )
            c.execute("COMMIT")
        version = self._version()
        if version != SCHEMA:
            raise CannotRun(
                f"{self.path} was written by another version of the program ({version}); run `dunghen rebuild` with that one"
                " or update this one",
                code="newer_data",
                path=self.path,
            )

    def _version(self) -> int | None:
        if not self.connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'meta'"
        ).fetchone():
            return None
        row = self.connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        return None if row is None else row[0]

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction that commits when the block ends well."""
        with explained(str(self.path)):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                self._forget_if_stale()
                yield Transaction(self, self.connection)
                self.connection.execute("COMMIT")
            except BaseException:
                self._recent.clear()
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def _forget_if_stale(self) -> None:
        """States kept in memory are those of the file as long as no other process has written to it."""
        version: int = self.connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._data_version:
            self._recent.clear()
            self._data_version = version

    def kept(self, dossiers: Sequence[str]) -> dict[str, State]:
        """The states of these dossiers within a writing transaction: from memory where they were written lately."""
        known = {dossier: self._recent[dossier] for dossier in dossiers if dossier in self._recent}
        return known | self.states([dossier for dossier in dossiers if dossier not in known])

    def keep(self, states: Sequence[State]) -> None:
        """Remember written states, the latest `_REMEMBERED` of them."""
        for state in states:
            self._recent.pop(state.dossier, None)
            self._recent[state.dossier] = state
        for dossier in list(self._recent)[: max(0, len(self._recent) - _REMEMBERED)]:
            del self._recent[dossier]

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One unchanging picture of the database."""
        with explained(str(self.path)):
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self.connection.execute("ROLLBACK")

    @property
    def even(self) -> bool:
        """Whether no dossier is ahead of the position: what is there is what the log gives up to it."""
        return (self._meta("ahead") or 0) <= self.position()

    def told_by_feed(self) -> Iterator[Row]:
        """(dossier, rule) of every finding that holds by the feed alone, in order."""
        return self.connection.execute(
            "SELECT dossier, rule FROM feed GROUP BY dossier, rule"
            " HAVING sum(CASE change WHEN 'opened' THEN 1 ELSE -1 END) <> 0 ORDER BY dossier, rule"
        )

    def position(self) -> int:
        """How far the rows are. CannotRun where the file says no number."""
        value = self._meta("position")
        if not isinstance(value, int):
            raise CannotRun(
                f"{self.path} is damaged; delete it: all that was in it is made again from the log",
                code="damaged_views",
                path=self.path,
            )
        return value

    @property
    def made_under(self) -> str:
        """The name of the policy that the rows were judged under."""
        return str(self._meta("policy"))

    def under(self, law: Law) -> bool:
        """Whether the rows are what this law, by the rules and the calendar of this program, gives."""
        return (self.made_under, self._meta("rules")) == (law.policy.name, _rules(law))

    def law(self, law: Law) -> Law:
        """The law that the rows are kept under, which may be another than the one a question asks for."""
        return Law(policy(self.made_under), law.calendar)

    def behind(self, now: datetime) -> bool:
        """Whether time has made any row out of date."""
        sql = "SELECT 1 FROM states WHERE next_change_at <= ? LIMIT 1"
        return self.connection.execute(sql, (now.isoformat(),)).fetchone() is not None

    def count(self, table: str) -> int:
        """How many rows a table has."""
        value: int = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return value

    # ── filling a new generation ────────────────────────────────────────────────────────────────────────────────────

    def _index(self) -> None:
        for name, definition in indexes():
            self.connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {definition}")

    def target(self, last: int) -> int:
        """The position up to which this generation is filled record by record, fixed when the filling began."""
        self.connection.execute("INSERT OR IGNORE INTO meta VALUES ('target', ?)", (last,))
        # Indexes are made when all rows are there: sorting them once takes a fraction of keeping them in order.
        for name, _ in indexes():
            self.connection.execute(f"DROP INDEX IF EXISTS {name}")
        return int(self._meta("target"))

    def filled_to(self) -> str:
        """The last record filled in, empty at the beginning."""
        return str(self._meta("filled") or "")

    def fill(self, part: Part) -> None:
        """Store a part and how far the filling is with it, in one transaction."""
        with self.writing():
            for table in (*ROWS, STATES):
                rows = part.states if table is STATES else part.rows.get(table.name, ())
                marks = ",".join("?" * len(table.columns))
                self.connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)
            sql = "INSERT OR REPLACE INTO meta VALUES ('filled', ?)"
            self.connection.execute(sql, (part.last,))

    def fill_ended(self, target: int) -> None:
        """From here on the rows follow the log by position."""
        with self.writing():
            self._index()
            for table in ROWS:
                if table.counts is not None:
                    self.connection.execute(f"DELETE FROM {table.counts.name}")
                    self.connection.execute(count_all(table, table.counts))
            self.connection.execute(
                "UPDATE meta SET value = max(value, ?) WHERE key = 'position'", (target,)
            )

    def in_order(self, table: Table) -> Iterator[Row]:
        """Every row of a table in the order of its key; of counts all but 0."""
        columns = ", ".join(table.columns)
        key = ", ".join(table.columns[: table.key])
        some = "n" if table in COUNTS else "1"
        rows = self.connection.execute(
            f"SELECT {columns} FROM {table.name} WHERE {some} ORDER BY {key}"
        )
        while part := rows.fetchmany(1_000):
            yield from part

    def take_feed(self, path: Path) -> None:
        """Take over another generation's feed, then append what differs between it and these rows."""
        c = self.connection
        c.execute("ATTACH ? AS old", (str(path),))
        try:
            c.execute("BEGIN IMMEDIATE")
            c.execute("DELETE FROM main.feed")
            c.execute("INSERT INTO main.feed SELECT * FROM old.feed")
            for sql in _SWITCHED:
                c.execute(sql)
            c.execute("COMMIT")
        finally:
            if c.in_transaction:
                c.execute("ROLLBACK")
            c.execute("DETACH old")

    def _meta(self, key: str) -> Any:
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def directory(self, known_at: datetime) -> Directory:
        """The directory as known at K."""
        count: int = self.connection.execute("SELECT count(*) FROM registered").fetchone()[0]
        if (
            self._directory is not None
            and self._directory[0] == count
            and self._directory[2] <= known_at
        ):
            return self._directory[1]
        facts = [Recorded(position, fact) for position, fact in self.registered()]
        made = directory(facts, known_at)
        newest = max((r.fact.recorded_at for r in facts), default=known_at)
        if newest <= known_at:
            self._directory = (count, made, newest)
        return made

    def registered(self) -> Iterator[tuple[int, Any]]:
        """Every event of the directory and petitions, by position."""
        rows = self.connection.execute(
            "SELECT position, state FROM registered ORDER BY position"
        ).fetchall()
        for position, state in rows:
            yield position, events.decode(state).fact

    def states(self, dossiers: Sequence[str]) -> dict[str, State]:
        """The states of those of the dossiers that are known."""
        rows = self.connection.execute(
            f"SELECT {_STATE} FROM states WHERE dossier IN (SELECT value FROM json_each(?))",
            (json.dumps(list(dossiers)),),
        )
        return {row[0]: _state(row) for row in rows}

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


class Transaction:
    """The open transaction of a step: what the loops call Writing."""

    def __init__(self, views: Views, connection: sqlite3.Connection) -> None:
        """Over the views' own connection."""
        self._views = views
        self._c = connection

    def position(self) -> int:
        """How far the rows are."""
        return self._views.position()

    def moved(self, position: int, ahead: int, /) -> None:
        """Store how far the rows are now, and how far some of them are ahead of that."""
        self._c.execute("UPDATE meta SET value = ? WHERE key = 'position'", (position,))
        self._c.execute(
            "INSERT INTO meta VALUES ('ahead', ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
            (ahead,),
        )

    def versions(self, dossiers: Sequence[str], /) -> Mapping[str, int]:
        """The versions reached by those of the dossiers that are known."""
        return dict(
            self._c.execute(
                "SELECT dossier, version FROM json_each(?) AS asked CROSS JOIN states ON dossier = asked.value",
                (json.dumps(dossiers),),
            )
        )

    def states(self, dossiers: Sequence[str], /) -> Mapping[str, State]:
        """The states of those of the dossiers that are known."""
        return self._views.kept(dossiers)

    def keep(self, states: Iterable[State], /) -> None:
        """Store states."""
        written = list(states)
        self._c.executemany(
            f"INSERT OR REPLACE INTO states ({_STATE}) VALUES (?,?,?,?,?,?,?,?,?)",
            map(stored_state, written),
        )
        self._views.keep(written)

    def register(self, lines: Iterable[Line], /) -> None:
        """Store events of the directory and petitions."""
        self._c.executemany("INSERT OR IGNORE INTO registered VALUES (?,?,?,?)", lines)

    def directory(self, known_at: datetime, /) -> Directory:
        """The directory as registered so far."""
        return self._views.directory(known_at)

    def touched_by(self, units: Sequence[str], procedures: Sequence[str], /) -> Sequence[str]:
        """The dossiers that belong to, or were held in, these units, or follow these procedures."""
        rows = self._c.execute(
            "SELECT dossier FROM dossiers WHERE unit_key IN (SELECT value FROM json_each(:units))"
            " UNION SELECT dossier FROM custody WHERE unit_key IN (SELECT value FROM json_each(:units))"
            " UNION SELECT dossier FROM dossiers WHERE procedure IN (SELECT value FROM json_each(:procedures))"
            " ORDER BY 1",
            {"units": json.dumps(units), "procedures": json.dumps(procedures)},
        )
        return [row[0] for row in rows]

    def due_to_change(self, now: datetime, limit: int, /) -> Sequence[str]:
        """The dossiers whose rows time has made out of date, the earliest first."""
        rows = self._c.execute(
            "SELECT dossier FROM states WHERE next_change_at <= ? ORDER BY next_change_at, dossier LIMIT ?",
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
            key = " AND ".join(f"{column} = ?" for column in table.columns[: table.key])
            self._c.executemany(
                f"DELETE FROM {table.name} WHERE {key}", [row[: table.key] for row in gone]
            )
        marks = ",".join("?" * len(table.columns))
        self._c.executemany(f"INSERT INTO {table.name} VALUES ({marks})", fresh)
        if table.counts is not None:
            cell = cell_of(table)
            more = Counter(map(cell, fresh))
            more.subtract(map(cell, gone))
            changes = [(*of, n) for of, n in more.items() if of is not None and n]
            self._c.executemany(count_more(table.counts), changes)

    def _rows_of(self, table: Table, dossiers: Sequence[str]) -> list[Row]:
        return self._c.execute(
            f"SELECT {table.name}.* FROM json_each(?) AS asked"
            f" CROSS JOIN {table.name} ON {table.name}.dossier = asked.value",
            (json.dumps(dossiers),),
        ).fetchall()

    def append(self, table: Table, rows: Iterable[Row], /) -> None:
        """Add rows to a feed; its ids follow commits because only one transaction writes at a time."""
        columns = ", ".join(table.columns)
        marks = ",".join("?" * len(table.columns))
        self._c.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)


def _rules(law: Law) -> str:
    """The versioned names of everything that rows depend on besides the facts."""
    return " ".join([law.calendar.version, *(rule.versioned for rule in RULES)])


def stored_state(state: State) -> Row:
    """A state as a row."""
    return (
        state.dossier,
        state.code,
        state.version,
        b"\n".join(fact.content for _, fact in state.facts),
        " ".join(sorted(state.found)),
        *(
            None if moment is None else moment.isoformat()
            for moment in (state.unchanged_since, state.next_change_at, state.last_recorded_at)
        ),
        state.trouble,
    )


def _state(row: Sequence[Any]) -> State:
    dossier, code, version, facts, found, unchanged, coming, recorded, trouble = row
    return State(
        dossier,
        code,
        version,
        facts_of(facts),
        frozenset(found.split()),
        _instant(unchanged),
        _instant(coming),
        _instant(recorded),
        trouble,
    )


def facts_of(blob: bytes) -> tuple[Recorded, ...]:
    """The facts of a state, versions 1, 2, 3…: their contents, one a line."""
    if not blob:
        return ()
    return tuple(
        Recorded(i, events.CATALOGUE.understood(content))
        for i, content in enumerate(blob.split(b"\n"), 1)
    )


def _instant(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)

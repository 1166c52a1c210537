"""The read database as an SQLite file: the role `Database`.

Knows SQLite's ways. Must not know what rows mean.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from domain.errors import Refused
from infra.rows.database import Ended, Parameters, going_on
from infra.rows.tables import columns_of, indexes
from infra.sqlite.file import CACHE_KIB, connect, explained
from projections import Counts, Row, Table

_PART: Final = 1_000
"""Rows that are fetched at once."""
_LOOKED: Final = 20_000
"""Steps of SQLite's machine between two looks at whether to go on: a millisecond or so."""


class SqliteDatabase:
    """One file, one connection."""

    schema = "main"
    temporary_schema = "temp"
    announces = False
    locking = claiming = ""  # only one transaction writes at a time

    def __init__(self, path: Path, *, there: bool = False) -> None:
        """CannotRun when the file cannot be opened or created; `there`: it is not created."""
        self.place = str(path)
        self.path = path
        self._ended: Ended = going_on
        with explained(self.place):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.connection = connect(path, synchronous="NORMAL", there=there)

    def prepare(
        self, tables: Sequence[Table], views: Mapping[str, str], first: Mapping[str, Sequence[Row]]
    ) -> None:
        """Make tables, their first rows, and views where there are none."""
        if self._made():
            return
        with self.transaction(write=True):
            if self._made():  # another process was faster
                return
            for table in tables:
                self.connection.execute(_create(table))
                self.insert(table, first.get(table.name, ()))
            for name, sql in views.items():
                self.connection.execute(f"CREATE VIEW {name} AS {sql}")
            self.index()

    def _made(self) -> bool:
        return bool(self.rows("SELECT 1 FROM sqlite_master LIMIT 1"))

    def index(self, *, drop: bool = False) -> None:
        """Make, or drop, every index."""
        for name, definition in indexes():
            self.connection.execute(
                f"DROP INDEX IF EXISTS {name}"
                if drop
                else f"CREATE INDEX IF NOT EXISTS {name} ON {definition}"
            )

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[None]:
        """Commits when the block ends well; of a reading one nothing stays, temporary tables neither."""
        with self._within(
            "BEGIN IMMEDIATE" if write else "BEGIN", "COMMIT" if write else "ROLLBACK"
        ):
            yield

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A transaction that writes temporary tables only, which stay."""
        self.connection.execute(f"PRAGMA temp.cache_size=-{CACHE_KIB}")
        with self._within("BEGIN", "COMMIT"):
            yield

    @contextmanager
    def _within(self, begin: str, end: str) -> Iterator[None]:
        with explained(self.place), _taken(), self._unless_ended():
            self.connection.execute(begin)
            try:
                yield
                self.connection.execute(end)
            except BaseException:
                if self.connection.in_transaction:  # a full disk may have ended it already
                    self.connection.execute("ROLLBACK")
                raise

    def still_serving(self) -> None:
        """Always: whoever opens the folder next opens the new file, and follows the log from where that one is."""

    @contextmanager
    def limited(self, ended: Ended, seconds: float | None = None) -> Iterator[None]:
        """End what is asked in the block as soon as `ended` says so."""
        self._ended = ended
        self.connection.set_progress_handler(lambda: ended() is not None, _LOOKED)
        try:
            yield
        finally:
            self.connection.set_progress_handler(None, 0)
            self._ended = going_on

    def interrupt(self) -> None:
        """End the statement that is under way."""
        with suppress(sqlite3.ProgrammingError):  # it is closed
            self.connection.interrupt()

    @contextmanager
    def _unless_ended(self) -> Iterator[None]:
        ended = self._ended()
        if ended is not None:
            raise ended
        try:
            yield
        except sqlite3.OperationalError:
            ended = self._ended()
            if ended is not None:
                raise ended from None
            raise

    def hold(self, name: str, *, shared: bool) -> None:
        """Only one transaction writes at a time."""

    def rows(self, sql: str, parameters: Parameters = (), /) -> list[Any]:
        """All rows of a query."""
        with self._unless_ended():
            return self.connection.execute(sql, parameters).fetchall()

    def each(self, sql: str, parameters: Parameters = (), /) -> Iterator[Any]:
        """The rows of a query, a part at a time."""
        with self._unless_ended():
            cursor = self.connection.execute(sql, parameters)
        while True:
            with self._unless_ended():
                part = cursor.fetchmany(_PART)
            if not part:
                return
            yield from part

    def temporary(self, table: Table, rows: Iterable[Row], /, *, name: str | None = None) -> None:
        """A temporary table with rows in it."""
        named = name or table.name
        self.connection.execute(_create(table, f"temp.{named}"))
        self._insert(f"temp.{named}", table, rows)

    def index_temporary(self, table: Table, name: str, /) -> None:
        """Make the indexes of a table over a temporary one."""
        for number, index in enumerate(table.indexes):
            columns, where, condition = index.partition(" WHERE ")
            self.connection.execute(
                f"CREATE INDEX temp.{name}_{number} ON {name} ({columns}){where}{condition}"
            )

    def temporary_view(self, name: str, sql: str, /) -> None:
        """A temporary view, which hides a stored one of its name."""
        self.connection.execute(f"CREATE TEMP VIEW {name} AS {sql}")

    def insert(self, table: Table, rows: Iterable[Row], /) -> None:
        """New rows."""
        self._insert(f"main.{table.name}", table, rows)

    def _insert(self, name: str, table: Table, rows: Iterable[Row]) -> None:
        columns = ", ".join(columns_of(table))
        self.connection.executemany(
            f"INSERT INTO {name} ({columns}) VALUES ({_marks(table)})", rows
        )

    def put(self, table: Table, rows: Iterable[Row], /) -> None:
        """Rows in the place of those of the same key."""
        columns = ", ".join(table.columns)
        self.connection.executemany(
            f"INSERT OR REPLACE INTO {table.name} ({columns}) VALUES ({_marks(table)})", rows
        )

    def remove(self, table: Table, keys: Iterable[Row], /) -> None:
        """Delete the rows of these keys."""
        key = " AND ".join(f"{column} = ?" for column in table.columns[: table.key])
        self.connection.executemany(f"DELETE FROM {table.name} WHERE {key}", keys)

    def add(self, counts: Counts, cells: Iterable[Row], /) -> None:
        """Add to what cells count."""
        marks = ",".join("?" * (len(counts.columns) + 1))
        self.connection.executemany(
            f"INSERT INTO {counts.name} VALUES ({marks}) ON CONFLICT DO UPDATE SET n = n + excluded.n",
            cells,
        )

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


@contextmanager
def _taken() -> Iterator[None]:
    """Refused where the tables never take what was written to them."""
    try:
        yield
    except (sqlite3.DataError, sqlite3.IntegrityError) as error:
        # What the database says of it may hold a text of a person.
        raise Refused(
            "not_storable", f"the database does not take it ({type(error).__name__})"
        ) from error


def _marks(table: Table) -> str:
    return ",".join("?" * len(columns_of(table)))


def _create(table: Table, name: str | None = None) -> str:
    columns = ", ".join(table.columns)
    if table.key:
        key = ", ".join(table.columns[: table.key])
        return f"CREATE TABLE IF NOT EXISTS {name or table.name} ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID"
    return f"CREATE TABLE {name or table.name} (id INTEGER PRIMARY KEY, {columns})"

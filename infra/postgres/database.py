"""The read database as a schema of PostgreSQL: the role `Database`.

Knows PostgreSQL's ways. Must not know what rows mean.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from infra.errors import CannotRun
from infra.postgres.server import OneConnection, explained, in_parts, place_of
from infra.rows.database import Ended, Parameters, going_on
from infra.rows.tables import among, columns_of, counts_table, indexes
from projections import Counts, Row, Table

_PART: Final = 1_000
"""Rows that are fetched at once."""
_PREPARED_AFTER: Final = 5
"""Times that a statement is asked before it is prepared, psycopg's own; none is where a view hides another."""

_WITH_IT: Final = " ON COMMIT DROP"
"""What a temporary table is made with that goes with its transaction."""

_PLACEHOLDER: Final = re.compile(r"\?|(?<!:):([a-z_]+)")

_AMONG: Final = re.compile(re.escape(among("PLACE")).replace("PLACE", r"(\?|:[a-z_]+)"))
"""A list as the common SQL asks for it."""
_FEW: Final = 500
"""Values that are given as an array. The planner takes a thousand for what a function gives, and reads whole tables for two."""


def _enumerated(sql: str, parameters: Parameters) -> tuple[str, Parameters]:
    """The common SQL with each list of a few values as an array, of which the planner knows what is in it."""
    if isinstance(parameters, Mapping):
        named = dict(parameters)

        def by_name(found: re.Match[str]) -> str:
            name = found[1].removeprefix(":")
            values = _few(named[name])
            if values is None:
                return found[0]
            named[f"{name}_listed"] = values
            return f"= ANY(:{name}_listed)"

        return _AMONG.sub(by_name, sql), named
    placed = list(parameters)

    def by_place(found: re.Match[str]) -> str:
        at = sql.count("?", 0, found.start())
        values = _few(placed[at])
        if values is None:
            return found[0]
        placed[at] = values
        return "= ANY(?)"

    return _AMONG.sub(by_place, sql), placed


def _few(given: object) -> list[str] | None:
    """The values of a list, where they are few texts."""
    if not isinstance(given, str):
        return None
    values: list[Any] = json.loads(given)
    few = len(values) <= _FEW and all(isinstance(value, str) for value in values)
    return values if few else None


@lru_cache(maxsize=1 << 10)
def _written(sql: str) -> str:
    """The common SQL with psycopg's placeholders."""
    return _PLACEHOLDER.sub(
        lambda found: f"%({found[1]})s" if found[1] else "%s", sql.replace("%", "%%")
    )


class PostgresDatabase:
    """One schema, one connection; it is made anew when the server was away."""

    temporary_schema = "pg_temp"
    announces = True
    locking = " FOR UPDATE"
    claiming = " FOR UPDATE SKIP LOCKED"

    def __init__(self, url: str, schema: str, serving: int | None = None) -> None:
        """`serving`: the generation that this is: nothing is written to it any more when another has taken its place."""
        self._serving = serving
        self.schema = schema
        self.place = f"{place_of(url)} {schema}"
        self._one = OneConnection(url, search_path=f"{schema}, views")
        self._ended: Ended = going_on
        self._seconds: float | None = None
        self._dropped = _WITH_IT
        self._read: list[psycopg.ServerCursor[TupleRow]] = []
        """What is read a part at a time within this transaction."""

    @property
    def connection(self) -> psycopg.Connection[TupleRow]:
        """The connection, live as far as is known."""
        return self._one.live

    def prepare(
        self, tables: Sequence[Table], views: Mapping[str, str], first: Mapping[str, Sequence[Row]]
    ) -> None:
        """Make tables, their first rows, and views where there are none."""
        if self._made():
            return
        self.still_serving()
        with self.transaction(write=True):
            run = self.connection.execute
            run("SELECT pg_advisory_xact_lock(hashtext(%s))", (self.schema,))
            if self._made():  # another process was faster
                return
            run("SET LOCAL ROLE dunghen_projector")
            run(f"CREATE SCHEMA {self.schema}")
            for table in tables:
                run(f"CREATE TABLE {self._of(table)} ({_columns(table)})")
                self.insert(table, first.get(table.name, ()))
            for name, sql in views.items():
                run(f"CREATE VIEW {self.schema}.{name} AS {sql}")
            self.index()
            run(f"GRANT USAGE ON SCHEMA {self.schema} TO dunghen_writer, dunghen_reader")
            run(
                f"GRANT SELECT ON ALL TABLES IN SCHEMA {self.schema} TO dunghen_writer, dunghen_reader"
            )

    def _made(self) -> bool:
        # Not to_regclass: it may answer from what this connection remembers of a moment ago.
        sql = "SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = 'meta'"
        return bool(self.rows(sql, (self.schema,)))

    def index(self, *, drop: bool = False) -> None:
        """Make, or drop, every index."""
        for name, definition in indexes():
            self.connection.execute(
                f"DROP INDEX IF EXISTS {self.schema}.{name}"
                if drop
                else f"CREATE INDEX IF NOT EXISTS {name} ON {self.schema}.{definition}"
            )

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[None]:
        """Commits when the block ends well; of a reading one nothing stays, temporary tables neither."""
        with self._within(
            "BEGIN" if write else self._begin_reading, "COMMIT" if write else "ROLLBACK"
        ):
            if write:
                self._compared(" FOR SHARE")
            yield

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A transaction that writes temporary tables only, which stay."""
        self._dropped = ""
        try:
            with self._within(self._begin_reading, "COMMIT"):
                yield
        finally:
            self._dropped = _WITH_IT

    @contextmanager
    def _within(self, begin: str, end: str) -> Iterator[None]:
        with self._unless_ended():
            connection = self.connection
            connection.prepare_threshold = _PREPARED_AFTER
            try:
                connection.execute(begin)
                yield
                connection.execute(end)
            except BaseException as error:
                if connection.broken:
                    connection.close()
                elif not connection.closed:
                    connection.rollback()
                    self._deleted(error)
                raise
            finally:
                # They went with the transaction. Whoever did not read one to its end would ask for it in another's.
                read, self._read = self._read, []
                for cursor in read:
                    cursor.close()

    def _deleted(self, error: BaseException) -> None:
        """CannotRun (`generation_switched`) where tables are missing because others serve by now and these were deleted."""
        missing = isinstance(error, CannotRun) and error.code == "not_migrated"
        # Within a transaction nothing can be asked any more; it ends, and then it is.
        if missing and self.connection.info.transaction_status == TransactionStatus.IDLE:
            self.still_serving()

    def still_serving(self) -> None:
        """CannotRun (`generation_switched`) where another generation has taken the place of this one."""
        self._compared("")

    def _compared(self, locking: str) -> None:
        """`locking`: until this transaction ends no other generation takes its place."""
        if self._serving is None:
            return
        ((number,),) = self.rows(f"SELECT number FROM views.present{locking}")
        if number != self._serving:
            raise CannotRun(
                f"{self.place} is not the present generation any more; open the store anew",
                code="generation_switched",
                path=self.place,
            )

    @property
    def _begin_reading(self) -> str:
        # One message for both: a round trip less.
        limit = (
            ""
            if self._seconds is None
            else f"; SET LOCAL statement_timeout = {max(1, round(self._seconds * 1000))}"
        )
        return f"BEGIN ISOLATION LEVEL REPEATABLE READ{limit}"

    @contextmanager
    def limited(self, ended: Ended, seconds: float | None = None) -> Iterator[None]:
        """End what is asked in the block as soon as `ended` says so, between statements; of one the server sees to it."""
        self._ended, self._seconds = ended, seconds
        try:
            yield
        finally:
            self._ended, self._seconds = going_on, None

    def interrupt(self) -> None:
        """End the statement that is under way."""
        self._one.cancel()

    @contextmanager
    def _unless_ended(self) -> Iterator[None]:
        ended = self._ended()
        if ended is not None:
            raise ended
        try:
            with explained(self.place):
                yield
        except CannotRun as error:
            ended = self._ended() if error.code == "timeout" else None
            if ended is not None:
                raise ended from None
            raise

    def hold(self, name: str, *, shared: bool) -> None:
        """Until this transaction ends nobody else holds what has this name; shared: nobody alone."""
        how = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        self.connection.execute(
            f"SELECT {how}(hashtextextended(%s, 0))", (f"{self.schema} {name}",)
        )

    def rows(self, sql: str, parameters: Parameters = (), /) -> list[Any]:
        """All rows of a query."""
        sql, parameters = _enumerated(sql, parameters)
        try:
            with self._unless_ended():
                cursor = self.connection.execute(_written(sql), parameters)
                return [] if cursor.description is None else cursor.fetchall()
        except CannotRun as error:
            self._deleted(error)
            raise

    def each(self, sql: str, parameters: Parameters = (), /) -> Iterator[Any]:
        """The rows of a query, a part at a time."""
        with in_parts(self.connection) as cursor:
            self._read.append(cursor)
            with self._unless_ended():
                cursor.execute(_written(sql), parameters)
            while True:
                with self._unless_ended():
                    part = cursor.fetchmany(_PART)
                if not part:
                    return
                yield from part

    def temporary(self, table: Table, rows: Iterable[Row], /, *, name: str | None = None) -> None:
        """A temporary table with rows in it."""
        named = name or table.name
        self.connection.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS pg_temp.{named} ({_columns(table)}){self._dropped}"
        )
        self._copy(f"pg_temp.{named}", table, self._while_asked(rows))

    def _while_asked(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The server, told to end a COPY, still takes all of it."""
        for row in rows:
            ended = self._ended()
            if ended is not None:
                raise ended
            yield row

    def index_temporary(self, table: Table, name: str, /) -> None:
        """Make the indexes of a table over a temporary one, and let the planner know what is in it: nobody else does."""
        for number, index in enumerate(table.indexes):
            columns, where, condition = index.partition(" WHERE ")
            self.connection.execute(
                f"CREATE INDEX {name}_{number} ON pg_temp.{name} ({columns}){where}{condition}"
            )
        self.connection.execute(f"ANALYZE pg_temp.{name}")

    def temporary_view(self, name: str, sql: str, /) -> None:
        """A temporary view, which hides a stored one of its name."""
        # What was prepared before would go on reading what is hidden now: PostgreSQL does not look for names again.
        self.connection.prepare_threshold = None
        self.connection.execute(f"CREATE TEMPORARY VIEW {name} AS {sql}")

    def insert(self, table: Table, rows: Iterable[Row], /) -> None:
        """New rows."""
        self._copy(self._of(table), table, rows)

    def _copy(self, name: str, table: Table, rows: Iterable[Row]) -> None:
        given = iter(rows)
        first = next(given, None)
        if first is None:
            return
        columns = columns_of(table)
        with (
            explained(self.place),
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types([_type(table, column) for column in columns])
            for row in chain((first,), given):
                copy.write_row(row)

    def put(self, table: Table, rows: Iterable[Row], /) -> None:
        """Rows in the place of those of the same key."""
        key = ", ".join(table.columns[: table.key])
        rest = ", ".join(f"{name} = excluded.{name}" for name in table.columns[table.key :])
        self._unnested(
            f"INSERT INTO {self._of(table)} SELECT * FROM {{}} ON CONFLICT ({key}) DO UPDATE SET {rest}",
            table,
            table.columns,
            rows,
        )

    def remove(self, table: Table, keys: Iterable[Row], /) -> None:
        """Delete the rows of these keys."""
        key = table.columns[: table.key]
        same = " AND ".join(f"t.{name} = gone.{name}" for name in key)
        self._unnested(
            f"DELETE FROM {self._of(table)} AS t USING {{}} AS gone ({', '.join(key)}) WHERE {same}",
            table,
            key,
            keys,
        )

    def add(self, counts: Counts, cells: Iterable[Row], /) -> None:
        """Add to what cells count."""
        table = counts_table(counts)
        key = ", ".join(counts.columns)
        self._unnested(
            f"INSERT INTO {self._of(table)} AS c SELECT * FROM {{}} ON CONFLICT ({key}) DO UPDATE SET n = c.n + excluded.n",
            table,
            table.columns,
            cells,
        )

    def _unnested(
        self, sql: str, table: Table, columns: Sequence[str], rows: Iterable[Row]
    ) -> None:
        """One statement over rows given as one array a column."""
        arrays = [list(column) for column in zip(*rows, strict=True)]
        if not arrays:
            return
        types = ", ".join(f"%b::{_type(table, name)}[]" for name in columns)
        with explained(self.place):
            self.connection.execute(sql.format(f"unnest({types})"), arrays)

    def _of(self, table: Table) -> str:
        return f"{self.schema}.{table.name}"

    def close(self) -> None:
        """Close the connection."""
        self._one.close()


def _type(table: Table, column: str) -> str:
    number = column in table.numbers or column not in table.columns  # a feed's own
    return "bigint" if number else "bytea" if column in table.raw else "text"


def _columns(table: Table) -> str:
    """Texts compare by their bytes, as in SQLite."""
    columns = [
        f"{name} {kind}" + (' COLLATE "C"' if kind == "text" else "")
        for name in table.columns
        for kind in (_type(table, name),)
    ]
    if table.key:
        return ", ".join([*columns, f"PRIMARY KEY ({', '.join(table.columns[: table.key])})"])
    return ", ".join(["id bigint PRIMARY KEY", *columns])

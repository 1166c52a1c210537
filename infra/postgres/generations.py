"""Generations of the read database: a schema each, and a row that names the present one.

Knows schemas. Must not know what is in them. The switch is one update: a crash leaves the old or the new, never neither.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, Final

import psycopg

from consumers.judging import Law
from infra.errors import CannotRun
from infra.postgres.database import PostgresDatabase
from infra.postgres.server import connect, explained, place_of
from infra.rows.views import Views

REBUILDING: Final = 0x44C3_BA6E_6700_0003
"""One process makes a generation at a time."""

_READ_SECONDS: Final = 60.0
"""How long a question to a generation that shall be deleted is waited for."""

_AGAIN_SECONDS: Final = 0.1

_BY_NAME: Final = "hashtextextended(%s, 0)"
"""The advisory lock of a copy that is made to be compared."""

_NAME: Final = re.compile(r"views_(\d+)")


class SchemaGenerations:
    """The generations in a database: the role `Generations`."""

    def __init__(self, url: str) -> None:
        self.place = place_of(url)
        self._url = url

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        with explained(self.place), connect(self._url) as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While one process makes a generation no other does; the lock goes with the process. CannotRun when another has it."""
        with self._connected() as connection:
            connection.execute("SET idle_session_timeout = 0")
            row = connection.execute("SELECT pg_try_advisory_lock(%s)", (REBUILDING,)).fetchone()
            if row is None or not row[0]:
                raise CannotRun(
                    f"another process is rebuilding in {self.place}; try again when it has finished",
                    code="rebuilding",
                    path=self.place,
                )
            yield

    def opened(self, number: int, law: Law, *, serving: bool = False, there: bool = False) -> Views:
        """A generation; what is missing is made. Serving: written to, and made, only as long as it is the present one."""
        present = number if serving or there else None
        database = PostgresDatabase(self._url, f"views_{number}", present)
        return Views(database, law)

    @contextmanager
    def beside(self, law: Law) -> Iterator[Views]:
        """An empty one that nobody else sees. Those of processes that were killed are deleted first."""
        schema = f"verify_{os.getpid()}_{os.urandom(4).hex()}"
        with self._connected() as holding:
            holding.execute("SET idle_session_timeout = 0")
            for left in self._left_behind(holding):
                self._drop(left)
            holding.execute(f"SELECT pg_advisory_lock({_BY_NAME})", (schema,))
            views = Views(PostgresDatabase(self._url, schema), law)
            try:
                yield views
            finally:
                views.close()
                self._drop(schema)

    def _left_behind(self, holding: psycopg.Connection[Any]) -> list[str]:
        """The copies whose lock nobody holds any more: whoever made one holds it from before it is there. Now this connection does."""
        names = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname::text, 'verify_')"
        trying = f"SELECT pg_try_advisory_lock({_BY_NAME})"
        return [
            name
            for (name,) in holding.execute(names).fetchall()
            if holding.execute(trying, (name,)).fetchone() == (True,)
        ]

    def present(self) -> int:
        """The number of the present generation."""
        with self._connected() as connection:
            row = connection.execute("SELECT number FROM views.present").fetchone()
        if row is None:
            raise CannotRun(
                f"{self.place} does not say which generation is the present one; insert its number into views.present",
                code="damaged",
                path=self.place,
            )
        return int(row[0])

    def serves(self, number: int, views: Views) -> bool:
        """Whether a generation is the present one still, asked over its connection: a new one would cost ten milliseconds."""
        try:
            views.database.still_serving()
        except CannotRun as switched:
            if switched.code != "generation_switched":
                raise
            return False
        return True

    def switch(self, number: int, finish: Callable[[], None]) -> None:
        """Make a generation the present one when `finish` has been done; who writes to the old one waits, and is told.

        The whole table is locked: for a row that is always locked by some writer one would wait for ever, here they queue.
        """
        with self._connected() as connection, connection.transaction():
            connection.execute("LOCK TABLE views.present IN EXCLUSIVE MODE")
            finish()
            connection.execute("UPDATE views.present SET number = %s", (number,))

    def others(self) -> list[int]:
        """The generations besides the present one, oldest first."""
        here = self.present()
        with self._connected() as connection:
            names = [row[0] for row in connection.execute("SELECT nspname FROM pg_namespace")]
        numbers = [int(found[1]) for name in names if (found := _NAME.fullmatch(name))]
        return sorted(number for number in numbers if number != here)

    def drop(self, number: int) -> None:
        """Delete a generation, when nobody is reading it."""
        self._drop(f"views_{number}")

    def _drop(self, schema: str) -> None:
        """All tables are locked at once or not at all: a reader of one who wants the next is not held up, nor are we."""
        with self._connected() as connection:
            deadline = monotonic() + _READ_SECONDS
            while not self._dropped(connection, schema):
                if monotonic() > deadline:
                    raise CannotRun(
                        f"{self.place} {schema} is still being read; run `dunghen rebuild --drop-old` later",
                        code="database_locked",
                        path=self.place,
                    )
                sleep(_AGAIN_SECONDS)

    def _dropped(self, connection: psycopg.Connection[Any], schema: str) -> bool:
        sql = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = %s"
        tables = [f"{schema}.{row[0]}" for row in connection.execute(sql, (schema,))]
        try:
            with connection.transaction():
                if tables:
                    locking = f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE NOWAIT"
                    connection.execute(locking)
                connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        except psycopg.errors.LockNotAvailable:
            return False
        return True

    def size(self, number: int) -> int:
        """The bytes of a generation's tables and indexes."""
        sql = (
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class AS c"
            " JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relkind = 'r'"
        )
        with self._connected() as connection:
            row = connection.execute(sql, (f"views_{number}",)).fetchone()
        return 0 if row is None else int(row[0])

    def free(self) -> int | None:
        """The room on the server's disk, where that is a disk of this machine and this user may know its data directory."""
        with self._connected() as connection:
            if not _is_local(connection.info.host):
                return None
            try:
                row = connection.execute("SHOW data_directory").fetchone()
                return None if row is None else shutil.disk_usage(row[0]).free
            except (psycopg.errors.InsufficientPrivilege, OSError):
                return None


def _is_local(host: str) -> bool:
    return host.startswith("/") or host in {"", "localhost", "127.0.0.1", "::1"}

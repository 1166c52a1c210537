"""Generations of the read database: a schema each, and a row that names the present one.

Knows schemas. Must not know what is in them. The switch is one update: a crash leaves the old or the new, never neither.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg

from consumers.judging import Law
from infra.errors import CannotRun
from infra.postgres.database import PostgresDatabase
from infra.postgres.server import connect, explained, place_of
from infra.views import Views

REBUILDING: Final = 0x44C3_BA6E_6700_0003
"""One process makes a generation at a time."""

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

    def opened(self, number: int, law: Law, *, serving: bool = False) -> Views:
        """A generation; what is missing is made. Serving: written to only as long as it is the present one."""
        database = PostgresDatabase(self._url, f"views_{number}", number if serving else None)
        return Views(database, law)

    @contextmanager
    def beside(self, law: Law) -> Iterator[Views]:
        """An empty one that nobody else sees."""
        schema = f"verify_{os.getpid()}_{os.urandom(4).hex()}"
        views = Views(PostgresDatabase(self._url, schema), law)
        try:
            yield views
        finally:
            views.close()
            self._drop(schema)

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

    def switch(self, number: int, finish: Callable[[], None]) -> None:
        """Make a generation the present one when `finish` has been done; who writes to the old one waits, and is told."""
        with self._connected() as connection, connection.transaction():
            connection.execute("SELECT number FROM views.present FOR UPDATE")
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
        """Delete a generation."""
        self._drop(f"views_{number}")

    def _drop(self, schema: str) -> None:
        with self._connected() as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")

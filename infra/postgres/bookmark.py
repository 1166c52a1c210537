"""How far a process is with something that is done in order, kept in the database; and who may move it: one at a time.

Knows SQL. Must not know what is done. The lock goes with the connection: a process that dies lets go, the next one takes over.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg.rows import TupleRow

from infra.postgres.server import connect, explained, place_of

_LOCKS: Final = 0x44C3_BA6E
"""The class of the advisory locks of bookmarks."""


class Bookmark:
    """A position under a name."""

    def __init__(self, url: str, name: str) -> None:
        """CannotRun when the server cannot be reached."""
        self._name = name
        self.place = place_of(url)
        self._connection: psycopg.Connection[TupleRow] = connect(url)
        try:
            with explained(self.place):
                self._connection.execute("SET idle_session_timeout = 0")
        except BaseException:
            self._connection.close()
            raise
        self._taken = False

    def taken(self) -> bool:
        """Whether it is ours to move: once it is, it stays so as long as the connection lives."""
        if not self._taken:
            sql = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
            self._taken = self._rows(sql, (_LOCKS, self._name))[0][0]
        return self._taken

    def position(self) -> int:
        """The last position that is done, 0 at first."""
        return self.stored(self._name) or 0

    def moved(self, position: int, /) -> None:
        """Store it, over the connection that holds the lock. CannotRun where that is gone; somebody else may have it then."""
        self.store(self._name, position)

    def stored(self, name: str) -> int | None:
        """The position under this or another name; None where none was ever stored."""
        rows = self._rows("SELECT position FROM work.bookmarks WHERE name = %s", (name,))
        return int(rows[0][0]) if rows else None

    def store(self, name: str, position: int) -> None:
        """Store a position under this or another name."""
        self.run(
            "INSERT INTO work.bookmarks VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET position = excluded.position",
            (name, position),
        )

    def run(self, sql: str, parameters: Sequence[Any] = (), /) -> list[Any]:
        """A statement over the connection that holds the lock. CannotRun where that is gone."""
        assert self._taken
        return self._rows(sql, parameters)

    def _rows(self, sql: str, parameters: Sequence[Any] = (), /) -> list[Any]:
        with explained(self.place):
            cursor = self._connection.execute(sql, parameters)
            return [] if cursor.description is None else cursor.fetchall()

    def close(self) -> None:
        """Let go, at once where the server hears it."""
        if self._taken:
            with suppress(psycopg.Error):
                self._connection.execute(
                    "SELECT pg_advisory_unlock(%s, hashtext(%s))", (_LOCKS, self._name)
                )
        self._connection.close()

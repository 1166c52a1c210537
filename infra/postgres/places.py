"""Further positions of whoever holds a bookmark, and notices that were given up: stored over the connection with its lock.

Knows SQL. Must not know what is done at a position. Who has lost the lock has lost the connection, and stores nothing more.
"""

from typing import Protocol

from infra.postgres.bookmark import Bookmark


class Undelivered(Protocol):
    """A notice, as far as it is kept."""

    @property
    def number(self) -> int:
        """Its number in the feed."""
        ...

    @property
    def body(self) -> str:
        """What would have been sent."""
        ...


class Place:
    """A position under a name of its own."""

    def __init__(self, bookmark: Bookmark, name: str) -> None:
        self._bookmark, self._name = bookmark, name

    def position(self) -> int | None:
        """The position; None where none was ever stored."""
        return self._bookmark.stored(self._name)

    def moved(self, position: int, /) -> None:
        """Store it."""
        self._bookmark.store(self._name, position)

    def gave_up(self, notice: Undelivered, why: str, /) -> None:
        """Keep the notice and store its position, in one statement.

        Who is told the same again and refuses again changes nothing; a feed that was made anew may give its number to another.
        """
        self._bookmark.run(
            "WITH parked AS (INSERT INTO work.undelivered VALUES (%s, %s, now(), %s, %s) ON CONFLICT (receiver, number)"
            " DO UPDATE SET at = excluded.at, why = excluded.why, body = excluded.body, state = 'waiting'"
            " WHERE work.undelivered.body <> excluded.body)"
            " INSERT INTO work.bookmarks VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET position = excluded.position",
            (self._name, notice.number, why, notice.body, self._name, notice.number),
        )

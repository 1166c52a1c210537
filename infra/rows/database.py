"""The read database as a role: what SQLite and PostgreSQL do in their own ways, and no more.

Both take the same SQL (placeholders `?` or `:name`, lists as `infra.rows.tables.among` writes them, truth as
1 and 0, texts compared by bytes), so every question is written once. What must be fast in bulk has a method here instead. Must
not know what rows mean.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from infra.errors import CannotRun
from projections import Counts, Row, Table

Parameters = Sequence[object] | Mapping[str, object]
Ended = Callable[[], CannotRun | None]
"""Whether what is asked must end before it is answered: why."""


def going_on() -> None:
    """Nothing ends it."""


class Database(Protocol):
    """One generation's tables over one connection, for one thread."""

    place: str
    """What errors call it: a file, or a server's address without password, and the schema."""

    schema: str
    """What stored tables are qualified by where temporary ones hide them."""

    temporary_schema: str
    """What temporary tables are qualified by."""

    locking: str
    """What a query ends with whose rows nobody else may change until this transaction ends."""

    announces: bool
    """Whether changes are noted in the outbox, for somebody who publishes them."""

    claiming: str
    """The same, but rows that somebody else has locked are left out."""

    def prepare(
        self, tables: Sequence[Table], views: Mapping[str, str], first: Mapping[str, Sequence[Row]]
    ) -> None:
        """Make tables, their first rows, and views where there are none: all or nothing."""
        ...

    def index(self, *, drop: bool = False) -> None:
        """Make, or drop, every index."""
        ...

    def transaction(self, *, write: bool) -> AbstractContextManager[None]:
        """Commits when the block ends well. Not writing: one unchanging picture, and what is made in it is temporary.

        Contended where another transaction was in the way and the block may be run again. CannotRun where it cannot be used.
        """
        ...

    def aside(self) -> AbstractContextManager[None]:
        """One unchanging picture of what is stored; temporary tables that are made in it stay until the connection is closed."""
        ...

    def still_serving(self) -> None:
        """CannotRun (`generation_switched`) where another generation has taken the place of this one."""
        ...

    def limited(self, ended: "Ended", seconds: float | None = None) -> AbstractContextManager[None]:
        """As long as the block lasts, raise what `ended` says as soon as it says something.

        A statement within a transaction takes `seconds` at most, where the server sees to that.
        """
        ...

    def interrupt(self) -> None:
        """End the statement that is under way, if any, so that `ended` is looked at. From another thread."""
        ...

    def hold(self, name: str, *, shared: bool) -> None:
        """Until this transaction ends nobody else holds what has this name; shared: nobody alone."""
        ...

    def rows(self, sql: str, parameters: Parameters = (), /) -> list[Any]:
        """All rows of a query; none of a statement."""
        ...

    def each(self, sql: str, parameters: Parameters = (), /) -> Iterator[Any]:
        """The rows of a query, a part at a time, within a transaction."""
        ...

    def temporary(self, table: Table, rows: Iterable[Row], /, *, name: str | None = None) -> None:
        """A temporary table with rows in it; where it is there already, more rows."""
        ...

    def index_temporary(self, table: Table, name: str, /) -> None:
        """Make the indexes of a table over a temporary one, now that it is full."""
        ...

    def temporary_view(self, name: str, sql: str, /) -> None:
        """A temporary view, which hides a stored table or view of its name."""
        ...

    def insert(self, table: Table, rows: Iterable[Row], /) -> None:
        """New rows."""
        ...

    def put(self, table: Table, rows: Iterable[Row], /) -> None:
        """Rows in the place of those of the same key, if any."""
        ...

    def remove(self, table: Table, keys: Iterable[Row], /) -> None:
        """Delete the rows of these keys."""
        ...

    def add(self, counts: Counts, cells: Iterable[Row], /) -> None:
        """Add the last value of each cell to what the stored cell of the same key counts."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...

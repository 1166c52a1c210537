"""What a store's tables are asked, noted statement by statement.

Knows the role of the read database. Must not know what is asked for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from infra.wiring import Store


class Statement(NamedTuple):
    """A statement, what it was given, and how many rows it gave."""

    sql: str
    parameters: Any
    rows: int


@contextmanager
def statements(store: Store) -> Iterator[list[Statement]]:
    """All statements that give their rows at once, in order, as long as the block lasts."""
    database: Any = store.views.database
    noted = list[Statement]()
    rows = database.rows

    def noting(sql: str, parameters: Any = ()) -> list[Any]:
        found: list[Any] = rows(sql, parameters)
        noted.append(Statement(sql, parameters, len(found)))
        return found

    database.rows = noting
    try:
        yield noted
    finally:
        del database.rows

"""The tables of the read database: the projections' own, states beside them, counts over them, indexes.

Knows SQL and the shapes that projections declare. Must not know what rows mean, nor when they are written.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from projections import PROJECTIONS, Counts, Row, Table

SCHEMA: Final = 1

TABLES: Final = {table.name: table for projection in PROJECTIONS for table in projection.tables}
ROWS: Final = tuple(table for table in TABLES.values() if table.key)
"""Tables that hold rows of dossiers; the feed, which has no key, is none of them."""

STATES: Final = Table(
    "states",
    (
        "dossier",
        "code",
        "version",
        "facts",
        "found",
        "unchanged_since",
        "next_change_at",
        "last_recorded_at",
        "trouble",
    ),
    1,
    (
        "unchanged_since",
        "next_change_at",
        "last_recorded_at",
        "trouble WHERE trouble IS NOT NULL",
    ),
)

REGISTERED: Final = Table("registered", ("position", "record", "version", "state"), 1)
"""The events of the directory and of petitions, as they stand in the log."""

META: Final = "CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) WITHOUT ROWID"


def create(table: Table, *, schema: str = "", suffix: str = "") -> str:
    """The statement that makes a table."""
    columns = ", ".join(table.columns)
    if table.key:
        key = ", ".join(table.columns[: table.key])
        return f"CREATE {schema} TABLE {table.name}{suffix} ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID"
    return f"CREATE {schema} TABLE {table.name}{suffix} (id INTEGER PRIMARY KEY, {columns})"


def indexes() -> Iterator[tuple[str, str]]:
    """(name, definition) of every index."""
    for table in (*TABLES.values(), STATES):
        for number, index in enumerate(table.indexes):
            columns, where, condition = index.partition(" WHERE ")
            yield f"{table.name}_{number}", f"{table.name} ({columns}){where}{condition}"


# ── counts ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def counts_table(counts: Counts) -> Table:
    """A table of counts: a row a cell. No value is null in it, or the cell could not be unique."""
    return Table(counts.name, (*counts.columns, "n"), len(counts.columns))


def count_all(table: Table, counts: Counts) -> str:
    """The statement that counts all rows of a table anew."""
    return (
        f"INSERT INTO {counts.name} SELECT {cell(counts, table.name)}, count(*) FROM {table.name}"
        f" WHERE {counted(counts, table.name)} GROUP BY {', '.join(map(str, range(1, len(counts.columns) + 1)))}"
    )


def count_more(counts: Counts) -> str:
    """The statement that adds to the count of a cell, or takes from it."""
    marks = ",".join("?" * (len(counts.columns) + 1))
    return (
        f"INSERT INTO {counts.name} VALUES ({marks}) ON CONFLICT DO UPDATE SET n = n + excluded.n"
    )


def counted(counts: Counts, row: str) -> str:
    """Whether a row counts, as SQL."""
    return f"ifnull({row}.{counts.given}, 0) IS NOT 0"


def cell(counts: Counts, row: str) -> str:
    """What a row is counted by, as SQL."""
    cut = {name: f"substr({row}.{name}, 1, 7)" for name in counts.months}
    return ", ".join(f"ifnull({cut.get(name, f'{row}.{name}')}, '')" for name in counts.columns)


@lru_cache
def cell_of(table: Table) -> Callable[[Row], Row | None]:
    """What a row of a table is counted by, None where it does not count: what `cell` and `counted` say as SQL."""
    counts = table.counts
    if counts is None:
        return lambda _: None
    given = table.columns.index(counts.given)
    places = [(table.columns.index(name), name in counts.months) for name in counts.columns]

    def cell_of_row(row: Row) -> Row | None:
        if not row[given]:
            return None
        return tuple(
            "" if row[i] is None else str(row[i])[:7] if month else row[i] for i, month in places
        )

    return cell_of_row

"""The tables of the read database: the projections' own, states beside them, counts over them; and the SQL common to all.

Knows the shapes that projections declare. Must not know which database they lie in, what rows mean, nor when they are written.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final

from projections import PROJECTIONS, Counts, Row, Table

SCHEMA: Final = 5
"""Version of the tables below; rows of another are made anew from the log."""

PROJECTED: Final = {table.name: table for projection in PROJECTIONS for table in projection.tables}
ROWS: Final = tuple(table for table in PROJECTED.values() if table.key)
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
    numbers=("version",),
    raw=("facts",),
)

REGISTERED: Final = Table(
    "registered",
    ("position", "record", "version", "state"),
    1,
    ("record, version",),
    numbers=("position", "version"),
    raw=("state",),
)
"""The events of the directory, of petitions and of access, as they stand in the log."""

OUTBOX: Final = Table("outbox", ("dossier", "ceased"), 0)
"""Notes of whose rows changed, and which rules ceased to be broken (with spaces between), until that is published."""

META: Final = Table("meta", ("key", "value"), 1)
"""What the rows were made by and under."""

MARKS: Final = Table("marks", ("name", "place"), 1, numbers=("place",))
"""How far the rows follow the log (`position`), how many events are in them (`events`), how many of these are of the directory and
petitions (`directory`) and how many of access (`access`), up to where a generation is filled record by record (`target`), how much of
another's feed it has taken over (`taken`), the last numbers of the feed (`feed`) and of the outbox (`outbox`), and when the counts of
each unit changed last (`infra.rows.countmarks`)."""


def counts_table(counts: Counts) -> Table:
    """A table of counts: a row a cell. No value is null in it, or the cell could not be unique."""
    numbers = (*(name for name in counts.columns if name in counts.numbers), "n")
    return Table(counts.name, (*counts.columns, "n"), len(counts.columns), numbers=numbers)


COUNTS: Final = tuple(counts_table(counts) for table in ROWS for counts in table.counts)
"""Tables of counts over rows."""

ALL: Final = (*PROJECTED.values(), STATES, REGISTERED, OUTBOX, META, MARKS, *COUNTS)


def columns_of(table: Table) -> tuple[str, ...]:
    """A table's columns; a feed's rows come with their number."""
    return table.columns if table.key else ("id", *table.columns)


def indexes() -> Iterator[tuple[str, str]]:
    """(name, definition) of every index."""
    for table in (*PROJECTED.values(), STATES, REGISTERED):
        for number, index in enumerate(table.indexes):
            columns, where, condition = index.partition(" WHERE ")
            yield f"{table.name}_{number}", f"{table.name} ({columns}){where}{condition}"


# ── counts ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def count_all(table: Table, counts: Counts) -> str:
    """The statement that counts all rows of a table anew."""
    return (
        f"INSERT INTO {counts.name} SELECT {cell(counts, table.name)}, count(*) FROM {table.name}"
        f" WHERE {counted(counts, table.name)} GROUP BY {', '.join(map(str, range(1, len(counts.columns) + 1)))}"
    )


def counted(counts: Counts, row: str) -> str:
    """Whether a row counts, as SQL."""
    given = f"{row}.{counts.given}"
    return f"{given} <> 0" if counts.given in counts.numbers else f"{given} IS NOT NULL"


def cell(counts: Counts, row: str) -> str:
    """What a row is counted by, as SQL."""
    return ", ".join(
        f"{row}.{name}"
        if name in counts.numbers
        else f"coalesce(substr({row}.{name}, 1, 7), '')"
        if name in counts.months
        else f"coalesce({row}.{name}, '')"
        for name in counts.columns
    )


def shown(counts: Counts) -> str:
    """The columns of a table of counts as the rows have them: nothing where the cell says ''."""
    return ", ".join(
        name if name in counts.numbers else f"nullif({name}, '') AS {name}"
        for name in counts.columns
    )


def shown_counts(counts: Counts, schema: str, chosen: str | None = None) -> str:
    """The stored counts as questions read them, as what stands behind FROM; `chosen`: of the units (keys) that this parameter lists."""
    some = f" WHERE unit_key {among(chosen)}" if chosen else ""
    return f"(SELECT {shown(counts)}, n FROM {schema}.{counts.name}{some}) AS {counts.name}"


@lru_cache
def cell_of(table: Table, counts: Counts) -> Callable[[Row], Row | None]:
    """What a row of a table is counted by, None where it does not count: what `cell` and `counted` say as SQL."""
    given = table.columns.index(counts.given)
    places = [(table.columns.index(name), name in counts.months) for name in counts.columns]
    uncounted = 0 if counts.given in counts.numbers else None

    def cell_of_row(row: Row) -> Row | None:
        if row[given] == uncounted:
            return None
        return tuple(
            "" if row[i] is None else str(row[i])[:7] if month else row[i] for i, month in places
        )

    return cell_of_row


# ── views that questions read ───────────────────────────────────────────────────────────────────────────────────────────

ASKED: Final = {f"asked_{table.name}": f"SELECT * FROM {table.name}" for table in ROWS} | {
    f"asked_{counts.name}": f"SELECT {shown(counts)}, n FROM {counts.name}"
    for table in ROWS
    for counts in table.counts
}
"""What a question reads where no row need be judged again: the stored rows. A temporary view of the same name hides it."""


def unsought(column: str) -> str:
    """A column as something that rows are held against, and not looked for by: SQLite (3.40) takes an index wherever it can."""
    return f"'' || {column}"


def among(parameter: str = "?") -> str:
    """What a column is asked for that must be one of several, given as `listed`."""
    return f"IN (SELECT value FROM json_each(CAST({parameter} AS TEXT)))"


def listed(values: Iterable[str]) -> str:
    """Values as one parameter."""
    return json.dumps(list(values))

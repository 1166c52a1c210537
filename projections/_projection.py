"""What a projection is, and what it needs of a database.

Knows judgements and rows. Must not know SQL or any single projection.

Rows hold only what is constant between the boundaries of a judgement: an open dossier's growing minutes are never stored,
the answers read them from `assess`. So every row is a function of the facts and of which boundaries have passed, and it does
not matter in which batches, how often or in what way they came.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from domain.assessment import Assessment

Value = str | int | bytes | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a table have these columns in common, so that no question has to count them one by one.

    What writes the rows keeps it with them. `months`: columns of dates, cut to their month. `given`: the column that counted
    rows have a value in other than null and 0. `numbers`: those of the table's that are named here.
    """

    name: str
    columns: tuple[str, ...]
    months: tuple[str, ...] = ()
    given: str = "dossier"
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of rows that belong to dossiers: its first column is `dossier`.

    `key`: how many leading columns are unique. An index is its columns, and which rows it holds: `a, b WHERE c`. Of its rows `counts`
    are kept, each by columns of its own. Columns hold text, but for `numbers` (truth is 1 or 0) and `raw` bytes.
    """

    name: str
    columns: tuple[str, ...]
    key: int
    indexes: tuple[str, ...] = ()
    counts: tuple[Counts, ...] = ()
    numbers: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A dossier with its judgement: what rows are made of."""

    dossier: str
    code: str
    assessment: Assessment
    complete: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A judgement that takes the place of an earlier one. `found`: the rules found broken before; `new`: no rows yet."""

    judged: Judged
    found: frozenset[str]
    new: bool


class Tx(Protocol):
    """The open transaction that all rows of a batch go through."""

    def replace(self, table: Table, dossiers: Sequence[str], rows: Iterable[Row], /) -> None:
        """Put these rows in the place of all rows of these dossiers."""
        ...

    def append(self, table: Table, rows: Iterable[Row], /) -> None:
        """Add rows to the end of a feed, numbered in the order of commits, without holes."""
        ...


@dataclass(frozen=True, slots=True)
class Projection:
    """One projection: its tables, and how changes become rows."""

    name: str
    tables: tuple[Table, ...]
    apply: Callable[[Sequence[Change], Tx], None]


def by_dossier(
    table: Table, rows: Callable[[Judged], Iterable[Row]]
) -> Callable[[Sequence[Change], Tx], None]:
    """`apply` of a table whose rows are made anew from each judgement."""

    def apply(changes: Sequence[Change], tx: Tx) -> None:
        known = [change.judged.dossier for change in changes if not change.new]
        tx.replace(table, known, [row for change in changes for row in rows(change.judged)])

    return apply


def text(moment: date | datetime | None) -> str | None:
    """Instants and dates as text that sorts in their order: all instants are +07:00."""
    return None if moment is None else moment.isoformat()

"""A question at (T, K): the rows as they were there, whatever the stored ones say.

The dossiers whose judgement differs at (T, K) from the stored rows are judged again by the same `assess` into temporary tables
of the same shape, by the same projections; every query then reads `asked_<table>`, a view of the stored rows but for those
dossiers, and the temporary ones. Knows SQL. Must not know what is asked.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consumers.judging import Law, State, judged, rejudged
from domain.assessment import Assessment
from domain.directory import Directory
from infra.database import Database, Parameters
from infra.tables import ROWS, cell, counted, shown
from infra.views import Views
from projections import PROJECTIONS, Counts, Row, Table

_CHUNK = 500
_NOTHING = frozenset[str]()
_AFFECTED = Table("affected", ("dossier",), 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question: SQL over `asked_…`, and judgements of single dossiers."""

    views: Views
    law: Law
    as_of: datetime
    known_at: datetime
    directory: Directory

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Any]:
        """The rows of a query over the `asked_…` views."""
        return self.views.database.rows(sql, parameters)

    def beside(self, table: Table, rows: Iterable[Row]) -> None:
        """A table of one's own beside them, as long as the question is open."""
        self.views.database.temporary(table, rows)

    def judgements(self, dossiers: Sequence[str]) -> Iterator[tuple[State, Assessment]]:
        """The judgements of these dossiers at (T, K), a few at a time, in the order given."""
        for start in range(0, len(dossiers), _CHUNK):
            chunk = dossiers[start : start + _CHUNK]
            states = self.views.states(chunk)
            for dossier in chunk:
                state = states[dossier]
                yield (
                    state,
                    judged(state.facts, self.law, self.directory, self.as_of, self.known_at),
                )

    @property
    def complete(self) -> bool:
        """Whether no dossier is stopped at a hole or an event that cannot be applied."""
        return not self.rows("SELECT 1 FROM states WHERE trouble IS NOT NULL LIMIT 1")


@contextmanager
def asked(views: Views, law: Law, as_of: datetime, known_at: datetime) -> Iterator[Asked]:
    """Open a question. What is written in it is temporary and goes with it."""
    with views.reading() as database:
        question = Asked(views, law, as_of, known_at, views.directory(known_at))
        affected = _affected(question)
        if affected:
            _hide(question, database, affected)
        yield question


def _affected(question: Asked) -> list[str]:
    """The dossiers whose stored rows may not be those at (T, K), in order."""
    if not (question.views.under(question.law) and question.directory.whole):
        found = question.rows("SELECT dossier FROM states ORDER BY 1")
    else:
        t, k = question.as_of.isoformat(), question.known_at.isoformat()
        found = question.rows(
            "SELECT dossier FROM states WHERE unchanged_since > ?"
            " UNION SELECT dossier FROM states WHERE next_change_at <= ?"
            " UNION SELECT dossier FROM states WHERE last_recorded_at > ? ORDER BY 1",
            (t, t, k),
        )
    return [row[0] for row in found]


def _hide(question: Asked, database: Database, affected: Sequence[str]) -> None:
    """Hide the stored rows of these dossiers behind what they are at (T, K)."""
    database.temporary(_AFFECTED, ((dossier,) for dossier in affected))
    then = _Then(database)
    for table in ROWS:
        database.temporary(table, (), name=f"{table.name}_then")
    for start in range(0, len(affected), _CHUNK):
        _judge_again(question, affected[start : start + _CHUNK], then)
    for table in ROWS:
        stored = f"{database.schema}.{table.name}"
        database.temporary_view(
            f"asked_{table.name}",
            f"SELECT * FROM {stored} WHERE dossier NOT IN (SELECT dossier FROM affected)"
            f" UNION ALL SELECT * FROM {table.name}_then",
        )
        if table.counts is not None:
            database.temporary_view(
                f"asked_{table.counts.name}", _counts(table.counts, table.name, database.schema)
            )


def _counts(counts: Counts, table: str, schema: str) -> str:
    """The stored counts, less the stored rows of the dossiers that are judged again, plus their temporary ones."""
    columns = cell(counts, "r")
    return (
        f"SELECT {shown(counts)}, n FROM (SELECT * FROM {schema}.{counts.name}"
        f" UNION ALL SELECT {columns}, -1 FROM affected AS a JOIN {schema}.{table} AS r ON r.dossier = a.dossier"
        f" WHERE {counted(counts, 'r')}"
        f" UNION ALL SELECT {columns}, 1 FROM {table}_then AS r WHERE {counted(counts, 'r')}) AS summands"
    )


def _judge_again(question: Asked, dossiers: Sequence[str], then: "_Then") -> None:
    results = rejudged(
        question.views.states(dossiers).values(),
        question.law,
        question.directory,
        question.as_of,
        question.known_at,
        new=_NOTHING,
    )
    changes = [change for _, change in results]
    for projection in PROJECTIONS:
        projection.apply(changes, then)


class _Then:
    """The temporary tables as projections see a transaction; no feed is written by a question."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def replace(self, table: Table, dossiers: Sequence[str], rows: Iterable[Row], /) -> None:
        self._db.temporary(table, rows, name=f"{table.name}_then")

    def append(self, table: Table, rows: Iterable[Row], /) -> None:
        pass

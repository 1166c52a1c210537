"""A question at (T, K): the rows as they were there, whatever the stored ones say.

The dossiers whose judgement differs at (T, K) from the stored rows are judged again by the same `assess` into temporary tables
of the same shape, by the same projections; every query then reads `asked_<table>`, a view of the stored rows but for those
dossiers, and the temporary ones. Knows SQL. Must not know what is asked.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consumers.judging import Law, State, judged, rejudged
from domain.assessment import Assessment
from domain.directory import Directory
from infra.views import Views
from infra.viewschema import ROWS, cell, counted, create
from projections import PROJECTIONS, Counts, Row, Table

_CHUNK = 500
_NOTHING = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question: SQL over `asked_…`, and judgements of single dossiers."""

    views: Views
    law: Law
    as_of: datetime
    known_at: datetime
    directory: Directory

    def rows(self, sql: str, parameters: Any = ()) -> list[Any]:
        """The rows of a query over the `asked_…` views."""
        return self.views.connection.execute(sql, parameters).fetchall()

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
    with views.reading() as connection:
        question = Asked(views, law, as_of, known_at, views.directory(known_at))
        try:
            _overlay(question, connection)
            yield question
        finally:
            for table in ROWS:
                connection.execute(f"DROP VIEW IF EXISTS temp.asked_{table.name}")
                connection.execute(f"DROP TABLE IF EXISTS temp.{table.name}_then")
                if table.counts is not None:
                    connection.execute(f"DROP VIEW IF EXISTS temp.asked_{table.counts.name}")
            connection.execute("DROP TABLE IF EXISTS temp.affected")


def _overlay(question: Asked, connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TEMP TABLE affected (dossier TEXT PRIMARY KEY) WITHOUT ROWID")
    t, k = question.as_of.isoformat(), question.known_at.isoformat()
    if not (question.views.under(question.law) and question.directory.whole):
        connection.execute("INSERT INTO affected SELECT dossier FROM states")
    else:
        connection.execute(
            "INSERT INTO affected SELECT dossier FROM states WHERE unchanged_since > ?"
            " UNION SELECT dossier FROM states WHERE next_change_at <= ?"
            " UNION SELECT dossier FROM states WHERE last_recorded_at > ?",
            (t, t, k),
        )
    some = connection.execute("SELECT 1 FROM affected LIMIT 1").fetchone()
    for table in ROWS:
        stored = f"SELECT * FROM main.{table.name}"
        if some:
            connection.execute(create(table, schema="TEMP", suffix="_then"))
            stored += f" WHERE dossier NOT IN (SELECT dossier FROM affected) UNION ALL SELECT * FROM {table.name}_then"
        connection.execute(f"CREATE TEMP VIEW asked_{table.name} AS {stored}")
        if table.counts is not None:
            sums = _counts(table.counts, table.name, some=some is not None)
            connection.execute(f"CREATE TEMP VIEW asked_{table.counts.name} AS {sums}")
    if some:
        _judge_again(question, connection)


def _counts(counts: Counts, table: str, *, some: bool) -> str:
    """The stored counts, less the stored rows of the dossiers that are judged again, plus their temporary ones."""
    stored = f"SELECT * FROM main.{counts.name}"
    if some:
        columns = cell(counts, "r")
        stored += (
            f" UNION ALL SELECT {columns}, -1 FROM affected AS a JOIN main.{table} AS r ON r.dossier = a.dossier"
            f" WHERE {counted(counts, 'r')}"
            f" UNION ALL SELECT {columns}, 1 FROM {table}_then AS r WHERE {counted(counts, 'r')}"
        )
    values = ", ".join(f"nullif({name}, '') AS {name}" for name in counts.columns)
    return f"SELECT {values}, n FROM ({stored})"


def _judge_again(question: Asked, connection: sqlite3.Connection) -> None:
    tx = _Then(connection)
    last = ""
    while True:
        dossiers = [
            row[0]
            for row in connection.execute(
                "SELECT dossier FROM affected WHERE dossier > ? ORDER BY dossier LIMIT ?",
                (last, _CHUNK),
            )
        ]
        if not dossiers:
            return
        last = dossiers[-1]
        states = question.views.states(dossiers).values()
        results = rejudged(
            states,
            question.law,
            question.directory,
            question.as_of,
            question.known_at,
            new=_NOTHING,
        )
        changes = [change for _, change in results]
        for projection in PROJECTIONS:
            projection.apply(changes, tx)


class _Then:
    """The temporary tables as projections see a transaction; no feed is written by a question."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._c = connection

    def replace(self, table: Table, dossiers: Sequence[str], rows: Iterable[Row], /) -> None:
        marks = ",".join("?" * len(table.columns))
        self._c.executemany(f"INSERT INTO temp.{table.name}_then VALUES ({marks})", rows)

    def append(self, table: Table, rows: Iterable[Row], /) -> None:
        pass


def listed(values: Iterable[str]) -> str:
    """Values as one parameter, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(values))

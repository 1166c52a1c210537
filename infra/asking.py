"""A question at (T, K): the rows as they were there, whatever the stored ones say.

The dossiers whose judgement differs at (T, K) from the stored rows are judged again by the same `assess` into temporary tables
of the same shape, by the same projections; every query then reads `asked_<table>`, a view of the stored rows but for those
dossiers, and the temporary ones. Of both only what the Store's scope shows (`infra.scoping`). Knows SQL. Must not know what is asked.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consumers.judging import Law, State, judged, rejudged
from domain.assessment import Assessment
from domain.directory import Directory
from domain.values import UnitKey
from infra.database import Database, Parameters
from infra.scoping import Within, within
from infra.tables import ROWS, cell, counted, shown
from infra.views import Views
from infra.wiring import Store
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
    within: Within | None
    """What the asker is shown; None: everything."""

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
        return not self.rows(
            f"SELECT 1 FROM states WHERE trouble IS NOT NULL{_and_shown(self)} LIMIT 1"
        )

    def shows(self, unit: UnitKey) -> bool:
        """Whether anything of a unit is shown."""
        return self.within is None or unit in self.within.shown

    def shows_whole(self, unit: UnitKey) -> bool:
        """Whether all of a unit is shown, so that it can be judged as a whole."""
        return self.within is None or unit in self.within.units


@contextmanager
def asked(store: Store, as_of: datetime, known_at: datetime) -> Iterator[Asked]:
    """Open a question, within the Store's scope. What is written in it is temporary and goes with it."""
    views = store.views
    with views.reading() as database:
        limits = within(store, database)
        directory = views.directory(known_at)
        question = Asked(views, store.law, as_of, known_at, directory, limits)
        affected = _affected(question)
        if affected:
            _hide(question, database, affected)
        elif limits is not None:
            limits.hide(database, ROWS)
        yield question


def _and_shown(question: Asked) -> str:
    """What narrows a condition on `dossier` to what is shown."""
    return "" if question.within is None else f" AND {question.within.dossier}"


def _affected(question: Asked) -> list[str]:
    """The dossiers whose stored rows may not be those at (T, K), in order."""
    if not (question.views.under(question.law) and question.directory.whole):
        found = question.rows(f"SELECT dossier FROM states WHERE 1 = 1{_and_shown(question)}")
    else:
        t, k = question.as_of.isoformat(), question.known_at.isoformat()
        shown = _and_shown(question)
        found = question.rows(
            f"SELECT dossier FROM states WHERE unchanged_since > ?{shown}"
            f" UNION SELECT dossier FROM states WHERE next_change_at <= ?{shown}"
            f" UNION SELECT dossier FROM states WHERE last_recorded_at > ?{shown}",
            (t, t, k),
        )
    # Sorted here: asked to sort, SQLite (3.40) reads all states in the order of their key, facts and all, instead of three indexes.
    return sorted(row[0] for row in found)


def _hide(question: Asked, database: Database, affected: Sequence[str]) -> None:
    """Hide the stored rows of these dossiers behind what they are at (T, K)."""
    database.temporary(_AFFECTED, ((dossier,) for dossier in affected))
    then = _Then(database)
    for table in ROWS:
        database.temporary(table, (), name=f"{table.name}_then")
    for start in range(0, len(affected), _CHUNK):
        _judge_again(question, affected[start : start + _CHUNK], then)
    for table in ROWS:
        stored = _stored(question, database, table)
        database.temporary_view(
            f"asked_{table.name}",
            f"SELECT * FROM {stored} WHERE dossier NOT IN (SELECT dossier FROM affected)"
            f" UNION ALL SELECT * FROM {table.name}_then",
        )
        if table.counts is not None:
            whole = f"{database.schema}.{table.counts.name}"
            all_counted = (
                whole if question.within is None else question.within.counts(table, table.counts)
            )
            database.temporary_view(
                f"asked_{table.counts.name}",
                _counts(table.counts, table.name, database.schema, all_counted),
            )


def _stored(question: Asked, database: Database, table: Table) -> str:
    """The stored rows that are shown."""
    if question.within is None:
        return f"{database.schema}.{table.name}"
    return question.within.rows(table)


def _counts(counts: Counts, table: str, schema: str, stored: str) -> str:
    """The stored counts, less the stored rows of the dossiers that are judged again, plus their temporary ones."""
    columns = cell(counts, "r")
    return (
        f"SELECT {shown(counts)}, n FROM (SELECT * FROM {stored}"
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

"""A question at (T, K): the rows as they were there, whatever the stored ones say.

The dossiers whose judgement differs at (T, K) from the stored rows, or from those of a picture that the Store has (`infra.rows.pictures`),
are judged again by the same `assess` into temporary tables of the same shape, by the same projections; every query then reads
`asked_<table>`, a view of the stored rows, or the picture's, but for those dossiers, and the temporary ones. Of both only what the
Store's scope shows (`infra.scoping`). Knows SQL. Must not know what is asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from consumers.judging import Law, State, judged, rejudged
from domain.assessment import Assessment
from domain.directory import Directory
from domain.values import UnitKey
from infra.rows.bases import Base, stored
from infra.rows.database import Database, Parameters
from infra.rows.keptlines import Mark
from infra.rows.tables import ROWS, among, cell, counted, listed, shown
from infra.rows.unitrows import COUNTED
from infra.rows.views import Views
from infra.scoping import Within, within
from infra.wiring import Store
from projections import PROJECTIONS, Counts, Row, Table

_CHUNK = 500
_NOTHING = frozenset[str]()
_AFFECTED = Table("affected", ("dossier",), 1)


class FarPast(Exception):
    """More dossiers than a question may judge again differ at T and K (None: now) from the rows that there are."""

    def __init__(self, as_of: datetime | None, known_at: datetime | None) -> None:
        super().__init__(as_of, known_at)
        self.as_of, self.known_at = as_of, known_at


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
    again: bool = False
    """Whether it is asked of other rows than those that are stored: of a picture, or of dossiers that are judged again."""

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Any]:
        """The rows of a query over the `asked_…` views."""
        return self.views.database.rows(sql, parameters)

    def of_units(self, sql: str, values: Mapping[str, object]) -> list[Any]:
        """The rows of a query over the counts of dossiers (COUNTED) that begins with their unit; kept where they are as stored."""
        if not self.again and self.within is None:
            return self.views.memory.unit_rows.rows(self.views.database, sql, values)
        return self.rows(sql.replace(COUNTED, "asked_received"), values)

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

    def marks(self, dossiers: Iterable[str]) -> Mapping[str, Mark]:
        """What the stored rows of these dossiers are of; none where others are asked."""
        if self.again:
            return {}
        sql = f"SELECT dossier, version, unchanged_since, next_change_at FROM states WHERE dossier {among()}"
        return {dossier: tuple(mark) for dossier, *mark in self.rows(sql, (listed(dossiers),))}

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
    """Open a question, within the Store's scope. What is written in it is temporary and goes with it.

    FarPast where the Store limits how many dossiers a question about the past judges again, and these are more.
    """
    views = store.views
    with views.reading() as database:
        limits = within(store, database)
        directory = views.directory(known_at)
        question = Asked(views, store.law, as_of, known_at, directory, limits)
        base, affected = _nearest(store, question)
        if affected or limits is not None or not base.present:
            _show(question, database, base, affected)
        yield replace(question, again=bool(affected) or not base.present)


def _and_shown(question: Asked) -> str:
    """What narrows a condition on `dossier` to what is shown."""
    return "" if question.within is None else f" AND {question.within.dossier}"


def _nearest(store: Store, question: Asked) -> tuple[Base, list[str]]:
    """The rows to begin from, and the dossiers whose rows there may not be those at (T, K), in order: the fewest."""
    now = question.as_of >= store.now and question.known_at >= store.now
    most = None if now else store.at_once
    base = stored(store.views.database.schema)
    under = question.views.judged_as(question.law, question.known_at)
    best = base, _affected(question, base, most, all_of_them=not under)
    picture = store.picture
    if picture is not None and picture.rests_on(question.directory):
        affected = _affected(question, picture.base, most)
        if affected is not None and (best[1] is None or len(affected) < len(best[1])):
            changed = _those_shown(question, picture.changed())
            best = picture.base, sorted({*affected, *changed})
    if best[1] is None or (most is not None and len(best[1]) > most):
        # A picture of now serves every K ahead: little is recorded ahead. By a T ahead much will have come due.
        as_of = None if question.as_of == store.now else question.as_of
        known_at = None if question.known_at >= store.now else question.known_at
        raise FarPast(as_of, known_at)
    return best[0], best[1]


def _affected(
    question: Asked, base: Base, most: int | None, *, all_of_them: bool = False
) -> list[str] | None:
    """The dossiers whose rows may not be those at (T, K), in order; None where they are more than `most`."""
    conditions = ("1 = 1",) if all_of_them else base.outdated
    shown = _and_shown(question)
    found = " UNION ALL ".join(
        f"SELECT dossier FROM {base.of(base.states)} WHERE {condition}{shown}"
        for condition in conditions
    )
    # Each may be found once by every condition.
    enough = None if most is None else most * len(conditions) + 1
    rows = question.rows(
        found if enough is None else f"SELECT dossier FROM ({found}) AS f LIMIT {enough}",
        {"t": question.as_of.isoformat(), "k": question.known_at.isoformat()},
    )
    if len(rows) == enough:
        return None
    # Sorted here: asked to sort, SQLite (3.40) reads all states in the order of their key, facts and all, instead of three indexes.
    return sorted({row[0] for row in rows})


def _those_shown(question: Asked, dossiers: Sequence[str]) -> Sequence[str]:
    if question.within is None or not dossiers:
        return dossiers
    sql = f"SELECT dossier FROM states WHERE dossier {among(':some')}{_and_shown(question)}"
    return [row[0] for row in question.rows(sql, {"some": listed(dossiers)})]


def _show(question: Asked, database: Database, base: Base, affected: Sequence[str]) -> None:
    """Let `asked_…` be the rows of the base that are shown, those of the affected dossiers as they are at (T, K)."""
    if affected:
        database.temporary(_AFFECTED, ((dossier,) for dossier in affected))
        then = _Then(database)
        for table in ROWS:
            database.temporary(table, (), name=f"{table.name}_then")
        for start in range(0, len(affected), _CHUNK):
            _judge_again(question, affected[start : start + _CHUNK], then)
    limits = question.within
    for table in ROWS:
        rows = base.of(table.name) if limits is None else limits.rows(table, base)
        but_affected = (
            " WHERE dossier NOT IN (SELECT dossier FROM affected)"
            f" UNION ALL SELECT * FROM {table.name}_then"
        )
        database.temporary_view(
            f"asked_{table.name}", f"SELECT * FROM {rows}{but_affected if affected else ''}"
        )
        for counts in table.counts:
            cells = base.of(counts.name) if limits is None else limits.counts(table, counts, base)
            if affected:
                cells = _less_affected(counts, table.name, base, cells)
            database.temporary_view(
                f"asked_{counts.name}", f"SELECT {shown(counts)}, n FROM {cells}"
            )


def _less_affected(counts: Counts, table: str, base: Base, all_counted: str) -> str:
    """Counts, less the base's rows of the dossiers that are judged again, plus their temporary ones, as what stands behind FROM."""
    columns = cell(counts, "r")
    return (
        f"(SELECT * FROM {all_counted}"
        f" UNION ALL SELECT {columns}, -1 FROM affected AS a JOIN {base.of(table)} AS r ON r.dossier = a.dossier"
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

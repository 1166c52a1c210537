"""A picture: the rows of all dossiers as they were at a past (T, K), in temporary tables of one connection, for question after question.

Beside each dossier's rows stands what they are true of: a version, and a span of T and of K (`infra.rows.bases.PICTURED`). A question begins
from them as it begins from the stored rows, and judges again what is otherwise (`infra.questions.asking`); `follow` takes that into the picture. So
a picture never says anything but what judging everything anew would, whatever is recorded later, in whatever order.
Knows SQL and judgements. Must not know what is asked, nor who keeps pictures and for how long.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from consumers.judging import Law, State, constant, rejudged
from consumers.project import BATCH, is_dossier
from domain.directory import NOBODY, Directory
from infra.eventlog import EventLog
from infra.garbage import seldom_collecting
from infra.rows.bases import PICTURED, Base, pictured, stored
from infra.rows.database import Database
from infra.rows.generations import Generations
from infra.rows.tables import COUNTS, ROWS, among, cell, counted, listed
from infra.rows.views import Views
from infra.sharing import shared_out
from projections import PROJECTIONS, Change, Counts, Row, Table
from projections.feed import FEED

Done = Callable[[int, int], None]
"""Told how many dossiers are judged, of how many."""

_PART: Final = 500
"""Dossiers that are judged and stored at once: a tenth of a second's work."""
_WORTH_PROCESSES: Final = 10_000
"""Dossiers from which on other processes help: below, starting them takes longer than they save."""
_NICE: Final = 10
"""By how much those processes let others go first: people are waiting for answers meanwhile."""
_NOTHING: Final = frozenset[str]()
_TABLES: Final = (PICTURED, *ROWS, *COUNTS)


class Job(NamedTuple):
    """What a process must know to judge a part: everything but the part."""

    generations: Generations
    generation: int
    law: Law
    as_of: datetime
    known_at: datetime
    directory: Directory = NOBODY


class Picture:
    """The rows of all dossiers as they were, in temporary tables of a generation's connection, which nobody else may use meanwhile."""

    def __init__(self, views: Views, log: EventLog, law: Law) -> None:
        self._views, self._log, self._law = views, log, law
        self._db: Database = views.database
        self.base: Base = pictured(self._db.temporary_schema)
        self._directory: Directory | None = None
        self._read = 0
        """Up to where the log has been read for what changed since."""
        self._awaited: dict[str, int] = {}
        """Of each dossier that the picture may not have so: the highest version that the log has shown."""
        self._stopped: set[str] = set()

    def rests_on(self, directory: Directory) -> bool:
        """Whether what is registered is, as far as judgements rest on it, what the rows were judged by."""
        return self._directory is not None and self._directory.judges_as(directory)

    def changed(self) -> Sequence[str]:
        """The dossiers that have other versions now than those that their rows were made from. Within a transaction."""
        # What is looked for was appended to the log since, or stood or stands still.
        self._read_on()
        some = sorted({*self._awaited, *self._stopped, *self._views.stopped()})
        if not some:
            return []
        then, now = (
            dict(
                self._db.rows(
                    f"SELECT dossier, version FROM {table} WHERE dossier {among()}", (listed(some),)
                )
            )
            for table in (self._of(PICTURED), "states")
        )
        self._awaited = {
            dossier: version
            for dossier, version in self._awaited.items()
            if then.get(dossier, 0) < version
        }
        return [dossier for dossier in some if now.get(dossier) != then.get(dossier)]

    def _read_on(self) -> None:
        """Read what came to the log. Whoever projects may come to it in another order, and later."""
        while lines := self._log.select(self._read, BATCH):
            for _, record, version, _ in lines:
                if is_dossier(record):
                    self._awaited[record] = max(version, self._awaited.get(record, 0))
            self._read = lines[-1][0]

    def follow(self, as_of: datetime, known_at: datetime, most: int) -> bool:
        """Take in what is otherwise at (T, K); False, and nothing is taken in, where that are more dossiers than `most`."""
        with self._db.aside():
            directory = self._views.directory(known_at)
            if not self.rests_on(directory):
                return False
            outdated = " UNION ALL ".join(
                f"SELECT dossier FROM {self._of(PICTURED)} WHERE {condition}"
                for condition in self.base.outdated
            )
            rows = self._db.rows(
                f"SELECT dossier FROM ({outdated}) AS o LIMIT {most * len(self.base.outdated) + 1}",
                {"t": as_of.isoformat(), "k": known_at.isoformat()},
            )
            some = sorted({*(row[0] for row in rows), *self.changed()})
            if len(some) > most:
                return False
            for part in _parts(some):
                states = self._views.states(part).values()
                self._replace(part, rows_of(states, self._law, directory, as_of, known_at))
            stopped = self._views.stopped()
        self._stopped = set(stopped)
        return True

    def make(self, job: Job, done: Done) -> None:
        """Fill the picture: what is stored is taken over where it was so at (T, K), all else is judged, by several processes where that is much."""
        self._read = self._reached()
        with self._db.aside():
            job = job._replace(directory=self._views.directory(job.known_at))
            for table in _TABLES:
                self._db.temporary(table, (), name=self._name(table))
            if self._views.judged_as(self._law, job.known_at):
                self._take_over(job.as_of, job.known_at)
            rest = [
                row[0]
                for row in self._db.rows(
                    f"SELECT dossier FROM states WHERE dossier NOT IN (SELECT dossier FROM {self._of(PICTURED)})"
                )
            ]
            stopped = self._views.stopped()
        self._stopped = set(stopped)
        parts = list(_parts(sorted(rest)))
        with closing(_judged(job, parts, self._views)) as judged:
            for number, rows in enumerate(judged, 1):
                with self._db.aside():
                    self._insert(rows)
                done(min(number * _PART, len(rest)), len(rest))
        self._read_on()  # here, where nobody waits: it may be much
        with self._db.aside():
            for table in (PICTURED, *ROWS):
                self._db.index_temporary(table, self._name(table))
                for counts in table.counts:
                    self._count(table, counts, 1)
            self.changed()  # most of what was read is in it
        self._directory = job.directory

    def _reached(self) -> int:
        """A position up to which all events of the log are in the rows, but for those of dossiers that stand still."""
        with self._views.reading():
            events, position = self._views.events(), self._views.position()
        # Positions have no holes: the log had no more events when as many were in the rows.
        last = self._log.max_position()
        return last if events == last else position

    # ── its tables ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _name(self, table: Table) -> str:
        return f"{self.base.prefix}{table.name}"

    def _of(self, table: Table) -> str:
        return self.base.of(table.name)

    def _take_over(self, as_of: datetime, known_at: datetime) -> None:
        """The stored rows of those dossiers whose rows are what they were."""
        now = stored(self._db.schema)
        self._db.rows(
            f"INSERT INTO {self._of(PICTURED)}"
            " SELECT dossier, version, unchanged_since, next_change_at, last_recorded_at, CAST(NULL AS TEXT)"
            f" FROM {now.of(now.states)} WHERE NOT ("
            + " OR ".join(f"coalesce({condition}, 1 = 0)" for condition in now.outdated)
            + ")",
            {"t": as_of.isoformat(), "k": known_at.isoformat()},
        )
        for table in ROWS:
            columns = ", ".join(table.columns)
            self._db.rows(
                f"INSERT INTO {self._of(table)} ({columns}) SELECT {columns} FROM {now.of(table.name)}"
                f" WHERE dossier IN (SELECT dossier FROM {self._of(PICTURED)})"
            )

    def _insert(self, rows: Mapping[str, Iterable[Row]]) -> None:
        for table in (PICTURED, *ROWS):
            self._db.temporary(table, rows.get(table.name, ()), name=self._name(table))

    def _replace(self, dossiers: Sequence[str], rows: Mapping[str, Iterable[Row]]) -> None:
        some = listed(dossiers)
        for table in ROWS:
            for counts in table.counts:
                self._count(table, counts, -1, some)
        for table in (PICTURED, *ROWS):
            self._db.rows(f"DELETE FROM {self._of(table)} WHERE dossier {among()}", (some,))
        self._insert(rows)
        for table in ROWS:
            for counts in table.counts:
                self._count(table, counts, 1, some)

    def _count(self, table: Table, counts: Counts, each: int, some: str | None = None) -> None:
        """Count `each` row so many times; of some dossiers, or all."""
        of = "1 = 1" if some is None else f"r.dossier {among(':some')}"
        columns = ", ".join(counts.columns)
        by = ", ".join(map(str, range(1, len(counts.columns) + 1)))
        self._db.rows(
            f"INSERT INTO {self.base.of(counts.name)} AS c SELECT {cell(counts, 'r')}, {each} * count(*)"
            f" FROM {self._of(table)} AS r WHERE {counted(counts, 'r')} AND {of} GROUP BY {by}"
            f" ON CONFLICT ({columns}) DO UPDATE SET n = c.n + excluded.n",
            {"some": some},
        )


def _parts(dossiers: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(dossiers), _PART):
        yield dossiers[start : start + _PART]


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def rows_of(
    states: Iterable[State], law: Law, directory: Directory, as_of: datetime, known_at: datetime
) -> Mapping[str, list[Row]]:
    """The rows of these dossiers at (T, K), by table, and what they are true of."""
    results = rejudged(states, law, directory, as_of, known_at, new=_NOTHING)
    changes = [change for _, change in results]
    made = _Made()
    for projection in PROJECTIONS:
        if projection is not FEED:
            projection.apply(changes, made)
    made.rows[PICTURED.name] += [
        _true_of(state, change, law, as_of, known_at) for state, change in results
    ]
    return dict(made.rows)


def _true_of(state: State, change: Change, law: Law, as_of: datetime, known_at: datetime) -> Row:
    recorded = [fact.recorded_at for _, fact in state.facts]
    spans = (
        *constant(change.judged.assessment, law, as_of),
        max((moment for moment in recorded if moment <= known_at), default=None),
        min((moment for moment in recorded if moment > known_at), default=None),
    )
    return state.dossier, state.version, *(None if at is None else at.isoformat() for at in spans)


class _Made:
    """What the projections write, kept instead of stored."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = defaultdict(list)

    def replace(self, table: Table, dossiers: Sequence[str], rows: Iterable[Row], /) -> None:
        self.rows[table.name] += rows

    def append(self, table: Table, rows: Iterable[Row], /) -> None:
        raise AssertionError(table.name)  # a picture has no feed


def _judged(
    job: Job, parts: Sequence[Sequence[str]], views: Views
) -> Generator[Mapping[str, list[Row]], None, None]:
    """The rows of each part in their order, judged here or by a process for each processor."""
    workers = os.cpu_count() or 1
    if len(parts) * _PART < _WORTH_PROCESSES or workers == 1:
        return (_of_part(job, views, part) for part in parts)
    return shared_out(partial(_judging, job), parts, workers)


def _judging(job: Job) -> Callable[[Sequence[str]], Mapping[str, list[Row]]]:
    """What judges parts in a process of its own."""
    os.nice(_NICE)
    views = job.generations.opened(job.generation, job.law, there=True)
    return partial(_of_part, job, views)


def _of_part(job: Job, views: Views, part: Sequence[str]) -> Mapping[str, list[Row]]:
    with seldom_collecting():
        states = views.states(part).values()
        return rows_of(states, job.law, job.directory, job.as_of, job.known_at)

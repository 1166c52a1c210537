"""A generation filled from the log: each dossier is judged once, by several processes where there is much to do.

Knows processes and the order in which their parts are stored. Must not know what rows mean. A part is the events of records that
lie side by side; parts are stored in their order, so a filling that was killed goes on after the last one stored.
"""

import multiprocessing
import os
import signal
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from itertools import groupby
from threading import Thread
from typing import Final, NamedTuple

from consumers import deadlines, project
from consumers.judging import Law, State, rejudged
from consumers.project import folded, is_dossier
from domain.directory import Directory
from infra.errors import CannotRun
from infra.eventlog import EventLog
from infra.garbage import seldom_collecting
from infra.states import stored_state
from infra.views import Part, Views
from infra.wiring import Progress
from projections import Row, Table

_RECORDS: Final = 1_000
"""Records in a part: a tenth of a second's work, some megabytes of rows."""

_WORTH_PROCESSES: Final = 50_000
"""Events from which on other processes help: below, starting them takes longer than they save."""

_AHEAD: Final = 3
"""Parts a process that may be judged before they can be stored: enough that none waits, few enough to hold in memory."""


class Job(NamedTuple):
    """What a process must know to judge a part: everything but the part."""

    log: Callable[[], EventLog]
    law: Law
    directory: Directory
    now: datetime
    target: int


Range = tuple[str, str]
"""Record ids: after the first, up to and including the second."""


def fill(log: EventLog, views: Views, law: Law, now: datetime, progress: Progress) -> None:
    """Fill a generation from the log, with all that comes meanwhile, and let time pass."""
    target = views.target(log.max_position())
    with views.writing() as tx:
        # The directory first: judgements need it.
        tx.register([line for line in log.not_dossiers() if line[0] <= target])
        directory = tx.directory(now)
    done = views.filled_events()
    ranges = _ranges(log, views.filled_to())
    with seldom_collecting():
        for part in _judged(Job(log.reopened, law, directory, now, target), log, ranges):
            views.fill(part)
            done += part.events
            progress("rebuild", done, target)
    progress("index", 0, None)
    views.fill_ended(target)
    follow(log, views, law, now)


def follow(source: project.Source, views: Views, law: Law, now: datetime) -> None:
    """Project what came meanwhile, and let time pass."""
    while project.step(source, views, law, now):
        pass
    deadlines.pass_time(views, law, now)


def _ranges(log: EventLog, after: str) -> list[Range]:
    """The records after one, side by side, so many to a range."""
    ends: list[str] = []
    number = 0
    for number, record in enumerate(log.record_ids(after), 1):
        if number % _RECORDS == 1:
            ends.append(record)
        ends[-1] = record
    return list(zip([after, *ends], ends, strict=False))


def _judged(job: Job, log: EventLog, ranges: Sequence[Range]) -> Iterator[Part]:
    """The parts in their order, judged here or by a process for each processor."""
    workers = os.cpu_count() or 1
    if job.target < _WORTH_PROCESSES or workers == 1:
        yield from (judged_part(job, log, span) for span in ranges)
        return
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(job,)
    )
    try:
        yield from _in_order(pool, ranges, workers * _AHEAD)
    except BrokenProcessPool as broken:
        raise CannotRun(
            "a process that was judging died, perhaps for want of memory; run the command again, it goes on where it was",
            code="process_died",
        ) from broken
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, ranges: Iterable[Range], most: int) -> Iterator[Part]:
    pending: deque[Future[Part]] = deque()
    for span in ranges:
        pending.append(pool.submit(_judge_here, span))
        if len(pending) >= most:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


def judged_part(job: Job, log: EventLog, span: Range) -> Part:
    """The records of a range up to the target position, each judged once, as rows."""
    lines = log.records(*span)
    events = 0
    states: list[State] = []
    for record, of_record in groupby(lines, key=lambda line: line[1]):
        tail = list(of_record)
        events += len(tail)
        if is_dossier(record):
            state = folded(None, record, [line for line in tail if line[0] <= job.target])
            if state.facts or state.trouble:
                states.append(state)
    results = rejudged(
        states, job.law, job.directory, job.now, job.now, new=frozenset(s.dossier for s in states)
    )
    kept = _Kept()
    project.write(kept, results, feed=False)
    return Part(span[1], events, kept.states, kept.rows)


class _Kept:
    """What the projections write, kept to be stored by another process."""

    def __init__(self) -> None:
        self.states: list[Row] = []
        self.rows: dict[str, list[Row]] = defaultdict(list)

    def keep(self, states: Iterable[State], /) -> None:
        self.states += map(stored_state, states)

    def replace(self, table: Table, dossiers: Sequence[str], rows: Iterable[Row], /) -> None:
        self.rows[table.name] += rows

    def append(self, table: Table, rows: Iterable[Row], /) -> None:
        self.rows[table.name] += rows


# ── in a process of its own ─────────────────────────────────────────────────────────────────────────────────────────────

_here: list[tuple[Job, EventLog]] = []
"""What this process was started with."""


def _begin(job: Job) -> None:
    """Whoever is interrupted is the process that stores; this one ends with it, however that one ends."""
    for asked in (signal.SIGINT, signal.SIGTERM):  # a terminal and a supervisor ask the whole group
        signal.signal(asked, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _here.append((job, job.log()))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _judge_here(span: Range) -> Part:
    job, log = _here[0]
    with seldom_collecting():
        return judged_part(job, log, span)

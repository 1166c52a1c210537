"""A generation filled from the log: each dossier is judged once, by several processes where there is much to do.

Knows parts and the order in which they are stored. Must not know what rows mean. A part is the events of records that
lie side by side; parts are stored in their order, so a filling that was killed goes on after the last one stored. A dossier that
cannot be judged is set back within its part; where the tables do not take a part, its dossiers are stored one by one.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Final, NamedTuple

from consumers import deadlines, project
from consumers.isolation import isolated, judged_apart
from consumers.judging import Law, State, rejudged
from consumers.poison import FAULTS
from consumers.project import folded, is_dossier
from consumers.writing import write
from domain.directory import Directory
from infra.eventlog import EventLog
from infra.garbage import seldom_collecting
from infra.rows.kept import Kept
from infra.rows.views import Part, Views
from infra.sharing import shared_out
from infra.wiring import Progress

_RECORDS: Final = 1_000
"""Records in a part: a tenth of a second's work, some megabytes of rows."""

_WORTH_PROCESSES: Final = 50_000
"""Events from which on other processes help: below, starting them takes longer than they save."""


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
        lines = project.readable(line for line in log.not_dossiers() if line[0] <= target)
        tx.register(line for line, _ in lines)
        directory = tx.directory(now)
    done = views.filled_events()
    ranges = _ranges(log, views.filled_to())
    job = Job(log.reopened, law, directory, now, target)
    with seldom_collecting():
        for span, part in zip(ranges, _judged(job, log, ranges), strict=True):
            try:
                views.fill(part)
            except FAULTS:
                _fill_apart(job, log, span, views)
            done += part.events
            progress("rebuild", done, target)
    progress("index", 0, None)
    views.fill_ended(target)
    follow(log, views, law, now)


def _fill_apart(job: Job, log: EventLog, span: Range, views: Views) -> None:
    """Store a part that the tables do not take, but for what they do not take of it."""
    _, states = _folded(job, log, span)
    judged_apart(views, {}, states, job.law, job.now)
    views.filled_apart(span[1])


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
    yield from shared_out(partial(_judging, job), ranges, workers)


def _judging(job: Job) -> Callable[[Range], Part]:
    """What judges parts in a process of its own."""
    log = job.log()

    def judge(span: Range) -> Part:
        with seldom_collecting():
            return judged_part(job, log, span)

    return judge


def judged_part(job: Job, log: EventLog, span: Range) -> Part:
    """The records of a range up to the target position, each judged once, as rows."""
    events, states = _folded(job, log, span)
    kept = Kept()

    def store(some: Sequence[State]) -> int:
        new = frozenset(state.dossier for state in some)
        made = Kept()
        results = rejudged(some, job.law, job.directory, job.now, job.now, new=new)
        write(made, results, feed=False)
        kept.more(made)
        return len(some)

    isolated(states, store)
    return Part(span[1], events, kept.states, kept.rows)


def _folded(job: Job, log: EventLog, span: Range) -> tuple[int, list[State]]:
    """The dossiers of a range as they are at the target position; how many events the range has."""
    events = 0
    states: list[State] = []
    for record, of_record in groupby(log.records(*span), key=lambda line: line[1]):
        tail = list(of_record)
        events += len(tail)
        if is_dossier(record):
            state = folded(None, record, [line for line in tail if line[0] <= job.target])
            if state.facts or state.trouble:
                states.append(state)
    return events, states

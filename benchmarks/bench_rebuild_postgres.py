"""Filling a generation on PostgreSQL with a process for each processor, at two sizes: the rate, and whether memory stays flat.

    python -m benchmarks.bench_rebuild_postgres --events 100000 --copies 1 4 --runs 3

The log is life of so many events, imported, and the same again under other codes, as in bench_rebuild; the server makes the
copies, and hashes are not looked at here. Each run is a process of its own, so that its peaks are its own. The baseline, in the
same run, is one pass over 50,000 events of the log that decodes each.
"""

import argparse
import multiprocessing
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from statistics import median
from typing import NamedTuple

from benchmarks.installation import Installation, installation
from domain import events
from infra.rebuilding.filling import fill
from infra.wiring import clock
from tests.support.postgres import asked, opened_in
from tests.support.stores import quiet

_GENERATION = 2
_DECODED = 50_000
_FIRST = "CREATE UNLOGGED TABLE IF NOT EXISTS first AS SELECT * FROM log.stored_events"
_LAST = "SELECT max(notification_id) FROM log.stored_events"
_AGAIN = f"""
INSERT INTO log.stored_events
SELECT replace(replace(originator_id, 'H40', %(other)s), 'h40', lower(%(other)s)), originator_version, topic,
  convert_to(replace(convert_from(state, 'UTF8'), 'H40', %(other)s), 'UTF8'), notification_id + ({_LAST})
FROM first ORDER BY notification_id
"""


class Filled(NamedTuple):
    """Events filled and decoded a second; peaks, in MiB, of the process that stores and of the largest that judges."""

    rate: float
    decoding: float
    storing: int
    judging: int


def _grown(place: Installation, copies: range) -> None:
    with asked(place.url) as connection:
        connection.execute(_FIRST)
        for copy in copies:
            connection.execute(_AGAIN, {"other": f"H{40 + copy}"})
        connection.execute("ANALYZE log.stored_events")


def _filled(url: str) -> Filled:
    """In a process of its own."""
    with opened_in(url, clock()) as store:
        start, decoded, at = time.perf_counter(), 0, 0
        while decoded < _DECODED and (part := store.log.select(at, 5_000)):
            for _, _, _, state in part:
                events.decode(state)
            at, decoded = part[-1][0], decoded + len(part)
        decoding = decoded / (time.perf_counter() - start)
        count = store.log.max_position()
        start = time.perf_counter()
        with closing(store.generations.opened(_GENERATION, store.law)) as views:
            fill(store.log, views, store.law, store.now, quiet)
            took = time.perf_counter() - start
            assert views.events() == count
        store.generations.drop(_GENERATION)
    return Filled(
        count / took, decoding, _peak(resource.RUSAGE_SELF), _peak(resource.RUSAGE_CHILDREN)
    )


def _peak(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024


def _run(url: str) -> Filled:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_filled, url).result()


def _tell(place: Installation, runs: Sequence[Filled]) -> None:
    with asked(place.url) as connection:
        ((count,),) = connection.execute(_LAST).fetchall()
    rate = median(run.rate for run in runs)
    over = median(run.rate / run.decoding for run in runs)
    print(
        f"filling {count:>10,} events {rate:>10,.0f} events/s, {over:.2f} x decoding on one core;",
        end=" ",
    )
    print(
        f"peak of the process that stores {max(run.storing for run in runs):,} MiB,"
        f" of those that judge {max(run.judging for run in runs):,} MiB;"
        f" PostgreSQL's largest {place.postgres.peak_mib():,} MiB",
        flush=True,
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000, help="that are imported")
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 4], help="sizes, ascending")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with installation() as place:
        place.filled(options.events)
        there = 1
        for copies in options.copies:
            _grown(place, range(there, copies))
            there = copies
            _tell(place, [_run(place.url) for _ in range(options.runs)])


if __name__ == "__main__":
    main()

"""Append to visible row: one fact at a time in an idle installation, with a relay and one projecting worker as processes.

    python -m benchmarks.bench_latency --facts 300

Three moments of each fact: stored in the log, acknowledged by Kafka and noted by the relay, in the committed row of its
dossier. They are looked for every millisecond or so, so each is too long by that. Facts come at random moments, so that none
keeps step with a loop of the product.
"""

import argparse
import random
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from statistics import median, quantiles
from typing import Any, NamedTuple

import psycopg

from benchmarks.installation import OPENED, SHARED_OUT, Installation, Seen, installation, new_group
from benchmarks.life import UNITS, lines
from benchmarks.processes import running
from domain import events
from domain.engine import Stored
from infra.wiring import Store, clock
from tests.support.postgres import asked, opened_in

_WARM = 200
"""Facts before those that are measured: caches are full, the directory is known."""
_PATIENCE = 30
_LOOK_SECONDS = 0.001
_SQL = "SELECT version FROM views_1.states WHERE dossier = %s"


class Way(NamedTuple):
    """Seconds from before the fact is handed to the engine until it is so far."""

    appended: float
    relayed: float
    visible: float


class Watcher:
    """Hands facts to the engine and looks where they are."""

    def __init__(self, store: Store, seen: Seen, connection: psycopg.Connection[Any]) -> None:
        self._store, self._seen, self._connection = store, seen, connection

    def record(self, line: bytes) -> Stored:
        (outcome,) = self._store.engine.record([events.read(line, recorded_at=clock())])
        assert isinstance(outcome, Stored), outcome
        return outcome

    def way(self, line: bytes) -> Way:
        began = time.perf_counter()
        stored = self.record(line)
        appended = time.perf_counter() - began
        relayed = None
        while (since := time.perf_counter() - began) < _PATIENCE:
            if relayed is None and self._seen.relayed() >= stored.position:
                relayed = since
            row = self._connection.execute(_SQL, (stored.dossier,)).fetchone()
            if row is not None and row[0] >= stored.version:
                visible = time.perf_counter() - began
                return Way(appended, visible if relayed is None else relayed, visible)
            time.sleep(_LOOK_SECONDS)
        raise RuntimeError(f"not visible after {_PATIENCE} s: {stored}")


def _ways(place: Installation, facts: int) -> Generator[Way, None, None]:
    """Of so many facts; the processes end with the iterator."""
    with ExitStack() as stack:
        (relay,) = stack.enter_context(running([place.relaying()]))
        relay.until_said(OPENED)
        (worker,) = stack.enter_context(running(place.projecting(1, new_group())))
        worker.until_said(SHARED_OUT)
        store = stack.enter_context(opened_in(place.url, clock()))
        connection = stack.enter_context(asked(place.url))
        seen = Seen(connection, place)
        watcher = Watcher(store, seen, connection)
        life = lines(facts + _WARM)
        last = [watcher.record(line) for line in islice(life, UNITS + _WARM)][-1]
        while seen.projected() < last.position:
            worker.alive()
            time.sleep(0.1)
        rng = random.Random(4)
        for line in islice(life, facts):
            time.sleep(rng.uniform(0.05, 0.15))
            yield watcher.way(line)


def _tell(name: str, runs: Sequence[Sequence[float]]) -> None:
    """Of each figure the median of the runs."""
    cuts = [quantiles(run, n=100, method="inclusive") for run in runs]
    p50, p90, p99 = (median(cut[at - 1] for cut in cuts) * 1000 for at in (50, 90, 99))
    longest = max(max(run) for run in runs) * 1000
    print(
        f"{name:<38} p50 {p50:>6.1f}   p90 {p90:>6.1f}   p99 {p99:>6.1f}   longest {longest:>6.1f} ms"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=300, help="of each run")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with installation() as place, closing(_ways(place, options.facts * options.runs)) as ways:
        runs = [list(islice(ways, options.facts)) for _ in range(options.runs)]
    for name, moment in (
        ("append: in the log", lambda way: way.appended),
        ("relayed: from there to the relay's note", lambda way: way.relayed - way.appended),
        ("projected: from there to the row", lambda way: way.visible - way.relayed),
        ("append to visible row", lambda way: way.visible),
    ):
        _tell(name, [[moment(way) for way in run] for run in runs])


if __name__ == "__main__":
    main()

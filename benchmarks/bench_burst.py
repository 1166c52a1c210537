"""A burst into a running installation: how long until its lag is gone, against what relay and workers do alone in the same run.

    python -m benchmarks.bench_burst --events 200000 --workers 1 2 --runs 3

The burst is one transaction of the log, of life-like events made before. First a relay alone publishes it, then so many workers
alone project the topic: these rates are the promise, the slower of the two. Then all run, idle, when the burst comes. With the
defaults some five minutes, of which a part is for making the events; medians of the runs at the end.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from statistics import median

from benchmarks.installation import (
    SHARED_OUT,
    Installation,
    Lag,
    Seen,
    drained,
    installation,
    new_group,
)
from benchmarks.life import UNITS
from benchmarks.processes import Member, Tree, running
from tests.support.postgres import asked

_CLEARED = (
    "ALTER TABLE log.stored_events DISABLE TRIGGER USER",
    "TRUNCATE log.stored_events",
    f"INSERT INTO log.stored_events SELECT * FROM staged WHERE notification_id <= {UNITS} ORDER BY notification_id",
    "ALTER TABLE log.stored_events ENABLE TRIGGER USER",
)
"""The log forgets all but the units, as no product's command can."""


def _staged(place: Installation) -> None:
    """The log's events beside it, to be put back in one go."""
    with asked(place.url) as connection:
        connection.execute("CREATE UNLOGGED TABLE staged AS SELECT * FROM log.stored_events")


def _clean(place: Installation) -> None:
    """A log of units, nothing else in the tables, other topics; workers that come now wait for the first dossier."""
    place.emptied()
    place.renamed()
    with asked(place.url) as connection:
        for sql in _CLEARED:
            connection.execute(sql)


def _burst(place: Installation) -> float:
    """When its transaction has ended."""
    with asked(place.url) as connection:
        connection.execute(
            f"INSERT INTO log.stored_events SELECT * FROM staged WHERE notification_id > {UNITS} ORDER BY notification_id"
        )
    return time.monotonic()


def _until_relayed(seen: Seen, relay: Member, events: int) -> None:
    while seen.relayed() < events:
        relay.alive()
        time.sleep(0.02)


def _relay_alone(place: Installation, events: int) -> float:
    """Events a second; there are no rows, so no judgements to announce."""
    _clean(place)
    with running([place.relaying()]) as (relay,), asked(place.url) as connection:
        seen = Seen(connection, place)
        _until_relayed(seen, relay, UNITS)
        began = _burst(place)
        _until_relayed(seen, relay, events)
        return events / (time.monotonic() - began)


def _workers_alone(place: Installation, workers: int, events: int) -> float:
    place.emptied()
    group = new_group()
    with running(place.projecting(workers, group)) as members:
        return drained(place, members, events, group).rate


def _together(place: Installation, workers: int, events: int) -> float:
    """Seconds until the lag is gone; prints when what is done, and the peaks."""
    _clean(place)
    with ExitStack() as stack:
        connection = stack.enter_context(asked(place.url))
        seen = Seen(connection, place)
        (relay,) = stack.enter_context(running([place.relaying()]))
        _until_relayed(seen, relay, UNITS)
        group = new_group()
        members = stack.enter_context(running(place.projecting(workers, group)))
        for member in members:
            member.until_said(SHARED_OUT)
        began = _burst(place)
        relayed = None
        while seen.projected() < events:
            for member in (relay, *members):
                member.alive()
            if relayed is None and seen.relayed() >= events:
                relayed = time.monotonic() - began
            time.sleep(0.02)
        in_rows = time.monotonic() - began
        with closing(Lag(place, group)) as lag:
            while not lag.gone():
                time.sleep(0.02)
        took = time.monotonic() - began
        while not seen.announced():
            relay.alive()
            time.sleep(0.05)
        print(
            f"  published after {relayed or in_rows:.1f} s, in the rows after {in_rows:.1f} s, read after {took:.1f} s,",
            end=" ",
        )
        print(f"judgements announced after {time.monotonic() - began:.1f} s")
        peaks: dict[str, Tree] = {member.name: member for member in (relay, *members)}
        peaks |= {"Kafka": place.kafka, "PostgreSQL's largest": place.postgres}
        print(
            "  peaks:", ", ".join(f"{name} {tree.peak_mib():,} MiB" for name, tree in peaks.items())
        )
        return took


def _run(place: Installation, workers: Sequence[int], events: int) -> Iterator[tuple[float, float]]:
    """Of each number of workers: seconds until the lag is gone, and what relay and workers alone promise."""
    relay = _relay_alone(place, events)
    print(f"relay alone {relay:,.0f} events/s", flush=True)
    topic = place.prefix
    for number in workers:
        place.prefix = topic
        alone = _workers_alone(place, number, events)
        print(f"{number} workers alone {alone:,.0f} events/s", flush=True)
        took, promised = _together(place, number, events), events / min(relay, alone)
        print(f"  promised {promised:.1f} s, ratio {took / promised:.2f}", flush=True)
        yield took, promised


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with installation() as place:
        place.filled(options.events)
        _staged(place)
        print(f"{options.events:,} events", flush=True)
        runs = [list(_run(place, options.workers, options.events)) for _ in range(options.runs)]
    for workers, each in zip(options.workers, zip(*runs, strict=True), strict=True):
        took = median(seconds for seconds, _ in each)
        ratio = median(seconds / promised for seconds, promised in each)
        print(f"{workers} workers: the lag is gone after {took:.1f} s, ratio {ratio:.2f} (medians)")


if __name__ == "__main__":
    main()

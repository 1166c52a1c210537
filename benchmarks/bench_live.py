"""Kafka to all projections in PostgreSQL: one worker, two workers, and a plain consumer with one transaction an event.

    python -m benchmarks.bench_live --events 60000 --baseline 1500 --runs 3

Log and topic are filled before the clock runs; the workers are processes as an operator starts them. Measured from when every
worker has its share of the partitions until all is in the rows and the lag is zero. Medians; ratios within each run.
"""

import argparse
import pstats
from collections.abc import Sequence
from statistics import median

from benchmarks.installation import Drained, Installation, drained, installation, new_group
from benchmarks.processes import Member, running


def _drained(place: Installation, workers: int, events: int) -> Drained:
    place.emptied()
    group = new_group()
    with running(place.projecting(workers, group)) as members:
        return drained(place, members, events, group)


def _profiled(place: Installation, events: int) -> None:
    """Where one worker's thread spends its time, the start included."""
    file = place.folder / "profile"
    place.emptied()
    group = new_group()
    with running(place.projecting(1, group, "-m", "cProfile", "-o", str(file))) as members:
        drained(place, members, events, group)
    stats = pstats.Stats(str(file))
    stats.sort_stats("cumulative").print_stats("consumers|infra|projections", 45)
    stats.sort_stats("tottime").print_stats(35)


def _plain(place: Installation, events: int) -> Drained:
    place.emptied()
    words = ("-m", "benchmarks.plain_consumer", place.bootstrap, place.topics.dossier_events.name)
    plain = Member("plain", (*words, place.url), place.environment("none"), place.folder)
    with running([plain]) as members:
        return drained(place, members, events)


def _tell(name: str, runs: Sequence[Drained]) -> None:
    def middle(figure: str) -> float:
        return float(median(getattr(run, figure) for run in runs))

    share = median(run.postgres_cpu / run.seconds for run in runs)
    kafka = median(run.kafka_cpu / run.seconds for run in runs)
    ours = median(run.workers_cpu / run.seconds for run in runs)
    print(
        f"{name:<28} {middle('rate'):>8,.0f} events/s {middle('per_cpu_second'):>8,.0f} per CPU-second of workers;"
        f" processors: workers {ours:.2f}, PostgreSQL {share:.2f}, Kafka {kafka:.2f};"
        f" peak {max(max(run.peaks_mib) for run in runs):,} MiB",
        flush=True,
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--baseline", type=int, default=1_500, help="events of the plain consumer")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="one worker under cProfile, only")
    options = parser.parse_args()
    with installation() as place:
        place.filled(options.events)
        place.published()
        print(f"{options.events:,} events in log and topic", flush=True)
        if options.profile:
            _profiled(place, options.events)
            return
        one, two, plain = [], [], []
        for run in range(options.runs):
            one.append(_drained(place, 1, options.events))
            two.append(_drained(place, 2, options.events))
            plain.append(_plain(place, options.baseline))
            print(
                f"run {run + 1}: {one[-1].rate:,.0f}, {two[-1].rate:,.0f}, {plain[-1].rate:,.0f} events/s",
                flush=True,
            )
    _tell("one worker", one)
    _tell("two workers", two)
    _tell("plain, a transaction an event", plain)
    over = median(a.rate / b.rate for a, b in zip(one, plain, strict=True))
    more = median(b.rate / a.rate for a, b in zip(one, two, strict=True))
    print(f"one worker over plain {over:.1f} x; two workers over one {more:.2f} x")


if __name__ == "__main__":
    main()

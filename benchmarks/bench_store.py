"""Import, projecting, rebuild and queries of the embedded store, one after the other on the same life-like events.

    python -m benchmarks.bench_store --dossiers 25000

Prints events a second, peak memory of this process, and milliseconds in process for the queries. The baseline of the import,
in the same run, is the library's own way: one `save()` an aggregate event, its default mapper, no ledger and no chain.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from uuid import NAMESPACE_URL, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from benchmarks.life import lines
from infra.importing.taking import import_paths
from infra.questions import queries
from infra.rebuilding.rebuild import rebuild
from infra.settings.data import Settings
from infra.wiring import Store, open_store


class Plain(Aggregate):
    """The library's example of an aggregate, with an event that carries the line."""

    class Told(Aggregate.Event):
        """A line."""

        line: str


def _quiet(what: str, done: int, total: int | None) -> None:
    pass


def _rate(name: str, events: int, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    rate = events / (time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:<34} {rate:>10,.0f} events/s   peak {peak:>6,} MiB", flush=True)
    return rate


def _library(folder: Path, sample: list[bytes]) -> None:
    app: Application = Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "plain.sqlite"),
        }
    )
    for i, line in enumerate(sample):
        one = Plain._create(Plain.Created, id=uuid5(NAMESPACE_URL, str(i)))
        one.trigger_event(Plain.Told, line=line.decode())
        app.save(one)


def _ask(name: str, work: Callable[[], object]) -> None:
    runs = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        runs.append(time.perf_counter() - start)
    print(f"{name:<34} {median(runs) * 1000:>10,.1f} ms")


def _questions(store: Store) -> None:
    year = (date(2024, 1, 1), date(2024, 12, 31))
    _ask(
        "violations, one rule",
        lambda: queries.violations(store, rules=("result_overdue",), limit=100),
    )
    _ask("violations, one unit", lambda: queries.violations(store, unit="H40.17", limit=100))
    _ask("report units", lambda: queries.report(store, "units"))
    _ask("report units of a year", lambda: queries.report(store, "units", period=year))
    _ask("report officers", lambda: queries.report(store, "officers"))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=25_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "life.jsonl"
        with file.open("wb") as out:
            count = 0
            for line in lines(options.dossiers):
                out.write(line)
                count += 1
        print(f"{count:,} events of {options.dossiers:,} dossiers")
        with file.open("rb") as source:
            sample = [source.readline() for _ in range(2_000)]
        base = _rate(
            "library, a save an event", len(sample) * 2, lambda: _library(Path(folder), sample)
        )
        store = open_store(Settings(data=Path(folder) / "data"), {})
        whole = _rate(
            "import, bytes to log",
            count,
            lambda: import_paths(store.engine, [str(file)]),
        )
        print(f"{'import over the library':<34} {whole / base:>10.1f} x")
        _rate("project, log to all rows", count, store.catch_up)
        _rate("rebuild", count, lambda: rebuild(store, drop_old=False, progress=_quiet))
        store.close()
        store = open_store(Settings(data=Path(folder) / "data"), {})
        _questions(store)
        store.close()


if __name__ == "__main__":
    main()

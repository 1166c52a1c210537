"""A rebuild of a large log: 25,000 dossiers as they come in life, imported, then the same again under other codes.

    python -m benchmarks.bench_rebuild                       # 1 M dossiers, about 8 M events: a quarter of an hour, 12 GB
    python -m benchmarks.bench_rebuild --dossiers 100000

The copies are put into the log's table as they are, with the hashes of the first: a rebuild does not look at hashes, and
importing eight million events would take longer than what is measured. Prints events a second and the peak memory of the
process that stores and of those that judge. The baseline, in the same run, is one pass over the log that decodes every event.
"""

import argparse
import resource
import sqlite3
import tempfile
import time
from pathlib import Path

from benchmarks.life import lines
from domain import events
from infra.importing.taking import import_paths
from infra.rebuilding.filling import fill
from infra.settings.data import Settings
from infra.sqlite.logschema import TRIGGERS
from infra.wiring import open_store

OF_ONE = 25_000
PROVINCE = 40


def peak(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024


def copied(log: Path, copies: int) -> None:
    """The whole log again, under the code of another province each time."""
    c = sqlite3.connect(log, isolation_level=None)
    c.execute("PRAGMA synchronous=OFF")
    for name in TRIGGERS:
        c.execute(f"DROP TRIGGER {name}")
    first = c.execute(
        "SELECT originator_id, originator_version, topic, state FROM stored_events"
    ).fetchall()
    for copy in range(1, copies):
        code, key, other = b"H%d" % PROVINCE, f"H{PROVINCE}", f"H{PROVINCE + copy}"
        c.execute("BEGIN")
        c.executemany(
            "INSERT INTO stored_events VALUES (?,?,?,?)",
            (
                (
                    id_.replace(key, other).replace(key.lower(), other.lower()),
                    version,
                    topic,
                    state.replace(code, other.encode()),
                )
                for id_, version, topic, state in first
            ),
        )
        c.execute("COMMIT")
    for sql in TRIGGERS.values():
        c.execute(sql)
    c.close()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file, data = Path(folder) / "life.jsonl", Path(folder) / "data"
        with file.open("wb") as out:
            out.writelines(lines(OF_ONE))
        store = open_store(Settings(data=data), {})
        import_paths(store.engine, [str(file)])
        start, decoded, at = time.perf_counter(), 0, 0
        while part := store.log.select(at, 5_000):
            for _, _, _, state in part:
                events.decode(state)
            at, decoded = part[-1][0], decoded + len(part)
        base = decoded / (time.perf_counter() - start)
        print(f"decoding alone, one core           {base:>10,.0f} events/s", flush=True)
        store.close()
        copied(data / "log.sqlite", options.dossiers // OF_ONE)
        store = open_store(Settings(data=data), {})
        count = store.log.max_position()
        start = time.perf_counter()
        # Judging, storing, indexing and counting; comparing and switching are measured by bench_store.
        views = store.generations.opened(2, store.law)
        fill(store.log, views, store.law, store.now, lambda what, done, total: None)
        took = time.perf_counter() - start
        dossiers = views.count("states")
        views.close()
        store.close()
        rate = count / took
        print(f"filling {dossiers:,} dossiers, {count:,} events in {took:,.0f} s:", end=" ")
        print(f"{rate:,.0f} events/s, {rate / base:.2f} x decoding")
        storing, judging = peak(resource.RUSAGE_SELF), peak(resource.RUSAGE_CHILDREN)
        print(
            f"peak of the process that stores {storing:,} MiB, of those that judge {judging:,} MiB"
        )


if __name__ == "__main__":
    main()

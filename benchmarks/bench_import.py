"""Import of an event file into the log, from bytes: read, validated, sealed, chained, deduplicated, stored; and its proof.

    python -m benchmarks.bench_import                  # 100 k events
    python -m benchmarks.bench_import --events 100000 2000000

Each size runs in a process of its own, so that its peak memory is its own. The baseline, in the same run and process
before anything else, is the library's own way: one `save()` an event, its default mapper, no ledger, no chain, nothing
validated. Every tenth event names an applicant, whose data are encrypted.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from benchmarks.life import lines
from domain.engine import Engine
from infra.importing.taking import import_paths
from infra.masterkey import GivenKey
from infra.sqlite.keys import SqliteKeys
from infra.sqlite.log import SqliteLog
from infra.vault import Vault
from infra.verifylog import verify_log

BASELINE_EVENTS = 3_000
NAMED = {"name": "Nguyễn Văn A", "id_number": "079123456789", "phone": "0901234567"}


class Plain(Aggregate):
    class Told(Aggregate.Event):
        line: str


def named(line: bytes, number: int) -> bytes:
    event = json.loads(line)
    if event["type"].endswith("submitted.v1"):
        event["data"]["applicant"] = NAMED | {"address": f"Số {number}"}
    return json.dumps(event, ensure_ascii=False).encode() + b"\n"


def some(count: int) -> Iterator[bytes]:
    """About eight events to a dossier, interleaved as in life."""
    return (named(line, n) for n, line in enumerate(islice(lines(count // 7 + 1), count)))


def baseline(folder: Path) -> float:
    """Events a second of the library as it comes."""
    app: Application = Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "plain.sqlite"),
        }
    )
    told = list(some(BASELINE_EVENTS))
    records: dict[str, Plain] = {}
    start = time.perf_counter()
    for line in told:
        subject = json.loads(line)["subject"]
        if subject not in records:
            records[subject] = Plain._create(Plain.Created, id=uuid5(NAMESPACE_URL, subject))
        records[subject].trigger_event(Plain.Told, line=line.decode())
        app.save(records[subject])
    return len(told) / (time.perf_counter() - start)


def peak() -> int:
    """MiB of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(count: int, folder: Path) -> dict[str, float]:
    plain = baseline(folder)
    file = folder / "events.jsonl"
    with file.open("wb") as out:
        out.writelines(some(count))
    log = SqliteLog(folder / "log.sqlite")
    engine = Engine(log, Vault(SqliteKeys(folder / "vault.sqlite"), GivenKey(b"k" * 32)))
    measured = {"events": count, "library": plain, "before": peak()}
    for name in ("import", "again"):
        start, cpu = time.perf_counter(), time.process_time()
        summary = import_paths(engine, [str(file)])
        measured[name] = count / (time.perf_counter() - start)
        measured[f"{name}_cpu"] = count / (time.process_time() - cpu)
        assert summary.read == count, summary
        assert (summary.accepted, summary.duplicates)[name == "again"] == count, summary
    measured["peak"] = peak()
    start = time.perf_counter()
    assert not list(verify_log(log))
    measured["verify"] = count / (time.perf_counter() - start)
    measured["size"] = (folder / "log.sqlite").stat().st_size / count
    log.close()
    return measured


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    arguments.add_argument("--events", type=int, nargs="+", default=[100_000])
    arguments.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.one:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(asked.one, Path(folder))))
        return
    print(
        f"{'events':>10} {'library/s':>10} {'import/s':>10} {'of CPU':>10} {'ratio':>6} {'again/s':>10} {'verify/s':>10} {'B/event':>8} {'peak MiB':>9}"
    )
    for count in asked.events:
        command = [sys.executable, "-m", "benchmarks.bench_import", "--one", str(count)]
        m = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"{count:>10,} {m['library']:>10,.0f} {m['import']:>10,.0f} {m['import_cpu']:>10,.0f} {m['import'] / m['library']:>6.1f}"
            f" {m['again']:>10,.0f} {m['verify']:>10,.0f} {m['size']:>8,.0f} {m['peak']:>9,.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()

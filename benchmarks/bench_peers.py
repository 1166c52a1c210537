"""A light fold on quixstreams, on Kafka Streams and in a naive script, beside the whole judgement of our own worker.

    python -m benchmarks.bench_peers --events 60000 --runs 3

All read the same topic, one after the other; of the light fold (benchmarks/peers/fold.py) the judgements are compared, so that
nobody is quick by doing less. Figures are from the first record to the last one out, cold and warm for the JVM. quixstreams is
installed into an environment of its own in the user's cache folder; Kafka Streams wants Java 17 and Maven. What cannot be had is
left out by name.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import venv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.installation import Installation, drained, installation, new_group
from benchmarks.life import UNITS
from benchmarks.processes import running
from infra.kafka import ensure_topics
from infra.messages.topics import Topic
from infra.settings.brokers import Brokers
from tests.infra.broker.reading import read_all
from tests.support.servers.jars import cache_folder

_PEERS = Path(__file__).with_name("peers")
_STREAMS = _PEERS / "kafka-streams"
_QUIX = _PEERS / "quix"
_SECONDS = 900
Judgements = Mapping[str, Any]


class Result(NamedTuple):
    """A pass: who, events, seconds of wall, of its processor, of the broker's; what came out, None for our own worker."""

    name: str
    events: int
    seconds: float
    cpu_seconds: float
    broker_seconds: float
    judged: Judgements | None


Command = Sequence[str | Path]
Peer = Callable[[Installation, int, int], Iterator[Result]]
"""Given the installation, how many events its topic has, and the number of the run."""


class Missing(Exception):
    """What a peer needs cannot be had here."""


def _ran(command: Command) -> list[Mapping[str, Any]]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _of_topic(place: Installation, topic: str) -> Judgements:
    found = read_all(Brokers((place.bootstrap,)), topic, seconds=60)
    return {(said.key or b"").decode(): json.loads(said.value or b"null") for said in found}


def _timed(place: Installation, command: Command) -> tuple[list[Mapping[str, Any]], float]:
    before = place.kafka.cpu_seconds()
    return _ran(command), place.kafka.cpu_seconds() - before


def _naive(place: Installation, count: int, run: int) -> Iterator[Result]:
    file = place.folder / f"naive-{run}.sqlite"
    command: Command = [
        sys.executable,
        _PEERS / "naive.py",
        place.bootstrap,
        _topic(place),
        str(count),
        file,
    ]
    (said,), broker = _timed(place, command)
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT dossier, said FROM judgements")
        judged = {dossier: json.loads(text) for dossier, text in rows}
    yield Result("naive, SQLite", **said, broker_seconds=broker, judged=judged)


def _quix(place: Installation, count: int, run: int) -> Iterator[Result]:
    python, out = _quix_python(), f"{place.prefix}-quix-{run}"
    ensure_topics(Brokers((place.bootstrap,)), [Topic(out)])
    arguments: Command = [place.bootstrap, _topic(place), out, str(count), place.folder / out]
    (said,), broker = _timed(place, [python, _QUIX / "light.py", *arguments])
    yield Result("quixstreams", **said, broker_seconds=broker, judged=_of_topic(place, out))


def _quix_python() -> Path:
    """Of an environment with what it needs, made once."""
    wanted = (_QUIX / "requirements.txt").read_text("utf-8")
    folder = cache_folder(os.environ) / "peers-quix"
    python, made = folder / "bin" / "python", folder / "requirements.txt"
    if not made.exists() or made.read_text("utf-8") != wanted:
        venv.create(folder, clear=True, with_pip=True)
        install: Command = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "-r",
            _QUIX / "requirements.txt",
        ]
        done = subprocess.run(
            install, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        if done.returncode:
            raise Missing(done.stderr.strip().rpartition("\n")[2])
        made.write_text(wanted, "utf-8")
    return python


def _streams(place: Installation, count: int, run: int) -> Iterator[Result]:
    java, path = _streams_java()
    out, passes = f"{place.prefix}-streams-{run}", 2
    outs = [f"{out}-{number}" for number in range(1, passes + 1)]
    ensure_topics(Brokers((place.bootstrap,)), [Topic(name) for name in outs])
    arguments: Command = [
        place.bootstrap,
        _topic(place),
        out,
        str(count),
        str(passes),
        place.folder / out,
    ]
    said, broker = _timed(place, [java, "-cp", path, "light.Main", *arguments])
    for name, one in zip(outs, said, strict=True):
        warmth = "cold" if one["cold"] else "warm"
        yield Result(
            f"Kafka Streams, {warmth}",
            one["events"],
            one["seconds"],
            one["cpu_seconds"],
            broker / passes,
            _of_topic(place, name),
        )


def _streams_java() -> tuple[str, str]:
    """A Java and the class path of the built project."""
    java, maven = shutil.which("java"), shutil.which("mvn")
    if java is None or maven is None:
        raise Missing("java and mvn are needed")
    built = _STREAMS / "target" / "light.jar"
    sources = [_STREAMS / "pom.xml", *_STREAMS.rglob("*.java")]
    if not built.exists() or built.stat().st_mtime < max(s.stat().st_mtime for s in sources):
        command = [maven, "-q", "-B", "package"]
        done = subprocess.run(
            command, cwd=_STREAMS, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        if done.returncode:
            raise Missing(f"mvn package: {(done.stdout + done.stderr)[-500:]}")
    return java, f"{built}:{_STREAMS / 'target' / 'dependency'}/*"


def _ours(place: Installation, count: int, run: int) -> Iterator[Result]:
    place.emptied()
    group = new_group()
    with running(place.projecting(1, group)) as members:
        done = drained(place, members, count + UNITS, group)
    yield Result(
        "our worker, whole judgement",
        done.events,
        done.seconds,
        done.workers_cpu,
        done.kafka_cpu,
        None,
    )
    print(
        f"  PostgreSQL's share beside our worker: {done.postgres_cpu / done.seconds:.2f} processors"
    )


def _topic(place: Installation) -> str:
    return place.topics.dossier_events.name


PEERS: Mapping[str, Peer] = {
    "naive": _naive,
    "quix": _quix,
    "streams": _streams,
    "ours": _ours,
}


def _tell(results: Sequence[Result]) -> None:
    named: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        named[result.name].append(result)
    for name, runs in named.items():
        rate = median(run.events / run.seconds for run in runs)
        cpu = median(run.events / run.cpu_seconds for run in runs)
        both = median(run.events / (run.cpu_seconds + run.broker_seconds) for run in runs)
        print(
            f"{name:<28} {rate:>8,.0f} events/s {cpu:>8,.0f} per CPU-second, {both:>8,.0f} with the broker's"
        )


def _compared(results: Sequence[Result]) -> None:
    """SystemExit where two came to other judgements."""
    light = [result for result in results if result.judged is not None]
    for result in light:
        if result.judged != light[0].judged:
            raise SystemExit(f"{result.name} judged otherwise than {light[0].name}")
    if light and light[0].judged is not None:
        judged = light[0].judged.values()
        late, owed = (sum(one[what] for one in judged) for what in ("late", "letter_owed"))
        overrun = sum(sum(one["overrun"].values()) for one in judged)
        print(
            f"the same light judgements from {len({one.name for one in light})} peers: {len(judged):,} dossiers,"
            f" {late:,} late, {owed:,} letters owed, {overrun:,} minutes of overrun"
        )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    options = parser.parse_args()
    results: list[Result] = []
    with installation() as place:
        place.filled(options.events)
        place.published()
        print(f"{options.events:,} events in the topic", flush=True)
        for run in range(options.runs):
            for name in options.peers:
                try:
                    results += PEERS[name](place, options.events - UNITS, run)
                except Missing as why:
                    print(f"{name} left out: {why}", flush=True)
    _tell(results)
    _compared(results)


if __name__ == "__main__":
    main()

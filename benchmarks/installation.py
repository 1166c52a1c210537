"""A distributed installation to be measured: a Kafka and a PostgreSQL of its own, a log of life-like events, workers as processes.

Knows the product's commands and how far its tables say they are. Must not know what a benchmark makes of it.
"""

import os
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from kafka import KafkaConsumer, TopicPartition

from benchmarks.life import UNITS, lines
from benchmarks.processes import Member, Tree, child_running
from consumers import project, relay
from domain import events
from infra.kafka import Publisher, ensure_topics
from infra.messages.topic import DossierEvents
from infra.messages.topics import Topics, topics
from infra.postgres.schema import migrate
from infra.settings.brokers import Brokers
from infra.wiring import clock
from tests.support.postgres import asked, opened_in
from tests.support.servers import kafka, postgres

DURABLE = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
"""Beside fsync, what the operator's page asks for; the checkpoints of a load must not come every few seconds."""

_PROJECTIONS = ("-m", "infra.cli", "consume", "projections")
_RELAY = ("-m", "infra.cli", "relay")
SHARED_OUT = '"turn": "assigned"'
"""What a worker logs when it has partitions."""
OPENED = '"event": "opened"'

_AT_ONCE = 3_000
_EVENTS_OF_A_DOSSIER = 8


class Position:
    """A relay's bookmark in memory."""

    def __init__(self) -> None:
        self.at = 0

    def position(self) -> int:
        return self.at

    def moved(self, position: int, /) -> None:
        self.at = position


def new_group() -> str:
    """The prefix of a group that begins at the beginning."""
    return f"group-{uuid.uuid4().hex[:8]}"


@dataclass(kw_only=True)
class Installation:
    """`url` is the superuser's."""

    folder: Path
    url: str
    bootstrap: str
    kafka: Tree
    postgres: Tree
    prefix: str = field(default_factory=lambda: f"bench-{uuid.uuid4().hex[:8]}")

    @property
    def topics(self) -> Topics:
        return topics(self.prefix)

    def filled(self, count: int) -> None:
        """The first so many events of life in the log."""
        dossiers = max(0, count - UNITS) // _EVENTS_OF_A_DOSSIER + 1
        of_life = islice(lines(dossiers), count)
        with opened_in(self.url, clock()) as store:
            while batch := [
                events.read(line, recorded_at=store.now) for line in islice(of_life, _AT_ONCE)
            ]:
                store.engine.record(batch)

    def published(self) -> None:
        """The log's events of dossiers in their topic."""
        ensure_topics(Brokers((self.bootstrap,)), self.topics)
        with (
            opened_in(self.url, clock()) as store,
            closing(Publisher(Brokers((self.bootstrap,)))) as publisher,
        ):
            topic, at = DossierEvents(publisher, self.topics.dossier_events.name), Position()
            at.moved(UNITS)
            while relay.step(store.log, topic, at):
                pass

    def emptied(self) -> None:
        """No rows but those of the log's units: a province has registered them before it has dossiers."""
        with asked(self.url) as connection:
            connection.execute("DROP SCHEMA IF EXISTS views_1 CASCADE")
        with opened_in(self.url, clock()) as store:
            project.step(store.log, store.views, store.law, store.now, limit=UNITS)

    def renamed(self) -> None:
        """From now on with topics and bookmarks of another name."""
        self.prefix = f"bench-{uuid.uuid4().hex[:8]}"

    def environment(self, group: str) -> dict[str, str]:
        key = self.folder / "key"
        if not key.exists():
            key.write_text("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=\n")
        own = {k: v for k, v in os.environ.items() if not k.startswith("DUNGHEN_")}
        return own | {
            "DUNGHEN_DATABASE_URL": self.url,
            "DUNGHEN_KAFKA": self.bootstrap,
            "DUNGHEN_KAFKA_TOPIC_PREFIX": self.prefix,
            "DUNGHEN_KAFKA_GROUP_PREFIX": group,
            "DUNGHEN_MASTER_KEY_FILE": str(key),
            "DUNGHEN_LOG": "json",
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }

    def projecting(self, workers: int, group: str, *under: str) -> list[Member]:
        """So many of the product's workers in a group; `under` another program."""
        environment = self.environment(group)
        return [
            Member(f"projections-{number}", (*under, *_PROJECTIONS), environment, self.folder)
            for number in range(1, workers + 1)
        ]

    def relaying(self) -> Member:
        return Member("relay", _RELAY, self.environment("none"), self.folder)


@contextmanager
def installation() -> Iterator[Installation]:
    """Servers that run, a migrated database; gone with the block."""
    with (
        tempfile.TemporaryDirectory(prefix="dunghen-bench-") as folder,
        kafka(own=True, java_options=()) as broker,
        postgres(own=True, fsync=True, settings=DURABLE) as database,
    ):
        migrate(database.superuser_url)
        yield Installation(
            folder=Path(folder),
            url=database.superuser_url,
            bootstrap=broker.bootstrap,
            kafka=child_running("kafka.Kafka"),
            postgres=child_running("postgres"),
        )


_PROJECTED = (
    "SELECT (SELECT place FROM views_1.marks WHERE name = 'events')"
    " + (SELECT count(*) FROM views_1.registered)"
)
_RELAYED = "SELECT position FROM work.bookmarks WHERE name = %s"


class Seen:
    """How far an installation's tables say that they are, over one connection."""

    def __init__(
        self, connection: psycopg.Connection[tuple[Any, ...]], place: Installation
    ) -> None:
        self._connection, self._topic = connection, place.topics.dossier_events.name

    def projected(self) -> int:
        """Events in the rows; 0 where there are no tables yet."""
        try:
            row = self._connection.execute(_PROJECTED).fetchone()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            return 0
        return int(row[0] or 0) if row else 0

    def relayed(self) -> int:
        """Events that the relay has had acknowledged."""
        row = self._connection.execute(_RELAYED, (self._topic,)).fetchone()
        return int(row[0]) if row else 0

    def announced(self) -> bool:
        """Whether the relay has told every judgement that changed."""
        row = self._connection.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM views_1.outbox)"
        ).fetchone()
        return bool(row and row[0])


class Lag:
    """How far a group of workers says that it has read the topic of events, as it is now."""

    def __init__(self, place: Installation, group: str) -> None:
        topic = place.topics.dossier_events
        self._asking = KafkaConsumer(
            bootstrap_servers=place.bootstrap,
            group_id=f"{group}-projections",
            enable_auto_commit=False,
        )
        partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        self._ends = self._asking.end_offsets(partitions)

    def gone(self) -> bool:
        return all((self._asking.committed(at) or 0) >= end for at, end in self._ends.items())

    def close(self) -> None:
        self._asking.close()


@dataclass(frozen=True, kw_only=True)
class Drained:
    """What happened from when every worker had its share of the partitions until all was done."""

    events: int
    seconds: float
    workers_cpu: float
    postgres_cpu: float
    kafka_cpu: float
    peaks_mib: Sequence[int]

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    @property
    def per_cpu_second(self) -> float:
        return self.events / self.workers_cpu


def drained(
    place: Installation, members: Sequence[Member], until: int, group: str | None = None
) -> Drained:
    """Wait until so many events are in the rows, and the group has read the whole topic.

    What is taken along from the log must still be recognised when the topic gives it. The start of the processes does not
    count, nor what was in the rows by then. SystemExit where nothing was left: the machine is faster than the events are many.
    """
    for member in members:
        member.until_said(SHARED_OUT)
    with asked(place.url) as connection, ExitStack() as stack:
        seen = Seen(connection, place)
        lag = None if group is None else stack.enter_context(closing(Lag(place, group)))
        first, marks = seen.projected(), _now(place, members)
        if first >= until:
            sys.exit(
                f"all {until:,} events were in the rows before each worker had its share; take more (--events)"
            )
        while (last := seen.projected()) < until or not (lag is None or lag.gone()):
            _wait(members)
        ends = _now(place, members)
    took = [end - mark for end, mark in zip(ends, marks, strict=True)]
    return Drained(
        events=last - first,
        seconds=took[0],
        workers_cpu=took[1],
        postgres_cpu=took[2],
        kafka_cpu=took[3],
        peaks_mib=[member.peak_mib() for member in members],
    )


def _now(place: Installation, members: Sequence[Member]) -> tuple[float, float, float, float]:
    workers = sum(member.cpu_seconds() for member in members)
    return time.monotonic(), workers, place.postgres.cpu_seconds(), place.kafka.cpu_seconds()


def _wait(members: Sequence[Member]) -> None:
    for member in members:
        member.alive()
    time.sleep(0.02)

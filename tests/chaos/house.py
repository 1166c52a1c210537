"""The installation that is disturbed: a Kafka and a PostgreSQL of its own behind proxies, and the product's processes.

Knows how each is started. Must not know what is done to them.
"""

import os
import tempfile
from collections.abc import Container, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from domain.values import VN
from infra.messages.topics import Topics, topics
from infra.settings.brokers import Brokers
from tests.architecture.test_docs import ROOT
from tests.chaos import clock
from tests.chaos.beginning import CLOCK, SKEW, begun
from tests.chaos.disk import Disk, disk
from tests.chaos.members import Member
from tests.chaos.proxy import Proxy
from tests.chaos.writer import OVER
from tests.support.servers import KafkaServer, PostgresServer, free_port, kafka, postgres
from tests.support.servers.ports import LOCALHOST

PREFIX = "chaos"
PARTITIONS = 4
SESSION_SECONDS = 6
"""The shortest that a broker allows: who is paused for longer is put out of the group."""

WORKERS = {
    "relay-1": ("relay",),
    "relay-2": ("relay",),
    "projections-1": ("consume", "projections"),
    "projections-2": ("consume", "projections"),
    "deadlines-1": ("consume", "deadlines"),
    "deadlines-2": ("consume", "deadlines"),
    "intake-1": ("consume", "intake"),
    "intake-2": ("consume", "intake"),
}
REBUILDS = {
    "rebuild": ("rebuild", "--json"),
    "rebuild-dropping": ("rebuild", "--drop-old", "--json"),
}
REBUILD_ENDS = {0, 1, 3}
"""One may find that the database is away; or rows that differ, where the clock leapt on by months while it judged."""
_SMALL = {"max_wal_size": "128MB", "min_wal_size": "64MB"}
_BEGINNING = datetime(2000, 1, 1, tzinfo=VN)


@dataclass(kw_only=True)
class House:
    """`url` goes straight to the database, `proxied` as the workers go."""

    folder: Path
    kafka: KafkaServer
    postgres: PostgresServer
    to_kafka: Proxy
    to_postgres: Proxy
    disk: Disk | None
    """What the database lies on, where that can be filled."""
    url: str
    proxied: str
    environment: dict[str, str]
    workers: dict[str, Member] = field(default_factory=dict)
    rebuilds: dict[str, Member] = field(default_factory=dict)
    """Begun now and then, and they end."""

    @property
    def clock(self) -> Path:
        return self.folder / "clock"

    @property
    def seen(self) -> Path:
        """What the follower of the feed saw."""
        return self.folder / "seen"

    @property
    def over(self) -> Path:
        """There when nothing is disturbed any more: so long the writer has something to send."""
        return self.folder / OVER

    @property
    def brokers(self) -> Brokers:
        return Brokers((f"{LOCALHOST}:{self.to_kafka.port}",))

    @property
    def topics(self) -> Topics:
        return topics(PREFIX, partitions=PARTITIONS)

    def member(self, name: str, *program: str, may_end: Container[int] = ()) -> Member:
        return Member(name, program, self.environment, self.folder, may_end)

    def dunghen(self, *words: str) -> str:
        """A command to its end, straight to the database, with a right clock; what it said."""
        said = self.folder / "said"
        said.unlink(missing_ok=True)
        environment = self.environment | {
            "DUNGHEN_DATABASE_URL": self.url,
            SKEW: str(self.folder / "none"),
        }
        process = begun("dunghen", [*words, "--json"], environment, said)
        process.join(300)
        answer = said.read_text("utf-8")
        assert process.exitcode in {0, 1}, answer
        return answer


@contextmanager
def house() -> Iterator[House]:
    """Servers that run, tables that are made, workers that are not started yet."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dunghen-chaos-")))
        to_kafka, to_postgres = Proxy(free_port()), Proxy(free_port())
        stack.callback(to_kafka.close)
        stack.callback(to_postgres.close)
        advertised = {"advertised.listeners": f"PLAINTEXT://{LOCALHOST}:{to_kafka.port}"}
        broker = stack.enter_context(kafka(own=True, settings=advertised))
        small = stack.enter_context(disk())
        database = stack.enter_context(
            postgres(own=True, fsync=True, settings=_SMALL, data=small.folder if small else None)
        )
        to_kafka.server = int(broker.bootstrap.rpartition(":")[2])
        parts = urlsplit(database.superuser_url)
        assert parts.port is not None
        to_postgres.server = parts.port
        proxied = database.superuser_url.replace(f":{parts.port}/", f":{to_postgres.port}/")
        made = House(
            folder=folder,
            kafka=broker,
            postgres=database,
            to_kafka=to_kafka,
            to_postgres=to_postgres,
            disk=small,
            url=database.superuser_url,
            proxied=proxied,
            environment=_environment(folder, proxied, to_kafka.port),
        )
        clock.put(made.clock, _BEGINNING)
        made.dunghen("migrate")
        made.workers = {
            name: made.member(name, "dunghen", *words) for name, words in WORKERS.items()
        }
        made.rebuilds = {
            name: made.member(name, "dunghen", *words, may_end=REBUILD_ENDS)
            for name, words in REBUILDS.items()
        }
        yield made


def _environment(folder: Path, url: str, broker: int) -> dict[str, str]:
    key = folder / "key"
    key.write_text("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=\n")
    return {
        name: value for name, value in os.environ.items() if not name.startswith("DUNGHEN_")
    } | {
        "DUNGHEN_DATABASE_URL": url,
        "DUNGHEN_KAFKA": f"{LOCALHOST}:{broker}",
        "DUNGHEN_KAFKA_TOPIC_PREFIX": PREFIX,
        "DUNGHEN_KAFKA_GROUP_PREFIX": PREFIX,
        "DUNGHEN_KAFKA_PARTITIONS": str(PARTITIONS),
        "DUNGHEN_KAFKA_SESSION_SECONDS": str(SESSION_SECONDS),
        "DUNGHEN_CONNECT_SECONDS": "10",
        "DUNGHEN_RETRY_MOST_SECONDS": "2",
        "DUNGHEN_BATCH_SIZE": "200",
        "DUNGHEN_MASTER_KEY_FILE": str(key),
        "DUNGHEN_LOG": "json",
        CLOCK: str(folder / "clock"),
        "PYTHONPATH": str(ROOT),
    }

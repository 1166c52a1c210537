"""A real Kafka and a real PostgreSQL, wherever one can be had: by address, from Docker, from packages; else Unavailable.

For tests, the demo, benchmarks and `make up`. Must not know the product. `with kafka() as server: server.bootstrap`.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from tests.support.servers import pgbinaries
from tests.support.servers.broker import QUICK_START, broker
from tests.support.servers.choosing import Way, first_of, ways
from tests.support.servers.cluster import cluster
from tests.support.servers.containers import kafka_container, postgres_container
from tests.support.servers.given import given_kafka, given_postgres
from tests.support.servers.ports import free_port
from tests.support.servers.values import Died, KafkaServer, NotOurs, PostgresServer, Unavailable

__all__ = [
    "KAFKA_GIVEN",
    "POSTGRES_GIVEN",
    "Died",
    "KafkaServer",
    "NotOurs",
    "PostgresServer",
    "Unavailable",
    "free_port",
    "kafka",
    "postgres",
]

KAFKA_GIVEN = "DUNGHEN_TEST_KAFKA"
"""host:port[,host:port]"""
POSTGRES_GIVEN = "DUNGHEN_TEST_DATABASE_URL"
"""postgresql://superuser:password@host:port/database"""


def kafka(
    *,
    own: bool = False,
    settings: Mapping[str, str] | None = None,
    heap: str = "512m",
    java_options: Sequence[str] = QUICK_START,
    format_options: Sequence[str] = (),
    data: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> AbstractContextManager[KafkaServer]:
    """`own`: a process of ours, which can be stopped and killed; anything asked of the broker implies it.

    `settings` are server.properties, over ours (`listeners` of your own want `free_port()`); `format_options` go to
    the storage tool (`--add-scram`); `java_options=()` for a broker that must be fast, not ready soon; `data` is a folder
    that stays. Raises `Unavailable` on entering.
    """
    address = environment.get(KAFKA_GIVEN)
    started = partial(
        broker,
        settings=settings,
        heap=heap,
        java_options=java_options,
        format_options=format_options,
        data=data,
    )
    return first_of(
        ways(
            given=partial(given_kafka, address) if address else None,
            docker=kafka_container,
            packages=[Way("packages", started)],
            own=own or bool(settings or format_options or data),
        )
    )


def postgres(
    *,
    own: bool = False,
    fsync: bool = False,
    settings: Mapping[str, str] | None = None,
    data: Path | None = None,
    certificate: tuple[Path, Path] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> AbstractContextManager[PostgresServer]:
    """`own`: a process of ours, which can be stopped and killed; `settings`, `data` and `certificate` imply it.

    `fsync`: as in production, for tests of faults. `settings` are postgresql.conf, over ours; `data` is a folder that
    stays; with a `certificate` and its key it speaks TLS, too. Raises `Unavailable` on entering.
    """
    address = environment.get(POSTGRES_GIVEN)
    started = partial(cluster, fsync=fsync, settings=settings, data=data, certificate=certificate)
    return first_of(
        ways(
            given=partial(given_postgres, address) if address else None,
            docker=partial(postgres_container, fsync=fsync),
            packages=[
                Way("packages", partial(started, pgbinaries.of_wheel)),
                Way("system", partial(started, pgbinaries.of_system)),
            ],
            own=own or bool(settings or data or certificate),
        )
    )

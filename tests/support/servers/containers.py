"""Kafka and PostgreSQL in containers, where a Docker engine answers.

Knows images and testcontainers. Must not know the tests. The images are those of compose.yaml.
"""

import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from io import BytesIO
from tarfile import TarFile, TarInfo
from typing import Any

from tests.support.servers.values import KafkaServer, PostgresServer, Unavailable

KAFKA_IMAGE = "apache/kafka:4.1.1"
POSTGRES_IMAGE = "postgres:18.1"
ENGINE_SECONDS = 3
STARTER = "tmp/start-when-the-port-is-known.sh"
PORT, BETWEEN, CONTROLLER = 9092, 9093, 9094


def _engine_answers() -> None:
    """Asked first, briefly: testcontainers would ask for two minutes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries, about their own old names
        from docker.errors import DockerException  # noqa: PLC0415  # a second, only where it is used
        from testcontainers.core.docker_client import DockerClient  # noqa: PLC0415  # as above

        try:
            engine = DockerClient(timeout=ENGINE_SECONDS).client
            try:
                engine.ping()
            finally:
                engine.close()
        except (DockerException, OSError) as problem:
            raise Unavailable(f"no engine answers: {problem}") from None


@contextmanager
def _running(container: AbstractContextManager[Any]) -> Iterator[Any]:
    """An engine without the image and without a network is no engine for us."""
    from docker.errors import DockerException  # noqa: PLC0415  # a second, only where it is used

    with ExitStack() as stack:
        try:
            running = stack.enter_context(container)
        except (DockerException, OSError) as problem:
            raise Unavailable(f"the engine cannot run it: {problem}") from None
        yield running


@contextmanager
def kafka_container() -> Iterator[KafkaServer]:
    _engine_answers()
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  # only where used
    from testcontainers.core.wait_strategies import (  # noqa: PLC0415  # only where used
        LogMessageWaitStrategy,
    )

    waits = f"while [ ! -f /{STARTER} ]; do sleep 0.1; done; exec sh /{STARTER}"
    container = DockerContainer(KAFKA_IMAGE).with_exposed_ports(PORT)
    container.with_command(["sh", "-c", waits])
    for name, value in kafka_environment().items():
        container.with_env(name, value)
    with _running(container):
        # Clients go where the broker says it is; the port outside is known only now.
        bootstrap = f"{container.get_container_host_ip()}:{container.get_exposed_port(PORT)}"
        listeners = f"PLAINTEXT://{bootstrap},BETWEEN://localhost:{BETWEEN}"
        script = f"export KAFKA_ADVERTISED_LISTENERS={listeners}\nexec /etc/kafka/docker/run\n"
        container.get_wrapped_container().put_archive("/", archive_of(STARTER, script.encode()))
        LogMessageWaitStrategy("Kafka Server started").wait_until_ready(container)
        yield KafkaServer(bootstrap=bootstrap)


def archive_of(path: str, content: bytes) -> bytes:
    with BytesIO() as packed:
        with TarFile(fileobj=packed, mode="w") as archive:
            member = TarInfo(path)
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, BytesIO(content))
        return packed.getvalue()


def kafka_environment() -> dict[str, str]:
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": f"PLAINTEXT://:{PORT},BETWEEN://:{BETWEEN},CONTROLLER://:{CONTROLLER}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,BETWEEN:PLAINTEXT,"
        "CONTROLLER:PLAINTEXT",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "BETWEEN",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": f"1@localhost:{CONTROLLER}",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_HEAP_OPTS": "-Xmx512m",
    }


@contextmanager
def postgres_container(*, fsync: bool = False) -> Iterator[PostgresServer]:
    _engine_answers()
    from testcontainers.community.postgres import (  # noqa: PLC0415  # only where used
        PostgresContainer,
    )

    container = PostgresContainer(
        POSTGRES_IMAGE, username="postgres", password="postgres", dbname="postgres", driver=None
    )
    container.with_env("POSTGRES_INITDB_ARGS", "--locale=C --encoding=UTF8")
    container.with_command(
        ["postgres", "-c", "max_connections=200", "-c", f"fsync={'on' if fsync else 'off'}"]
    )
    with _running(container):
        yield PostgresServer(superuser_url=container.get_connection_url())

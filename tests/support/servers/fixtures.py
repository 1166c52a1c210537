"""Servers as pytest fixtures: one Kafka and one PostgreSQL for a whole run, all xdist workers included.

Knows pytest. Must not know how servers are had. Where there is none, a test is skipped by name with the reason; where the
environment variable CI is set it fails, because there nobody reads skips.
"""

import fcntl
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TextIO, TypeVar

import psycopg
import pytest
from psycopg import sql

from tests.support.servers import (
    Died,
    KafkaServer,
    PostgresServer,
    Unavailable,
    kafka,
    keeper,
    postgres,
)

FOLDER = pytest.StashKey[Path]()
OWNER = pytest.StashKey[TextIO]()
GONE_SECONDS = 20
MARKS = {
    "kafka_server": "kafka",
    "own_certified": "postgres",
    "own_guarded": "kafka",
    "own_kafka": "kafka",
    "postgres_server": "postgres",
    "own_postgres": "postgres",
}
# The first run on a machine fetches the broker, and a busy machine starts it slowly.
SERVER_TEST_SECONDS = 400

S = TypeVar("S")

# ── one set of servers for a run: owned by the process that the developer started ───────────────────────────────────────


def pytest_configure(config: pytest.Config) -> None:
    if worker := getattr(config, "workerinput", None):
        config.stash[FOLDER] = Path(worker["servers"])
        return
    folder = Path(tempfile.mkdtemp(prefix="dunghen-run-"))
    owner = (folder / "owner").open("w")
    fcntl.flock(owner, fcntl.LOCK_EX)
    config.stash[FOLDER], config.stash[OWNER] = folder, owner


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Of xdist: what a worker is told."""
    node.workerinput["servers"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go, and see the servers out."""
    owner, folder = config.stash.get(OWNER, None), config.stash.get(FOLDER, None)
    if owner is None or folder is None:
        return
    owner.close()
    patience = time.monotonic() + GONE_SECONDS
    while time.monotonic() < patience and any(
        "unavailable" not in (keeper.answer(folder, path.stem) or {"unavailable": ""})
        for path in folder.glob("*.json")
    ):
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who takes a server is marked so; a module's tests share its own server, so they share a worker."""
    for item in items:
        taken = [name for name in getattr(item, "fixturenames", ()) if name in MARKS]
        for name in taken:
            item.add_marker(MARKS[name])
        if taken and not any(item.get_closest_marker(mark) for mark in ("timeout", "e2e", "slow")):
            item.add_marker(pytest.mark.timeout(SERVER_TEST_SECONDS))
        if any(name.startswith("own_") for name in taken) and not item.get_closest_marker(
            "xdist_group"
        ):
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


def give_up(reason: str, environment: Mapping[str, str]) -> NoReturn:
    if environment.get("CI"):
        pytest.fail(f"CI has to have it: {reason}", pytrace=False)
    pytest.skip(reason)


def _shared(config: pytest.Config, name: str) -> dict[str, Any]:
    told = keeper.ask(config.stash[FOLDER], name)
    if reason := told.get("unavailable"):
        give_up(f"no {name}: {reason}", os.environ)
    if problem := told.get("failed"):
        raise Died(f"{name}: {problem}")
    return told


@pytest.fixture(scope="session")
def kafka_server(pytestconfig: pytest.Config) -> KafkaServer:
    """Shared by all: it cannot be stopped, and other tests' topics are on it."""
    return KafkaServer(**_shared(pytestconfig, "kafka"))


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> PostgresServer:
    """Shared by all: it cannot be stopped; take `database` for a database of your own."""
    return PostgresServer(**_shared(pytestconfig, "postgres"))


# ── what is a test's own ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def topic_prefix() -> str:
    """Begins the names of topics, groups and transactions, so that tests do not meet on the broker."""
    return f"t{uuid.uuid4().hex[:12]}."


@dataclass(frozen=True)
class Database:
    name: str
    url: str
    """For the superuser."""
    server: PostgresServer


@pytest.fixture
def database(postgres_server: PostgresServer) -> Iterator[Database]:
    """An empty database, dropped after the test whoever is still connected."""
    with fresh_database(postgres_server) as fresh:
        yield fresh


@contextmanager
def fresh_database(server: PostgresServer) -> Iterator[Database]:
    name = f"t{uuid.uuid4().hex[:12]}"
    # template0 lets nobody in, so that copies of it never wait for each other.
    _administer(server, sql.SQL("CREATE DATABASE {} TEMPLATE template0"), name)
    try:
        yield Database(name, server.url(dbname=name), server)
    finally:
        deserted(server, name)
        _administer(server, sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)


def deserted(server: PostgresServer, name: str) -> None:
    """Return when nobody is connected to a database any more: what needs it so waits for five seconds only."""
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = %s",
            (name,),
        )


def _administer(server: PostgresServer, statement: sql.SQL, name: str) -> None:
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(name)))


def owned(server: AbstractContextManager[S]) -> Iterator[S]:
    """The body of a fixture of a server that nobody else has."""
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(server)
        except Unavailable as refusal:
            give_up(f"none of our own: {refusal}", os.environ)
        yield opened


@pytest.fixture(scope="module")
def _module_kafka() -> Iterator[KafkaServer]:
    yield from owned(kafka(own=True))


@pytest.fixture(scope="module")
def _module_postgres() -> Iterator[PostgresServer]:
    yield from owned(postgres(own=True, fsync=True))


@pytest.fixture
def own_kafka(_module_kafka: KafkaServer) -> KafkaServer:
    """The module's own, to be stopped and killed; it runs when a test begins."""
    _module_kafka.start()
    return _module_kafka


@pytest.fixture
def own_postgres(_module_postgres: PostgresServer) -> PostgresServer:
    """The module's own, to be stopped and killed, with fsync; it runs when a test begins."""
    _module_postgres.start()
    return _module_postgres

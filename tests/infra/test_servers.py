"""The servers that other tests stand on: real ones, shared by a whole run, broken and restarted when they are ours."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psycopg
import pytest
from kafka import KafkaConsumer, KafkaProducer

from tests.support.servers import Died, NotOurs, Unavailable, kafka, postgres
from tests.support.servers.choosing import Opened, Way, first_of, ways
from tests.support.servers.fixtures import fresh_database, give_up
from tests.support.servers.jars import ROOT

pytestmark = pytest.mark.slow

READ_MS = 60_000


def produced(bootstrap: str, topic: str, value: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    try:
        producer.send(topic, value).get(READ_MS / 1000)
    finally:
        producer.close()


def consumed(bootstrap: str, topic: str) -> bytes:
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        consumer_timeout_ms=READ_MS,
    )
    try:
        value: bytes = next(iter(consumer)).value
        return value
    finally:
        consumer.close()


def asked(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()  # of these tests, no input
    return row and row[0]


def executed(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


# ── what they do ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_record_comes_back_from_kafka(kafka_server, topic_prefix):
    produced(kafka_server.bootstrap, f"{topic_prefix}facts", b"one")
    assert consumed(kafka_server.bootstrap, f"{topic_prefix}facts") == b"one"


def test_postgres_tells_a_version_that_is_supported(database):
    assert int(str(asked(database.url, "SHOW server_version_num"))) >= 150_000


def test_a_database_begins_empty(database):
    executed(database.url, "CREATE TABLE t ()")
    with fresh_database(database.server) as another:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert (asked(database.url, tables), asked(another.url, tables)) == (1, 0)


def test_a_role_of_its_own_gets_in_by_its_url(database):
    role = f"r{database.name}"
    executed(database.url, f"CREATE ROLE {role} LOGIN PASSWORD 'a b/@:'")
    try:
        url = database.server.url(role, "a b/@:", database.name)
        assert asked(url, "SELECT current_user") == role
    finally:
        executed(database.url, f"DROP ROLE {role}")


def test_shared_servers_cannot_be_broken(kafka_server, postgres_server):
    for attempt in (kafka_server.kill, kafka_server.stop, postgres_server.restart):
        with pytest.raises(NotOurs):
            attempt()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_of_postgres_keeps_what_was_committed(own_postgres, mode):
    with fresh_database(own_postgres) as database:
        executed(database.url, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (7)")
        own_postgres.restart(mode)
        assert asked(database.url, "SELECT n FROM t") == 7


def test_killed_postgres_comes_back_with_what_was_committed(own_postgres):
    with fresh_database(own_postgres) as database:
        executed(database.url, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (7)")
        own_postgres.kill()
        with pytest.raises(psycopg.OperationalError):
            asked(database.url, "SELECT 1")
        own_postgres.start()
        assert asked(database.url, "SELECT n FROM t") == 7


def test_killed_kafka_comes_back_with_its_record(own_kafka):
    produced(own_kafka.bootstrap, "facts", b"kept")
    own_kafka.kill()
    own_kafka.start()
    assert consumed(own_kafka.bootstrap, "facts") == b"kept"


# ── when they cannot be had, or fail ────────────────────────────────────────────────────────────────────────────────────


def test_a_server_that_dies_at_once_tells_why():
    server = postgres(settings={"shared_buffers": "much"})
    with pytest.raises(Died, match="shared_buffers"), server:
        pass


@pytest.mark.parametrize(
    ("server", "variable", "address"),
    [
        (kafka, "DUNGHEN_TEST_KAFKA", "127.0.0.1:1"),
        (postgres, "DUNGHEN_TEST_DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/d"),
    ],
)
def test_an_address_where_nobody_answers_is_not_replaced_by_something_else(
    server, variable, address
):
    with pytest.raises(Unavailable) as refusal, server(environment={variable: address}):
        pass
    assert "127.0.0.1" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_what_cannot_be_had_is_skipped_with_the_reason():
    with pytest.raises(pytest.skip.Exception, match="no network"):
        give_up("no network", {})


def test_what_cannot_be_had_fails_in_ci():
    with pytest.raises(pytest.fail.Exception, match="no network"):
        give_up("no network", {"CI": "true"})


# ── the order of choice ─────────────────────────────────────────────────────────────────────────────────────────────────


def opens(value: str) -> Opened[str]:
    return lambda: nullcontext(value)


def refuses(reason: str) -> Opened[str]:
    @contextmanager
    def opened() -> Iterator[str]:
        yield from _refused(reason)

    return opened


def _refused(reason: str) -> Iterator[str]:
    raise Unavailable(reason)


def order(given: Opened[str] | None, *, own: bool) -> list[str]:
    packages = [Way("packages", opens("p")), Way("system", opens("s"))]
    return [way.name for way in ways(given=given, docker=opens("d"), packages=packages, own=own)]


def test_an_address_goes_before_docker_before_packages():
    assert order(opens("a"), own=False) == ["address"]
    assert order(None, own=False) == ["Docker", "packages", "system"]


def test_a_server_to_be_broken_is_always_a_process_of_ours():
    assert order(opens("a"), own=True) == ["packages", "system"]


def test_the_first_that_does_not_refuse_is_taken():
    with first_of([Way("a", refuses("off")), Way("b", opens("B")), Way("c", opens("C"))]) as taken:
        assert taken == "B"


def test_all_refusals_are_told_together():
    server = first_of([Way("a", refuses("off")), Way("b", refuses("gone"))])
    with pytest.raises(Unavailable, match="a: off; b: gone"), server:
        pass


# ── nothing is left behind ──────────────────────────────────────────────────────────────────────────────────────────────

HOLDS_ONE = """
import sys, time
from tests.support.servers import postgres
with postgres(own=True) as server:
    print(server.superuser_url, server.control._process.program.folder, flush=True)
    time.sleep(600)
"""


def gone(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return True
    return False


def test_a_server_goes_with_its_folder_when_whoever_started_it_is_killed(own_postgres):
    command = [sys.executable, "-c", HOLDS_ONE]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        url, folder = holder.stdout.readline().split()
        asked(url, "SELECT 1")
        holder.kill()
    patience = time.monotonic() + 90
    while time.monotonic() < patience and not (gone(url) and not Path(folder).exists()):
        time.sleep(0.05)
    assert gone(url)
    assert not Path(folder).exists()

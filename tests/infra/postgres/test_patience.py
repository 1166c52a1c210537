"""What a connection waits for, it waits for so long and no longer: a statement, another's lock, its own silent transaction."""

from contextlib import closing, contextmanager
from select import select

import pytest

from infra.errors import CannotRun
from infra.postgres import server
from infra.postgres.log import PostgresLog
from infra.postgres.schema import migrate
from infra.postgres.server import connect, explained
from tests.support.postgres import asked

FOR_EVER = 60
"""Seconds: what nothing ends goes on for so long, and is not ended by an error then."""
SILENCE = "until the server says something"
ONE = "SELECT pg_advisory_xact_lock(1)"


@contextmanager
def single(url):
    with closing(connect(url)) as connection, explained("here"):
        yield connection


@contextmanager
def of_the_logs_pool(url):
    with closing(PostgresLog(url)) as log, log.datastore.get_connection() as connection:
        yield connection


@pytest.fixture
def url(database):
    """With its tables made by somebody who may take his time."""
    migrate(database.url)
    return database.url


everywhere = pytest.mark.parametrize("connected", [single, of_the_logs_pool])


def code_of(connected, url, *statements):
    """What the last of the statements is refused with."""

    def say():
        with connected(url) as connection:
            for statement in statements:
                if statement is SILENCE:
                    assert select([connection.fileno()], [], [], FOR_EVER)[0], "nothing happens"
                else:
                    connection.execute(statement)

    with pytest.raises(CannotRun) as told:
        say()
    return told.value.code


@everywhere
def test_a_statement_is_ended_that_takes_too_long(url, monkeypatch, connected):
    monkeypatch.setattr(server, "STATEMENT_SECONDS", 2)
    assert code_of(connected, url, f"SELECT pg_sleep({FOR_EVER})") == "timeout"


@everywhere
def test_a_lock_that_another_holds_is_given_up(url, monkeypatch, connected):
    monkeypatch.setattr(server, "LOCK_SECONDS", 1)
    monkeypatch.setattr(server, "STATEMENT_SECONDS", FOR_EVER)
    with asked(url) as other, other.transaction():
        other.execute(ONE)
        assert code_of(connected, url, ONE) == "database_locked"


@everywhere
def test_who_says_nothing_within_a_transaction_keeps_nobody_waiting_for_its_locks(
    url, monkeypatch, connected
):
    monkeypatch.setattr(server, "STATEMENT_SECONDS", 2)
    said = ("BEGIN", ONE, SILENCE, "SELECT 1")
    assert code_of(connected, url, *said) == "database_unreachable"

"""Rows that are read a part at a time leave nothing open behind them, however the reading ends."""

import gc
import threading

import psycopg
import pytest

from infra.postgres.server import connect, in_parts
from tests.support.postgres import asked, opened_in

MANY = "SELECT generate_series(1, 100000)"
SOON = 30
OPEN = "SELECT count(*) FROM pg_cursors"


@pytest.fixture
def connection(database):
    with connect(database.url) as connection:
        yield connection


def test_several_are_read_side_by_side_and_closed_before_the_transaction_ends(connection):
    with connection.transaction():
        with in_parts(connection) as one, in_parts(connection) as other:
            rows = zip(one.execute(MANY), other.execute(MANY), strict=True)
            assert [next(rows) for _ in range(2)] == [((1,), (1,)), ((2,), (2,))]
            assert connection.execute(OPEN).fetchone() == (2,)
        assert connection.execute(OPEN).fetchone() == (0,)


def test_what_cannot_be_closed_at_the_server_is_closed_here(connection, database):
    def read():
        with connection.transaction(), in_parts(connection) as cursor:
            assert cursor.execute(MANY).fetchone() == (1,)
            with asked(database.url) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
            seen.append(cursor)

    seen: list[psycopg.ServerCursor[psycopg.rows.TupleRow]] = []
    with pytest.raises(psycopg.OperationalError):
        read()

    assert seen.pop().closed
    gc.collect()  # where psycopg would warn of one that is not


@pytest.fixture
def views(database):
    with opened_in(database.url) as store:
        yield store.views


def left(views):
    """A reading that was left half-way, in a transaction that has ended."""
    with views.reading() as database:
        rows = database.each(MANY)
        assert next(rows) == (1,)
    return rows


def test_who_is_left_half_way_asks_nothing_in_the_next_transaction(views):
    rows = left(views)
    with views.reading() as database:
        rows.close()
        assert database.rows("SELECT 1") == [(1,)]


def test_who_is_left_half_way_waits_for_nobody(views):
    """The collector may let go of him in the midst of another statement, in the thread that has it."""
    letting_go = threading.Thread(target=left(views).close)
    with views.database.connection.lock:
        letting_go.start()
        letting_go.join(SOON)
        gone = not letting_go.is_alive()
    letting_go.join()
    assert gone

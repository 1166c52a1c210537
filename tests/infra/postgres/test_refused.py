"""A server that answers and lets nobody in: told by its SQLSTATE apart from one that is away, since waiting does not help."""

import socket
from contextlib import closing

import pytest

from infra.cli import main
from infra.errors import CannotRun
from infra.postgres.bookmark import Bookmark
from infra.postgres.log import PostgresLog
from infra.postgres.schema import migrate
from infra.postgres.server import connect
from infra.running._failures import meaning
from infra.wiring import distributed
from tests.support.postgres import asked
from tests.support.stores import END, LAW


@pytest.fixture
def visitor(database):
    """A user who may connect, and how its address changes."""
    name = f"v_{database.name}"
    with asked(database.url) as c:
        c.execute(f"CREATE USER {name} PASSWORD 'right'")
        yield lambda password="right", dbname=database.name: database.server.url(
            name, password, dbname
        )
        c.execute(f"DROP ROLE {name}")


def refusal(action):
    with pytest.raises(CannotRun) as refused:
        action()
    return refused.value


OPENERS = {
    "a connection": connect,
    "migrate": migrate,
    "a bookmark": lambda url: Bookmark(url, "b"),
    "a store": lambda url: distributed(url, LAW, END, None),
}


@pytest.mark.parametrize("password", ["wrong", ""])
@pytest.mark.parametrize("opened", OPENERS.values(), ids=OPENERS)
def test_a_password_that_is_not_accepted_is_no_server_that_is_away(visitor, opened, password):
    told = refusal(lambda: opened(visitor(password)))
    assert (told.code, meaning(told)[0]) == ("database_refused", "ended")
    assert "pg_hba.conf" in told.message
    assert "wrong" not in told.message


def test_a_database_that_is_not_there_is_told(visitor):
    told = refusal(lambda: connect(visitor(dbname="nowhere")))
    assert (told.code, meaning(told)[0]) == ("database_missing", "ended")
    assert "dunghen migrate" in told.message


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("sslmode=foo", 'invalid sslmode value: "foo"'),
        ("port=99999", "port"),
        ("options=-c%20foo%3Dbar", "foo"),
        ("options=-c%20statement_timeout%3Dsoon", "statement_timeout"),
    ],
)
def test_an_address_that_will_never_do_is_no_server_that_is_away(visitor, setting, said):
    told = refusal(lambda: connect(f"{visitor('right')}?{setting}"))
    assert (told.code, meaning(told)[0]) == ("bad_database_url", "ended")
    assert said in told.message


def test_who_listens_there_and_is_no_postgresql_is_told():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        told = refusal(lambda: connect(f"postgresql://u@127.0.0.1:{port}/d?connect_timeout=2"))
    assert (told.code, meaning(told)[0]) == ("database_unreachable", "retried")
    assert "nobody there answers as PostgreSQL does" in told.message


def test_a_server_without_a_connection_left_is_waited_for(visitor, database):
    with asked(database.url) as c:
        c.execute(f"ALTER USER v_{database.name} CONNECTION LIMIT 0")
    told = refusal(lambda: connect(visitor()))
    assert (told.code, meaning(told)[0]) == ("database_crowded", "retried")
    assert "max_connections" in told.message


def test_a_user_who_may_not_connect_is_told(visitor, database):
    with asked(database.url) as c:
        c.execute(f"REVOKE CONNECT ON DATABASE {database.name} FROM PUBLIC")
    assert refusal(lambda: connect(visitor())).code == "database_refused"


def test_a_password_that_was_changed_is_told_when_the_connection_is_lost(visitor, database):
    migrate(database.url)
    name = f"v_{database.name}"
    with asked(database.url) as c:
        c.execute(f"GRANT dunghen_projector TO {name}")
        with closing(PostgresLog(visitor())) as log:
            c.execute(f"ALTER USER {name} PASSWORD 'another'")
            assert log.max_position() == 0
            c.execute(
                f"SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE usename = '{name}'"
            )
            log._store.pool.timeout = 0.5
            assert refusal(log.max_position).code == "database_refused"


def test_where_the_answer_cannot_be_seen_it_counts_as_away(visitor, monkeypatch):
    monkeypatch.delattr("os.memfd_create")
    assert refusal(lambda: connect(visitor("wrong"))).code == "database_unreachable"


@pytest.mark.parametrize(
    ("lang", "words"), [("vi", "không cho người dùng này vào"), ("en", "does not let this user in")]
)
def test_a_command_says_so_in_the_readers_language(visitor, capsys, lang, words):
    assert main(["--lang", lang, "--database", visitor("wrong"), "verify"]) == 3
    said = capsys.readouterr().err
    assert words in " ".join(said.split())
    assert "wrong" not in said

"""The log in PostgreSQL only grows, whoever asks: triggers stop its owner, privileges everybody else."""

from select import select

import psycopg
import pytest

from consumers import project
from domain import events
from infra.cli import main
from infra.errors import CannotRun
from infra.postgres.schema import migrate
from infra.postgres.server import checked, connect, explained
from infra.running import AWAY
from infra.verifylog import verify_log
from infra.wiring import distributed
from tests.support.log import envelope
from tests.support.postgres import asked, opened_in
from tests.support.stores import END, LAW, World, put

pytestmark = pytest.mark.slow


@pytest.fixture
def filled(database):
    with opened_in(database.url) as store:
        put(store, World(1).arrivals)
        store.catch_up()
        yield store


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log.stored_events SET topic = 'x'",
        "DELETE FROM log.stored_events",
        "TRUNCATE log.stored_events",
        "DELETE FROM log.ledger",
        "UPDATE log.checkpoints SET digest = ''",
        "DELETE FROM log.meta",
        "DELETE FROM vault.keys",
        "INSERT INTO vault.keys VALUES ('x', 'k'); UPDATE vault.keys SET wrapped = 'other'",
        "INSERT INTO vault.readings VALUES (1, 'd', 'r', 'a'); DELETE FROM vault.readings",
        "INSERT INTO log.stored_events SELECT 'new', 2, topic, state, notification_id + 1000 FROM log.stored_events LIMIT 1",
        "INSERT INTO log.stored_events SELECT 'new', 1, topic, state, 100000 FROM log.stored_events LIMIT 1",
        "INSERT INTO log.stored_events SELECT 'new', 1, topic, state, 0 FROM log.stored_events LIMIT 1",
    ],
)
def test_not_even_the_owner_changes_what_is_stored(filled, database, statement):
    with asked(database.url) as c, pytest.raises(psycopg.errors.IntegrityError):
        c.execute(statement)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DROP TRIGGER log_stored_events_never ON log.stored_events", "schema"),
        ("ALTER TABLE log.stored_events DISABLE TRIGGER stored_events_next", "schema"),
        ("CREATE TABLE log.more (x int)", "schema"),
        ("DROP TABLE log.checkpoints", "schema"),
        (
            "CREATE OR REPLACE FUNCTION log.never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "schema",
        ),
        (
            (
                "ALTER TABLE log.stored_events DISABLE TRIGGER ALL;"
                " UPDATE log.stored_events SET state = overlay(state PLACING 'x' FROM 100) WHERE notification_id = 3;"
                " ALTER TABLE log.stored_events ENABLE TRIGGER ALL"
            ),
            "altered",
        ),
    ],
)
def test_what_was_done_all_the_same_is_found(filled, database, statement, code):
    with asked(database.url) as c:
        c.execute(statement)
    assert code in {broken.code for broken in verify_log(filled.log)}


# ── roles ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def login(database):
    """A user of one of the roles, and the URL that they connect by."""
    made = []

    def made_for(role):
        name = f"{role}_{database.name}"[:60]
        with asked(database.url) as c:
            c.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'p' IN ROLE dunghen_{role}")
        made.append(name)
        return database.server.url(name, "p", database.name)

    yield made_for
    with asked(database.url) as c:
        for name in made:
            c.execute(f"DROP OWNED BY {name} CASCADE; DROP ROLE {name}")


MAY = {
    "writer": {
        "SELECT count(*) FROM log.stored_events",
        "SELECT count(*) FROM vault.keys",
        "SELECT count(*) FROM views_1.dossiers",
    },
    "projector": {
        "SELECT count(*) FROM log.stored_events",
        "DELETE FROM views_1.dossiers",
        "SELECT count(*) FROM views_1.dossiers",
        "UPDATE views.present SET number = 1",
        "CREATE SCHEMA views_9",
    },
    "reader": {
        "SELECT count(*) FROM log.stored_events",
        "SELECT count(*) FROM views_1.dossiers",
    },
}
STATEMENTS = sorted(
    set().union(*MAY.values())
    | {
        "UPDATE log.stored_events SET topic = 'x'",
        "DELETE FROM log.ledger",
        "TRUNCATE log.checkpoints",
        "DELETE FROM vault.keys",
        "UPDATE vault.keys SET dossier = 'x'",
        "INSERT INTO log.meta VALUES ('x', 1)",
        "DROP TABLE log.stored_events",
        "DROP TABLE views.present",
        "CREATE TABLE log.mine (x int)",
    }
)


@pytest.mark.parametrize("role", sorted(MAY))
def test_each_role_may_do_its_own_work_and_nothing_else(filled, login, role):
    allowed = set()
    with asked(login(role)) as c:
        for statement in STATEMENTS:
            try:
                c.execute(statement)
                allowed.add(statement)
            except psycopg.errors.InsufficientPrivilege:
                pass
    assert allowed == MAY[role]


def test_a_writer_appends_a_projector_projects_and_a_reader_asks(filled, login):
    more = World(2).arrivals[:5]
    with opened_in(login("writer")) as store:
        put(store, [event | {"id": f"w-{event['id']}"} for event in more])
        store.catch_up()  # may not, and says nothing: that is the projector's work
        assert not store.caught_up
    with opened_in(login("projector")) as store:
        store.catch_up()
        assert store.caught_up
    with opened_in(login("reader")) as store:
        store.catch_up()
        assert store.views.count("dossiers") == filled.views.count("dossiers")
        with pytest.raises(CannotRun) as refused:
            put(store, [event | {"id": f"r-{event['id']}"} for event in more])
        assert refused.value.code == "no_access"


# ── the place ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_database_that_was_not_migrated_is_told(database):
    with pytest.raises(CannotRun) as refused:
        distributed(database.url, LAW, END, None)
    assert refused.value.code == "not_migrated"


def test_migrating_twice_changes_nothing(database):
    assert (migrate(database.url), migrate(database.url)) == (True, False)


def test_a_later_version_is_left_alone(database):
    migrate(database.url)
    with asked(database.url) as c:
        c.execute(
            "ALTER TABLE log.meta DISABLE TRIGGER ALL; UPDATE log.meta SET value = 99 WHERE key = 'schema'"
        )
    with pytest.raises(CannotRun) as refused:
        migrate(database.url)
    assert refused.value.code == "newer_version"


def test_a_database_of_another_application_is_left_alone(database, capsys):
    with asked(database.url) as c:
        c.execute("CREATE SCHEMA log; CREATE TABLE log.entries (line text)")
    assert main(["--database", database.url, "--lang", "en", "migrate"]) == 3
    assert "schemas of another application under our names (log)" in capsys.readouterr().err
    with asked(database.url) as c:
        found = c.execute("SELECT nspname FROM pg_namespace WHERE nspname = 'work'").fetchall()
    assert found == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "database_unreachable"),
        ("nonsense", "bad_database_url"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(url, code):
    with pytest.raises(CannotRun) as refused:
        migrate(url)
    assert refused.value.code == code


def refusal_of(connection, statement):
    with pytest.raises(CannotRun) as refused, explained("there"):
        connection.execute(statement)
    return refused.value.code


def test_a_server_that_takes_nothing_in_now_is_waited_for(database):
    with connect(database.url) as connection:
        connection.execute("SET default_transaction_read_only = on")
        assert refusal_of(connection, "CREATE TABLE one (x int)") == "database_read_only"
    assert "database_read_only" in AWAY


def test_who_was_paused_within_a_transaction_has_lost_its_connection_and_no_more(database):
    with connect(database.url) as connection:
        connection.execute("SET idle_in_transaction_session_timeout = 1")
        connection.execute("BEGIN")
        assert select([connection.fileno()], [], [], 60)[0], "the server says nothing"
        assert refusal_of(connection, "SELECT 1") == "database_unreachable"


def test_the_setting_that_loses_events_is_refused():
    with pytest.raises(CannotRun) as refused:
        checked("postgresql://localhost/x", {"POSTGRES_ENABLE_DB_FUNCTIONS": "y"})
    assert refused.value.code == "forbidden_setting"


def test_both_ends_notice_within_a_minute_that_the_other_is_gone_without_a_word(database):
    with connect(database.url) as connection:
        row = connection.execute(
            "SELECT sum(setting::int) FROM pg_settings WHERE name LIKE 'tcp_keepalives_i%'"
        ).fetchone()
    assert row == (25,)
    assert "keepalives_idle=20" in checked(database.url, {})
    assert "keepalives_idle=9" in checked(f"{database.url}?keepalives_idle=9", {})


def test_what_the_tables_do_not_take_stops_its_dossier_only(database):
    there = {"competent_unit": "PLACE"}
    sent = [envelope("accepted", "a", "A-1", data=there), envelope("accepted", "b", "B-1")]
    with opened_in(database.url) as store:
        store.engine.record([events.read(each, recorded_at=END) for each in sent])
        lines = [
            (*line[:3], bytes(line[3]).replace(b"PLACE", rb"\u0000"))
            for line in store.log.select(0, 10)
        ]
        assert project.take(lines, store.log, store.views, LAW, END) == 1
        assert store.views.troubles() == {
            "A-1": "event 1 cannot be applied: the database does not take it (CharacterNotInRepertoire)"
        }
        assert [key for key, _ in store.views.database.rows("SELECT dossier, unit FROM dossiers")]

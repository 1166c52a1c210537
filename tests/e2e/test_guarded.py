"""The services against a broker that lets in by TLS and password only, and a database that shows a certificate."""

import subprocess
from types import SimpleNamespace

import psycopg
import pytest

from tests.e2e.test_services import EVENTS, Installation, complete, shows, wait
from tests.support.servers.fixtures import fresh_database
from tests.support.servers.guarded import PASSWORD, USER

pytestmark = pytest.mark.e2e


@pytest.fixture
def database(own_certified):
    with fresh_database(own_certified) as fresh:
        yield fresh


@pytest.fixture
def installation(database, own_guarded, authority, topic_prefix, tmp_path):
    broker = SimpleNamespace(bootstrap=own_guarded.by_password)
    made = Installation(database, broker, topic_prefix.strip("."), tmp_path)
    (tmp_path / "password").write_text(PASSWORD)
    made.environment |= {
        "DUNGHEN_KAFKA_SECURITY": "sasl_tls",
        "DUNGHEN_KAFKA_CA": str(authority.ca),
        "DUNGHEN_KAFKA_SASL_USER": USER,
        "DUNGHEN_KAFKA_SASL_PASSWORD_FILE": str(tmp_path / "password"),
    }
    made.dunghen("migrate")
    yield made
    made.forget_users()


def spoken_in(database):
    """Whether the services' connections, those of their pools too, are by TLS."""
    with psycopg.connect(database.url) as connection:
        rows = connection.execute(
            "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
            " WHERE application_name = 'dunghen' AND datname = current_database()"
        ).fetchall()
    return {ssl for (ssl,) in rows}


def test_what_is_imported_goes_through_the_broker_to_the_answers(installation):
    with installation.serving("relay") as relay, installation.serving("consume", "projections"):
        installation.dunghen("import", str(EVENTS))
        wait(lambda: shows(relay, "dunghen_relay_lag_events 0.0"))
        assert wait(lambda: complete(installation.dunghen("violations")))["total"] > 0
        assert spoken_in(installation.database) == {True}
    assert installation.dunghen("verify")["differences"] == []


@pytest.mark.parametrize(
    "words",
    [("relay",), ("consume", "projections"), ("consume", "intake")],
    ids=" ".join,
)
def test_a_wrong_password_ends_a_service_with_one_sentence_and_without_the_password(
    installation, tmp_path, words
):
    (tmp_path / "password").write_text("mat-khau-sai")
    done = subprocess.run(
        installation.command(*words),
        env=installation.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 3
    assert '"code":"broker_refused"' in done.stderr.replace(" ", "")
    assert "DUNGHEN_KAFKA_SASL_USER" in done.stderr
    assert "mat-khau" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr

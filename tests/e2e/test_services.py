"""The long-running commands as an operator starts them: processes of their own, settings from the environment, SIGTERM."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, closing, contextmanager

import psycopg
import pytest

from infra.kafka import Publisher
from infra.messages.message import Message
from infra.settings.brokers import Brokers
from tests.architecture.test_docs import ROOT
from tests.support.servers import free_port
from tests.support.serving import UNHURRIED

pytestmark = pytest.mark.e2e

STRUCTURED = (("content-type", b"application/cloudevents+json"),)
EVENTS = ROOT / "docs/examples/events.jsonl"
PATIENCE = 90
MIGRATED = 1
"""Events of a log that nothing was told yet: who made the tables."""


class Installation:
    """One database and one set of topics; `dunghen` runs a command to its end, `serving` runs one that does not end."""

    def __init__(self, database, kafka, prefix, folder):
        self.database, self.folder = database, folder
        key = folder / "key"
        key.write_text("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=\n")
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("DUNGHEN_")
        }
        self.environment |= UNHURRIED | {
            "DUNGHEN_DATABASE_URL": database.url,
            "DUNGHEN_KAFKA": kafka.bootstrap,
            "DUNGHEN_KAFKA_TOPIC_PREFIX": prefix,
            "DUNGHEN_KAFKA_GROUP_PREFIX": prefix,
            "DUNGHEN_KAFKA_PARTITIONS": "4",
            "DUNGHEN_MASTER_KEY_FILE": str(key),
            "DUNGHEN_LOG": "json",
            "PYTHONPATH": str(ROOT),
        }

    def as_role(self, words):
        """The address of a user with the one role that docs/operating.md gives this command."""
        writes = words[0] in {"import", "serve"} or words == ("consume", "intake")
        role = "writer" if writes else "projector"
        return self.user_of(role)

    def user_of(self, role):
        """The address of a user of a role, made when it is first asked for."""
        name = f"{role}_{self.database.name}"
        with psycopg.connect(self.database.url, autocommit=True) as c:
            if not c.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone():
                c.execute(f"CREATE USER {name} PASSWORD 'p' IN ROLE dunghen_{role}")
        return self.database.server.url(name, "p", self.database.name)

    def forget_users(self):
        with psycopg.connect(self.database.url, autocommit=True) as c:
            for role in ("writer", "projector", "reader"):
                name = f"{role}_{self.database.name}"
                if c.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone():
                    c.execute(f"DROP OWNED BY {name} CASCADE; DROP ROLE {name}")

    def command(self, *words):
        return [sys.executable, "-c", "import sys, infra.cli; sys.exit(infra.cli.main())", *words]

    def dunghen(self, *words):
        done = subprocess.run(
            self.command(*words, "--json"),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in {0, 1}, done.stdout + done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def serving(self, *words):
        port = free_port()
        log = self.folder / f"{port}.log"
        with log.open("wb") as said:  # a pipe that nobody reads is full one day
            process = subprocess.Popen(
                self.command(*words),
                env=self.environment
                | {
                    "DUNGHEN_OPS_ADDRESS": f"127.0.0.1:{port}",
                    "DUNGHEN_DATABASE_URL": self.as_role(words),
                },
                stderr=said,
            )
        try:
            wait(lambda: page(port, "/readyz"), process, log)
            yield port
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()


def page(port, path):
    """Empty as long as it cannot be had."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refused:
        refused.close()
    except OSError:
        pass
    return ""


def shows(port, *measured):
    """Whether all of this stands in one look at what is measured."""
    told = page(port, "/metrics")
    return all(each in told for each in measured)


def wait(holds, process=None, log=None):
    """Until it holds, and as long as the process lives; what that says is in its log, or in its pipe."""
    patient = time.monotonic() + PATIENCE
    while not (held := holds()):
        assert process is None or process.poll() is None, (
            log.read_text() if log else process.stderr.read()
        )
        assert time.monotonic() < patient, "it took too long"
        time.sleep(0.1)
    return held


@pytest.fixture
def installation(database, kafka_server, topic_prefix, tmp_path):
    made = Installation(database, kafka_server, topic_prefix.strip("."), tmp_path)
    assert made.dunghen("migrate")["migrated"] is True
    yield made
    made.forget_users()


def test_what_is_imported_is_published_projected_and_answered(installation):
    services = (
        ("relay",),
        ("consume", "projections"),
        ("consume", "projections"),
        ("consume", "deadlines"),
    )
    with ExitStack() as stack:
        relay, *workers, deadlines = [
            stack.enter_context(installation.serving(*words)) for words in services
        ]
        installation.dunghen("import", str(EVENTS))
        position = installation.dunghen("verify")["events"]
        published = f"dunghen_relay_position {position:.1f}", "dunghen_relay_lag_events 0.0"
        wait(lambda: shows(relay, *published))
        wait(lambda: all(shows(port, "dunghen_consumer_partitions") for port in workers))
        answer = wait(lambda: complete(installation.dunghen("violations", "--count-by", "rule")))
        latency = "dunghen_projecting_latency_seconds_count"
        wait(lambda: any(shows(port, latency) for port in workers))
        wait(lambda: all(shows(port, "dunghen_waiting_dossiers 0.0") for port in workers))
        wait(lambda: shows(deadlines, "dunghen_deadlines_lag_seconds 0.0"))
    assert answer["total"] > 0
    assert installation.dunghen("verify")["differences"] == []


def test_what_other_systems_report_is_taken_in_and_what_cannot_be_waits(installation, kafka_server):
    with ExitStack() as stack:
        *_, intake = [
            stack.enter_context(installation.serving(*words))
            for words in (("relay",), ("consume", "projections"), ("consume", "intake"))
        ]
        topic = f"{installation.environment['DUNGHEN_KAFKA_TOPIC_PREFIX']}.facts.v1"
        with closing(Publisher(Brokers((kafka_server.bootstrap,)), patience=PATIENCE)) as publisher:
            facts = [line for line in EVENTS.read_bytes().splitlines() if line]
            publisher.publish(Message(topic, None, fact, STRUCTURED) for fact in [*facts, b"{"])
            publisher.flush()
        wait(lambda: installation.dunghen("dead-letters")["states"]["waiting"] == 1)
        wait(lambda: installation.dunghen("verify")["events"] == len(facts) + MIGRATED)
        wait(lambda: complete(installation.dunghen("violations")))
        wait(lambda: shows(intake, "dunghen_dead_letters_open 1.0"))
    assert installation.dunghen("parked")["total"] == 0


def complete(answer):
    return answer if answer["complete"] else None


def test_a_wrong_setting_is_named_and_nothing_starts(installation):
    wrong = installation.environment | {"DUNGHEN_KAFKA_PARTITIONS": "many"}
    done = subprocess.run(
        installation.command("relay"), env=wrong, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "DUNGHEN_KAFKA_PARTITIONS" in done.stderr
    assert "Traceback" not in done.stderr


def test_copies_that_the_brokers_are_too_few_for_are_told_until_they_are_there(installation):
    process = subprocess.Popen(
        installation.command("relay"),
        env=installation.environment | {"DUNGHEN_KAFKA_REPLICAS": "99"},
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        told = next(line for line in process.stderr if "replicas_missing" in line)
        process.terminate()
        process.stderr.read()
    assert json.loads(told)["level"] == "warning"
    assert process.returncode == 0
    with installation.serving("relay"):
        pass


def test_a_password_that_the_database_does_not_accept_ends_a_service_at_its_start(installation):
    secret = "not-it"
    url = installation.database.server.url("postgres", secret, installation.database.name)
    done = subprocess.run(
        installation.command("consume", "deadlines"),
        env=installation.environment | {"DUNGHEN_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 3
    assert '"code":"database_refused"' in done.stderr.replace(" ", "")
    assert secret not in done.stderr


@pytest.mark.parametrize(
    "words", [("migrate",), ("relay",), ("serve", "--port", "0")], ids=lambda words: words[0]
)
def test_the_setting_that_loses_events_is_refused_and_nothing_starts(
    database, kafka_server, topic_prefix, tmp_path, words
):
    never_migrated = Installation(database, kafka_server, topic_prefix.strip("."), tmp_path)
    done = subprocess.run(
        never_migrated.command("--lang", "en", *words),
        env=never_migrated.environment | {"POSTGRES_ENABLE_DB_FUNCTIONS": "y"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 3
    assert "POSTGRES_ENABLE_DB_FUNCTIONS is set" in done.stderr
    assert "Traceback" not in done.stderr
    with psycopg.connect(database.url) as connection:
        made = "SELECT nspname FROM pg_namespace WHERE nspname IN ('log', 'vault', 'views', 'work')"
        assert connection.execute(made).fetchall() == []

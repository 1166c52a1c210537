"""The operator's page, carried out: the topics are made anew, because Kafka was lost, or because they tell more than a restored log."""

import re
from contextlib import ExitStack, closing

import psycopg
import pytest
from kafka.admin import KafkaAdminClient
from psycopg import sql

from infra.messages.topics import topics
from infra.settings.brokers import Brokers
from infra.wiring import clock, distributed
from tests.chaos.checks import announced, published
from tests.e2e.test_restore import PAGE
from tests.e2e.test_services import EVENTS, Installation, complete, wait
from tests.support.postgres import MASTER
from tests.support.servers.fixtures import deserted
from tests.support.stores import LAW

pytestmark = pytest.mark.e2e

MOVED_BACK = re.compile(
    r"UPDATE work\.bookmarks SET position = 0 WHERE name LIKE '%\.dossier-events\.v1'"
)
GIVEN_AGAIN = "GRANT CREATE ON DATABASE {} TO dunghen_projector"
"""What a copy of a database has not, and one that `pg_restore --create` makes has."""


class Place:
    """An installation whose database and topics can be lost."""

    def __init__(self, installation, database, kafka, prefix):
        self.installation, self.database = installation, database
        self.dunghen = installation.dunghen
        self.brokers, self.named = Brokers((kafka.bootstrap,)), topics(prefix)

    def imported(self, file):
        """Import a file while the services run, until the topics tell what came of it."""
        with ExitStack() as stack:
            for words in (("relay",), ("consume", "projections")):
                stack.enter_context(self.installation.serving(*words))
            self.dunghen("import", str(file))
            wait(lambda: complete(self.dunghen("violations")))
            wait(lambda: not self.wrong())

    def wrong(self):
        """What the topics do not say as the log and the tables do."""
        with closing(distributed(self.database.url, LAW, clock(), MASTER)) as store:
            told = self.brokers, self.named
            return [*published(store, *told), *announced(store, *told)]

    def lost(self):
        """Delete the topics of events and judgements."""
        named = self.named
        gone = {named.dossier_events.name, named.assessments.name, named.violations.name}
        with closing(KafkaAdminClient(bootstrap_servers=list(self.brokers.bootstrap))) as admin:
            admin.delete_topics(sorted(gone))
            wait(lambda: gone.isdisjoint(admin.list_topics()))

    def moved_back(self, *topics):
        """Their bookmarks, set to 0 in the page's own words."""
        [statement] = MOVED_BACK.findall(PAGE)
        with psycopg.connect(self.database.url) as connection:
            for topic in topics:
                done = connection.execute(statement.replace("dossier-events", topic))
                assert done.rowcount == 1

    def copied(self, one, other):
        """Put a copy of a database in the place of another."""
        deserted(self.database.server, one)
        with psycopg.connect(self.database.server.superuser_url, autocommit=True) as connection:
            names = [sql.Identifier(name) for name in (other, one)]
            for statement in (
                "DROP DATABASE IF EXISTS {} WITH (FORCE)",
                "CREATE DATABASE {} TEMPLATE {}",
                GIVEN_AGAIN,
            ):
                connection.execute(sql.SQL(statement).format(*names))


@pytest.fixture
def place(database, kafka_server, topic_prefix, tmp_path):
    prefix = topic_prefix.strip(".")
    made = Installation(database, kafka_server, prefix, tmp_path)
    made.dunghen("migrate")
    yield Place(made, database, kafka_server, prefix)
    made.forget_users()


@pytest.fixture
def before(tmp_path):
    """The first half of the examples' events."""
    lines = EVENTS.read_text("utf-8").splitlines(keepends=True)
    file = tmp_path / "before.jsonl"
    file.write_text("".join(lines[: len(lines) // 2]), "utf-8")
    return file


@pytest.fixture
def backup(database):
    name = f"{database.name}_backup"
    yield name
    with psycopg.connect(database.server.superuser_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")


def test_an_empty_kafka_is_filled_from_the_database(place, before):
    place.imported(before)
    place.lost()

    place.moved_back("dossier-events")
    place.imported(before)  # nothing new: what the topics tell is what the tables had
    place.imported(EVENTS)

    assert place.dunghen("verify")["differences"] == []
    assert place.dunghen("parked")["total"] == 0


def test_a_log_of_before_has_its_topics_made_anew(place, before, backup):
    place.imported(before)
    place.copied(place.database.name, backup)
    place.imported(EVENTS)
    place.copied(backup, place.database.name)
    assert place.wrong() != []

    place.lost()
    place.moved_back("dossier-events", "violations")
    place.imported(before)
    place.imported(EVENTS)

    assert place.dunghen("verify")["differences"] == []
    assert place.dunghen("parked")["total"] == 0

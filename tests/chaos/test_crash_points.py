"""The process dies at a numbered step of a fact's way (docs: "one fact, end to end") and is started again: as if it had not."""

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import datetime

import pytest
from kafka import KafkaConsumer, TopicPartition

from infra.messages.topics import topics
from infra.postgres.schema import migrate
from infra.settings.brokers import Brokers
from infra.wiring import distributed
from tests.architecture.test_docs import ROOT
from tests.chaos.checks import announced, checked
from tests.chaos.crashing import DIED, sent_by
from tests.chaos.points import POINTS, Reached
from tests.infra.broker.reading import read_all
from tests.support.postgres import MASTER
from tests.support.stores import END, LAW

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.chaos,
    # On a machine that is too busy to close in time the client leaves a socket to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SEED = 31


@pytest.fixture
def environment(database, kafka_server, topic_prefix):
    migrate(database.url)
    return {name: said for name, said in os.environ.items() if not name.startswith("DUNGHEN_")} | {
        "DUNGHEN_DATABASE_URL": database.url,
        "DUNGHEN_KAFKA": kafka_server.bootstrap,
        "DUNGHEN_KAFKA_TOPIC_PREFIX": topic_prefix.strip("."),
        "DUNGHEN_KAFKA_GROUP_PREFIX": topic_prefix.strip("."),
        "DUNGHEN_KAFKA_PARTITIONS": "2",
        "DUNGHEN_KAFKA_SESSION_SECONDS": "6",
        "DUNGHEN_POLL_SECONDS": "0.1",
        "PYTHONPATH": str(ROOT),
    }


def goes(environment, *crash):
    """The exit code of a process that takes the whole way, and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.crashing", str(SEED), *crash],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    return done.returncode, done.stderr + done.stdout


def reached(environment, now):
    """How far all is, by the tables and the topics."""
    prefix = environment["DUNGHEN_KAFKA_TOPIC_PREFIX"]
    brokers, named = Brokers((environment["DUNGHEN_KAFKA"],)), topics(prefix, partitions=2)
    url, events = environment["DUNGHEN_DATABASE_URL"], named.dossier_events.name
    with closing(distributed(url, LAW, now, MASTER)) as store:
        asked = store.views.database.rows
        marked = dict(asked("SELECT name, position FROM work.bookmarks"))
        ((keys,),) = asked(_KEYS)
        ((notes, last_note),) = asked("SELECT count(*), coalesce(max(id), 0) FROM outbox")
        ((due,),) = asked(
            "SELECT count(*) FROM states WHERE next_change_at <= ?", (now.isoformat(),)
        )
        return Reached(
            keys=keys,
            stored=store.log.max_position(),
            sent=len(read_all(brokers, events)),
            published=marked.get(events, 0),
            projected=store.views.events(),
            offsets=offsets(environment, events),
            due=due,
            notes=notes,
            last_note=last_note,
            told=marked.get(named.violations.name, 0),
            untold=list(announced(store, brokers, named)),
        )


_KEYS = (
    "SELECT count(*) FROM vault.keys AS k WHERE NOT EXISTS"
    " (SELECT 1 FROM log.stored_events AS e WHERE e.originator_id = k.dossier)"
)


def offsets(environment, topic):
    """By partition, where the projecting group goes on."""
    asking = KafkaConsumer(
        bootstrap_servers=environment["DUNGHEN_KAFKA"],
        group_id=f"{environment['DUNGHEN_KAFKA_GROUP_PREFIX']}-projections",
        enable_auto_commit=False,
    )
    with closing(asking):
        return {
            str(number): asking.committed(TopicPartition(topic, number)) or 0 for number in range(2)
        }


@pytest.mark.parametrize("name", POINTS)
def test_a_process_that_dies_there_and_is_started_again_ends_as_if_it_had_not(
    environment, kafka_server, topic_prefix, tmp_path, name
):
    point = POINTS[name]
    code, said = goes(environment, name)
    assert code == DIED, said
    work, hand, now = json.loads(said.splitlines()[-1])
    assert work == point.work
    died_at = reached(environment, datetime.fromisoformat(now))
    assert point.then(died_at, hand), (hand, died_at)
    code, said = goes(environment)
    assert code == 0, said
    brokers, named = Brokers((kafka_server.bootstrap,)), topics(topic_prefix.strip("."))
    with closing(distributed(environment["DUNGHEN_DATABASE_URL"], LAW, END, MASTER)) as store:
        assert checked(store, brokers, named, sent_by(SEED), tmp_path) == []

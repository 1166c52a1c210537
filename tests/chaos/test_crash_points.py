"""The process dies at a numbered step of a fact's way (docs: "one fact, end to end") and is started again: as if it had not."""

import os
import subprocess
import sys
from contextlib import closing

import pytest

from infra.brokers import Brokers
from infra.postgres.schema import migrate
from infra.topics import topics
from infra.wiring import distributed
from tests.architecture.test_docs import ROOT
from tests.chaos.checks import checked
from tests.chaos.crashing import DIED, sent_by
from tests.support.postgres import MASTER
from tests.support.stores import END, LAW

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.chaos,
    # On a machine that is too busy to close in time the client leaves a socket to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SEED = 31
POINTS = {
    "1 nothing is stored yet": ("infra.vault:Vault.sealed", "before"),
    "2 keys are kept, events are not": ("infra.vault:Vault.sealed", "after"),
    "3 before the events are stored": ("infra.postgres.log:PostgresLog.insert_events", "before"),
    "4 stored, and nobody was told": ("infra.postgres.log:PostgresLog.insert_events", "after"),
    "5 before the batch is published": ("infra.kafkatopic:DossierEvents.publish", "before"),
    "5 sent, not known to be there": ("infra.kafka:Publisher.flush", "before"),
    "5 published, the position is not": ("infra.postgres.bookmark:Bookmark.moved", "before"),
    "5 the position is stored": ("infra.postgres.bookmark:Bookmark.moved", "after"),
    "6 the batch is read": ("infra.kafkasource:KafkaSource.fill", "after"),
    "7 all is written, nothing committed": ("infra.views:Transaction.settle", "after"),
    "7 committed": ("consumers.project:in_one_transaction", "after"),
    "8 before the offset": ("infra.kafkasource:KafkaSource.done", "before"),
    "8 after the offset": ("infra.kafkasource:KafkaSource.done", "after"),
    "time passed, nothing committed": ("consumers.deadlines:write", "after"),
    "time passed and committed": ("consumers.deadlines:in_one_transaction", "after"),
    "before it is announced": ("infra.announcing:JudgementTopics.announce", "before"),
    "announced, the position is not": ("infra.announcing:JudgementTopics.announce", "after"),
    "the position is, the notes stay": ("infra.announcing:ViewsOutbox.published", "before"),
    "the notes are gone": ("infra.announcing:ViewsOutbox.published", "after"),
}


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
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("point", POINTS)
def test_a_process_that_dies_there_and_is_started_again_ends_as_if_it_had_not(
    environment, kafka_server, topic_prefix, tmp_path, point
):
    where, when = POINTS[point]
    code, said = goes(environment, where, when, "2")
    assert code == DIED, said
    code, said = goes(environment)
    assert code == 0, said
    brokers, named = Brokers((kafka_server.bootstrap,)), topics(topic_prefix.strip("."))
    with closing(distributed(environment["DUNGHEN_DATABASE_URL"], LAW, END, MASTER)) as store:
        assert checked(store, brokers, named, sent_by(SEED), tmp_path) == []

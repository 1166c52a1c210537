"""One log in PostgreSQL, one topic on Kafka, and the workers between them, each in a thread of its own."""

import threading
import time
from contextlib import ExitStack, contextmanager

import pytest

from infra.kafka import Publisher, Subscriber, ensure_topics
from infra.messages.announcing import JudgementTopics, ViewsOutbox
from infra.messages.source import KafkaSource
from infra.messages.topic import DossierEvents
from infra.messages.topics import topics
from infra.metrics import Metrics
from infra.postgres.bookmark import Bookmark
from infra.postgres.log import PostgresLog
from infra.postgres.schema import migrate
from infra.services.workers import Announcing, Pace, Passing, Projecting, Relaying, not_of_the_log
from infra.settings.brokers import Brokers
from infra.wiring import distributed
from tests.support.postgres import MASTER
from tests.support.stores import END, LAW

PATIENCE = 90


class House:
    """Opens the workers of one installation."""

    def __init__(self, url, brokers, made):
        self.url, self.brokers, self.topics, self.now = url, brokers, made, END
        self.topic = made.dossier_events.name

    def clock(self):
        return self.now

    def store(self):
        return distributed(self.url, LAW, self.now, MASTER)

    def relaying(self):
        log, publisher = PostgresLog(self.url), Publisher(self.brokers)

        def close():
            publisher.close()
            log.close()

        bookmark = Bookmark(self.url, self.topic)
        topic = DossierEvents(publisher, self.topic)
        return Relaying(log, topic, bookmark, Metrics("relay"), close, whole=lambda position: None)

    def projecting(self):
        reader = Subscriber(self.brokers, [self.topic], f"{self.topic}-projections", session=10)
        store = self.store()
        source = KafkaSource(reader, not_of_the_log, store.views.remembered)
        pace = Pace(0.2, 1_000, self.clock)
        return Projecting(store, source, reader, pace, Metrics("consume projections"))

    def announcing(self, metrics=None):
        metrics = metrics or Metrics("relay")
        judgements = self.topics.violations.name
        store, publisher = self.store(), Publisher(self.brokers, only=judgements)
        outbox, topics = ViewsOutbox(store.views), JudgementTopics(publisher, self.topics)
        bookmark = Bookmark(self.url, judgements)
        return Announcing(store, outbox, topics, bookmark, metrics, close=publisher.close)

    def passing(self):
        return Passing(self.store(), self.clock, Metrics("consume deadlines"))


@pytest.fixture
def house(database, kafka_server, topic_prefix):
    migrate(database.url)
    brokers = Brokers((kafka_server.bootstrap,))
    made = topics(topic_prefix.strip("."), partitions=4)
    ensure_topics(brokers, made)
    return House(database.url, brokers, made)


@contextmanager
def working(*openers):
    """Each worker steps in a thread of its own until the block ends; what one raises is raised then."""
    stop, failed = threading.Event(), []

    def work(opener):
        try:
            worker = opener()
            try:
                while not stop.is_set():
                    if not worker.step():
                        stop.wait(0.02)
            finally:
                worker.close()
        except Exception as error:  # noqa: BLE001 - told by the thread that waits
            failed.append(error)

    threads = [threading.Thread(target=work, args=(opener,)) for opener in openers]
    with ExitStack() as stack:
        for thread in threads:
            thread.start()
            stack.callback(thread.join)
        stack.callback(stop.set)
        yield failed
    assert not failed, failed


def until(holds, failed):
    patient = time.monotonic() + PATIENCE
    while not holds():
        assert not failed, failed
        assert time.monotonic() < patient, "it took too long"
        time.sleep(0.05)

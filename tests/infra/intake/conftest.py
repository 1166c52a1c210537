"""An intake of a test's own: topics on the run's broker, a database on the run's server, a worker over both."""

import gc
import json
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.audit import audit
from infra.kafka import Publisher, Subscriber, ensure_topics
from infra.messages.message import Message
from infra.messages.topics import topics
from infra.postgres.deadletters import DeadLetterTable
from infra.services.intaking import open_intake
from infra.settings.brokers import Brokers
from tests.infra.broker.reading import read, subscribed
from tests.support.postgres import opened_in


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))


@pytest.fixture(autouse=True)
def sockets_that_the_client_leaves_behind():
    """kafka-python forgets to close those of attempts that failed: they are collected here, not in another test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(autouse=True)
def commits_that_are_waited_for(monkeypatch):
    """A commit is a hint, and closing waits for it a while only: here what is done with must not come again."""
    monkeypatch.setattr("infra.kafka._subscriber._CLOSING", 60.0)


class Intake:
    """What a test has in its hands."""

    def __init__(self, brokers, names, store, url):
        self.brokers, self.topics, self.store, self.url = brokers, names, store, url
        self.table = DeadLetterTable(url)
        self.publisher = Publisher(brokers, patience=60)

    def send(self, *messages):
        self.publisher.publish(messages)
        self.publisher.flush()

    @contextmanager
    def worker(self, **options):
        facts = self.topics.facts.name

        def member():
            return Subscriber(self.brokers, [facts], f"{facts}-g")

        worker = open_intake(self.store, self.url, self.brokers, self.topics, member, **options)
        try:
            yield worker
        finally:
            worker.close()

    def taken(self, count, **options):
        """The counts of a worker that has taken in so many messages."""
        with self.worker(**options) as worker:
            until(worker, count)
            return {name: n for name, n in worker.counts.items() if n}

    def structured(
        self, event, key=None, headers=(("content-type", b"application/cloudevents+json"),)
    ):
        value = event if isinstance(event, bytes) else json.dumps(event).encode()
        return Message(self.topics.facts.name, key, value, headers)

    def binary(self, event):
        said = [(f"ce_{name}", str(v).encode()) for name, v in event.items() if name != "data"]
        headers = (*said, ("content-type", b"application/json"))
        value = json.dumps(event["data"]).encode()
        return Message(self.topics.facts.name, event["subject"].encode(), value, headers)

    def letters(self):
        return self.table.select(None, None, 10_000)

    def codes(self):
        return sorted(letter.code for letter in self.letters())

    def history(self):
        """The facts, without what is on record of who did what."""
        lines = self.store.log.select(0, 100_000)
        return [bytes(line[3]) for line in lines if not line[1].startswith("access:")]

    def acts(self):
        """What is on record of who did what: the act, about what, why; the newest last."""
        acts = audit(self.store, limit=10_000)["acts"]
        return [(act["act"], act["about"], act["reason"]) for act in reversed(acts)]

    def ids(self):
        return [json.loads(state)["id"] for state in self.history()]

    def on_the_topic(self, count):
        with subscribed(self.brokers, self.topics.dead_letters.name) as reader:
            return read(reader, count)


def until(worker, count, seconds=60):
    deadline, done = time.monotonic() + seconds, 0
    while done < count:
        assert time.monotonic() < deadline, f"not in time; taken so far: {done}"
        done += worker.step()


@pytest.fixture
def made(kafka_server, topic_prefix, database):
    brokers = Brokers((kafka_server.bootstrap,))
    names = topics(topic_prefix.strip("."), partitions=2)
    ensure_topics(brokers, [names.facts, names.dead_letters])
    with opened_in(database.url) as store:
        intake = Intake(brokers, names, store, database.url)
        yield intake
        intake.publisher.close()
        intake.table.close()

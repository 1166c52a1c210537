"""Topics of its own for each test, on the broker that all share."""

import gc
import warnings
from pathlib import Path

import pytest

from infra.brokers import Brokers
from infra.kafka import Publisher, ensure_topics
from infra.topics import topics


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


@pytest.fixture
def brokers(kafka_server):
    return Brokers((kafka_server.bootstrap,))


@pytest.fixture
def topic(brokers, topic_prefix):
    """A new topic of four partitions."""
    made = topics(topic_prefix.strip("."), partitions=4).dossier_events
    ensure_topics(brokers, [made])
    return made.name


@pytest.fixture
def publisher(brokers):
    publisher = Publisher(brokers, patience=10)
    yield publisher
    publisher.close()

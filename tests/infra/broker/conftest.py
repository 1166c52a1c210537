"""Topics of its own for each test, on the broker that all share."""

import pytest

from infra.kafka import Publisher, ensure_topics
from infra.messages.topics import topics
from infra.settings.brokers import Brokers


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
    publisher = Publisher(brokers, patience=60)
    yield publisher
    publisher.close()

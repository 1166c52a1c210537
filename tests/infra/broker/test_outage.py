"""A broker that stops and comes back: what was not acknowledged is told, and both sides go on."""

import pytest

from infra.errors import CannotRun
from infra.kafka import Publisher, ensure_topics
from infra.messages.message import Message
from infra.messages.topics import topics
from infra.settings.brokers import Brokers
from tests.infra.broker.reading import committed, read, subscribed, until


@pytest.fixture
def topic(own_kafka, topic_prefix):
    made = topics(topic_prefix.strip("."), partitions=1).dossier_events
    ensure_topics(Brokers((own_kafka.bootstrap,)), [made])
    return made.name


def has(value):
    """What was said before may come once more."""
    return lambda got: value in [message.value for message in got]


def test_flush_fails_while_the_broker_is_down_and_the_publisher_goes_on_afterwards(
    own_kafka, topic
):
    brokers = Brokers((own_kafka.bootstrap,))
    publisher = Publisher(brokers, patience=60)
    publisher.publish([Message(topic, b"k", b"before")])
    publisher.flush()
    own_kafka.stop()
    publisher.publish([Message(topic, b"k", b"in vain")])
    publisher._patience = 1
    with pytest.raises(CannotRun, match="nothing is lost") as told:
        publisher.flush()
    assert told.value.code == "broker_unreachable"
    publisher._patience = 60
    own_kafka.start()
    publisher.publish([Message(topic, b"k", b"sent again")])
    publisher.flush()
    publisher.close()
    with subscribed(brokers, topic) as reader:
        until(has(b"sent again"), reader)


def test_a_killed_broker_keeps_what_was_flushed_and_its_reader_goes_on(own_kafka, topic):
    brokers = Brokers((own_kafka.bootstrap,))
    publisher = Publisher(brokers, patience=60)
    publisher.publish([Message(topic, b"k", b"before")])
    publisher.flush()
    with subscribed(brokers, topic) as reader:
        committed(reader, read(reader, 1))
        own_kafka.kill()
        assert reader.poll(10, 1) == []
        own_kafka.start()
        publisher.publish([Message(topic, b"k", b"after")])
        publisher.flush()
        until(has(b"after"), reader)
    publisher.close()

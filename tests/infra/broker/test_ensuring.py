"""Topics on a real broker: created when missing, left alone when right, told when otherwise."""

import random
from dataclasses import replace

import pytest

from infra.errors import CannotRun
from infra.kafka import ensure_topics
from infra.messages.message import Message
from infra.messages.topics import LARGEST_MESSAGE, topics
from tests.infra.broker.reading import read, subscribed


def test_missing_topics_are_created_as_documented(brokers, topic_prefix):
    wanted = topics(topic_prefix.strip("."), partitions=2)
    ensure_topics(brokers, wanted[:2])
    ensure_topics(brokers, wanted)
    ensure_topics(brokers, wanted)


def test_all_that_differs_is_told_in_one_message(brokers, topic_prefix):
    wanted = topics(topic_prefix.strip("."), partitions=2)
    ensure_topics(brokers, wanted)
    other = [replace(wanted.facts, partitions=3), replace(wanted.violations, cleanup="delete")]
    with pytest.raises(CannotRun) as told:
        ensure_topics(brokers, other)
    assert told.value.code == "topics_differ"
    assert "facts.v1 has 2 partitions instead of 3" in told.value.message
    assert "cleanup.policy=compact instead of delete" in told.value.message


def test_topics_take_the_largest_message_that_is_published(brokers, topic_prefix, publisher):
    wanted = topics(topic_prefix.strip("."), partitions=1)
    ensure_topics(brokers, wanted)
    value = random.Random(5).randbytes(LARGEST_MESSAGE - 1_000)  # not to be compressed
    for topic in (wanted.dossier_events, wanted.assessments, wanted.violations):
        publisher.publish([Message(topic.name, b"k", value)])
        publisher.flush()
        with subscribed(brokers, topic.name) as reader:
            assert [message.value for message in read(reader, 1)] == [value]


def test_more_replicas_than_brokers_is_told(brokers, topic_prefix):
    with pytest.raises(CannotRun, match="replication factor") as told:
        ensure_topics(brokers, topics(topic_prefix.strip("."), replicas=7))
    assert told.value.code == "replicas_missing"


def test_who_makes_topics_is_told_which_before_they_are_made(brokers, topic_prefix):
    wanted = topics(topic_prefix.strip("."), partitions=1)
    told: list[object] = []
    ensure_topics(brokers, wanted[:2], before=told.append)
    ensure_topics(brokers, wanted, before=told.append)
    ensure_topics(brokers, wanted, before=told.append)
    assert told == [{one.name for one in wanted[:2]}, {one.name for one in wanted[2:]}]

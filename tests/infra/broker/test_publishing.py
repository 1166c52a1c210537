"""Publishing to a real broker: what `flush` says is safe is there, once, in order."""

import subprocess
import sys

import pytest
from kafka import KafkaAdminClient
from kafka.partitioner import murmur2

from infra.errors import CannotRun
from infra.kafka import Publisher, ensure_topics
from infra.kafka import _publisher as internals
from infra.messages.message import Message, Place, after
from infra.messages.topics import topics
from infra.settings.brokers import Brokers
from tests.infra.broker.reading import numbered, read, subscribed, wait


def test_a_message_comes_back_with_all_it_was_sent_with(brokers, topic, publisher):
    headers = (("ce_id", "số 1".encode()), ("ce_id", b""), ("x", b"\xff\x00"))
    publisher.publish([Message(topic, b"k", b"\x00 v", headers)])
    publisher.flush()
    with subscribed(brokers, topic) as reader:
        [got] = read(reader, 1)
    assert (got.key, got.value, got.headers) == (b"k", b"\x00 v", headers)
    assert (got.place.topic, got.offset) == (topic, 0)
    assert got.timestamp is not None


def test_a_tombstone_has_no_value(brokers, topic, publisher):
    publisher.publish([Message(topic, b"k", None)])
    publisher.flush()
    with subscribed(brokers, topic) as reader:
        assert read(reader, 1)[0].value is None


def test_each_keys_messages_stand_once_in_order(brokers, topic, publisher):
    sent = numbered(topic, 2000)
    publisher.publish(sent)
    publisher.flush()
    with subscribed(brokers, topic) as reader:
        got = read(reader, 2000)
        assert reader.poll(1, 0.5) == []
    for key in {message.key for message in sent}:
        assert [m.value for m in got if m.key == key] == [m.value for m in sent if m.key == key]


def test_all_replicas_in_step_acknowledge_and_number_what_is_sent(publisher):
    """One broker cannot tell the difference: as the client was made."""
    config = publisher._producer.config
    assert (config["acks"], config["enable_idempotence"]) == (-1, True)


def test_keys_go_where_other_clients_would_put_them(brokers, topic, publisher):
    publisher.publish(numbered(topic, 7))
    publisher.flush()
    with subscribed(brokers, topic) as reader:
        found = {m.key: m.partition for m in read(reader, 7)}
    # As the Java client says: murmur2 of the key, its sign cut off, modulo four.
    assert found == {b"key-%d" % n: (murmur2(b"key-%d" % n) & 0x7FFFFFFF) % 4 for n in range(7)}  # fmt: skip


def test_no_more_waits_than_the_buffer_holds(topic, publisher, monkeypatch):
    flushed = []

    def flush():
        flushed.append(len(publisher._sent))
        Publisher.flush(publisher)

    monkeypatch.setattr(internals, "BUFFER", 10_000)
    monkeypatch.setattr(publisher, "flush", flush)
    publisher.publish(numbered(topic, 100))
    assert flushed == [20] * 5


def test_nothing_sent_is_safe_at_once(publisher):
    publisher.flush()
    publisher.close()
    publisher.close()


def test_a_client_that_cannot_send_what_it_has_is_gone_all_the_same(brokers, topic):
    publisher = Publisher(brokers, patience=600)
    publisher.publish([Message(topic, b"k", b"before")])
    publisher.flush()
    publisher._patience = 0.1  # shorter than the client's own, which began with it
    admin = KafkaAdminClient(**brokers.settings())
    admin.delete_topics([topic])
    wait(lambda: topic not in admin.list_topics())  # until then the broker takes what is sent
    admin.close()
    publisher.publish([Message(topic, b"k", b"in vain")])
    left = publisher._producer._sender
    with pytest.raises(CannotRun):
        publisher.flush()
    left.join(60)
    assert not left.is_alive()


def test_a_message_that_is_too_large_says_so_and_the_next_is_sent(brokers, topic, publisher):
    with pytest.raises(CannotRun) as told:
        publisher.publish([Message(topic, b"k", b"x" * 9_000_000)])
    assert told.value.code == "message_too_large"
    publisher.publish([Message(topic, b"k", b"small")])
    publisher.flush()
    with subscribed(brokers, topic) as reader:
        assert [m.value for m in read(reader, 1)] == [b"small"]


def test_a_broker_that_refuses_a_message_is_told_by_flush(brokers, topic_prefix, publisher):
    compacted = topics(topic_prefix.strip(".")).violations
    ensure_topics(brokers, [compacted])
    publisher.publish([Message(compacted.name, None, b"needs a key")])
    with pytest.raises(CannotRun, match="InvalidRecordError") as told:
        publisher.flush()
    assert told.value.code == "broker_failed"


def test_a_topic_that_is_not_there_says_so(brokers, topic_prefix):
    publisher = Publisher(brokers)
    publisher._producer.config["max_block_ms"] = 1_000
    with pytest.raises(CannotRun) as told:
        publisher.publish([Message(f"{topic_prefix}-none", b"k", b"v")])
    assert told.value.code == "topic_missing"


def test_a_broker_that_is_not_there_is_named_with_the_reason():
    with pytest.raises(CannotRun, match=r"127\.0\.0\.1:1: .*refused") as told:
        Publisher(Brokers(("127.0.0.1:1",)), patience=1)
    assert told.value.code == "broker_unreachable"


KILLED = """
import os, sys
from infra.settings.brokers import Brokers
from infra.kafka import Publisher
from infra.messages.message import Message
publisher = Publisher(Brokers((sys.argv[1],)))
publisher.publish([Message(sys.argv[2], b"k", b"%d" % n) for n in range(500)])
publisher.flush()
os._exit(9)
"""


def test_what_was_flushed_outlives_the_process(brokers, topic):
    run = [sys.executable, "-c", KILLED, brokers.bootstrap[0], topic]
    assert subprocess.run(run, check=False).returncode == 9
    with subscribed(brokers, topic) as reader:
        got = read(reader, 500)
    assert [m.value for m in got] == [b"%d" % n for n in range(500)]
    assert list(after(got).values()) == [500]
    assert next(iter(after(got))) == Place(topic, got[0].partition)

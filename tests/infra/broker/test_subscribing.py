"""Reading as a group from a real broker: nothing lost when members come, go, sleep or stall."""

import pytest

from infra.errors import CannotRun
from infra.kafka import Subscriber
from infra.messages.message import Place, after
from infra.services import registry
from infra.settings.brokers import Brokers
from infra.settings.reading import read as settings
from tests.infra.broker.reading import (
    committed,
    numbered,
    read,
    subscribed,
    until,
    wait,
    working,
)


@pytest.fixture
def filled(topic, publisher):
    publisher.publish(numbered(topic, 400, keys=40))
    publisher.flush()
    return topic


def values(messages):
    return {int(message.value) for message in messages}


def test_a_new_member_goes_on_from_the_commit(brokers, filled):
    with subscribed(brokers, filled) as reader:
        first = reader.poll(100, 10) or read(reader, 1)
        committed(reader, first)
    with subscribed(brokers, filled) as reader:
        then = read(reader, 400 - len(first))
    assert values(first) | values(then) == set(range(400))
    assert not values(first) & values(then)


def test_without_a_commit_all_comes_again(brokers, filled):
    for _ in range(2):
        with subscribed(brokers, filled) as reader:
            assert values(read(reader, 400)) == set(range(400))


def test_no_more_is_given_than_asked_for(brokers, filled):
    with subscribed(brokers, filled) as reader:
        assert len(until(lambda got: got, reader)) <= 1000
        assert len(reader.poll(3, 5)) <= 3


def test_two_members_share_the_partitions_and_lose_nothing(brokers, filled, publisher):
    later = [m._replace(value=b"%d" % (400 + n)) for n, m in enumerate(numbered(filled, 400, 40))]
    with subscribed(brokers, filled) as one, working(one) as first:
        wait(lambda: first)
        with subscribed(brokers, filled) as two, working(two) as second:
            wait(lambda: len(one.assigned()) == len(two.assigned()) == 2)
            publisher.publish(later)
            publisher.flush()
            wait(lambda: values(first + second) == set(range(800)))
            assert not one.assigned() & two.assigned()
        wait(lambda: len(one.assigned()) == 4)


def test_turns_are_told_to_the_thread_that_polls(brokers, filled):
    told = []
    with subscribed(brokers, filled, on_turn=lambda *turn: told.append(turn)) as one:
        read(one, 400)
        assert told == [("assigned", frozenset(Place(filled, n) for n in range(4)))]
        with subscribed(brokers, filled) as two, working(one), working(two):
            wait(lambda: [len(places) for turn, places in told if turn == "revoked"] == [2])


def test_a_member_that_slept_too_long_hears_what_it_lost_and_cannot_commit(brokers, filled):
    told = []
    with subscribed(brokers, filled, step=2.0, on_turn=lambda *turn: told.append(turn)) as sleeper:
        first = until(lambda got: values(got) == set(range(400)), sleeper)
        with subscribed(brokers, filled) as other, working(other) as second:
            wait(lambda: values(second) == values(first))
            sleeper.commit(after(first))
            wait(lambda: sleeper.commits_failed == 1)
            with working(sleeper):
                wait(lambda: "lost" in [turn for turn, _ in told])


def test_lag_is_what_is_still_to_be_read(brokers, filled):
    with subscribed(brokers, filled) as reader:
        got = until(lambda got: got, reader)
        assert sum(reader.lag().values()) <= 400 - len(got)
        read(reader, 400 - len(got))
        wait(lambda: reader.lag() == dict.fromkeys(reader.assigned(), 0))


def test_the_lag_of_a_partition_that_is_silent_is_known_as_well(brokers, topic, publisher):
    """A member that begins where everything was read, in partitions of which a fetch tells nothing."""
    publisher.publish(numbered(topic, 5, keys=1))
    publisher.flush()
    with subscribed(brokers, topic) as reader:
        committed(reader, read(reader, 5))
    with subscribed(brokers, topic) as reader:
        known = {Place(topic, n): 0 for n in range(4)}
        wait(lambda: reader.poll(10, 0.2) == [] and reader.lag() == known)


def test_a_client_that_stands_is_replaced_and_loses_nothing(brokers, filled, publisher):
    with subscribed(brokers, filled, standing=1.0) as reader:
        committed(reader, until(lambda got: values(got) == set(range(400)), reader))
        # Not 0: a machine that stands still for seconds looks like a client that does.
        renewed = reader.renewed
        reader._consumer.poll = lambda **_: {}  # as the client's earlier versions did
        publisher.publish(numbered(filled, 9))
        publisher.flush()
        assert len(until(lambda new: len(new) >= 9, reader)) == 9
        assert reader.renewed > renewed


def test_a_quiet_topic_replaces_nothing(brokers, filled):
    with subscribed(brokers, filled, standing=0.1) as reader:
        read(reader, 400)
        renewed = reader.renewed
        for _ in range(22):
            reader.poll(1, 0.02)
        assert reader.renewed == renewed


def test_a_topic_that_is_not_there_is_told_at_once(brokers, topic_prefix):
    with pytest.raises(CannotRun, match=topic_prefix) as told:
        Subscriber(brokers, [f"{topic_prefix}-none"], "g", patience=60)
    assert told.value.code == "topic_missing"


def test_a_service_reads_as_its_settings_say(monkeypatch):
    seen = []
    monkeypatch.setattr(registry, "Subscriber", lambda *words, **how: seen.append((words, how)))
    registry._member(
        settings(
            kafka="one.example:9092",
            kafka_group_prefix="p",
            kafka_session_seconds=20,
            kafka_step_seconds=600,
            connect_seconds=7,
        ),
        "t",
        "projections",
    )
    [((brokers, topics, group), how)] = seen
    assert (brokers.bootstrap, topics, group) == (("one.example:9092",), ["t"], "p-projections")
    assert (how["session"], how["step"], how["patience"]) == (20, 600, 7)


def test_no_broker_is_told_at_once():
    with pytest.raises(CannotRun) as told:
        Subscriber(Brokers(("127.0.0.1:1",)), ["t"], "g", patience=1)
    assert told.value.code == "broker_unreachable"

"""Log -> relay -> topic -> projecting loop, on a real broker: the same rows as without one, whatever comes twice."""

import random
from base64 import b64encode
from collections import Counter
from functools import partial

import pytest

from consumers import project, relay
from domain import events
from domain.engine import Stored
from domain.errors import Refused
from domain.keepable import LARGEST
from infra.errors import CannotRun
from infra.messages.cloudevents import line_of, message_of
from infra.messages.message import Message, after
from infra.messages.source import KafkaSource
from infra.messages.topic import DossierEvents
from infra.metrics import Metrics
from infra.running._failures import meaning
from infra.services.registry import still_there
from infra.services.workers import Relaying
from tests.infra.broker.reading import as_read, read, subscribed
from tests.support.log import envelope
from tests.support.stores import END, LAW, World, empty_views, opened, projected, put, rows


class Bookmark:
    at = 0
    broken = False

    def position(self):
        return self.at

    def moved(self, position, /):
        if self.broken:
            raise KeyboardInterrupt
        self.at = position


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as store:
        put(store, World(7, dossiers=9).arrivals)
        yield store


def relayed(store, publisher, topic, bookmark):
    while relay.step(store.log, DossierEvents(publisher, topic), bookmark, limit=20):
        pass


def never(message, refusal):
    raise AssertionError(message)


def test_a_kill_before_the_position_is_stored_publishes_the_same_bytes_twice(
    store, brokers, publisher, topic
):
    bookmark = Bookmark()
    bookmark.broken = True
    with pytest.raises(KeyboardInterrupt):
        relayed(store, publisher, topic, bookmark)
    bookmark.broken = False
    relayed(store, publisher, topic, bookmark)
    stored = [tuple(line) for line in store.log.select(0, 10_000)]
    with subscribed(brokers, topic) as reader:
        got = Counter(map(line_of, read(reader, len(stored) + 20)))
    assert got == Counter(stored + stored[:20])


def test_rows_by_way_of_the_broker_are_those_of_the_log_itself(
    store, brokers, publisher, topic, tmp_path
):
    relayed(store, publisher, topic, Bookmark())
    relayed(store, publisher, topic, Bookmark())  # all of it again
    projected(store.log, store.views, END)
    with subscribed(brokers, topic) as reader, empty_views(tmp_path / "anew.sqlite") as views:
        source = KafkaSource(reader, never, views.remembered)
        left = 2 * store.log.max_position()
        while left:
            lines = source.fill(0.5, limit=37)
            left -= len(lines) + source.known
            ahead = partial(source.read_ahead, 37)
            project.take(lines, store.log, views, LAW, END, behind=True, meanwhile=ahead)
            source.settled()
            source.done()
        source.close()
        assert sum(reader.lag().values()) == 0
        assert rows(views) == rows(store.views)


def test_the_largest_event_that_is_taken_in_comes_through_the_topic(
    store, brokers, publisher, topic
):
    said = {"procedure": "1.000", "channel": "direct"}
    bare = events.read(_submitted(said, ""), recorded_at=END)
    name = b64encode(random.Random(5).randbytes(LARGEST)).decode()  # hardly to be compressed
    whole = _submitted(said, name[: LARGEST - len(bare.content)])
    [outcome] = store.engine.record([events.read(whole, recorded_at=END)])
    assert isinstance(outcome, Stored)
    last = store.log.max_position()
    bookmark = Bookmark()
    bookmark.at = last - 1
    relayed(store, publisher, topic, bookmark)
    with subscribed(brokers, topic) as reader:
        [got] = read(reader, 1)
    assert [line_of(got)] == [tuple(line) for line in store.log.select(last - 1, 10)]
    assert len(got.value) > LARGEST


def _submitted(said, name):
    applicant = {"kind": "citizen", "name": name}
    return envelope(
        "submitted", "large", "H40.17-250320-9999", data=said | {"applicant": applicant}
    )


class Topic:
    """A reader of two messages, of which one is none of ours."""

    def __init__(self):
        self.messages = [
            message_of((n, "A", n, b"{}"), "t")._replace(partition=n % 2, offset=n) for n in (3, 2, 1)
        ]  # fmt: skip
        self.messages.append(Message("t", b"x", b"y", partition=0, offset=9))
        self.committed = {}

    def poll(self, limit, timeout, /):
        given, self.messages = self.messages, []
        return given

    def commit(self, offsets, /):
        self.committed.update(offsets)


def test_a_batch_is_given_until_it_is_done():
    reader, refused = Topic(), []
    expected = after(reader.messages)
    source = KafkaSource(reader, lambda message, refusal: refused.append(refusal))
    assert source.fill(0) == source.fill(0)
    assert [line[0] for line in source.fill(0)] == [3, 2, 1]
    assert reader.committed == {}
    source.done()
    assert (source.fill(0), reader.committed) == ([], expected)
    assert [type(each) for each in refused] == [Refused]


def test_what_is_stored_is_passed_over_and_acknowledged():
    reader = Topic()
    reader.messages = [as_read(message) for message in reader.messages]
    expected = after(reader.messages)
    source = KafkaSource(reader, lambda message, refusal: None, lambda record: 2)
    assert [line[2] for line in source.fill(0)] == [3]
    assert source.known == 2
    source.done()
    assert (source.known, reader.committed) == (0, expected)


class Pages:
    """A reader that gives a message a poll."""

    def __init__(self, *versions):
        self.left = [
            message_of((n, "A", n, b"{}"), "t")._replace(partition=0, offset=n) for n in versions
        ]
        self.did = []
        self.broken = False

    def poll(self, limit, timeout, /):
        self.did.append("poll")
        if self.broken:
            raise ConnectionError
        return [self.left.pop(0)] if self.left else []

    def commit(self, offsets, /):
        self.did += offsets.values()


def versions(source):
    return [line[2] for line in source.fill(0)]


def test_what_is_read_ahead_is_the_next_batch_and_is_acknowledged_by_itself():
    reader = Pages(1, 2)
    source = KafkaSource(reader, never)
    assert versions(source) == [1]
    source.read_ahead()
    source.read_ahead()  # a transaction that is tried again asks again
    source.settled()
    assert versions(source) == [1]
    source.done()
    assert versions(source) == [2]
    source.done()
    assert reader.did == ["poll", "poll", 2, 3]
    source.close()


def test_where_nothing_was_to_be_read_ahead_it_is_polled_again():
    reader = Pages(1)
    source = KafkaSource(reader, never)
    source.fill(0)
    source.read_ahead()
    source.done()
    source.settled()
    reader.left = Pages(2).left
    assert versions(source) == [2]
    source.close()


def test_what_failed_in_reading_ahead_is_raised_when_it_is_asked_for_and_read_again_then():
    reader = Pages(1, 2)
    source = KafkaSource(reader, never)
    source.fill(0)
    reader.broken = True
    source.read_ahead()
    source.settled()
    reader.broken = False
    source.done()
    with pytest.raises(ConnectionError):
        source.fill(0)
    assert versions(source) == [2]
    source.close()


def test_nothing_polled_commits_nothing():
    reader = Topic()
    reader.messages = []
    source = KafkaSource(reader, never)
    assert source.fill(0) == []
    source.done()
    assert reader.committed == {}


def test_a_topic_that_was_made_anew_behind_the_relays_position_is_told(
    store, brokers, publisher, topic
):
    bookmark = Bookmark()
    relayed(store, publisher, topic, bookmark)
    still_there(brokers, topic, 30.0, bookmark.at)
    with pytest.raises(CannotRun, match="position in work") as told:
        still_there(brokers, topic, 30.0, bookmark.at + 1)
    assert (told.value.code, meaning(told.value)[0]) == ("topic_renewed", "ended")


def test_a_topic_that_is_not_there_at_the_moment_is_not_taken_for_one_made_anew(brokers):
    with pytest.raises(CannotRun) as told:
        still_there(brokers, "nowhere", 30.0, 1)
    assert told.value.code == "topic_missing"


def test_a_relay_publishes_nothing_to_a_topic_that_is_not_whole(store, publisher, topic):
    class Held(Bookmark):
        def taken(self):
            return True

        def close(self):
            pass

    def renewed(position):
        raise CannotRun("made anew", code="topic_renewed")

    relay = Relaying(
        store.log,
        DossierEvents(publisher, topic),
        Held(),
        Metrics("relay"),
        lambda: None,
        whole=renewed,
    )
    with pytest.raises(CannotRun, match="made anew"):
        relay.step()

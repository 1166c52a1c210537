"""A worker that projects the topic: when it takes along what the log has further on of a dossier."""

import pytest

from infra.messages.cloudevents import message_of
from infra.messages.message import Place
from infra.messages.source import KafkaSource
from infra.metrics import Metrics
from infra.services.workers import Pace, Projecting, not_of_the_log
from tests.support.lines import CODE, THREE, Lines
from tests.support.stores import END, opened


class Topic:
    """What a member of a group has of a topic so far."""

    renewed = commits_failed = 0

    def __init__(self, lines):
        self._messages = [
            message_of(line, "t")._replace(partition=0, offset=offset, timestamp=0)
            for offset, line in enumerate(lines)
        ]

    def poll(self, limit, timeout):
        given, self._messages = self._messages[:limit], self._messages[limit:]
        return given

    def lag(self):
        return {Place("t", 0): len(self._messages)}

    def commit(self, offsets):
        pass

    def close(self):
        pass


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as store:
        yield store


def reached(store, lines):
    """The version of CODE when the first batch of one event is in the rows."""
    topic = Topic(lines)
    source = KafkaSource(topic, not_of_the_log, store.views.remembered)
    pace = Pace(0, 1, lambda: END)
    Projecting(store, source, topic, pace, Metrics("consume projections")).step()
    source.close()
    return store.views.states([CODE])[CODE].version


def test_what_waits_in_the_topic_is_taken_along(store):
    of_code = [line for line in Lines(store, *THREE).lines if line[1] == CODE]
    assert reached(store, of_code) == len(of_code) == 3


def test_so_is_what_is_in_the_log_and_on_its_way_to_the_topic(store):
    first = next(line for line in Lines(store, *THREE).lines if line[1] == CODE)
    assert reached(store, [first]) == 3


def test_one_fact_at_a_time_is_taken_as_it_comes(store):
    first, _ = Lines(store, *[fact for fact in THREE if fact["subject"] == CODE][:2]).lines
    assert reached(store, [first]) == 1

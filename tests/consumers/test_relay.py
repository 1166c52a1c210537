"""The publishing loop: everything once in order, or a batch twice; never a position stored before it is published."""

import pytest

from consumers import relay

LINES = [(n, "A", n, b"%d" % n) for n in range(1, 8)]


class Log:
    def select(self, after, limit, /):
        return [line for line in LINES if line[0] > after][:limit]


class Killed(Exception):
    """The process ends here."""


class Topic:
    def __init__(self):
        self.lines = []
        self.broken = False

    def publish(self, lines, /):
        if self.broken:
            raise Killed
        self.lines += lines


class Bookmark:
    def __init__(self, at=0):
        self.at = at
        self.broken = False

    def position(self):
        return self.at

    def moved(self, position, /):
        if self.broken:
            raise Killed
        self.at = position


def relayed(topic, bookmark, limit=3):
    while relay.step(Log(), topic, bookmark, limit=limit):
        pass


def test_the_whole_log_is_published_in_order_and_the_position_follows():
    topic, bookmark = Topic(), Bookmark()
    relayed(topic, bookmark)
    assert (topic.lines, bookmark.at) == (LINES, 7)


def test_nothing_new_publishes_nothing():
    topic = Topic()
    assert relay.step(Log(), topic, Bookmark(7)) == 0
    assert topic.lines == []


def test_a_kill_before_the_position_is_stored_publishes_the_batch_twice():
    topic, bookmark = Topic(), Bookmark()
    bookmark.broken = True
    with pytest.raises(Killed):
        relayed(topic, bookmark)
    bookmark.broken = False
    relayed(topic, bookmark)
    assert topic.lines == LINES[:3] + LINES


def test_what_is_not_acknowledged_is_not_passed_over():
    topic, bookmark = Topic(), Bookmark()
    topic.broken = True
    with pytest.raises(Killed):
        relayed(topic, bookmark)
    assert bookmark.at == 0

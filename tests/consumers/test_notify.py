"""The notifying loop: everything once in order, or a batch twice; a receiver that is away is waited for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from consumers.notify import NOTHING, Course, Notice, Outcome, Turn
from domain.values import VN

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=VN)


class Feed:
    def __init__(self, rows=7):
        self.rows = rows

    def notices(self, after, limit, /):
        numbers = range(after + 1, min(after + limit, self.rows) + 1)
        return [Notice(n, "A", "late", "opened", f"{n}") for n in numbers]


class Receiver:
    """Takes what is offered, unless an outcome is set."""

    def __init__(self):
        self.offered: Sequence[Notice] = ()
        self.told, self.answer, self.slow = [], None, False

    def offer(self, notices, /):
        assert not self.offered
        self.offered = notices

    def outcome(self):
        if self.slow:
            return None
        offered, self.offered = self.offered, ()
        answer = self.answer or Outcome(len(offered))
        self.told += [notice.number for notice in offered[: answer.delivered]]
        return answer


class Killed(Exception):
    """The process ends here."""


class Place:
    def __init__(self, at=0):
        self.at, self.parked, self.broken = at, [], False

    def position(self):
        return self.at

    def moved(self, position, /):
        if self.broken:
            raise Killed
        self.at = position

    def gave_up(self, notice, why, /):
        self.parked.append((notice.number, why))
        self.at = notice.number


class House:
    """A course with its parts."""

    def __init__(self, rows=7, at=0, **more):
        self.feed, self.receiver, self.place = Feed(rows), Receiver(), Place(at)
        self.course = self.opened(**more)

    def opened(self, **more):
        return Course(
            self.feed, self.receiver, self.place, lambda failed: 10.0 * failed, limit=3, **more
        )

    def run(self, steps=20, now=NOW):
        return [
            turn for _ in range(steps) if (turn := self.course.step(now, self.feed.rows)) != NOTHING
        ]


def test_everything_is_told_in_order_and_the_place_follows():
    house = House()
    turns = house.run()
    assert (house.receiver.told, house.place.at) == ([1, 2, 3, 4, 5, 6, 7], 7)
    assert sum(turn.done for turn in turns) == 7
    assert not house.course.busy


def test_a_new_receiver_begins_at_the_end_and_is_told_what_comes():
    house = House(at=None)
    house.run()
    assert (house.receiver.told, house.place.at) == ([], 7)
    house.feed.rows = 8
    house.run()
    assert house.receiver.told == [8]


def test_a_new_receiver_begins_at_the_beginning_where_that_is_wanted():
    house = House(at=None, from_beginning=True)
    house.run()
    assert house.receiver.told == [1, 2, 3, 4, 5, 6, 7]


def test_where_the_feed_ends_before_the_place_it_begins_at_the_end_and_says_so():
    house = House(at=9)
    assert house.run() == [Turn(restarted=True)]
    assert (house.receiver.told, house.place.at) == ([], 7)


def test_a_slow_receiver_is_asked_later_and_offered_nothing_meanwhile():
    house = House()
    house.receiver.slow = True
    assert house.run() == []
    assert house.course.busy
    house.receiver.slow = False
    house.run()
    assert house.receiver.told == [1, 2, 3, 4, 5, 6, 7]


def test_a_receiver_that_is_away_is_left_alone_longer_each_time_and_nothing_is_skipped():
    house = House()
    house.receiver.answer = Outcome(0, "away", "HTTP 500")
    assert house.run() == [Turn(retried=1, why="HTTP 500")]
    assert house.run(now=NOW + timedelta(seconds=10)) == [Turn(retried=1, why="HTTP 500")]
    assert house.run(now=NOW + timedelta(seconds=29)) == []
    house.receiver.answer = None
    house.run(now=NOW + timedelta(seconds=30))
    assert house.receiver.told == [1, 2, 3, 4, 5, 6, 7]


def test_what_was_delivered_before_it_went_away_is_not_told_again():
    house = House()
    house.receiver.answer = Outcome(2, "away", "HTTP 503", wait=60.0)
    house.run(steps=2)
    assert house.place.at == 2
    house.receiver.answer = None
    assert house.run(now=NOW + timedelta(seconds=59)) == []
    house.run(now=NOW + timedelta(seconds=60))
    assert house.receiver.told == [1, 2, 3, 4, 5, 6, 7]


def test_what_is_refused_for_good_is_parked_and_the_next_is_told():
    house = House()
    house.receiver.answer = Outcome(1, "refused", "HTTP 410")
    assert house.run(steps=2) == [Turn(sent=1, given_up=1, why="HTTP 410")]
    assert (house.place.parked, house.place.at) == ([(2, "HTTP 410")], 2)
    house.receiver.answer = None
    house.run()
    assert house.receiver.told == [1, 3, 4, 5, 6, 7]


def test_a_crash_before_the_place_is_stored_tells_the_batch_again():
    house = House()
    house.place.broken = True
    with pytest.raises(Killed):
        house.run()
    house.place.broken = False
    house.course = house.opened()
    house.run()
    assert house.receiver.told == [1, 2, 3, 1, 2, 3, 4, 5, 6, 7]


def test_at_the_end_what_was_delivered_is_stored_and_nothing_more_is_offered():
    house = House()
    assert house.course.finish(NOW) == NOTHING
    house.run(steps=1)
    house.receiver.slow = True
    assert house.course.finish(NOW) == NOTHING
    house.receiver.slow = False
    assert house.course.finish(NOW) == Turn(sent=3)
    assert (house.place.at, house.receiver.told) == (3, [1, 2, 3])


def test_a_place_is_known_once_it_was_looked_at():
    house = House(at=4)
    assert house.course.position == 0
    house.run(steps=1)
    assert house.course.position == 4

"""How often one may ask: so many hits in any minute, of each kind and key by itself; what is longer ago is forgotten."""

import pytest

from infra.http.access._limiting import Limiting, TooOften


class Clock:
    """A clock that stands until it is set."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limits(clock):
    return Limiting(clock, asker=3, nobody=1)


def refused(limits, kind="asker", key="a"):
    with pytest.raises(TooOften) as told:
        limits.hit(kind, key)
    return told.value.seconds


def test_in_any_minute_there_are_so_many_and_no_more(limits, clock):
    for clock.now in (0.0, 30.0, 59.5):
        limits.hit("asker", "a")

    assert refused(limits) == 1
    clock.now = 60.0
    limits.hit("asker", "a")
    assert refused(limits) == 30


def test_what_was_refused_does_not_count(limits, clock):
    for _ in range(3):
        limits.hit("asker", "a")
    for _ in range(9):
        assert refused(limits) == 60
    clock.now = 60.0

    limits.hit("asker", "a")


def test_each_kind_and_key_has_its_own(limits):
    limits.hit("nobody", "a")

    assert refused(limits, "nobody") == 60
    limits.hit("nobody", "b")
    limits.hit("asker", "a")


def test_to_look_counts_for_nobody(limits):
    for _ in range(9):
        limits.check("nobody", "a")
    limits.hit("nobody", "a")

    with pytest.raises(TooOften):
        limits.check("nobody", "a")


def test_who_has_not_asked_for_a_minute_takes_no_room(limits, clock):
    for address in range(1_000):
        limits.hit("nobody", f"2001:db8::{address:x}")
    clock.now = 30.0
    limits.hit("asker", "a")
    assert len(limits) == 1_001
    clock.now = 60.0
    limits.check("nobody", "b")

    assert len(limits) == 1


def test_a_clock_that_is_set_back_keeps_nobody_out(monkeypatch):
    limits = Limiting(nobody=1)
    limits.hit("nobody", "a")
    monkeypatch.setattr("time.time", lambda: 0.0)

    assert refused(limits, "nobody") <= 60


def test_where_nobody_may_ask_at_all_that_is_said_of_the_first():
    limits = Limiting(nobody=0)
    with pytest.raises(TooOften) as often:
        limits.hit("nobody", "somewhere")

    assert often.value.seconds == 60

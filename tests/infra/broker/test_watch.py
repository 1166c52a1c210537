"""What counts as standing: more to read, asked often enough, for long enough."""

from infra.messages.message import Place
from infra.messages.watch import POLLS, Reached, Watch

ONE = Place("t", 0)


def watched(*looks, polls=POLLS):
    watch = Watch(10.0)
    found = []
    for now, reached in looks:
        found.append(watch.standing(now, {ONE: reached} if reached else {}))
        for _ in range(polls):
            watch.polled()
    return found[-1]


def test_a_place_that_does_not_move_although_there_is_more_stands():
    assert watched((0, Reached(5, 6)), (10, Reached(5, 9))) == [ONE]


def test_a_place_whose_offset_is_never_found_stands():
    assert watched((0, Reached(None, 6)), (10, Reached(None, 6))) == [ONE]


def test_a_place_that_moves_does_not_stand():
    assert watched((0, Reached(5, 9)), (10, Reached(6, 9))) == []


def test_a_place_at_its_end_does_not_stand_and_new_messages_begin_its_time():
    assert watched((0, Reached(5, 5)), (10, Reached(5, 5))) == []
    assert watched((0, Reached(5, 5)), (10, Reached(5, 9))) == []


def test_too_short_or_too_seldom_asked_is_not_standing():
    assert watched((0, Reached(5, 6)), (9, Reached(5, 6))) == []
    assert watched((0, Reached(5, 6)), (10, Reached(5, 6)), polls=1) == []


def test_a_place_that_was_away_begins_anew():
    assert watched((0, Reached(5, 6)), (5, None), (10, Reached(5, 6))) == []

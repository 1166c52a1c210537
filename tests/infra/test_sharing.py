"""Work shared out to processes: in order, with what is raised there raised here, and never waited for in vain."""

import multiprocessing
import os

import pytest

from infra.errors import CannotRun
from infra.sharing import shared_out

LARGE = 10 << 20
"""Bytes: no pipe takes them at once."""


def doubling():
    return lambda number: 2 * number


def dividing():
    return lambda number: 1 // number


def telling_who():
    return lambda number: os.getpid()


def large():
    return lambda number: bytes(LARGE)


def unsendable():
    return lambda number: lambda: number


def ending():
    return lambda number: os._exit(5)


@pytest.mark.parametrize("pieces", [0, 1, 2, 7])
def test_the_results_come_in_the_order_of_the_pieces(pieces):
    assert list(shared_out(doubling, range(pieces), 2)) == [2 * n for n in range(pieces)]


def test_each_process_does_every_so_manieth_piece():
    first, second, *rest = shared_out(telling_who, range(6), 2)
    assert rest == [first, second] * 2
    assert len({first, second, os.getpid()}) == 3


def test_what_is_raised_there_is_raised_here_in_its_turn_with_where():
    results = shared_out(dividing, [1, 1, 0, 1], 2)
    assert [next(results), next(results)] == [1, 1]
    with pytest.raises(ZeroDivisionError) as raised:
        next(results)
    assert "test_sharing.py" in raised.value.__notes__[0]


@pytest.mark.parametrize("work", [ending, unsendable])
def test_a_process_that_ends_without_a_word_is_told(work):
    with pytest.raises(CannotRun) as told:
        next(shared_out(work, [1, 2], 2))
    assert told.value.code == "process_died"


def test_one_that_is_killed_while_it_hands_over_a_result_keeps_nobody_waiting():
    before = set(multiprocessing.active_children())
    results = shared_out(large, range(100), 2)
    assert len(next(results)) == LARGE
    (set(multiprocessing.active_children()) - before).pop().kill()
    with pytest.raises(CannotRun) as told:
        list(results)
    assert told.value.code == "process_died"
    assert set(multiprocessing.active_children()) <= before


def test_whoever_stops_asking_leaves_no_process():
    before = set(multiprocessing.active_children())
    results = shared_out(large, range(100), 2)
    next(results)
    assert set(multiprocessing.active_children()) > before
    results.close()
    assert set(multiprocessing.active_children()) <= before

"""Shares of lateness (JUDGEMENT 7), worked out by hand."""

from datetime import date

import pytest

from domain.custody import Segment
from domain.directory import NOBODY
from domain.responsibility import Share, apportion, holder_at, shares
from tests.support.case import instant

DUE = date(2026, 3, 19)


def held(officer, first, last, overrun, unit="U"):
    """From the morning of one day of March 2026 to that of another."""
    start, end = instant(f"2026-03-{first:02}T08:00"), instant(f"2026-03-{last:02}T08:00")
    return Segment(officer, unit, start, end, 0, 0, None, overrun)


def shared(late, *segments):
    return shares(late, DUE, segments, "C", NOBODY)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),  # a tie goes to the earlier
        (10, [1, 2, 4], [1, 3, 6]),  # 1.43, 2.86, 5.71
        (1, [1, 100], [0, 1]),
        (7, [7], [7]),
    ],
)
def test_the_largest_remainder_is_rounded_up(total, weights, parts):
    assert apportion(total, weights) == parts


def test_an_overrun_too_small_for_a_minute_has_no_share():
    rows = shared(1, held("A", 5, 10, 100), held("B", 10, 12, 1))
    assert rows == (Share("A", "U", 1, "overrun", holder_at_due=False),)


def test_the_shares_of_one_officer_in_one_unit_are_added_and_the_largest_comes_first():
    rows = shared(100, held("A", 5, 9, 30), held("B", 9, 10, 60), held("A", 10, 12, 10))
    assert [(row.officer, row.minutes) for row in rows] == [("B", 60), ("A", 40)]


def test_the_holder_at_due_without_a_share_has_a_row_of_no_minutes():
    rows = shared(5, held("A", 5, 10, 5), held("B", 10, 20, 0))
    assert [(row.officer, row.minutes, row.holder_at_due) for row in rows] == [
        ("A", 5, False),
        ("B", 0, True),
    ]


def test_without_any_overrun_the_competent_unit_answers_for_all():
    assert shared(5, held("A", 5, 10, 0)) == (
        Share(None, "C", 5, "unattributed", holder_at_due=False),
    )


@pytest.mark.parametrize(
    ("at", "holder"), [("10T07:59", "A"), ("10T08:00", "B"), ("12T08:00", None)]
)
def test_who_takes_over_at_an_instant_holds_it_then(at, holder):
    held_at = holder_at([held("A", 5, 10, 0), held("B", 10, 12, 0)], instant(f"2026-03-{at}"))
    assert (None if held_at is None else held_at.officer) == holder

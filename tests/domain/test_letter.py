"""The letter that counts, and how its grade goes (JUDGEMENT 8): due by Thursday 2026-03-19, so by the 18th."""

import pytest

from domain.letter import spells
from tests.support.case import ACCEPTED, judged, viewed


def letter(at, **data):
    return ("apology_letter_sent", at, {"reason": "r", "new_due_at": "2026-03-25"} | data)


def graded(as_of, *history):
    given = judged([ACCEPTED, *history], as_of).letter
    return given.grade, None if given.sent_at is None else f"{given.sent_at:%d %H:%M}"


@pytest.mark.parametrize(
    ("as_of", "graded_then"),
    [
        ("2026-03-25T07:59", ("missing", None)),
        ("2026-03-25T08:00", ("late", "25 08:00")),
        ("2026-03-26T08:00", ("late", "25 08:00")),
    ],
)
def test_a_letter_counts_from_the_instant_of_its_delivery(as_of, graded_then):
    sent = letter("2026-03-17T08:00", delivered_at="2026-03-25T08:00:00+07:00")
    assert graded(as_of, sent) == graded_then


@pytest.mark.parametrize(("sent", "grade"), [("18T23:59", "on_time"), ("19T00:00", "late")])
def test_a_letter_is_in_time_until_the_end_of_the_day_before_the_due(sent, grade):
    assert graded("2026-03-20T08:00", letter(f"2026-03-{sent}"))[0] == grade


def test_a_letter_not_yet_delivered_is_passed_over_until_it_is():
    first = letter("2026-03-10T08:00", delivered_at="2026-03-30T08:00:00+07:00")
    second = letter("2026-03-17T08:00")
    assert graded("2026-03-29T08:00", first, second) == ("on_time", "17 08:00")
    assert graded("2026-03-30T08:00", first, second) == ("late", "30 08:00")


def told(as_of, *history):
    """(grade, day from which, day until which)."""
    answer, timeline = judged([*history], as_of), viewed([*history], as_of)
    assert answer.run is not None
    found = spells(timeline, answer.run, answer.legal, 1)
    return [(s.grade, s.since.day, s.until and s.until.day) for s in found]


def test_the_grade_goes_on_as_letters_are_told_of_and_delivered():
    history = (
        ACCEPTED,
        letter("2026-03-10T08:00", delivered_at="2026-03-30T08:00:00+07:00"),
        letter("2026-03-25T08:00", delivered_at="2026-03-17"),  # told of late, delivered in time
    )
    assert told("2026-03-26T08:00", *history) == [
        ("missing", 20, 25),
        ("on_time", 25, 30),
        ("late", 30, None),
    ]


def test_a_second_letter_of_the_same_grade_changes_nothing():
    history = (ACCEPTED, letter("2026-03-21T08:00"), letter("2026-03-23T08:00"))
    assert told("2026-03-26T08:00", *history) == [("missing", 20, 21), ("late", 21, None)]


def test_before_the_due_it_is_told_how_the_grade_will_go():
    assert told("2026-03-10T08:00", ACCEPTED) == [("missing", 20, None)]


def test_no_letter_will_be_owed_for_what_ended_in_time_or_stands_still():
    ended = ("returned", "2026-03-19T08:00", {"method": "direct"})
    assert told("2026-03-26T08:00", ACCEPTED, ended) == []
    asked = ("supplement_requested", "2026-03-06T08:00", {"reason": "r"})
    assert told("2026-03-26T08:00", ACCEPTED, asked) == []

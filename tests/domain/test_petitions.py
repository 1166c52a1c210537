"""Petitions: the first event of each kind, and lateness by the day due."""

from datetime import date, datetime, timedelta

import pytest

from domain.facts import Fact, FeedbackAnswered, FeedbackReceived, UnitRegistered
from domain.petitions import Petition, PetitionCounts, added, counted, petitions
from domain.values import VN, end_of

MONDAY = datetime(2022, 9, 5, 8, tzinfo=VN)
DUE = date(2022, 9, 9)
LATER = MONDAY + timedelta(days=30)


def told(kind, code="PA-1", days=0, **data):
    said = FeedbackReceived if kind == "received" else FeedbackAnswered
    at = MONDAY + timedelta(days=days)
    return Fact(
        id="1", source="/pakn", kind=f"feedback_{kind}", subject=code, time=at, recorded_at=at,
        recorded_known=True, data=said(feedback=code, **{"unit": "H40", **data}),
        correlation=None, causation=None, content=b"",
    )  # fmt: skip


def seen(*facts, as_of=LATER, known_at=LATER):
    return petitions(enumerate(facts), as_of, known_at)


def test_a_petition_is_received_by_its_unit_and_answered_once():
    found = seen(told("received", due_at=DUE), told("answered", days=2, unit="H99"))
    assert found == [Petition("H40", MONDAY.date(), DUE, MONDAY + timedelta(days=2))]


def test_the_first_event_of_each_kind_counts_in_whatever_order_they_came():
    (petition,) = seen(
        told("answered", days=4), told("received", days=1, unit="H99"), told("answered", days=3),
        told("received"),
    )  # fmt: skip
    assert (petition.unit, petition.answered_at) == ("H40", MONDAY + timedelta(days=3))


def test_a_petitions_code_is_compared_without_regard_to_case_and_spacing():
    (petition,) = seen(told("received", "PA 1"), told("answered", " pa  1 ", days=1))
    assert petition.answered_at is not None


def test_other_facts_are_passed_over():
    unit = told("received")._replace(data=UnitRegistered(unit="H40", name="Sở"))
    assert seen(unit) == []


def test_an_answer_without_a_receipt_is_no_petition():
    assert seen(told("answered")) == []


def test_what_is_after_as_of_or_not_yet_known_is_not_in_view():
    answer = told("answered", days=3)
    (before,) = seen(told("received"), answer, as_of=MONDAY + timedelta(days=2))
    (unknown,) = seen(told("received"), answer._replace(recorded_at=LATER + timedelta(days=1)))
    assert before.answered_at is unknown.answered_at is None


@pytest.mark.parametrize(
    ("due", "answered", "counts"),
    [
        (DUE, end_of(DUE), PetitionCounts(received=1, answered=1)),
        (DUE, end_of(DUE) + timedelta(microseconds=1), PetitionCounts(1, 1, answered_late=1)),
        (MONDAY, MONDAY, PetitionCounts(received=1, answered=1)),
        (None, LATER, PetitionCounts(received=1, answered=1)),
        (DUE, None, PetitionCounts(1, unanswered=1, unanswered_overdue=1)),
        (LATER, None, PetitionCounts(1, unanswered=1)),
        (None, None, PetitionCounts(1, unanswered=1)),
    ],
)
def test_a_petition_is_answered_or_overdue_by_the_day_due(due, answered, counts):
    assert counted(Petition("H40", MONDAY.date(), due, answered), LATER) == counts


def test_counts_are_added_field_by_field():
    assert added([PetitionCounts(1, 1), PetitionCounts(1, unanswered=1)]) == PetitionCounts(
        2, 1, unanswered=1
    )
    assert added([]) == PetitionCounts()

"""Feedback and petitions (phản ánh, kiến nghị): received, answered or not, in time or not (JUDGEMENT 10).

Knows the first receipt and the first answer of a petition. Must not know dossiers.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.deadlines import keeps
from domain.facts import Fact, FeedbackAnswered, FeedbackReceived
from domain.feedback import Feedback
from domain.values import Due


class Petition(NamedTuple):
    """One petition in view at (T, K): received by a unit (its code as stated), due, and when answered, if it was."""

    unit: str
    received_on: date
    due: Due | None
    answered_at: datetime | None


class PetitionCounts(NamedTuple):
    """Petitions counted; `answered` and `unanswered` include the late and the overdue ones."""

    received: int = 0
    answered: int = 0
    answered_late: int = 0
    unanswered: int = 0
    unanswered_overdue: int = 0


def petitions(
    told: Iterable[tuple[int, Fact[Any]]], as_of: datetime, known_at: datetime
) -> list[Petition]:
    """The petitions that these facts, each with its place in the log, make; the first event of each kind counts."""
    received: dict[str, Fact[FeedbackReceived]] = {}
    answered: dict[str, datetime] = {}
    in_view = [
        (fact.time, place, fact)
        for place, fact in told
        if fact.time <= as_of and fact.recorded_at <= known_at
    ]
    for at, _, fact in sorted(in_view, key=lambda line: line[:2]):
        if isinstance(fact.data, FeedbackReceived):
            received.setdefault(Feedback.id_of(fact), fact)
        elif isinstance(fact.data, FeedbackAnswered):
            answered.setdefault(Feedback.id_of(fact), at)
    return [
        Petition(fact.data.unit, fact.time.date(), fact.data.due_at, answered.get(petition))
        for petition, fact in received.items()
    ]


def counted(petition: Petition, as_of: datetime) -> PetitionCounts:
    """How a petition counts at T."""
    answered = petition.answered_at
    late = petition.due is not None and not keeps(answered or as_of, petition.due)
    if answered is None:
        return PetitionCounts(1, unanswered=1, unanswered_overdue=int(late))
    return PetitionCounts(1, answered=1, answered_late=int(late))


def added(counts: Iterable[PetitionCounts]) -> PetitionCounts:
    """Counts of several petitions or units together."""
    return PetitionCounts(*(sum(column) for column in zip(PetitionCounts(), *counts, strict=True)))

"""What is odd in a line that is taken as it stands: told at an import, and before it at a rehearsal.

Knows what an acceptance and an end say of their days, and what a total and a formula are. Must not know files, nor what becomes of the facts. Odd is no
refusal: paper books are full of slips, and which of two days is the wrong one, only the paper tells.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from domain.facts import Accepted, Fact, Said
from domain.timeline import ENDS
from domain.values import VN, Due, date_of

_ENDS: Final[Mapping[str, str]] = {
    "result_issued": "the result",
    "returned": "the return",
    "refused": "the refusal",
    "stopped": "the stop",
    "withdrawn": "the withdrawal",
}
"""Kind of event -> what it is called in a remark."""


class Oddity(NamedTuple):
    """A stable code, and what is odd in plain English."""

    code: str
    message: str


def total_row(label: str) -> Oddity:
    """A row that adds up those above it."""
    return Oddity("total_row", f"{label[:60]!r} is a total and no dossier: passed over")


def computed(column: str, formula: str) -> Oddity:
    """A column of a sheet whose values the workbook worked out."""
    return Oddity(
        "computed_value",
        f"{column}: {formula!r} is a formula: in this row, and in any other that is taken with a formula in this column, "
        "the result stands as the workbook holds it: compare the papers",
    )


def oddities(facts: Sequence[Fact[Said]]) -> Iterator[Oddity]:
    """What is odd in the days that one line states."""
    for accepted in facts:
        if isinstance(accepted.data, Accepted):
            yield from _of(accepted, accepted.data, facts)
            return


def _of(accepted: Fact[Any], said: Accepted, facts: Sequence[Fact[Said]]) -> Iterator[Oddity]:
    since = _stated(accepted)
    if said.due_at is not None and _before(said.due_at, since):
        due, day = _written(said.due_at, since)
        yield Oddity(
            "due_before_acceptance",
            f"the due date {due} lies before the acceptance of {day}, taken as stated: compare the slip",
        )
    for fact in facts:
        if isinstance(fact.data, ENDS) and _before(ended := _stated(fact), since):
            end, day = _written(ended, since)
            yield Oddity(
                "end_before_acceptance",
                f"{_ENDS[fact.kind]} of {end} lies before the acceptance of {day}, taken as stated: compare the papers",
            )
    known = accepted.recorded_at.astimezone(VN)
    if _before(known, since):
        now, day = _written(known, since)
        yield Oddity(
            "acceptance_in_future",
            f"the acceptance of {day} lies after the time of recording, {now}, taken as stated: "
            "before that day the dossier is in no list or report",
        )


def _stated(fact: Fact[Said]) -> Due:
    """When it happened, as far as that was stated: a day, where the hour was not."""
    return fact.time.date() if fact.data.time_precision == "date" else fact.time


def _before(one: Due, other: Due) -> bool:
    """Whether it lies before the other; by days where one of them is a day."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return date_of(one) < date_of(other)


def _written(one: Due, other: Due) -> tuple[str, str]:
    """Both as a register writes them: with the hour where the day is the same."""
    form = "%d/%m/%Y" if date_of(one) != date_of(other) else "%d/%m/%Y %H:%M"
    return one.strftime(form), other.strftime(form)

"""The apology letter (thư xin lỗi): whether it is owed, by when, and how the one that counts is graded (JUDGEMENT 8).

Source: NĐ 61/2018 Đ19.9, "chậm nhất 01 ngày trước ngày hết hạn". Must not know who answers for it.
"""

from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from domain.deadlines import Class, Clock, Run, keeps
from domain.facts import ApologyLetterSent
from domain.timeline import Entry, Timeline
from domain.values import LetterChannel, date_of, end_of, first_after

Grade = Literal["on_time", "late", "missing", "not_owed"]


class Letter(NamedTuple):
    """What was owed to the citizen and what was sent: the grade at T, the date it must keep, the letter that counts.

    `sent_at` is the delivery where one is on record (`delivered_at`): without one, nothing shows that the letter reached anybody.
    """

    grade: Grade
    deadline: date | None = None
    sent_at: datetime | None = None
    number: str | None = None
    delivered_at: date | datetime | None = None
    channel: LetterChannel | None = None


NOT_OWED = Letter("not_owed")

OWED_OR_TO_COME: tuple[Class, ...] = ("late", "overdue", "in_time")
"""The classes in which a letter is owed, or will be by the passing of time alone."""


class Spell(NamedTuple):
    """A span [since, until) of one grade; `until` None: for good.

    `letter` is the one that counts at T, or when the span begins if it has not; at `turns` another comes to count.
    """

    grade: Grade
    since: datetime
    until: datetime | None
    letter: Entry[ApologyLetterSent] | None
    turns: tuple[datetime, ...] = ()


def sent_at(entry: Entry[ApologyLetterSent]) -> datetime:
    """When a letter was sent: when it was delivered, else when it happened; a date of delivery means its end."""
    delivered = entry.data.delivered_at
    if delivered is None:
        return entry.at
    return delivered if isinstance(delivered, datetime) else end_of(delivered)


def letter(timeline: Timeline, run: Run, legal: Clock, lead_days: int) -> Letter:
    """The letter's grade at T; `lead_days` before the due date it must have been sent."""
    if legal.class_ not in {"late", "overdue"} or legal.due is None:
        return NOT_OWED
    deadline = date_of(legal.due) - timedelta(days=lead_days)
    for entry in _in_cycle(timeline, run):
        sent = sent_at(entry)
        if sent <= timeline.as_of:
            return Letter(
                "on_time" if keeps(sent, deadline) else "late",
                deadline,
                sent,
                entry.data.number,
                entry.data.delivered_at,
                entry.data.channel,
            )
    return Letter("missing", deadline)


def spells(timeline: Timeline, run: Run, legal: Clock, lead_days: int) -> list[Spell]:
    """How the grade goes from the moment the letter is owed, past T if nothing else happens; empty if it never will be.

    The first letter by its time counts once it is sent: a late delivery of an earlier letter changes the grade again.
    """
    if legal.class_ not in OWED_OR_TO_COME or run.due is None or run.running_since is None:
        return []
    owed = max(first_after(run.due), run.running_since)
    deadline = date_of(run.due) - timedelta(days=lead_days)
    seen = [(max(entry.at, sent_at(entry)), entry) for entry in _in_cycle(timeline, run)]
    found: list[Spell] = []
    for moment in sorted({owed, *(at for at, _ in seen if at > owed)}):
        counts = next((entry for at, entry in seen if at <= moment), None)
        grade: Grade = "missing"
        if counts is not None:
            grade = "on_time" if keeps(sent_at(counts), deadline) else "late"
        if not found or found[-1].grade != grade:
            if found:
                found[-1] = found[-1]._replace(until=moment)
            found.append(Spell(grade, moment, None, counts))
        elif counts is not found[-1].letter:
            last = found[-1]
            shown = counts if moment <= timeline.as_of else last.letter
            found[-1] = last._replace(letter=shown, turns=(*last.turns, moment))
    return found


def _in_cycle(timeline: Timeline, run: Run) -> list[Entry[ApologyLetterSent]]:
    """The letters of the last cycle, in order, sent by T or not."""
    return [entry for entry in timeline.of(ApologyLetterSent) if entry.at >= run.cycle_started_at]

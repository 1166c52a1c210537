"""The daily digest: which open dossiers an officer is reminded of in the morning, and on which mornings.

Knows judgements. Must not know addresses, mails or words; no clock: the day comes in as an argument.

An officer is told of the dossiers that they hold; where nobody does, the unit. Of a letter that must go out by the next working
day also the head of the competent agency is told, who signs it (NĐ 61/2018 Đ12.5, Đ19.9).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from typing import Literal, NamedTuple

from domain.assessment import Assessment
from domain.calendar import WorkingCalendar
from domain.directory import Directory
from domain.letter import Letter
from domain.values import Due, date_of, first_after

Kind = Literal["letter", "overdue", "due_soon"]
KINDS: tuple[Kind, ...] = ("letter", "overdue", "due_soon")
"""The most urgent first: a letter has its last day."""


class Recipient(NamedTuple):
    """Who is reminded: an officer of a unit, or the unit itself."""

    officer: str | None
    unit: str


class Item(NamedTuple):
    """One dossier in a digest. `letter`: the last day of the apology letter, where one is owed and was not sent."""

    kind: Kind
    code: str
    due: Due
    late_working_days: int
    letter: date | None


def morning(now: datetime, sent: int | None, at: time, calendar: WorkingCalendar) -> date | None:
    """The day whose digest is owed now: a working day, from `at` on, once. `sent`: the ordinal of the last day that had one."""
    today = now.date()
    if now.time() < at or not calendar.is_working(today):
        return None
    return None if sent is not None and sent >= today.toordinal() else today


def items(
    code: str,
    judged_at: Callable[[datetime], Assessment],
    now: datetime,
    directory: Directory,
) -> Iterator[tuple[Recipient, Item]]:
    """What is told of one dossier, and whom. `judged_at`: its judgement at an instant, by what is known now."""
    a = judged_at(now)
    legal, due = a.legal, a.legal.due
    if due is None or a.unit is None or legal.class_ not in {"in_time", "overdue"}:
        return
    holder = _holder(a, a.unit)
    late = legal.late_working_days or 0
    if legal.class_ == "overdue":
        missing = a.letter.deadline if a.letter.grade == "missing" else None
        yield holder, Item("overdue", code, due, late, missing)
        return
    owed = _letter_owed(a, judged_at(first_after(due)).letter, now)
    if owed is not None:
        signs = Recipient(directory.head(a.unit, now), a.unit)
        for who in dict.fromkeys((holder, signs)):
            yield who, Item("letter", code, due, 0, owed)
    elif any(finding.rule.name == "due_soon" for finding in a.findings):
        yield holder, Item("due_soon", code, due, 0, None)


def _letter_owed(a: Assessment, when_missed: Letter, now: datetime) -> date | None:
    """The last day of a letter that must go out by the next working day. `when_missed`: the letter once the due date is past."""
    deadline = when_missed.deadline
    if when_missed.grade != "missing" or deadline is None:
        return None
    return deadline if now.date() <= deadline <= a.calendar.after(now.date(), 1) else None


def _holder(a: Assessment, unit: str) -> Recipient:
    if not a.custody:
        return Recipient(None, unit)
    last = a.custody[-1]
    return Recipient(last.officer, last.unit)


def in_order(found: Iterable[Item]) -> list[Item]:
    """The most urgent first."""
    return sorted(found, key=lambda item: (KINDS.index(item.kind), date_of(item.due), item.code))

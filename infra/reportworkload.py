"""`workload`: the dossiers that are open at (T, K), of a unit or in an officer's hands, and which of them fall due soon.

Knows the tables of dossiers, custody and states. Must not know how answers are printed. Figures are counted from rows; due dates
are no rows: those of the dossiers that may fall due soon are asked of `assess`, and those of the page shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, get_args

from domain.assessment import Assessment
from domain.counting import IN_PROCESS
from domain.errors import Refused
from domain.values import date_of, end_of
from infra.answers import Answer, text
from infra.asking import Asked, asked
from infra.findings import units_of
from infra.reports import calendar_complete
from infra.views import among, listed
from infra.wiring import Store

Part = Literal[
    "open",
    "in_time",
    "overdue",
    "waiting",
    "no_due",
    "unassigned",
    "today",
    "next_day",
    "five_days",
]
"""Which of the open dossiers: all, of a class, without a holder, or due: by the end of today, on the next working day, and within
five working days, today's and the next day's included."""
PARTS: Final[tuple[Part, ...]] = get_args(Part)

_PAGE: Final = 100
_SOON: Final = 5
_CLASSES: Final = {part: class_ for class_, part in IN_PROCESS.items()}
_HELD: Final = "(SELECT c.officer FROM asked_custody AS c WHERE c.dossier = d.dossier ORDER BY c.number DESC LIMIT 1)"
"""Who holds an open dossier; nobody where it is not assigned."""

Row = tuple[str, str, str | None]
"""(dossier, class, holder)."""


@dataclass(frozen=True, slots=True)
class _Due:
    """The last days of what falls due soon."""

    today: date
    next_day: date
    five_days: date

    def part(self, due: date) -> Part | None:
        """The first of the parts that a due date falls into."""
        if due <= self.today:
            return "today"
        if due <= self.next_day:
            return "next_day"
        return "five_days" if due <= self.five_days else None


def workload(
    store: Store,
    *,
    unit: str | None = None,
    officer: str | None = None,
    part: str = "open",
    limit: int | None = None,
    cursor: str | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Answer:
    """How many dossiers are open, by class and by when they fall due; and a page of one part of them, the earliest due first.

    `unit`: those that belong to it or to one below; `officer`: those that he holds. Unknown where there is no such unit;
    Refused (`unknown_part`, `invalid_cursor`).
    """
    if part not in PARTS:
        raise Refused("unknown_part", f"no part {part!r}: one of {', '.join(PARTS)}")
    t, k = store.instants(as_of, known_at)
    with asked(store.views, store.law, t, k) as question:
        rows = _open(question, units_of(question, unit), officer)
        soon = _soon(question, rows, now=as_of is None and known_at is None)
        due = {dossier: when for dossier, (_, when) in soon.items()}
        counts = Counter(IN_PROCESS[class_] for _, class_, _ in rows)
        falls = Counter(part for part, _ in soon.values())
        falls["five_days"] = falls.total()
        chosen = _chosen(rows, soon, part)
        return {
            "as_of": text(t),
            "known_at": text(k),
            "complete": question.complete and store.caught_up,
            "calendar_complete": calendar_complete(question),
            "unit": unit,
            "officer": officer,
            "open": {"total": len(rows)} | {name: counts[name] for name in _CLASSES},
            "unassigned": sum(holder is None for *_, holder in rows),
            "due": {name: falls[name] for name in ("today", "next_day", "five_days")}
            | {"until": _until(question)},
            "part": part,
        } | _page(question, chosen, due, limit or _PAGE, cursor)


def _open(question: Asked, units: Any, officer: str | None) -> list[Row]:
    """The open dossiers with their holders, in order."""
    some = "" if units is None else f" AND d.unit_key {among(':units')}"
    rows: list[Row] = [
        (dossier, class_, holder)
        for dossier, class_, holder in question.rows(
            f"SELECT d.dossier, d.legal, {_HELD} FROM asked_dossiers AS d WHERE d.growing = 1{some} ORDER BY 1",
            {"units": listed(units or ())},
        )
    ]
    return rows if officer is None else [row for row in rows if row[2] == officer]


def _days(question: Asked) -> _Due:
    today, calendar = question.as_of.date(), question.law.calendar
    return _Due(today, calendar.after(today, 1), calendar.after(today, _SOON))


def _until(question: Asked) -> Answer:
    days = _days(question)
    return {
        "today": text(days.today),
        "next_day": text(days.next_day),
        "five_days": text(days.five_days),
    }


def _soon(question: Asked, rows: Sequence[Row], *, now: bool) -> dict[str, tuple[Part, date]]:
    """Those that are in time and fall due soon: when.

    Now, only those whose judgement will change until then can be: passing its due date is a change.
    """
    days = _days(question)
    candidates = [dossier for dossier, class_, _ in rows if class_ == "in_time"]
    if now:
        after = (end_of(days.five_days) + timedelta(microseconds=1)).isoformat()
        changing = question.rows("SELECT dossier FROM states WHERE next_change_at <= ?", (after,))
        soon = {row[0] for row in changing}
        candidates = [dossier for dossier in candidates if dossier in soon]
    found: dict[str, tuple[Part, date]] = {}
    for state, assessment in question.judgements(candidates):
        due = assessment.legal.due
        part = None if due is None else days.part(date_of(due))
        if due is not None and part is not None:
            found[state.dossier] = part, date_of(due)
    return found


def _chosen(rows: Sequence[Row], soon: dict[str, tuple[Part, date]], part: str) -> list[str]:
    match part:
        case "open":
            return [dossier for dossier, *_ in rows]
        case "unassigned":
            return [dossier for dossier, _, holder in rows if holder is None]
        case "five_days":
            return list(soon)
        case "today" | "next_day":
            return [dossier for dossier, (of, _) in soon.items() if of == part]
        case _:
            return [dossier for dossier, class_, _ in rows if class_ == _CLASSES[part]]


# ── a page ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _page(
    question: Asked, chosen: Sequence[str], due: dict[str, date], size: int, cursor: str | None
) -> Answer:
    """A page in the order of due dates where they are known, else of dossiers: the log's codes begin with the day of acceptance."""
    ordered = sorted((text(due.get(dossier)) or "9", dossier) for dossier in chosen)
    after = _position(cursor)
    rest = [place for place in ordered if after is None or place > after]
    shown = rest[:size]
    return {
        "total": len(ordered),
        "next": "~".join(shown[-1]) if len(rest) > size else None,
        "dossiers": [
            _row(state.code, assessment)
            for state, assessment in question.judgements([dossier for _, dossier in shown])
        ],
    }


def _position(cursor: str | None) -> tuple[str, str] | None:
    if cursor is None:
        return None
    due, mark, dossier = cursor.partition("~")
    if not mark:
        raise Refused("invalid_cursor", f"{cursor!r} is no `next` of an earlier answer")
    return due, dossier


def _row(code: str, assessment: Assessment) -> Answer:
    legal, last = assessment.legal, assessment.custody[-1] if assessment.custody else None
    return {
        "dossier": code,
        "unit": assessment.unit,
        "procedure": assessment.procedure,
        "officer": None if last is None else last.officer,
        "held_since": None if last is None else text(last.start),
        "accepted_at": text(assessment.accepted_at),
        "class": legal.class_,
        "due": text(legal.due),
        "late_working_days": legal.late_working_days,
        "late_minutes": legal.late_minutes,
    }

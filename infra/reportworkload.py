"""`workload`: the dossiers that are open at (T, K), of a unit or in an officer's hands, and which of them fall due soon.

Knows the tables of dossiers and custody. Must not know how answers are printed. Figures are counted from rows; minutes and holders of
the page shown are asked of `assess`.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from domain.assessment import Assessment
from domain.counting import IN_PROCESS
from domain.errors import Refused
from infra.answers import Answer, text
from infra.asking import Asked, asked
from infra.findings import units_of
from infra.reportofficers import holding_units
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

_SOON: Final = ("today", "next_day", "five_days")
_NEVER: Final = "9"
"""Behind every date."""
_CLASSES: Final = {part: class_ for class_, part in IN_PROCESS.items()}
_HELD: Final = "(SELECT c.officer FROM asked_custody AS c WHERE c.dossier = d.dossier ORDER BY c.number DESC LIMIT 1)"
"""Who holds an open dossier; nobody where it is not assigned."""


@dataclass(frozen=True, slots=True)
class _Open:
    """An open dossier: its class, who holds it, and when it falls due; nobody where it is not assigned."""

    dossier: str
    class_: str
    holder: str | None
    due: str | None


@dataclass(frozen=True, slots=True)
class _Days:
    """The last days of what falls due soon."""

    today: str
    next_day: str
    five_days: str


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

    `unit`: those that belong to it or to one below; `officer`: those that he holds; `limit` None: all. Unknown where there is no such unit;
    Refused (`unknown_part`, `invalid_cursor`).
    """
    store.scope.need("dossiers")
    if part not in PARTS:
        raise Refused("unknown_part", f"no part {part!r}: one of {', '.join(PARTS)}")
    t, k = store.instants(as_of, known_at)
    with asked(store, t, k) as question:
        rows = _open(question, units_of(question, unit), officer)
        days = _days(question)
        counts = Counter(IN_PROCESS[row.class_] for row in rows)
        parts = {part: [row for row in rows if _within(row, part, days)] for part in _SOON}
        return {
            "as_of": text(t),
            "known_at": text(k),
            "complete": question.complete and store.caught_up,
            "calendar_complete": calendar_complete(question),
            "unit": unit,
            "officer": officer,
            "open": {"total": len(rows)} | {name: counts[name] for name in _CLASSES},
            "unassigned": sum(row.holder is None for row in rows),
            "due": {name: len(parts[name]) for name in _SOON} | {"until": asdict(days)},
            "part": part,
        } | _page(question, [row for row in rows if _within(row, part, days)], limit, cursor)


def _open(question: Asked, units: Collection[str] | None, officer: str | None) -> list[_Open]:
    """The open dossiers with their holders."""
    table, some = "asked_dossiers AS d", ""
    values = {"units": listed(sorted(units or ())), "officer": officer}
    if units is not None:
        some = f" AND d.unit_key {among(':units')}"
    if officer is not None:
        # Those that he ever held, by the index; of them those that he holds now.
        table = (
            f"(SELECT DISTINCT dossier FROM asked_custody WHERE unit_key {among(':holding')} AND officer = :officer) AS x"
            " CROSS JOIN asked_dossiers AS d"
        )
        some += " AND d.dossier = x.dossier"
        values["holding"] = listed(holding_units(question))
    sql = f"SELECT d.dossier, d.legal, {_HELD}, d.due_on FROM {table} WHERE d.growing = 1{some}"
    rows = [_Open(*row) for row in question.rows(sql, values)]
    return rows if officer is None else [row for row in rows if row.holder == officer]


def _days(question: Asked) -> _Days:
    today, calendar = question.as_of.date(), question.law.calendar
    ends = (today, calendar.after(today, 1), calendar.after(today, 5))
    return _Days(*(day.isoformat() for day in ends))


def _within(row: _Open, part: str, days: _Days) -> bool:
    """Whether an open dossier is of a part."""
    if part == "open":
        return True
    if part == "unassigned":
        return row.holder is None
    if part in _CLASSES:
        return row.class_ == _CLASSES[part]
    if row.class_ != "in_time" or row.due is None:
        return False
    after = days.today if part == "next_day" else ""
    until: str = getattr(days, part)
    return after < row.due <= until


# ── a page ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _page(question: Asked, chosen: Sequence[_Open], size: int | None, cursor: str | None) -> Answer:
    """A page, the earliest due first; those without a due date at the end."""
    ordered = sorted((row.due or _NEVER, row.dossier) for row in chosen)
    after = _position(cursor)
    rest = [place for place in ordered if after is None or place > after]
    shown = rest[:size]
    return {
        "total": len(ordered),
        "next": "~".join(shown[-1]) if len(shown) < len(rest) else None,
        "dossiers": [
            _row(question, state.code, assessment)
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


def _row(question: Asked, code: str, assessment: Assessment) -> Answer:
    legal, last = assessment.legal, assessment.custody[-1] if assessment.custody else None
    holder = None if last is None or last.officer is None else last.officer
    registered = None if holder is None else question.directory.officer(holder, question.as_of)
    procedure = question.directory.procedure(assessment.procedure, question.as_of)
    return {
        "dossier": code,
        "unit": assessment.unit,
        "procedure": assessment.procedure,
        "procedure_name": None if procedure is None else procedure.name,
        "officer": holder,
        "officer_name": None if registered is None else registered.name,
        "held_since": None if last is None else text(last.start),
        "accepted_at": text(assessment.accepted_at),
        "class": legal.class_,
        "due": text(legal.due),
        "late_working_days": legal.late_working_days,
        "late_minutes": legal.late_minutes,
    }

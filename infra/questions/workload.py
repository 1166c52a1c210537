"""`workload`: the dossiers that are open at (T, K), of a unit or in an officer's hands, and which of them fall due soon.

Knows the table of dossiers. Must not know how answers are printed. Figures and the page are chosen by SQL; minutes and holders of
the page shown are asked of `assess`.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from domain.assessment import Assessment
from domain.counting import IN_PROCESS
from domain.errors import Refused
from infra.answers import Answer, in_one, text
from infra.questions.asking import Asked, asked
from infra.questions.findings import units_of
from infra.questions.remaining import remaining
from infra.questions.reports import calendar_complete
from infra.rows.tables import among, listed
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

_CLASSES: Final = {part: class_ for class_, part in IN_PROCESS.items()}
_SOON: Final[Mapping[str, str]] = {
    "today": "due_on <= :today",
    "next_day": "due_on > :today AND due_on <= :next_day",
    "five_days": "due_on <= :five_days",
}
_OF: Final[Mapping[str, str]] = (
    {"open": "1 = 1", "unassigned": "holder IS NULL"}
    | {part: f"legal = '{class_}'" for part, class_ in _CLASSES.items()}
    | {part: f"legal = 'in_time' AND {due}" for part, due in _SOON.items()}
)
"""Whether an open dossier is of a part, as SQL."""
_DUE: Final = "coalesce(due_on, '9')"
"""What has no due date comes behind every date."""


@dataclass(frozen=True, slots=True)
class _Days:
    """The last days of what falls due soon."""

    today: str
    next_day: str
    five_days: str


@contextmanager
def every_dossier(
    store: Store,
    *,
    unit: str | None = None,
    officer: str | None = None,
    part: str = "open",
    limit: int | None = None,
    cursor: str | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Iterator[tuple[Answer, Iterator[Answer]]]:
    """How many dossiers are open, by class and by when they fall due; and a page of one part of them, the earliest due first.

    What stands above the dossiers, and each in order, a few of them in memory at a time, from one unchanging picture of the tables as
    long as the block lasts. `unit`: those that belong to it or to one below; `officer`: those that he holds; `limit` None: all. Unknown
    where there is no such unit; Refused (`unknown_part`, `invalid_cursor`).
    """
    store.scope.need("dossiers")
    if part not in PARTS:
        raise Refused("unknown_part", f"no part {part!r}: one of {', '.join(PARTS)}")
    t, k = store.instants(as_of, known_at)
    with asked(store, t, k) as question:
        days = _days(question)
        chosen, values = _chosen(units_of(question, unit), officer)
        values |= asdict(days)
        counts = _counts(question, chosen, values)
        places = _places(question, f"{chosen} AND {_OF[part]}", values, limit, cursor)
        shown = places[:limit]
        answer = {
            "as_of": text(t),
            "known_at": text(k),
            "complete": question.complete and store.caught_up,
            "calendar_complete": calendar_complete(question),
            "unit": unit,
            "officer": officer,
            "open": {"total": counts["open"]} | {name: counts[name] for name in _CLASSES},
            "unassigned": counts["unassigned"],
            "due": {name: counts[name] for name in _SOON} | {"until": asdict(days)},
            "part": part,
            "before": _before(question, f"{chosen} AND {_OF[part]}", values, cursor),
            "total": counts[part],
            "next": "~".join(shown[-1]) if len(shown) < len(places) else None,
        }
        judgements = question.judgements([dossier for _, dossier in shown])
        yield answer, (_row(question, state.code, assessment) for state, assessment in judgements)


workload = in_one(every_dossier)
"""The same in one answer, for a page that fits into memory."""


def _chosen(units: Collection[str] | None, officer: str | None) -> tuple[str, dict[str, Any]]:
    """Which open dossiers are asked about, as SQL."""
    chosen = "growing = 1"
    if units is not None:
        chosen += f" AND unit_key {among(':units')}"
    if officer is not None:
        chosen += " AND holder = :officer"
    return chosen, {"units": listed(sorted(units or ())), "officer": officer}


def _days(question: Asked) -> _Days:
    today, calendar = question.as_of.date(), question.law.calendar
    ends = (today, calendar.after(today, 1), calendar.after(today, 5))
    return _Days(*(day.isoformat() for day in ends))


def _counts(question: Asked, chosen: str, values: Mapping[str, Any]) -> Mapping[str, int]:
    """How many there are of each part."""
    each = ", ".join(f"count(CASE WHEN {_OF[part]} THEN 1 END)" for part in PARTS)
    (counts,) = question.rows(f"SELECT {each} FROM asked_dossiers WHERE {chosen}", values)
    return dict(zip(PARTS, counts, strict=True))


def _before(question: Asked, chosen: str, values: Mapping[str, Any], cursor: str | None) -> int:
    """How many come before a page."""
    place = _position(cursor)
    if place is None:
        return 0
    ((before,),) = question.rows(
        f"SELECT count(*) FROM asked_dossiers WHERE {chosen}"
        f" AND ({_DUE} < :due OR ({_DUE} = :due AND dossier <= :dossier))",
        {**values, "due": place[0], "dossier": place[1]},
    )
    return int(before)


# ── a page ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _places(
    question: Asked, chosen: str, values: Mapping[str, Any], size: int | None, cursor: str | None
) -> list[tuple[str, str]]:
    """When they are due, and which: the earliest first, those without a due date at the end; one more than a page."""
    due, dossier = _position(cursor) or ("", "")
    return question.rows(
        f"SELECT {_DUE} AS due, dossier FROM asked_dossiers WHERE {chosen}"
        f" AND ({_DUE} > :due OR ({_DUE} = :due AND dossier > :dossier)) ORDER BY 1, 2"
        + ("" if size is None else f" LIMIT {size + 1}"),
        {**values, "due": due, "dossier": dossier},
    )


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
    } | remaining(assessment, legal)

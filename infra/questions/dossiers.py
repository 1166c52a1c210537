"""`dossiers`: the dossiers behind a figure of the reports, a page of them. As many as the figure says.

Knows the tables of dossiers and of their counts. Must not know how answers are printed. What is constant is chosen by SQL; due dates,
minutes and who holds a dossier are asked of `assess` for the page shown.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from consumers.judging import State as Judged
from domain.assessment import Assessment
from domain.counting import IN_PROCESS, RESOLVED, Period, declared, names, question_instant
from domain.deadlines import ClockName
from domain.errors import Refused
from domain.values import unit_key
from infra.answers import Answer, in_one, text
from infra.questions.about import About, about_of, stated_units
from infra.questions.asking import Asked, asked
from infra.questions.received import ENDED, received, rows_of, source
from infra.questions.remaining import remaining
from infra.questions.reports import calendar_complete
from infra.rows.tables import among, listed, unsought
from infra.wiring import Store

_FEW: Final = 10_000
"""So many are sorted faster than they are looked for among all."""

GROUPS: Final[Mapping[str, Sequence[str]]] = {
    "resolved": RESOLVED,
    "punctual": ("early", "on_time"),
    "in_process": tuple(IN_PROCESS),
}
"""States that stand for several classes of a clock."""
State = Literal[
    "resolved", "punctual", "in_process",
    "early", "on_time", "late", "no_due", "in_time", "overdue", "waiting", "open_no_due", "cancelled",
]  # fmt: skip
"""The names of all of them, and of the classes."""
STATES: Final[tuple[State, ...]] = get_args(State)
LETTERS: Final = ("owed", "on_time", "late", "missing")
Ask = Callable[[Callable[[Store], frozenset[str]]], frozenset[str]]
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)

_OTHER: Final = {"legal": "portal", "portal": "legal"}
_UNASSIGNED: Final = (
    "dossier IN (SELECT dossier FROM asked_custody WHERE unit_key = :holding AND officer IS NULL)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which of the received dossiers; None: whichever. `states` and `letter` are names of STATES and LETTERS."""

    states: Sequence[str] = ()
    letter: str | None = None
    differs: Literal["legal", "portal"] | None = None
    """Overdue by that one of the two clocks, and not by the other."""
    but: Collection[str] | None = None
    """None of these, by their keys: what the other of the two shows, where that is asked as known at another moment."""
    due: date | None = None
    """In process within limit, and due on that day by law."""
    ended: str | None = None
    """The month (`2026-11`) in which it ended."""
    begun: bool = False
    """Accepted in the period, not carried over from before."""
    recorded: bool | None = None
    """Accepted by an information system; False: on paper."""
    declaring: bool = False
    """Of units that declared how much they took in."""
    own: bool = False
    """Of the unit alone, not of those below it; without a unit: of those whose unit is not known."""
    unassigned: str | None = None
    """Held for a time by that unit, whoever's they are, without an officer being named."""


@contextmanager
def every_wanted(
    store: Store,
    wanted: Wanted,
    *,
    period: tuple[date, date] | None = None,
    unit: str | None = None,
    clock: ClockName = "legal",
    limit: int | None = None,
    cursor: str | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Iterator[tuple[Answer, Iterator[Answer]]]:
    """The received dossiers of a period that are wanted, in the order of their keys; `next` continues after the page, `limit` None: all.

    What stands above them, and each in order, a few in memory at a time, from one unchanging picture of the tables as long as the
    block lasts. Refused (`unknown_state`, `invalid_month`), and Unknown where there is no such unit.
    """
    store.scope.need("dossiers")
    asked_at, k = store.instants(as_of, known_at)
    span = None if period is None else Period(*period)
    t = question_instant(asked_at, span)
    with asked(store, t, k) as question:
        about = about_of(question, span, asked_at, unit, stated_units(question))
        conditions, values = _conditions(about, wanted, unit, clock)
        total = _total(about, wanted, clock, conditions, values)
        values |= about.bounds | {"after": cursor or ""}
        # A few are picked out and sorted: in the order of the table they may all stand at its end.
        key = unsought("dossier") if total <= _FEW else "dossier"
        chosen = f"asked_dossiers WHERE {received(clock)}{conditions}{_of_open(wanted)} AND {key}"
        most = "" if limit is None else f" LIMIT {limit + 1}"
        keys = [
            row[0]
            for row in question.rows(
                f"SELECT dossier FROM {chosen} > :after ORDER BY {key}{most}", values
            )
        ]
        before = 0
        if cursor is not None:
            ((before,),) = question.rows(f"SELECT count(*) FROM {chosen} <= :after", values)
        shown = keys[:limit]
        answer = {
            "period": about.span,
            "as_of": text(t),
            "known_at": text(k),
            "clock": clock,
            "complete": question.complete and store.caught_up,
            "calendar_complete": calendar_complete(question),
            "before": before,
            "total": total,
            "next": shown[-1] if len(shown) < len(keys) else None,
        }
        judgements = question.judgements(shown)
        yield answer, (_row(question, state, judged, clock) for state, judged in judgements)


dossiers = in_one(every_wanted)
"""The same in one answer, for a page that fits into memory."""


# ── the portal as it was known at K, and the law by all that is known ────────────────────────────────────────────────────


def overdue(
    store: Store,
    clock: ClockName,
    *,
    period: tuple[date, date] | None = None,
    unit: str | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> frozenset[str]:
    """The keys of the received dossiers that are in process and overdue by a clock."""
    asked_at, k = store.instants(as_of, known_at)
    span = None if period is None else Period(*period)
    with asked(store, question_instant(asked_at, span), k) as question:
        about = about_of(question, span, asked_at, unit, stated_units(question))
        wanted = Wanted(states=("overdue",))
        conditions, values = _conditions(about, wanted, unit, clock)
        rows = question.rows(
            f"SELECT dossier FROM asked_dossiers WHERE {received(clock)}{conditions}{_of_open(wanted)}",
            about.bounds | values,
        )
        return frozenset(row[0] for row in rows)


def side_of(
    ask: Ask, wanted: Wanted, known_at: datetime | None, **about: Any
) -> tuple[Wanted, datetime | None]:
    """What is wanted, and as known at when, where the two sides of `differs` know differently: the portal at K, the law all there is.

    `ask` asks a store; each side by itself, since a picture of the past is of one (T, K). `about`: period, unit, as_of.
    """
    if wanted.differs is None or known_at is None:
        return wanted, known_at
    if wanted.differs == "legal":
        shown = ask(lambda store: overdue(store, "portal", known_at=known_at, **about))
        return replace(wanted, but=shown), None
    so = ask(lambda store: overdue(store, "legal", **about))
    return replace(wanted, but=so), known_at


def _conditions(
    about: About, wanted: Wanted, unit: str | None, clock: ClockName
) -> tuple[str, dict[str, Any]]:
    """What is wanted as SQL, each condition begun by AND, and its parameters."""
    parts, values = [*_of_state(wanted, clock)], _values(wanted)
    if wanted.due is not None:
        parts.append("growing = 1 AND legal = 'in_time' AND due_on = :due")
    if wanted.ended is not None:
        parts.append(f"substr({ENDED[clock]}, 1, 7) = :ended")
    if wanted.recorded is not None:
        parts.append("recorded = :recorded")
    if wanted.begun:
        parts.append("accepted_on >= :first")
    if wanted.unassigned is not None:
        parts.append(_UNASSIGNED)
    units = _units(about, wanted, unit)
    if units is not None:
        parts.append(f"unit_key {among(':units')}")
        values["units"] = listed(sorted(units))
    elif wanted.own:
        parts.append("unit_key IS NULL")
    return "".join(f" AND {part}" for part in parts), values


def _of_state(wanted: Wanted, clock: ClockName) -> Iterator[str]:
    if wanted.states:
        yield f"{clock} {among(':classes')}"
    if wanted.letter is not None:
        yield "grade <> 'not_owed'" if wanted.letter == "owed" else "grade = :grade"
    if wanted.differs is not None:
        yield f"{wanted.differs} = 'overdue'"
        if wanted.but is None:
            yield f"{_OTHER[wanted.differs]} <> 'overdue'"
    if wanted.but is not None:
        yield f"NOT dossier {among(':but')}"


def _of_open(wanted: Wanted) -> str:
    """What says that they are open, where they can be nothing else: so an index of the few that are has them."""
    opened = wanted.differs is not None or (
        wanted.states and _classes(wanted.states).issubset(IN_PROCESS)
    )
    return " AND growing = 1" if opened else ""


def _values(wanted: Wanted) -> dict[str, Any]:
    """Refused where a name or month is none."""
    if wanted.letter not in {None, *LETTERS}:
        raise Refused("unknown_state", f"no state {wanted.letter} of a letter")
    if wanted.ended is not None and not _MONTH.fullmatch(wanted.ended):
        raise Refused("invalid_month", f"{wanted.ended!r} is no month: write 2026-11")
    return {
        "classes": listed(sorted(_classes(wanted.states))),
        "grade": wanted.letter,
        "but": listed(sorted(wanted.but or ())),
        "due": text(wanted.due),
        "ended": wanted.ended,
        "recorded": None if wanted.recorded is None else int(wanted.recorded),
        "holding": None if wanted.unassigned is None else unit_key(wanted.unassigned),
    }


def _classes(states: Sequence[str]) -> frozenset[str]:
    unknown = set(states) - set(STATES)
    if unknown:
        raise Refused("unknown_state", f"no state {', '.join(sorted(unknown))} of a dossier")
    return frozenset(class_ for state in states for class_ in GROUPS.get(state, (state,)))


def _units(about: About, wanted: Wanted, unit: str | None) -> Collection[str] | None:
    units: Collection[str] | None = about.units
    if unit is not None and wanted.own:
        units = {unit_key(unit)}
    if not wanted.declaring:
        return units
    told = {
        key
        for key in about.tree
        if declared(about.question.directory, key, about.asked_at, about.period) is not None
    }
    return told if units is None else told.intersection(units)


def _total(
    about: About, wanted: Wanted, clock: ClockName, conditions: str, values: dict[str, Any]
) -> int:
    """How many there are: from the counts, where they know all that is asked."""
    of_rows = any(each is not None for each in (wanted.due, wanted.unassigned, wanted.but))
    counts = rows_of(about) if of_rows else source(about)
    few = "" if counts.counted else _of_open(wanted)
    ((total,),) = about.question.rows(
        f"SELECT coalesce(sum(n), 0) FROM {counts.table} WHERE {received(clock)}{conditions}{few}",
        counts.bounds | values,
    )
    return int(total)


def _row(question: Asked, state: Judged, assessment: Assessment, clock: ClockName) -> Answer:
    at, registered = question.as_of, question.directory
    judged = {"legal": assessment.legal, "portal": assessment.portal, "qd766": assessment.qd766}
    of_clock = judged[clock]
    unit, holder = assessment.unit, _holder(assessment)
    named = None if unit is None else names(registered, unit_key(unit), at, unit)
    procedure = registered.procedure(assessment.procedure, at)
    officer = None if holder["officer"] is None else registered.officer(holder["officer"], at)
    return {
        "dossier": state.code,
        "unit": unit,
        "unit_name": None if named is None else named["name"],
        "procedure": assessment.procedure,
        "procedure_name": None if procedure is None else procedure.name,
        "accepted_at": text(assessment.accepted_at),
        "due": text(of_clock.due),
        "finished_at": text(assessment.finished_at),
        "classes": {name: each.class_ for name, each in judged.items()},
        "late_working_days": of_clock.late_working_days,
        "late_minutes": of_clock.late_minutes,
        "holder": holder | {"name": None if officer is None else officer.name},
        "letter": assessment.letter.grade,
    } | remaining(assessment, of_clock)


def _holder(assessment: Assessment) -> Answer:
    """Who has it, or had it last."""
    if not assessment.custody:
        return {"officer": None, "unit": None}
    last = assessment.custody[-1]
    return {"officer": last.officer, "unit": last.unit}

"""`officer`: one officer's part in the dossiers that were open at some time of the period, each case with the figures it makes.

Knows the tables of custody and shares; growing minutes of open dossiers come from `assess`. Must not know how lateness is shared
out. Every figure is counted from the cases that it is told with, so that a list's total is the figure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from domain.assessment import Assessment
from domain.counting import IN_PROCESS, Period, question_instant
from domain.errors import Refused
from domain.values import UnitKey, unit_key
from infra.answers import Answer, text
from infra.questions.asking import Asked, asked
from infra.questions.findings import units_of
from infra.questions.officers import check_officer, headed_units, holding_units
from infra.questions.reports import calendar_complete
from infra.rows.tables import among, listed
from infra.wiring import Store

Part = Literal["all", "held", "resolved", "on_time", "late", "share", "unattributed", "open"]
"""Which of the cases: all, those that he held, those with a result, of them on time or late, those whose lateness he has a part in,
of them those that could not be attributed and are told of him as the head, and those still open."""
PARTS: Final[tuple[Part, ...]] = get_args(Part)
_ON_TIME: Final = frozenset({"early", "on_time"})


@dataclass(slots=True)
class _Case:
    """A dossier that he held or answers for."""

    code: str
    unit: str | None
    class_: str
    holding: bool = False
    """Whether he held it, be it for no minute that counts."""
    held: int = 0
    share: int = 0
    unattributed: int = 0
    """Of `share`, what is his as the head only, because nothing shows whose it is."""
    late: int = 0
    """The whole lateness that the share is a part of."""

    def within(self, part: str) -> bool:
        """Whether the case is of a part."""
        return {
            "all": True,
            "held": self.holding,
            "resolved": self.class_ in _ON_TIME or self.class_ == "late",
            "on_time": self.class_ in _ON_TIME,
            "late": self.class_ == "late",
            "share": self.share > 0,
            "unattributed": self.unattributed > 0,
            "open": self.class_ in IN_PROCESS,
        }[part]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose cases are asked for: in the dossiers of these units (None: of all), and only what he did in that unit (None: in any)."""

    who: str
    period: Period | None
    units: Collection[str] | None
    held_in: UnitKey | None

    @property
    def where(self) -> str:
        """Which dossiers are asked about, as SQL."""
        units = "" if self.units is None else f" AND unit_key {among(':units')}"
        return f"accepted_on <= :last AND (ended_on IS NULL OR ended_on >= :first){units}"

    @property
    def values(self) -> Mapping[str, str]:
        """The parameters of that."""
        first, last = self.period or (date.min, date.max)
        units = listed(sorted(self.units or ()))
        return {"first": first.isoformat(), "last": last.isoformat(), "units": units}

    def means(self, unit: str) -> bool:
        """Whether what he did in a unit is asked for."""
        return self.held_in is None or unit_key(unit) == self.held_in


def officer(
    store: Store,
    who: str,
    *,
    period: tuple[date, date] | None = None,
    unit: str | None = None,
    held_in: str | None = None,
    part: str = "all",
    limit: int | None = None,
    cursor: str | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Answer:
    """An officer's figures and a page of the cases of one part, the largest share first; `limit` None: all.

    `unit`: in the dossiers that belong to it or to one below; `held_in`: only what he held and answers for in that unit, as a row of
    the report of officers is. Unknown where nobody of that id is registered, held a dossier or answers for one, and where there is no such
    unit or, of the latter, nobody held a dossier there either; Refused (`unknown_part`, `invalid_cursor`).
    """
    store.scope.need("dossiers")
    if part not in PARTS:
        raise Refused("unknown_part", f"no part {part!r}: one of {', '.join(PARTS)}")
    asked_at, k = store.instants(as_of, known_at)
    span = None if period is None else Period(*period)
    t = question_instant(asked_at, span)
    with asked(store, t, k) as question:
        wanted = _Asked(
            who,
            span,
            units_of(question, unit),
            None if held_in is None else unit_key(held_in),
        )
        cases = _cases(question, wanted)
        if held_in is not None and not cases and wanted.held_in not in holding_units(question):
            units_of(question, held_in)  # Unknown
        registered = question.directory.officer(who, t)
        if not cases:
            check_officer(question, who)
        told = {name: [case for case in cases if case.within(name)] for name in PARTS}
        ranked = sorted(told[part], key=lambda case: (-case.share, case.code))
        return {
            "officer": who,
            "name": None if registered is None else registered.name,
            "unit": None if registered is None else registered.unit,
            "of_unit": unit,
            "held_in": held_in,
            "period": {
                "from": text(span.first) if span else None,
                "to": text(span.last) if span else None,
            },
            "as_of": text(t),
            "known_at": text(k),
            "complete": question.complete and store.caught_up,
            "calendar_complete": calendar_complete(question),
            "dossiers": {name: len(told[name]) for name in PARTS},
            "held_minutes": sum(case.held for case in cases),
            "share_minutes": sum(case.share for case in cases),
            "unattributed_minutes": sum(case.unattributed for case in cases),
            "late_minutes": sum(case.late for case in told["share"]),
            "part": part,
        } | _page(ranked, limit, cursor)


def _page(ranked: Sequence[_Case], size: int | None, cursor: str | None) -> Answer:
    after = _position(cursor)
    rest = [case for case in ranked if after is None or (-case.share, case.code) > after]
    shown = rest[:size]
    return {
        "before": len(ranked) - len(rest),
        "total": len(ranked),
        "next": f"{shown[-1].share}~{shown[-1].code}" if len(shown) < len(rest) else None,
        "cases": [
            {
                "dossier": case.code,
                "unit": case.unit,
                "class": case.class_,
                "held_minutes": case.held,
                "share_minutes": case.share,
                "unattributed_minutes": case.unattributed,
                "late_minutes": case.late,
            }
            for case in shown
        ],
    }


def _position(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    share, mark, code = cursor.partition("~")
    if not mark or not (share.isascii() and share.isdigit()) or len(share) > 18:
        raise Refused("invalid_cursor", f"{cursor!r} is no `next` of an earlier answer")
    return -int(share), code


# ── cases ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cases(question: Asked, wanted: _Asked) -> list[_Case]:
    in_units = holding_units(question) if wanted.held_in is None else [wanted.held_in]
    held = question.rows(
        f"SELECT dossier, sum(minutes) FROM asked_custody WHERE unit_key {among(':held_in')} AND officer = :officer GROUP BY 1",
        {"held_in": listed(in_units), "officer": wanted.who},
    )
    shares = [
        (dossier, minutes, kind)
        for dossier, unit, minutes, kind in question.rows(
            "SELECT dossier, unit, minutes, kind FROM asked_shares WHERE officer = :officer",
            {"officer": wanted.who},
        )
        if wanted.means(unit)
    ]
    touched = sorted({row[0] for row in held} | {row[0] for row in shares})
    cases = {
        dossier: _Case(code, unit, class_)
        for dossier, code, unit, class_ in question.rows(
            f"SELECT dossier, code, unit, legal FROM asked_dossiers WHERE dossier {among(':touched')} AND growing = 0"
            f" AND {wanted.where}",
            {**wanted.values, "touched": listed(touched)},
        )
    }
    for dossier, minutes in held:
        if dossier in cases:
            cases[dossier].holding, cases[dossier].held = True, minutes or 0
    for dossier, minutes, kind in shares:
        if dossier in cases:
            cases[dossier].share += minutes
            cases[dossier].unattributed += minutes if kind == "unattributed" else 0
    for dossier, minutes in _late(
        question, [dossier for dossier, case in cases.items() if case.share]
    ):
        cases[dossier].late = minutes
    return [*cases.values(), *_growing(question, wanted, touched)]


def _late(question: Asked, dossiers: Iterable[str]) -> list[Any]:
    """The whole lateness of ended dossiers: their shares add up to it."""
    sql = f"SELECT dossier, sum(minutes) FROM asked_shares WHERE dossier {among()} GROUP BY 1"
    return question.rows(sql, (listed(dossiers),))


def _growing(question: Asked, wanted: _Asked, touched: Sequence[str]) -> Iterator[_Case]:
    """Open dossiers that he holds or held, and those whose growing lateness may be told of him as the head of a unit."""
    headed = headed_units(question, wanted.who)
    of_open = f"SELECT dossier FROM asked_dossiers AS d WHERE growing = 1 AND {wanted.where} AND"
    of_head = (
        f" UNION ALL {of_open} legal = 'overdue' AND (unit_key {among(':headed')} OR EXISTS (SELECT 1 FROM asked_custody AS c"
        f" WHERE c.dossier = d.dossier AND c.unit_key {among(':headed')}))"
    )
    # Each looks at a few. By both in one condition, or sorted, SQLite (3.40) would look at every dossier.
    rows = question.rows(
        f"{of_open} dossier {among(':touched')}{of_head if headed else ''}",
        {**wanted.values, "touched": listed(touched), "headed": listed(headed)},
    )
    for state, assessment in question.judgements(sorted({row[0] for row in rows})):
        case = _open_case(state.code, assessment, wanted)
        if case is not None:
            yield case


def _open_case(code: str, assessment: Assessment, wanted: _Asked) -> _Case | None:
    who = wanted.who
    held = [each for each in assessment.custody if each.officer == who and wanted.means(each.unit)]
    shares = [
        each
        for each in assessment.responsibility
        if each.officer == who and wanted.means(each.unit)
    ]
    if not held and not any(share.minutes for share in shares):
        return None
    case = _Case(code, assessment.unit, assessment.legal.class_)
    case.holding = bool(held)
    case.held = sum(segment.minutes for segment in held)
    case.share = sum(share.minutes for share in shares)
    case.unattributed = sum(share.minutes for share in shares if share.kind == "unattributed")
    case.late = assessment.legal.late_minutes if case.share else 0
    return case

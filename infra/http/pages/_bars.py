"""Who held a dossier for how long, and who answers for which part of its lateness: as bars that add up.

Knows custody and shares of `explain`. Must not know how lateness is shared out, nor how a page looks. The waiting citizen has a
row of his own and no officer's colour; what could not be attributed is said to be so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from infra.answers import Answer
from infra.language import Language
from infra.telling import STANDING, moment, person, why

Kind = Literal["held", "waiting", "overrun", "unassigned", "unattributed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A row: who, from when to when, how long; `start` and `width` are thousandths of the whole, `over` the part above what was allotted."""

    kind: Kind
    who: str
    officer: str | None
    unit: str | None
    note: str
    when: str
    amount: str
    minutes: int
    start: int
    width: int
    over: int
    allotted: str
    overrun: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Rows and their sum; `equal`: the sum is what it should be."""

    rows: Sequence[Bar]
    total: str
    minutes: int
    equal: bool


def custody(answer: Answer, say: Language) -> Bars:
    """The segments one after another on one scale; the time that the citizen was waited for stands beside, and is nobody's."""
    segments = answer.get("custody") or []
    whole = sum(segment["minutes"] for segment in segments)
    rows: list[Bar] = []
    before = 0
    for segment in segments:
        minutes, over = segment["minutes"], segment["overrun_minutes"] or 0
        start, end = _part(before, whole), _part(before + minutes, whole)
        before += minutes
        rows.append(
            Bar(
                kind="held" if segment["officer"] else "unassigned",
                who=person(answer, segment["officer"], segment["unit"], say),
                officer=segment["officer"],
                unit=segment["unit"],
                note="" if segment["officer"] else say("case.unassigned"),
                when=f"{moment(answer, segment['from'], say)} – {moment(answer, segment['to'], say)}",
                amount=say.duration(minutes, short=True),
                minutes=minutes,
                start=start,
                width=end - start,
                over=min(_part(over, whole), end - start),
                allotted=_duration(segment["allotted_minutes"], say),
                overrun=_duration(segment["overrun_minutes"], say),
            )
        )
    rows += _waiting(answer, say)
    return Bars(rows, say.duration(whole, short=True), whole, equal=True)


def _waiting(answer: Answer, say: Language) -> list[Bar]:
    # Of a pause the trace tells the days that would have been worked; weekends within it are weekends.
    trace = answer["clocks"]["legal"].get("trace") or []
    rows = []
    for reason in sorted({day["why"] for day in trace} & STANDING):
        days = sum(day["why"] == reason for day in trace)
        rows.append(
            Bar(
                kind="waiting",
                who=say(f"case.waiting.{reason}"),
                officer=None,
                unit=None,
                note=why(reason, say),
                when="",
                amount=say.working_days(days),
                minutes=0,
                start=0,
                width=0,
                over=0,
                allotted="",
                overrun="",
            )
        )
    return rows


def shares(answer: Answer, say: Language) -> Bars:
    """The parts of the lateness; they add up to it."""
    parts = answer.get("responsibility") or []
    late = answer["clocks"]["legal"].get("late_minutes") or 0
    rows: list[Bar] = []
    before = 0
    for share in parts:
        start, end = _part(before, late), _part(before + share["minutes"], late)
        before += share["minutes"]
        note = say.word("kind", share["kind"])
        if share["holder_at_due"]:
            note += f"; {say('explain.holder_at_due')}"
        rows.append(
            Bar(
                kind=share["kind"],
                who=say(
                    "case.unattributed_to", who=person(answer, share["officer"], share["unit"], say)
                )
                if share["kind"] == "unattributed"
                else person(answer, share["officer"], share["unit"], say),
                officer=share["officer"],
                unit=share["unit"],
                note=note,
                when="",
                amount=say.duration(share["minutes"], short=True),
                minutes=share["minutes"],
                start=start,
                width=end - start,
                over=0,
                allotted="",
                overrun="",
            )
        )
    return Bars(rows, say.duration(before, short=True), before, equal=before == late)


def _part(minutes: int, whole: int) -> int:
    """Thousandths, so rounded that neighbours meet and the last one ends at the end."""
    return round(1000 * minutes / whole) if whole else 0


def _duration(minutes: int | None, say: Language) -> str:
    return "" if minutes is None else say.duration(minutes, short=True)

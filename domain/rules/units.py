"""Rules over a unit and a period, judged on its counts: PAR INDEX, TT 01/2018 Đ13, NĐ 61/2018 Đ11, Đ30.

Knows the counts of one unit, children included. Must not know single dossiers, nor where counts come from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.percentages import percent
from domain.policy import Policy, Ruleset, ruleset
from domain.rules._law import ND61, ND118, QD876, TT01, TT01_2020, Cited, basis
from domain.rules._rule import Basis, Responsible, Role, Severity, cited


class UnitCounts(NamedTuple):
    """What the rules read of a unit's row; `late_online` are dossiers, `whole` is what `recorded` is counted over."""

    received: int = 0
    resolved: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    no_due: int = 0
    cancelled: int = 0
    in_process: int = 0
    letters_owed: int = 0
    letters_on_time: int = 0
    letters_late: int = 0
    letters_missing: int = 0
    late_online: int = 0
    recorded: int = 0
    whole: int = 0

    @property
    def kept(self) -> int:
        """Early or on time: "on time" in percentages."""
        return self.early + self.on_time


class Printed(NamedTuple):
    """A report's figures as printed elsewhere (biểu 06): compared, never adopted. None: not printed."""

    received: int | None = None
    processed: int | None = None
    early: int | None = None
    on_time: int | None = None
    late: int | None = None
    in_process: int | None = None
    on_time_percent: str | None = None


Figures = Mapping[str, str | int | None]
"""What fills a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRule:
    """One rule over a unit's counts; `check` gives the message's figures when it is broken."""

    name: str
    version: int = 1
    vietnamese: str
    english: str
    severity: Severity
    answers: str
    role: Role
    trigger: str
    basis: Mapping[Ruleset, tuple[Basis, ...]]
    says: tuple[str, str]
    check: Callable[[UnitCounts, Policy, Printed | None], Figures | None]

    @property
    def versioned(self) -> str:
        """The name that findings carry: `unit_on_time_below_95/1`."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class UnitFinding:
    """A rule that a unit breaks in a period."""

    rule: UnitRule
    basis: tuple[Basis, ...]
    responsible: tuple[Responsible, ...]
    figures: Figures

    def message(self, lang: str) -> str:
        """The finding in one sentence, in Vietnamese (`vi`) or English."""
        told = {name: "–" if value is None else str(value) for name, value in self.figures.items()}
        if lang != "vi":
            return self.rule.says[1].format_map(told)
        # Vietnamese writes a decimal comma; all other figures are whole numbers.
        return self.rule.says[0].format_map({k: v.replace(".", ",") for k, v in told.items()})


def unit_findings(
    counts: UnitCounts,
    policy: Policy,
    *,
    unit: str | None,
    head: str | None,
    day: date,
    printed: Printed | None = None,
) -> tuple[UnitFinding, ...]:
    """What a unit breaks by the law of a day, and who answers: the head of the unit, or the unit itself."""
    found = []
    for rule in UNIT_RULES:
        figures = rule.check(counts, policy, printed)
        if figures is not None:
            officer = head if rule.role == "head" else None
            who = Responsible(officer, unit, rule.role)
            found.append(UnitFinding(rule, cited(rule.basis[ruleset(day)], day), (who,), figures))
    return tuple(found)


def _below_floor(counts: UnitCounts, policy: Policy, _: Printed | None) -> Figures | None:
    """Of what was resolved: what is still in process may yet be on time. Compared exactly, not as printed."""
    if 100 * counts.kept >= policy.floor_percent * counts.resolved:
        return None
    return {
        "resolved": percent(counts.kept, counts.resolved),
        "received": percent(counts.kept, counts.received),
        "kept": counts.kept,
        "of": counts.resolved,
        "floor": policy.floor_percent,
    }


def _letters_below_all(counts: UnitCounts, _: Policy, __: Printed | None) -> Figures | None:
    """A letter sent too late is no valid apology (NĐ 61/2018 Đ19.9)."""
    if counts.letters_on_time >= counts.letters_owed:
        return None
    return {
        "valid": percent(counts.letters_on_time, counts.letters_owed),
        "owed": counts.letters_owed,
        "missing": counts.letters_missing,
        "late": counts.letters_late,
    }


def _online_late(counts: UnitCounts, _: Policy, __: Printed | None) -> Figures | None:
    return {"n": counts.late_online} if counts.late_online else None


def _not_in_software(counts: UnitCounts, _: Policy, __: Printed | None) -> Figures | None:
    if counts.recorded >= counts.whole:
        return None
    return {
        "share": percent(counts.recorded, counts.whole),
        "recorded": counts.recorded,
        "whole": counts.whole,
    }


_COLUMNS = {
    "received": ("số tiếp nhận", "received"),
    "processed": ("số đã giải quyết", "processed"),
    "on_time_percent": ("tỷ lệ đúng hạn", "percentage on time"),
}


def _not_additive(counts: UnitCounts, _: Policy, printed: Printed | None) -> Figures | None:
    """The identities of biểu 06, on our own counts and on a printed report's figures, as far as they are printed."""
    wrong = []
    if counts.received != counts.resolved + counts.cancelled + counts.in_process:
        wrong.append("received")
    if counts.resolved != counts.kept + counts.late + counts.no_due:
        wrong.append("processed")
    if printed is not None:
        wrong += _misprinted(printed)
    if not wrong:
        return None
    vietnamese, english = zip(*(_COLUMNS[column] for column in wrong), strict=True)
    return {"sai": ", ".join(vietnamese), "wrong": ", ".join(english)}


def _misprinted(printed: Printed) -> list[str]:
    wrong = []
    if _differ(printed.received, printed.processed, printed.in_process):
        wrong.append("received")
    if _differ(printed.processed, printed.early, printed.on_time, printed.late):
        wrong.append("processed")
    if None not in (printed.on_time_percent, printed.early, printed.on_time, printed.processed):
        kept = (printed.early or 0) + (printed.on_time or 0)
        if printed.on_time_percent != percent(kept, printed.processed or 0):
            wrong.append("on_time_percent")
    return wrong


def _differ(whole: int | None, *parts: int | None) -> bool:
    given = [part for part in parts if part is not None]
    return whole is not None and len(given) == len(parts) and whole != sum(given)


_FLOOR: Cited = (QD876, "PAR INDEX")

UNIT_RULES = (
    UnitRule(
        name="unit_on_time_below_95",
        vietnamese="Đơn vị dưới 95% đúng hạn",
        english="Unit below 95% on time",
        severity=2,
        answers="head of the unit",
        role="head",
        trigger="early and on time are less than the floor (95 %) of the dossiers resolved in the period",
        basis=basis((_FLOOR, (ND61, "Đ30.2c")), (_FLOOR,)),
        says=(
            (
                "Đúng hạn {resolved} % số đã giải quyết ({kept}/{of}), {received} % số tiếp nhận: "
                "dưới mức tối thiểu {floor} %."
            ),
            (
                "On time {resolved} % of resolved ({kept}/{of}), {received} % of received: "
                "below the floor of {floor} %."
            ),
        ),
        check=_below_floor,
    ),
    UnitRule(
        name="unit_apology_below_100",
        vietnamese="Đơn vị có hồ sơ trễ chưa xin lỗi",
        english="Unit with late dossiers not apologised for",
        severity=2,
        answers="head of the unit",
        role="head",
        trigger="a dossier received in the period is late or overdue without an apology letter sent in time",
        basis=basis((_FLOOR, (ND61, "Đ19.9")), (_FLOOR, (ND118, "Đ19 (chưa đối chiếu)"))),
        says=(
            (
                "Thư xin lỗi đúng hạn {valid} % của {owed} hồ sơ trễ: {missing} hồ sơ không có thư, "
                "{late} thư gửi muộn."
            ),
            (
                "Apology letters in time for {valid} % of {owed} late dossiers: {missing} without a "
                "letter, {late} sent too late."
            ),
        ),
        check=_letters_below_all,
    ),
    UnitRule(
        name="online_late_zero",
        vietnamese="Có hồ sơ trực tuyến quá hạn (0 điểm chỉ số 9)",
        english="Online dossiers late (0 points for indicator 9)",
        severity=1,
        answers="the unit",
        role="unit",
        trigger="any online dossier received in the period is late or overdue",
        basis=basis(((TT01, "Đ13.9c"),), ((TT01, "Đ13.9c (chưa đối chiếu)"),)),
        says=(
            "{n} hồ sơ trực tuyến quá hạn: chỉ số 9 được 0 điểm.",
            "{n} online dossiers late: indicator 9 scores 0.",
        ),
        check=_online_late,
    ),
    UnitRule(
        name="report_not_additive",
        vietnamese="Số liệu báo cáo không khớp",
        english="Figures of the report do not add up",
        severity=0,
        answers="the reporting unit",
        role="unit",
        trigger="received is not processed plus in process, processed is not early, on time and late together, "
        "or a printed percentage is not the computed one",
        basis=basis(((TT01_2020, "biểu 06"),), ((TT01_2020, "biểu 06"),)),
        says=("Số liệu không khớp: {sai}.", "Figures that do not add up: {wrong}."),
        check=_not_additive,
    ),
    UnitRule(
        name="not_recorded_in_software",
        vietnamese="Hồ sơ không đưa vào phần mềm",
        english="Dossiers not recorded in the software",
        severity=3,
        answers="head of the unit",
        role="head",
        trigger="fewer dossiers in the software than the unit declared to have taken in; where nothing was declared, "
        "than are in the log from any source",
        basis=basis(
            ((ND61, "Đ11.2d"), (ND61, "Đ17"), (ND61, "Đ39.1")), ((ND118, "Đ17"), (ND118, "Đ27"))
        ),
        says=(
            "Chỉ {recorded}/{whole} hồ sơ ({share} %) có trên phần mềm.",
            "Only {recorded} of {whole} dossiers ({share} %) are in the software.",
        ),
        check=_not_in_software,
    ),
)
"""Every rule over a unit and a period, in the order of the catalogue."""

"""What the demo asks about each situation, and what was reported of it: one `Line` a figure.

Knows the questions (as the acceptance tests do) and both languages. Must not know how anything is printed or imported.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import ModuleType
from typing import Any, NamedTuple

from tests.scenarios import binh_dinh, can_tho, cu_mgar, ha_tinh, kien_giang
from tests.scenarios.asking import Inspector
from tests.scenarios.clerk import scaled
from tests.scenarios.facts import facts


class Text(NamedTuple):
    """A sentence in both languages."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Line:
    """A figure as it was reported, as it must come out at the scale shown, and as the engine found it."""

    what: Text
    reported: int | str
    expected: int | str
    found: int | str


Asked = Callable[[Inspector, dict[str, Any], dict[str, Any], float], Sequence[Line]]
"""(who asks, what was printed, what the generator says, scale) -> the lines of the table."""


@dataclass(frozen=True, slots=True)
class Show:
    """A situation in the demo: its generator, its questions, and the scale at which it is shown in short."""

    module: ModuleType
    ask: Asked
    short: Fraction = Fraction(1)

    @property
    def name(self) -> str:
        return str(self.module.NAME)

    @property
    def printed(self) -> dict[str, Any]:
        said: dict[str, Any] = facts(self.name)["printed"]
        return said


def _ha_tinh(
    ask: Inspector, printed: dict[str, Any], truth: dict[str, Any], scale: float
) -> Sequence[Line]:
    city, can_loc = printed["city"], printed["can_loc"]
    saturday = ask.units("--as-of", city["asked_at"], "--known-at", city["asked_at"])[city["name"]]
    shown = ask.units("--as-of", can_loc["asked_at"], "--known-at", can_loc["asked_at"])
    true = ask.units("--as-of", can_loc["asked_at"])
    lines = [
        _line(
            "Thành phố Hà Tĩnh: cổng báo quá hạn",
            "Hà Tĩnh city: shown overdue",
            city["shown"],
            _overdue(saturday),
        ),
        _line(
            "… thực ra trễ",
            "… really late",
            city["really_late"],
            true[city["name"]]["resolved"]["late"],
        ),
    ]
    others = {can_loc["name"]: can_loc["shown"], **printed["others_shown"]}
    for name, count in others.items():
        lines.append(
            _line(
                f"{name}: cổng báo quá hạn", f"{name}: shown overdue", count, _overdue(shown[name])
            )
        )
    really = can_loc["really_overdue_communes"]
    lines += [
        _line(
            "… Can Lộc thực ra quá hạn",
            "… Can Lộc: really overdue",
            really,
            _overdue(true[can_loc["name"]]),
        ),
        _line(
            "Toàn tỉnh: cổng báo quá hạn (hơn)",
            "Whole province: shown overdue (over)",
            printed["shown_total"],
            _overdue(shown[""]),
        ),
    ]
    return [*lines, _late_recorders(ask, truth, can_loc["asked_at"])]


def _late_recorders(ask: Inspector, truth: dict[str, Any], at: str) -> Line:
    counts = ask.counts("officer", "--rule", "workflow_not_closed", "--as-of", at)
    officer, wrote = max(truth["recorded_late"].items(), key=lambda pair: pair[1])
    what = Text(f"Người ghi muộn nhiều nhất: {officer}", f"Who closed late most often: {officer}")
    return Line(what, "–", wrote, counts.get(officer, 0))


def _cu_mgar(
    ask: Inspector, printed: dict[str, Any], truth: dict[str, Any], scale: float
) -> Sequence[Line]:
    row = ask.units("--period", "..".join(printed["period"]))["Huyện Cư M'gar"]
    resolved, late = row["resolved"]["total"], row["resolved"]["late"]
    percent = printed["recorded_share_percent"]
    return [
        Line(
            Text("Hồ sơ đã giải quyết", "Dossiers resolved"),
            printed["resolved"],
            truth["resolved"],
            resolved,
        ),
        Line(Text("… trong đó trễ hạn", "… of them late"), printed["late"], truth["late"], late),
        Line(
            Text("Tỷ lệ trễ (%)", "Late (%)"),
            printed["late_percent"],
            f"{100 * truth['late'] / truth['resolved']:.3f}",
            f"{100 * late / resolved:.3f}",
        ),
        Line(
            Text("Tỷ lệ hồ sơ vào phần mềm (%)", "Share recorded in the software (%)"),
            percent,
            percent,
            row["coverage"]["percent"],
        ),
    ]


def _binh_dinh(
    ask: Inspector, printed: dict[str, Any], truth: dict[str, Any], scale: float
) -> Sequence[Line]:
    period = ("--period", "..".join(printed["period"]))
    rows = ask.units(*period)
    lines = [
        _line(
            f"{name}: tỷ lệ trễ (%)",
            f"{name}: late (%)",
            share,
            round(float(rows[name]["late_percent"]["of_received"])),
        )
        for name, share in printed["late_percent"].items()
    ]
    districts = [row for row in rows.values() if row.get("level") == "district"]
    late = sum(row["resolved"]["late"] for row in districts)
    share = round(100 * late / sum(row["received"]["total"] for row in districts))
    unused = sum(
        bool(row["declared"]) and not row["uses_software"] for row in ask.coverage(*period).values()
    )
    return [
        *lines,
        Line(
            Text("Hồ sơ trễ, cấp huyện và xã (gần)", "Late, district and commune level (nearly)"),
            printed["late_total"],
            truth["late"],
            late,
        ),
        _line("… trên số tiếp nhận (%)", "… of received (%)", printed["late_share_percent"], share),
        _line(
            "Xã không dùng phần mềm",
            "Communes without the software",
            printed["communes_not_using_software"],
            unused,
        ),
        Line(
            Text("Không có thư xin lỗi", "Without a letter of apology"),
            "–",
            sum(truth["missing_by_head"].values()),
            rows[""]["letters"]["missing"],
        ),
    ]


def _can_tho(
    ask: Inspector, printed: dict[str, Any], truth: dict[str, Any], scale: float
) -> Sequence[Line]:
    at = printed["period"][1]
    found = ask.ask("violations", "--rule", "in_process_overdue", "--as-of", at, "--limit", "1000")
    in_may = sum(finding["since"] >= at[:7] for finding in found["violations"])
    stock = _overdue(ask.units("--period", "..".join(printed["period"]))[""])
    may, whole = printed["overdue_in_process_may"], printed["overdue_in_process_cumulative"]
    twice = ask.counts("officer", "--rule", "supplement_more_than_once", "--as-of", at)
    return [
        _line(
            "Quá hạn đang giải quyết, phát sinh tháng 5",
            "Overdue in process, arisen in May",
            may,
            in_may,
            scale,
        ),
        _line("… luỹ kế từ tháng 1", "… accumulated since January", whole, stock, scale),
        Line(
            Text("Cán bộ yêu cầu bổ sung quá một lần", "Officers who asked for papers twice"),
            "–",
            len(truth["asked_twice"]),
            len(twice),
        ),
    ]


def _kien_giang(
    ask: Inspector, printed: dict[str, Any], truth: dict[str, Any], scale: float
) -> Sequence[Line]:
    period = ("--period", "..".join(printed["period"]))
    rows = ask.units(*period)
    row, unanswered = rows[""], ask.ask("report", "feedback", *period)["total"]["unanswered"]
    in_time = row["resolved"]["early"] + row["resolved"]["on_time"]
    percent = printed["on_time_percent"]
    lines = [
        _line(
            "Hồ sơ đã giải quyết",
            "Dossiers resolved",
            printed["resolved"],
            row["resolved"]["total"],
            scale,
        ),
        _line(
            "… trước và đúng hạn", "… early or on time", printed["early_or_on_time"], in_time, scale
        ),
        Line(
            Text("… tỷ lệ (%)", "… rate (%)"),
            percent,
            percent,
            row["on_time_percent"]["of_resolved"],
        ),
    ]
    for city in printed["missing_apologies_in"]:
        what = Text(f"{city}: trễ không thư xin lỗi", f"{city}: late without a letter")
        lines.append(Line(what, "–", truth["missing"][city], rows[city]["letters"]["missing"]))
    elsewhere = row["letters"]["missing"] - sum(
        rows[city]["letters"]["missing"] for city in truth["missing"]
    )
    lines += [
        Line(
            Text("Nơi khác: trễ không thư xin lỗi", "Elsewhere: late without a letter"),
            "–",
            0,
            elsewhere,
        ),
        _line(
            "Phản ánh, kiến nghị chưa trả lời",
            "Petitions unanswered",
            printed["petitions_unanswered"],
            unanswered,
            scale,
        ),
    ]
    return lines


def _line(vi: str, en: str, reported: int, found: int, scale: float = 1.0) -> Line:
    return Line(Text(vi, en), reported, scaled(reported, scale), found)


def _overdue(row: dict[str, Any]) -> int:
    return int(row["in_process"]["overdue"])


SHOWS = (
    Show(ha_tinh, _ha_tinh),
    Show(cu_mgar, _cu_mgar, short=Fraction(1, 5)),
    Show(binh_dinh, _binh_dinh, short=Fraction(1, 2)),
    Show(can_tho, _can_tho),
    Show(kien_giang, _kien_giang, short=Fraction(1, 10)),
)

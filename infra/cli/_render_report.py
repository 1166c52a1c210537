"""Reports: units with on-time beside coverage, officers, coverage, feedback.

Knows the answers of `report`. Must not count: every figure printed is a figure of the answer.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from infra.answers import Answer
from infra.cli._render_common import SEVERITY_STYLES, footer, warnings
from infra.cli._screen import Page, Style
from infra.cli._table import Cell, Column, Row, table
from infra.language import Language, day_of
from infra.telling import (
    coverage,
    declaring,
    legal_basis,
    name_of,
    person,
    rate,
    rule_name,
    side_by_side,
)

_FLOOR = 95.0
"""The share on time below which a rate is shown as a concern (PAR INDEX)."""


def render_report(answer: Answer, page: Page) -> Iterator[str]:
    """The report that the answer is: they differ by what they list."""
    yield from warnings(answer, page)
    if "officers" in answer:
        yield from _officers(answer, page)
    elif "clock" in answer and "broken" in answer:
        yield from _units(answer, page)
    elif "total" in answer:
        yield from _feedback(answer, page)
    else:
        yield from _coverage(answer, page)
    yield from footer(answer, page)


def _title(key: str, answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    title = say(key)
    if key == "report.units":  # the others do not count by a clock that one may choose
        title += f" · {say('report.by_clock', clock=say.word('clock', answer['clock']))}"
    yield from page.title(title)
    yield from page.prose(_period(answer.get("period"), page), indent=0)
    if _not_begun(answer):
        yield from page.prose(
            say("report.not_begun", as_of=say.moment(answer["as_of"])), indent=0, style="strong"
        )


def _period(period: Any, page: Page) -> str:
    say = page.say
    if not period or period.get("from") is None:
        return say("report.no_period")
    return say("report.period", first=say.day(period["from"]), last=say.day(period["to"]))


def _not_begun(answer: Answer) -> bool:
    """Whether the period lies ahead of the moment: a slip in the year, mostly."""
    begins = (answer.get("period") or {}).get("from")
    return begins is not None and date.fromisoformat(begins) > day_of(answer["as_of"])


# ── units ──


def _units(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    total = answer["total"]
    yield from _title("report.units", answer, page)
    yield ""
    yield from page.prose(_headline(answer, page), indent=0, style="strong")
    if answer["broken"]:
        listed = ", ".join(answer["broken"])
        text = say("report.broken", n=say.number(len(answer["broken"])), codes=listed)
        yield from page.item("!", text, style="late")
    rows = list(_tree(answer))
    for title, columns in (
        ("report.rates", _rates(page)),
        ("report.received", _received(page)),
        ("report.resolved", _resolved(page)),
        ("report.in_process", _in_process(page)),
        ("report.letters", _letters(page)),
    ):
        yield from page.heading(say(title))
        head = Column(say("column.unit"), wraps=True)
        body = [[name, *(show(unit) for _, show in columns)] for name, unit in rows]
        foot = [[say("report.total"), *(show(total) for _, show in columns)]]
        yield from table((head, *(column for column, _ in columns)), body, page, foot=foot)
    yield from page.prose(say("report.total_note"), style="faint")
    yield from _unit_findings(rows, page)


def _unit_findings(rows: Sequence[tuple[str, Answer]], page: Page) -> Iterator[str]:
    """What units break as a whole, each with its article and who answers: no list of findings about dossiers has them."""
    say = page.say
    found: list[Row] = [
        [
            name.strip(),
            "\n".join((each["name"], each["message"], legal_basis(each["basis"], say))),
            Cell(
                say.word("severity", str(each["severity"])),
                SEVERITY_STYLES.get(each["severity"], ""),
            ),
            "\n".join(
                f"{who['officer'] or who['unit']}, {say.word('role', who['role'])}"
                for who in each["responsible"]
            ),
        ]
        for name, unit in rows
        for each in unit.get("findings") or ()
    ]
    if not found:
        return
    yield from page.heading(say("report.unit_findings"))
    columns = (
        Column(say("column.unit"), wraps=True),
        Column(say("column.finding"), wraps=True),
        Column(say("column.severity")),
        Column(say("column.responsible"), wraps=True),
    )
    yield from table(columns, found, page)


def _headline(answer: Answer, page: Page) -> str:
    """`98,81 % đúng hạn (635.593/643.272) · phủ 28,5 %`: a rate never alone, and of how many units it is that."""
    say, total = page.say, answer["total"]
    resolved = total["resolved"]
    on_time = rate(
        resolved["early"] + resolved["on_time"],
        resolved["total"],
        total["on_time_percent"]["of_resolved"],
        say,
    )
    return say(
        "report.headline",
        on_time=on_time,
        coverage=_covered(total, say, declaring(side_by_side(answer["units"]))),
    )


def _covered(unit: Answer, say: Language, side: tuple[int, int] | None = None) -> str:
    return coverage(unit["coverage"], unit["received"]["in_period"], say, side)


def _tree(answer: Answer) -> Iterator[tuple[str, Answer]]:
    """The units in the answer's order, each moved in under its parent, where the parent is in the answer."""
    parents = {unit["unit"]: unit.get("parent") for unit in answer["units"]}
    for unit in answer["units"]:
        depth, above = 0, unit.get("parent")
        while above in parents and depth < len(parents):
            depth, above = depth + 1, parents[above]
        indent = "  " * depth
        name = unit.get("name") or unit["unit"]
        yield f"{indent}{name}" + (f" [{unit['unit']}]" if name != unit["unit"] else ""), unit


type_of_column = tuple[Column, Callable[[Answer], str | Cell]]


def _figure(title: str, *path: str, page: Page, style: Style = "") -> type_of_column:
    def show(unit: Answer) -> str | Cell:
        value: Any = unit
        for name in path:
            value = value[name]
        return Cell(page.say.number(value), style if value else "")

    return Column(page.say(title), figures=True), show


def _rates(page: Page) -> Sequence[type_of_column]:
    say = page.say

    def on_time(of: str, whole: str) -> Callable[[Answer], str | Cell]:
        def show(unit: Answer) -> str | Cell:
            percent = unit["on_time_percent"][of]
            part = unit["resolved"]["early"] + unit["resolved"]["on_time"]
            shown = rate(part, unit[whole]["total"], percent, say)
            return Cell(shown, "late" if percent is not None and float(percent) < _FLOOR else "")

        return show

    return (
        (
            Column(say("column.on_time_of_resolved"), figures=True, wraps=True),
            on_time("of_resolved", "resolved"),
        ),
        (
            Column(say("column.on_time_of_received"), figures=True, wraps=True),
            on_time("of_received", "received"),
        ),
        (
            Column(say("column.coverage"), figures=True, wraps=True),
            lambda unit: _covered(unit, say),
        ),
    )


def _received(page: Page) -> Sequence[type_of_column]:
    names = ("total", "carried_over", "in_period", "online", "direct", "postal", "unknown")
    received = [_figure(f"column.received.{name}", "received", name, page=page) for name in names]
    return (*received, _figure("column.intake_refused", "intake_refused", page=page))


def _resolved(page: Page) -> Sequence[type_of_column]:
    names = ("total", "early", "on_time", "late", "no_due")
    styles: dict[str, Style] = {"late": "late"}
    resolved = [
        _figure(f"column.resolved.{name}", "resolved", name, page=page, style=styles.get(name, ""))
        for name in names
    ]
    return (
        *resolved,
        _late_percent("resolved", page),
        _figure("column.cancelled", "cancelled", page=page),
    )


def _late_percent(of: str, page: Page) -> type_of_column:
    title = page.say(f"column.late_percent.of_{of}")

    def show(unit: Answer) -> str | Cell:
        percent = unit["late_percent"][f"of_{of}"]
        return rate(unit["resolved"]["late"], unit[of]["total"], percent, page.say)

    return Column(title, figures=True, wraps=True), show


def _in_process(page: Page) -> Sequence[type_of_column]:
    names = ("total", "in_time", "overdue", "waiting", "no_due")
    styles: dict[str, Style] = {"overdue": "late", "waiting": "waiting"}
    return [
        _figure(
            f"column.in_process.{name}", "in_process", name, page=page, style=styles.get(name, "")
        )
        for name in names
    ]


def _letters(page: Page) -> Sequence[type_of_column]:
    names = ("owed", "on_time", "late", "missing")
    styles: dict[str, Style] = {"missing": "late", "late": "soon"}
    return [
        _figure(f"column.letters.{name}", "letters", name, page=page, style=styles.get(name, ""))
        for name in names
    ]


# ── officers, coverage, feedback ──


def _officers(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    yield from _title("report.officers", answer, page)
    yield ""
    columns = (
        Column(say("column.officer"), wraps=True),
        Column(say("column.dossiers"), figures=True),
        Column(say("column.late_dossiers"), figures=True),
        Column(say("column.share"), figures=True, wraps=True),
        Column(say("column.held"), figures=True, wraps=True),
        Column(say("column.findings"), wraps=True),
    )
    rows: list[Row] = [
        [
            person(answer, officer["officer"], officer["unit"], say),
            say.number(officer["dossiers"]),
            say.number(officer["late_dossiers"]),
            Cell(
                say.duration(officer["share_minutes"], short=True),
                "late" if officer["share_minutes"] else "",
            ),
            say.duration(officer["held_minutes"], short=True),
            "\n".join(
                f"{rule_name(rule, say)}: {say.number(n)}"
                for rule, n in officer["findings"].items()
            ),
        ]
        for officer in answer["officers"]
    ]
    yield from table(columns, rows, page) if rows else page.prose(say("report.empty"))


def _coverage(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    yield from _title("report.coverage", answer, page)
    yield ""
    columns = (
        Column(say("column.unit"), wraps=True),
        Column(say("column.recorded_in_software"), figures=True),
        Column(say("column.declared"), figures=True),
        Column(say("column.coverage"), figures=True, wraps=True),
        Column(say("column.uses_software")),
    )
    rows: list[Row] = []
    for unit in answer["units"]:
        uses = unit["uses_software"]
        said = Cell(
            say("missing" if uses is None else "yes" if uses else "no"),
            "late" if uses is False else "",
        )
        name = unit.get("name") or name_of(answer, unit["unit"])
        shown = name if name == unit["unit"] else f"{name} [{unit['unit']}]"
        rows.append(
            [
                shown,
                say.number(unit["recorded"]),
                say.number(unit["declared"]),
                coverage(unit, unit.get("accepted"), say),
                said,
            ]
        )
    yield from table(columns, rows, page) if rows else page.prose(say("report.empty"))


def _feedback(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    yield from _title("report.feedback", answer, page)
    yield ""
    if not answer["total"]["received"]:
        yield from page.prose(say("report.no_feedback"))
        return
    names = ("received", "answered", "answered_late", "unanswered", "unanswered_overdue")
    styles: dict[str, Style] = {"answered_late": "soon", "unanswered_overdue": "late"}
    columns = [
        _figure(f"column.feedback.{name}", name, page=page, style=styles.get(name, ""))
        for name in names
    ]
    body = [
        [unit.get("name") or name_of(answer, unit["unit"]), *(show(unit) for _, show in columns)]
        for unit in answer["units"]
    ]
    foot = [[say("report.total"), *(show(answer["total"]) for _, show in columns)]]
    head = Column(say("column.unit"), wraps=True)
    yield from table((head, *(column for column, _ in columns)), body, page, foot=foot)

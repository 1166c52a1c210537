"""A dossier's case as an inspector reads it: promise, day count, holders, shares, letter, findings, what comes next.

Knows the answer of `explain`. Must not judge: every figure printed is a figure of the answer.
"""

from collections.abc import Iterator
from itertools import chain

from infra.answers import Answer
from infra.cli._render_clock import strip
from infra.cli._render_common import CLASS_STYLES, SEVERITY_STYLES, footer, no_hour_note, warnings
from infra.cli._screen import Page
from infra.cli._table import Cell, Column, table
from infra.language import Language
from infra.telling import (
    delivery,
    doubts,
    legal_basis,
    moment,
    name_of,
    person,
    spans,
    without_assumed,
)

_CLOCKS = ("legal", "portal", "qd766")
_BAR = 20


def render_explain(answer: Answer, page: Page) -> Iterator[str]:
    """The whole account, from the verdict to the moment when it will change by itself."""
    yield from page.title(page.say("explain.title", dossier=answer["dossier"]))
    yield from warnings(answer, page)
    yield from verdict(answer, page)
    yield from _identity(answer, page)
    parts = (_promise, _days, _custody, _responsibility, _letter, findings, _next_change)
    yield from chain.from_iterable(part(answer, page) for part in parts)
    yield from footer(answer, page)


def verdict(answer: Answer, page: Page) -> Iterator[str]:
    """One sentence: the legal class, and by how much."""
    legal = answer["clocks"]["legal"]
    say = page.say
    text = say.word("class", legal["class"])
    if legal.get("late_minutes"):
        text = say("explain.late_by", verdict=text, days=_lateness(legal, page))
    yield from page.prose(
        text[0].upper() + text[1:] + ".", style=CLASS_STYLES.get(legal["class"], "strong")
    )


def _lateness(clock: Answer, page: Page) -> str:
    """`9 ngày làm việc (4.320 phút làm việc)`; under a day only the minutes say something."""
    say = page.say
    exact = say.duration(clock["late_minutes"])
    days = clock["late_working_days"]
    return say("explain.lateness", days=say.working_days(days), exact=exact) if days else exact


def _identity(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    procedure = answer.get("procedure")
    shown = name_of(answer, procedure) or say("missing")
    unit = answer.get("unit")
    unit_name = name_of(answer, unit) or say("missing")
    yield ""
    yield from page.facts(
        [
            (
                say("explain.unit"),
                unit_name if unit_name == unit or unit is None else f"{unit_name} [{unit}]",
            ),
            (
                say("explain.procedure"),
                shown if procedure in {None, shown} else f"{shown} [{procedure}]",
            ),
            (say("explain.accepted_at"), moment(answer, answer.get("accepted_at"), say)),
            (_ended(answer, page), moment(answer, answer.get("finished_at"), say)),
            (
                say("explain.made_under"),
                f"{_version(answer.get('policy'))} · {_version(answer.get('calendar'))}",
            ),
        ]
    )
    yield from no_hour_note(answer, page)


def _ended(answer: Answer, page: Page) -> str:
    """What ended it, where that was no result."""
    say = page.say
    end = f"end.{answer.get('end')}"
    return say("explain.ended", how=say(end)) if say.knows(end) else say("explain.finished_at")


def _version(value: object) -> str:
    """A policy or calendar by name, whether the answer says it in a word or in an object."""
    if isinstance(value, dict):
        return "/".join(str(part) for part in value.values() if part is not None)
    return str(value or "")


def _promise(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    if answer["clocks"]["legal"]["class"] in {"not_accepted", "intake_refused"}:
        return  # nothing was promised
    yield from page.heading(say("explain.clocks"))
    rows = []
    for name in _CLOCKS:
        clock = answer["clocks"].get(name)
        if clock is None:
            continue
        late = clock.get("late_minutes") or 0
        rows.append(
            (
                say.word("clock", name),
                say.moment(clock.get("due")),
                Cell(say.word("class", clock["class"]), CLASS_STYLES.get(clock["class"], "")),
                say.number(clock["late_working_days"]) if late else "–",
                say.duration(late, short=True) if late else "–",
            )
        )
    columns = (
        Column(say("column.clock")),
        Column(say("column.due")),
        Column(say("column.class"), wraps=True),
        Column(say("column.late_days"), figures=True),
        Column(say("column.late_time"), figures=True, wraps=True),
    )
    yield from table(columns, rows, page)
    promised = answer["clocks"]["legal"].get("due")
    for doubt in doubts(answer.get("accepted_at"), promised, answer.get("finished_at"), say):
        yield from page.prose(doubt)
    legal, portal = answer["clocks"]["legal"], answer["clocks"].get("portal", {})
    if any(len(clock.get("due") or "") == len("2026-03-10") for clock in answer["clocks"].values()):
        yield from page.prose(say("explain.end_of_day"), style="faint")
    if legal.get("cycle_started_at") not in {None, answer.get("accepted_at")}:
        yield from page.prose(
            say("explain.restarted", at=moment(answer, legal["cycle_started_at"], say))
        )
    if portal.get("due") != legal.get("due"):
        yield from page.prose(say("explain.dues_differ"))


def _days(answer: Answer, page: Page) -> Iterator[str]:
    legal = answer["clocks"]["legal"]
    trace = legal.get("trace") or []
    if not trace:
        return
    say = page.say
    yield from page.heading(say("explain.days"))
    yield from strip(trace, legal.get("due"), page)
    uncounted = spans(trace, say)
    if uncounted:
        yield ""
        yield from page.prose(say("explain.uncounted"))
        yield from page.facts(uncounted, indent=4)


def _custody(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    segments = answer.get("custody") or []
    if not segments:
        return
    yield from page.heading(say("explain.custody"))
    rows = [
        (
            moment(answer, segment["from"], say, "\n"),
            moment(answer, segment["to"], say, "\n"),
            person(answer, segment["officer"], segment["unit"], say),
            say.duration(segment["minutes"], short=True),
            _allotted(segment["allotted_minutes"], page),
            _overrun(segment["overrun_minutes"], page),
        )
        for segment in segments
    ]
    columns = (
        Column(say("column.from")),
        Column(say("column.to")),
        Column(say("column.holder"), wraps=True),
        Column(say("column.held"), figures=True, wraps=True),
        Column(say("column.allotted"), figures=True, wraps=True),
        Column(say("column.overrun"), figures=True, wraps=True),
    )
    total = sum(segment["minutes"] for segment in segments)
    foot = [(say("explain.sum"), "", "", say.duration(total, short=True), "", "")]
    yield from table(columns, rows, page, foot=foot)
    yield from page.prose(say("explain.custody_note"), style="faint")


def _allotted(minutes: int | None, page: Page) -> str:
    return "–" if minutes is None else page.say.duration(minutes, short=True)


def _overrun(minutes: int | None, page: Page) -> Cell:
    if not minutes:
        return Cell("–" if minutes is None else "0", "")
    return Cell(page.say.duration(minutes, short=True), "late")


def _responsibility(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    shares = answer.get("responsibility") or []
    if not shares:
        return
    late = answer["clocks"]["legal"]["late_minutes"]
    yield from page.heading(say("explain.responsibility"))
    rows = [
        (
            person(answer, share["officer"], share["unit"], say),
            say.word("kind", share["kind"])
            + (f"; {say('explain.holder_at_due')}" if share["holder_at_due"] else ""),
            say.duration(share["minutes"], short=True),
            say.number(share["minutes"]),
            _bar(share["minutes"], late),
        )
        for share in shares
    ]
    total = sum(share["minutes"] for share in shares)
    columns = (
        Column(say("column.who"), wraps=True),
        Column(say("column.why"), wraps=True),
        Column(say("column.share"), figures=True, wraps=True),
        Column(say("column.minutes"), figures=True),
        Column(say("column.bar")),
    )
    foot = [(say("explain.sum"), "", say.duration(total, short=True), say.number(total), "")]
    yield from table(columns, rows, page, foot=foot)
    equal = "explain.shares_equal" if total == late else "explain.shares_differ"
    yield from page.prose(
        say(equal, late=say.number(late)), style="faint" if total == late else "late"
    )


def _bar(minutes: int, whole: int) -> str:
    return "█" * round(_BAR * minutes / whole) if whole else ""


def _letter(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    letter = answer.get("letter")
    if not letter:
        return
    yield from page.heading(say("explain.letter"))
    if letter["grade"] == "not_owed":
        yield from page.prose(say("explain.letter_not_owed"))
        return
    yield from page.facts(
        [
            (say("explain.letter_deadline"), say.limit(letter["deadline"])),
            (say("explain.letter_sent"), moment(answer, letter["sent_at"], say)),
            *(_reached(answer, say) if letter["sent_at"] else ()),
            (say("explain.letter_number"), letter["number"] or say("missing")),
            (say("explain.letter_grade"), say.word("grade", letter["grade"])),
        ]
    )


def _reached(answer: Answer, say: Language) -> Iterator[tuple[str, str]]:
    yield say("explain.letter_delivered"), delivery(answer, say)


def findings(answer: Answer, page: Page) -> Iterator[str]:
    """The findings, each with what, since when, who answers, and the article in one line."""
    say = page.say
    found = answer.get("findings") or []
    yield from page.heading(say("explain.findings", n=say.number(len(found))))
    if not found:
        yield from page.prose(say("explain.no_findings"))
    for number, finding in enumerate(found, start=1):
        if number > 1:
            yield ""
        yield from _finding(number, finding, answer, page)


def _finding(number: int, finding: Answer, answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    severity = say.word("severity", str(finding["severity"]))
    title = f"{finding['name']} · {severity} · {finding['rule_version']}"
    yield from page.item(f"{number}.", title, style=SEVERITY_STYLES.get(finding["severity"], ""))
    indent = 2 + len(f"{number}.") + 1
    if finding["message"]:
        told = without_assumed(answer, finding["message"], say)
        yield from page.prose(told, indent=indent)
    pairs = [
        (say("finding.since"), moment(answer, finding["since"], say)),
        (
            say("finding.responsible"),
            "; ".join(_answerable(who, answer, page) for who in finding["responsible"]),
        ),
        (say("finding.basis"), legal_basis(finding["basis"], say)),
        (say("finding.evidence"), ", ".join(finding["evidence"])),
    ]
    yield from page.facts([(label, text) for label, text in pairs if text], indent=indent)


def _answerable(who: Answer, answer: Answer, page: Page) -> str:
    say = page.say
    text = f"{person(answer, who['officer'], who['unit'], say)}, {say.word('role', who['role'])}"
    return f"{text}: {say.duration(who['minutes'])}" if who.get("minutes") else text


def _next_change(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    at = answer.get("next_change_at")
    yield from page.heading(say("explain.next"))
    yield from page.prose(
        say("explain.next_at", at=say.moment(at)) if at else say("explain.next_never")
    )

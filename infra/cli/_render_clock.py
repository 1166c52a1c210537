"""The day count of a clock as a calendar strip: a week a line, counted days numbered, the others named.

Knows the trace of `explain`. Must not know how days are counted, only what the trace says of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from infra.cli._render_common import Answer
from infra.cli._screen import Page, Style, width_of
from infra.language import Language, day_of

STANDING: Final = frozenset({"supplement", "paused"})
_OBSERVED: Final = " (observed)"
_SWAP: Final = re.compile(r"Day off \(substituted from (\d\d)/(\d\d)/(\d{4})\)")
_LONG_RUN: Final = 6
"""Ordinary weeks in a row that are told in one line."""
_CELL: Final = 6


def why(reason: str, say: Language) -> str:
    """Why a day counts or not, in words: our own codes, then the calendar's notes; the rest as written."""
    _, _, note = reason.rpartition(":")
    note = note.strip()
    if say.knows(f"why.{reason}"):
        return say(f"why.{reason}")
    swap = _SWAP.fullmatch(note)
    if swap:
        return say("holiday.substituted", day=f"{swap[2]}/{swap[1]}/{swap[3]}")
    if note.endswith(_OBSERVED):
        return say("holiday.observed", name=say.word("holiday", note.removesuffix(_OBSERVED)))
    return say.word("holiday", note)


def spans(trace: Sequence[Answer], say: Language) -> list[tuple[str, str]]:
    """The stretches of days that did not count and are no weekends: when, and why."""
    told = []
    runs = groupby(
        (day for day in trace if day["why"] != "weekend"),
        key=lambda day: (day["counts"], _reason(day, say)),
    )
    for (counts, reason), days in runs:
        dates = [str(day["date"]) for day in days]
        if not counts:
            told.append((_span(dates[0], dates[-1], say), reason))
    return told


def _reason(day: Answer, say: Language) -> str:
    return "" if day["counts"] else why(str(day["why"]), say)


def _span(first: str, last: str, say: Language) -> str:
    return say.day(first) if first == last else f"{say.day(first)}–{say.day(last)}"


@dataclass(slots=True)
class _Week:
    """Monday and the days of the trace that fall into its week."""

    monday: date
    days: dict[int, Answer] = field(default_factory=dict)

    def ordinary(self, due: date | None) -> bool:
        """Five counted days and a weekend, nothing to say about any of them."""
        return due not in {self.monday + timedelta(days=at) for at in range(7)} and [
            day["why"] for _, day in sorted(self.days.items())
        ] == [*["counted"] * 5, "weekend", "weekend"]


def strip(trace: Sequence[Answer], due: str | None, page: Page) -> Iterator[str]:
    """The weeks of a trace. Hollow: not counted; hatched: standing still; in brackets: the due date."""
    say = page.say
    due_day = day_of(due) if due else None
    weeks = _weeks(trace)
    names = say("strip.weekdays").split()
    label = width_of(say("strip.week"))
    first = max(label, 10)
    yield f"  {say('strip.week'):<{first}}{''.join(name.rjust(_CELL) for name in names)}".rstrip()
    for together, run in groupby(weeks, key=lambda week: week.ordinary(due_day)):
        several = list(run)
        if together and len(several) >= _LONG_RUN:
            yield from _in_one_line(several, page)
            continue
        for week in several:
            yield from _week_lines(week, due_day, first, page)
    yield from page.prose(say("strip.legend"), style="faint")


def _weeks(trace: Sequence[Answer]) -> list[_Week]:
    weeks: dict[date, _Week] = {}
    for day in trace:
        on = day_of(str(day["date"]))
        monday = on - timedelta(days=on.weekday())
        weeks.setdefault(monday, _Week(monday)).days[on.weekday()] = day
    return list(weeks.values())


def _in_one_line(weeks: Sequence[_Week], page: Page) -> Iterator[str]:
    say = page.say
    numbers = [week.days[at]["n"] for week in weeks for at in (0, 4)]
    yield from page.prose(
        say(
            "strip.run",
            first=say.day(weeks[0].monday.isoformat()),
            last=say.day((weeks[-1].monday + timedelta(days=6)).isoformat()),
            weeks=say.number(len(weeks)),
            a=say.number(numbers[0]),
            b=say.number(numbers[-1]),
        )
    )


def _week_lines(week: _Week, due: date | None, first: int, page: Page) -> Iterator[str]:
    say = page.say
    cells = []
    for at in range(7):
        on = week.monday + timedelta(days=at)
        text, style = _mark(week.days.get(at), is_due=on == due, after=due is not None and on > due)
        cells.append(" " * (_CELL - width_of(text)) + page.paint(text, style))
    line = f"  {say.day(week.monday.isoformat()):<{first}}{''.join(cells)}"
    notes = "; ".join(_notes(week, say))
    margin = 2 + first + 7 * _CELL + 3
    if not notes:
        yield line.rstrip()
    elif margin + 24 > page.width:
        yield line.rstrip()
        yield from page.prose(notes, indent=4, style="faint")
    else:
        for row, text in enumerate(page.prose(notes, indent=margin, style="faint")):
            yield f"{line}   {text[margin:]}" if row == 0 else text


def _mark(day: Answer | None, *, is_due: bool, after: bool) -> tuple[str, Style]:
    if day is None:
        return ("[ ]", "strong") if is_due else ("", "")
    style: Style = "late" if after else "good"
    if day["counts"]:
        text = str(day["n"]) if day["n"] is not None else "•"
    elif day["why"] in STANDING:
        text, style = "///", "waiting"
    else:
        text, style = "○", "faint"
    return (f"[{text}]", "strong") if is_due else (text, style)


def _notes(week: _Week, say: Language) -> Iterator[str]:
    """What is to be said of the week's days, equal reasons of neighbours together."""
    told = [(at, _told(day, say)) for at, day in sorted(week.days.items())]
    kept = [(at, text) for at, text in told if text]
    start = 0
    for here in range(1, len(kept) + 1):
        if here < len(kept) and kept[here][1] == kept[start][1]:
            continue
        first, last = (week.monday + timedelta(days=kept[at][0]) for at in (start, here - 1))
        days = f"{first.day:02}/{first.month:02}"
        yield f"{days if first == last else f'{days}–{last.day:02}/{last.month:02}'} {kept[start][1]}"
        start = here


def _told(day: Answer, say: Language) -> str:
    """Ordinary working days and weekends need no words; a counted Saturday does."""
    reason = str(day["why"])
    if reason in {"weekend", "counted", "calendar_day"}:
        return ""
    return why(reason, say)

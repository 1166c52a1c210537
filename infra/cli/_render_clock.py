"""The day count of a clock as a calendar strip: a week a line, counted days numbered, the others named.

Knows the trace of `explain`. Must not know how days are counted, only what the trace says of them.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from infra.answers import Answer
from infra.cli._screen import Page, Style, width_of
from infra.language import day_of
from infra.telling import LONG_RUN, STANDING, Week, notes, weeks

_CELL: Final = 6


def strip(trace: Sequence[Answer], due: str | None, page: Page) -> Iterator[str]:
    """The weeks of a trace. Hollow: not counted; hatched: standing still; in brackets: the due date."""
    say = page.say
    due_day = day_of(due) if due else None
    names = say("strip.weekdays").split()
    label = width_of(say("strip.week"))
    first = max(label, 10)
    yield f"  {say('strip.week'):<{first}}{''.join(name.rjust(_CELL) for name in names)}".rstrip()
    for together, run in groupby(weeks(trace), key=lambda week: week.ordinary(due_day)):
        several = list(run)
        if together and len(several) >= LONG_RUN:
            yield from _in_one_line(several, page)
            continue
        for week in several:
            yield from _week_lines(week, due_day, first, page)
    yield from page.prose(say("strip.legend"), style="faint")


def _in_one_line(run: Sequence[Week], page: Page) -> Iterator[str]:
    say = page.say
    numbers = [week.days[at]["n"] for week in run for at in (0, 4)]
    yield from page.prose(
        say(
            "strip.run",
            first=say.day(run[0].monday.isoformat()),
            last=say.day((run[-1].monday + timedelta(days=6)).isoformat()),
            weeks=say.number(len(run)),
            a=say.number(numbers[0]),
            b=say.number(numbers[-1]),
        )
    )


def _week_lines(week: Week, due: date | None, first: int, page: Page) -> Iterator[str]:
    say = page.say
    cells = []
    for at in range(7):
        on = week.monday + timedelta(days=at)
        text, style = _mark(week.days.get(at), is_due=on == due, after=due is not None and on > due)
        cells.append(" " * (_CELL - width_of(text)) + page.paint(text, style))
    line = f"  {say.day(week.monday.isoformat()):<{first}}{''.join(cells)}"
    told = "; ".join(notes(week, say))
    margin = 2 + first + 7 * _CELL + 3
    if not told:
        yield line.rstrip()
    elif margin + 24 > page.width:
        yield line.rstrip()
        yield from page.prose(told, indent=4, style="faint")
    else:
        for row, text in enumerate(page.prose(told, indent=margin, style="faint")):
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

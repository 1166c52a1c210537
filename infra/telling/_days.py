"""The day count of a clock, in words and in weeks.

Knows the trace of `explain`. Must not know how days are counted, only what the trace says of them; nor terminals or pages.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from infra.answers import Answer
from infra.language import Language, day_of

STANDING: Final = frozenset({"supplement", "paused"})
_OBSERVED: Final = " (observed)"
_SWAP: Final = re.compile(r"Day off \(substituted from (\d\d)/(\d\d)/(\d{4})\)")
LONG_RUN: Final = 6
"""Ordinary weeks in a row that are told in one line."""


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
class Week:
    """Monday and the days of the trace that fall into its week."""

    monday: date
    days: dict[int, Answer] = field(default_factory=dict)

    def ordinary(self, due: date | None) -> bool:
        """Five counted days and a weekend, nothing to say about any of them."""
        return due not in {self.monday + timedelta(days=at) for at in range(7)} and [
            day["why"] for _, day in sorted(self.days.items())
        ] == [*["counted"] * 5, "weekend", "weekend"]


def weeks(trace: Sequence[Answer]) -> list[Week]:
    weeks: dict[date, Week] = {}
    for day in trace:
        on = day_of(str(day["date"]))
        monday = on - timedelta(days=on.weekday())
        weeks.setdefault(monday, Week(monday)).days[on.weekday()] = day
    return list(weeks.values())


def notes(week: Week, say: Language) -> Iterator[str]:
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

"""What people give as text: moments, periods, numbers. What cannot be read says how to write it.

Knows the zone and what T and K mean (JUDGEMENT.md 1). Must not know which command or request asks.
"""

import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from domain.values import VN
from infra.language import Language

LAST_INSTANT = time(23, 59, 59, 999_999, tzinfo=VN)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LOCAL_DATE = re.compile(
    r"(\d\d?)[/.-](\d\d?)[/.-](\d{4})(?:[ ,]+(\d\d?:\d\d(?::\d\d)?))?", re.ASCII
)
_LOCAL_MONTH = re.compile(r"(\d\d?)[/.-](\d{4})", re.ASCII)
_BETWEEN = re.compile(r" ?(?:\.\.|–) ?| (?:-|đến|to) ")
"""Of a text without runs of spaces: over those a pattern that takes any number of them would go back again and again."""
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.]\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?",
    re.ASCII | re.IGNORECASE,
)
_MONTH = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1976, 2198


class Unreadable(ArgumentTypeError):
    """A text that cannot be read as what is meant; its own sentence says how to write it. argparse shows that as it is."""


def iso(text: str) -> str:
    """`23/11/2026 08:15`, `11/2026` as the API writes them, an hour as Viet Nam's. Anything else as it is."""
    if match := _LOCAL_DATE.fullmatch(text):
        day = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
        return day if match[4] is None else instant(day, match[4])
    if match := _LOCAL_MONTH.fullmatch(text):
        return f"{match[2]}-{int(match[1]):02}"
    return text


def day_of(text: str) -> date:
    """A day, and neither a number nor a week; ValueError."""
    if not _DATE.fullmatch(said := iso(text)):
        raise ValueError(text)
    return date.fromisoformat(said)


def instant(day: str, hour: str) -> str:
    """An hour of a day in Viet Nam, whose first hours may be written by one digit."""
    return f"{day}T{hour:0>{5 if hour.count(':') == 1 else 8}}+07:00"


def ends_of(period: str) -> list[str]:
    """What stands before and after `..`, or what people write for it; each as it was written, but for runs of spaces."""
    return _BETWEEN.split(" ".join(period.split()))


class Readers:
    """The types of what can be given, each refusing in the reader's language: Unreadable."""

    def __init__(self, say: Language) -> None:
        self._say = say

    def moment(self, text: str) -> datetime:
        """T or K: an instant with its offset, or a date, which stands for its last instant; in +07:00."""
        said = iso(text)
        if _DATE.fullmatch(said):
            return datetime.combine(self._date(said, text), LAST_INSTANT)
        match = _INSTANT.fullmatch(said)
        if match is None:
            raise self._refuse("usage.bad_time", text)
        if match[3] is None:
            raise self._refuse("usage.naive_time", text)
        self._date(match[1], text)
        try:
            return datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3].upper()}").astimezone(VN)
        except ValueError:
            raise self._refuse("usage.no_such_date", text) from None

    def period(self, text: str) -> tuple[date, date]:
        """`A..B`, both included; a month or a year stands for all its days."""
        first, *last = ends_of(text)
        try:
            (end,) = last or [first]
            begin, end_day = self._span(first)[0], self._span(end)[1]
        except ValueError:
            raise self._refuse("usage.bad_period", text) from None
        if end_day < begin:
            raise self._refuse("usage.period_backwards", text)
        return begin, end_day

    def integer(self, least: int, most: int | None = None) -> Callable[[str], int]:
        """A reader of integers from `least` to `most`."""

        def read(text: str) -> int:
            if (
                re.fullmatch(r"[0-9]{1,18}", text)
                and int(text) >= least
                and (most is None or int(text) <= most)
            ):
                return int(text)
            key = "usage.number" if most is None else "usage.number_between"
            raise Unreadable(self._say(key, given=text, least=least, most=most))

        return read

    def text(self, text: str) -> str:
        """Text as given: bytes of the command line that are no text, and the character NUL, can name nothing in the log."""
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Unreadable(self._say("usage.not_text", given=text)) from None
        if "\0" in text:  # PostgreSQL holds none
            raise Unreadable(self._say("usage.not_text", given=text.replace("\0", "\u2400")))
        return text

    def code(self, text: str) -> str:
        """A dossier code as given; the log compares by its key."""
        if not text.strip():
            raise Unreadable(self._say("usage.code_empty"))
        return self.text(text).strip()

    def _span(self, text: str) -> tuple[date, date]:
        said = iso(text)
        if _DATE.fullmatch(said):
            return self._date(said, text), self._date(said, text)
        match = _MONTH.fullmatch(said)
        if match is None:
            raise ValueError(text)
        year, month = int(match[1]), int(match[2] or 1)
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise self._refuse("usage.far_time", text)
        after = (
            date(year + 1, 1, 1) if match[2] is None or month == 12 else date(year, month + 1, 1)
        )
        return date(year, month, 1), after - timedelta(days=1)

    def _date(self, said: str, text: str) -> date:
        """The day of that ISO form; `text` is what was typed, which alone is told back."""
        try:
            day = date.fromisoformat(said)
        except ValueError:
            raise self._refuse("usage.no_such_date", text) from None
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise self._refuse("usage.far_time", text)
        return day

    def _refuse(self, key: str, text: str) -> Unreadable:
        return Unreadable(self._say(key, given=text))

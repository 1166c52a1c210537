"""Numbers, dates and durations as JSON carries them, read back for printing.

Knows the shapes of CLI.md (dates `YYYY-MM-DD`, RFC 3339 instants). Must not know words.
"""

import re
from datetime import date, datetime
from typing import Final

from domain.values import VN

MINUTES_A_DAY = 480
"""Office minutes of a working day (JUDGEMENT.md 2)."""


_ONE: Final = re.compile(
    r"(?<![\d.,])1 ((?:working |calendar |ordinary |known )?(?:day|hour|event|dossier|week))s\b"
)


def singular(english: str) -> str:
    """English counts one thing in the singular."""
    return _ONE.sub(r"1 \1", english)


def day_of(text: str) -> date:
    """The local date of an answer's date or instant."""
    return date.fromisoformat(text) if len(text) == 10 else instant_of(text).date()


def instant_of(text: str) -> datetime:
    """An answer's instant, in Viet Nam."""
    return datetime.fromisoformat(text).astimezone(VN)


def day(value: date) -> str:
    """`10/03/2026`, in both languages."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def grouped(number: int, separator: str) -> str:
    """Digits in groups of three."""
    return f"{number:,}".replace(",", separator)


def spread(minutes: int) -> tuple[int, int, int]:
    """Office minutes as working days, hours and minutes."""
    days, rest = divmod(minutes, MINUTES_A_DAY)
    return days, *divmod(rest, 60)

"""What a cell of a register says: a text, a date with or without an hour, a formula that says nothing.

Knows how offices write dates (`dd/MM/yyyy`, optional ` HH:mm[:ss]`) and what spreadsheets make of them. Must not know
which column the cell stands in.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from domain.errors import Refused
from domain.values import EARLIEST, LATEST, UNSEEN, VN, is_blank

Cell = str | int | float | bool | datetime | date | time | timedelta | None
"""What CSV (always text) and XLSX give."""


class Moment(NamedTuple):
    """A date as a register states it, with the hour where it does."""

    day: date
    hour: time | None

    def at(self, usual: time) -> datetime:
        """The instant in +07:00, at the `usual` hour where none is stated."""
        return datetime.combine(self.day, self.hour or usual, VN)

    def limit(self) -> str:
        """As a due date or instant of the event contract."""
        return self.day.isoformat() if self.hour is None else self.at(self.hour).isoformat()


class Unread(str):
    """What stands in a cell of a workbook that is not what the cell says it is: `NaN` as a number, for instance."""

    __slots__ = ()


UNCALCULATED = "=?"
"""A formula whose result the workbook does not hold."""

_DAY = r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{1,4})|(?P<iy>\d{4})[/.-](?P<im>\d{1,2})[/.-](?P<id>\d{1,2})"
_HOUR = r"(?P<h>\d{1,2})(?::|h|\s*giờ\s*)(?P<min>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?|\s*phút)?"
_MOMENT = re.compile(rf"(?:{_DAY})(?:(?:,?\s*|T){_HOUR})?")
_HOUR_FIRST = re.compile(rf"{_HOUR}[,\s]\s*(?:ngày\s+)?(?:{_DAY})")
_SERIAL = re.compile(r"[2-9]\d{4}(?:\.\d+)?")
"""Days since 1900 of 1954 to 2173: what a spreadsheet shows of a date whose cell is no longer formatted as one."""
_NOTHING = re.compile(r"[\s./–—-]*|null", re.IGNORECASE)
_ERROR = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|#+)")
_SECOND = timedelta(seconds=1)


def text_of(cell: Cell) -> str:
    """The cell as one line of text, empty if it says nothing. Refused for a formula, an error value or a damaged cell."""
    if cell is None:
        return ""
    if isinstance(cell, Unread):
        raise Refused(
            "invalid_xlsx", f"{cell[:60]!r} is no value of such a cell, it is damaged: type it anew"
        )
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = " ".join(UNSEEN.sub("", unicodedata.normalize("NFC", str(cell))).split())
    if text.startswith("=") or _ERROR.fullmatch(text):
        raise Refused(
            "formula",
            f"{text[:60]!r} is a formula or its error, not a value: copy the column and paste it as values",
        )
    if "\0" in text:
        raise Refused("invalid_field", "the cell holds a NUL character: type it anew")
    text = text.removeprefix(
        "'"
    )  # what a spreadsheet hides in front of text shows when it is exported
    return "" if is_blank(text) or _NOTHING.fullmatch(text) else text


def moment_of(cell: Cell) -> Moment | None:
    """The date in a cell; None if it says nothing. Midnight is no office hour: software writes it where it knows none."""
    if isinstance(cell, datetime):
        rounded = (
            cell + _SECOND / 2 if cell.year < LATEST.year else cell
        )  # sheets count days in floating point
        return _moment(rounded.date(), rounded.time().replace(microsecond=0))
    if isinstance(cell, date):
        return _moment(cell, None)
    text = text_of(cell)
    if not text:
        return None
    match = _MOMENT.fullmatch(text) or _HOUR_FIRST.fullmatch(text.replace("lúc ", ""))
    if match is None and _SERIAL.fullmatch(text):
        raise Refused(
            "invalid_date",
            f"{text!r} is a spreadsheet's number of a day: format the column as dates dd/MM/yyyy, then save it again",
        )
    if match is None:
        raise Refused(
            "invalid_date", f"{text[:60]!r} is no date: write dd/MM/yyyy or dd/MM/yyyy HH:mm"
        )
    part = match.groupdict()
    year, month, day = (
        (part["y"], part["m"], part["d"]) if part["y"] else (part["iy"], part["im"], part["id"])
    )
    if len(year) < 4:
        raise Refused(
            "two_digit_year",
            f"{text!r} has a year of {len(year)} digits: write all four, dd/MM/yyyy",
        )
    try:
        hour = time(int(part["h"]), int(part["min"]), int(part["s"] or 0)) if part["h"] else None
        return _moment(date(int(year), int(month), int(day)), hour)
    except ValueError:
        raise Refused(
            "invalid_date",
            f"{text!r} does not exist: write a real date as dd/MM/yyyy, hours 00:00 to 23:59",
        ) from None


def _moment(day: date, hour: time | None) -> Moment:
    if not EARLIEST.year < day.year < LATEST.year:
        raise Refused(
            "time_out_of_range",
            f"the year of {day:%d/%m}/{day.year} is outside {EARLIEST.year + 1}-{LATEST.year - 1}: check it",
        )
    return Moment(day, hour if hour != time.min else None)

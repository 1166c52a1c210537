"""What stands in a cell: as CSV and programs have it, and as people calculate with it.

Knows days, instants and decimals as answers write them. Must not know columns or forms of files.
"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from domain.values import VN
from infra.language import Language

Cell = str | int
Kind = Literal["said", "moment", "decimal"]
"""What the texts of a column are to people: what they say; days and instants; numbers with decimals."""
Value = str | int | Decimal | date
"""An instant is a datetime, in Viet Nam."""
_FIRST_DAY: Final = date(1900, 3, 1)
"""Spreadsheets count days, some of them as if 1900 had had a 29/02: what lies before it, they do not show alike."""


def cell(value: object, say: Language | None) -> Cell:
    """A value of an answer, in a language; None: as programs know it."""
    match value:
        case None:
            return ""
        case bool():
            code = "true" if value else "false"
            return code if say is None else say.word("sheet", code)
        case int():
            return value
        case _:
            return str(value)


def calculable(given: Cell, kind: Kind) -> Value:
    """A cell as a number, a day or an instant; what cannot be read as its column says stays a text."""
    if isinstance(given, int) or kind == "said":
        return given
    try:
        return _decimal(given) if kind == "decimal" else _moment(given)
    except (InvalidOperation, ValueError, OverflowError):
        return given


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _moment(text: str) -> date:
    moment = date.fromisoformat(text) if len(text) == len("2026-03-05") else _instant(text)
    if moment.toordinal() < _FIRST_DAY.toordinal():
        raise ValueError(text)
    return moment


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(VN)

"""What the cells of a sheet were worked out by: formulas of their own, shared ones, and those that spread over others.

Knows how a workbook writes formulas (ECMA-376, 18.3.1.40), and which say something else each day. Must not know what a cell says.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self

from openpyxl.utils import range_boundaries
from openpyxl.worksheet._reader import FORMULA_TAG

_MOST_SHARED, _MOST_SPREAD = 10_000, 100
"""Formulas that are remembered because cells behind have them too, of those that spread as long as they do: a register has a few in a column."""
_SHOWN = 60
_NAMED = re.compile(r"\"[^\"]*\"|'[^']*'|\[(?:'.|[^'\[\]])*\]?", re.DOTALL)
"""Texts, names of sheets, and those of a table's columns, in which `'` is no quote: it stands before a sign that is meant as it is."""
_CHANGING = re.compile(
    r"(?<![\w.])(?:_xlfn\.)?(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY)\s*\(", re.IGNORECASE
)


class Formula(NamedTuple):
    """A formula as it is shown, and whether its value may be another one whenever the workbook is opened. Of one that is not known the text is empty."""

    text: str
    changing: bool

    @classmethod
    def of(cls, text: str) -> Self:
        """The formula as the workbook holds it, without `=`."""
        if not text:
            return cls("", changing=True)
        return cls(f"={text}"[:_SHOWN], bool(_CHANGING.search(_NAMED.sub("", text))))


_UNKNOWN: Final = Formula.of("")
NONE: Final[Mapping[int, Formula]] = MappingProxyType({})
"""Of a row that somebody typed."""


class _Area(NamedTuple):
    """Cells of a sheet, the last ones included."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, name: str) -> Self | None:
        """`B2:B9`, from whichever corner; None where it is one cell or cannot be read."""
        try:
            area = range_boundaries(name)
        except (TypeError, ValueError):
            return None
        if ":" not in name or None in area:
            return None
        one = cls(*area)
        return one.around(one)

    def around(self, other: Self) -> Self:
        """All cells from these to those, whichever corners they begin with."""
        columns, rows = zip(self[:2], self[2:], other[:2], other[2:], strict=True)
        return self.__class__(min(columns), min(rows), max(columns), max(rows))

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell is one of them."""
        return self.left <= column <= self.right and self.top <= row <= self.bottom


class Formulas:
    """Those of one sheet, asked cell by cell as they stand in it."""

    def __init__(self) -> None:
        self._shared: dict[str, Formula] = {}
        self._spread: list[tuple[_Area, Formula]] = []

    def of(self, cell: Any, row: int, column: int) -> Formula | None:
        """What the cell, an element of the sheet, was worked out by; None: somebody typed it."""
        own = cell.find(FORMULA_TAG)
        if own is None:
            return self._over(row, column)
        formula = Formula.of(own.text or "")
        match own.get("t"):
            case "shared":
                return self._one(own.get("si", ""), formula, first=bool(own.text))
            case "array" | "dataTable" if area := _Area.of(own.get("ref", "")):
                self._remember(area, formula, row)
            case _:
                pass
        return formula

    def _one(self, index: str, formula: Formula, *, first: bool) -> Formula:
        """A shared formula stands in the first of its cells; the others name it."""
        if not first:
            return self._shared.get(index, _UNKNOWN)
        if index in self._shared or len(self._shared) < _MOST_SHARED:
            self._shared[index] = formula
        return formula

    def _remember(self, area: _Area, formula: Formula, row: int) -> None:
        """Until the last row that it spreads over. Of too many at once it is not known which spreads over what is between them."""
        self._spread = [each for each in self._spread if each[0].bottom >= row]
        if len(self._spread) == _MOST_SPREAD:
            last, _ = self._spread.pop()
            area, formula = area.around(last), _UNKNOWN
        self._spread.append((area, formula))

    def _over(self, row: int, column: int) -> Formula | None:
        """The formula of another cell whose values spread over this one."""
        found = (formula for area, formula in self._spread if area.holds(row, column))
        return next(found, None)

"""What the cells of a sheet were worked out by: formulas of their own, shared ones, and those that spread over others.

Knows how a workbook writes formulas (ECMA-376, 18.3.1.40), and which say something else each day. Must not know what a cell says.
"""

import re
from collections import deque
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self

from openpyxl.utils import range_boundaries
from openpyxl.worksheet._reader import FORMULA_TAG

_MOST_SHARED, _MOST_SPREAD = 10_000, 100
"""Formulas that are remembered because cells behind have them too: a register has a few in a column."""
_SHOWN = 60
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
"""Texts, and names of sheets."""
_CHANGING = re.compile(
    r"(?<![\w.])(?:_xlfn\.)?(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY)\s*\(", re.IGNORECASE
)


class Formula(NamedTuple):
    """A formula as it is shown, and whether its value is another one whenever the workbook is opened."""

    text: str
    changing: bool

    @classmethod
    def of(cls, text: str) -> Self:
        """The formula as the workbook holds it, without `=`."""
        return cls(f"={text}"[:_SHOWN], bool(_CHANGING.search(_QUOTED.sub("", text))))


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
        """`B2:B9`; None where it is one cell or cannot be read."""
        try:
            area = range_boundaries(name)
            return cls(*area) if ":" in name and None not in area else None
        except (TypeError, ValueError):
            return None

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell is one of them."""
        return self.left <= column <= self.right and self.top <= row <= self.bottom


class Formulas:
    """Those of one sheet, asked cell by cell as they stand in it."""

    def __init__(self) -> None:
        self._shared: dict[str, Formula] = {}
        self._spread: deque[tuple[_Area, Formula]] = deque(maxlen=_MOST_SPREAD)

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
                self._spread.append((area, formula))
            case _:
                pass
        return formula

    def _one(self, index: str, formula: Formula, *, first: bool) -> Formula:
        """A shared formula stands in the first of its cells; the others name it."""
        if not first:
            return self._shared.get(index, formula)
        if len(self._shared) < _MOST_SHARED:
            self._shared[index] = formula
        return formula

    def _over(self, row: int, column: int) -> Formula | None:
        """The formula of another cell whose values spread over this one."""
        found = (formula for area, formula in self._spread if area.holds(row, column))
        return next(found, None)

"""Rows of an XLSX workbook, every visible sheet of it.

Knows zip and openpyxl. Must not know what a row says. An archive that would unfold into more than a workbook can
honestly hold is refused before anything is unfolded. A cell whose value is none costs what is read of its row; where the sheet
itself cannot be read on, the rows before stand. Of a formula the value is given that the workbook holds, and the formula beside it.

openpyxl's own rows end at the first cell that it cannot read. So its parser of a sheet is used here, which gives them cell by cell.
"""

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any, NamedTuple

import openpyxl
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser
from typing_extensions import override

from domain.errors import Refused
from infra.importers._cells import UNCALCULATED, Cell, Unread
from infra.importers._formulas import Formula, Formulas
from infra.importers._model import Damaged

_MOST_UNPACKED = 1 << 30
"""A full sheet of a million rows with twenty columns is about this size."""
_MOST_STRINGS = 1 << 28
"""The table of texts is held in memory by the format's own nature."""
_MOST_HELD = 1 << 24
"""Styles and lists of parts become a tree in memory, of thirty times their size; those of a register are a few KiB."""
_HELD = ("[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/theme/", "docProps/")
_RATIO, _RATIO_FROM = 200, 1 << 24
"""Honest sheets pack to a tenth or a fiftieth; small ones may be very even."""
_MOST_ROWS, _MOST_PARTS = 1_048_576, 10_000
"""What the format allows, and far more than any office product writes."""
_MOST_COLUMNS = 1_000
"""The format allows 16,384: looked at in a million rows, that is a day."""

_AS_XLSX = "open it in a spreadsheet program and save it as .xlsx or as CSV UTF-8"


class SheetRow(NamedTuple):
    """One row of a sheet, with the row's own number; and what its cells were worked out by, by their places."""

    sheet: str
    number: int
    cells: Sequence[Cell]
    formulas: Mapping[int, Formula]


def sheets(file: IO[bytes]) -> Iterator[tuple[str, Iterator[SheetRow]]]:
    """The visible sheets in their order, by name. Refused if the file is no workbook, damaged, or larger than it can honestly be.

    The rows of a sheet that cannot be read on, or has more of them than it can honestly have, end with Damaged.
    """
    _check(file)
    with _told(), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # openpyxl tells of styles and extensions that do not concern us
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                yield sheet.title, _rows(sheet)


def _rows(sheet: Any) -> Iterator[SheetRow]:  # a read-only sheet, which the stubs do not know
    last = 0
    try:
        with _told(), sheet._get_source() as source:  # noqa: SLF001  # see above
            for number, cells in _Parser(sheet, source).parse():
                width = max(
                    (cell["column"] for cell in cells if cell["value"] is not None), default=0
                )
                _check_size(number, width)
                row: list[Cell] = [None] * width
                formulas: dict[int, Formula] = {}
                for cell in cells:
                    if cell["value"] is not None:
                        row[cell["column"] - 1] = cell["value"]
                        if cell["formula"] is not None:
                            formulas[cell["column"] - 1] = cell["formula"]
                yield SheetRow(sheet.title, number, row, formulas)
                last = number
    except Refused as refusal:
        told = f"{refusal.message}; from line {last + 1} on nothing was read"
        raise Damaged(Refused(refusal.code, told), b"", last) from refusal


def _check_size(number: int, width: int) -> None:
    if number > _MOST_ROWS:
        raise Refused(
            "suspicious_archive", f"the sheet has more than {_MOST_ROWS} rows: {_AS_XLSX}"
        )
    if width > _MOST_COLUMNS:
        raise Refused(
            "suspicious_archive",
            f"the sheet has more than {_MOST_COLUMNS} columns: {_AS_XLSX}",
        )


_LETTERS = re.compile("[A-Z]{1,3}(?=[0-9])")
"""Of a cell's own name, `AB12`."""


class _Parser(WorkSheetParser):
    """openpyxl's, of one sheet, but for a cell that it cannot read or that has a formula, which is told with it."""

    def __init__(self, sheet: Any, source: IO[bytes]) -> None:
        book = sheet.parent
        super().__init__(
            source,
            sheet._shared_strings,  # noqa: SLF001  # see above
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )
        self._formulas = Formulas()

    @override
    def parse_cell(self, element: Any) -> dict[str, Any]:
        before = self.col_counter
        try:
            cell: dict[str, Any] = super().parse_cell(element)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            letters = _LETTERS.match(element.get("r", ""))
            self.col_counter = column_index_from_string(letters[0]) if letters else before + 1
            said = "".join(element.itertext()).strip() or "?"
            cell = {"row": self.row_counter, "column": self.col_counter, "value": Unread(said)}
        cell["formula"] = self._formulas.of(element, cell["row"], cell["column"])
        if cell["value"] is None and _uncalculated(element):
            cell["value"] = UNCALCULATED
        return cell


def _uncalculated(element: Any) -> bool:
    """Whether a formula's result is not held; an empty text, as of `IF(C2="","",C2+15)`, is one."""
    empty = element.get("t") == "str" and element.find(VALUE_TAG) is not None
    return element.find(FORMULA_TAG) is not None and not empty


def _check(file: IO[bytes]) -> None:
    """Refused for what is no workbook or claims to be a huge one."""
    with _told(), zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "xl/workbook.xml" not in names:
            raise Refused(
                "unsupported_format",
                f"this archive is no .xlsx workbook (.xlsb, .ods or something else): {_AS_XLSX}",
            )
        unpacked = sum(part.file_size for part in parts)
        uneven = any(
            part.file_size > max(_RATIO_FROM, _RATIO * part.compress_size) for part in parts
        )
        strings = sum(part.file_size for part in parts if "sharedStrings" in part.filename)
        held = sum(
            part.file_size
            for part in parts
            if part.filename.startswith(_HELD) or part.filename.endswith(".rels")
        )
        if (
            len(parts) > _MOST_PARTS
            or held > _MOST_HELD
            or unpacked > _MOST_UNPACKED
            or strings > _MOST_STRINGS
            or uneven
        ):
            raise Refused(
                "suspicious_archive",
                f"the workbook would unfold to {unpacked >> 20} MiB in {len(parts)} parts, more than a register holds: "
                "delete what does not belong to it, or save the sheet as CSV UTF-8",
            )


@contextmanager
def _told() -> Iterator[None]:
    """Whatever a damaged workbook makes zipfile, the XML parser or openpyxl raise, as one refusal."""
    try:
        yield
    except (Refused, MemoryError):
        raise
    except (
        Exception
    ) as error:  # openpyxl lets any error of its own through: KeyError, TypeError, ParseError…
        if isinstance(error, OSError) and error.errno is not None:  # openpyxl's own have none
            raise
        raise Refused(
            "invalid_xlsx", f"the workbook is damaged ({type(error).__name__}: {error}): {_AS_XLSX}"
        ) from error

"""Rows of an XLSX workbook, every visible sheet of it.

Knows zip and openpyxl. Must not know what a row says. An archive that would unfold into more than a workbook can
honestly hold is refused before anything is unfolded.
"""

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import IO, Any, NamedTuple

import openpyxl

from domain.errors import Refused
from infra.importers._cells import UNCALCULATED, Cell

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

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_AS_XLSX = "open it in a spreadsheet program and save it as .xlsx or as CSV UTF-8"


class SheetRow(NamedTuple):
    """One row of a sheet, with the row's own number."""

    sheet: str
    number: int
    cells: Sequence[Cell]


def sheets(file: IO[bytes]) -> Iterator[Iterator[SheetRow]]:
    """The visible sheets in their order. Refused if the file is no workbook, damaged, or larger than it can honestly be."""
    formulas = _checked(file)
    with _told(), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # openpyxl tells of styles and extensions that do not concern us
        values = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        written = (
            openpyxl.load_workbook(file, read_only=True, keep_links=False) if formulas else None
        )
        for sheet in values.worksheets:
            if sheet.sheet_state == "visible":
                yield _rows(sheet, None if written is None else written[sheet.title])


def _rows(
    values: Any, written: Any
) -> Iterator[SheetRow]:  # read-only sheets, which the stubs do not know
    values.reset_dimensions()  # what a sheet says of its own size is often wrong
    formulas: Iterator[Sequence[object]] = repeat(())
    if written is not None:
        written.reset_dimensions()
        formulas = written.iter_rows(values_only=True)
    with _told():
        for number, (cells, texts) in enumerate(
            zip(values.iter_rows(values_only=True), formulas, strict=False), 1
        ):
            if number > _MOST_ROWS:
                raise Refused(
                    "suspicious_archive",
                    f"sheet {values.title!r} has more than {_MOST_ROWS} rows: {_AS_XLSX}",
                )
            if any(cell is not None for cell in cells[_MOST_COLUMNS:]):
                raise Refused(
                    "suspicious_archive",
                    f"sheet {values.title!r} has more than {_MOST_COLUMNS} columns: {_AS_XLSX}",
                )
            known = _known(cells, texts) if texts else cells
            yield SheetRow(values.title, number, known[:_MOST_COLUMNS])


def _known(cells: Sequence[Cell], texts: Sequence[object]) -> list[Cell]:
    """The row's values, those of formulas without a stored result marked as such."""
    return [
        UNCALCULATED if cell is None and text is not None else cell
        for cell, text in zip(cells, texts, strict=True)
    ]


def _checked(file: IO[bytes]) -> bool:
    """Whether any sheet has formulas. Refused for what is no workbook or claims to be a huge one."""
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
        return any(
            _has_formula(archive, part)
            for part in parts
            if part.filename.startswith("xl/worksheets/")
        )


def _has_formula(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    tail = b""
    with archive.open(part) as sheet:
        while chunk := sheet.read(1 << 18):
            if _FORMULA.search(tail + chunk):
                return True
            tail = chunk[-16:]
    return False


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

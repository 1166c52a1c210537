"""The least of an XLSX workbook (ECMA-376): sheets of texts, numbers and days, a row at a time into one file.

Knows the format. Must not know what the rows are about. A text is written as a text (`t="inlineStr"`, quotePrefix), and there is
no way here to write a formula. openpyxl reads what this writes, in the tests; its own writing takes ten times as long and
leaves files behind where an export is cut short.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from infra.sheets._cells import Value

Lines = Iterable[Iterable[Value]]

_DAY_NOUGHT: Final = date(1899, 12, 30)
"""What days from 1900-03-01 on are counted from: the format has a 29/02/1900, which never was."""

ROWS_OF_A_SHEET: Final = 500_000
"""The format takes a million; half of that stays below the 2 GiB over which an entry needs what some readers do not know."""
_LONGEST: Final = 32_767
"""Characters of a cell: the format's own limit."""
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\]")

_MAIN: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BEGIN: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DAY_FORM, _INSTANT_FORM = 164, 165
"""Of a workbook's own formats of numbers, which begin at 164."""
_XFS: Final = (
    'numFmtId="0" fontId="0"',
    'numFmtId="0" fontId="0" quotePrefix="1"',
    'numFmtId="0" fontId="1" applyFont="1" quotePrefix="1"',
    'numFmtId="2" fontId="0" applyNumberFormat="1"',
    f'numFmtId="{_DAY_FORM}" fontId="0" applyNumberFormat="1"',
    f'numFmtId="{_INSTANT_FORM}" fontId="0" applyNumberFormat="1"',
)
_TEXT, _HEAD, _DECIMAL, _DAY, _INSTANT = range(1, len(_XFS))
"""Styles, by their places in the list before; a whole number has the first."""
_OF_CELLS: Final = "".join(f'<xf xfId="0" {xf}/>' for xf in _XFS)
_STYLES: Final = (
    f'<styleSheet {_MAIN}><numFmts count="2"><numFmt numFmtId="{_DAY_FORM}" formatCode="dd/mm/yyyy"/><numFmt numFmtId="{_INSTANT_FORM}"'
    ' formatCode="dd/mm/yyyy hh:mm:ss"/></numFmts><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill'
    ' patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    f'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="{len(_XFS)}">{_OF_CELLS}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Table(NamedTuple):
    """What becomes a sheet. The first of the lines is its heading; widths are in characters, None: as the program has it."""

    name: str
    lines: Lines
    widths: Sequence[int | None] = ()


def write_xlsx(tables: Iterable[Table], out: IO[bytes]) -> None:
    """Write the tables in their order. One that is too long for a sheet goes on in another, under its heading."""
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as book:
        names: list[str] = []
        for name, lines, widths in tables:
            given = iter(lines)
            head = next(given, ())
            more: Lines = given
            while True:
                names.append(_name(name, names))
                part = islice(more, ROWS_OF_A_SHEET - 1)
                _sheet(book, len(names), chain([head], part), widths)
                following = next(given, None)
                if following is None:
                    break
                more = chain([following], given)
        for path, text in _parts(names):
            book.writestr(path, _BEGIN + text)


def _sheet(book: ZipFile, number: int, lines: Lines, widths: Sequence[int | None]) -> None:
    with book.open(f"xl/worksheets/sheet{number}.xml", "w") as file:
        file.write(
            f'{_BEGIN}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
            f' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>{_columns(widths)}<sheetData>'.encode()
        )
        style = _HEAD
        for line in lines:
            cells = "".join([_cell(value, style) for value in line])
            file.write(f"<row>{cells}</row>".encode())
            style = _TEXT
        file.write(b"</sheetData></worksheet>")


def _columns(widths: Sequence[int | None]) -> str:
    """Those that need a width of their own: a number or day that its column is too narrow for is shown as ####."""
    wide = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(widths, 1)
        if width is not None
    )
    return f"<cols>{wide}</cols>" if wide else ""


def _cell(value: Value, style: int) -> str:
    """A cell; `style`: of a text."""
    match value:
        case int():
            return f"<c><v>{value}</v></c>"
        case Decimal():
            return f'<c s="{_DECIMAL}"><v>{value:f}</v></c>'
        case datetime():
            return f'<c s="{_INSTANT}"><v>{_days(value) + _passed(value)}</v></c>'
        case date():
            return f'<c s="{_DAY}"><v>{_days(value)}</v></c>'
        case str():
            return _text(value, style) if value else "<c/>"


def _text(value: str, style: int) -> str:
    if len(value) > _LONGEST:
        value = value[: _LONGEST - 1] + "…"
    text = escape(_NOT_XML.sub("\ufffd", value), {"\r": "&#13;"})
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'


def _days(day: date) -> int:
    return day.toordinal() - _DAY_NOUGHT.toordinal()


def _passed(at: datetime) -> float:
    """What of the day has passed, in whole seconds: programs round what they show, the end of a day to the next."""
    return (at.hour * 3600 + at.minute * 60 + at.second) / 86_400


def _name(name: str, taken: list[str]) -> str:
    """A name that a sheet may have: at most 31 characters, none like another."""
    plain = _NOT_IN_A_NAME.sub("-", name)[:25]
    tried, number = plain, 1
    while tried in taken:
        number += 1
        tried = f"{plain} {number}"
    return tried


def _parts(names: list[str]) -> Iterable[tuple[str, str]]:
    """All that a workbook has beside its sheets."""
    numbers = range(1, len(names) + 1)
    of_sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KIND}.worksheet+xml"/>'
        for n in numbers
    )
    yield (
        "[Content_Types].xml",
        (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            f'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml"'
            f' ContentType="{_KIND}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>{of_sheets}'
            "</Types>"
        ),
    )
    yield (
        "_rels/.rels",
        (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_RELATIONS}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>'
        ),
    )
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, 1)
    )
    yield (
        "xl/workbook.xml",
        f'<workbook {_MAIN} xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{related}<Relationship Id="rId{len(names) + 1}"'
            f' Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
        ),
    )
    yield "xl/styles.xml", _STYLES

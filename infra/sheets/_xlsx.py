"""The least of an XLSX workbook (ECMA-376): sheets of texts and whole numbers, a row at a time into one file.

Knows the format. Must not know what the rows are about. A text is written as a text (`t="inlineStr"`, quotePrefix), and there is
no way here to write a formula. openpyxl reads what this writes, in the tests; its own writing takes ten times as long and
leaves files behind where an export is cut short.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import chain, islice
from typing import IO, Final
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

Lines = Iterable[Iterable[str | int]]

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
_STYLES: Final = (
    f'<styleSheet {_MAIN}><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/>'
    '</fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1">'
    '<xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf xfId="0" quotePrefix="1"/><xf xfId="0" fontId="1" applyFont="1"'
    ' quotePrefix="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_TEXT, _HEAD = 1, 2
"""Styles: a text; a heading."""


def write_xlsx(sheets: Mapping[str, Lines], out: IO[bytes]) -> None:
    """Write sheets by name; the first line of each is its heading. One that is too long goes on in another, under its heading."""
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as book:
        names: list[str] = []
        for name, lines in sheets.items():
            given = iter(lines)
            head = next(given, ())
            more: Lines = given
            while True:
                names.append(_name(name, names))
                part = islice(more, ROWS_OF_A_SHEET - 1)
                _sheet(book, len(names), chain([head], part))
                following = next(given, None)
                if following is None:
                    break
                more = chain([following], given)
        for path, text in _parts(names):
            book.writestr(path, _BEGIN + text)


def _sheet(book: ZipFile, number: int, lines: Lines) -> None:
    with book.open(f"xl/worksheets/sheet{number}.xml", "w") as file:
        file.write(
            f'{_BEGIN}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
            ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'.encode()
        )
        style = _HEAD
        for line in lines:
            cells = "".join([_cell(value, style) for value in line])
            file.write(f"<row>{cells}</row>".encode())
            style = _TEXT
        file.write(b"</sheetData></worksheet>")


def _cell(value: str | int, style: int) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    if not value:
        return "<c/>"
    if len(value) > _LONGEST:
        value = value[: _LONGEST - 1] + "…"
    text = escape(_NOT_XML.sub("\ufffd", value), {"\r": "&#13;"})
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'


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

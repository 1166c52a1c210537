"""Dossier registers (sổ theo dõi hồ sơ): CSV and XLSX, as offices keep them.

Knows where a register's header and rows are. What a row becomes, `_rows` knows. Rows above the header, wholly blank rows
and a row that only numbers the columns are passed over; everything else is a row, a total or a refusal. Of a workbook
every visible sheet with a header is read; a sheet without one is passed over if another has one.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import IO
from unicodedata import normalize

from domain.errors import Refused
from infra.importers._bytes import not_utf8
from infra.importers._cells import Cell
from infra.importers._columns import columns_of, no_header
from infra.importers._csv import DELIMITERS, Row, Rows
from infra.importers._formulas import NONE, Formula
from infra.importers._model import LINE_LIMIT, Damaged, Line
from infra.importers._rows import RowReader
from infra.importers._xlsx import SheetRow, sheets

_HEADER_WITHIN = 200
"""Rows in which a header is looked for: titles and notes above it take a dozen at most."""

_NUMBERING = re.compile(r"[(\[]?(\d{1,2}|[A-Z])[)\]]?")


def paper_source(path: str) -> str:
    """The source of what a register says, where none is given: its file's name, not the folder it happens to lie in."""
    name = normalize("NFC", "stdin" if path == "-" else PurePath(path).name)
    return "/paper/" + "".join(char if char.isprintable() else "?" for char in name)[:200]


def read_register(
    chunks: Iterable[bytes], *, path: str, source: str | None, recorded_at: datetime
) -> Iterator[Line]:
    """The rows of a CSV register."""
    rows = Rows(chunks)
    number, headless = 0, True
    try:
        found = _header(rows)
        if isinstance(found, Line):
            yield found
            return
        header, delimiter = found
        number, headless = header.number, False
        reader = _reader(header.cells, path=path, source=source, recorded_at=recorded_at)
        first = True
        while (row := rows.take(delimiter)) is not None:
            number = row.number
            if row.refusal:
                yield Line(number, row.raw, refusal=row.refusal)
            elif not _skipped(row.cells, first=first):
                yield _read(reader, Line(number, row.raw), row.cells)
            first = False
    except Damaged as damage:
        last = max(damage.number, number)
        yield Line(last + 1, damage.partial, refusal=damage.refusal, unread=headless)


def read_workbook(
    file: IO[bytes], *, path: str, source: str | None, recorded_at: datetime
) -> Iterator[Line]:
    """The rows of an XLSX register."""
    found = False
    try:
        for title, rows in sheets(file):
            header: SheetRow | Line | None = None
            try:
                header = _sheet_header(rows)
                if isinstance(header, Line):
                    yield header
                elif header is not None:
                    reader = _reader(
                        header.cells, path=path, source=source, recorded_at=recorded_at
                    )
                    yield from _sheet_lines(rows, header.cells, reader)
                found = found or header is not None
            except Damaged as damage:
                found = True
                # Where nothing was read before, the whole sheet is meant.
                number = damage.number and damage.number + 1
                yield Line(
                    number,
                    damage.partial,
                    refusal=damage.refusal,
                    sheet=title,
                    unread=header is None,
                )
        if not found:
            yield Line(0, b"", refusal=no_header(" (in a visible sheet)"), unread=True)
    except Refused as refusal:
        yield Line(0, b"", refusal=refusal, unread=not found)


def _sheet_header(rows: Iterator[SheetRow]) -> SheetRow | Line | None:
    """The row of a sheet that is its header; a line that says what is wrong with it; None where there is none."""
    for row in rows:
        if row.number > _HEADER_WITHIN:
            break
        try:
            if columns_of(row.cells):
                return row
        except Refused as refusal:
            return Line(row.number, b"", refusal=refusal, sheet=row.sheet, unread=True)
    return None


def _sheet_lines(
    rows: Iterator[SheetRow], names: Sequence[Cell], reader: RowReader
) -> Iterator[Line]:
    first = True
    for row in rows:
        if not _skipped(row.cells, first=first):
            first = False
            blanks = [None] * (
                len(names) - len(row.cells)
            )  # a sheet leaves out empty cells at the end
            line = Line(row.number, _shown(row, names), sheet=row.sheet)
            yield _read(reader, line, [*row.cells, *blanks], row.formulas)


def _reader(
    names: Sequence[Cell], *, path: str, source: str | None, recorded_at: datetime
) -> RowReader:
    columns = columns_of(names)
    assert columns is not None
    width = max(index for index, name in enumerate(names, 1) if name not in {None, ""})
    return RowReader(
        columns, width=width, source=source or paper_source(path), recorded_at=recorded_at
    )


def _read(
    reader: RowReader,
    line: Line,
    cells: Sequence[Cell],
    formulas: Mapping[int, Formula] = NONE,
) -> Line:
    try:
        return reader.read(line, cells, formulas)
    except Refused as refusal:
        return line._replace(refusal=refusal)


def _header(rows: Rows) -> tuple[Row, str] | Line:
    unreadable: Row | None = None
    hint = ""
    for _ in range(_HEADER_WITHIN):
        row = None
        try:
            for delimiter in DELIMITERS:
                row = rows.take(delimiter)
                if row is None:
                    break
                if columns_of(row.cells):
                    return row, delimiter
                if delimiter != DELIMITERS[-1]:
                    rows.undo(row)
            if row is None:
                break
            if not hint and columns_of(re.split(r"[|^~:*]", row.raw.decode(errors="replace"))):
                hint = f" (line {row.number} separates its columns by something other than a comma, semicolon or tab)"
        except Refused as refusal:
            assert row is not None
            return Line(row.number, row.raw, refusal=refusal, unread=True)
        unreadable = unreadable or (row if row.refusal and not_utf8(row.raw) else None)
    if unreadable:
        return Line(unreadable.number, unreadable.raw, refusal=unreadable.refusal, unread=True)
    return Line(0, b"", refusal=no_header(hint), unread=True)


def _skipped(cells: Sequence[Cell], *, first: bool) -> bool:
    texts = [str(cell).strip() for cell in cells if cell is not None]
    texts = [text for text in texts if text]
    return not texts or (first and all(_NUMBERING.fullmatch(text) for text in texts))


def _shown(row: SheetRow, names: Sequence[Cell]) -> bytes:
    """A row's cells by the names of their columns, as JSON: what the rejects file shows of it."""
    labels = [str(name).strip() if name is not None else "" for name in names]
    labels += [""] * (len(row.cells) - len(labels))
    cells = {
        label or f"#{index}": cell if isinstance(cell, str | int | float | bool) else str(cell)
        for index, (label, cell) in enumerate(zip(labels, row.cells, strict=False), 1)
        if cell is not None
    }
    shown = json.dumps({"sheet": row.sheet, "cells": cells}, ensure_ascii=False).encode(
        errors="replace"
    )
    return shown[: LINE_LIMIT + 1]

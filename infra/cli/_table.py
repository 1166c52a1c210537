"""Aligned tables that never hide a figure: text columns wrap, numbers do not; what does not fit is stacked.

Knows layout. Must not know answers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from infra.cli._screen import Page, Style, clean, width_of, wrap

_GAP: Final = 2
_TITLE_LINES: Final = 3
_LEAST: Final = 8
"""A wrapping column is not made narrower than this, nor than its longest word; then the rows are stacked."""
_LONG_WORD: Final = 32
"""A longer word may be broken: a file name, not a dossier code."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title; figures stand right; only texts wrap."""

    title: str
    figures: bool = False
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in a style; line breaks in it are kept, blanks before it indent it."""

    text: str
    style: Style = ""


Row = Sequence[str | Cell]


def table(
    columns: Sequence[Column],
    rows: Sequence[Row],
    page: Page,
    *,
    foot: Sequence[Row] = (),
    indent: int = 2,
) -> Iterator[str]:
    """The lines of a table; `foot` rows stand below a line."""
    body = [[_cell(cell) for cell in row] for row in rows]
    feet = [[_cell(cell) for cell in row] for row in foot]
    widths = _fit(columns, [*body, *feet], page.width - indent)
    if widths is None:
        yield from _stacked(columns, [*body, *feet], page, indent)
        return
    margin = " " * indent
    titles = [Cell(column.title, "strong") for column in columns]
    yield from (margin + line for line in _lines(titles, columns, widths, page, at_bottom=True))
    ruler = margin + page.paint((" " * _GAP).join("─" * width for width in widths), "faint")
    yield ruler
    for row in body:
        yield from (margin + line for line in _lines(row, columns, widths, page))
    if feet:
        yield ruler
    for row in feet:
        yield from (margin + line for line in _lines(row, columns, widths, page))


def _cell(cell: str | Cell) -> Cell:
    given = Cell(cell) if isinstance(cell, str) else cell
    return Cell("\n".join(clean(line) for line in given.text.split("\n")), given.style)


def _natural(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """The width each column would like: of its widest cell, and of the longest word of its title."""
    widths = [_title_width(column.title) for column in columns]
    for row in rows:
        for at, cell in enumerate(row):
            widths[at] = max(widths[at], *(width_of(line) for line in cell.text.split("\n")))
    return widths


def _title_width(title: str) -> int:
    """The least width that holds a title in its few lines."""
    longest = max(width_of(word) for word in title.split(" "))
    return next(
        width
        for width in range(longest, width_of(title) + 1)
        if len(wrap(title, width)) <= _TITLE_LINES
    )


def _least(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """The width each column must have: its longest word, so that codes and figures stay whole."""
    widths = [max(_LEAST, _title_width(column.title)) for column in columns]
    for row in rows:
        for at, cell in enumerate(row):
            words = (width_of(word) for word in cell.text.replace("\n", " ").split(" "))
            widths[at] = max(widths[at], *(word for word in words if word <= _LONG_WORD), 0)
    return widths


def _fit(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], room: int) -> list[int] | None:
    """The widths within the room: the widest wrapping columns give way first. None: it cannot be done."""
    widths, least = _natural(columns, rows), _least(columns, rows)
    excess = sum(widths) + _GAP * (len(widths) - 1) - room
    while excess > 0:
        giving = [
            at for at, column in enumerate(columns) if column.wraps and widths[at] > least[at]
        ]
        if not giving:
            return None
        widths[max(giving, key=lambda at: widths[at])] -= 1
        excess -= 1
    return widths


def _lines(
    row: Sequence[Cell],
    columns: Sequence[Column],
    widths: Sequence[int],
    page: Page,
    *,
    at_bottom: bool = False,
) -> Iterator[str]:
    cells = [_cell_lines(cell.text, width) for cell, width in zip(row, widths, strict=True)]
    height = max(len(lines) for lines in cells)
    for at in range(height):
        parts = []
        for cell, lines, column, width in zip(row, cells, columns, widths, strict=True):
            line = at - (height - len(lines)) if at_bottom else at
            text = lines[line] if 0 <= line < len(lines) else ""
            blank = " " * (width - width_of(text))
            shown = page.paint(text, cell.style)
            parts.append(blank + shown if column.figures else shown + blank)
        yield (" " * _GAP).join(parts).rstrip()


def _cell_lines(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip(" ")))
        lines.extend(indent + piece for piece in wrap(line.lstrip(" "), width - len(indent)))
    return lines


def _stacked(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], page: Page, indent: int
) -> Iterator[str]:
    """Too many columns for the page: one paragraph a row, every figure under its own name."""
    for at, row in enumerate(rows):
        if at:
            yield ""
        pairs = [
            (c.title, cell.text.strip().replace("\n", " · "))
            for c, cell in zip(columns, row, strict=True)
        ]
        yield from page.facts([(title, text) for title, text in pairs if text], indent=indent)

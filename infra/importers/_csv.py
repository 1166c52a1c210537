"""Rows of a CSV file: UTF-8, separated by `,` `;` or tab, quoted cells over several lines.

Knows separators and quotes. Must not know what a row says. The csv module splits a row; this module feeds it one row at
a time, so that a quote that is never closed costs its own line and no other.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.errors import Refused
from infra.importers._bytes import blocks, not_utf8, too_long
from infra.importers._model import LINE_LIMIT, Damaged

DELIMITERS = ",;\t"

_ROW_LINES = 50
"""Physical lines of one row. More is a quote that was not closed, as a rule."""


class Row(NamedTuple):
    """One row: where it begins, how it stood, and its cells or why it has none."""

    number: int
    raw: bytes
    cells: list[str]
    refusal: Refused | None = None


class Rows:
    """The rows of a file, each split by a separator that is named when it is taken."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._lines = _numbered(chunks)
        self._back: deque[tuple[int, bytes]] = deque()

    def take(self, delimiter: str) -> Row | None:
        """The next row; None at the end. Raises Damaged where the bytes stop being readable."""
        first = self._next()
        if first is None:
            return None
        number, line = first
        refusal = _unfit(line)
        if refusal:
            return Row(number, line[: LINE_LIMIT + 1], [], refusal)
        if b'"' not in line:
            return Row(number, line, line.decode().split(delimiter))
        return self._quoted(first, delimiter)

    def undo(self, row: Row) -> None:
        """Put a row back, to be taken again with another separator."""
        lines = row.raw.split(b"\n")
        self._back.extendleft((row.number + at, lines[at]) for at in reversed(range(len(lines))))

    def _next(self) -> tuple[int, bytes] | None:
        return self._back.popleft() if self._back else next(self._lines, None)

    def _quoted(self, first: tuple[int, bytes], delimiter: str) -> Row:
        taken = [first]
        refusal: Refused | None = None

        def feed() -> Iterator[str]:
            nonlocal refusal
            yield first[1].decode() + "\n"
            while len(taken) < _ROW_LINES:
                following = self._next()
                if following is None:
                    break
                taken.append(following)
                refusal = _unfit(following[1])
                if refusal or sum(len(line) for _, line in taken) > LINE_LIMIT:
                    break
                yield following[1].decode() + "\n"
            refusal = refusal or _open_quote()

        try:
            cells = next(csv.reader(feed(), delimiter=delimiter))
        except csv.Error as error:
            cells, refusal = (
                [],
                Refused(
                    "invalid_csv", f"the row cannot be split into cells ({error}): check its quotes"
                ),
            )
        if refusal:
            self._back.extendleft(reversed(taken[1:]))
            return Row(*first, [], refusal)
        return Row(first[0], b"\n".join(line for _, line in taken), cells)


def _numbered(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    count = 0
    try:
        for block in blocks(chunks):
            for line in block:
                count += 1
                yield count, line.removesuffix(b"\r")
    except Damaged as damage:
        raise Damaged(damage.refusal, damage.partial, count) from damage


def _unfit(line: bytes) -> Refused | None:
    if len(line) > LINE_LIMIT:
        return too_long()
    if b"\0" in line:
        return Refused(
            "invalid_field", "the line holds a NUL character: is this a text file? remove it"
        )
    return not_utf8(line)


def _open_quote() -> Refused:
    return Refused(
        "invalid_csv",
        "a quote is opened and not closed: close it, or double it where it is meant as a character",
    )

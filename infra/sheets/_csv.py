"""CSV after RFC 4180 in UTF-8, with the mark by which spreadsheets know it.

Knows what a spreadsheet would take for a formula. Must not know what the rows are about.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable
from typing import IO, Final

BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Of OWASP's list on CSV injection; the wide ones are taken for the others where full-width forms are usual."""
_WITHIN: Final = re.compile(r"(?<=[;\t\r\n])(?=[=+\-@＝＋－＠])")
"""Where a cell begins for a spreadsheet that divides lines at semicolons or tabs, as in lands that write decimal commas."""


def harmless(text: str) -> str:
    """A text that a spreadsheet shows and does not work out: behind an apostrophe where it would, within the text as well."""
    plain = _WITHIN.sub("'", text)
    return f"'{plain}" if plain.startswith(BEGINS_A_FORMULA) else plain


def write_csv(lines: Iterable[Iterable[str | int]], out: IO[bytes]) -> None:
    """Write the lines. `out` stays open."""
    out.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=False)
    try:
        writing = csv.writer(text)
        for line in lines:
            writing.writerow(harmless(cell) if isinstance(cell, str) else cell for cell in line)
        text.flush()
    finally:
        text.detach()

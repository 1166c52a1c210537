"""What every reader of files yields: one line or row with its facts, or with the reason why it has none.

Knows facts and refusals. Must not know any file format, nor what becomes of the facts.
"""

from typing import Literal, NamedTuple

from domain.errors import Refused
from domain.facts import Fact, Said

Format = Literal["events", "igate", "register", "sync"]

LINE_LIMIT = 1 << 20
"""Bytes of one line or row. An event is under 2 KiB; what is longer is no line but a mistake or an attack."""


class Line(NamedTuple):
    """A line of a text file or a row of a sheet. Exactly one of `facts`, `refusal` and `total` says something."""

    number: int
    """Physical, from 1; 0 when the whole file is meant."""
    input: bytes
    """The bytes or cells as they stood, for the rejects file; over LINE_LIMIT only if cut there."""
    facts: tuple[Fact[Said], ...] = ()
    refusal: Refused | None = None
    book: bool = False
    """Whether the dossier has a paper book's number, made unique by its unit."""
    code: str = ""
    """The dossier's code as the row of a register writes it; empty for lines of other files."""
    unit_name: str = ""
    """The unit as the row writes it, where that has not the shape of a unit's code."""
    sheet: str = ""
    """The sheet of a workbook that the row stands in."""
    total: str = ""
    """What the row calls itself that adds up those above it: no dossier, and nothing wrong."""
    computed: tuple[tuple[str, str], ...] = ()
    """The columns whose values a workbook worked out by formulas, with these."""
    unread: bool = False
    """Whether what is refused is no row but the file or sheet: of what it holds, nothing could be read."""


class Damaged(Exception):
    """The bytes stop being readable here: `refusal` says why, `partial` is the line that was under way, `number` the last whole one."""

    def __init__(self, refusal: Refused, partial: bytes, number: int = 0) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
        self.partial = partial
        self.number = number

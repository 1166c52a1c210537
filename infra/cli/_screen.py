"""A page for a person: its language, width and colours; text made safe, measured and wrapped.

Knows terminals. Must not know answers. What stands in a dossier is data: control characters in it never reach the terminal.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from infra.language import Language

Style = Literal["", "strong", "faint", "good", "soon", "late", "waiting"]

PLAIN_WIDTH: Final = 100
"""Columns when the output is not a terminal: A4 in landscape, or portrait in a small type."""
NARROWEST: Final = 60
"""Columns that a page takes at least; a narrower terminal breaks the lines itself."""

_LEAST_TEXT: Final = 20

_CODES: Final[dict[Style, str]] = {
    "strong": "1",
    "faint": "2",
    "good": "32",
    "soon": "33",
    "late": "31",
    "waiting": "36",
}
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;]*m")
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Composed (NFC), without control and direction characters, on one line."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable() and not composed.isspace():
        return composed
    return "".join(_safe(character) for character in composed)


def _safe(character: str) -> str:
    if character in "\n\r\t\x0b\x0c\x85\u2028\u2029":
        return " "
    if character in _BIDI:
        return ""
    return "\ufffd" if unicodedata.category(character) in {"Cc", "Cs"} else character


def width_of(text: str) -> int:
    """Columns on the screen: marks take none, wide characters two, colours none."""
    plain = _ESCAPES.sub("", text)
    return len(plain) if plain.isascii() else sum(_columns(character) for character in plain)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken at spaces; a longer word is broken, never cut off.

    A no-break space holds words together and is printed as a plain one: what is printed can be searched for.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if width_of(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width)
        lines.extend(full)
    return [kept.replace("\xa0", " ") for kept in (*lines, line)]


def _pieces(word: str, width: int) -> Iterator[str]:
    piece, taken = "", 0
    for character in word:
        columns = _columns(character)
        if taken + columns > width and piece:
            yield piece
            piece, taken = "", 0
        piece, taken = piece + character, taken + columns
    yield piece


@dataclass(frozen=True, slots=True)
class Page:
    """Where an answer is shown: in which language, how wide, in colour or not."""

    say: Language
    width: int = PLAIN_WIDTH
    colour: bool = False

    def paint(self, text: str, style: Style) -> str:
        """The text in a style; colour is never the only sign of anything."""
        if not self.colour or not style or not text:
            return text
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m"

    def title(self, text: str, style: Style = "strong") -> Iterator[str]:
        """What the page is about."""
        yield from self.prose(text, indent=0, style=style)

    def heading(self, text: str) -> Iterator[str]:
        """A section's title after an empty line."""
        yield ""
        yield from self.title(text.upper())

    def prose(self, text: str, *, indent: int = 2, style: Style = "") -> Iterator[str]:
        """A wrapped paragraph."""
        for line in wrap(clean(text), max(self.width - indent, _LEAST_TEXT)):
            yield " " * indent + self.paint(line, style)

    def item(self, mark: str, text: str, *, indent: int = 2, style: Style = "") -> Iterator[str]:
        """A paragraph that hangs from its mark: `1. …`."""
        hang = indent + width_of(mark) + 1
        for at, line in enumerate(self.prose(text, indent=hang, style=style)):
            yield f"{' ' * indent}{mark} {line[hang:]}" if at == 0 else line

    def facts(self, pairs: Sequence[tuple[str, str]], *, indent: int = 2) -> Iterator[str]:
        """Labels in one column, values wrapped in the other; below the labels where the page is too narrow."""
        labels = max((width_of(label) for label, _ in pairs), default=0)
        if self.width - indent - labels < _LEAST_TEXT + 2:
            for label, value in pairs:
                yield from self.prose(f"{label}: {value}", indent=indent)
            return
        for label, value in pairs:
            yield from self.item(label + " " * (labels - width_of(label) + 1), value, indent=indent)

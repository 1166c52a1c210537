"""What no store or topic of ours can keep: characters that are no text, names too long to be looked up by, and what is too large.

Knows the canonical bytes of an event and which fields name something. Must not know what an event means. Asked when an event is
read for the first time, never of what is stored already: that stays readable whatever it holds.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from domain.errors import Refused

LARGEST: Final = 1 << 20
"""Bytes of an event's content. An event is under 2 KiB; sealing its person makes it a third larger, and topics take what it is then."""

LONGEST_NAME: Final = 300
"""Characters of an id or code, as of the envelope's."""

LONGEST_NAME_BYTES: Final = 600
"""Bytes of it: a dossier, an officer and a unit stand together in one entry of an index, and PostgreSQL takes 2,704 for that."""

_NAMES: Final = frozenset(
    {"competent_unit", "dossier", "feedback", "head", "officer", "parent", "portal", "procedure", "target", "unit"}
)  # fmt: skip
"""Fields of data that name something; what stands in them becomes rows, and rows are found by indexes."""

_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_SHORT: Final = 400
"""Bytes of content that have no room for a name that is too long beside what every event must say."""
_LONG: Final = re.compile(rb'"[^"]{%d,}"' % (LONGEST_NAME + 1))


def check_keepable(content: bytes) -> None:
    """Refused (`event_too_large`, `nul_character`, `name_too_long`) where an event's content cannot be kept."""
    if len(content) > LARGEST:
        raise Refused("event_too_large", f"the event has {len(content)} bytes: {LARGEST} at most")
    if b"\\u0000" in content and _NUL.search(content):
        raise Refused(
            "nul_character",
            "a text of the event holds a NUL character (U+0000), which is no text: remove it",
        )
    if len(content) > _SHORT and _LONG.search(content):
        told = [
            f"{path} has {len(said)} characters: {LONGEST_NAME} at most (and {LONGEST_NAME_BYTES} bytes)"
            for path, said in _names("data", json.loads(content)["data"])
            if len(said) > LONGEST_NAME or len(said.encode()) > LONGEST_NAME_BYTES
        ]
        if told:
            raise Refused("name_too_long", "; ".join(told))


def _names(path: str, value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _names(f"{path}.{name}", inner)
        elif name in _NAMES and isinstance(inner, str):
            yield f"{path}.{name}", inner

"""What is not taken in: what no store or topic can keep, names that nobody could ask by, times and numbers that are none.

Knows the canonical bytes of an event and which fields name something. Must not know what an event means. Asked when an event is
read for the first time, never of what is stored already: that stays readable whatever it holds.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from domain.errors import Refused
from domain.values import is_blank

LARGEST: Final = 1 << 20
"""Bytes of an event's content. An event is under 2 KiB; sealing its person makes it a third larger, and topics take what it is then."""

LONGEST_NAME: Final = 300
"""Characters of an id or code, as of the envelope's."""

LONGEST_NAME_BYTES: Final = 600
"""Bytes of it: a dossier, an officer and a unit stand together in one entry of an index, and PostgreSQL takes 2,704 for that."""

NAMES: Final = frozenset(
    {"competent_unit", "dossier", "feedback", "head", "officer", "parent", "portal", "procedure", "target", "unit"}
)  # fmt: skip
"""Fields of data that name something; what stands in them becomes rows, and rows are found by indexes."""

MOST_COPIES: Final = 10_000
"""Sets of papers (số bộ hồ sơ) handed in for one dossier; more is a typing error."""

TIME: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""What a date and an instant begin with. Pydantic takes a text that is a number for seconds since 1970."""
_TIME: Final = re.compile(TIME)
_TIMES: Final = re.compile(r"time|date|\w+_at")
"""Fields that hold one; within a `replacement` nobody knows yet of which type they are."""

_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_SHORT: Final = 400
"""Bytes of content that have no room for a name that is too long beside what every event must say."""
_LONG: Final = re.compile(rb'"[^"]{%d,}"' % (LONGEST_NAME + 1))
_ODD: Final = re.compile(rb'":(?:"(?:[^!-~]|\\(?:u00[01].|.))*+"|-|[0-9]{5}|(?<=replacement":)\{)')
"""What stands in every event that has one of the faults beneath, and in few others: a text without a visible character of ASCII, a
number below 0 or of five digits, a replacement. Only these are looked at closely; an expression that begins so is fast."""


def check_keepable(content: bytes) -> None:
    """Refused (`event_too_large`, `nul_character`, `name_too_long`, `invalid_field`) where an event's content is not taken in."""
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
            for path, said in _names(json.loads(content)["data"])
            if len(said) > LONGEST_NAME or len(said.encode()) > LONGEST_NAME_BYTES
        ]
        if told:
            raise Refused("name_too_long", "; ".join(told))
    if _ODD.search(content):
        data = json.loads(content)["data"]
        told = [*_blank(data), *_uncountable(data), *_replaced(data)]
        if told:
            raise Refused("invalid_field", "; ".join(told))


def _blank(data: dict[str, Any]) -> Iterator[str]:
    for path, said in _names(data):
        if is_blank(said):
            yield f"{path} is blank: give a code or name that can be seen"


def _uncountable(data: dict[str, Any]) -> Iterator[str]:
    for path, name, said in _fields("data", data):
        if name == "copies" and isinstance(said, int) and not 0 <= said <= MOST_COPIES:
            yield f"{path} is {str(said)[:_SHOWN]}: give 0 to {MOST_COPIES}"


def _replaced(data: dict[str, Any]) -> Iterator[str]:
    if isinstance(data.get("replacement"), dict):
        for path, name, said in _fields("data.replacement", data["replacement"]):
            if _TIMES.fullmatch(name) and said is not None and not _TIME.match(str(said)):
                yield no_time(path, said)


_SHOWN: Final = 80
"""Characters of what was given that a refusal repeats."""


def no_time(path: str, given: object) -> str:
    """That a field should hold a date or an instant and does not."""
    return (
        f"{path} is no date or instant (given: {str(given)[:_SHOWN]!r}): write a date such as 2025-03-20 or an instant such as"
        " 2025-03-20T08:00:00+07:00"
    )


def _names(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for path, name, said in _fields("data", data):
        if name in NAMES and isinstance(said, str):
            yield path, said


def _fields(path: str, value: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _fields(f"{path}.{name}", inner)
        else:
            yield f"{path}.{name}", name, inner

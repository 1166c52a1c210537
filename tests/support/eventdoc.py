"""docs/events.md from the event classes themselves.

    python -m tests.support.eventdoc > docs/events.md

Knows the catalogue and the fields. Must not know what is concluded from them.
"""

import sys
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from domain import facts, values
from domain.events import KINDS
from domain.facts import Said
from domain.values import Actor, Document, Limit

COMMON = {field.name for field in fields(Said)}
SHAPES = (
    Actor,
    Document,
    Limit,
    facts.Applicant,
    facts.Sealed,
    facts.Holder,
    facts.Consulted,
    facts.Signer,
)

HEAD = """\
# Event types

Generated from `domain/events.py` and `domain/facts.py` by `python -m tests.support.eventdoc > docs/events.md`; a test compares.

An event is a [CloudEvent 1.0](https://cloudevents.io/) in structured mode, one JSON object a line in a `.jsonl` file (or `.jsonl.gz`,
`.jsonl.zst`); [examples/events.jsonl](examples/events.jsonl) has nine of them.

| attribute | is |
|---|---|
| `specversion` | `1.0`; may be left out |
| `id`, `source` * | together they name the event: the same content twice is stored once, another content under the same pair is refused |
| `type` * | one of those below |
| `subject` * | the code of the dossier; of directory and feedback events, of the unit, officer, procedure or petition |
| `time` * | when it happened, RFC 3339 with an offset |
| `recordedtime` | when the sending system learnt of it. Left out: `--recorded-at`, else now; the event then says `recordedknown: false`, and no rule compares it |
| `correlationid`, `causationid` | kept as they are |
| `data` * | what is said below; other attributes of the envelope are let pass and not kept, other fields of `data` are refused |

Every `data` may also say [`actor`](#actor), [`document`](#document) and `time_precision` (`"date"`: only the day is known). Fields with * are required. A
*limit in time* is a date, kept until its end, or an instant, kept up to and including it. A new optional field is an addition; any
other change makes a new version of the type, and the old one is still read.

A code or name of which nothing can be seen (empty, spaces, characters without width) is refused wherever it stands; only in `actor`, and as the officer of a
hand-over, spaces say that nobody is named. A time is written out: a text that is a number is refused, in a `replacement` too. `copies` are 0 to 10,000.
What was taken in otherwise by an earlier version stays in the log and is read as it was.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_types(), *_shapes()]) + "\n"


def _types() -> Iterator[str]:
    for kind, (type_, said) in KINDS.items():
        yield f"## {kind}\n"
        yield f"`{type_}` · {_first_paragraph(said)}\n"
        own = [field for field in fields(said) if field.name not in COMMON]
        yield from _table(said, own) if own else ["Nothing besides.\n"]


def _shapes() -> Iterator[str]:
    yield "## Shapes used above\n"
    for shape in SHAPES:
        yield f"### {shape.__name__}\n"
        yield f"{_first_paragraph(shape)}\n"
        yield from _table(shape, fields(shape))


def _table(cls: type, shown: Any) -> Iterator[str]:
    hints = get_type_hints(cls)
    yield "| field | is |\n|---|---|"
    for field in shown:
        yield f"| `{field.name}`{_star(field)} | {_words(hints[field.name])} |"
    yield ""


def _star(field: Field[Any]) -> str:
    return " *" if field.default is MISSING and field.default_factory is MISSING else ""


def _words(hint: Any) -> str:
    """A type in words: choices, shapes by name, dates and instants as limits."""
    if hint == values.Due:
        return "limit in time"
    if get_origin(hint) in {Union, UnionType}:
        given = [part for part in get_args(hint) if part is not NoneType]
        rest = [part for part in given if part not in {date, datetime}]
        words = ["limit in time"] if {date, datetime} <= set(given) else []
        return " or ".join(words + [_words(part) for part in (rest if words else given)])
    if get_origin(hint) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(hint))
    if get_origin(hint) is list:
        return f"list of {_words(get_args(hint)[0])}"
    return "object" if get_origin(hint) is dict else _name(hint)


def _name(hint: type) -> str:
    if is_dataclass(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return {
        str: "text",
        int: "whole number",
        bool: "true or false",
        date: "date",
        datetime: "instant",
    }[hint]


def _first_paragraph(cls: type) -> str:
    return " ".join((cls.__doc__ or "").split("\n\n", maxsplit=1)[0].split())


if __name__ == "__main__":
    sys.stdout.write(page())

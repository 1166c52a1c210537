"""What a list is of, for the second sheet of a workbook: the moment, the period, every filter of the question.

Knows the names of filters and their words. Must not know how a list is asked for, nor forms of files.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from infra.answers import Answer
from infra.given import Readers
from infra.language import Language
from infra.sheets._cells import Cell, Kind, cell
from infra.telling import rule_name

Asked = Mapping[str, Any]
"""What a question said, as it was read, by the names of the API."""
Line = tuple[str, Cell, Kind]
Words = Callable[[Any, Language], Cell]


def _code(value: str, say: Language) -> str:
    return Readers(say).code(value)


def _of(*families: str) -> Words:
    """The word of the first family that has one."""

    def worded(value: str | int, say: Language) -> Cell:
        keys = (f"{family}.{value}" for family in families)
        return next((say(key) for key in keys if say.knows(key)), value)

    return worded


def _month(value: str, say: Language) -> str:
    return f"{value[5:]}/{value[:4]}"


def _next(value: str, say: Language) -> str:
    return say("sheet.asked.cursor.next")


_STATED: Final[Mapping[str, Kind]] = {
    "as_of": "moment",
    "known_at": "moment",
    "complete": "said",
    "calendar_complete": "said",
    "clock": "said",
    "total": "said",
}
"""What the answer says of itself."""


_FILTERS: Final[Mapping[str, tuple[str, Words]]] = {
    "who": ("sheet.officer", cell),
    "code": ("sheet.dossier", _code),
    "unit": ("sheet.asked.unit", cell),
    "officer": ("sheet.officer", cell),
    "held_in": ("sheet.asked.held_in", cell),
    "unassigned": ("sheet.asked.unassigned", cell),
    "dossier": ("sheet.dossier", _code),
    "rule": ("sheet.rule", rule_name),
    "severity": ("sheet.severity", _of("severity")),
    "level": ("sheet.level", _of("level")),
    "state": ("sheet.class", _of("filter.state", "class")),
    "letter": ("sheet.letter", _of("filter.letter")),
    "differs": ("sheet.asked.differs", _of("filter.differs")),
    "part": ("sheet.asked.part", _of("people.part", "people.cases")),
    "due": ("sheet.asked.due", cell),
    "ended": ("sheet.asked.ended", _month),
    "count_by": ("sheet.key", _of("sheet")),
    "limit": ("sheet.asked.limit", cell),
    "cursor": ("sheet.asked.cursor", _next),
}
"""What a filter is called, and the words for what it may be."""
_KINDS: Final[Mapping[str, Kind]] = {"due": "moment"}
_FLAGS: Final = ("begun", "recorded", "declared", "own")
"""Filters that are on or off. Off, most of them leave nothing out, and have no words."""


def about(answer: Answer, asked: Asked, say: Language) -> Iterator[Line]:
    """A heading, what it says, and what that is to people, line by line."""
    for name, kind in _STATED.items():
        value = answer.get(name)
        if isinstance(value, str | int):
            worded = say.word("clock", str(value)) if name == "clock" else cell(value, say)
            yield say(f"sheet.{name}"), worded, kind
    period = answer.get("period") or _period(asked, say)
    if period is not None:
        for end in ("from", "to"):
            yield say(f"sheet.period_{end}"), cell(period[end], say), "moment"
    for name, (heading, words) in _FILTERS.items():
        if said := _said(asked.get(name), words, say):
            alone = name == "unit" and asked.get("own")
            yield say("sheet.unit" if alone else heading), said, _KINDS.get(name, "said")
    for name in _FLAGS:
        value = asked.get(name)
        if value is not None and say.knows(key := f"filter.{name}.{value:d}"):
            yield say("filter.list"), say(key), "said"


def _said(value: Any, words: Words, say: Language) -> Cell:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(str(words(each, say)) for each in value)
    return "" if value is None or value == "" else words(value, say)


def _period(asked: Asked, say: Language) -> Answer | None:
    """The period that was asked for, where the answer does not say it."""
    said = asked.get("period")
    if said is None:
        return None
    first, last = Readers(say).period(said)
    return {"from": first.isoformat(), "to": last.isoformat()}

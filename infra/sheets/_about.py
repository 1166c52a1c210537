"""What a list is of, for the second sheet of a workbook: the moment, the period, every filter of the question.

Knows the names of filters and their words. Must not know how a list is asked for, nor forms of files.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from infra.answers import Answer
from infra.given import Readers
from infra.language import Language
from infra.sheets._cells import Cell, Kind, cell
from infra.telling import rule_name

Asked = Mapping[str, Sequence[str]]
"""What a question said, as it was given, by the names of the API."""
Line = tuple[str, Cell, Kind]
Words = Callable[[str, Language], str]


def _as_given(value: str, say: Language) -> str:
    return value


def _of(*families: str) -> Words:
    """The word of the first family that has one."""

    def worded(value: str, say: Language) -> str:
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
    "who": ("sheet.officer", _as_given),
    "code": ("sheet.dossier", _as_given),
    "unit": ("sheet.asked.unit", _as_given),
    "officer": ("sheet.officer", _as_given),
    "held_in": ("sheet.asked.held_in", _as_given),
    "unassigned": ("sheet.asked.unassigned", _as_given),
    "dossier": ("sheet.dossier", _as_given),
    "rule": ("sheet.rule", rule_name),
    "severity": ("sheet.severity", _of("severity")),
    "level": ("sheet.level", _of("level")),
    "state": ("sheet.class", _of("filter.state", "class")),
    "letter": ("sheet.letter", _of("filter.letter")),
    "differs": ("sheet.asked.differs", _of("filter.differs")),
    "part": ("sheet.asked.part", _of("people.part", "people.cases")),
    "due": ("sheet.asked.due", _as_given),
    "ended": ("sheet.asked.ended", _month),
    "count_by": ("sheet.key", _of("sheet")),
    "limit": ("sheet.asked.limit", _as_given),
    "cursor": ("sheet.asked.cursor", _next),
}
"""What a filter is called, and the words for what it may be."""
_SEVERAL: Final = frozenset({"rule", "state"})
"""Filters that may be given more than once; of the others, the last counts."""
_KINDS: Final[Mapping[str, Kind]] = {"due": "moment"}
_FLAGS: Final = ("begun", "recorded", "declared", "own")
"""Filters that are on or off. Off, most of them leave nothing out, and have no words."""
_OFF: Final = frozenset({"0", "off", "f", "false", "n", "no"})


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
        values = asked.get(name, ()) if name in _SEVERAL else asked.get(name, ())[-1:]
        if said := "; ".join(words(value, say) for value in values if value):
            yield say(heading), said, _KINDS.get(name, "said")
    for name in _FLAGS:
        for value in asked.get(name, ())[-1:]:
            key = f"filter.{name}.{int(value.casefold() not in _OFF)}"
            if say.knows(key):
                yield say("filter.list"), say(key), "said"


def _period(asked: Asked, say: Language) -> Answer | None:
    """The period that was asked for, where the answer does not say it."""
    said = asked.get("period")
    if not said:
        return None
    first, last = Readers(say).period(said[-1])
    return {"from": first.isoformat(), "to": last.isoformat()}

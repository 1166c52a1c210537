"""An event of a history in words: what it is called, what it says, how late it was recorded.

Knows the events of `history`. Must not know how events are judged, nor terminals or pages; personal data is never told.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from infra.answers import Answer
from infra.language import Language, instant_of, singular
from infra.telling._answers import person

_SHOWN: Final = (
    "due_at", "limit", "new_due_at", "old_due_at", "to", "step", "step_due_at", "step_limit", "ground", "of",
    "answer_due_at", "complete", "number", "delivered_at", "outcome", "method", "channel", "procedure", "reason",
    "target", "kind", "authorised_by", "legal_basis", "status", "document",
)  # fmt: skip
"""The fields of `data` worth a word, in this order. `applicant` is not among them and never will be."""
_MOMENTS: Final = frozenset(
    {"due_at", "new_due_at", "old_due_at", "step_due_at", "answer_due_at", "delivered_at"}
)


def assumed(events: Sequence[Answer]) -> list[str]:
    """The instants of events of which only the day is known."""
    exact = {event["time"] for event in events if not by_day(event)}
    return sorted({event["time"] for event in events if by_day(event)} - exact)


def by_day(event: Answer) -> bool:
    return (event.get("data") or {}).get("time_precision") == "date"


def event_name(event_type: str, say: Language) -> str:
    """`vn.dunghen.dossier.accepted.v1` as people say it."""
    name = (
        event_type.removeprefix("vn.dunghen.").removeprefix("dossier.").rpartition(".")[0]
        or event_type
    )
    return say.word("event", name)


def delay(event: Answer) -> int:
    """Calendar days between the day it happened and the day it was recorded, when that is known."""
    if event.get("recorded_known") is False:
        return 0
    happened, recorded = (instant_of(event[name]).date() for name in ("time", "recordedtime"))
    return max((recorded - happened) // timedelta(days=1), 0)


def details(event: Answer, answer: Answer, say: Language) -> Iterator[str]:
    data: dict[str, Any] = event.get("data") or {}
    for name in _SHOWN:
        value = data.get(name)
        if value is not None:
            yield f"{say(f'field.{name}')}: {_value(name, value, answer, say)}"


def _value(name: str, value: Any, answer: Answer, say: Language) -> str:
    if name in _MOMENTS:
        return say.limit(value)
    if isinstance(value, bool):
        return say("yes" if value else "no")
    if isinstance(value, dict):
        return _composed(name, value, answer, say)
    return say.word(name, str(value))


def _composed(name: str, value: Mapping[str, Any], answer: Answer, say: Language) -> str:
    """A limit, a holder or a document."""
    if "amount" in value:
        return singular(f"{say.number(value['amount'])} {say.word('limit', value['unit'])}")
    if name in {"to", "of"}:
        return person(answer, value.get("officer"), value.get("unit"), say)
    dated = [say.day(value["date"])] if value.get("date") else []
    return " · ".join(
        [*(str(value[part]) for part in ("number", "uri") if value.get(part)), *dated]
    )

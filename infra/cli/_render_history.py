"""A dossier's events in the order of the log: both times, who, what was said, what no longer counts.

Knows the answer of `history`. Must not know how events are judged; personal data is never printed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from infra.cli._render_common import Answer, footer, moment, no_hour_note, person, warnings
from infra.cli._render_explain import findings, verdict
from infra.cli._screen import Page
from infra.cli._table import Cell, Column, table
from infra.language import Language, instant_of, singular

_SHOWN: Final = (
    "due_at", "limit", "new_due_at", "old_due_at", "to", "step", "step_due_at", "step_limit", "ground", "of",
    "answer_due_at", "complete", "number", "delivered_at", "outcome", "method", "channel", "procedure", "reason",
    "target", "kind", "authorised_by", "legal_basis", "status", "document",
)  # fmt: skip
"""The fields of `data` worth a word, in this order. `applicant` is not among them and never will be."""
_MOMENTS: Final = frozenset(
    {"due_at", "new_due_at", "old_due_at", "step_due_at", "answer_due_at", "delivered_at"}
)


def render_history(answer: Answer, page: Page) -> Iterator[str]:
    """The events as a table, then the judgement in short."""
    say = page.say
    yield from page.title(say("history.title", dossier=answer["dossier"]))
    yield from warnings(answer, page)
    yield ""
    columns = (
        Column(say("column.version"), figures=True),
        Column(say("column.occurred")),
        Column(say("column.recorded")),
        Column(say("column.event"), wraps=True),
        Column(say("column.actor"), wraps=True),
    )
    assessment = answer.get("assessment")
    own = {
        "names": answer.get("names"),
        "unit": assessment["unit"] if assessment else None,
        "assumed": _assumed(answer["events"]),
    }
    yield from table(columns, [_row(event, own, page) for event in answer["events"]], page)
    if any(_delay(event) for event in answer["events"]):
        yield from page.prose(say("history.late_note"), style="faint")
    if any(event.get("recorded_known") is False for event in answer["events"]):
        yield from page.prose(say("history.unknown_note"), style="faint")
    yield from no_hour_note(own, page)
    if assessment:
        assessment = {**assessment, "assumed": own["assumed"]}
        yield from page.heading(say("history.judgement"))
        yield from verdict(assessment, page)
        yield from findings(assessment, page)
    yield from footer(answer, page)


def _assumed(events: Sequence[Answer]) -> list[str]:
    """The instants of events of which only the day is known."""
    exact = {event["time"] for event in events if not _by_day(event)}
    return sorted({event["time"] for event in events if _by_day(event)} - exact)


def _by_day(event: Answer) -> bool:
    return (event.get("data") or {}).get("time_precision") == "date"


def event_name(event_type: str, say: Language) -> str:
    """`vn.dunghen.dossier.accepted.v1` as people say it."""
    name = (
        event_type.removeprefix("vn.dunghen.").removeprefix("dossier.").rpartition(".")[0]
        or event_type
    )
    return say.word("event", name)


def _row(event: Answer, answer: Answer, page: Page) -> list[str | Cell]:
    say = page.say
    actor = event.get("actor") or {}
    gone = event.get("corrected_by") is not None or event["in_view"] is False
    by_day = {"assumed": [event["time"]] if _by_day(event) else []}
    recorded = moment(by_day, event["recordedtime"], say, "\n")
    days = _delay(event)
    if event.get("recorded_known") is False:
        recorded = f"{recorded}\n△ {say('history.recorded_unknown')}"
    elif days:
        recorded = f"{recorded}\n▲ {say('history.recorded_after', days=say.number(days))}"
    said = [event_name(event["type"], say), *(f"  {line}" for line in _details(event, answer, say))]
    if event.get("corrected_by"):
        said.append(f"  × {say('history.corrected_by', event=event['corrected_by'])}")
    elif event["in_view"] is False:
        said.append(f"  × {say('history.out_of_view')}")
    return [
        str(event["version"]),
        moment(by_day, event["time"], say, "\n"),
        Cell(recorded, "soon" if days else ""),
        Cell("\n".join(said), "faint" if gone else ""),
        person(answer, actor.get("officer"), actor.get("unit"), say) if actor else "",
    ]


def _delay(event: Answer) -> int:
    """Calendar days between the day it happened and the day it was recorded, when that is known."""
    if event.get("recorded_known") is False:
        return 0
    happened, recorded = (instant_of(event[name]).date() for name in ("time", "recordedtime"))
    return max((recorded - happened) // timedelta(days=1), 0)


def _details(event: Answer, answer: Answer, say: Language) -> Iterator[str]:
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

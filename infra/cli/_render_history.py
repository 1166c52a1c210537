"""A dossier's events in the order of the log: both times, who, what was said, what no longer counts.

Knows the answer of `history`. Must not know how events are judged; personal data is never printed.
"""

from collections.abc import Iterator

from infra.answers import Answer
from infra.cli._render_common import footer, no_hour_note, warnings
from infra.cli._render_explain import findings, verdict
from infra.cli._screen import Page
from infra.cli._table import Cell, Column, table
from infra.telling import assumed, by_day, delay, details, event_name, moment, person


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
        "assumed": assumed(answer["events"]),
    }
    yield from table(columns, [_row(event, own, page) for event in answer["events"]], page)
    if any(delay(event) for event in answer["events"]):
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


def _row(event: Answer, answer: Answer, page: Page) -> list[str | Cell]:
    say = page.say
    actor = event.get("actor") or {}
    gone = event.get("corrected_by") is not None or event["in_view"] is False
    own = {"assumed": [event["time"]] if by_day(event) else []}
    recorded = moment(own, event["recordedtime"], say, "\n")
    days = delay(event)
    if event.get("recorded_known") is False:
        recorded = f"{recorded}\n△ {say('history.recorded_unknown')}"
    elif days:
        recorded = f"{recorded}\n▲ {say('history.recorded_after', days=say.number(days))}"
    said = [event_name(event["type"], say), *(f"  {line}" for line in details(event, answer, say))]
    if event.get("corrected_by"):
        said.append(f"  × {say('history.corrected_by', event=event['corrected_by'])}")
    elif event["in_view"] is False:
        said.append(f"  × {say('history.out_of_view')}")
    return [
        str(event["version"]),
        moment(own, event["time"], say, "\n"),
        Cell(recorded, "soon" if days else ""),
        Cell("\n".join(said), "faint" if gone else ""),
        person(answer, actor.get("officer"), actor.get("unit"), say) if actor else "",
    ]

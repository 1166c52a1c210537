"""Dead letters as people read them: which wait and why, one with its message, what became of a retry.

Knows the answers of `infra.deadanswers`. Must not know databases.
"""

from collections.abc import Iterator
from typing import Final

from infra.cli._render_common import Answer
from infra.cli._screen import Page
from infra.cli._table import Cell, Column, table

_SHOWN: Final = 4_000
"""Characters of a message that a page shows; `--json` and `export` have all of it."""


def render_letters(answer: Answer, page: Page) -> Iterator[str]:
    """The page of whichever action was asked for."""
    if "letter" in answer:
        yield from _one(answer["letter"], page)
    elif "written" in answer:
        n = page.say.number(answer["written"])
        yield from page.prose(page.say("letters.written", n=n, file=answer["file"]), indent=0)
        yield from page.prose(page.say("letters.read"), indent=0, style="faint")
    elif "states" in answer:
        yield from _list(answer, page)
    else:
        yield from _done(answer, page)


def _list(answer: Answer, page: Page) -> Iterator[str]:
    say, states = page.say, answer["states"]
    yield from page.title(
        say("letters.title", **{name: say.number(n) for name, n in states.items()})
    )
    if not answer["letters"]:
        return
    yield ""
    columns = (
        Column(say("column.letter"), wraps=True),
        Column(say("column.at")),
        Column(say("column.state")),
        Column(say("column.event"), wraps=True),
        Column(say("column.why"), wraps=True),
    )
    rows = [
        [
            letter["id"],
            say.moment(letter["at"]),
            say.word("letter_state", letter["state"]),
            _event(letter["event"]),
            Cell(say.refusal(letter["code"], letter["message"]), "late"),
        ]
        for letter in answer["letters"]
    ]
    yield from table(columns, rows, page)
    if answer["next"] is not None:
        yield ""
        yield from page.prose(say("letters.more", cursor=answer["next"]), style="faint")


def _event(event: Answer) -> str:
    """`H40.17-250320-0001`, with what names the event below it."""
    told = [event.get("subject"), event.get("source"), event.get("id")]
    return "\n".join(part for part in told if part) or "–"


def _one(letter: Answer, page: Page) -> Iterator[str]:
    say, event = page.say, letter["event"]
    yield from page.title(say("letters.one", id=letter["id"]))
    yield ""
    pairs = [
        (say("column.state"), say.word("letter_state", letter["state"])),
        (say("column.at"), say.moment(letter["at"])),
        (
            say("column.why"),
            f"{say.refusal(letter['code'], letter['message'])} ({letter['code']})",
        ),
        (say("column.dossier"), event.get("subject") or "–"),
        (say("letters.event"), " · ".join(filter(None, map(event.get, ("type", "source", "id"))))),
    ]
    yield from page.facts([(label, value or "–") for label, value in pairs])
    if letter["value"] is None and not letter["headers"] and letter["key"] is None:
        yield ""
        yield from page.prose(say("letters.erased"), style="faint")
        return
    yield from page.heading(say("letters.message"))
    headers = [(head["name"], str(head["value"])) for head in letter["headers"]]
    yield from page.facts([(say("letters.key"), str(letter["key"] or "–")), *headers])
    yield ""
    value = letter["value"] or ""
    yield from page.prose(value[:_SHOWN] or "–")
    if len(value) > _SHOWN:
        yield from page.prose(say("letters.cut", n=say.number(len(value))), style="faint")
    yield ""
    yield from page.prose(say("letters.read"), style="faint")


def _done(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    name = "retried" if "retried" in answer else "dropped"
    key = "letters.retried" if name == "retried" else "letters.dropped"
    good, bad = say.number(answer[name]), say.number(answer["refused"])
    yield from page.title(say(key, n=good, wrong=bad), "late" if answer["refused"] else "good")
    if not answer["letters"]:
        return
    yield ""
    columns = (
        Column(say("column.letter"), wraps=True),
        Column(say("column.outcome"), wraps=True),
        Column(say("column.why"), wraps=True),
    )
    rows = [
        [
            letter["id"],
            say.word("letter_outcome", letter["outcome"]),
            say.refusal(letter["code"], letter["message"])
            if "code" in letter
            else letter.get("dossier") or "–",
        ]
        for letter in answer["letters"]
    ]
    yield from table(columns, rows, page)

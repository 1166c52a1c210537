"""Dead letters as people read them: which wait and why, one with its message, what became of a retry.

Knows the answers of `infra.setaside.deadletters`. Must not know databases.
"""

from collections.abc import Iterator
from typing import Final

from infra.answers import Answer
from infra.cli._render_kept import more, outcomes
from infra.cli._screen import Page

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
    for letter in answer["letters"]:
        state, event = say.word("letter_state", letter["state"]), _event(letter["event"])
        yield ""
        yield from page.item("•", f"{letter['id']} · {say.moment(letter['at'])} · {state}")
        if event:
            yield from page.prose(event, indent=4)
        yield from page.prose(_why(letter, page), indent=4, style="late")
    yield from more(answer, page)


def _event(event: Answer) -> str:
    """What names an event, as far as it is known."""
    return " · ".join(event[name] for name in ("subject", "type", "source", "id") if name in event)


def _why(letter: Answer, page: Page) -> str:
    """The reason in the reader's words, and its code, by which the operator's page says what to do."""
    return f"{page.say.refusal(letter['code'], letter['message'])} ({letter['code']})"


def _one(letter: Answer, page: Page) -> Iterator[str]:
    say = page.say
    yield from page.title(say("letters.one", id=letter["id"]))
    yield ""
    pairs = [
        (say("column.state"), say.word("letter_state", letter["state"])),
        (say("column.at"), say.moment(letter["at"])),
        (say("column.why"), _why(letter, page)),
        (say("column.event"), _event(letter["event"]) or "–"),
    ]
    yield from page.facts(pairs)
    if letter["state"] != "waiting":
        yield ""
        yield from page.prose(say("letters.erased"), style="faint")
        return
    yield from page.heading(say("letters.message"))
    headers = [(head["name"], str(head["value"])) for head in letter["headers"]]
    yield from page.facts([(say("letters.key"), str(letter["key"] or "–")), *headers])
    yield ""
    value = letter["value"] or ""
    yield from page.prose(value[:_SHOWN].strip() or "–")
    if len(value) > _SHOWN:
        yield from page.prose(say("letters.cut", n=say.number(len(value))), style="faint")
    yield ""
    yield from page.prose(say("letters.read"), style="faint")


def _done(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
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
    yield from outcomes(
        answer,
        page,
        retried="letters.retried",
        dropped="letters.dropped",
        column="column.letter",
        rows=rows,
    )

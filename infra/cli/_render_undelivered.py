"""Undelivered notices as people read them: which wait and why, one with its body, what became of a retry.

Knows the answers of `infra.setaside.undelivered`. Must not know databases or the network.
"""

import json
from collections.abc import Iterator

from infra.answers import Answer
from infra.cli._render_kept import more, outcomes
from infra.cli._screen import Page


def render_undelivered(answer: Answer, page: Page) -> Iterator[str]:
    """The page of whichever action was asked for."""
    if "notice" in answer:
        yield from _one(answer["notice"], page)
    elif "states" in answer:
        yield from _list(answer, page)
    else:
        yield from _done(answer, page)


def _list(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    counts = {name: say.number(n) for name, n in answer["states"].items()}
    yield from page.title(say("undelivered.title", **counts))
    for notice in answer["notices"]:
        state = say.word("notice_state", notice["state"])
        yield ""
        yield from page.item("•", f"{notice['id']} · {say.moment(notice['at'])} · {state}")
        yield from page.prose(_event(notice, page), indent=4)
        yield from page.prose(notice["why"], indent=4, style="late")
    yield from more(answer, page)


def _event(notice: Answer, page: Page) -> str:
    change = notice["type"].removeprefix("violation.")
    return f"{notice['dossier']} · {notice['rule']} · {page.say.word('notice_change', change)}"


def _one(notice: Answer, page: Page) -> Iterator[str]:
    say = page.say
    yield from page.title(say("undelivered.one", id=notice["id"]))
    yield ""
    pairs = [
        (say("column.state"), say.word("notice_state", notice["state"])),
        (say("column.refused_at"), say.moment(notice["at"])),
        (say("column.why"), notice["why"]),
        (say("column.event"), _event(notice, page)),
    ]
    yield from page.facts(pairs)
    yield from page.heading(say("undelivered.body"))
    for line in json.dumps(notice["body"], ensure_ascii=False, indent=2).splitlines():
        yield from page.prose(line.strip(), indent=2 + len(line) - len(line.lstrip()))


def _done(answer: Answer, page: Page) -> Iterator[str]:
    rows = [
        [each["id"], page.say.word("notice_outcome", each["outcome"]), each.get("why") or "–"]
        for each in answer["notices"]
    ]
    yield from outcomes(
        answer,
        page,
        retried="undelivered.retried",
        dropped="undelivered.dropped",
        column="column.notice",
        rows=rows,
    )

"""What all answers for people share on a terminal: as-of line, warnings, styles.

Knows the fields that answers have in common. Must not know one command from another.
"""

from collections.abc import Iterator
from typing import Final

from infra.answers import Answer
from infra.cli._screen import Page, Style

CLASS_STYLES: Final[dict[str, Style]] = {
    "early": "good",
    "on_time": "good",
    "in_time": "good",
    "late": "late",
    "overdue": "late",
    "waiting": "waiting",
    "no_due": "soon",
    "open_no_due": "soon",
}
SEVERITY_STYLES: Final[dict[int, Style]] = {0: "faint", 1: "", 2: "soon", 3: "late"}


def warnings(answer: Answer, page: Page) -> Iterator[str]:
    """What a reader must know before believing the figures."""
    if answer.get("complete") is False:
        yield from page.item("!", page.say("answer.incomplete"), style="late")
    if answer.get("calendar_complete") is False:
        yield from page.item("!", page.say("answer.calendar_incomplete"), style="soon")


def as_of(answer: Answer, page: Page) -> str:
    """`Số liệu đến 23/11/2026 08:15, theo dữ liệu ghi nhận đến 23/11/2026 08:15`."""
    say = page.say
    return say(
        "answer.as_of", as_of=say.moment(answer["as_of"]), known_at=say.moment(answer["known_at"])
    )


def footer(answer: Answer, page: Page) -> Iterator[str]:
    """As-of and zone, once, at the foot."""
    yield ""
    yield from page.prose(
        f"{as_of(answer, page)} · {page.say('answer.zone')}", indent=0, style="faint"
    )


def no_hour_note(answer: Answer, page: Page) -> Iterator[str]:
    """What the hours that nobody gave were taken to be."""
    if answer.get("assumed"):
        yield from page.prose(page.say("moment.assumed"), style="faint")

"""What is kept until somebody decides (dead letters, undelivered notices), as people read it: what both pages have.

Knows the fields that both answers have. Must not know one from the other.
"""

from collections.abc import Iterator, Sequence

from infra.answers import Answer
from infra.cli._screen import Page
from infra.cli._table import Column, table


def more(answer: Answer, page: Page) -> Iterator[str]:
    """How the list goes on, where it does."""
    if answer["next"] is not None:
        yield ""
        yield from page.prose(page.say("letters.more", cursor=answer["next"]), style="faint")


def outcomes(
    answer: Answer,
    page: Page,
    *,
    retried: str,
    dropped: str,
    column: str,
    rows: Sequence[Sequence[str]],
) -> Iterator[str]:
    """What became of each that was sent again or dropped, under the words of that: a row has its id, the outcome, and why."""
    say = page.say
    key, done = (
        (retried, answer["retried"]) if "retried" in answer else (dropped, answer["dropped"])
    )
    told = say(key, n=say.number(done), wrong=say.number(answer["refused"]))
    yield from page.title(told, "late" if answer["refused"] else "good")
    if rows:
        yield ""
        names = (column, "column.outcome", "column.why")
        yield from table([Column(say(each), wraps=True) for each in names], rows, page)

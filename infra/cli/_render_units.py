"""The registered units as a list.

Knows the answers of `units`. Must not know how units are registered.
"""

from collections.abc import Iterator

from infra.answers import Answer
from infra.cli._render_common import footer, warnings
from infra.cli._screen import Page
from infra.cli._table import Column, table


def render_units(answer: Answer, page: Page) -> Iterator[str]:
    """A page of units with their parents."""
    say = page.say
    found = answer["units"]
    yield from warnings(answer, page)
    yield from page.title(
        say("units.title", shown=say.number(len(found)), total=say.number(answer["total"]))
    )
    if found:
        columns = (
            Column(say("column.unit"), wraps=True),
            Column(say("column.name"), wraps=True),
            Column(say("column.parent"), wraps=True),
            Column(say("column.level")),
            Column(say("column.head"), wraps=True),
        )
        rows = [
            [
                unit["unit"],
                unit["name"],
                unit["parent"] or say("missing"),
                say.word("level", unit["level"]),
                unit["head"] or say("missing"),
            ]
            for unit in found
        ]
        yield ""
        yield from table(columns, rows, page)
    if answer["next"]:
        yield ""
        yield from page.prose(say("violations.next", cursor=answer["next"]))
    yield from footer(answer, page)

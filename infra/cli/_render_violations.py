"""Findings as a list, or counted.

Knows the answers of `violations`. Must not know how findings are made.
"""

from collections.abc import Iterator

from infra.answers import Answer
from infra.cli._render_common import SEVERITY_STYLES, footer, warnings
from infra.cli._screen import Page
from infra.cli._table import Cell, Column, table
from infra.telling import doubts, legal_basis, name_of, person, rule_name


def render_violations(answer: Answer, page: Page) -> Iterator[str]:
    """A page of findings with the article of each, or the counts."""
    yield from warnings(answer, page)
    yield from _counts(answer, page) if "counts" in answer else _list(answer, page)
    yield from footer(answer, page)


def _list(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    found = answer["violations"]
    yield from page.title(
        say("violations.title", shown=say.number(len(found)), total=say.number(answer["total"]))
    )
    if not found:
        yield from page.prose(say("violations.none"))
        return
    yield ""
    columns = (
        Column(say("column.dossier"), wraps=True),
        Column(say("column.finding"), wraps=True),
        Column(say("column.severity")),
        Column(say("column.since")),
        Column(say("column.responsible"), wraps=True),
    )
    yield from table(columns, [_row(finding, answer, page) for finding in found], page)
    if answer.get("next"):
        yield ""
        yield from page.prose(say("violations.next", cursor=answer["next"]))


def _row(finding: Answer, answer: Answer, page: Page) -> list[str | Cell]:
    say = page.say
    own = {"names": answer.get("names"), "unit": finding["unit"]}
    people = [person(own, who["officer"], who["unit"], say) for who in finding["responsible"]]
    odd = doubts(finding.get("accepted_at"), finding.get("due"), finding.get("finished_at"), say)
    style = SEVERITY_STYLES.get(finding["severity"], "")
    return [
        f"{finding['dossier']}\n{name_of(answer, finding['unit'])}",
        "\n".join([finding["name"], legal_basis(finding["basis"], say), *odd]),
        Cell(say.word("severity", str(finding["severity"])), style),
        say.day(finding["since"]),
        "\n".join(dict.fromkeys(people)),
    ]


def _counts(answer: Answer, page: Page) -> Iterator[str]:
    say = page.say
    counts = answer["counts"]
    yield from page.title(say("violations.counted", total=say.number(answer["total"])))
    if not counts:
        yield from page.prose(say("violations.none"))
        return
    yield ""
    columns = (Column(say("column.key"), wraps=True), Column(say("column.count"), figures=True))
    rows = [(_key(item["key"], answer, page), say.number(item["count"])) for item in counts]
    yield from table(columns, rows, page)


def _key(key: str | None, answer: Answer, page: Page) -> str:
    """A rule by its name, a unit or officer by theirs, each with its code."""
    if key is None:
        return page.say("person.nobody")
    name = name_of(answer, key)
    name = rule_name(key, page.say) if name == key else name
    return name if name == key else f"{name} [{key}]"

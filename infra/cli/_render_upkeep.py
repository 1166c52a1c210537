"""What keeps the store in order: rebuild, verify, personal data; and the two catalogues, policies and rules.

Knows the answers of those commands. Must not know databases.
"""

from collections.abc import Iterator

from infra.answers import Answer
from infra.cli._render_common import SEVERITY_STYLES, footer
from infra.cli._screen import Page, Style
from infra.cli._table import Cell, Column, table
from infra.telling import legal_basis


def render_rebuild(answer: Answer, page: Page) -> Iterator[str]:
    """What was built or gone back to, whether it equals what was there, what serves now."""
    say = page.say
    title = "rebuild.title" if "differences" in answer else "rebuild.back"
    yield from page.title(say(title, generation=answer["generation"]))
    yield ""
    yield from page.facts(
        [
            (
                say("rebuild.read"),
                say(
                    "rebuild.volume",
                    events=say.number(answer["events"]),
                    dossiers=say.number(answer["dossiers"]),
                ),
            ),
            *_parked(answer, page),
            (say("rebuild.switched"), say("yes" if answer["switched"] else "no")),
            (
                say("rebuild.kept"),
                ", ".join(str(name) for name in answer["kept"]) or say("rebuild.none"),
            ),
            (
                say("rebuild.dropped"),
                ", ".join(str(name) for name in answer["dropped"]) or say("rebuild.none"),
            ),
        ]
    )
    if "differences" in answer:
        yield from _differences(answer["differences"], page)


def _parked(answer: Answer, page: Page) -> Iterator[tuple[str, str]]:
    """How many dossiers stand still, where any does."""
    if answer["parked"]:
        say = page.say
        yield say("rebuild.parked"), say("rebuild.see_parked", n=say.number(answer["parked"]))


def render_migrate(answer: Answer, page: Page) -> Iterator[str]:
    """Which database, and whether anything was made."""
    say = page.say
    yield from page.title(say("migrate.done" if answer["migrated"] else "migrate.nothing"))
    yield ""
    yield from page.facts([(say("migrate.database"), answer["database"])])


def render_parked(answer: Answer, page: Page) -> Iterator[str]:
    """Which dossiers stand still, and why; after a retry, how many went on."""
    say = page.say
    yield from page.title(say("parked.title" if answer["total"] else "parked.none"))
    if "retried" in answer:
        yield ""
        went_on, retried = say.number(answer["went_on"]), say.number(answer["retried"])
        yield from page.facts(
            [(say("parked.retried"), say("parked.went_on", n=went_on, of=retried))]
        )
    if answer["parked"]:
        columns = (
            Column(say("column.dossier"), wraps=True),
            Column(say("column.version"), figures=True),
            Column(say("parked.waiting"), figures=True),
            Column(say("column.what"), wraps=True),
        )
        rows = [
            [
                each["dossier"],
                say.number(each["version"]),
                say.number(each["waiting"]),
                Cell(say.refusal("unreadable", each["reason"]), "late"),
            ]
            for each in answer["parked"]
        ]
        yield ""
        yield from table(columns, rows, page)


def render_verify(answer: Answer, page: Page) -> Iterator[str]:
    """Whole or not; every broken place by dossier and version."""
    say = page.say
    broken, differences = answer["broken"], answer["differences"]
    style: Style = "late" if broken or differences else "good"
    yield from page.title(say("verify.broken" if broken or differences else "verify.whole"), style)
    yield ""
    yield from page.facts(
        [
            (
                say("verify.log"),
                say(
                    "rebuild.volume",
                    events=say.number(answer["events"]),
                    dossiers=say.number(answer["dossiers"]),
                ),
            ),
            (say("verify.rows"), say.number(answer["rows"])),
            *_parked(answer, page),
        ]
    )
    if broken:
        yield from page.heading(say("verify.places", n=say.number(len(broken))))
        columns = (
            Column(say("column.dossier"), wraps=True),
            Column(say("column.version"), figures=True),
            Column(say("column.what"), wraps=True),
        )
        rows = [
            [
                item["dossier"] or "–",
                "–" if item["version"] is None else say.number(item["version"]),
                Cell(_what(item, page), "late"),
            ]
            for item in broken
        ]
        yield from table(columns, rows, page)
    yield from _differences(differences, page)


def _what(item: Answer, page: Page) -> str:
    kind = page.say.word("broken", item["code"])
    return f"{kind}\n{page.say.refusal(item['code'], item['message'])}"


def _differences(differences: list[Answer], page: Page) -> Iterator[str]:
    say = page.say
    if not differences:
        yield ""
        yield from page.prose(say("rebuild.equal"), style="good")
        return
    yield from page.heading(say("rebuild.differences", n=say.number(len(differences))))
    columns = (
        Column(say("column.table")),
        Column(say("column.dossier"), wraps=True),
        Column(say("column.what"), wraps=True),
    )
    rows = [
        [
            item["table"],
            item["dossier"] or say("missing"),
            say.refusal("difference", item["message"]),
        ]
        for item in differences
    ]
    yield from table(columns, rows, page)


def render_person(answer: Answer, page: Page) -> Iterator[str]:
    """Personal data, read on purpose; or that it is gone."""
    say = page.say
    if "forgotten" in answer:
        key = "person.forgotten" if answer["forgotten"] else "person.nothing"
        yield from page.prose(say(key, dossier=answer["dossier"]), indent=0)
        return
    yield from page.title(say("person.title", dossier=answer["dossier"]))
    applicant = answer.get("applicant")
    if not applicant:
        key = "person.nothing" if answer["named"] else "person.unnamed"
        yield from page.prose(say(key, dossier=answer["dossier"]))
        return
    yield from page.facts(
        [(say.word("applicant", name), str(value)) for name, value in applicant.items() if value]
    )
    yield ""
    yield from page.prose(say("person.recorded"), style="faint")


def render_policies(answer: Answer, page: Page) -> Iterator[str]:
    """The presets, each with where it differs."""
    say = page.say
    yield from page.title(say("policies.title"))
    yield ""
    columns = (
        Column(say("column.name")),
        Column(say("column.place"), wraps=True),
        Column(say("column.differs"), wraps=True),
    )
    rows = [[item["name"], item["title"], item["differs"] or "–"] for item in answer["policies"]]
    yield from table(columns, rows, page)


def render_rules(answer: Answer, page: Page) -> Iterator[str]:
    """The catalogue: each rule with its severity and articles."""
    say = page.say
    yield from page.title(say("rules.title", n=say.number(len(answer["rules"]))))
    yield ""
    columns = (
        Column(say("column.rule"), wraps=True),
        Column(say("column.name_of_rule"), wraps=True),
        Column(say("column.severity")),
        Column(say("column.basis"), wraps=True),
    )
    rows = [
        [
            rule["rule_version"],
            rule["name"],
            Cell(
                say.word("severity", str(rule["severity"])),
                SEVERITY_STYLES.get(rule["severity"], ""),
            ),
            "\n".join(legal_basis([item], say) for item in rule["basis"]),
        ]
        for rule in answer["rules"]
    ]
    yield from table(columns, rows, page)
    if "regulation" in answer:
        law = say.word("regulation", answer["regulation"])
        yield ""
        yield from page.prose(
            say("rules.under", regulation=law, policy=answer["policy"]), indent=0, style="faint"
        )
        yield from footer(answer, page)

"""The table of commands: name, usage line, arguments, examples.

Knows CLI.md. Must not know how arguments are read or what a command does.
"""

from argparse import ArgumentParser, _ArgumentGroup
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from infra.access import ROLES
from infra.given import Readers
from infra.language import Language

FORMATS: Final = ("auto", "events", "register", "sync", "igate")
CLOCKS: Final = ("legal", "portal", "qd766")
REPORTS: Final = ("units", "officers", "coverage", "feedback")
LEVELS: Final = ("province", "district", "commune", "department")
CONSUMERS: Final = ("projections", "intake", "deadlines", "notify")
UNDELIVERED: Final = ("list", "show", "retry", "drop")
TOKENS: Final = ("list", "create", "revoke")
DEAD_LETTERS: Final = ("list", "show", "retry", "drop", "export")
_ROWS_AT_MOST: Final = 100_000
_DAYS_AT_MOST: Final = 3_660


@dataclass(frozen=True, slots=True)
class Adding:
    """Where a command adds its arguments, and in whose language."""

    positionals: _ArgumentGroup
    options: _ArgumentGroup
    say: Language
    read: Readers

    def named(self, placeholder: str) -> str:
        """What stands for a value, in the reader's language."""
        return self.say.word("metavar", placeholder)

    def moments(self) -> None:
        """`--as-of` and `--known-at`."""
        self.options.add_argument(
            "--as-of", metavar="T", type=self.read.moment, help=self.say("option.as_of")
        )
        self.options.add_argument(
            "--known-at", metavar="K", type=self.read.moment, help=self.say("option.known_at")
        )

    def code(self) -> None:
        """The dossier code."""
        self.positionals.add_argument(
            "code", metavar=self.named("CODE"), type=self.read.code, help=self.say("option.code")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its usage after the name, what adds its arguments, examples without `dunghen`."""

    name: str
    usage: str
    add: Callable[[Adding], None]
    examples: tuple[str, ...]
    asks_times: bool = False
    reads_store: bool = True
    runs_on: bool = False
    """It does not end by itself, and has no answer to print."""


def _import(to: Adding) -> None:
    say = to.say
    to.positionals.add_argument(
        "paths", metavar=to.named("PATH"), nargs="+", help=say("option.paths")
    )
    to.options.add_argument(
        "--format",
        choices=FORMATS,
        default="auto",
        metavar=to.named("FORMAT"),
        help=say("option.format"),
    )
    to.options.add_argument("--source", metavar="URI", type=to.read.text, help=say("option.source"))
    to.options.add_argument(
        "--recorded-at", metavar="T", type=to.read.moment, help=say("option.recorded_at")
    )
    to.options.add_argument("--dry-run", action="store_true", help=say("option.dry_run"))
    to.options.add_argument("--rejects", metavar=to.named("FILE"), help=say("option.rejects"))


def _dossier(to: Adding) -> None:
    to.code()
    to.moments()


def _violations(to: Adding) -> None:
    say, add = to.say, to.options.add_argument
    add(
        "--rule",
        metavar="R",
        action="append",
        default=[],
        type=to.read.text,
        help=say("option.rule"),
    )
    add("--unit", metavar="U", type=to.read.text, help=say("option.unit"))
    add("--officer", metavar="O", type=to.read.text, help=say("option.officer"))
    add("--severity", metavar="N", type=to.read.integer(0, 3), help=say("option.severity"))
    add("--dossier", metavar=to.named("CODE"), type=to.read.code, help=say("option.dossier"))
    to.moments()
    add(
        "--count-by",
        choices=("rule", "unit", "officer"),
        metavar=to.named("KEY"),
        help=say("option.count_by"),
    )
    _page(to)


def _page(to: Adding) -> None:
    add, say = to.options.add_argument, to.say
    add(
        "--limit",
        metavar="N",
        type=to.read.integer(1, _ROWS_AT_MOST),
        default=100,
        help=say("option.limit"),
    )
    add("--cursor", metavar="C", type=to.read.text, help=say("option.cursor"))


def _units(to: Adding) -> None:
    say, add = to.say, to.options.add_argument
    add("--unit", metavar="U", type=to.read.text, help=say("option.unit"))
    add("--level", choices=LEVELS, metavar=to.named("LEVEL"), help=say("option.level"))
    to.moments()
    _page(to)


def _report(to: Adding) -> None:
    say, add = to.say, to.options.add_argument
    to.positionals.add_argument(
        "kind", choices=REPORTS, metavar=to.named("REPORT"), help=say("option.kind")
    )
    add("--period", metavar="A..B", type=to.read.period, help=say("option.period"))
    add("--unit", metavar="U", type=to.read.text, help=say("option.unit"))
    to.moments()
    add(
        "--clock",
        choices=CLOCKS,
        default="legal",
        metavar=to.named("CLOCK"),
        help=say("option.clock"),
    )


def _rebuild(to: Adding) -> None:
    either = to.options.add_mutually_exclusive_group()
    either.add_argument("--keep", action="store_true", help=to.say("option.keep"))
    either.add_argument("--drop-old", action="store_true", help=to.say("option.drop_old"))
    either.add_argument("--back", action="store_true", help=to.say("option.back"))
    _room(to)


def _room(to: Adding) -> None:
    to.options.add_argument(
        "--room", metavar="N", type=to.read.integer(0, _ROWS_AT_MOST), help=to.say("option.room")
    )


def _person(to: Adding) -> None:
    to.positionals.add_argument(
        "action", choices=("show", "forget"), metavar="show|forget", help=to.say("option.action")
    )
    to.code()
    to.options.add_argument("--yes", action="store_true", help=to.say("option.yes"))


def _parked(to: Adding) -> None:
    to.positionals.add_argument(
        "action",
        nargs="?",
        choices=("list", "retry"),
        default="list",
        metavar="list|retry",
        help=to.say("option.parked"),
    )
    to.positionals.add_argument(
        "codes", nargs="*", metavar=to.named("CODE"), type=to.read.code, help=to.say("option.code")
    )


def _consume(to: Adding) -> None:
    to.positionals.add_argument(
        "kind", choices=CONSUMERS, metavar="|".join(CONSUMERS), help=to.say("option.consumer")
    )


def _serve(to: Adding) -> None:
    add, say = to.options.add_argument, to.say
    add("--host", metavar="HOST", default="127.0.0.1", type=to.read.text, help=say("option.host"))
    add(
        "--port",
        metavar="N",
        default=8000,
        type=to.read.integer(0, 65_535),
        help=say("option.port"),
    )


def _token(to: Adding) -> None:
    say, add = to.say, to.options.add_argument
    to.positionals.add_argument(
        "action",
        nargs="?",
        choices=TOKENS,
        default="list",
        metavar="|".join(TOKENS),
        help=say("option.token"),
    )
    to.positionals.add_argument(
        "token", metavar=to.named("ID"), nargs="?", type=to.read.text, help=say("option.token_id")
    )
    add("--role", choices=ROLES, metavar=to.named("ROLE"), help=say("option.role"))
    add("--unit", metavar="U", type=to.read.text, help=say("option.role_unit"))
    add("--officer", metavar="O", type=to.read.text, help=say("option.role_officer"))
    add("--name", metavar=to.named("NAME"), type=to.read.text, help=say("option.token_name"))
    add(
        "--days",
        metavar="N",
        type=to.read.integer(1, _DAYS_AT_MOST),
        default=90,
        help=say("option.token_days"),
    )


def _audit(to: Adding) -> None:
    add, say = to.options.add_argument, to.say
    add(
        "--limit",
        metavar="N",
        type=to.read.integer(1, _ROWS_AT_MOST),
        default=100,
        help=say("option.limit"),
    )
    add("--cursor", metavar="C", type=to.read.integer(1, 10**18), help=say("option.cursor"))


def _dead_letters(to: Adding) -> None:
    _kept(
        to,
        DEAD_LETTERS,
        what="option.dead_letters",
        one="option.letter",
        every="option.every_letter",
        yes="option.yes_drop",
    )


def _undelivered(to: Adding) -> None:
    _kept(
        to,
        UNDELIVERED,
        what="option.undelivered",
        one="option.notice",
        every="option.every_notice",
        yes="option.yes_drop_notice",
    )


def _kept(
    to: Adding, actions: tuple[str, ...], *, what: str, one: str, every: str, yes: str
) -> None:
    """What waits for a person: listed, shown, tried again, given up."""
    say, add = to.say, to.options.add_argument
    to.positionals.add_argument(
        "action",
        nargs="?",
        choices=actions,
        default="list",
        metavar="|".join(actions),
        help=say(what),
    )
    to.positionals.add_argument(
        "names", metavar=to.named("ID"), nargs="*", type=to.read.text, help=say(one)
    )
    add("--all", action="store_true", help=say(every))
    add("--yes", action="store_true", help=say(yes))
    add(
        "--limit",
        metavar="N",
        type=to.read.integer(1, _ROWS_AT_MOST),
        default=100,
        help=say("option.limit"),
    )
    add("--cursor", metavar="C", type=to.read.text, help=say("option.cursor"))


def _nothing(to: Adding) -> None:
    pass


_TIMES = "[--as-of T] [--known-at K]"

COMMANDS: Final[dict[str, Command]] = {
    command.name: command
    for command in (
        Command(
            name="import",
            usage="PATH... [--format FORMAT] [--source URI] [--recorded-at T] [--dry-run] [--rejects FILE]",
            add=_import,
            examples=(
                "import docs/examples/events.jsonl",
                "import docs/examples/register.csv --recorded-at 2026-03-31 --rejects bi-tu-choi.jsonl",
                "import docs/examples/ --dry-run",
                "import - --format events < docs/examples/events.jsonl",
            ),
        ),
        Command(
            name="history",
            usage=f"CODE {_TIMES}",
            add=_dossier,
            asks_times=True,
            examples=(
                "history Y09.21-260202-0007",
                "history Y09.21-260202-0007 --as-of 2026-03-10 --known-at 2026-03-10",
            ),
        ),
        Command(
            name="explain",
            usage=f"CODE {_TIMES}",
            add=_dossier,
            asks_times=True,
            examples=(
                "explain Y09.21-260202-0007",
                "explain 12/2026",
                "explain Y09.21-260202-0007 --as-of 2026-02-24T11:30:00+07:00 --json",
            ),
        ),
        Command(
            name="violations",
            usage="[--rule R]... [--unit U] [--officer O] [--severity N] [--dossier CODE]\n"
            f"       {_TIMES} [--count-by rule|unit|officer] [--limit N] [--cursor C]",
            add=_violations,
            asks_times=True,
            examples=(
                "violations --unit Y09.21 --severity 3",
                "violations --rule apology_missing --rule apology_late --as-of 2026-06-30",
                "violations --count-by unit",
            ),
        ),
        Command(
            name="report",
            usage="units|officers|coverage|feedback [--period A..B] [--unit U]\n"
            f"       {_TIMES} [--clock legal|portal|qd766]",
            add=_report,
            asks_times=True,
            examples=(
                "report units --period 2026-01-01..2026-06-30",
                "report units --clock portal --as-of 2026-06-30 --known-at 2026-06-30",
                "report officers --unit Y09.21 --period 2026-03",
                "report coverage --period 2026",
            ),
        ),
        Command(
            name="units",
            usage=f"[--unit U] [--level LEVEL] {_TIMES} [--limit N] [--cursor C]",
            add=_units,
            asks_times=True,
            examples=("units", "units --unit Y09 --level commune", "units --as-of 2026-06-30"),
        ),
        Command(
            name="rebuild",
            usage="[--keep | --drop-old | --back] [--room N]",
            add=_rebuild,
            examples=("rebuild", "rebuild --drop-old", "rebuild --back"),
        ),
        Command(
            name="migrate",
            usage="",
            add=_nothing,
            examples=("--database postgresql://owner@localhost/dunghen migrate",),
        ),
        Command(name="verify", usage="[--room N]", add=_room, examples=("verify", "verify --json")),
        Command(
            name="parked",
            usage="[retry [CODE]...]",
            add=_parked,
            examples=("parked", "parked retry", "parked retry Y09.21-260202-0007"),
        ),
        Command(
            name="relay",
            usage="",
            add=_nothing,
            runs_on=True,
            examples=("relay", "--database postgresql://relay@localhost/dunghen relay"),
        ),
        Command(
            name="consume",
            usage="projections|intake|deadlines|notify",
            add=_consume,
            runs_on=True,
            examples=(
                "consume projections",
                "consume intake",
                "consume deadlines",
                "consume notify",
            ),
        ),
        Command(
            name="serve",
            usage="[--host HOST] [--port N]",
            add=_serve,
            runs_on=True,
            examples=("serve", "serve --port 0"),
        ),
        Command(
            name="person",
            usage="show|forget CODE [--yes]",
            add=_person,
            examples=(
                "person show Y09.21-260202-0007",
                "person forget Y09.21-260202-0007 --yes",
            ),
        ),
        Command(
            name="token",
            usage="[list] | create --role ROLE [--unit U] [--officer O] [--name NAME] [--days N] | revoke ID",
            add=_token,
            examples=(
                "token",
                "token create --role compliance --unit Y09 --days 30",
                "token create --role intake --name mot-cua",
                "token revoke 3f9a1c0d2b7e4c55",
            ),
        ),
        Command(
            name="audit",
            usage="[--limit N] [--cursor C]",
            add=_audit,
            examples=("audit", "audit --limit 20 --json"),
        ),
        Command(
            name="dead-letters",
            usage="[list] [--all] [--limit N] [--cursor C] | show ID | retry ID...|--all\n"
            "       | drop ID... --yes | export FILE",
            add=_dead_letters,
            examples=(
                "dead-letters",
                "dead-letters show dunghen.facts.v1-3-17",
                "dead-letters retry 3-17 3-18",
                "dead-letters retry --all",
                "dead-letters drop 3-17 --yes",
                "dead-letters export cho-xu-ly.jsonl",
            ),
        ),
        Command(
            name="undelivered",
            usage="[list] [--all] [--limit N] [--cursor C] | show ID | retry ID...|--all | drop ID... --yes",
            add=_undelivered,
            examples=(
                "undelivered",
                "undelivered show 17",
                "undelivered retry 9f86d0-17 9f86d0-18",
                "undelivered retry --all",
                "undelivered drop 17 --yes",
            ),
        ),
        Command(
            name="policies",
            usage="",
            add=_nothing,
            reads_store=False,
            examples=("policies", "--policy hcm-2016 violations"),
        ),
        Command(
            name="rules",
            usage="",
            add=_nothing,
            reads_store=False,
            examples=("rules", "rules --lang en"),
        ),
    )
}


def groups(parser: ArgumentParser, say: Language) -> Adding:
    """The titled groups of a command's parser, ready to be filled."""
    return Adding(
        parser.add_argument_group(say("help.arguments")),
        parser.add_argument_group(say("help.options")),
        say,
        Readers(say),
    )

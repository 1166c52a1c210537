"""The table of commands: name, usage line, what adds its arguments, examples.

Knows CLI.md. Must not know how arguments are read or what a command does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from infra.cli import _arguments as arguments
from infra.cli._arguments import Adding


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


_TIMES = "[--as-of T] [--known-at K]"

COMMANDS: Final[dict[str, Command]] = {
    command.name: command
    for command in (
        Command(
            name="import",
            usage="PATH... [--format FORMAT] [--source URI] [--recorded-at T] [--dry-run] [--rejects FILE]",
            add=arguments.import_,
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
            add=arguments.dossier,
            asks_times=True,
            examples=(
                "history Y09.21-260202-0007",
                "history Y09.21-260202-0007 --as-of 2026-03-10 --known-at 2026-03-10",
            ),
        ),
        Command(
            name="explain",
            usage=f"CODE {_TIMES}",
            add=arguments.dossier,
            asks_times=True,
            examples=(
                "explain Y09.21-260202-0007",
                "explain 12/2026",
                "explain Y09.21-260202-0007 --as-of 2026-02-24T11:30:00+07:00 --json",
            ),
        ),
        Command(
            name="violations",
            usage="[--rule R]... [--unit U] [--officer O] [--severity N] [--dossier CODE] [--period A..B]\n"
            f"       {_TIMES} [--count-by rule|unit|officer] [--limit N] [--cursor C]",
            add=arguments.violations,
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
            add=arguments.report,
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
            add=arguments.units,
            asks_times=True,
            examples=("units", "units --unit Y09 --level commune", "units --as-of 2026-06-30"),
        ),
        Command(
            name="rebuild",
            usage="[--keep | --drop-old | --back] [--room N] [--reason TEXT]",
            add=arguments.rebuild,
            examples=("rebuild", "rebuild --drop-old", "rebuild --back"),
        ),
        Command(
            name="migrate",
            usage="[--reason TEXT]",
            add=arguments.migrate,
            examples=("--database postgresql://owner@localhost/dunghen migrate",),
        ),
        Command(
            name="verify",
            usage="[--room N]",
            add=arguments.room,
            examples=("verify", "verify --json"),
        ),
        Command(
            name="parked",
            usage="[retry [CODE]... [--reason TEXT]]",
            add=arguments.parked,
            examples=("parked", "parked retry", "parked retry Y09.21-260202-0007"),
        ),
        Command(
            name="relay",
            usage="",
            add=arguments.nothing,
            runs_on=True,
            examples=("relay", "--database postgresql://relay@localhost/dunghen relay"),
        ),
        Command(
            name="consume",
            usage="projections|intake|deadlines|notify",
            add=arguments.consume,
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
            add=arguments.serve,
            runs_on=True,
            examples=("serve", "serve --port 0"),
        ),
        Command(
            name="person",
            usage="show|forget CODE [--yes] [--reason TEXT]",
            add=arguments.person,
            examples=(
                "person show Y09.21-260202-0007 --reason don-so-7",
                "person forget Y09.21-260202-0007 --yes",
            ),
        ),
        Command(
            name="token",
            usage="[list] | create --role ROLE [--unit U] [--officer O] [--name NAME] [--days N] | revoke ID",
            add=arguments.token,
            examples=(
                "token",
                "token create --role compliance --unit Y09 --days 30",
                "token create --role intake --name mot-cua",
                "token revoke 3f9a1c0d2b7e4c55",
            ),
        ),
        Command(
            name="session",
            usage="[list] | end ID --reason TEXT",
            add=arguments.session,
            examples=("session", "session end 5f0c8a52d1e94b7c --reason mat-may-tinh"),
        ),
        Command(
            name="audit",
            usage="[--limit N] [--cursor C]",
            add=arguments.audit,
            examples=("audit", "audit --limit 20 --json"),
        ),
        Command(
            name="dead-letters",
            usage="[list] [--all] [--limit N] [--cursor C] | show ID | retry ID...|--all\n"
            "       | drop ID... --yes | export FILE  [--reason TEXT]",
            add=arguments.dead_letters,
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
            usage="[list] [--all] [--limit N] [--cursor C] | show ID | retry ID...|--all\n"
            "       | drop ID... --yes  [--reason TEXT]",
            add=arguments.undelivered,
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
            add=arguments.nothing,
            reads_store=False,
            examples=("policies", "--policy hcm-2016 violations"),
        ),
        Command(
            name="rules",
            usage=_TIMES,
            add=arguments.rules,
            asks_times=True,
            reads_store=False,
            examples=("rules", "rules --as-of 2025-06-30", "rules --lang en"),
        ),
    )
}

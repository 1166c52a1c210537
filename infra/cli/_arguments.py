"""The arguments of each command: what adds them to its parser.

Knows CLI.md's options. Must not know how they are read, nor which command has which.
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
SESSIONS: Final = ("list", "end")
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

    def reason(self) -> None:
        """`--reason`: why, to be put on record."""
        self.options.add_argument(
            "--reason",
            metavar=self.named("TEXT"),
            type=self.read.text,
            help=self.say("option.reason"),
        )

    def code(self) -> None:
        """The dossier code."""
        self.positionals.add_argument(
            "code", metavar=self.named("CODE"), type=self.read.code, help=self.say("option.code")
        )


def groups(parser: ArgumentParser, say: Language) -> Adding:
    """The titled groups of a command's parser, ready to be filled."""
    return Adding(
        parser.add_argument_group(say("help.arguments")),
        parser.add_argument_group(say("help.options")),
        say,
        Readers(say),
    )


def import_(to: Adding) -> None:
    """Files, and how they are read."""
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


def dossier(to: Adding) -> None:
    """One dossier, at (T, K)."""
    to.code()
    to.moments()


def violations(to: Adding) -> None:
    """Which findings, at (T, K), and how many."""
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
    add("--period", metavar="A..B", type=to.read.period, help=say("option.period_of_finding"))
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


def _page(to: Adding, cursor: Callable[[str], object] | None = None) -> None:
    """How many at once, and behind what: a text, unless it is read as something else."""
    add, say = to.options.add_argument, to.say
    add(
        "--limit",
        metavar="N",
        type=to.read.integer(1, _ROWS_AT_MOST),
        default=100,
        help=say("option.limit"),
    )
    add("--cursor", metavar="C", type=cursor or to.read.text, help=say("option.cursor"))


def units(to: Adding) -> None:
    """Which units, at (T, K), and how many."""
    say, add = to.say, to.options.add_argument
    add("--unit", metavar="U", type=to.read.text, help=say("option.unit"))
    add("--level", choices=LEVELS, metavar=to.named("LEVEL"), help=say("option.level"))
    to.moments()
    _page(to)


def report(to: Adding) -> None:
    """Which report, over which dossiers, at (T, K)."""
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


def rebuild(to: Adding) -> None:
    """What becomes of the other generations."""
    either = to.options.add_mutually_exclusive_group()
    either.add_argument("--keep", action="store_true", help=to.say("option.keep"))
    either.add_argument("--drop-old", action="store_true", help=to.say("option.drop_old"))
    either.add_argument("--back", action="store_true", help=to.say("option.back"))
    room(to)
    to.reason()


def migrate(to: Adding) -> None:
    """Why."""
    to.reason()


def room(to: Adding) -> None:
    """How much the database may grow."""
    to.options.add_argument(
        "--room", metavar="N", type=to.read.integer(0, _ROWS_AT_MOST), help=to.say("option.room")
    )


def person(to: Adding) -> None:
    """Whose data, and whether it is meant."""
    to.positionals.add_argument(
        "action", choices=("show", "forget"), metavar="show|forget", help=to.say("option.action")
    )
    to.code()
    to.options.add_argument("--yes", action="store_true", help=to.say("option.yes"))
    to.reason()


def parked(to: Adding) -> None:
    """Which dossiers, and whether they are tried again."""
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
    to.reason()


def consume(to: Adding) -> None:
    """Which loop."""
    to.positionals.add_argument(
        "kind", choices=CONSUMERS, metavar="|".join(CONSUMERS), help=to.say("option.consumer")
    )


def serve(to: Adding) -> None:
    """Where it listens."""
    add, say = to.options.add_argument, to.say
    add("--host", metavar="HOST", default="127.0.0.1", type=to.read.text, help=say("option.host"))
    add(
        "--port",
        metavar="N",
        default=8000,
        type=to.read.integer(0, 65_535),
        help=say("option.port"),
    )


def token(to: Adding) -> None:
    """Which token, or whose, and how long it lasts."""
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


def session(to: Adding) -> None:
    """Which session, and why it is ended."""
    say = to.say
    to.positionals.add_argument(
        "action",
        nargs="?",
        choices=SESSIONS,
        default="list",
        metavar="|".join(SESSIONS),
        help=say("option.session"),
    )
    to.positionals.add_argument(
        "session",
        metavar=to.named("ID"),
        nargs="?",
        type=to.read.text,
        help=say("option.session_id"),
    )
    to.reason()


def audit(to: Adding) -> None:
    """Which readings."""
    _page(to, to.read.integer(1, 10**18))


def dead_letters(to: Adding) -> None:
    """Which letters, and what is done with them."""
    _kept(
        to,
        DEAD_LETTERS,
        what="option.dead_letters",
        one="option.letter",
        every="option.every_letter",
        yes="option.yes_drop",
    )


def undelivered(to: Adding) -> None:
    """Which notices, and what is done with them."""
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
    to.reason()
    _page(to)


def rules(to: Adding) -> None:
    """The catalogue of all times, or of T."""
    to.moments()


def nothing(to: Adding) -> None:
    """It has none."""

"""What was asked: global options, the command, its arguments; and the help, in both languages.

Knows argparse and the table of commands. Must not know what a command does: parsing touches nothing but text, so that
`dunghen --help` imports neither pydantic nor the event store.
"""

import difflib
import re
import shutil
import textwrap
from argparse import (
    SUPPRESS,
    ArgumentParser,
    Namespace,
    RawDescriptionHelpFormatter,
    _ArgumentGroup,
)
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from infra.cli._arguments import groups
from infra.cli._declared import COMMANDS, Command
from infra.cli._usage import WrongUsage, in_words
from infra.language import LANGUAGES, Lang, Language

if TYPE_CHECKING:
    from typing_extensions import override
else:

    def override(method: Any) -> Any:  # typing_extensions takes longer to import than all of this
        """Mean nothing at run time."""
        return method


_WITH_VALUE: Final = frozenset({"--data", "--database", "--lang", "--policy"})
_WIDEST_HELP: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person asked for: a text to show, or a command with its options."""

    text: str | None = None
    command: Command | None = None
    options: Namespace | None = None


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """The language to complain in, known before anything is parsed: `--lang`, else DUNGHEN_LANG, else Vietnamese."""
    given = environment.get("DUNGHEN_LANG", "")
    for at, argument in enumerate(arguments):
        if argument == "--lang" and at + 1 < len(arguments):
            given = arguments[at + 1]
        elif argument.startswith("--lang="):
            given = argument.removeprefix("--lang=")
    return "en" if given.lower().startswith("en") else "vi"


def parse(arguments: Sequence[str], say: Language) -> Asked:
    """Read the command line; raises `WrongUsage` with a sentence."""
    before, rest = _split(arguments)
    parser = _Parser(
        say,
        "dunghen",
        f"dunghen {say('help.globals_short')} {say('help.command')}",
        say("help.title"),
        _epilog(say),
    )
    _add_globals(parser, say).add_argument(
        "--version", action="store_true", help=say("option.version")
    )
    options = parser.parse_args(before)
    if getattr(options, "help", False):
        return Asked(text=_top_help(parser, say))
    if options.version:
        from importlib.metadata import version

        return Asked(text=f"dunghen {version('dunghen')}\n")
    if not rest:
        raise WrongUsage(say("usage.no_command"))
    command = COMMANDS.get(rest[0])
    if command is None:
        raise WrongUsage(say("usage.unknown_command", given=rest[0], hint=_hint(rest[0], say)))
    return _parse_command(command, rest[1:], options, say)


def _parse_command(
    command: Command, rest: Sequence[str], options: Namespace, say: Language
) -> Asked:
    name = f"dunghen {command.name}"
    parser = _Parser(
        say,
        name,
        f"{name} {_usage(command, say)}".rstrip(),
        say(f"help.{command.name}.more"),
        _notes(command, say),
    )
    command.add(groups(parser, say))
    _add_globals(parser, say)
    marked = rest.index("--") if "--" in rest else len(rest)
    if {"-h", "--help"} & set(rest[:marked]):
        return Asked(text=parser.format_help())
    # argparse takes what stands behind `--` as it is only where options are not mixed with the rest.
    read = parser.parse_args if marked < len(rest) else parser.parse_intermixed_args
    options = read(rest, options)
    if hasattr(options, "data") and hasattr(options, "database"):
        raise WrongUsage(say("usage.conflict", option="--database", other="--data"), name)
    return Asked(command=command, options=options)


def _usage(command: Command, say: Language) -> str:
    """The usage line with its placeholders in the reader's language."""
    return re.sub(r"\b[A-Z]{3,}\b", lambda found: say.word("metavar", found[0]), command.usage)


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The global options before the command, and the command with all that follows."""
    at = 0
    while at < len(arguments) and arguments[at].startswith("-"):
        at += 2 if arguments[at] in _WITH_VALUE else 1
    return arguments[:at], arguments[at:]


def _add_globals(parser: "_Parser", say: Language) -> _ArgumentGroup:
    group = parser.add_argument_group(say("help.globals"))

    def add(*names: str, help_key: str, **how: Any) -> None:
        group.add_argument(*names, help=say(help_key), default=SUPPRESS, **how)

    add("--data", metavar=say.word("metavar", "DIR"), help_key="option.data")
    add("--database", metavar="URL", help_key="option.database")
    add("--policy", metavar=say.word("metavar", "NAME"), help_key="option.policy")
    add("--lang", metavar="vi|en", choices=LANGUAGES, help_key="option.lang")
    add("--json", action="store_true", help_key="option.json")
    add("--debug", action="store_true", help_key="option.debug")
    add("-h", "--help", action="store_true", help_key="option.help")
    return group


def _epilog(say: Language) -> str:
    return f"{say('help.times')}\n\n{say('help.exit')}\n\n{say('help.more')}"


def _notes(command: Command, say: Language) -> str:
    examples = "\n".join(f"  dunghen {example}" for example in command.examples)
    times = f"{say('help.times')}\n\n" if command.asks_times else ""
    return f"{times}{say('help.examples')}:\n{examples}"


def _top_help(parser: "_Parser", say: Language) -> str:
    """The page of argparse with the table of commands put before the options."""
    width = max(len(name) for name in COMMANDS)
    rows = "\n".join(f"  {name:<{width}}  {say(f'help.{name}')}" for name in COMMANDS)
    page = parser.format_help()
    heading = f"{say('help.globals')}:"
    return page.replace(heading, f"{say('help.commands')}:\n{rows}\n\n{heading}", 1)


def _hint(given: str, say: Language) -> str:
    close = difflib.get_close_matches(given, COMMANDS, n=1)
    return say("usage.did_you_mean", name=close[0]) if close else ""


class _Parser(ArgumentParser):
    """argparse without its own voice: complaints are raised in the reader's language, never printed."""

    def __init__(self, say: Language, prog: str, usage: str, description: str, epilog: str) -> None:
        width = min(shutil.get_terminal_size((_WIDEST_HELP, 24)).columns, _WIDEST_HELP)

        class Formatter(RawDescriptionHelpFormatter):
            @override
            def add_usage(
                self, usage: Any, actions: Any, groups: Any, prefix: str | None = None
            ) -> None:
                super().add_usage(usage, actions, groups, say("help.usage"))

        super().__init__(
            prog=prog,
            usage=usage.replace("%", "%%"),
            description=textwrap.fill(description, width),
            epilog="\n".join(_wrapped(line, width) for line in epilog.split("\n")),
            formatter_class=lambda prog: Formatter(prog, max_help_position=28, width=width),
            add_help=False,
            allow_abbrev=False,
        )
        self.say = say

    @override
    def error(self, message: str) -> NoReturn:
        raise WrongUsage(in_words(message, self.say), self.prog)


def _wrapped(line: str, width: int) -> str:
    """Prose is wrapped; an example, being indented, stays a line to copy."""
    return line if line.startswith("  ") else textwrap.fill(line, width)

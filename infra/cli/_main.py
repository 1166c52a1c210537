"""`main`: parse, ask the one function that answers, print, leave with the right code.

Knows the streams, the environment and the order of things. Must not know any command.
"""

import json
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from infra.cli import _commands
from infra.cli._parser import Asked, language_of, parse
from infra.cli._screen import NARROWEST, PLAIN_WIDTH, Page
from infra.cli._usage import WrongUsage
from infra.errors import CannotRun
from infra.language import Language
from infra.settings import Settings

INTERRUPTED: Final = 130
"""128 + SIGINT, as shells expect."""
_WIDEST: Final = 160
"""Lines longer than this are not read but lost."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of a command line: 0 done, 1 something wrong in it, 2 wrong usage, 3 cannot run, 130 stopped."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    _speak_utf8(sys.stdout, sys.stderr)
    say = Language(language_of(given, os.environ))
    as_json = "--json" in given
    try:
        asked = parse(given, say)
        if asked.text is not None:
            return _print([asked.text.rstrip("\n")], 0)
        return _run(asked, say, as_json=as_json)
    except WrongUsage as wrong:
        hint = say("error.see_help", command=wrong.command)
        sentence = say("error.usage", what=wrong.what)
        return _complain(
            f"{sentence}\n{hint}", _commands.WRONG_USAGE, "wrong_usage", sentence, as_json=as_json
        )
    except KeyboardInterrupt:
        return _complain(say("error.interrupted"), INTERRUPTED, "interrupted", "", as_json=False)


def _run(asked: Asked, say: Language, *, as_json: bool) -> int:
    assert asked.command is not None
    assert asked.options is not None
    name, options = asked.command.name, asked.options
    if name == "person" and options.action == "forget" and not options.yes:
        raise WrongUsage(say("usage.confirm_forget", code=options.code), "dunghen person")
    data = _data_folder(options, os.environ)
    try:
        answer = _answer(name, options, data, say)
        lines = (
            [json.dumps(answer, ensure_ascii=False)]
            if as_json
            else list(_commands.pages(name, answer, _page(say)))
        )
        return _print(lines, _commands.exit_code(name, answer))
    except (WrongUsage, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - the last line of defence: a sentence, not a traceback
        if getattr(options, "debug", False):
            import traceback

            traceback.print_exc()
        from infra.cli._trouble import trouble_of

        trouble = trouble_of(error, say, data)
        return _complain(
            trouble.sentence, trouble.exit_code, trouble.code, trouble.sentence, as_json=as_json
        )


def _answer(name: str, options: Namespace, data: Path, say: Language) -> dict[str, Any]:
    if hasattr(options, "database") or (
        os.environ.get("DUNGHEN_DATABASE_URL") and not hasattr(options, "data")
    ):
        raise CannotRun("PostgreSQL is not supported yet", code="postgres_later")
    policy = getattr(options, "policy", None) or os.environ.get("DUNGHEN_POLICY") or "national"
    from infra.cli._progress import Progress

    _log(os.environ)
    with Progress(sys.stderr, say, width=_columns(sys.stderr)) as progress:
        return _commands.answer(
            name, options, Settings(data=data, policy=policy), say.lang, progress
        )


def _log(environment: Mapping[str, str]) -> None:
    """Logs only when asked for or as they come by default: warnings, on stderr."""
    from infra import logs

    form = "json" if environment.get("DUNGHEN_LOG") == "json" else "console"
    logs.configure(
        "json" if form == "json" else "console",
        level=environment.get("DUNGHEN_LOG_LEVEL", "warning"),
    )


def _data_folder(options: Namespace, environment: Mapping[str, str]) -> Path:
    return Path(getattr(options, "data", None) or environment.get("DUNGHEN_DATA") or ".dunghen")


def _page(say: Language) -> Page:
    """The page that standard output is: a terminal in its width and colours, else plain and 100 wide."""
    if not sys.stdout.isatty():
        return Page(say, PLAIN_WIDTH, colour=False)
    dull = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return Page(say, max(NARROWEST, min(_columns(sys.stdout), _WIDEST)), colour=not dull)


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or PLAIN_WIDTH
    except (OSError, ValueError):
        return shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns


def _print(lines: Iterable[str], code: int) -> int:
    """Write and flush here, so that a reader who has gone away (`| head`) is no error."""
    try:
        for line in lines:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _complain(text: str, code: int, stable: str, sentence: str, *, as_json: bool) -> int:
    """The sentence on stderr; with `--json`, one document on stdout all the same."""
    sys.stderr.write(text + "\n")
    if as_json:
        return _print(
            [json.dumps({"error": {"code": stable, "message": sentence}}, ensure_ascii=False)], code
        )
    return code


def _speak_utf8(*streams: TextIO) -> None:
    """Vietnamese on any terminal; a file name that is no text is shown escaped, not refused."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")

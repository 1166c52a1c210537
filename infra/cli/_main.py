"""`main`: parse, ask the one function that answers, print, leave with the right code.

Knows the streams, the environment and the order of things. Must not know any command.
"""

import json
import os
import re
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from infra.cli import _commands
from infra.cli._parser import Asked, language_of, parse
from infra.cli._screen import NARROWEST, PLAIN_WIDTH, Page, clean
from infra.cli._stopping import Terminated, terminable
from infra.cli._trouble import Trouble, trouble_of
from infra.cli._usage import WrongUsage
from infra.language import Language
from infra.settings.data import Settings

INTERRUPTED: Final = 130
TERMINATED: Final = 143
"""128 + SIGINT and 128 + SIGTERM, as shells expect."""
_URL: Final = re.compile(r"\w+://")
_WIDEST: Final = 160
"""Lines longer than this are not read but lost."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of a command line: 0 done, 1 something wrong in it, 2 wrong usage, 3 cannot run, 130 or 143 stopped."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    _open_what_was_closed()
    _speak_utf8(sys.stdout, sys.stderr)
    say = Language(language_of(given, os.environ))
    as_json = "--json" in given
    try:
        asked = parse(given, say)
        if asked.text is not None:
            return _print([asked.text.rstrip("\n")], 0, say)
        return _run(asked, say, as_json=as_json)
    except WrongUsage as wrong:
        hint = say("error.see_help", command=wrong.command)
        sentence = say("error.usage", what=wrong.what)
        trouble = Trouble(_commands.WRONG_USAGE, "wrong_usage", sentence)
        return _complain(trouble, say, as_json=as_json, hint=hint)
    except KeyboardInterrupt as asked_to:
        code = TERMINATED if isinstance(asked_to, Terminated) else INTERRUPTED
        trouble = Trouble(code, "interrupted", say("error.interrupted"))
        return _complain(trouble, say, as_json=as_json)
    finally:
        _tell()


def _run(asked: Asked, say: Language, *, as_json: bool) -> int:
    assert asked.command is not None
    assert asked.options is not None
    name, options = asked.command.name, asked.options
    if name == "person" and options.action == "forget" and not options.yes:
        raise WrongUsage(say("usage.confirm_forget", code=options.code), "dunghen person")
    data = _data_folder(options, os.environ, say)
    try:
        if asked.command.runs_on:
            return _commands.serve(name, options, lambda: _settings(options, data, say))
        with terminable():
            answer = _answer(name, options, data, say)
        lines = (
            [_commands.document(answer)]
            if as_json
            else list(_commands.pages(name, answer, _page(say)))
        )
    except WrongUsage:
        raise
    except Exception as error:  # noqa: BLE001 - the last line of defence: a sentence, not a traceback
        if getattr(options, "debug", False):
            import traceback

            traceback.print_exc()
        return _complain(trouble_of(error, say, data), say, as_json=as_json)
    return _print(lines, _commands.exit_code(name, answer), say)


def _answer(name: str, options: Namespace, data: Path, say: Language) -> dict[str, Any]:
    settings = _settings(options, data, say)
    from infra.cli._progress import Progress

    _log(os.environ)
    with Progress(sys.stderr, say, width=_columns(sys.stderr)) as progress:
        return _commands.answer(name, options, settings, say.lang, progress)


def _settings(options: Namespace, data: Path, say: Language) -> Settings:
    return Settings(
        data=data,
        policy=_policy(options, os.environ, say),
        database_url=_database_url(options, os.environ),
    )


def _log(environment: Mapping[str, str]) -> None:
    """Logs only when asked for or as they come by default: warnings, on stderr."""
    from infra import logs

    form = "json" if environment.get("DUNGHEN_LOG") == "json" else "console"
    logs.configure(
        "json" if form == "json" else "console",
        level=environment.get("DUNGHEN_LOG_LEVEL", "warning"),
    )


def _policy(options: Namespace, environment: Mapping[str, str], say: Language) -> str:
    """The name of the policy to judge by; one that there is not is wrong usage, wherever it was named."""
    from domain.errors import Unknown
    from domain.policy import policy

    name = getattr(options, "policy", None) or environment.get("DUNGHEN_POLICY") or "national"
    try:
        policy(name)
    except Unknown:
        raise WrongUsage(say("usage.unknown_policy", name=name)) from None
    return name


def _data_folder(options: Namespace, environment: Mapping[str, str], say: Language) -> Path:
    named = getattr(options, "data", None) or environment.get("DUNGHEN_DATA") or ".dunghen"
    if _URL.match(named):  # it may hold a password, so it is neither repeated nor made a folder
        raise WrongUsage(say("usage.data_is_url"))
    return Path(named)


def _database_url(options: Namespace, environment: Mapping[str, str]) -> str | None:
    """The PostgreSQL database; a data folder that is named on the command line wins over one in the environment."""
    if hasattr(options, "database"):
        return str(options.database)
    return None if hasattr(options, "data") else environment.get("DUNGHEN_DATABASE_URL") or None


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


def _print(lines: Iterable[str], code: int, say: Language) -> int:
    """Write and flush here: a reader who has gone away (`| head`) is no error, a full disk is one."""
    try:
        for line in lines:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go(sys.stdout)
    except OSError as error:
        _let_go(sys.stdout)
        what = say("cannot.output", detail=error.strerror or str(error))
        _tell(say("error.cannot", what=what))
        return _commands.CANNOT_RUN
    return code


def _complain(trouble: Trouble, say: Language, *, as_json: bool, hint: str = "") -> int:
    """The sentence on stderr; with `--json`, one document on stdout all the same."""
    _tell(*filter(None, (trouble.sentence, hint)))
    if not as_json:
        return trouble.exit_code
    document = {"error": {"code": trouble.code, "message": trouble.sentence}}
    return _print([json.dumps(document, ensure_ascii=False)], trouble.exit_code, say)


def _tell(*sentences: str) -> None:
    """On stderr, without what would steer a terminal, and what was logged; where nobody can be told, the exit code still says it."""
    try:
        for sentence in sentences:
            sys.stderr.write(clean(sentence) + "\n")
        sys.stderr.flush()
    except OSError:
        _let_go(sys.stderr)


def _let_go(stream: TextIO) -> None:
    """What is left in the stream's buffer goes nowhere, so that leaving does not fail on it again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _open_what_was_closed() -> None:
    """Standard streams that the caller closed (`>&-`) read and write nothing; no file of ours takes their number."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, "r" if name == "stdin" else "w"))


def _speak_utf8(*streams: TextIO) -> None:
    """Vietnamese on any terminal; a file name that is no text is shown escaped, not refused."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")

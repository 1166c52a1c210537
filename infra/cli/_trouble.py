"""What went wrong, as an exit code, a stable code and one sentence in the reader's language; never a traceback.

Knows the errors that reach the top. Must not know which command was running.
"""

import errno
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from infra.cli._commands import CANNOT_RUN, SOMETHING_WRONG, WRONG_USAGE
from infra.errors import CannotRun
from infra.faults import chain, places
from infra.language import Language

_USAGE_REFUSALS: Final = frozenset(
    {"invalid_cursor", "rule_of_units", "unknown_rule", "unknown_report", "invalid_argument"}
)
"""Refusals of what was typed, not of what was sent."""
_SYSTEM: Final = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.EROFS: "no_permission",
    errno.ENOENT: "no_file",
    errno.EISDIR: "is_directory",
    errno.ENOTDIR: "not_directory",
    errno.EEXIST: "not_directory",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What to leave with, and what to say."""

    exit_code: int
    code: str
    sentence: str


def trouble_of(error: Exception, say: Language, data: Path) -> Trouble:
    """The trouble that an exception is; one that nobody foresaw is a fault of ours and is put on record."""
    for link in chain(error):
        known = _known(link, say, data)
        if known is not None:
            return known
    return _fault(error, say, data)


def _known(error: BaseException, say: Language, data: Path) -> Trouble | None:
    if isinstance(error, CannotRun):
        values = error.values
        if error.code == "bad_setting":
            values = values | {"what": _wrong_settings(values, say)}
        return _cannot(error.code, error.message, say, **values)
    refused = _refused(error, say)
    if refused is not None:
        return refused
    if isinstance(error, OSError):
        path = error.filename if error.filename is not None else data
        return _cannot(
            _SYSTEM.get(error.errno or 0, "system"),
            "",
            say,
            path=path,
            detail=error.strerror or str(error),
        )
    return None


def _wrong_settings(values: Mapping[str, Any], say: Language) -> str:
    """Each problem that was found, by its variable, with what to write instead; of one that was found later only what it is."""
    problems = values.get("problems") or [("", values["what"], "")]
    told = []
    for variable, what, example in problems:
        shown = f"; {say('cannot.for_example', example=example)}" if example else ""
        told.append(f"{variable} {say.setting(what)}{shown}".strip())
    return "; ".join(told)


def _refused(error: BaseException, say: Language) -> Trouble | None:
    """A refusal of `domain`, recognised only where `domain` has been imported at all."""
    errors = sys.modules.get("domain.errors")
    if errors is None:
        return None
    if isinstance(error, errors.Contended):
        return _cannot("contended", "", say)
    if isinstance(error, errors.Unknown):
        what = say.refusal("unknown", str(error))
        return Trouble(SOMETHING_WRONG, "unknown", say("error.unknown", what=what))
    if isinstance(error, errors.Refused):
        exit_code = WRONG_USAGE if error.code in _USAGE_REFUSALS else SOMETHING_WRONG
        what = say.refusal(error.code, error.message)
        return Trouble(exit_code, error.code, say("error.refused", code=error.code, what=what))
    return None


def _cannot(code: str, message: str, say: Language, **values: object) -> Trouble:
    key = f"cannot.{code}"
    try:
        what = (
            say(key, **values) if say.knows(key) and (say.lang == "vi" or not message) else message
        )
    except KeyError:  # the one who raised it left a blank open
        what = message
    return Trouble(CANNOT_RUN, code, say("error.cannot", what=what))


def _fault(error: Exception, say: Language, data: Path) -> Trouble:
    kind = type(error).__name__
    log = data / "faults.jsonl"
    try:
        _put_on_record(error, log)
    except OSError:
        return Trouble(CANNOT_RUN, "internal_error", say("error.internal_unlogged", kind=kind))
    return Trouble(CANNOT_RUN, "internal_error", say("error.internal", kind=kind, log=log))


def _put_on_record(error: Exception, log: Path) -> None:
    """Where it happened, and its kind. Not its message: that may quote an input with a person in it."""
    if not log.parent.is_dir():
        raise FileNotFoundError(log)
    record = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        **places(error),
    }
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")

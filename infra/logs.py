"""Logs: one event a line on stderr, for people or as JSON, and never a person's data in them.

Knows structlog. Must not know what is logged: whatever is passed, the denied keys are dropped at any depth.
"""

import sys
from collections.abc import MutableMapping
from contextlib import suppress
from datetime import date
from pathlib import PurePath
from typing import Any, Final, Literal, TextIO, cast

import structlog

Form = Literal["console", "json"]

DENIED: Final = frozenset({"applicant", "name", "phone", "email", "id_number", "address"})
"""Keys of personal data (EVENTS.md). `name` goes too: an officer or unit is logged by its id."""

_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def deny_personal_data(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The processor that drops denied keys, however deep, and says which were dropped."""
    dropped: set[str] = set()
    if event.get("exc_info"):  # a traceback's message may quote an input: its kind is enough
        error = (
            event["exc_info"] if isinstance(event["exc_info"], BaseException) else sys.exc_info()[1]
        )
        event["exc_info"], event["error"] = None, type(error).__name__
    kept: dict[str, Any] = _without(dict(event), dropped)
    if dropped:
        kept["denied"] = sorted(dropped)
    return kept


def _without(value: Any, dropped: set[str]) -> Any:
    if isinstance(value, dict):
        found = {key for key in value if str(key).lower() in DENIED}
        dropped.update(str(key).lower() for key in found)
        return {key: _without(inner, dropped) for key, inner in value.items() if key not in found}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_without(inner, dropped) for inner in value]
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    if isinstance(value, (date, PurePath)):
        return str(value)
    return f"<{type(value).__name__}>"  # its repr might hold what must not be said


class _Unfailing:
    """A stream for lines that somebody may read: one that cannot be written (a full disk, a reader who went away) is lost.

    What is logged is counted as well; a worker that ended because nobody hears it would be worse than one that is not heard.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def configure(
    form: Form = "console", *, level: str = "warning", stream: TextIO | None = None
) -> None:
    """Set up structlog for the process. Levels: debug, info, warning, error; unknown ones count as warning."""
    to = sys.stderr if stream is None else stream
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=to.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            deny_personal_data,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS.get(level.lower(), 30)),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Unfailing(to))),
        cache_logger_on_first_use=False,
    )

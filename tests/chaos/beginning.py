"""How a process of the run begins: forked from one that has loaded the program, it takes its environment, clock and log.

Knows `multiprocessing`'s fork server: to load the program takes seconds on a busy machine, and processes are killed every few.
Each is a process of its own all the same, and ends with the run however that ends.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from infra import wiring
from tests.chaos import clock

CLOCK, SKEW = "CHAOS_CLOCK", "CHAOS_SKEW"
"""Variables that name the clock's files."""
_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux."""


_real = wiring.clock


def _now():
    if CLOCK not in os.environ:  # the process that only starts others
        return _real()
    return clock.shown(Path(os.environ[CLOCK]), Path(os.environ[SKEW]))


wiring.clock = _now

# After the clock: they take it from there by name.
from infra import cli  # noqa: E402
from infra.services import registry  # noqa: E402, F401
from tests.chaos import follower, writer  # noqa: E402

PROGRAMS: Mapping[str, Callable[[Sequence[str]], int | None]] = {
    "dunghen": cli.main,
    "writer": writer.main,
    "follower": follower.main,
}


def _begin(
    program: str, words: Sequence[str], environment: Mapping[str, str], log: str | None
) -> None:
    with suppress(OSError):
        ctypes.CDLL(None).prctl(_WITH_PARENT, signal.SIGKILL)
    os.environ.clear()
    os.environ.update(environment)
    if log is not None:
        written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        for stream in (1, 2):
            os.dup2(written, stream)
    sys.exit(PROGRAMS[program](words))


def begun(
    program: str, words: Sequence[str], environment: Mapping[str, str], log: Path | None
) -> ForkServerProcess:
    """A process that runs a program of ours."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.beginning"])
    given = (program, list(words), dict(environment), None if log is None else str(log))
    process = context.Process(target=_begin, args=given, daemon=True)
    process.start()
    return process

"""A server as a child process: started until it is ready, stopped, killed; gone when we are, with its folder.

Knows commands, logs, signals and ports. Must not know what the server serves.
"""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.servers.values import Died

READY_SECONDS = 180  # a broker takes 4 s alone, ten times that on a machine that is busy
STOP_SECONDS = 30
TAIL_LINES = 30


def tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-TAIL_LINES:])


@dataclass(frozen=True)
class Account:
    """Whom a server runs as when we are root and it will not."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, kw_only=True)
class Program:
    """`ready` is what the log says when it serves; `last` is the signal when nobody needs it any more."""

    name: str
    command: Sequence[str]
    folder: Path
    ready: str
    last: signal.Signals
    environment: Mapping[str, str]
    account: Account | None = None
    temporary: bool = True  # the folder goes with the server

    @property
    def log(self) -> Path:
        return self.folder / "server.log"


class Supervised:
    """One server process after another, of one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._guard = subprocess.Popen(
            [
                sys.executable,
                "-I",
                str(Path(__file__).with_name("guard.py")),
                str(program.folder) if program.temporary else "",
            ],
            stdin=subprocess.PIPE,
            start_new_session=True,
            cwd="/",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.running:
            self.end(self.program.last)
        if self._guard.stdin:
            # The guard may have been killed: then there is nobody to tell.
            with contextlib.suppress(BrokenPipeError):
                self._guard.stdin.close()
        self._guard.wait()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        if self.running:
            return
        program = self.program
        with program.log.open("ab") as log:
            said_before = log.tell()
            self._process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=program.folder,
                env=dict(program.environment),
                start_new_session=True,  # an interrupt at the terminal is for the tests, not for it
                user=program.account.uid if program.account else None,
                group=program.account.gid if program.account else None,
                extra_groups=[] if program.account else None,
            )
        self._watch(self._process.pid, program.last)
        for log_text in self._log_while_waiting(said_before):
            if program.ready in log_text:
                return

    def end(self, number: signal.Signals) -> None:
        """Send the signal, wait; SIGKILL when it does not listen."""
        process = self._process
        if process is None:
            return
        for signalled in (number, signal.SIGKILL):
            process.send_signal(signalled)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            break
        self._watch(0, 0)

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def _watch(self, pid: int, number: int) -> None:
        assert self._guard.stdin is not None
        self._guard.stdin.write(f"{pid} {number}\n".encode())
        self._guard.stdin.flush()

    def _log_while_waiting(self, said_before: int) -> Iterator[str]:
        patience = time.monotonic() + READY_SECONDS
        while time.monotonic() < patience:
            ended = not self.running
            text = self.program.log.read_bytes()[said_before:].decode(errors="replace")
            yield text
            if ended:
                code = self._process.returncode if self._process else None
                raise Died(f"{self.program.name} ended with {code}:\n{tail(text)}")
            time.sleep(0.05)
        self.kill()
        raise Died(
            f"{self.program.name} was not ready after {READY_SECONDS} s:\n"
            + tail(self.program.log.read_text(errors="replace"))
        )

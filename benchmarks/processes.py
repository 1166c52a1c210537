"""Processes that are measured: the processor time they took, the memory they had at most; ours are started and ended here.

Knows /proc, so Linux only, and signals. Must not know what a process does.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_STOP_SECONDS = 30
_READY_SECONDS = 90


class Tree:
    """A process and those that it started."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def _pids(self) -> list[int]:
        found, fresh = [], [self.pid]
        while fresh:
            found += fresh
            fresh = [pid for parent in fresh for pid in children(parent)]
        return found

    def cpu_seconds(self) -> float:
        """Of those that live, and of those that have ended and were waited for."""
        return sum(map(_cpu_seconds, self._pids()))

    def peak_mib(self) -> int:
        """Of the largest of them; memory that a server's processes share counts in each."""
        return max(map(_peak_mib, self._pids()))


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return [
            int(child)
            for thread in Path(f"/proc/{pid}/task").iterdir()
            for child in (thread / "children").read_text().split()
        ]
    return []


def child_running(program: str) -> Tree:
    """The child of this process that runs a program, or a class of Java."""
    for pid in children(os.getpid()):
        with suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            if program in {words[0].rpartition("/")[2], *words[1:]}:
                return Tree(pid)
    raise LookupError(f"no process of ours runs {program}")


def _cpu_seconds(pid: int) -> float:
    with suppress(OSError):
        # Behind the name, which may hold anything: user, system, and both of children that were waited for.
        said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, said[11:15])) / _TICKS
    return 0.0


def _peak_mib(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return 0


class Member(Tree):
    """A Python process of ours, with a log."""

    def __init__(
        self, name: str, words: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, *words], env=environment, stdout=out, stderr=subprocess.STDOUT
            )
        super().__init__(self._process.pid)

    def said(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    def alive(self) -> None:
        """RuntimeError with the end of its log when it is not."""
        if self._process.poll() is not None:
            raise RuntimeError(f"{self.name} has ended: {self.said()[-2000:]}")

    def until_said(self, text: str) -> None:
        patience = time.monotonic() + _READY_SECONDS
        while text not in self.said():
            self.alive()
            if time.monotonic() > patience:
                raise RuntimeError(f"{self.name} never said {text}: {self.said()[-2000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def running(members: Sequence[Member]) -> Iterator[Sequence[Member]]:
    """They end when the block does."""
    try:
        yield members
    finally:
        for member in members:
            member.stop()

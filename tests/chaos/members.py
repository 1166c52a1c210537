"""A process of the run: started, killed, paused, started again; how it ended when nobody had asked is kept.

Knows processes and signals. Must not know what they do.
"""

import os
import signal
import urllib.error
import urllib.request
from collections.abc import Container, Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.chaos.beginning import SKEW, begun
from tests.support.servers.ports import LOCALHOST, free_port
from tests.support.servers.process import tail


class Member:
    """`ends`: codes with which it ended by itself; `may_end`: those that are no fault."""

    def __init__(
        self,
        name: str,
        program: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        may_end: Container[int] = (),
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self.skew = folder / f"{name}.skew"
        self.ends: list[int] = []
        self._may_end = may_end
        self.paused = False
        self._program, *self._words = program
        self._port = free_port()
        self._environment = dict(environment) | {
            SKEW: str(self.skew),
            "DUNGHEN_OPS_ADDRESS": f"{LOCALHOST}:{self._port}",
        }
        self._process: ForkServerProcess | None = None

    @property
    def running(self) -> bool:
        if self._process is None:
            return False
        code = self._process.exitcode
        if code is not None:
            self.ends.append(code)
            self._process = None
        return code is None

    def start(self) -> None:
        if not self.running:
            self._process = begun(self._program, self._words, self._environment, self.log)

    def kill(self) -> None:
        if self._process is not None and self.running:
            process, self._process = self._process, None
            process.kill()
            process.join(10)
        self.paused = False

    def pause(self) -> None:
        self._send(signal.SIGSTOP)
        self.paused = self.running

    def resume(self) -> None:
        if self.paused:
            self._send(signal.SIGCONT)
        self.paused = False

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None and self.running:
            assert self._process.pid is not None
            os.kill(self._process.pid, number)

    def stop(self, seconds: float = 30) -> int | None:
        """SIGTERM; the exit code, None where it did not end."""
        if self._process is None or not self.running:
            return self.ends[-1] if self.ends else None
        process, self._process = self._process, None
        process.terminate()
        process.join(seconds)
        code: int | None = process.exitcode
        process.kill()
        return code

    def page(self, path: str) -> str | None:
        """One of the operator's pages, None where it does not say 200."""
        try:
            with urllib.request.urlopen(f"http://{LOCALHOST}:{self._port}{path}", timeout=2) as got:
                answer: str = got.read().decode()
                return answer
        except urllib.error.HTTPError as refused:
            refused.close()
        except OSError:
            pass
        return None

    def wrongly_ended(self) -> list[str]:
        """Each end that should not have been."""
        wrong = [code for code in self.ends if code not in self._may_end]
        return [f"{self.name} ended by itself with {code}: {self.said()}" for code in wrong]

    def said(self) -> str:
        """The end of its log."""
        return tail(self.log.read_text("utf-8", errors="replace")) if self.log.exists() else ""

"""SIGTERM, SIGINT and SIGHUP as a question that the loop asks, and waits that they end, or who has work for it.

Knows signals of POSIX. Must not know what is being stopped.

The handlers lock nothing: they may run while the same thread is inside a wait, and a lock taken twice would hold it for ever.
"""

import os
import select
import signal
from contextlib import suppress
from threading import Lock
from types import FrameType, TracebackType
from typing import Any, Final, Protocol, Self

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""The last comes when the terminal is closed that a process was started in."""
_CLOSING: Final = 2.0
"""Seconds for closing after a step was cut short; then the process ends as it is, which a crash test has shown to be safe."""
_CUT: Final = 3
_WOKEN: Final = 1 << 16
"""Bytes of a pipe: all at once."""


class TookTooLong(BaseException):
    """A step went on for too long after the signal to stop. Raised where the main thread is; no `except Exception` stops it."""


class Stopping(Protocol):
    """Whether to stop, and waits that end with it."""

    @property
    def asked(self) -> bool:
        """Whether somebody asked."""
        ...

    def wait(self, seconds: float, /) -> None:
        """Wait so long, or until somebody asks."""
        ...


class Stop:
    """`Stopping` by signals, within a `with` block on the main thread. `grace`: seconds for what is under way."""

    def __init__(self, grace: float) -> None:
        self.asked = False
        self._grace = grace
        self._before: dict[signal.Signals, Any] = {}
        self._alarm: Any = None
        self._read = self._write = -1
        self._waking = Lock()

    def __enter__(self) -> Self:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` means it
                self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._disarm()
        for number, before in self._before.items():
            signal.signal(number, before)
        self._disarm()  # one may have come meanwhile, and by now none will
        with self._waking:
            os.close(self._read)
            os.close(self._write)
            self._read = self._write = -1

    def wait(self, seconds: float, /) -> None:
        """Wait so long, or until a signal comes or somebody wakes it; not at all when a signal has come."""
        if self.asked:
            return
        ready, _, _ = select.select([self._read], [], [], max(0.0, seconds))
        if ready and not self.asked:
            os.read(self._read, _WOKEN)

    def wake(self) -> None:
        """End the wait that is under way, or else the next one. From any thread."""
        with self._waking:  # a number that was closed may be another file's by now
            if self._write >= 0:
                with suppress(BlockingIOError):  # full: it wakes anyway
                    os.write(self._write, b".")

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            if number == signal.SIGINT:  # a person who presses Ctrl-C twice means it
                raise KeyboardInterrupt
            return
        self.asked = True
        with suppress(OSError):
            os.write(self._write, b".")
        self._alarm = signal.signal(signal.SIGALRM, self._cut)
        signal.setitimer(signal.ITIMER_REAL, self._grace)

    def _disarm(self) -> None:
        if self.asked:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._alarm)

    def _cut(self, number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGALRM, _give_up)
        signal.setitimer(signal.ITIMER_REAL, _CLOSING)
        raise TookTooLong


def _give_up(number: int, frame: FrameType | None) -> None:
    os._exit(_CUT)

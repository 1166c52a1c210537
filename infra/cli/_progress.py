"""One line of progress on a terminal's stderr, rewritten in place; anywhere else a line now and then.

Knows a clock and a stream. Must not know what is counted.
"""

import time
from types import TracebackType
from typing import Final, Self, TextIO

from infra.cli._screen import clean, width_of, wrap
from infra.language import Language

_EVERY_SECONDS: Final = 0.1
_ELSEWHERE_SECONDS: Final = 30.0
"""A file or a job's log is told that a long work goes on; a short one says nothing there."""
_BAR: Final = 24


class Progress:
    """`progress(what, done, total)`: what is worked on, how much is done, of how much (None: not known)."""

    def __init__(self, stream: TextIO, say: Language, *, width: int = 80) -> None:
        self._stream = stream
        self._say = say
        self._width = width
        self._on = stream.isatty()
        self._last = 0.0 if self._on else time.monotonic()
        self._shown = False

    def __call__(self, what: str, done: int, total: int | None = None) -> None:
        """Show it, at most ten times a second; not on a terminal, every half a minute."""
        now = time.monotonic()
        if not self._on:
            self._note(now, what, done, total)
            return
        if now - self._last < _EVERY_SECONDS and done != total:
            return
        self._last = now
        self._shown = True
        self._stream.write(f"\r\x1b[K{self.line(what, done, total)}")
        self._stream.flush()

    def _note(self, now: float, what: str, done: int, total: int | None) -> None:
        if now - self._last >= _ELSEWHERE_SECONDS:
            self._last = now
            self._stream.write(f"{self.line(what, done, total)}\n")
            self._stream.flush()

    def line(self, what: str, done: int, total: int | None) -> str:
        """The text of the line, within the width of the terminal."""
        counts = self._say.number(done)
        if total:
            full = min(_BAR, _BAR * done // total)
            percent = self._say.percent(f"{100 * min(done, total) / total:.2f}")
            counts = (
                f"{'█' * full}{'░' * (_BAR - full)} {percent} · {counts}/{self._say.number(total)}"
            )
        name = clean(self._say.word("progress", what))
        room = max(self._width - width_of(counts) - 3, 8)
        shown = name if width_of(name) <= room else f"…{wrap(name, room - 1)[-1]}"
        return f"{shown}  {counts}"

    def __enter__(self) -> Self:
        """Nothing is shown until something is reported."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the line empty for what comes next."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

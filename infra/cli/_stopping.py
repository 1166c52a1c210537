"""SIGTERM to a command that ends by itself: it stops as on Ctrl-C, its transaction undone, its children ended.

Knows the signal. Must not know any command.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Terminated(KeyboardInterrupt):
    """Somebody asked by SIGTERM. No `except Exception` stops it."""


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM raises Terminated as long as the block lasts; a second one changes nothing, the first is under way."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _terminated)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminated(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated

"""Letting go of several things that are open.

Knows nothing of what they are. Must not know who opened them.
"""

from collections.abc import Callable
from contextlib import ExitStack


def close_all(*closes: Callable[[], None]) -> None:
    """Close all, one after the other, also when one cannot be; then what it raised is raised."""
    with ExitStack() as stack:
        for close in reversed(closes):
            stack.callback(close)

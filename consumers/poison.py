"""Finding the one event that cannot be applied: what went wrong as a whole is tried by halves.

Knows what an event can do to the program or the tables. Must not know what applying is, nor what becomes of the culprit.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from domain.errors import Refused

L = TypeVar("L")

FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    Refused,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)
"""What the world does (servers, disks) is none of these."""


def halved(
    lines: Sequence[L],
    apply: Callable[[Sequence[L]], int],
    stop: Callable[[L, Exception], int],
) -> int:
    """Apply all lines, in their order, but for those at which `apply` raises one of FAULTS: these are given to `stop`."""
    try:
        return apply(lines)
    except FAULTS as fault:
        middle = len(lines) // 2
        if not middle:
            return stop(lines[0], fault)
    return halved(lines[:middle], apply, stop) + halved(lines[middle:], apply, stop)


def told(fault: Exception) -> str:
    """Why an event cannot be applied. Of a fault of ours only the kind: its message may quote a person."""
    if isinstance(fault, Refused):
        return fault.message
    return f"a fault of the program ({type(fault).__name__})"

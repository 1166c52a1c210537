"""Generations of the read database as a role: one is the present one, a rebuild fills the next beside it and switches.

Must not know where they lie, nor what is in them.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from consumers.judging import Law
from infra.views import Views


class Generations(Protocol):
    """All generations of one store, by number from 1 on."""

    def present(self) -> int:
        """The number of the present generation."""
        ...

    def others(self) -> Sequence[int]:
        """The generations besides the present one, oldest first."""
        ...

    def opened(self, number: int, law: Law, *, serving: bool = False) -> Views:
        """A generation; what is missing is made, under this law. Serving: written to only as long as it is the present one."""
        ...

    def beside(self, law: Law) -> AbstractContextManager[Views]:
        """An empty one that nobody else sees, gone with the block."""
        ...

    def switch(self, number: int, finish: Callable[[], None]) -> None:
        """Make a generation the present one, at once and for good, when `finish` has been done, while nobody writes."""
        ...

    def drop(self, number: int) -> None:
        """Delete a generation."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """While one process makes a generation no other does. CannotRun when another does."""
        ...

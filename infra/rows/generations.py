"""Generations of the read database as a role: one is the present one, a rebuild fills the next beside it and switches.

Must not know where they lie, nor what is in them.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from consumers.judging import Law
from infra.rows.views import Views


class Generations(Protocol):
    """All generations of one store, by number from 1 on."""

    place: str
    """What errors call it: a folder, or a server's address without password."""

    def present(self) -> int:
        """The number of the present generation."""
        ...

    def serves(self, number: int, views: Views) -> bool:
        """Whether a generation is the present one still, asked over what is open: opening a place anew takes longer than the question."""
        ...

    def others(self) -> Sequence[int]:
        """The generations besides the present one, oldest first."""
        ...

    def opened(self, number: int, law: Law, *, serving: bool = False, there: bool = False) -> Views:
        """A generation; what is missing is made, under this law. Serving: written to only as long as it is the present one.

        `there`: the present one, which is not made where it was deleted meanwhile: CannotRun (`generation_switched`).
        """
        ...

    def beside(self, law: Law) -> AbstractContextManager[Views]:
        """An empty one that nobody else sees, gone with the block."""
        ...

    def switch(self, number: int, finish: Callable[[], None]) -> None:
        """Make a generation the present one, at once and for good, when `finish` has been done, while nobody writes."""
        ...

    def drop(self, number: int) -> None:
        """Delete a generation, when nobody is reading it."""
        ...

    def size(self, number: int) -> int:
        """How many bytes a generation has; 0 when there is none of this number."""
        ...

    def free(self) -> int | None:
        """How many bytes there is room for where they lie; None where that cannot be seen from here."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """While one process makes a generation no other does. CannotRun when another does."""
        ...

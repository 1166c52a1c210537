"""What the loops write to: the read database as the roles Keeping, Writing and Views, and a transaction that is done again.

Knows roles. Must not know what is behind them, nor where events come from.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from consumers.judging import State
from domain.directory import Directory
from domain.errors import Contended
from projections import PROJECTIONS, Change, Tx
from projections.feed import FEED

ATTEMPTS = 10
"""How often a batch is done anew when another worker was faster."""

Done = TypeVar("Done")

Line = tuple[int, str, int, bytes]
"""(position, record id, version, stored bytes)."""


class Keeping(Tx, Protocol):
    """What rows and states are written to."""

    def keep(self, states: Iterable[State], new: AbstractSet[str], /) -> None:
        """Store states. The `new` dossiers have none yet: Contended where another has stored one."""
        ...


class Writing(Keeping, Protocol):
    """The open transaction of a step."""

    def position(self) -> int:
        """How far the rows are; until the end nobody else moves that."""
        ...

    def moved(self, position: int, /) -> None:
        """Store how far the rows are now."""
        ...

    def applied(self, events: int, /) -> None:
        """Count so many events of dossiers as being in the rows; below 0 when some are there no more."""
        ...

    def versions(self, dossiers: Sequence[str], /) -> Mapping[str, int]:
        """The versions reached by those of the dossiers that are known; until the end nobody else moves them."""
        ...

    def states(self, dossiers: Sequence[str], /) -> Mapping[str, State]:
        """The states of those of the dossiers that are known; until the end nobody else moves them."""
        ...

    def register(self, lines: Iterable[Line], /) -> None:
        """Store events of the directory and petitions."""
        ...

    def directory(self, known_at: datetime, /) -> Directory:
        """The directory as registered so far."""
        ...

    def touched_by(self, units: Sequence[str], procedures: Sequence[str], /) -> Sequence[str]:
        """The dossiers that belong to, or were held in, these units, or follow these procedures (keys)."""
        ...

    def due_to_change(self, now: datetime, limit: int, /) -> Sequence[str]:
        """The dossiers whose rows the passing of time has made out of date, the earliest first, but for those in other hands."""
        ...


class Views(Protocol):
    """The read database."""

    def writing(self) -> AbstractContextManager[Writing]:
        """A transaction that commits when the block ends well."""
        ...


def write(tx: Keeping, results: Sequence[tuple[State, Change]], *, feed: bool = True) -> None:
    """Store states and let every projection write its rows; a rebuild announces nothing and writes no feed."""
    if results:
        changes = [change for _, change in results]
        new = frozenset(change.judged.dossier for change in changes if change.new)
        tx.keep((state for state, _ in results), new)
        for projection in PROJECTIONS:
            if feed or projection is not FEED:
                projection.apply(changes, tx)


def in_one_transaction(views: Views, work: Callable[[Writing], Done]) -> Done:
    """Do some work in one transaction; again where another worker was faster. Contended where others always were."""

    def done() -> Done:
        with views.writing() as tx:
            return work(tx)

    return again_if_contended(done)


def again_if_contended(work: Callable[[], Done]) -> Done:
    """Do some work; again where another worker was faster, with all that was read for it. Contended where others always were."""
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except Contended:
            continue
    return work()

"""Rows that are kept in memory instead of stored: of a part of a generation, or of one judgement.

Knows what the projections write. Must not know what becomes of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from consumers.judging import State
from infra.rows.states import stored_state
from projections import Row, Table


class Kept:
    """What the projections write, kept instead of stored."""

    def __init__(self) -> None:
        self.states: list[Row] = []
        self.rows: dict[str, list[Row]] = defaultdict(list)

    def keep(self, states: Iterable[State], new: AbstractSet[str], /) -> None:
        """Keep states as rows."""
        self.states += map(stored_state, states)

    def replace(self, table: Table, dossiers: Sequence[str], rows: Iterable[Row], /) -> None:
        """Keep rows: there were none before."""
        self.rows[table.name] += rows

    def append(self, table: Table, rows: Iterable[Row], /) -> None:
        """Keep rows."""
        self.rows[table.name] += rows

    def more(self, made: "Kept") -> None:
        """What others wrote comes behind this."""
        self.states += made.states
        for name, rows in made.rows.items():
            self.rows[name] += rows

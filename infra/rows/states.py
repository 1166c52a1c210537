"""A dossier's state as a row of the read database, both ways: its facts are their contents, one a line.

Knows the columns of `infra.rows.tables.STATES`. Must not know which database they lie in.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from consumers.judging import State
from domain import events
from domain.facts import Recorded
from projections import Row


def stored_state(state: State) -> Row:
    """A state as a row."""
    return (
        state.dossier,
        state.code,
        state.version,
        b"\n".join(fact.content for _, fact in state.facts),
        " ".join(sorted(state.found)),
        *(
            None if moment is None else moment.isoformat()
            for moment in (state.unchanged_since, state.next_change_at, state.last_recorded_at)
        ),
        state.trouble,
    )


def state_of(row: Sequence[Any], facts: tuple[Recorded, ...]) -> State:
    """The state that a row without its facts, and the facts, are."""
    dossier, code, version, found, unchanged, coming, recorded, trouble = row
    return State(
        dossier,
        code,
        version,
        facts,
        frozenset(found.split()),
        _instant(unchanged),
        _instant(coming),
        _instant(recorded),
        trouble,
    )


def facts_of(blob: bytes) -> tuple[Recorded, ...]:
    """The facts of a state, versions 1, 2, 3…: their contents, one a line."""
    if not blob:
        return ()
    return tuple(
        Recorded(i, events.CATALOGUE.understood(content))
        for i, content in enumerate(blob.split(b"\n"), 1)
    )


def _instant(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)

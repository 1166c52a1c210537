"""A dossier that cannot be judged or stored as it is stops no other: it goes back to before the event with which that began.

Knows states, and that storing some may fail at one of them. Must not know where they come from, nor what an event says. The same
for new events, for time that passes and for a generation that is filled, so that each leaves the same rows.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from consumers.judging import Law, State, rejudged
from consumers.poison import FAULTS, halved, told
from consumers.writing import Views, write
from domain.errors import Contended

_MISSING = " are missing"

Store = Callable[[Sequence[State]], int]
"""Judges and stores states, all of them or, where it raises, none."""


def isolated(states: Sequence[State], store: Store) -> int:
    """Store all of these; the one at which that fails as it was before its last event, or the one before that, and so on."""
    return halved(states, store, lambda state, fault: _set_back(state, fault, store))


def _set_back(state: State, fault: Exception, store: Store) -> int:
    """One that fails without any event is no event's fault, and ends the work."""
    while state.version:
        state = _before_its_last(state, told(fault))
        try:
            return store([state])
        except FAULTS as earlier:
            fault = earlier
    raise fault


def _before_its_last(state: State, why: str) -> State:
    facts = state.facts[:-1]
    return replace(
        state,
        code=facts[0].fact.subject if facts else state.dossier,
        version=state.version - 1,
        facts=facts,
        trouble=not_applied(state.version, why),
    )


def judged_apart(
    views: Views,
    before: Mapping[str, State],
    reached: Sequence[State],
    law: Law,
    now: datetime,
    *,
    again: AbstractSet[str] = frozenset(),
    as_of: Callable[[State], datetime] | None = None,
) -> int:
    """Judge and store dossiers, each that fails by itself; how many events more are in the rows.

    `before`: the states that they had when they were read. `again`: those that are judged though nothing has come of them; `as_of`:
    at which moment, `now` if not given. Contended where another has written one since; what was stored until then is right.
    """

    def store(some: Sequence[State]) -> int:
        moments: dict[datetime, list[State]] = defaultdict(list)
        for state in some:
            if state.dossier in again or has_moved(before.get(state.dossier), state):
                moments[now if as_of is None else as_of(state)].append(state)
        with views.writing() as tx:
            directory = tx.directory(now)
            here = tx.states([state.dossier for state in some])
            if any(here.get(state.dossier) != before.get(state.dossier) for state in some):
                raise Contended("another was faster")
            for moment, states in moments.items():
                new = frozenset(state.dossier for state in states) - here.keys()
                write(tx, rejudged(states, law, directory, moment, now, new=new))
            applied = sum(state.version - _version(here.get(state.dossier)) for state in some)
            tx.applied(applied)
        return applied

    return isolated(reached, store)


def _version(state: State | None) -> int:
    return 0 if state is None else state.version


def has_moved(before: State | None, after: State) -> bool:
    """Whether anything has come of what was there to be applied: one that stands still is not stored and told again and again."""
    return before is None or (before.version, before.trouble) != (after.version, after.trouble)


# ── why a dossier stands still ──────────────────────────────────────────────────────────────────────────────────────────────


def not_applied(version: int, why: str) -> str:
    """The trouble of a dossier that stands before an event."""
    return f"event {version} cannot be applied: {why}"


def missing(first: int, last: int) -> str:
    """The trouble of a dossier that waits for events."""
    return f"events {first}..{last}{_MISSING}"


def is_waiting(trouble: str) -> bool:
    """Whether a stopped dossier waits for events that are missing; else an event cannot be applied."""
    return trouble.endswith(_MISSING)


def is_parked(state: State | None) -> bool:
    """Whether a dossier stands before an event that cannot be applied."""
    return state is not None and state.trouble is not None and not is_waiting(state.trouble)

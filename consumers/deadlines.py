"""Letting time pass: a dossier becomes overdue with no event at all.

Takes the states whose rows are out of date, judges each at its boundary, and writes through the same path as the projecting
loop. The answers are dated by the deadline, not by when the loop woke, so a replay gives the same rows. A dossier that cannot
be judged at its boundary stands still from then on, as one whose event cannot be applied does.
Must not know the clock: `now` comes in as an argument.
"""

from datetime import datetime

from consumers.isolation import judged_apart
from consumers.judging import Law, State, rejudged
from consumers.poison import FAULTS
from consumers.writing import Views, Writing, again_if_contended, in_one_transaction, write

BATCH = 1_000


def step(views: Views, law: Law, now: datetime, *, limit: int = BATCH) -> int:
    """Let the next dossiers cross one boundary each; how many did, 0 when all rows are as of `now`.

    Several may do so at once: each takes dossiers that no other has in hand.
    """

    def crossing(tx: Writing) -> int:
        directory = tx.directory(now)
        states = list(tx.states(tx.due_to_change(now, limit)).values())
        for state in states:
            write(tx, rejudged([state], law, directory, _boundary(state), now, new=frozenset()))
        return len(states)

    def crossing_apart() -> int:
        due = in_one_transaction(views, lambda tx: tx.states(tx.due_to_change(now, limit)))
        every = frozenset(due)
        judged_apart(views, due, list(due.values()), law, now, again=every, as_of=_boundary)
        return len(due)

    try:
        return in_one_transaction(views, crossing)
    except FAULTS:
        return again_if_contended(crossing_apart)


def _boundary(state: State) -> datetime:
    boundary = state.next_change_at
    assert boundary is not None  # or it would not be due to change
    return boundary


def pass_time(views: Views, law: Law, now: datetime) -> int:
    """Let all boundaries up to `now` pass; how many were crossed."""
    crossed = 0
    while count := step(views, law, now):
        crossed += count
    return crossed

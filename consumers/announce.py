"""The announcing loop: judgements that changed -> topics that hold the latest of each, a batch at a time.

Knows the roles Outbox, Announcements and Bookmark. Must not know what is behind them: no broker, no database.

What changed is noted in the transaction that changed the rows. One step: 1 read the notes after the stored position, and the
rows of their dossiers as they are now; 2 publish these and wait until all are acknowledged; 3 store the position. A crash
before 3 publishes the same dossiers again, as they are then; a later change has a later note, so the last word is always the
present one.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from consumers.relay import Bookmark

BATCH = 1_000
"""So many changes are published before the position is stored."""


class Note(NamedTuple):
    """A dossier whose rows changed, and the rules that it had broken and does not any more."""

    number: int
    dossier: str
    ceased: frozenset[str]


class Judgement(NamedTuple):
    """A dossier's rows as they are, and what must be taken back. `findings`: by rule; each value is the public JSON."""

    dossier: str
    assessment: bytes
    findings: dict[str, bytes]
    ceased: frozenset[str]


class Outbox(Protocol):
    """The notes."""

    def notes(self, after: int, limit: int, /) -> tuple[Sequence[Note], Sequence[Judgement]]:
        """The next notes in order, and the judgements of their dossiers, each once: one picture of the database."""
        ...

    def published(self, position: int, /) -> None:
        """Notes up to a position are not needed any more."""
        ...


class Announcements(Protocol):
    """Where judgements are published."""

    def announce(self, judgements: Iterable[Judgement], /) -> None:
        """Publish; returns when all are acknowledged, and raises when one is not."""
        ...


def step(outbox: Outbox, topics: Announcements, bookmark: Bookmark, *, limit: int = BATCH) -> int:
    """Publish the next changes; how many there were, 0 when there is nothing new."""
    notes, judgements = outbox.notes(bookmark.position(), limit)
    if not notes:
        return 0
    topics.announce(judgements)
    bookmark.moved(notes[-1].number)
    outbox.published(notes[-1].number)
    return len(notes)


def judgement(
    dossier: str, assessment: bytes, findings: dict[str, bytes], notes: Iterable[Note]
) -> Judgement:
    """What is to be published of a dossier, by its notes: what ceased and holds again is not taken back."""
    ceased = frozenset[str]().union(*(note.ceased for note in notes))
    return Judgement(dossier, assessment, findings, ceased - findings.keys())

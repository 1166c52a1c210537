"""The facts of one dossier in view at (T, K), in order and by what they say.

Knows "before" and "after" between facts and which one counts where several say the same (JUDGEMENT 1, 3, 5). Must not know
deadlines, or how facts are stored.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from domain.facts import (
    Accepted,
    Corrected,
    Fact,
    RefusedDossier,
    ResultIssued,
    Returned,
    Said,
    Stopped,
    Submitted,
    Withdrawn,
)

D = TypeVar("D", bound=Said)

End = ResultIssued | Returned | RefusedDossier | Withdrawn | Stopped
ENDS: tuple[type[End], ...] = (ResultIssued, Returned, RefusedDossier, Stopped, Withdrawn)
"""What ends a dossier, in the priority of QĐ 766: result, else hand-over, else refusal, stop, withdrawal."""


class Entry(NamedTuple, Generic[D]):
    """A fact as it stands after corrections. Entries sort by time, then version: the order that "before" means.

    `undid` is set on the entry of a correction that counts: its target as reported, and as it stands (None: annulled).
    """

    at: datetime
    version: int
    fact: Fact[D]
    undid: "tuple[Entry[Any], Entry[Any] | None] | None" = None

    def precedes(self, other: "Entry[Any]") -> bool:
        """Whether this fact comes before another: by time, then version."""
        return self < other

    @property
    def data(self) -> D:
        """What the fact says."""
        return self.fact.data


class Timeline(NamedTuple):
    """The entries in view at T, as known at K; `coming` is when the next known fact comes into view by itself."""

    as_of: datetime
    known_at: datetime
    entries: Sequence[Entry[Any]]
    """All but corrections, which are in `by_type` only."""
    coming: datetime | None
    by_type: dict[type[Said], list[Entry[Any]]]
    accepted: Entry[Accepted] | None
    ends: Sequence[Entry[End]]
    """What ended it, in order; only the first counts on the legal clock and the portal's."""
    competent_unit: str | None
    """The unit of the last acceptance: to it the dossier belongs."""
    procedure: str | None
    """The procedure code, of the acceptance that counts, else of the first submission that names one."""
    channel: str | None
    """How it was handed in: of the acceptance that counts, else of the first submission that says so."""

    def of(self, said: type[D]) -> Sequence[Entry[D]]:
        """The entries of one type, in order."""
        return self.by_type.get(said, ())

    @property
    def end(self) -> Entry[End] | None:
        """The earliest end: even one recorded out of order or without an acceptance."""
        return self.ends[0] if self.ends else None

    def running(self, accepted: Entry[Accepted]) -> Sequence[Entry[Any]]:
        """The entries after the acceptance that counts and before the end: what the legal clock reads."""
        first = self.entries.index(accepted) + 1
        return (
            self.entries[first:]
            if self.end is None
            else self.entries[first : self.entries.index(self.end)]
        )

    @property
    def law_of(self) -> datetime:
        """The instant whose law applies: of the acceptance that counts, else of the first fact in view."""
        if self.accepted is not None:
            return self.accepted.at
        return self.entries[0].at if self.entries else self.as_of


def timeline(entries: Sequence[Entry[Any]], *, as_of: datetime, known_at: datetime) -> Timeline:
    """Cut sorted entries by T."""
    coming = None
    if entries and entries[-1].at > as_of:
        cut = bisect_right(entries, as_of, key=_at)
        coming = entries[cut].at
        entries = entries[:cut]
    by_type: dict[type[Said], list[Entry[Any]]] = {}
    ends: list[Entry[Any]] = []
    for entry in entries:
        said = type(entry.fact.data)
        if said in by_type:
            by_type[said].append(entry)
        else:
            by_type[said] = [entry]
        if said in ENDS:
            ends.append(entry)
    if Corrected in by_type:
        entries = [entry for entry in entries if entry.undid is None]
    acceptances = by_type.get(Accepted)
    unit = procedure = channel = None
    for said in (*(acceptances or ())[:1], *by_type.get(Submitted, ())):
        procedure = said.fact.data.procedure if procedure is None else procedure
        channel = said.fact.data.channel if channel is None else channel
    if acceptances is not None:
        unit = acceptances[-1].data.competent_unit
    return Timeline(
        as_of,
        known_at,
        entries,
        coming,
        by_type,
        None if acceptances is None else acceptances[0],
        ends,
        unit,
        procedure,
        channel,
    )


def _at(entry: Entry[Any]) -> datetime:
    return entry.at

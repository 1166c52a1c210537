"""The taking-in loop: facts of other systems -> the log, a batch at a time; what cannot be taken is parked, all others go on.

Knows the roles Source, Recorder and Parking. Must not know what is behind them: no broker, no database, no clock.

One step: 1 the batch in hand, or the next; 2 each message is read; 3 all facts that could be read are recorded, in one
transaction; 4 what was refused is parked, with its reason; 5 the batch is done with, which acknowledges it. A crash before 5
brings the batch again: what is in the log is known by (source, id), what is parked by its place. Facts come in any order.
"""

from collections.abc import Callable, Sequence
from typing import Generic, Literal, NamedTuple, Protocol, TypeVar

from consumers.poison import FAULTS
from domain.engine import Outcome, Stored
from domain.errors import Contended, Refused
from domain.facts import Fact, Said

M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)
M_contra = TypeVar("M_contra", contravariant=True)

Stage = Literal["read", "record"]
"""Where a message was refused: it could not be understood, or it contradicts the log."""


class Refusal(NamedTuple, Generic[M_co]):
    """A message that cannot be taken in, and why."""

    message: M_co
    stage: Stage
    reason: Refused


class Source(Protocol[M_co]):
    """Where messages come from."""

    def fill(self) -> Sequence[M_co]:
        """The batch in hand; the next one when there is none. Empty when nothing has come."""
        ...

    def done(self) -> None:
        """All of the batch in hand is stored or parked: it need not come again."""
        ...


class Recorder(Protocol):
    """The engine, as far as taking in needs it."""

    def record(self, facts: Sequence[Fact[Said]], /) -> Sequence[Outcome]:
        """Record all facts in one transaction; one outcome each, in order."""
        ...


class Parking(Protocol[M_contra]):
    """Where messages wait that cannot be taken in."""

    def park(self, refusals: Sequence[Refusal[M_contra]], /) -> None:
        """Keep them; when this returns none can be lost. One that is parked already stays as it is."""
        ...


class Taken(NamedTuple):
    """What became of a batch. `duplicates` were accepted before. Contended: nothing yet, the next step tries it again."""

    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    contended: bool = False

    @property
    def done(self) -> int:
        """How many messages are done with."""
        return self.accepted + self.duplicates + self.refused


def step(
    source: Source[M],
    read: Callable[[M], Fact[Said]],
    recorder: Recorder,
    parking: Parking[M],
) -> Taken:
    """Take in one batch. Raises what the roles raise; then the batch is still in hand, and nothing of it is acknowledged."""
    messages = source.fill()
    if not messages:
        return Taken()
    said, refusals = _read(messages, read)
    try:
        outcomes = recorded([fact for _, fact in said], recorder)
    except Contended:
        return Taken(contended=True)
    refusals += [
        Refusal(message, "record", outcome)
        for (message, _), outcome in zip(said, outcomes, strict=True)
        if isinstance(outcome, Refused)
    ]
    if refusals:
        parking.park(refusals)
    source.done()
    accepted = sum(isinstance(outcome, Stored) for outcome in outcomes)
    return Taken(accepted, len(messages) - accepted - len(refusals), len(refusals))


def recorded(facts: Sequence[Fact[Said]], recorder: Recorder) -> Sequence[Outcome | Refused]:
    """One outcome a fact. Where the log does not take them as a whole each is tried by itself: one must not stop all others."""
    try:
        return recorder.record(facts)
    except FAULTS:
        return [outcome for fact in facts for outcome in _alone(fact, recorder)]


def _alone(fact: Fact[Said], recorder: Recorder) -> Sequence[Outcome | Refused]:
    try:
        return recorder.record([fact])
    except Refused as refused:
        return [refused]
    except FAULTS as fault:
        return [
            Refused(
                "program_fault",
                f"the fact could not be recorded for a fault of the program ({type(fault).__name__}): report it, and"
                " retry the message with a version that mends it",
            )
        ]


def _read(
    messages: Sequence[M], read: Callable[[M], Fact[Said]]
) -> tuple[list[tuple[M, Fact[Said]]], list[Refusal[M]]]:
    said: list[tuple[M, Fact[Said]]] = []
    refusals: list[Refusal[M]] = []
    for message in messages:
        try:
            said.append((message, read(message)))
        except Refused as reason:
            refusals.append(Refusal(message, "read", reason))
    return said, refusals

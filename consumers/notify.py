"""The notifying loop: feed -> one receiver, in order, none skipped, however long the receiver is away.

Knows the roles Feed, Receiver and Place. Must not know what is behind them: no database, no network, no clock.

One turn: 1 read the notices after the stored place; 2 offer them, in order, to the receiver, which works by itself; 3 when it
has answered, store the place. A crash before 3 offers the same notices again, with the same ids: the receiver tells by them.
Each receiver has a course of its own: one that is dead holds up nobody else. The feed is the only trigger, and a rebuild takes
it over with its numbers, so what was told once is not told again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol, assert_never

BATCH = 50
"""So many notices are offered before the place is stored: so many may come twice after a crash."""

Ending = Literal["delivered", "away", "refused"]
"""How an offer ended: with all delivered; with a receiver that cannot take the next one now; or that will never take it."""


class Notice(NamedTuple):
    """A row of the feed with what is told of it. `unit`: whose dossier it is; `held`: who held it, officer and unit."""

    number: int
    dossier: str
    rule: str
    change: str
    body: str
    unit: str | None = None
    held: tuple[tuple[str | None, str | None], ...] = ()


class Outcome(NamedTuple):
    """What came of an offer: how many were delivered, and why no more. `wait`: seconds that the receiver asked to be left alone."""

    delivered: int
    ending: Ending = "delivered"
    why: str = ""
    wait: float = 0.0


class Turn(NamedTuple):
    """What a step did. `restarted`: the feed ends before the stored place, so it begins at its end again."""

    sent: int = 0
    retried: int = 0
    given_up: int = 0
    why: str = ""
    restarted: bool = False

    @property
    def done(self) -> int:
        """How many notices are behind it now."""
        return self.sent + self.given_up


NOTHING = Turn()


class Feed(Protocol):
    """The present generation's feed."""

    def notices(self, after: int, limit: int, /) -> Sequence[Notice]:
        """The next rows after a number, in order."""
        ...


class Receiver(Protocol):
    """Somebody who is told. It works beside the loop: an offer returns at once."""

    def offer(self, notices: Sequence[Notice], /) -> None:
        """Begin to deliver in order, up to the first that cannot be delivered. Not while an offer is under way."""
        ...

    def outcome(self) -> Outcome | None:
        """What came of the offer; None while it is under way."""
        ...


class Place(Protocol):
    """How far a receiver was told, kept where a crash does not reach it."""

    def position(self) -> int | None:
        """The last number that is done; None for a receiver that was never told anything."""
        ...

    def moved(self, position: int, /) -> None:
        """Store it; raises where another process has taken over."""
        ...

    def gave_up(self, notice: Notice, why: str, /) -> None:
        """Store, in one transaction, a notice that is never delivered, and that it is done."""
        ...


class Course:
    """One receiver's way through the feed."""

    def __init__(
        self,
        feed: Feed,
        receiver: Receiver,
        place: Place,
        waits: Callable[[int], float],
        *,
        from_beginning: bool = False,
        limit: int = BATCH,
    ) -> None:
        """`waits`: seconds to wait after so many failures in a row; `from_beginning`: where a new receiver begins."""
        self._feed, self._receiver, self._place = feed, receiver, place
        self._waits = waits
        self._from_beginning = from_beginning
        self._limit = limit
        self._position: int | None = None
        self._offered: Sequence[Notice] = ()
        self._failed = 0
        self._not_before: datetime | None = None

    @property
    def position(self) -> int:
        """The last number that is done, as far as is known."""
        return self._position or 0

    @property
    def busy(self) -> bool:
        """Whether an offer is under way."""
        return bool(self._offered)

    def step(self, now: datetime, last: int) -> Turn:
        """Take what came of the last offer, or make the next one where there is something to tell. Never waits.

        `last`: the number of the feed's last row, 0 while it is empty.
        """
        if self._position is None and self._begin(last):
            return Turn(restarted=True)
        if self._offered:
            outcome = self._receiver.outcome()
            return NOTHING if outcome is None else self._settle(outcome, now)
        if self._not_before is not None and now < self._not_before:
            return NOTHING
        if self.position < last:
            self._offered = self._feed.notices(self.position, self._limit)
            self._receiver.offer(self._offered)
        return NOTHING

    def finish(self, now: datetime) -> Turn:
        """Take what came of the last offer, where it has an end, and offer nothing more."""
        outcome = self._receiver.outcome() if self._offered else None
        return NOTHING if outcome is None else self._settle(outcome, now)

    def _begin(self, last: int) -> bool:
        """Find the place; whether the feed ends before it."""
        stored = self._place.position()
        if stored is not None and stored <= last:
            self._position = stored
            return False
        # A new receiver is not flooded with all that ever was; nor, where the feed was lost, with rows of other numbers.
        self._move(0 if stored is None and self._from_beginning else last)
        return stored is not None

    def _move(self, position: int) -> None:
        self._place.moved(position)
        self._position = position

    def _settle(self, outcome: Outcome, now: datetime) -> Turn:
        offered, self._offered = self._offered, ()
        if outcome.delivered:
            self._move(offered[outcome.delivered - 1].number)
            self._failed = 0
        match outcome.ending:
            case "delivered":
                return Turn(sent=outcome.delivered)
            case "refused":
                notice = offered[outcome.delivered]
                self._place.gave_up(notice, outcome.why)
                self._position = notice.number
                self._failed = 0
                return Turn(sent=outcome.delivered, given_up=1, why=outcome.why)
            case "away":
                self._failed += 1
                wait = max(self._waits(self._failed), outcome.wait)
                self._not_before = now + timedelta(seconds=wait)
                return Turn(sent=outcome.delivered, retried=1, why=outcome.why)
            case _ as unreachable:
                assert_never(unreachable)

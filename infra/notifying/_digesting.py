"""The digest of a morning, a little at a time: gather what is open, make the mails, send them, remember the day.

Knows the tables and who plays which role. Must not know SMTP or words. The day is stored when every mail has been sent or given
up. A process that is killed before sends that day's digests again, each under the same Message-ID; never another day's.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Final, NamedTuple, Protocol

from structlog import get_logger

from consumers import digest
from consumers.digest import Item, Recipient
from consumers.judging import judged
from consumers.notify import NOTHING, Outcome, Turn
from domain.assessment import Assessment
from domain.facts import Recorded
from infra.notifying._mail import Mail
from infra.questions.feed import present
from infra.settings.recipients import Addresses
from infra.wiring import Store

_CHUNK: Final = 500
"""Open dossiers that one step judges: about a tenth of a second."""

_NAMED: Final = 5

Write = Callable[[Recipient, str, Sequence[Item], date], EmailMessage]
"""Writes one recipient's mail to an address."""


class Postman(Protocol):
    """Who delivers."""

    def offer(self, mails: Sequence[Mail], /) -> None:
        """Begin to deliver in order."""
        ...

    def outcome(self) -> Outcome | None:
        """What came of it; None while it is under way."""
        ...

    def stop(self) -> None:
        """End after the mail in hand."""
        ...

    def close(self, patience: float) -> None:
        """Let go; waits so many seconds for what is on its way."""
        ...


class Day(Protocol):
    """The last day whose digest was sent, as its ordinal."""

    def position(self) -> int | None:
        """The day; None at first."""
        ...

    def moved(self, position: int, /) -> None:
        """Store it."""
        ...


class _Morning(NamedTuple):
    """What is being made: `after` is the last dossier that was looked at, None when all were."""

    at: datetime
    after: str | None
    found: dict[Recipient, list[Item]]


class Digesting:
    """Sends the digest once a working day."""

    def __init__(
        self,
        *,
        store: Store,
        postman: Postman,
        day: Day,
        addresses: Addresses,
        write: Write,
        at: time,
        waits: Callable[[int], float],
    ) -> None:
        """`at`: from when on it is sent; `waits`: seconds to wait after so many failures in a row."""
        self._store, self._postman, self._place = store, postman, day
        self._addresses, self._write, self._at, self._waits = addresses, write, at, waits
        self._law = store.views.law(store.law)
        self._sent: int | None = None
        self._asked = False
        self._morning: _Morning | None = None
        self._pending: list[Mail] = []
        self._offered = False
        self._failed = 0
        self._not_before: datetime | None = None

    @property
    def busy(self) -> bool:
        """Whether mails are on their way."""
        return self._offered

    def step(self, now: datetime) -> Turn:
        """The next piece of it. Never waits."""
        if not self._asked:
            self._sent, self._asked = self._place.position(), True
        if self._offered:
            outcome = self._postman.outcome()
            return NOTHING if outcome is None else self._settle(outcome, now)
        if self._morning is None:
            if digest.morning(now, self._sent, self._at, self._law.calendar) is not None:
                self._morning = _Morning(now, "", defaultdict(list))
            return NOTHING
        if self._morning.after is not None:
            self._gather(self._morning, self._morning.after)
            return NOTHING
        return self._send(self._morning, now)

    def stop(self) -> None:
        """End after the mail in hand. The day is not done then: a restart sends its digests again."""
        self._postman.stop()

    def close(self, patience: float) -> None:
        """Let the postman go."""
        self._postman.close(patience)

    def _gather(self, morning: _Morning, after: str) -> None:
        """Judge the next open dossiers; when there are no more, write the mails."""
        views, now = self._store.views, morning.at
        with present(views), views.reading() as database:
            rows = database.rows(
                "SELECT dossier FROM dossiers WHERE growing = 1 AND legal IN ('in_time', 'overdue')"
                " AND dossier > ? ORDER BY dossier LIMIT ?",
                (after, _CHUNK),
            )
            states = views.states([row[0] for row in rows])
            directory = views.directory(now)
        for state in states.values():

            def judged_at(moment: datetime, facts: Sequence[Recorded] = state.facts) -> Assessment:
                return judged(facts, self._law, directory, moment, now)

            for who, item in digest.items(state.code, judged_at, now, directory):
                morning.found[who].append(item)
        last = rows[-1][0] if rows else None
        self._morning = morning._replace(after=last)
        if last is None:
            self._pending = self._written(morning)

    def _written(self, morning: _Morning) -> list[Mail]:
        mails, nowhere = [], []
        for who, found in sorted(morning.found.items(), key=lambda each: _name(each[0])):
            address = self._addresses.of(who)
            if address is None:
                nowhere.append(_name(who))
            else:
                message = self._write(who, address, found, morning.at.date())
                mails.append(Mail(_name(who), message))
        if nowhere:
            get_logger().warning("no_address", count=len(nowhere), some=nowhere[:_NAMED])
        return mails

    def _send(self, morning: _Morning, now: datetime) -> Turn:
        """Offer what was not delivered yet; with nothing left the day is done, and with the day over what is left is given up."""
        day = morning.at.date()
        late = self._pending if now.date() > day else []
        if late or not self._pending:
            self._place.moved(day.toordinal())
            self._sent, self._morning, self._pending = day.toordinal(), None, []
            return Turn(given_up=len(late), why="the day is over") if late else NOTHING
        if self._not_before is None or now >= self._not_before:
            self._postman.offer(tuple(self._pending))
            self._offered = True
        return NOTHING

    def _settle(self, outcome: Outcome, now: datetime) -> Turn:
        self._offered = False
        self._pending = self._pending[outcome.delivered :]
        if outcome.delivered:
            self._failed = 0
        match outcome.ending:
            case "delivered":
                return Turn(sent=outcome.delivered)
            case "refused":
                refused, *self._pending = self._pending
                get_logger().error("mail_refused", recipient=refused.recipient, why=outcome.why)
                return Turn(sent=outcome.delivered, given_up=1, why=outcome.why)
            case "away":
                self._failed += 1
                wait = max(self._waits(self._failed), outcome.wait)
                self._not_before = now + timedelta(seconds=wait)
                return Turn(sent=outcome.delivered, retried=1, why=outcome.why)


def _name(who: Recipient) -> str:
    return who.officer or who.unit

"""`consume notify`: a step of every receiver's course in turn, and of the digest.

Knows the courses. Must not know HTTP, SMTP or SQL. One process is active, others stand by and take over when its connection ends.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from threading import Event
from typing import Final, NamedTuple, Protocol

from structlog import get_logger

from consumers.notify import Course, Feed, Turn
from infra import metrics as measured
from infra.metrics import Metrics
from infra.notifying._digesting import Digesting

MAIL: Final = "mail"


class Closing(Protocol):
    """What is let go of at the end."""

    def close(self) -> None:
        """Let go."""
        ...


class Held(Closing, Protocol):
    """What one process has at a time."""

    def taken(self) -> bool:
        """Whether we have it."""
        ...


class Told(NamedTuple):
    """A receiver: what it is called in metrics and log, its course, and what delivers to it."""

    target: str
    course: Course
    receiver: Closing


class Notifying:
    """The worker."""

    def __init__(
        self,
        *,
        held: Held,
        feed: Feed,
        told: Sequence[Told],
        digesting: Digesting | None,
        metrics: Metrics,
        clock: Callable[[], datetime],
        news: Event,
        poll_seconds: float,
        store: Closing,
    ) -> None:
        """`news` is set when a receiver has answered; so long does a step wait for it at most."""
        self._held, self._feed, self._told, self._digesting = held, feed, told, digesting
        self._metrics, self._clock, self._news, self._poll = metrics, clock, news, poll_seconds
        self._store = store

    def step(self) -> int:
        """Take what receivers answered, offer what is new, where no other process does. How many notices are done."""
        if not self._held.taken():
            return 0
        self._news.clear()
        done, now = 0, self._clock()
        for target, course, _ in self._told:
            done += self._count("webhook", target, course.step(now))
        busy = any(course.busy for _, course, _ in self._told)
        if self._digesting is not None:
            done += self._count(MAIL, MAIL, self._digesting.step(now))
            busy = busy or self._digesting.busy
        if self._told:
            last = self._feed.last()
            behind = max(last - course.position for _, course, _ in self._told)
            self._metrics.put(measured.NOTIFY_LAG, behind)
        if busy and not done:
            self._news.wait(self._poll)
        return done

    def _count(self, channel: str, target: str, turn: Turn) -> int:
        for outcome, n in (
            ("sent", turn.sent),
            ("retried", turn.retried),
            ("given_up", turn.given_up),
        ):
            if n:
                self._metrics.add(measured.NOTIFICATIONS, n, channel=channel, outcome=outcome)
        log = get_logger()
        if turn.given_up:
            log.error("given_up", target=target, count=turn.given_up, why=turn.why)
        if turn.retried:
            log.warning("not_delivered", target=target, why=turn.why)
        if turn.restarted:
            log.warning("feed_restarted", target=target)
        return turn.done

    def ready(self) -> str | None:
        """One that stands by is ready to take over; a receiver that is away is no fault of ours."""
        return None

    def close(self) -> None:
        """Let go of the places last: who takes over sends nothing that is still on its way, as far as we can help it."""
        with ExitStack() as stack:
            stack.callback(self._held.close)
            stack.callback(self._store.close)
            if self._digesting is not None:
                stack.callback(self._digesting.close)
            for _, _, receiver in self._told:
                stack.callback(receiver.close)

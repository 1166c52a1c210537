"""`consume notify`: a step of every receiver's course in turn, and of the digest.

Knows the courses. Must not know HTTP, SMTP or SQL. One process is active, others stand by and take over when its connection ends.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from threading import Event
from time import monotonic
from typing import Final, NamedTuple, Protocol

from structlog import get_logger

from consumers.notify import Course, Turn
from infra import metrics as measured
from infra.errors import CannotRun
from infra.metrics import Metrics
from infra.notifying._digesting import Digesting

MAIL: Final = "mail"

_LAST_WORDS: Final = 1.0
"""Seconds that closing waits for what is on its way: most receivers answer in less, and then nothing comes twice."""


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


class Ending(Protocol):
    """The feed, as far as it is watched."""

    def last(self) -> int:
        """The number of its last row."""
        ...


class Beside(Protocol):
    """What works beside the loop."""

    def stop(self) -> None:
        """End after the piece in hand."""
        ...

    def close(self, patience: float) -> None:
        """Let go; waits so many seconds for what is on its way."""
        ...


class Told(NamedTuple):
    """A receiver: what it is called in metrics and log, its course, and what delivers to it."""

    target: str
    course: Course
    receiver: Beside


class Notifying:
    """The worker."""

    def __init__(
        self,
        *,
        held: Held,
        feed: Ending,
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
        last = self._feed.last() if self._told else 0
        for target, course, _ in self._told:
            done += self._count("webhook", target, course.step(now, last))
        busy = any(course.busy for _, course, _ in self._told)
        if self._digesting is not None:
            done += self._count(MAIL, MAIL, self._digesting.step(now))
            busy = busy or self._digesting.busy
        if self._told:
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
        beside: list[Beside] = [receiver for _, _, receiver in self._told]
        if self._digesting is not None:
            beside.append(self._digesting)
        for each in beside:
            each.stop()
        until = monotonic() + _LAST_WORDS
        with ExitStack() as stack:
            stack.callback(self._held.close)
            stack.callback(self._store.close)
            stack.callback(self._store_last)
            for each in beside:
                stack.callback(_let_go, each, until)

    def _store_last(self) -> None:
        """What was delivered meanwhile. Without a database it is delivered again, under the same ids."""
        with suppress(CannotRun):
            for target, course, _ in self._told:
                self._count("webhook", target, course.finish(self._clock())._replace(retried=0))


def _let_go(beside: Beside, until: float) -> None:
    beside.close(max(0.0, until - monotonic()))

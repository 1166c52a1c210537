"""Pictures of the past that a server keeps, so that who asks of the same day again is answered at once.

Knows which are kept, who waits, and when to give up. Must not know what is in a picture. A question about the past that would have to
judge too many dossiers (`FarPast`) is answered from a picture that is near; else one is made, by a thread of its own, one at a time, and
who asks is answered without it where that takes seconds, or waits a little, and is told to ask again. Each picture has a store of
its own, lent to one request at a time; the one that was not asked for longest goes. They end with the process.
"""

import time
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event, Lock
from typing import Final, NamedTuple, TypeVar

import structlog

from infra.errors import CannotRun
from infra.questions.asking import FarPast
from infra.rows.database import Ended
from infra.rows.pictures import Job, Picture
from infra.wiring import Store

R = TypeVar("R")

AT_ONCE: Final = 300
"""Dossiers that a question about the past judges again by itself: a tenth of a second. More are worth a picture."""
_MEANWHILE: Final = 5_000
"""The same where the picture is not made yet: a second or two."""
_MOST: Final = 4
"""Pictures that are kept: some month ends. Each takes as much room for temporary files as the rows do."""
_WAIT: Final = 5.0
"""Seconds for which a request waits for a picture."""
_SLICE: Final = 0.2
"""Seconds after which who waits looks whether the server stops."""
_PATIENCE: Final = 10.0
"""Seconds for which it waits until others have been answered from it."""
_MAKING: Final = 3_600.0
"""Seconds after which a statement of the making is ended."""
_TOLD: Final = 60.0
"""Seconds for which who asks is told that one could not be made; then it is tried again. Who was told to ask again has by then."""


class Moment(NamedTuple):
    """T, and K; None: now, whenever that is."""

    as_of: datetime | None
    known_at: datetime | None


@dataclass(slots=True, eq=False)
class _Kept:
    """A picture, and the store that it is in."""

    moment: Moment
    store: Store
    picture: Picture
    lock: Lock = field(default_factory=Lock)
    asked: float = 0.0
    """When it was asked last, by a monotonic clock."""


class Pictures:
    """`open_store` opens a store of a picture's own; `clock` tells the time; `ended` says why all must end, when it must."""

    def __init__(
        self, open_store: Callable[[], Store], clock: Callable[[], datetime], ended: Ended
    ) -> None:
        self._open_store, self._clock, self._ended = open_store, clock, ended
        self._lock = Lock()
        self._wanted: dict[Moment, Future[_Kept]] = {}
        """Those that are kept, being made, or waiting for that; and what failed, until somebody was told or `_TOLD` is over."""
        self._failed: dict[Moment, float] = {}
        """When, by a monotonic clock."""
        self._done: dict[Moment, int] = {}
        self._making: Store | None = None
        self._closed = Event()
        self._thread = ThreadPoolExecutor(1, "pictures")

    def ask(
        self,
        far: FarPast,
        lent: Callable[[Store], R],
        at_once: Callable[[int], R],
    ) -> R:
        """The answer from a picture; `lent` asks a store, `at_once` one without a picture, which judges again so many dossiers.

        CannotRun `being_made` when it is not there yet, `busy`, and what went wrong when it was made.
        """
        moment = Moment(far.as_of, far.known_at)
        for kept in self._near(moment):
            with suppress(FarPast):
                return self._asked(kept, moment, lent, AT_ONCE)
        wanted = self._want(moment)
        with suppress(FarPast):
            return at_once(_MEANWHILE)
        with suppress(FarPast):  # it was out of date when it was made
            # Of two moments that are far from each other a picture has one; the other is judged again.
            return self._asked(self._awaited(moment, wanted), moment, lent, None)
        raise _being_made(0)

    def _near(self, moment: Moment) -> list[_Kept]:
        """Those that are kept, the nearest first."""
        now = self._clock()
        as_of = moment.as_of or now
        return sorted(
            self._kept(),
            key=lambda kept: (kept.moment != moment, abs((kept.moment.as_of or now) - as_of)),
        )

    def _kept(self) -> list[_Kept]:
        with self._lock:
            return [made.result() for made in self._wanted.values() if _is_made(made)]

    def _asked(
        self, kept: _Kept, moment: Moment, lent: Callable[[Store], R], most: int | None
    ) -> R:
        """FarPast where the picture is too far from what is asked."""
        exactly, far = kept.moment == moment, FarPast(*moment)
        if not (kept.lock.acquire(timeout=_PATIENCE if exactly else 0)):
            if exactly:
                raise CannotRun("too many requests at once; try again", code="busy")
            raise far
        try:
            if kept not in self._kept():  # it was dropped meanwhile
                raise far
            now = self._clock()
            at = moment.as_of or now, moment.known_at or now
            if not self._follows(kept, *at, exactly=exactly):
                if exactly or not kept.store.present:
                    self._drop(kept)  # it is as good as none
                raise far
            kept.asked = time.monotonic()
            return lent(replace(kept.store, now=now, at_once=most, picture=kept.picture))
        except CannotRun as error:
            if self._ended() is None and error.code != "question_too_long":
                self._drop(kept)  # its connection may be gone, and the tables with it
            raise
        finally:
            kept.lock.release()
            if self._closed.is_set():
                self._let_go(kept)

    def _follows(self, kept: _Kept, as_of: datetime, known_at: datetime, *, exactly: bool) -> bool:
        """Whether the picture is of the present generation, and has come near enough to what is asked."""
        store = kept.store
        with store.views.database.limited(self._ended, _PATIENCE):
            return store.present and kept.picture.follow(
                as_of, known_at, _MEANWHILE if exactly else AT_ONCE
            )

    # ── making them ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _want(self, moment: Moment) -> "Future[_Kept]":
        with self._lock:
            until = time.monotonic() - _TOLD
            for old in [each for each, failed_at in self._failed.items() if failed_at <= until]:
                self._forget(old)
            if moment not in self._wanted:
                waiting = [each for each, made in self._wanted.items() if not made.done()]
                # Whoever asks most lately is still there; of a long queue the last is told to ask again.
                if len(waiting) > _MOST and self._wanted[waiting[-1]].cancel():
                    del self._wanted[waiting[-1]]
                self._wanted[moment] = self._thread.submit(self._made, moment)
            return self._wanted[moment]

    def _awaited(self, moment: Moment, wanted: "Future[_Kept]") -> _Kept:
        until = time.monotonic() + _WAIT
        while not wait((wanted,), timeout=max(0.0, min(_SLICE, until - time.monotonic()))).done:
            ended = self._ended()
            if ended is not None:
                raise ended
            if time.monotonic() >= until:
                raise _being_made(self._done.get(moment, 0))
        try:
            return wanted.result()
        except CancelledError:
            raise _being_made(0) from None
        except BaseException:
            with self._lock:
                if self._wanted.get(moment) is wanted:
                    self._forget(moment)
            raise

    def _forget(self, failed: Moment) -> None:
        """That it failed; by whoever holds the lock."""
        del self._wanted[failed], self._failed[failed]

    def _made(self, moment: Moment) -> _Kept:
        began = time.monotonic()
        log = structlog.get_logger().bind(as_of=str(moment.as_of or "now"))
        try:
            self._make_room()
            made = self._make(moment)
        except BaseException as error:
            log.warning("picture not made", error=type(error).__name__)
            with self._lock:
                self._failed[moment] = time.monotonic()
            raise
        log.info("picture made", seconds=round(time.monotonic() - began, 1))
        return made

    def _make(self, moment: Moment) -> _Kept:
        def done(judged: int, of: int) -> None:
            self._done[moment] = 100 * judged // of

        store = self._making = self._open_store()
        try:
            with store.views.database.limited(self._ended, _MAKING):
                picture = Picture(store.views, store.log, store.law)
                now = self._clock()
                at = moment.as_of or now, moment.known_at or now
                picture.make(Job(store.generations, store.generation, store.law, *at), done)
        except BaseException:
            _close(store)
            raise
        finally:
            self._making = None
            self._done.pop(moment, None)
        return _Kept(moment, store, picture, asked=time.monotonic())

    @property
    def making(self) -> bool:
        """Whether one is being made."""
        return self._making is not None

    @property
    def moments(self) -> Collection[Moment]:
        """Those of which there is one, or will be, or could be none, and nobody was told."""
        with self._lock:
            return list(self._wanted)

    # ── letting them go ─────────────────────────────────────────────────────────────────────────────────────────────

    def _make_room(self) -> None:
        """For one more."""
        by_age = sorted(self._kept(), key=lambda kept: kept.asked, reverse=True)
        for kept in by_age[_MOST - 1 :]:
            with kept.lock:
                self._drop(kept)

    def _drop(self, kept: _Kept) -> None:
        """By whoever holds its lock."""
        with self._lock:
            self._wanted = {
                moment: made
                for moment, made in self._wanted.items()
                if not (_is_made(made) and made.result() is kept)
            }
        _close(kept.store)

    def end(self) -> None:
        """What is under way ends; `ended` says so by now."""
        asked = (kept.store for kept in self._kept() if kept.lock.locked())
        for store in (self._making, *asked):
            if store is not None:
                store.views.database.interrupt()

    def close(self) -> None:
        """Close all stores; one that is asked by whoever asks it, when he is done."""
        self._closed.set()
        self._thread.shutdown(cancel_futures=True)
        for kept in self._kept():
            self._let_go(kept)

    def _let_go(self, kept: _Kept) -> None:
        """Unless somebody asks it: he comes here when all are closed."""
        if kept.lock.acquire(blocking=False):
            try:
                if kept in self._kept():
                    self._drop(kept)
            finally:
                kept.lock.release()


def _is_made(wanted: "Future[_Kept]") -> bool:
    return wanted.done() and not wanted.cancelled() and wanted.exception() is None


def _being_made(percent: int) -> CannotRun:
    return CannotRun(
        f"the figures of that moment are being made ({percent} %); ask again in a moment",
        code="being_made",
        percent=percent,
    )


def _close(store: Store) -> None:
    with suppress(CannotRun):
        store.close()

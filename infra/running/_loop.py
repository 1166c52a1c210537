"""`run`: opens a worker, steps it until a signal comes, and knows what each failure means for the process.

Knows the roles and the clock. Must not know what the worker does.

One turn: 1 open the worker if there is none; 2 step; 3 note that the loop came round; 4 pause if there was nothing to do.
A failure in 1 or 2 closes the worker and waits (the world is away), tries again (another was faster), or ends the process.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import structlog

from infra import metrics as measured
from infra.metrics import Metrics
from infra.running._backoff import Waits, waits
from infra.running._failures import meaning, sentence
from infra.running._http import OpsServer
from infra.running._pulse import NOT_OPEN, Pulse
from infra.running._showing import pages
from infra.running._stop import Stop, Stopping, TookTooLong
from infra.running._worker import Pace, Worker

STOPPED: Final = 0
CANNOT_RUN: Final = 3

Complain = Callable[[Exception], None]


def run(
    name: str,
    open_worker: Callable[[], Worker],
    settings: Pace,
    metrics: Metrics,
    *,
    stop: Stopping | None = None,
    complain: Complain | None = None,
    clock: Callable[[], float] = time.monotonic,
    waiting: Waits | None = None,
) -> int:
    """Run until SIGTERM or SIGINT, on the main thread; the exit code: 0 stopped as asked, 3 it cannot go on.

    `complain` tells the error that ends it, once; by default one line in the log. The other arguments are for tests.
    """
    log = structlog.get_logger().bind(command=name)
    told = complain or (lambda error: log.error(sentence(error), code=meaning(error)[1]))
    with ExitStack() as stack:
        asked = stop or stack.enter_context(Stop(settings.stop_seconds))
        pulse = Pulse(settings.stalled_seconds, clock)
        try:
            if settings.ops_address is not None:
                server = OpsServer(settings.ops_address, pages(pulse, metrics))
                stack.callback(server.close)
                log.info("listening", url=server.url)
            _Runner(
                open=open_worker,
                idle=settings.idle_seconds,
                metrics=metrics,
                stop=asked,
                pulse=pulse,
                waits=waiting or waits(settings.retry_seconds, settings.retry_most_seconds),
                log=log,
            ).run()
        except TookTooLong:
            log.warning("step_cut_short", seconds=settings.stop_seconds)
        except Exception as error:  # noqa: BLE001 - whatever it is, the process ends with one sentence
            metrics.add(measured.FAILURES, code=meaning(error)[1], handling="ended")
            told(error)
            return CANNOT_RUN
        log.info("stopped")
        return STOPPED


@dataclass(slots=True, kw_only=True)
class _Runner:
    open: Callable[[], Worker]
    idle: float
    metrics: Metrics
    stop: Stopping
    pulse: Pulse
    waits: Waits
    log: structlog.typing.FilteringBoundLogger
    worker: Worker | None = None
    failed: int = 0
    """Times in a row that the world was away."""

    def run(self) -> None:
        """Until a signal comes. Raises what ends the process; the worker is closed either way."""
        self._ready(NOT_OPEN)
        try:
            while not self.stop.asked:
                self.pulse.beat()
                try:
                    self._turn()
                except Exception as error:  # noqa: BLE001 - each kind has its own meaning
                    self._failed(error)
        finally:
            self._close()

    def _turn(self) -> None:
        if self.worker is None:
            self.worker = self.open()
            self.metrics.add(measured.OPENINGS)
            self.log.info("opened")
        began = time.perf_counter()
        done = self.worker.step()
        if done:
            self.metrics.observe(measured.STEP, time.perf_counter() - began)
        self.metrics.put(measured.LAST_STEP, time.time())
        self.failed = 0
        self._ready(self.worker.ready())
        if not done and not self.stop.asked:
            self._pause(self.idle)

    def _failed(self, error: Exception) -> None:
        handling, code = meaning(error)
        if handling == "ended":
            raise error
        self.metrics.add(measured.FAILURES, code=code, handling=handling)
        if handling == "at_once":
            return
        self._close()
        self.failed += 1
        seconds = self.waits(self.failed)
        self._ready(f"{code}: {sentence(error)}")
        self.log.warning(sentence(error), code=code, again_in_seconds=round(seconds, 1))
        self._pause(seconds)

    def _close(self) -> None:
        """Close what is open. What fails in closing after a failure is part of it; the next opening shows what lasts."""
        worker, self.worker = self.worker, None
        if worker is None:
            return
        self._ready(NOT_OPEN)
        self.metrics.forget()
        try:
            worker.close()
        except Exception as error:  # noqa: BLE001 - see above
            self.log.warning("not_closed", code=meaning(error)[1], why=sentence(error))

    def _ready(self, reason: str | None) -> None:
        self.pulse.tell(reason)
        self.metrics.put(measured.READY, float(reason is None))

    def _pause(self, seconds: float) -> None:
        self.pulse.beat(seconds)
        self.stop.wait(seconds)

"""The circuit to a receiver: after some failures in a row it is asked only now and then.

Knows pybreaker. Must not know what a receiver is.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import pybreaker
from structlog import get_logger
from typing_extensions import override

from infra.metrics import Circuit as State
from infra.metrics import Metrics

T = TypeVar("T")

FAILURES: Final = 5
"""So many failures in a row open it: fewer happen whenever a receiver is restarted."""

RESET_SECONDS: Final = 30.0
"""So long after opening it lets one attempt through."""

_STATES: Final[dict[str, State]] = {
    pybreaker.STATE_CLOSED: "closed",
    pybreaker.STATE_HALF_OPEN: "half_open",
    pybreaker.STATE_OPEN: "open",
}


class Open(Exception):
    """Nothing was tried: the circuit is open."""


class Circuit:
    """Closed at first. What a call raises counts as a failure of the receiver."""

    def __init__(
        self,
        target: str,
        metrics: Metrics,
        *,
        failures: int = FAILURES,
        reset_seconds: float = RESET_SECONDS,
    ) -> None:
        """`target`: what the receiver is called in metrics and log."""
        self._breaker = pybreaker.CircuitBreaker(
            failures,
            reset_seconds,
            listeners=[_Told(target, metrics)],
            throw_new_error_on_trip=False,
        )
        metrics.circuit(target, "closed")

    @property
    def rest(self) -> float:
        """Seconds for which asking is no use: all of them where it is open, or was a moment ago."""
        is_open = self._breaker.current_state == pybreaker.STATE_OPEN
        return self._breaker.reset_timeout if is_open else 0.0

    def call(self, work: Callable[[], T]) -> T:
        """Do it, unless the circuit is open. Raises Open, or what the work raises."""
        try:
            return self._breaker.call(work)
        except pybreaker.CircuitBreakerError as error:
            raise Open from error


class _Told(pybreaker.CircuitBreakerListener):
    """Tells each change to metrics and log."""

    def __init__(self, target: str, metrics: Metrics) -> None:
        self._target, self._metrics = target, metrics

    @override
    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
        state = _STATES[new_state.name]
        self._metrics.circuit(self._target, state)
        log = get_logger().warning if state == "open" else get_logger().info
        log("circuit", target=self._target, state=state)

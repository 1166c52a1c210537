"""How long to wait for a world that is away: tenacity's exponential backoff with full jitter.

Knows tenacity's strategy. Must not sleep: whoever waits keeps the moment of the next attempt. The random part keeps ten workers
from knocking at a database at the same instant.
"""

from collections.abc import Callable

from tenacity import RetryCallState, Retrying, wait_random_exponential

Waits = Callable[[int], float]
"""Seconds to wait after so many failures in a row."""


def waits(first: float, most: float) -> Waits:
    """A random part of `first`, doubled each time, up to `most`."""
    strategy = wait_random_exponential(multiplier=first, max=most)
    retrying = Retrying()

    def wait(failed: int) -> float:
        state = RetryCallState(retrying, None, (), {})
        state.attempt_number = failed
        return strategy(state)

    return wait

"""How long a receiver that failed is left alone: by tenacity's exponential backoff with full jitter.

Knows tenacity's strategy. Must not sleep: the loop keeps the moment of the next attempt and goes on with others.
"""

from collections.abc import Callable

from tenacity import RetryCallState, Retrying, wait_random_exponential


def waits(first: float, most: float) -> Callable[[int], float]:
    """Seconds after so many failures in a row: a random part of `first`, doubled each time, up to `most`."""
    strategy = wait_random_exponential(multiplier=first, max=most)
    retrying = Retrying()

    def wait(failed: int) -> float:
        state = RetryCallState(retrying, None, (), {})
        state.attempt_number = failed
        return strategy(state)

    return wait

"""What the loop says of itself and the operator's pages repeat: that it comes round, and whether its worker is ready.

Knows moments of a monotonic clock. Must not know threads: the loop writes whole values, the pages read them.
"""

from collections.abc import Callable

NOT_OPEN = "the worker is not open yet"


class Pulse:
    """`limit`: seconds that a turn of the loop may take."""

    def __init__(self, limit: float, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._clock = clock
        self._reason: str | None = NOT_OPEN
        self._since = self._due = 0.0
        self.beat()

    def beat(self, pause: float = 0.0) -> None:
        """The loop has come round, and will pause for so many seconds on purpose."""
        self._since = self._clock()
        self._due = self._since + pause + self._limit

    def tell(self, reason: str | None) -> None:
        """Why the worker is not ready; None: it is."""
        self._reason = reason

    def dead(self) -> str | None:
        """Why the process counts as standing still; None: it does not."""
        now = self._clock()
        if now <= self._due:
            return None
        return f"the loop has not come round for {now - self._since:.0f} s"

    def unready(self) -> str | None:
        """Why it is not ready; None: it is."""
        return self.dead() or self._reason

"""What is run, and at which pace: the two roles of this package.

Must not know who plays them.
"""

from typing import Protocol


class Worker(Protocol):
    """Does a long-running command's work a step at a time; opened, stepped and closed by one thread."""

    def step(self) -> int:
        """Do the next piece of work and return how much it was, 0 when there was none.

        It may block for about a second waiting for work. CannotRun with a code of `AWAY` when the world is away, Contended when
        another process was faster: nothing was done then, or it is safe to do it again.
        """
        ...

    def ready(self) -> str | None:
        """None when it does its work or stands by for it; else why not ("catching up"). Asked after every step: cheap."""
        ...

    def close(self) -> None:
        """Let everything go, also after a step that failed."""
        ...


class Pace(Protocol):
    """How often and how long; `infra.settings.service` plays it."""

    @property
    def ops_address(self) -> tuple[str, int] | None:
        """Where /healthz, /readyz and /metrics are; port 0: any free one; None: nowhere."""
        ...

    @property
    def idle_seconds(self) -> float:
        """Pause after a step that found nothing."""
        ...

    @property
    def retry_seconds(self) -> float:
        """Longest first wait for a world that is away; doubled each time."""
        ...

    @property
    def retry_most_seconds(self) -> float:
        """Longest wait of all."""
        ...

    @property
    def stalled_seconds(self) -> float:
        """After so long in one step, /healthz says no."""
        ...

    @property
    def stop_seconds(self) -> float:
        """So long may a step go on after the signal to stop; then it is cut short."""
        ...

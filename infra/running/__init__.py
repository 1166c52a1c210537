"""Runs the long-running commands: opens a worker, steps it until it is told to stop, opens it anew when the world was away.

It also shows to the operator how a command is that ends by itself. Knows signals, waiting and the operator's HTTP pages. Must not know any worker.
"""

from infra.running._backoff import Waits, waits
from infra.running._failures import AWAY
from infra.running._loop import CANNOT_RUN, STOPPED, run
from infra.running._showing import showing
from infra.running._stop import Stop
from infra.running._worker import Pace, Worker

__all__ = [
    "AWAY",
    "CANNOT_RUN",
    "STOPPED",
    "Pace",
    "Stop",
    "Waits",
    "Worker",
    "run",
    "showing",
    "waits",
]

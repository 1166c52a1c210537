"""Workers that do what a test tells them, and a process with one in it: `python -m tests.infra.running.workers KIND`.

Knows the roles of `infra.running`. Must not know Kafka or any database.
"""

import signal
import sys
import time
from dataclasses import dataclass, field
from unittest.mock import patch

from infra import logs
from infra.errors import CannotRun
from infra.metrics import EVENTS, Metrics
from infra.running import _stop, run

AWAY = CannotRun("the broker does not answer", code="broker_unreachable")


@dataclass(frozen=True)
class Pace:
    ops_address: tuple[str, int] | None = None
    idle_seconds: float = 0.1
    retry_seconds: float = 1.0
    retry_most_seconds: float = 30.0
    stalled_seconds: float = 60.0
    stop_seconds: float = 5.0


def doubled(failed):
    """The longest wait after so many failures, without a random part."""
    return min(30, 2 ** (failed - 1))


class Scripted:
    """Steps return, or raise, what stands in the script; then `stop` is asked for."""

    def __init__(self, script, stop, unready=None):
        self.script, self.stop, self.unready = script, stop, unready
        self.opened = self.closed = 0
        self.fails_to_close = False

    def open(self):
        self.opened += 1
        return self

    def step(self):
        if not self.script:
            self.stop.asked = True
            return 0
        said = self.script.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    def ready(self):
        return self.unready

    def close(self):
        self.closed += 1
        if self.fails_to_close:
            raise RuntimeError


@dataclass
class Waits:
    """`Stopping` by hand: notes how long it was to wait, and does not."""

    asked: bool = False
    waits: list[float] = field(default_factory=list)

    def wait(self, seconds, /):
        self.waits.append(seconds)


def say(word):
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


class _Process:
    """A worker in a process of its own: `KIND` says how its third step goes."""

    def __init__(self, kind, metrics):
        self.kind, self.metrics, self.steps = kind, metrics, 0
        say("opened")

    def step(self):
        self.steps += 1
        self.metrics.add(EVENTS, outcome="published")
        if self.steps < 3:
            return 1
        match self.kind:
            case "away":
                raise AWAY
            case "fault":
                raise KeyError("Nguyễn Văn Mẫu")
            case "hangs":
                say("hangs")
                time.sleep(600)
            case _:
                pass
        return 0

    def ready(self):
        return None

    def close(self):
        say("closed")


def main(kind):
    logs.configure("json", level="info")
    metrics = Metrics("relay")
    pace = Pace(
        ops_address=("127.0.0.1", 0),
        idle_seconds=60,
        retry_seconds=60,
        stop_seconds=1 if kind == "hangs" else 10,
    )
    with patch.object(_stop, "_CLOSING", 30.0):  # a busy machine closes slowly
        return run("relay", lambda: _Process(kind, metrics), pace, metrics)


if __name__ == "__main__":
    # Whoever started the tests in the background may have had these ignored, and what is ignored is inherited.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    sys.exit(main(sys.argv[1]))

"""The clock that the processes of a run live by: the run moves it, and can put one process's wrong.

Knows two files: the instant that everybody lives in, counted on from when it was written, and how far one process is off.
Must not know who reads it: the product has no such switch, its clock is replaced when a process begins.
"""

import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path


def shown(clock: Path, skew: Path | None = None) -> datetime:
    """The instant by these files."""
    since = max(0.0, time.time() - clock.stat().st_mtime)
    off = 0.0
    if skew is not None:
        with suppress(OSError, ValueError):
            off = float(skew.read_text("utf-8"))
    return datetime.fromisoformat(clock.read_text("utf-8")) + timedelta(seconds=since + off)


def put(clock: Path, instant: datetime) -> None:
    """Set it for everybody at once."""
    fresh = clock.with_suffix(".fresh")
    fresh.write_text(instant.isoformat(), "utf-8")
    fresh.replace(clock)

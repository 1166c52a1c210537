"""A rebuild's progress on the operator's pages, where DUNGHEN_OPS_ADDRESS is set: it takes an hour on a large log.

Knows the stages' names. Must not know what is done in them.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from infra import metrics as measured
from infra.metrics import Metrics
from infra.running import showing
from infra.settings.reading import read
from infra.wiring import Progress

STAGES: Final = ("project", "rebuild", "index", "wait", "compare", "switch")
"""In their order: the present generation is caught up, the next one filled, indexed, others waited for, compared, switched to."""


@contextmanager
def watched(progress: Progress) -> Iterator[Progress]:
    """Progress that is told and also measured. CannotRun (`bad_setting`) where the address cannot be listened on."""
    if not os.environ.get("DUNGHEN_OPS_ADDRESS"):
        yield progress
        return
    metrics = Metrics("rebuild")

    def told(what: str, done: int, total: int | None) -> None:
        measure(metrics, what, done, total)
        progress(what, done, total)

    address = read().ops_address
    assert address is not None  # it is set
    with showing(address, metrics):
        yield told


def measure(metrics: Metrics, what: str, done: int, total: int | None) -> None:
    """How far it is: the stage, and of the filling how much of how much."""
    for stage in STAGES:
        metrics.put(measured.REBUILD_STAGE, float(stage == what), stage=stage)
    if what == "rebuild" and total is not None:
        metrics.put(measured.REBUILD_EVENTS, done)
        metrics.put(measured.REBUILD_TARGET, total)
    metrics.put(measured.LAST_STEP, time.time())

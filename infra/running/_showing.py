"""The operator's pages of a command that ends by itself.

Knows the pages. Must not know what is measured.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

import structlog

from infra import metrics as measured
from infra.metrics import CONTENT_TYPE, Metrics
from infra.running._http import OpsServer, Page, verdict
from infra.running._pulse import Pulse


def pages(pulse: Pulse, metrics: Metrics) -> Mapping[str, Callable[[], Page]]:
    """What is served where."""
    return {
        "/healthz": lambda: verdict(pulse.dead()),
        "/readyz": lambda: verdict(pulse.unready()),
        "/metrics": lambda: Page(HTTPStatus.OK, metrics.exposed(), CONTENT_TYPE),
    }


@contextmanager
def showing(address: tuple[str, int], metrics: Metrics) -> Iterator[None]:
    """The pages of a command for as long as the block lasts. It is ready and alive all the time: one statement may take minutes."""
    pulse = Pulse(math.inf, time.monotonic)
    pulse.tell(None)
    metrics.put(measured.READY, 1)
    server = OpsServer(address, pages(pulse, metrics))
    structlog.get_logger().info("listening", url=server.url)
    try:
        yield
    finally:
        server.close()

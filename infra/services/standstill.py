"""Dossiers that stand still, as a worker tells its operator: two gauges, and a line of the log for each that is parked anew.

Knows why each stands still. Must not know what stopped it. The reason is not logged: it may quote an event.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from structlog import get_logger

from consumers.isolation import is_waiting
from infra import metrics as measured
from infra.metrics import Metrics

_SHOWN: Final = 20
"""Where more are parked at once, it is not these that the operator must look at one by one."""


class Standstill:
    """Remembers which were told."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._told: AbstractSet[str] = frozenset()

    def tell(self, troubles: Mapping[str, str]) -> None:
        """How many wait and are parked by now, and which of the parked were not yet told of."""
        parked = {dossier for dossier, why in troubles.items() if not is_waiting(why)}
        self._metrics.put(measured.WAITING, len(troubles) - len(parked))
        self._metrics.put(measured.PARKED, len(parked))
        fresh = sorted(parked - self._told)
        for dossier in fresh[:_SHOWN]:
            get_logger().error("dossier_parked", dossier=dossier, see="dunghen parked")
        if len(fresh) > _SHOWN:
            get_logger().error("dossiers_parked", more=len(fresh) - _SHOWN, see="dunghen parked")
        self._told = parked

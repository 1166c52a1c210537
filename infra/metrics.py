"""Every metric of the product, declared here and nowhere else, and the registry of one process that holds them.

Knows prometheus-client. Must not know who measures what, nor how it is served. Names follow Prometheus: base units, `_total`
for what only grows. No label ever holds a person, a dossier or an officer: a label's values are few and known.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any, Final, Literal, TypeVar, cast

import prometheus_client
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

CONTENT_TYPE: Final = prometheus_client.CONTENT_TYPE_LATEST

Circuit = Literal["closed", "half_open", "open"]
CIRCUITS: Final[Sequence[Circuit]] = ("closed", "half_open", "open")


@dataclass(frozen=True, slots=True)
class Counter:
    """What only grows; begins at 0 with each process."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gauge:
    """What goes up and down."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often something took how long; `buckets` are upper bounds in the unit of the name."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


Metric = Counter | Gauge | Histogram

_WORK: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
"""A step takes milliseconds; over the two minutes of DUNGHEN_STALLED_SECONDS it counts as standing."""

_VISIBLE: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 3600.0, 86400.0)
"""The promise is 50 ms at the median and 250 ms at p99; the upper ones tell minutes of catching up from a day's outage."""

# ── every long-running command ──

BUILD: Final = Gauge("dunghen_build_info", "1, with the version that runs.", ("version",))
EVENTS: Final = Counter(
    "dunghen_events_total",
    "Events processed: published, projected, known (came again, or was taken along before), accepted, duplicate, refused or parked.",
    ("command", "outcome"),
)
STEP: Final = Histogram(
    "dunghen_step_duration_seconds",
    "Duration of the steps that found work.",
    ("command",),
    _WORK,
)
LAST_STEP: Final = Gauge(
    "dunghen_last_step_timestamp_seconds",
    "When the last step ended well, with or without work.",
    ("command",),
)
READY: Final = Gauge("dunghen_ready", "1 when /readyz says yes, else 0.", ("command",))
OPENINGS: Final = Counter(
    "dunghen_openings_total",
    "How often the worker was opened: 1 at start, 1 more after each time that the world was away.",
    ("command",),
)
FAILURES: Final = Counter(
    "dunghen_failures_total",
    "Failures by code; handling: retried (waited and opened anew), at_once (another was faster), ended (the process ended).",
    ("command", "code", "handling"),
)

# ── relay ──

LOG_POSITION: Final = Gauge("dunghen_log_position", "Position of the last event of the log.")
RELAY_POSITION: Final = Gauge(
    "dunghen_relay_position", "Position up to which the log is published and acknowledged."
)
RELAY_LAG: Final = Gauge("dunghen_relay_lag_events", "Events of the log not yet published.")
RELAY_ACTIVE: Final = Gauge(
    "dunghen_relay_active", "1 for the relay that publishes, 0 for one that stands by."
)

ANNOUNCING_LAG: Final = Gauge(
    "dunghen_announcing_lag_rows",
    "Changes of judgements that are not on the topics of judgements yet, by the relay that announces them.",
)
ANNOUNCING_ACTIVE: Final = Gauge(
    "dunghen_announcing_active",
    "1 for the relay that announces judgements, 0 for one that stands by.",
)

# ── consumers ──

LAG: Final = Gauge(
    "dunghen_consumer_lag_records",
    "Records still to be read, of the partitions that this worker has.",
    ("topic", "partition"),
)
PARTITIONS: Final = Gauge(
    "dunghen_consumer_partitions", "Partitions that this worker has.", ("topic",)
)
COMMITS_FAILED: Final = Counter(
    "dunghen_consumer_commit_failures_total", "Offsets that could not be stored; harmless when few."
)
RENEWALS: Final = Counter(
    "dunghen_consumer_renewals_total",
    "How often a Kafka client that stood although there was more was replaced.",
)
LATENCY: Final = Histogram(
    "dunghen_projecting_latency_seconds",
    "Time from an event's publication by the relay to its rows being visible; of each batch the oldest.",
    (),
    _VISIBLE,
)
PARKED: Final = Gauge(
    "dunghen_parked_dossiers", "Dossiers that stand still because an event cannot be applied."
)
WAITING: Final = Gauge(
    "dunghen_waiting_dossiers",
    "Dossiers with a hole in their versions, waiting for what is missing.",
)
DEAD_LETTERS: Final = Counter(
    "dunghen_dead_letters_total",
    "Facts sent to the dead letters, by the code of the refusal.",
    ("code",),
)
DEAD_LETTERS_OPEN: Final = Gauge(
    "dunghen_dead_letters_open", "Dead letters that nobody has retried or closed yet."
)
DEADLINES_LAG: Final = Gauge(
    "dunghen_deadlines_lag_seconds",
    "Age of the oldest boundary in time that is past and not judged yet; 0 when there is none.",
)

# ── notify ──

NOTIFICATIONS: Final = Counter(
    "dunghen_notifications_total",
    "Notices by channel (webhook, mail) and outcome (sent, retried, given_up).",
    ("channel", "outcome"),
)
NOTIFY_LAG: Final = Gauge("dunghen_notify_lag_rows", "Rows of the feed that were not notified yet.")
CIRCUIT: Final = Gauge(
    "dunghen_circuit_state",
    "1 for the state (closed, half_open, open) that the circuit to a receiver is in, 0 for the others.",
    ("target", "state"),
)

# ── rebuild ──

REBUILD_STAGE: Final = Gauge(
    "dunghen_rebuild_stage",
    "1 for what a rebuild is doing (project, rebuild, index, wait, compare, switch), 0 for the others.",
    ("stage",),
)
REBUILD_EVENTS: Final = Gauge(
    "dunghen_rebuild_events", "Events that are filled into the next generation."
)
REBUILD_TARGET: Final = Gauge(
    "dunghen_rebuild_target_events",
    "Events that the log had when the filling began: so many are filled in, those after them are followed.",
)

METRICS: Final[Mapping[str, Metric]] = {
    value.name: value
    for value in list(globals().values())
    if isinstance(value, Counter | Gauge | Histogram)
}
"""All of them by name."""

_PARTS: Final = {Histogram: ("_bucket", "_sum", "_count"), Counter: ("",), Gauge: ("",)}


def series() -> Iterator[str]:
    """The names that can be asked for in a query: of a histogram, its parts."""
    for metric in METRICS.values():
        yield from (metric.name + part for part in _PARTS[type(metric)])


_Made = TypeVar(
    "_Made", prometheus_client.Counter, prometheus_client.Gauge, prometheus_client.Histogram
)


_OF_PROCESS: Final = frozenset({BUILD.name, LAST_STEP.name, READY.name})
"""Gauges that are true whether or not a worker is open."""


class Metrics:
    """The metrics of one process, in a registry of its own. The label `command` fills itself in.

    What was never measured is not shown: a process that does not know how many dossiers are parked does not say 0.
    """

    def __init__(self, command: str) -> None:
        # A series for the birth of each series would double their number.
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's own
        self._command = command
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._made: dict[str, Any] = {}
        self._making = Lock()
        self.put(BUILD, 1, version=_version())

    def add(self, counter: Counter, amount: float = 1, /, **labels: str) -> None:
        """So many more."""
        self._child(prometheus_client.Counter, counter, labels).inc(amount)

    def put(self, gauge: Gauge, value: float, /, **labels: str) -> None:
        """It is so much now."""
        self._child(prometheus_client.Gauge, gauge, labels).set(value)

    def put_all(self, gauge: Gauge, values: Mapping[tuple[str, ...], float], /) -> None:
        """It is so much now for these values of its labels, and no more for any other: partitions come and go."""
        made = self._one(gauge)
        made.clear()
        for labels, value in values.items():
            made.labels(*labels).set(value)

    def forget(self) -> None:
        """The worker is closed: what it was seen to be it may be no more. What the process is, and what was counted, stays."""
        with self._making:
            for name, made in list(self._made.items()):
                if isinstance(made, prometheus_client.Gauge) and name not in _OF_PROCESS:
                    self._registry.unregister(made)
                    del self._made[name]

    def observe(self, histogram: Histogram, value: float, /, **labels: str) -> None:
        """It took so long this time."""
        self._child(prometheus_client.Histogram, histogram, labels).observe(value)

    def circuit(self, target: str, state: Circuit) -> None:
        """The circuit to a receiver is in this state now."""
        for each in CIRCUITS:
            self.put(CIRCUIT, float(each == state), target=target, state=each)

    def exposed(self) -> bytes:
        """What /metrics answers."""
        return generate_latest(self._registry)

    def _one(self, metric: Metric) -> Any:
        with self._making:
            if metric.name not in self._made:
                self._made[metric.name] = self._of(metric)
            return self._made[metric.name]

    def _of(self, metric: Metric) -> Any:
        name, told, labels, here = metric.name, metric.help, metric.labels, self._registry
        match metric:
            case Counter():
                return prometheus_client.Counter(name, told, labels, registry=here)
            case Gauge():
                return prometheus_client.Gauge(name, told, labels, registry=here)
            case Histogram(buckets=buckets):
                return prometheus_client.Histogram(
                    name, told, labels, registry=here, buckets=buckets
                )

    def _child(self, kind: type[_Made], metric: Metric, labels: dict[str, str]) -> _Made:
        made = self._one(metric)
        if "command" in metric.labels:
            labels = {"command": self._command, **labels}
        return cast("_Made", made.labels(**labels) if metric.labels else made)


def _version() -> str:
    try:
        return version("dunghen")
    except PackageNotFoundError:  # run from a folder without being installed
        return "unknown"

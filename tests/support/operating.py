"""What an operator loads and looks up, from the metrics themselves: the Grafana dashboard and the table of metrics.

    python -m tests.support.operating

writes docs/operating/dashboard.json and docs/operating/metrics.md. Knows the metrics. Must not know who measures them.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from infra.metrics import METRICS, Histogram

FOLDER = Path(__file__).parents[2] / "docs" / "operating"
WIDTH, HEIGHT = 8, 8

MINE = 'job=~"$job"'
"""All queries are about one installation: the scrape job that is chosen at the top of the dashboard."""


class Panel(NamedTuple):
    """A picture: title, unit, and (query, legend) of each line."""

    title: str
    unit: str
    lines: Sequence[tuple[str, str]]
    kind: str = "timeseries"


def quantile(of: str, q: float, by: str = "") -> str:
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({q}, sum by ({labels}) (rate({of}_bucket{{{MINE}}}[$__rate_interval])))"


ROWS: Sequence[tuple[str, Sequence[Panel]]] = (
    (
        "Is it well?",
        (
            Panel(
                "Ready",
                "none",
                [(f"max by (command) (dunghen_ready{{{MINE}}})", "{{command}}")],
                "stat",
            ),
            Panel(
                "Standing still or refused",
                "none",
                [
                    (f"max(dunghen_parked_dossiers{{{MINE}}})", "parked dossiers"),
                    (f"max(dunghen_waiting_dossiers{{{MINE}}})", "waiting dossiers"),
                    (f"max(dunghen_dead_letters_open{{{MINE}}})", "dead letters open"),
                ],
                "stat",
            ),
            Panel(
                "Version",
                "none",
                [(f"count by (version) (dunghen_build_info{{{MINE}}})", "{{version}}")],
                "stat",
            ),
            Panel(
                "Failures by code",
                "ops",
                [
                    (
                        f"sum by (command, code, handling) (rate(dunghen_failures_total{{{MINE}}}[$__rate_interval]))",
                        "{{command}} {{code}} {{handling}}",
                    )
                ],
            ),
            Panel(
                "Since the last step",
                "s",
                [
                    (
                        f"time() - max by (command) (dunghen_last_step_timestamp_seconds{{{MINE}}})",
                        "{{command}}",
                    )
                ],
            ),
            Panel(
                "Workers opened",
                "ops",
                [
                    (
                        f"sum by (command) (rate(dunghen_openings_total{{{MINE}}}[$__rate_interval]))",
                        "{{command}}",
                    )
                ],
            ),
        ),
    ),
    (
        "From the log to the tables",
        (
            Panel(
                "Events by outcome",
                "ops",
                [
                    (
                        f"sum by (command, outcome) (rate(dunghen_events_total{{{MINE}}}[$__rate_interval]))",
                        "{{command}} {{outcome}}",
                    )
                ],
            ),
            Panel(
                "Recorded to visible",
                "s",
                [
                    (quantile("dunghen_projecting_latency_seconds", 0.5), "p50"),
                    (quantile("dunghen_projecting_latency_seconds", 0.99), "p99"),
                ],
            ),
            Panel(
                "Step, p99",
                "s",
                [(quantile("dunghen_step_duration_seconds", 0.99, "command"), "{{command}}")],
            ),
            Panel(
                "Positions",
                "none",
                [
                    (f"max(dunghen_log_position{{{MINE}}})", "log"),
                    (f"max(dunghen_relay_position{{{MINE}}})", "relay"),
                ],
            ),
            Panel(
                "Relay: events not published",
                "none",
                [
                    (f"max(dunghen_relay_lag_events{{{MINE}}})", "lag"),
                    (f"sum(dunghen_relay_active{{{MINE}}})", "relays active"),
                ],
            ),
            Panel(
                "Relay: judgements not announced",
                "none",
                [
                    (f"max(dunghen_announcing_lag_rows{{{MINE}}})", "lag"),
                    (f"sum(dunghen_announcing_active{{{MINE}}})", "relays active"),
                ],
            ),
            Panel(
                "Consumer lag",
                "none",
                [
                    (
                        f"sum by (topic, partition) (dunghen_consumer_lag_records{{{MINE}}})",
                        "{{topic}} {{partition}}",
                    )
                ],
            ),
            Panel(
                "Partitions by worker",
                "none",
                [
                    (
                        f"sum by (topic, instance) (dunghen_consumer_partitions{{{MINE}}})",
                        "{{topic}} {{instance}}",
                    )
                ],
            ),
            Panel(
                "Kafka clients",
                "ops",
                [
                    (
                        f"sum(rate(dunghen_consumer_commit_failures_total{{{MINE}}}[$__rate_interval]))",
                        "commits failed",
                    ),
                    (
                        f"sum(rate(dunghen_consumer_renewals_total{{{MINE}}}[$__rate_interval]))",
                        "clients renewed",
                    ),
                ],
            ),
            Panel(
                "Rebuild",
                "none",
                [
                    (f"max(dunghen_rebuild_events{{{MINE}}})", "filled in"),
                    (f"max(dunghen_rebuild_target_events{{{MINE}}})", "of"),
                    (f"max by (stage) (dunghen_rebuild_stage{{{MINE}}}) > 0", "{{stage}}"),
                ],
            ),
            Panel(
                "Dead letters by code",
                "ops",
                [
                    (
                        f"sum by (code) (rate(dunghen_dead_letters_total{{{MINE}}}[$__rate_interval]))",
                        "{{code}}",
                    )
                ],
            ),
        ),
    ),
    (
        "Time and notices",
        (
            Panel(
                "Deadlines not judged yet",
                "s",
                [(f"max(dunghen_deadlines_lag_seconds{{{MINE}}})", "oldest")],
            ),
            Panel(
                "Notices by outcome",
                "ops",
                [
                    (
                        f"sum by (channel, outcome) (rate(dunghen_notifications_total{{{MINE}}}[$__rate_interval]))",
                        "{{channel}} {{outcome}}",
                    ),
                ],
            ),
            Panel(
                "Feed not notified", "none", [(f"max(dunghen_notify_lag_rows{{{MINE}}})", "rows")]
            ),
            Panel(
                "Circuits that are not closed",
                "none",
                [
                    (
                        f'max by (target, state) (dunghen_circuit_state{{{MINE}, state!="closed"}})',
                        "{{target}} {{state}}",
                    )
                ],
            ),
            Panel(
                "Memory and processors",
                "bytes",
                [(f"process_resident_memory_bytes{{{MINE}}}", "{{instance}}")],
            ),
        ),
    ),
)


def dashboard() -> dict[str, Any]:
    return {
        "uid": "dunghen",
        "title": "Đúng Hẹn",
        "description": "Generated by tests/support/operating.py; import it and choose the Prometheus data source.",
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "tags": ["dunghen"],
        "templating": {"list": [_SOURCE, _JOB]},
        "panels": _panels(),
    }


_SOURCE = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
_JOB = {
    "name": "job",
    "type": "query",
    "datasource": {"type": "prometheus", "uid": "${source}"},
    "query": {"query": "label_values(dunghen_build_info, job)", "refId": "job"},
    "refresh": 1,
    "includeAll": True,
    "allValue": ".+",
    "current": {"text": "All", "value": "$__all"},
}


def _panels() -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    y = 0
    for title, panels in ROWS:
        made.append(
            {
                "id": len(made) + 1,
                "type": "row",
                "title": title,
                "collapsed": False,
                "panels": [],
                "gridPos": {"x": 0, "y": y, "w": 24, "h": 1},
            }
        )
        for at, panel in enumerate(panels):
            place = {"x": at % 3 * WIDTH, "y": y + 1 + at // 3 * HEIGHT, "w": WIDTH, "h": HEIGHT}
            made.append(_panel(panel, len(made) + 1, place))
        y += 1 + -(-len(panels) // 3) * HEIGHT
    return made


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "gridPos": place,
        "datasource": {"type": "prometheus", "uid": "${source}"},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + at), "expr": query, "legendFormat": legend}
            for at, (query, legend) in enumerate(panel.lines)
        ],
    }


def table() -> str:
    rows = (
        f"| `{m.name}` | {type(m).__name__.lower()} | {', '.join(f'`{label}`' for label in m.labels) or '–'} | {m.help}"
        f"{_buckets(m)} |"
        for m in METRICS.values()
    )
    return "\n".join(
        (
            "# Metrics",
            "",
            "Generated from `infra/metrics.py` by `python -m tests.support.operating`; a test compares. Every long-running command shows at",
            "`/metrics` those that it has measured, and the `process_…` ones of Prometheus' own client. What they mean for you stands in",
            "[operating.md](../operating.md).",
            "",
            "| metric | is a | labels | tells |",
            "|---|---|---|---|",
            *rows,
            "",
        )
    )


def _buckets(metric: object) -> str:
    if not isinstance(metric, Histogram):
        return ""
    return f" Buckets: {', '.join(f'{bucket:g}' for bucket in metric.buckets)}."


def as_text(board: dict[str, Any]) -> str:
    return json.dumps(board, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "dashboard.json").write_text(as_text(dashboard()), "utf-8")
    (FOLDER / "metrics.md").write_text(table(), "utf-8")

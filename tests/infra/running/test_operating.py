"""What an operator loads and reads says what the program measures: alarms, dashboard, metrics, the page."""

import json
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families as families

from infra.metrics import CIRCUITS, METRICS, Counter, Gauge, Histogram, Metrics, series
from tests.support.operating import as_text, dashboard, table

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "operating.md").read_text("utf-8")
HEADINGS = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
GROUPS = yaml.safe_load((DOCS / "operating/alerts.yml").read_text("utf-8"))["groups"]
ALERTS = [rule for group in GROUPS for rule in group["rules"]]
BOARD = json.loads((DOCS / "operating/dashboard.json").read_text("utf-8"))
QUERIES = [
    *(rule["expr"] for rule in ALERTS),
    *(target["expr"] for panel in BOARD["panels"] for target in panel.get("targets", ())),
]
EVERYWHERE = {"job", "instance", "le"}
OTHERS = {"up", "process_start_time_seconds", "process_resident_memory_bytes"}
"""Of Prometheus and its client."""
PARTS = re.compile("_(bucket|sum|count)$")

every_alert = pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
every_metric = pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
every_query = pytest.mark.parametrize("query", QUERIES)


def labels_of(name):
    metric = METRICS.get(name) or METRICS.get(PARTS.sub("", name))
    return EVERYWHERE | set(metric.labels if metric else ())


@every_query
def test_a_query_asks_for_what_is_measured(query):
    named = set(re.findall(r"\b(?:dunghen|process)_\w+|\bup\b", query))
    assert named
    assert named <= {*series(), *OTHERS}


@every_query
def test_a_query_selects_by_labels_that_are_there(query):
    for name, selected in re.findall(r"(\w+)\{([^}]*)\}", query):
        assert set(re.findall(r"(\w+)\s*[=!]", selected)) <= labels_of(name), query


@every_query
def test_a_query_groups_by_labels_that_are_there(query):
    there = set().union(*(labels_of(name) for name in re.findall(r"\bdunghen_\w+", query)))
    grouped = re.findall(r"\b(?:by|on) \(([^)]*)\)", query)
    assert {label.strip() for each in grouped for label in each.split(",")} <= there


@every_alert
def test_an_alarm_says_how_urgent_it_is_and_what_is_the_matter(rule):
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["summary"]


@every_alert
def test_an_alarm_has_a_section_that_says_what_to_do(rule):
    assert rule["alert"] in HEADINGS
    assert rule["annotations"]["runbook"] == f"docs/operating.md#{rule['alert'].lower()}"


def test_no_section_is_about_an_alarm_that_is_not_there():
    told = [heading for heading in HEADINGS if heading.startswith("DungHen")]
    assert told == [rule["alert"] for rule in ALERTS]


def test_dashboard_and_table_are_generated_from_the_metrics():
    said = "python -m tests.support.operating"
    assert (DOCS / "operating/dashboard.json").read_text("utf-8") == as_text(dashboard()), said
    assert (DOCS / "operating/metrics.md").read_text("utf-8") == table(), said


def test_panels_do_not_overlap():
    places = [
        (x, y)
        for panel in BOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))


@every_metric
def test_every_metric_is_on_the_dashboard(metric):
    assert any(metric.name in target for target in QUERIES)


@every_metric
def test_a_metric_is_named_by_the_conventions(metric):
    assert re.fullmatch(r"dunghen_[a-z_]+[a-z]", metric.name)
    assert metric.name.endswith("_total") == isinstance(metric, Counter)
    assert not isinstance(metric, Histogram) or metric.name.endswith("_seconds")
    assert metric.help.endswith(".")


@every_metric
def test_a_metric_is_exposed_once_it_was_measured_and_not_before(metric):
    metrics = Metrics("relay")
    labels = {label: "x" for label in metric.labels if label != "command"}
    if metric.name != "dunghen_build_info":
        assert metric.name not in metrics.exposed().decode()
    match metric:
        case Counter():
            metrics.add(metric, 2, **labels)
        case Gauge():
            metrics.put(metric, 2, **labels)
        case Histogram():
            metrics.observe(metric, 2, **labels)
        case _:
            raise AssertionError(metric)
    samples = {s.name for f in families(metrics.exposed().decode()) for s in f.samples}
    assert samples & set(series()) >= {
        name for name in series() if PARTS.sub("", name) == metric.name
    }


def test_partitions_that_went_to_others_are_not_shown_any_more():
    metrics, lag = Metrics("projections"), METRICS["dunghen_consumer_lag_records"]
    assert isinstance(lag, Gauge)
    metrics.put_all(lag, {("t", "0"): 5, ("t", "1"): 6})
    metrics.put_all(lag, {("t", "1"): 7})
    shown = [line for line in metrics.exposed().decode().splitlines() if line.startswith(lag.name)]
    assert shown == ['dunghen_consumer_lag_records{partition="1",topic="t"} 7.0']


def test_a_circuit_is_in_one_state():
    metrics = Metrics("notify")
    metrics.circuit("hooks.example", "open")
    metrics.circuit("hooks.example", "half_open")
    lines = [line for line in metrics.exposed().decode().splitlines() if "target=" in line]
    assert len(lines) == len(CIRCUITS)
    assert [line.split()[0] for line in lines if line.endswith(" 1.0")] == [
        'dunghen_circuit_state{state="half_open",target="hooks.example"}'
    ]

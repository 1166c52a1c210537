"""No metric is decoration: each that is declared is measured somewhere, or an alarm over it could never ring."""

import ast
from pathlib import Path

import pytest

from infra import metrics

INFRA = Path(metrics.__file__).parent
NAMES = [
    name
    for name, value in vars(metrics).items()
    if isinstance(value, metrics.Counter | metrics.Gauge | metrics.Histogram)
]


def used(path):
    """The names of metrics that a module's code mentions; of `metrics` itself only what is called."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr
        if isinstance(node, ast.Call):
            yield from (each.id for each in node.args if isinstance(each, ast.Name))


USED = {name for path in INFRA.rglob("*.py") for name in used(path)}


@pytest.mark.parametrize("name", NAMES)
def test_a_metric_that_is_declared_is_measured(name):
    assert name in USED

"""A short run, the same faults each time; `make chaos` takes any seed and as many faults as one has time for."""

import os

import pytest

from tests.chaos.run import run
from tests.support.servers import Unavailable
from tests.support.servers.fixtures import give_up

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.chaos,
    pytest.mark.kafka,
    pytest.mark.postgres,
    # On a machine that is too busy to close in time the client leaves a socket to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


_REST = 840.0
"""Seconds: what does not come to rest is told by name, before the test's own twenty minutes are over and it is killed."""


def test_disturbed_it_ends_as_if_it_had_been_left_alone():
    try:
        report = run(seed=20, faults=25, events=1_500, rest=_REST)
    except Unavailable as refusal:
        give_up(f"none of our own: {refusal}", os.environ)
    assert report.wrong == [], report
    assert report.untried == []

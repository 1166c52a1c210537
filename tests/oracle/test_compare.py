"""The engine against the naive calculator: 20,000 histories, no difference. A million: `make oracle-1m`."""

import pytest

from infra.calendars import national
from tests.oracle.compare import compare
from tests.oracle.naive_time import as_calendar, load_calendar

HISTORIES, CHUNK = 20_000, 500
SHOWN = 3


@pytest.mark.timeout(300)
@pytest.mark.parametrize("first", range(0, HISTORIES, CHUNK))
def test_the_engine_and_the_naive_calculator_judge_alike(first):
    naive, calendar = as_calendar(load_calendar()), national()
    differing = {}
    for seed in range(first, first + CHUNK):
        found, _ = compare(seed, naive, calendar)
        if found:
            differing[seed] = found
    shown = dict(list(differing.items())[:SHOWN])
    assert not differing, f"{len(differing)} of {CHUNK} differ, by seed: {shown}"

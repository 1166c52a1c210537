"""`violations` of a period: the findings that began in it, counted and listed alike."""

from datetime import date, timedelta

import pytest

from infra.questions import queries
from tests.projections.test_laws import at_once, question, stored
from tests.support.stores import World


@pytest.mark.parametrize("seed", [5, 8])
def test_findings_of_a_period_are_those_that_began_in_it(seed):
    world = World(seed, dossiers=12)
    with stored(world) as store:
        at_once(store)
        as_of, known_at = question(world)
        at = {"as_of": as_of, "known_at": known_at}
        everything = queries.violations(store, limit=10_000, **at)["violations"]
        days = sorted(date.fromisoformat(each["since"][:10]) for each in everything)
        assert days
        period = days[len(days) // 4], days[len(days) // 2]
        expected = [
            each
            for each in everything
            if period[0] <= date.fromisoformat(each["since"][:10]) <= period[1]
        ]

        told = queries.violations(store, period=period, limit=10_000, **at)
        assert told["violations"] == expected
        assert told["total"] == len(expected)
        for by in ("rule", "unit"):
            counts = queries.violations(store, period=period, count_by=by, **at)
            assert counts["total"] == len(expected)
        officers = queries.violations(store, period=period, count_by="officer", **at)["counts"]
        for each in officers[:5]:
            one = queries.violations(store, period=period, officer=each["key"], **at)
            assert one["total"] == each["count"]
        never = (days[-1] + timedelta(days=1), days[-1] + timedelta(days=9))
        assert queries.violations(store, period=never, **at)["total"] == 0

"""`violations` of a period: the findings that began in it, counted and listed alike."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from infra.access import scope_of
from infra.questions import filtering, queries
from tests.projections.test_laws import at_once, question, stored
from tests.support.lines import accepted
from tests.support.stores import World, opened, put


@pytest.mark.parametrize("few", [0, 10_000], ids=["many", "few"])
@pytest.mark.parametrize("seed", [5, 8])
def test_findings_of_a_period_are_those_that_began_in_it(seed, few, monkeypatch):
    monkeypatch.setattr(filtering, "_FEW", few)
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


def test_a_unit_that_nobody_registered_is_counted_by_its_code_as_it_is_written(tmp_path):
    with opened(tmp_path) as store:
        put(store, [accepted(competent_unit="h40.17")])
        at_once(store)
        (day,) = {
            date.fromisoformat(v["since"][:10])
            for v in queries.violations(store, rules=["in_process_overdue"])["violations"]
        }
        counts = queries.violations(store, period=(day, day), count_by="unit")["counts"]
    assert [each["key"] for each in counts] == ["h40.17"]


def _a_period(rng, first, last):
    """Days or whole months between two days, and somewhat around them."""
    begin, end = sorted(
        first + timedelta(days=rng.randint(-40, (last - first).days + 40)) for _ in "ab"
    )
    if rng.random() < 0.4:
        begin = begin.replace(day=1)
    if rng.random() < 0.4:
        end = (end.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return begin, end


def _pages(store, asked):
    """Every finding, three on a page; each page says how many are before it."""
    cursor, before = None, 0
    while True:
        page = queries.violations(store, limit=3, cursor=cursor, **asked)
        assert page["before"] == before
        yield from page["violations"]
        before += len(page["violations"])
        cursor = page["next"]
        if cursor is None:
            return


def _among(findings, of_unit, *, period, rules, unit, dossier):
    """Those that are asked for, chosen by hand."""
    return [
        each
        for each in findings
        if period[0] <= date.fromisoformat(each["since"][:10]) <= period[1]
        and (not rules or each["rule"] in rules)
        and (unit is None or each in of_unit[unit])
        and dossier in {None, each["dossier"]}
    ]


@pytest.mark.parametrize("few", [0, 10_000], ids=["in the order of the table", "sorted"])
@pytest.mark.parametrize("scoped", [False, True], ids=["all", "a unit's"])
@pytest.mark.parametrize("seed", [3, 5])
def test_any_period_is_counted_as_it_is_listed(seed, scoped, few, monkeypatch):
    monkeypatch.setattr(filtering, "_FEW", few)
    world, rng = World(seed, dossiers=25), random.Random(seed)
    with stored(world) as whole:
        at_once(whole)
        instants = world.instants()
        for k in (whole.now, instants[len(instants) * 2 // 3]):
            at = {"as_of": whole.now, "known_at": k}
            units = Counter(
                v["unit"] for v in queries.violations(whole, limit=10_000)["violations"]
            )
            scope = scope_of("compliance", unit=max(filter(None, units), key=units.__getitem__))
            store = replace(whole, scope=scope) if scoped else whole
            everything = queries.violations(store, limit=10_000, **at)["violations"]
            days = sorted(date.fromisoformat(each["since"][:10]) for each in everything)
            assert days[0].replace(day=1) != days[-1].replace(day=1)  # or no month were a whole one
            of_unit = {
                unit: queries.violations(store, unit=unit, limit=10_000, **at)["violations"]
                for unit in sorted({each["unit"] for each in everything if each["unit"]})
            }
            for _ in range(30):
                one = rng.choice(everything)
                asked = {
                    "period": _a_period(rng, days[0], days[-1]),
                    "rules": rng.choice([(), (one["rule"],), (one["rule"], "result_overdue")]),
                    "unit": rng.choice([None, *of_unit]),
                    "dossier": rng.choice([None, None, one["dossier"]]),
                }
                expected = _among(everything, of_unit, **asked)
                assert list(_pages(store, at | asked)) == expected
                told = queries.violations(store, limit=10_000, **at, **asked)
                assert (told["total"], told["violations"]) == (len(expected), expected)
                for by in ("rule", "unit"):
                    counts = queries.violations(store, count_by=by, **at, **asked)["counts"]
                    assert {each["key"]: each["count"] for each in counts} == Counter(
                        each[by] for each in expected
                    )

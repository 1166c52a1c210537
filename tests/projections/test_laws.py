"""Rows depend on the facts and on the time that passed, never on how they came about."""

import tempfile
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers import deadlines, project
from consumers.judging import judged
from domain.counting import IN_PROCESS
from infra.questions import queries
from infra.rebuilding.comparing import compare
from infra.rebuilding.filling import fill
from tests.oracle.compare import EXACT, _envelope
from tests.oracle.counting import count
from tests.oracle.histories import random_question
from tests.oracle.naive_time import as_calendar, load_calendar, parse_instant
from tests.support.stores import (
    END,
    LAW,
    Stream,
    World,
    empty_views,
    folded_feed,
    opened,
    projected,
    put,
    quiet,
    rows,
    violations_of,
)

pytestmark = [pytest.mark.property, pytest.mark.timeout(600)]
CALENDAR = as_calendar(load_calendar())
WORLDS = st.integers(0, 10**6).map(World)
FEW = settings(max_examples=max(15, settings().max_examples // 10))


@contextmanager
def stored(world, now=END):
    """The world in a log of its own, not yet projected."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), now) as store:
        put(store, world.arrivals)
        yield store


@contextmanager
def beside(store, name):
    with empty_views(Path(store.views.database.place).with_name(f"{name}.sqlite")) as views:
        yield views


def at_once(store):
    projected(store.log, store.views, store.now)
    return rows(store.views)


@FEW
@given(WORLDS)
def test_batches_of_any_size_give_the_same_rows(world):
    with stored(world) as store:
        expected = at_once(store)
        for source in (store.log, Stream(store.log)):
            with beside(store, f"one-{type(source).__name__}") as views:
                projected(source, views, END, limit=1)
                assert rows(views) == expected
            with beside(store, f"random-{type(source).__name__}") as views:
                while project.step(source, views, LAW, END, limit=world.rng.randint(1, 9)):
                    pass
                assert rows(views) == expected


@FEW
@given(WORLDS)
def test_whatever_a_clock_says_is_in_process_is_open(world):
    with stored(world, clock(world)) as store:
        at_once(store)
        classes = store.views.database.rows(
            "SELECT growing, legal, portal, qd766 FROM dossiers WHERE accepted_on IS NOT NULL"
        )
    for growing, *each in classes:
        assert growing or IN_PROCESS.keys().isdisjoint(each)


@FEW
@given(WORLDS)
def test_a_batch_that_comes_again_changes_nothing(world):
    with stored(world) as store:
        expected = at_once(store)
        told = store.views.count("feed")
        with store.views.writing() as tx:
            tx.moved(world.rng.randrange(len(world.arrivals)))
        projected(store.log, store.views, END)
        assert (rows(store.views), store.views.count("feed")) == (expected, told)


@FEW
@given(WORLDS)
def test_live_by_the_recorded_time_gives_the_rows_of_one_leap(world):
    with stored(world) as store:
        expected = at_once(store)
        with beside(store, "live") as views:
            now = None
            for event in world.arrivals:
                recorded = parse_instant(event["recordedtime"])
                now = recorded if now is None else max(now, recorded)
                project.step(store.log, views, LAW, now, limit=1)
                deadlines.pass_time(views, LAW, now)
            deadlines.pass_time(views, LAW, END)
            assert rows(views) == expected


@FEW
@given(WORLDS)
def test_time_passed_day_by_day_or_in_one_leap_gives_the_same_rows(world):
    first, *_ = instants = world.instants()
    for event in world.directory:  # registered in time: a clock never shows less than the log knows
        event["recordedtime"] = "2000-01-01T00:00:00+07:00"
    with stored(world) as store, beside(store, "leap") as leap, beside(store, "days") as days:
        for views in (leap, days):
            projected(store.log, views, first - timedelta(days=1))
        for instant in sorted(
            {*instants, *(i + timedelta(days=n) for i in instants for n in range(1, 40, 3))}
        ):
            deadlines.pass_time(days, LAW, instant)
        last = instants[-1] + timedelta(days=world.rng.randint(0, 60))
        for views in (leap, days):
            deadlines.pass_time(views, LAW, last)
        assert rows(leap) == rows(days)
        assert not leap.behind(last)
        with beside(store, "anew") as anew:
            projected(store.log, anew, last)
            assert rows(leap) == rows(anew)


@FEW
@given(WORLDS)
def test_a_rebuilt_generation_has_the_same_rows(world):
    with stored(world) as store:
        expected = at_once(store)
        with beside(store, "anew") as anew:
            fill(store.log, anew, LAW, store.now, quiet)
            assert rows(anew) == expected
            assert list(compare(store.views, anew)) == []
            assert anew.count("feed") == 0


@FEW
@given(WORLDS)
def test_folding_the_feed_gives_the_violations_at_any_time(world):
    with stored(world) as store:
        for instant in [*world.rng.sample(world.instants(), 3), END]:
            project.step(store.log, store.views, LAW, instant, limit=world.rng.randint(1, 20))
            deadlines.pass_time(store.views, LAW, instant)
            assert folded_feed(store.views) == violations_of(store.views)


def question(world):
    """(T, K), on either side of the clock and of each other."""
    as_of, known_at = random_question(world.rng, world.arrivals)
    return as_of, known_at


def clock(world):
    """Now: behind all that is recorded, or amid it, so that the rest is recorded ahead."""
    return world.rng.choice([END, world.rng.choice(world.instants())])


@FEW
@given(WORLDS)
def test_violations_at_any_time_are_those_of_judging_every_dossier(world):
    with stored(world, clock(world)) as store:
        at_once(store)
        for _ in range(4):
            t, k = question(world)
            directory = store.views.directory(k)
            expected = {}
            for code in world.dossiers:
                judgement = judged(store.engine.recorded(code), LAW, directory, t, k)
                for finding in judgement.findings:
                    expected[code, finding.rule.name] = finding.since.isoformat()
            answer = queries.violations(store, as_of=t, known_at=k, limit=1000)
            found = {(v["dossier"], v["rule"]): v["since"] for v in answer["violations"]}
            assert found == expected
            assert (answer["total"], answer["next"]) == (len(expected), None)
            by_rule = queries.violations(store, as_of=t, known_at=k, count_by="rule")
            assert by_rule["total"] == len(expected)


PERIODS = st.one_of(
    st.none(),
    st.tuples(st.dates(date(2016, 1, 1), date(2029, 1, 1)), st.integers(0, 4000)).map(
        lambda p: (p[0], p[0] + timedelta(days=p[1]))
    ),
    # Of whole months: counted by the month.
    st.tuples(st.integers(2016, 2027), st.integers(1, 12), st.integers(0, 2)).map(
        lambda p: (date(p[0], p[1], 1), date(p[0] + p[2], 12, 31))
    ),
)


def naively(world, period, t, k, clock):
    return count(
        world.dossiers,
        world.directory,
        period=period,
        as_of=t,
        known_at=k,
        clock=clock,
        calendar_rows=CALENDAR,
    )


@FEW
@given(WORLDS, PERIODS, st.sampled_from(["legal", "portal", "qd766"]))
def test_reports_count_as_counting_dossier_by_dossier_does(world, period, by):
    with stored(world, clock(world)) as store:
        at_once(store)
        t, k = question(world)
        asked = {"period": period, "as_of": t, "known_at": k}
        expected = naively(world, period, t, k, by)
        units = queries.report(store, "units", clock=by, **asked)
        assert (units["total"], units["broken"]) == (expected["total"], expected["broken"])
        ours = {row["unit"]: row for row in units["units"]}
        for unit, row in expected["units"].items():
            assert ours[unit] | row | {"unit": unit} == ours[unit]
        coverage = {r["unit"]: r for r in queries.report(store, "coverage", **asked)["units"]}
        for unit, row in expected["units"].items():
            assert coverage[unit].items() >= row["coverage"].items()
        feedback = queries.report(store, "feedback", **asked)
        assert feedback["total"] == expected["feedback"]["total"]
        petitions = {row["unit"]: row for row in feedback["units"]}
        for unit, row in expected["feedback"]["units"].items():
            assert petitions[unit].items() >= row.items()
        officers = queries.report(store, "officers", **asked)["officers"]
        assert by_holder(officers) == by_holder(expected["officers"])


"""The rules that JUDGEMENT 9 defines, and the calculator knows."""


def by_holder(officers):
    """By officer and unit, over the rules that both know; findings of nobody named are nobody's row."""
    people = {}
    for row in officers:
        told = dict(row)
        told["findings"] = {r: n for r, n in row["findings"].items() if r in EXACT}
        holder = told.pop("officer"), told.pop("unit") or ""
        if holder[0] is None:
            told["findings"] = {}
        if any(told.values()):
            people[holder] = told
    return people


def test_events_are_sent_as_the_public_contract_writes_them():
    world = World(1)
    assert all("recorded_known" not in _envelope(event) for event in world.arrivals)

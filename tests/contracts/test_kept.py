"""What is kept in memory from one question to the next is what the tables say: of both databases."""

from contextlib import closing
from dataclasses import replace

import pytest

from consumers.judging import judged
from infra import asking, queries
from infra.reportoverview import overview
from tests.support.lines import accepted, event
from tests.support.stores import World, put

pytestmark = [pytest.mark.contracts, pytest.mark.slow]

QUESTIONS = (
    lambda store: queries.report(store, "units"),
    lambda store: queries.report(store, "units", clock="qd766"),
    lambda store: queries.report(store, "coverage"),
    queries.violations,
    lambda store: queries.violations(store, severity=2, limit=3, lang="en"),
    overview,
)


@pytest.mark.parametrize("seed", range(2))
def test_a_store_that_stays_open_answers_as_one_that_was_just_opened(store, seed):
    world = World(seed, dossiers=8)
    step = len(world.arrivals) // 6 + 1
    for start in range(0, len(world.arrivals), step):
        put(store, world.arrivals[start : start + step])
        store.catch_up()
        with closing(store.generations.opened(store.generation, store.law)) as views:
            fresh = replace(store, views=views)
            for ask in QUESTIONS:
                assert ask(store) == ask(fresh)


def test_the_past_is_answered_as_it_was_whatever_is_kept_of_the_present(store):
    world = World(3, dossiers=8)
    put(store, world.arrivals)
    store.catch_up()
    for at in world.rng.sample(world.instants(), 5):
        with closing(store.generations.opened(store.generation, store.law)) as views:
            fresh = replace(store, views=views, now=at)
            for ask in QUESTIONS:
                ask(store)
                assert ask(replace(store, now=at)) == ask(fresh)


def test_the_same_page_of_ended_dossiers_is_told_without_judging_them_again(store, monkeypatch):
    world = World(4, dossiers=8)
    put(store, world.arrivals)
    store.catch_up()
    first = queries.violations(store)
    again = []

    def judging(*given):
        again.append(judged(*given))
        return again[-1]

    monkeypatch.setattr(asking, "judged", judging)
    assert queries.violations(store) == first
    assert all(assessment.finished_at is None for assessment in again)
    assert len(again) < len({line["dossier"] for line in first["violations"]})


def test_what_was_told_of_an_ended_dossier_is_told_anew_when_more_is_known_of_it(store):
    put(store, [accepted(), event("dossier.result_issued", "2025-06-17T09:00:00")])
    store.catch_up()
    first = queries.violations(store)["violations"]
    assert "result_overdue" in {line["rule"] for line in first}

    to = {"unit": "H40.17", "officer": "B"}
    put(store, [event("dossier.transferred", "2025-03-17T09:00:00", to=to)])
    store.catch_up()
    with closing(store.generations.opened(store.generation, store.law)) as views:
        told = queries.violations(store)["violations"]
        assert told == queries.violations(replace(store, views=views))["violations"]
    assert told != first

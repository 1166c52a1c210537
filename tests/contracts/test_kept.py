"""What is kept in memory from one question to the next is what the tables say, however many ask: of both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import cycle

import pytest

from consumers.judging import judged
from infra.access import FULL
from infra.http import Stores
from infra.questions import asking, queries
from infra.questions.overview import overview
from infra.rows.unitrows import COUNTED
from infra.wiring import distributed, embedded
from tests.support.lines import accepted, event, head
from tests.support.postgres import MASTER
from tests.support.stores import END, LAW, World, put

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


@pytest.mark.parametrize(
    "more",
    [
        event("dossier.transferred", "2025-03-17T09:00:00", to={"unit": "H40.17", "officer": "B"}),
        head("H1"),
    ],
    ids=["of its facts", "of its unit"],
)
def test_what_was_told_of_an_ended_dossier_is_told_anew_when_more_is_known(store, more):
    put(store, [accepted(), event("dossier.result_issued", "2025-06-17T09:00:00")])
    store.catch_up()
    first = queries.violations(store)["violations"]
    assert "result_overdue" in {line["rule"] for line in first}

    put(store, [more])
    store.catch_up()
    with closing(store.generations.opened(store.generation, store.law)) as views:
        told = queries.violations(store)["violations"]
        assert told == queries.violations(replace(store, views=views))["violations"]
    assert told != first


# ── by many at once ─────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def sharing(store):
    """The same tables over another connection, with the same memory."""
    with closing(store.generations.opened(store.generation, store.law)) as views:
        views.memory = store.views.memory
        yield replace(store, views=views)


def received(store):
    sql = f"SELECT unit_key, sum(n) FROM {COUNTED} GROUP BY 1"
    return sorted(store.views.memory.unit_rows.rows(store.views.database, sql, {}), key=repr)


def test_who_reads_an_older_picture_is_told_what_it_shows_and_spoils_nobody_elses(store):
    put(store, [accepted()])
    store.catch_up()
    with sharing(store) as other, other.views.reading():
        before = received(other)
        put(store, [accepted("H40.17-250317-0002")])
        store.catch_up()
        with store.views.reading():
            after = received(store)
        assert received(other) == before != after
        with store.views.reading():
            assert received(store) == after


def test_of_what_is_registered_the_latest_is_kept(store):
    def named(name, number):
        return event("unit.registered", "2020-01-01T08:00:00", "H40", unit="H40", name=name) | {
            "id": f"name-{number}"
        }

    put(store, [named("UBND", 1)])
    store.catch_up()
    with sharing(store) as other, other.views.reading():
        before = other.views.directory(END)
        put(store, [named("UBND xã", 2)])
        store.catch_up()
        after = store.views.directory(END)
        assert other.views.directory(END) == before != after
        assert store.views.directory(END) is after


@pytest.fixture
def several(store, request):
    """Stores over the same place for four who ask at once, and what opens one that knows nothing."""

    def opening():
        if store.shared:
            return distributed(request.getfixturevalue("database").url, LAW, END, MASTER)
        return embedded(request.getfixturevalue("tmp_path"), LAW, END)

    stores = Stores(opening, lambda: END, most=4)
    yield stores, opening
    stores.end()
    stores.close()


def told(question, store):
    """An answer, but for whether it is complete: between the recording and the tables it is not."""
    return {name: value for name, value in question(store).items() if name != "complete"}


def test_whoever_asks_while_facts_come_in_is_told_what_was_so_then(store, several):
    stores, opening = several
    world = World(5, dossiers=8)
    step = len(world.arrivals) // 6 + 1
    recorded, over = [0], threading.Event()
    true = [[told(ask, store) for ask in QUESTIONS]]

    def asking_on(begin):
        heard, questions = [], cycle([*range(begin, len(QUESTIONS)), *range(begin)])
        while not over.is_set():
            first, question = recorded[0], next(questions)
            answer = stores.ask(partial(told, QUESTIONS[question]), FULL)
            heard.append((question, first, answer))
        return heard

    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(asking_on, number) for number in range(4)]
        try:
            for start in range(0, len(world.arrivals), step):
                put(store, world.arrivals[start : start + step])
                store.catch_up()
                with closing(opening()) as fresh:
                    true.append([told(ask, fresh) for ask in QUESTIONS])
                recorded[0] += 1
        finally:
            over.set()
        heard = [each for one in asked for each in one.result()]

    for question, first, answer in heard:
        assert answer in [answers[question] for answers in true[first:]]
    for question, ask in enumerate(QUESTIONS):
        assert stores.ask(partial(told, ask), FULL) == true[-1][question]

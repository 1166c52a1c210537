"""What is recorded ahead of the clock is known from its own moment on, whoever asks of which T and K. In both databases."""

from collections import Counter
from datetime import timedelta

import pytest

from infra import queries
from infra.case import case
from infra.pictures import rows_of
from infra.tables import ROWS, cell_of, counts_table
from tests.contracts.test_pictures import pictured, seen, told
from tests.oracle.histories import random_question
from tests.oracle.naive_time import parse_instant
from tests.support.postgres import opened_in
from tests.support.stores import LAW, World, opened

pytestmark = pytest.mark.contracts

DAY = timedelta(days=1)


@pytest.fixture(params=["embedded", "distributed"])
def at(request, tmp_path):
    """Opens the same place with a clock of ours."""
    if request.param == "embedded":
        return lambda now: opened(tmp_path, now)
    url = request.getfixturevalue("database").url
    return lambda now: opened_in(url, now)


def judged_anew(store, world, as_of, known_at):
    """What `seen` must be: every row and count by judging each dossier at (T, K)."""
    states = store.views.states(list(world.dossiers)).values()
    made = rows_of(states, LAW, store.views.directory(known_at), as_of, known_at)
    expected = {table.name: Counter(map(tuple, made.get(table.name, ()))) for table in ROWS}
    for table in ROWS:
        if table.counts is not None:
            cells = Counter(
                cell for cell in map(cell_of(table), made.get(table.name, ())) if cell is not None
            )
            expected[counts_table(table.counts).name] = Counter(
                (*(value if value != "" else None for value in cell), n)
                for cell, n in cells.items()
            )
    return expected


def a_clock(world):
    """Amid what is recorded."""
    recorded = sorted(parse_instant(event["recordedtime"]) for event in world.arrivals)
    return world.rng.choice(recorded[len(recorded) // 3 :])


@pytest.mark.parametrize("seed", range(6))
def test_at_any_moment_the_rows_are_those_of_judging_every_dossier(at, seed):
    world = World(seed, dossiers=8)
    with at(a_clock(world)) as store:
        told(store, world.arrivals)
        moments = [random_question(world.rng, world.arrivals) for _ in range(6)]
        instants = world.instants()
        # Before the clock as things happened, behind it as they become known, and the other way round.
        moments += [(store.now, known) for known in world.rng.sample(instants, 2)]
        moments += [(as_of, store.now) for as_of in world.rng.sample(instants, 2)]
        moments += [(as_of, instants[-1] + DAY) for as_of in world.rng.sample(instants, 4)]
        for as_of, known_at in moments:
            expected = judged_anew(store, world, as_of, known_at)
            assert seen(store, as_of, known_at) == expected
        picture = pictured(store, world.rng.choice(instants))
        for as_of, known_at in moments:
            expected = judged_anew(store, world, as_of, known_at)
            assert seen(picture, as_of, known_at) == expected


def test_what_is_so_is_by_what_is_known_now_not_by_what_will_be(at):
    world = World(4, dossiers=8)
    with at(a_clock(world)) as store:
        told(store, world.arrivals)
        then, later = world.instants()[-1], world.instants()[-1] + DAY
        for code in world.dossiers:
            page = case(store, code, as_of=then, known_at=later)
            assert page["truth"] == queries.explain(store, code, as_of=then)
            assert page["assessment"] == queries.explain(store, code, as_of=then, known_at=later)

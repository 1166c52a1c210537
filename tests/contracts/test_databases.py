"""One suite for both databases: the same facts give the same rows, the same answers and the same proof in either."""

import pytest

from infra.questions import queries
from infra.rebuilding.rebuild import rebuild
from infra.rebuilding.verifying import verify
from tests.support.pictured import questions
from tests.support.stores import World, folded_feed, put, quiet, rows, violations_of

pytestmark = [pytest.mark.contracts, pytest.mark.slow]

SEEDS = range(3)


def told(store, world):
    """In three parts, each projected before the next comes."""
    third = len(world.arrivals) // 3 + 1
    for start in range(0, len(world.arrivals), third):
        put(store, world.arrivals[start : start + third])
        store.catch_up()


@pytest.mark.parametrize("seed", SEEDS)
def test_equal_facts_give_equal_rows_in_both(embedded, distributed, seed):
    for store in (embedded, distributed):
        told(store, World(seed))
    assert rows(distributed.views) == rows(embedded.views)
    assert distributed.log.select(0, 1_000) == [tuple(row) for row in embedded.log.select(0, 1_000)]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_question_has_the_same_answer_in_both(embedded, distributed, seed):
    world = World(seed)
    for store in (embedded, distributed):
        told(store, world)
    instants = [None, *world.rng.sample(world.instants(), 3)]
    for as_of in instants:
        for ask in questions(world, as_of):
            assert ask(distributed) == ask(embedded)


def test_what_was_stored_is_proven_and_projected_anew_without_a_difference(store):
    told(store, World(5))
    answer = verify(store, progress=quiet)
    assert (answer["broken"], answer["differences"]) == ([], [])
    again = rebuild(store, drop_old=True, progress=quiet)
    assert (again["generation"], again["differences"]) == (2, [])


def test_the_feed_of_the_next_generation_goes_on_from_that_of_the_last(store):
    world = World(6)
    put(store, world.arrivals[:20])
    store.catch_up()
    before = store.views.database.rows("SELECT * FROM feed ORDER BY id")
    rebuild(store, drop_old=False, progress=quiet)
    views = store.generations.opened(2, store.law)
    assert views.database.rows("SELECT * FROM feed ORDER BY id")[: len(before)] == before
    assert folded_feed(views) == violations_of(views)
    views.close()


def test_a_dossier_whose_source_names_nobody_is_told_from_one_that_was_erased(store):
    sent = next(each for each in World(0).arrivals if ".dossier." in each["type"])
    put(store, [sent])
    shown = queries.show_person(store, sent["subject"], reader="thanh tra")
    assert (shown["applicant"], shown["named"]) == (None, False)
    assert store.vault.readings() == []


def test_a_person_is_sealed_revealed_and_erased(store):
    said = {"channel": "online", "applicant": {"name": "Nguyễn Văn A"}}
    sent = World(0).arrivals[0] | {
        "type": "vn.dunghen.dossier.submitted.v1",
        "id": "s-1",
        "subject": "H40.17-250320-0001",
        "data": said,
    }
    put(store, [sent])
    shown = queries.show_person(store, "H40.17-250320-0001", reader="thanh tra")
    assert shown["applicant"]["name"] == "Nguyễn Văn A"
    assert [reading[1] for reading in store.vault.readings()] == ["thanh tra"]
    assert queries.forget_person(store, "H40.17-250320-0001", by="thanh tra")["forgotten"] is True
    assert queries.forget_person(store, "H40.17-250320-0001", by="thanh tra")["forgotten"] is False
    gone = queries.show_person(store, "H40.17-250320-0001", reader="x")
    assert (gone["applicant"], gone["named"]) == (None, True)
    assert verify(store, progress=quiet)["broken"] == []

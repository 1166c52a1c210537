"""A question begun from a picture has the answer that it has without one, whatever came since and in whatever order. In both databases."""

import os
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from consumers import project
from infra.access import scope_of
from infra.errors import CannotRun
from infra.questions import asking
from infra.questions.asking import FarPast, asked
from infra.rebuilding.rebuild import rebuild
from infra.rows import pictures
from infra.rows.bases import stored
from infra.rows.pictures import Job, Picture
from tests.oracle.naive_time import parse_instant
from tests.support.pictured import pictured, questions, seen, told
from tests.support.postgres import opened_in
from tests.support.stores import LAW, World, opened, put, quiet

pytestmark = pytest.mark.contracts

DAY = timedelta(days=1)

SCOPES = {
    "compliance": scope_of("compliance", unit="H40.02"),
    "head": scope_of("head", unit="H40"),
    "officer": scope_of("officer", officer="cb-01"),
}


@pytest.fixture(params=["embedded", "distributed"])
def opening(request, tmp_path):
    """Opens stores over the same place, each with connections of its own, as processes have them."""
    with ExitStack() as stack:
        if request.param == "embedded":
            yield lambda: stack.enter_context(opened(tmp_path))
        else:
            url = request.getfixturevalue("database").url
            yield lambda: stack.enter_context(opened_in(url))


@pytest.fixture
def far(monkeypatch):
    """The stored rows are never nearer than a picture."""
    monkeypatch.setattr(
        asking, "stored", lambda schema: replace(stored(schema), outdated=("1 = 1",))
    )


def _of_dossiers(world):
    return [event for event in world.arrivals if event not in world.directory]


def _registered_long_ago(world):
    """Else nearly every question would find its picture useless."""
    return [event | {"recordedtime": "2009-01-01T08:00:00+07:00"} for event in world.directory]


def equal(store, as_of, known_at):
    __tracebackhide__ = True
    assert seen(store, as_of, known_at) == seen(replace(store, picture=None), as_of, known_at)


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize("seed", range(3))
def test_the_same_rows_and_counts_are_seen_whatever_comes_later(opening, seed):
    world, writer = World(seed, dossiers=6), opening()
    facts = _of_dossiers(world)
    third = len(facts) // 3 + 1
    told(writer, [*_registered_long_ago(world), *facts[:third]])
    then, near, known = world.rng.sample(world.instants(), 3)
    store = pictured(opening(), then)
    for start in range(third, len(facts), third):
        told(writer, facts[start : start + third])
        equal(store, then, store.now)
        equal(store, near, store.now)
        equal(store, then, known)
        for scope in SCOPES.values():
            equal(replace(store, scope=scope), near, store.now)
        assert store.picture.follow(near, store.now, 1_000)
        equal(store, near, store.now)


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize("seed", range(1))
def test_every_question_has_the_same_answer(opening, seed):
    world, writer, plain = World(seed), opening(), opening()
    facts = _of_dossiers(world)
    half = len(facts) // 2
    told(writer, [*_registered_long_ago(world), *facts[:half]])
    as_of, other = world.rng.sample(world.instants(), 2)
    store = pictured(opening(), as_of)
    told(writer, facts[half:])

    for moment in (as_of, other):
        for ask in questions(world, moment):
            assert ask(store) == ask(plain)


@pytest.mark.usefixtures("far")
def test_what_was_known_then_is_not_what_is_known_now(opening):
    world, writer = World(8, dossiers=8), opening()
    facts = _of_dossiers(world)
    half = len(facts) // 2
    told(writer, [*_registered_long_ago(world), *facts[:half]])
    instants = sorted(parse_instant(fact["recordedtime"]) for fact in facts)
    known_at = instants[len(instants) // 3]
    now = writer.now
    store = pictured(opening(), now, known_at)
    for known in (known_at, instants[len(instants) // 2], now):
        equal(store, now, known)
    told(writer, facts[half:])  # some of it recorded by then, and come late
    for known in (known_at, instants[len(instants) // 2]):
        equal(store, now, known)


def test_more_than_may_be_judged_at_once_is_said(opening):
    world, store = World(3), opening()
    told(store, world.arrivals)
    as_of = world.instants()[0]
    limited = replace(store, at_once=0)

    with pytest.raises(FarPast) as far, asked(limited, as_of, store.now):
        pass
    assert (far.value.as_of, far.value.known_at) == (as_of, None)
    with pytest.raises(FarPast) as far, asked(limited, store.now, as_of):
        pass
    assert (far.value.as_of, far.value.known_at) == (None, as_of)
    with pytest.raises(FarPast) as far, asked(limited, store.now + DAY, as_of):
        pass
    assert (far.value.as_of, far.value.known_at) == (store.now + DAY, as_of)
    with pytest.raises(FarPast) as far, asked(limited, as_of, store.now + DAY):
        pass
    assert (far.value.as_of, far.value.known_at) == (as_of, None)
    with asked(limited, store.now, store.now) as now:
        assert now.as_of == store.now
    with asked(replace(pictured(store, as_of), at_once=0), as_of, store.now) as then:
        assert then.rows("SELECT count(*) FROM asked_dossiers") == [(len(world.dossiers),)]


def test_a_picture_follows_what_comes_but_not_too_far(opening):
    world, writer = World(4), opening()
    half = len(_of_dossiers(world)) // 2
    told(writer, [*_registered_long_ago(world), *_of_dossiers(world)[:half]])
    as_of = world.instants()[half]
    store = pictured(opening(), as_of)
    told(writer, _of_dossiers(world)[half:])

    assert len(changed(store)) > 1
    assert not store.picture.follow(as_of, store.now, 1)
    assert store.picture.follow(as_of, store.now, 1_000)
    assert changed(store) == []


def changed(store):
    with store.views.reading():
        return store.picture.changed()


def test_another_head_makes_a_picture_useless(opening):
    world, store = World(5), opening()
    registered = [
        event for event in world.directory if event["type"].endswith("unit.registered.v1")
    ]
    told(store, [event for event in world.arrivals if event not in registered])
    as_of = world.instants()[-1]
    with_picture = pictured(store, as_of)
    told(store, registered)

    assert not with_picture.picture.follow(as_of, store.now, 1_000)
    assert not with_picture.picture.rests_on(store.views.directory(store.now))


class Read:
    """A log, and how many lines of it have been read."""

    def __init__(self, log):
        self._log, self.lines = log, 0

    def select(self, after, limit, /):
        found = self._log.select(after, limit)
        self.lines += len(found)
        return found

    def max_position(self):
        return self._log.max_position()


@pytest.mark.usefixtures("far")
def test_of_rows_that_come_by_a_topic_the_log_is_read_once(opening):
    world, writer = World(7), opening()
    facts = _of_dossiers(world)
    half = len(facts) // 2
    put(writer, [*_registered_long_ago(world), *facts[:half]])
    first = writer.log.select(0, 10_000)
    behind = first[-1][1]

    def taken(lines):
        project.take(lines, writer.log, writer.views, LAW, writer.now)

    taken([line for line in first if line[1] != behind])
    as_of, other = world.rng.sample(world.instants(), 2)
    store = opening()
    log = Read(store.log)
    store = pictured(replace(store, log=log), as_of)
    made = log.lines
    for _ in range(3):
        assert store.picture.follow(as_of, store.now, 1_000)
        equal(store, as_of, store.now)
    assert log.lines == made

    put(writer, facts[half:])
    later = writer.log.select(len(first), 10_000)
    for line in reversed(later):
        taken([line])
        equal(store, as_of, store.now)
    taken(first)
    equal(store, as_of, store.now)
    equal(store, other, store.now)
    assert store.picture.follow(as_of, store.now, 1_000)
    assert changed(store) == []
    assert log.lines == made + len(later)


def test_who_judges_for_a_picture_makes_no_generation_that_was_deleted(opening, monkeypatch):
    monkeypatch.setattr(pictures, "_WORTH_PROCESSES", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    world, before = World(2, dossiers=3), opening()
    told(before, world.arrivals)
    rebuild(before, drop_old=False, progress=quiet)
    store = opening()
    store.generations.drop(before.generation)

    picture = Picture(store.views, store.log, store.law)
    job = Job(store.generations, before.generation, store.law, world.instants()[0], store.now)
    with pytest.raises(CannotRun) as switched:
        picture.make(job, lambda *_: None)
    assert switched.value.code == "generation_switched"
    assert store.generations.others() == []

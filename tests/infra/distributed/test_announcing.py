"""Judgements on Kafka: whoever reads the compacted topics from the beginning has the tables."""

import json
from contextlib import closing

import pytest

from consumers import project
from infra.errors import CannotRun
from infra.metrics import ANNOUNCING_ACTIVE, ANNOUNCING_LAG, Metrics
from infra.rebuilding.rebuild import rebuild
from tests.infra.broker.reading import read_all
from tests.infra.distributed.conftest import until, working
from tests.support.stores import World, put, quiet

pytestmark = pytest.mark.slow


@pytest.fixture
def writer(house):
    store = house.store()
    yield store
    store.close()


def latest(house, topic):
    """What a reader holds who has read everything: the last value of each key, but for tombstones."""
    held = {}
    for message in read_all(house.brokers, topic.name):
        held[message.key.decode()] = message.value
    return {key: json.loads(value) for key, value in held.items() if value is not None}


def pending(store):
    return store.views.database.rows("SELECT count(*) FROM outbox")[0][0]


def tables(store):
    rows = store.views.database.rows
    findings = rows("SELECT dossier, rule, severity, since, unit FROM violations")
    return (
        dict(rows("SELECT dossier, legal FROM dossiers")),
        {f"{dossier}~{rule}": tuple(rest) for dossier, rule, *rest in findings},
    )


def told(house):
    findings = latest(house, house.topics.violations)
    return (
        {key: value["legal"] for key, value in latest(house, house.topics.assessments).items()},
        {key: (v["severity"], v["since"], v["unit"]) for key, v in findings.items()},
    )


def test_the_topics_read_from_the_beginning_are_the_tables(house, writer):
    world = World(21, dossiers=10)
    half = len(world.arrivals) // 2
    workers = (house.relaying, house.projecting, house.passing, house.announcing)
    with working(*workers) as failed:
        for part in (world.arrivals[:half], world.arrivals[half:]):
            put(writer, part)
            until(lambda: writer.caught_up and not writer.views.behind(house.now), failed)
        until(lambda: not pending(writer), failed)
    assert told(house) == tables(writer)
    assert any(
        message.value is None for message in read_all(house.brokers, house.topics.violations.name)
    )


def test_what_waited_when_a_rebuild_switched_is_published_by_the_next_generation(house, writer):
    put(writer, World(22).arrivals)
    writer.catch_up()
    waiting = pending(writer)
    rebuild(writer, drop_old=True, progress=quiet)
    store = house.store()
    assert pending(store) == waiting > 0
    with working(house.announcing) as failed:
        until(lambda: not pending(store), failed)
    assert told(house) == tables(store)
    store.close()


def test_what_a_rebuild_mends_and_no_finding_shows_is_published_too(house, writer):
    put(writer, World(22).arrivals)
    writer.catch_up()
    with working(house.announcing) as failed:
        writer.views.database.rows("UPDATE dossiers SET legal = 'elsewhere'")
        until(lambda: not pending(writer), failed)
    assert told(house) == tables(writer)
    assert rebuild(writer, drop_old=True, progress=quiet)["differences"] != []
    with closing(house.store()) as store:
        assert told(house) != tables(store)
        with working(house.announcing) as failed:
            until(lambda: not pending(store), failed)
        assert told(house) == tables(store)


class Poisoned:
    """The log, with an event that cannot be read in the place of every second one."""

    def __init__(self, log):
        self.log = log

    def rest(self, versions):
        return [
            (*line[:3], b"{}") if line[2] == 2 else tuple(line) for line in self.log.rest(versions)
        ]


def test_a_dossier_that_stands_still_is_not_told_again_whenever_it_is_tried(house, writer):
    put(writer, World(25).arrivals)
    log, law, views = Poisoned(writer.log), writer.views.law(writer.law), writer.views
    heads = [line[1] for line in writer.log.select(0, 10_000) if project.is_dossier(line[1])]
    project.take(log.rest(dict.fromkeys(heads, 0)), log, views, law, house.now)
    stopped = views.stopped()
    assert set(stopped.values()) == {1}
    views.database.rows("DELETE FROM outbox")
    project.resume(stopped, log, views, law, house.now)
    assert (views.stopped(), pending(writer)) == (stopped, 0)
    project.resume(stopped, writer.log, views, law, house.now)  # by a program that can read them
    assert views.stopped() == {}
    assert pending(writer) == len(stopped)


class Late:
    """Topics that are told late: something happens first."""

    def __init__(self, topics, meanwhile):
        self.topics, self.meanwhile, self.claim = topics, meanwhile, topics.claim

    def announce(self, judgements):
        self.meanwhile()
        self.topics.announce(judgements)


def test_one_that_was_away_overwrites_nothing_of_what_was_told_meanwhile(house, writer):
    world = World(21, dossiers=10)
    half = len(world.arrivals) // 2
    put(writer, world.arrivals[:half])
    writer.catch_up()
    first, second = house.announcing(), house.announcing()

    def meanwhile():
        first._bookmark._connection.close()  # as when its server went while it was paused
        put(writer, world.arrivals[half:])
        writer.catch_up()
        until(lambda: second.step() + 1 and not pending(writer), [])

    first._topics = Late(first._topics, meanwhile)
    with pytest.raises(CannotRun):
        first.step()
    assert told(house) == tables(writer)
    first.close()
    second.close()


def shown(metrics, *asked):
    """The values of these gauges; None of one that was never measured."""
    lines = metrics.exposed().decode().splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return tuple(float(values[m.name]) if m.name in values else None for m in asked)


def test_what_is_not_announced_yet_is_measured_by_who_announces(house, writer):
    world, first, second = World(22), Metrics("relay"), Metrics("relay")
    put(writer, world.arrivals[:20])
    writer.catch_up()

    def meanwhile():
        put(writer, world.arrivals[20:])
        writer.catch_up()

    with closing(house.announcing(first)) as active, closing(house.announcing(second)) as standing:
        topics, active._topics = active._topics, Late(active._topics, meanwhile)
        assert (active.step() > 0, standing.step()) == (True, 0)
        active._topics = topics
        assert shown(first, ANNOUNCING_ACTIVE, ANNOUNCING_LAG) == (1, pending(writer))
        assert pending(writer) > 0
        assert shown(second, ANNOUNCING_ACTIVE, ANNOUNCING_LAG) == (0, None)
        assert active.step() > 0
        assert shown(first, ANNOUNCING_ACTIVE, ANNOUNCING_LAG) == (1, 0)


def test_who_waits_for_changes_where_none_will_come_any_more_is_told(house, writer):
    announcing = house.announcing()
    assert announcing.step() == 0
    rebuild(writer, drop_old=False, progress=quiet)
    with pytest.raises(CannotRun) as switched:
        announcing.step()
    announcing.close()
    assert switched.value.code == "generation_switched"


def test_topics_that_were_lost_are_filled_from_the_tables(house, writer):
    put(writer, World(24).arrivals)
    writer.catch_up()
    writer.views.database.rows(
        "DELETE FROM outbox"
    )  # as if all had been published to topics that are gone
    with writer.views.database.transaction(write=True):
        writer.views.note_all()
    with working(house.announcing) as failed:
        until(lambda: not pending(writer), failed)
    assert told(house) == tables(writer)

"""Log -> relay -> topic -> workers -> rows, on a real broker and a real database: the same rows as embedded."""

from contextlib import closing

import pytest

from consumers import project
from infra.errors import CannotRun
from infra.rebuilding.rebuild import rebuild
from infra.rebuilding.verifying import verify
from tests.infra.distributed.conftest import until, working
from tests.support.stores import (
    LAW,
    World,
    folded_feed,
    opened,
    projected,
    put,
    quiet,
    rows,
    violations_of,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def writer(house):
    store = house.store()
    yield store
    store.close()


@pytest.mark.parametrize("seed", [11, 12])
def test_two_workers_end_with_the_rows_of_the_embedded_mode(house, writer, tmp_path, seed):
    world = World(seed, dossiers=12)
    third = len(world.arrivals) // 3 + 1
    with working(house.relaying, house.projecting, house.projecting, house.passing) as failed:
        for start in range(0, len(world.arrivals), third):
            put(writer, world.arrivals[start : start + third])
            until(lambda: writer.caught_up, failed)
        until(lambda: not writer.views.behind(house.now), failed)
    with opened(tmp_path) as embedded:
        put(embedded, world.arrivals)
        projected(embedded.log, embedded.views, house.now)
        assert rows(writer.views) == rows(embedded.views)
    assert folded_feed(writer.views) == violations_of(writer.views)
    assert verify(writer, progress=quiet)["differences"] == []


def test_a_relay_that_stands_by_takes_over_and_nothing_is_left_out(house, writer):
    world = World(3)
    half = len(world.arrivals) // 2
    first, second = house.relaying(), house.relaying()
    put(writer, world.arrivals[:half])
    assert (first.step(), second.step()) == (half, 0)
    put(writer, world.arrivals[half:])
    first.close()
    assert second.step() == len(world.arrivals) - half
    second.close()
    with working(house.projecting) as failed:
        until(lambda: writer.caught_up, failed)


def test_what_the_topic_never_delivered_is_fetched_from_the_log(house, writer):
    world = World(4)
    put(writer, world.arrivals)
    gap = house.relaying()
    gap._bookmark.taken()
    gap._bookmark.moved(len(world.arrivals) // 2)  # as if the first half had been lost on its way
    gap.step()
    gap.close()
    directory = [line for line in writer.log.not_dossiers() if line[0] <= len(world.arrivals) // 2]
    with working(house.projecting) as failed:
        until(lambda: lacks(writer) <= len(directory) + untouched(writer), failed)
    assert writer.views.stopped() == {}


def lacks(store):
    return store.log.max_position() - store.views.events()


def untouched(store):
    """The events of dossiers of which the second half has nothing."""
    half = store.log.max_position() // 2
    later = {line[1] for line in store.log.select(half, 10_000)}
    return len([line for line in store.log.select(0, half) if line[1] not in later])


def test_a_batch_with_everything_in_it_twice_is_projected_as_if_it_were_there_once(house, writer):
    put(writer, World(6).arrivals)
    lines = writer.log.select(0, 10_000)
    project.take([*lines, *reversed(lines)], writer.log, writer.views, LAW, house.now)
    assert writer.caught_up
    assert verify(writer, progress=quiet)["differences"] == []


def test_a_rebuild_switches_while_workers_go_on(house, writer, tmp_path):
    world = World(5, dossiers=12)
    half = len(world.arrivals) // 2
    reopened: list[str] = []

    def projecting():
        return Reopening(house.projecting, reopened)

    with working(house.relaying, projecting, projecting) as failed:
        put(writer, world.arrivals[:half])
        until(lambda: writer.caught_up, failed)
        with closing(house.store()) as store:
            assert rebuild(store, drop_old=False, progress=quiet)["differences"] == []
        put(writer, world.arrivals[half:])
        present = house.store()
        until(lambda: present.caught_up, failed)
    assert set(reopened) == {"generation_switched"}
    with opened(tmp_path) as embedded:
        put(embedded, world.arrivals)
        projected(embedded.log, embedded.views, house.now)
        present.catch_up()
        assert rows(present.views) == rows(embedded.views)
    present.close()


class Reopening:
    """A worker that is opened anew when another generation has taken the place of its own."""

    def __init__(self, opener, reopened):
        self.opener, self.reopened, self.worker = opener, reopened, opener()

    def step(self):
        try:
            return self.worker.step()
        except CannotRun as switched:
            self.reopened.append(switched.code)
            self.worker.close()
            self.worker = self.opener()
            return 0

    def close(self):
        self.worker.close()

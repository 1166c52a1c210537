"""Stores that are lent: one to each request, opened anew when the tables were made anew or the world was away."""

import asyncio
import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest

from infra.access import FULL
from infra.errors import CannotRun
from infra.http import Stores, _stores
from infra.rebuilding.rebuild import rebuild
from infra.settings.data import Settings
from infra.wiring import clock, open_store
from tests.support.stores import quiet


class Counting:
    def __init__(self, folder):
        self.folder, self.opened = folder, 0

    def __call__(self):
        self.opened += 1
        return open_store(Settings(data=self.folder))


@pytest.fixture
def opening(tmp_path):
    return Counting(tmp_path)


@pytest.fixture
def stores(opening):
    stores = Stores(opening, clock, most=1)
    yield stores
    stores.close()


def test_one_that_is_open_is_lent_again_at_another_time(stores, opening):
    first, second = (stores.ask(lambda store: store.now, FULL) for _ in range(2))

    assert opening.opened == 1
    assert first < second


def test_the_tables_made_anew_are_asked_from_then_on(stores, opening, monkeypatch):
    monkeypatch.setattr(_stores, "_SAME_SECONDS", 0.0)
    assert stores.ask(lambda store: store.generation, FULL) == 1
    other = opening()
    rebuild(other, drop_old=False, progress=quiet, clock=clock)
    other.close()

    assert stores.ask(lambda store: store.generation, FULL) == 2


def test_one_that_failed_is_opened_anew(stores, opening):
    def fail(store):
        raise CannotRun("away", code="database_unreachable")

    with pytest.raises(CannotRun):
        stores.ask(fail, FULL)
    stores.ask(lambda store: store.now, FULL)

    assert opening.opened == 2


def test_a_switch_while_it_is_asked_is_noticed_by_nobody(stores):
    switches = iter([True, False])

    def ask(store):
        if next(switches):
            raise CannotRun("switched", code="generation_switched")
        return "answer"

    assert stores.ask(ask, FULL) == "answer"


def test_what_one_keeps_in_memory_all_of_them_know(opening, monkeypatch):
    monkeypatch.setattr(_stores, "_SAME_SECONDS", 0.0)
    stores = Stores(opening, clock, most=2)

    def both(store):
        return [store.views, stores.ask(lambda other: other.views, FULL)]

    with closing(stores), closing(stores.opened()) as alone:
        one, other = stores.ask(both, FULL)
        own = stores.own(lambda store: store.views)
        assert one is not other
        assert one.memory is other.memory is own.memory is not alone.views.memory

        rebuild(alone, drop_old=False, progress=quiet, clock=clock)
        later, another = stores.ask(both, FULL)
        assert later.memory is another.memory is not one.memory


@contextmanager
def lent(stores):
    """The one store there is is lent to somebody else as long as the block lasts."""
    given, given_back = threading.Event(), threading.Event()

    def hold(store):
        given.set()
        given_back.wait(30)

    holder = threading.Thread(target=stores.ask, args=(hold, FULL))
    holder.start()
    assert given.wait(30)
    try:
        yield
    finally:
        given_back.set()
        holder.join()


def test_who_waits_too_long_is_told_so(stores, monkeypatch):
    monkeypatch.setattr(_stores, "_PATIENCE", 0.05)
    with lent(stores), pytest.raises(CannotRun) as busy:
        stores.ask(lambda store: None, FULL)

    assert busy.value.code == "busy"
    assert stores.ask(lambda store: "again", FULL) == "again"


def test_our_own_questions_wait_for_nobodys(stores):
    with lent(stores):
        own = asyncio.run(stores.aside(stores.own, lambda store: store.scope))

    assert own is FULL


def test_a_server_that_stops_begins_nothing_of_its_own(stores):
    stores.end()

    with pytest.raises(CannotRun) as stopping:
        asyncio.run(stores.aside(stores.own, lambda store: None))
    assert stopping.value.code == "server_stopping"


def test_one_that_is_lent_when_all_are_closed_is_closed_when_it_is_given_back(stores):
    connection = stores.ask(lambda store: store.views.database.connection, FULL)
    with lent(stores):
        stores.close()
        connection.execute("SELECT 1")

    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")

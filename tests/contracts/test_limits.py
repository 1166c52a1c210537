"""Questions that take too long are ended, in both databases: by the clock, or because the server stops; and the store is as good as before."""

import asyncio
import itertools
import threading
import time
from contextlib import closing

import pytest

from infra.access import FULL
from infra.errors import CannotRun
from infra.http import Stores, _application, _stores, application
from infra.http.streams import Reader
from infra.postgres.schema import migrate
from infra.settings.data import Settings
from infra.wiring import Store, clock, distributed, open_store
from projections import Table
from tests.support.postgres import MASTER, asked
from tests.support.stores import LAW

pytestmark = pytest.mark.contracts

FOR_EVER = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)"
    " SELECT count(*) FROM n"
)
HIDDEN = Table("hidden", ("dossier",), key=1)
SOON = 30
"""Seconds, on a machine that has much else to do; the question itself would take many minutes."""


@pytest.fixture
def embedded(tmp_path):
    return lambda: open_store(Settings(data=tmp_path))


@pytest.fixture
def in_postgres(database):
    migrate(database.url)
    return lambda: distributed(database.url, LAW, clock(), MASTER)


@pytest.fixture(params=["embedded", "in_postgres"])
def stores(request):
    stores = Stores(request.getfixturevalue(request.param), clock, most=1)
    stores.ask(lambda store: None, FULL)
    yield stores
    stores.close()


def long(store):
    with store.views.reading() as database:
        return database.rows(FOR_EVER)


def in_parts(store):
    """Many short ones, as a question that judges many dossiers is."""
    with store.views.reading() as database:
        while True:
            database.rows("SELECT 1")


def streamed(store):
    with store.views.reading() as database:
        return list(database.each(FOR_EVER))


def hiding(store):
    """Rows of its own without end, as a question at another moment has many."""
    with store.views.reading() as database:
        database.temporary(HIDDEN, ((str(number),) for number in itertools.count()))


def saying(begun, question):
    """The question, after it has said that it has a store."""

    def ask(store):
        begun.set()
        return question(store)

    return ask


@pytest.mark.parametrize("question", [long, in_parts, streamed, hiding])
def test_a_question_that_takes_too_long_is_ended(stores, question):
    opened: list[Store] = []
    stores.ask(opened.append, FULL)
    start = time.monotonic()

    with pytest.raises(CannotRun) as ended:
        stores.ask(question, FULL, seconds=0.5)

    assert ended.value.code == "question_too_long"
    assert time.monotonic() - start < SOON
    stores.ask(opened.append, FULL)
    assert opened[0].views is opened[1].views
    assert stores.ask(lambda store: store.views.count("dossiers"), FULL) == 0


@pytest.mark.parametrize("question", [long, in_parts, streamed, hiding])
def test_a_server_that_stops_waits_for_no_question(stores, question):
    asked, told = threading.Event(), []

    def ask():
        try:
            stores.ask(saying(asked, question), FULL)
        except CannotRun as ended:
            told.append(ended.code)

    asking = threading.Thread(target=ask)
    asking.start()
    assert asked.wait(SOON)
    stores.end()
    asking.join(SOON)

    assert told == ["server_stopping"]
    with pytest.raises(CannotRun):
        stores.ask(lambda store: None, FULL)


def test_who_waits_for_a_store_when_the_server_stops_is_told_so(stores):
    lent, told = threading.Event(), []

    def hold():
        with pytest.raises(CannotRun):
            stores.ask(saying(lent, in_parts), FULL)

    def wait():
        try:
            stores.ask(lambda store: store.views.count("dossiers"), FULL)
        except CannotRun as ended:
            told.append(ended.code)

    holding, waiting = threading.Thread(target=hold), threading.Thread(target=wait)
    holding.start()
    assert lent.wait(SOON)
    waiting.start()
    stores.end()
    for thread in (holding, waiting):
        thread.join(SOON)

    assert told == ["server_stopping"]


def test_a_statement_that_was_about_to_begin_when_the_server_stopped_is_ended_too(
    in_postgres, database, monkeypatch
):
    """The server was told to end what was under way, and found nothing."""
    told = list[str]()
    with closing(Stores(in_postgres, clock, most=1)) as stores, asked(database.url) as other:
        views = stores.ask(lambda store: store.views, FULL)
        asking = threading.Thread(target=_stopped, args=(stores, long, told))
        asking.start()
        _until(lambda: other.execute(UNDER_WAY).fetchone() == (1,))
        with monkeypatch.context() as patched:
            patched.setattr(views.database, "interrupt", lambda: None)
            stores.end()
        stores.close()
        asking.join(SOON)

    assert told == ["server_stopping"]


def test_the_same_of_a_stream_holds_up_no_server_that_closes(in_postgres, database, monkeypatch):
    readers = list[Reader]()

    def reader(stores):
        readers.append(Reader(stores))
        return readers[0]

    def unlimited(store):
        with store.views.reading() as views:
            views.rows("SET LOCAL statement_timeout = 0")
            return views.rows(FOR_EVER)

    async def served(other):
        stores = Stores(in_postgres, clock, most=1)
        views = stores.ask(lambda store: store.views, FULL)
        app = application(stores)
        async with app.router.lifespan_context(app):
            asking = asyncio.create_task(readers[0].long(unlimited, FULL))
            await asyncio.to_thread(_until, lambda: other.execute(UNDER_WAY).fetchone() == (1,))
            with monkeypatch.context() as patched:
                patched.setattr(views.database, "interrupt", lambda: None)
                stores.end()
        with pytest.raises(CannotRun) as stopped:
            await asking
        return stopped.value.code

    monkeypatch.setattr(_application, "Reader", reader)
    with asked(database.url) as other:
        assert asyncio.run(served(other)) == "server_stopping"


def _stopped(stores, question, told):
    try:
        stores.ask(question, FULL, seconds=600)
    except CannotRun as ended:
        told.append(ended.code)


def test_what_ends_a_question_late_is_told_the_next_as_what_it_is(
    in_postgres, database, monkeypatch
):
    """The next one has the store already, and asks of which generation it is, when the server stops."""
    monkeypatch.setattr(_stores, "_SAME_SECONDS", 0.0)
    told = list[str]()
    with closing(Stores(in_postgres, clock, most=1)) as stores, asked(database.url) as other:
        stores.ask(lambda store: None, FULL)
        with other.transaction():
            other.execute("LOCK TABLE views.present IN ACCESS EXCLUSIVE MODE")
            asking = threading.Thread(target=_stopped, args=(stores, long, told))
            asking.start()
            _until(lambda: other.execute(WAITING).fetchone() == (1,))
            stores.end()
            asking.join(SOON)

    assert told == ["server_stopping"]


UNDER_WAY = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND state = 'active' AND query LIKE 'WITH RECURSIVE%'"
)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'views.present'::regclass"


def _until(holds):
    until = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_exports_leave_stores_to_others(embedded, monkeypatch):
    stores = Stores(embedded, clock, most=2)
    monkeypatch.setattr(_stores, "_PATIENCE", 0.05)
    monkeypatch.setattr(_stores, "_SLICE", 0.02)
    try:

        def meanwhile(store):
            with pytest.raises(CannotRun) as busy:
                stores.export(lambda store: None, FULL)
            return busy.value.code, stores.ask(lambda store: "answered", FULL)

        assert stores.export(meanwhile, FULL) == ("busy", "answered")
        assert stores.export(lambda store: "again", FULL) == "again"
    finally:
        stores.close()

"""Streams: every row of the feed once, in order, to all who listen, wherever they go on from."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace

import httpx
import pytest
from typing_extensions import override

from domain import events
from domain.errors import Contended
from domain.rules import RULES
from infra.access import FULL
from infra.errors import CannotRun
from infra.http.streams import _following, _tail, _telling
from infra.http.streams._following import Reader
from infra.http.streams._tail import Tail, told
from infra.http.streams._telling import Told, Violations
from infra.questions.feed import ViewsFeed
from infra.rebuilding.rebuild import rebuild
from infra.wiring import clock
from tests.support.stores import quiet
from tests.support.streams import (
    EVENTS,
    Place,
    dossier,
    events_in,
    ids_in,
    registered,
    until,
)


def text(row):
    return row.text


def taken(stream, count):
    return [next(stream) for _ in range(count)]


def test_what_opens_is_told_as_it_does(place):
    with place.stream() as stream:
        place.sent(EVENTS)
        feed = place.feed()

        assert taken(stream, len(feed)) == feed
        assert feed


def test_a_stream_goes_on_behind_the_last_id(place):
    place.sent(EVENTS)
    place.sent(dossier(1))
    feed = place.feed()

    for header, query in (({"last-event-id": "1"}, ""), ({}, "?after=1")):
        with place.stream(query, **header) as stream:
            assert taken(stream, len(feed) - 1) == feed[1:]


def test_without_an_id_it_begins_now(place):
    place.sent(EVENTS)
    before = len(place.feed())
    with place.stream() as stream:
        place.sent(dossier(1))
        feed = place.feed()

        assert taken(stream, len(feed) - before) == feed[before:]


def test_all_who_listen_are_told_everything_once_while_it_comes(place):
    def listened(after):
        with place.stream(f"?after={after}") as stream:
            return taken(stream, expected - after)

    place.sent(dossier(0))
    each = len(place.feed())
    expected = each * 6
    with ThreadPoolExecutor(8) as pool:
        heard = [pool.submit(listened, after % 3) for after in range(8)]
        for number in range(1, 6):
            place.sent(dossier(number))
        feed = place.feed()

        assert len(feed) == expected
        for after, told_to in enumerate(heard):
            assert told_to.result(60) == feed[after % 3 :]


def test_a_rebuild_is_noticed_by_nobody_who_listens(place):
    place.sent(EVENTS)
    before = len(place.feed())
    with place.stream("?after=0") as stream:
        heard = taken(stream, before)
        with closing(place.opened()) as store:
            rebuild(store, drop_old=True, progress=quiet, clock=clock)
        place.sent(dossier(1))
        feed = place.feed()
        heard += taken(stream, len(feed) - before)

    assert heard == feed


def test_only_what_is_asked_for_is_told(place):
    place.sent(EVENTS)
    own = place.feed()
    place.sent(dossier(1, unit="Y09.22"))
    place.sent(dossier(2))
    feed = place.feed()
    rule = feed[-1][1]
    chosen = [row for row in [*own, *feed[-len(own) :]] if row[1] == rule]

    assert len(chosen) < len([row for row in feed if row[1] == rule]) < len(feed)
    with place.stream(f"?after=0&rule={rule}&unit=Y09.21") as stream:
        assert taken(stream, len(chosen)) == chosen


def test_whoever_heard_more_than_there_is_begins_anew(place, monkeypatch):
    monkeypatch.setattr(_tail, "_LOST_SECONDS", 0.2)
    place.sent(EVENTS)
    last = len(place.feed())
    with place.stream("?after=999") as stream:
        assert taken(stream, 1) == [(last, None, "restarted")]
        place.sent(dossier(1))
        feed = place.feed()
        assert taken(stream, len(feed) - last) == feed[last:]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?rule=none", 400, "unknown_rule"),
        ("?severity=4", 400, "invalid_argument"),
        ("?unit=none", 404, "unknown"),
        ("?after=-1", 400, "invalid_id"),
        ("?after=%D9%A1", 400, "invalid_id"),
    ],
)
def test_a_stream_that_cannot_be_is_a_problem(place, query, status, code):
    response = place.client.get(f"/streams/violations{query}")

    assert response.status_code == status
    assert response.json()["code"] == code


def tail_of(place, **options):
    return Tail[Told](Reader(place.stores), Violations(clock, "vi"), **options)


def test_who_reads_too_slowly_is_let_go_with_what_he_was_told_in_order(place, monkeypatch):
    monkeypatch.setattr(_tail, "_AT_ONCE", 1)
    place.sent(EVENTS)

    async def listened():
        tail = tail_of(place, keep=before)
        slow = told(tail, await tail.start(None), text)
        waiting = asyncio.ensure_future(anext(slow))
        await until(lambda: tail.following.listeners)
        await asyncio.to_thread(place.sent, dossier(1))
        heard = [await waiting]
        for number in range(2, 6):
            await asyncio.to_thread(place.sent, dossier(number))
        await until(lambda: tail.at == len(place.feed()))
        heard += [chunk async for chunk in slow]
        assert not tail.following.listeners
        return ids_in(heard)

    before = len(place.feed())
    ids = asyncio.run(listened())

    assert ids == list(range(before + 1, before + 1 + len(ids)))
    assert 1 <= len(ids) < len(place.feed()) - before


def test_however_many_listen_each_row_is_read_once_and_written_once(place, monkeypatch):
    page, violation = Violations.page, _telling.violation
    read, written = list[int](), list[int]()

    def reading(self, store, after):
        found = page(self, store, after)
        read.extend(row.number for row in found.rows)
        return found

    def writing(heard, number):
        written.append(number)
        return violation(heard, number)

    place.sent(EVENTS)
    before = len(place.feed())
    monkeypatch.setattr(Violations, "page", reading)
    monkeypatch.setattr(_telling, "violation", writing)
    with ExitStack() as stack:
        streams = [stack.enter_context(place.stream()) for _ in range(30)]
        for number in range(1, 4):
            place.sent(dossier(number))
        feed = place.feed()
        for stream in streams:
            assert taken(stream, len(feed) - before) == feed[before:]

    assert read == written == [number for number, _, _ in feed[before:]]


def test_what_is_new_is_told_while_all_stores_and_threads_wait_for_questions(place):
    hold, held = threading.Event(), threading.Semaphore(0)

    def question(store):
        held.release()
        hold.wait(60)

    with ThreadPoolExecutor(50) as pool, closing(place.opened()) as store:
        with place.stream() as stream:
            long = [pool.submit(place.stores.ask, question, FULL) for _ in range(4)]
            for _ in long:
                held.acquire()
            waiting = [pool.submit(place.client.get, "/violations") for _ in range(45)]
            now = replace(store, now=clock())
            now.engine.record([events.read(event, recorded_at=now.now) for event in EVENTS])
            now.catch_up()
            feed = place.feed()
            try:
                assert taken(stream, len(feed)) == feed
            finally:
                hold.set()
        for each in long:
            each.result()
        assert {each.result().status_code for each in waiting} <= {200, 503}


def test_who_goes_on_from_long_ago_takes_nobody_the_threads_that_say_who_asks(place, monkeypatch):
    hold, held, page = threading.Event(), threading.Semaphore(0), Violations.page

    def long(self, store, after):
        if after == 0:
            held.release()
            hold.wait(60)
        return page(self, store, after)

    async def own():
        async with asyncio.timeout(20):
            return await place.stores.aside(place.stores.own, lambda store: store.scope)

    place.sent(EVENTS)
    feed = place.feed()
    monkeypatch.setattr(Violations, "page", long)
    with place.stream("?after=0") as one, place.stream("?after=0") as other:
        held.acquire()
        try:
            assert [asyncio.run(own()) for _ in range(50)] == [FULL] * 50
        finally:
            hold.set()
        assert taken(one, len(feed)) == taken(other, len(feed)) == feed


def test_streams_end_with_the_server(tmp_path):
    with ExitStack() as stack, ExitStack() as server:
        place = Place(tmp_path, server)
        client = stack.enter_context(httpx.Client(base_url=place.url, timeout=60))
        response = stack.enter_context(client.stream("GET", "/streams/violations"))
        server.close()

        assert list(events_in(response)) == []


def test_who_was_told_by_another_tail_what_this_one_does_not_know_yet_hears_nothing_twice(place):
    class HeldBack(Tail[Told]):
        @override
        async def _next(self):
            await may_look.wait()
            return await super()._next()

    async def heard(tail, after, count):
        stream, chunks = told(tail, await tail.start(after), text), list[bytes]()
        while len(ids_in(chunks)) < count:
            chunks.append(await anext(stream))
        await stream.aclose()
        return ids_in(chunks)

    async def listened():
        ahead, behind = tail_of(place), HeldBack(Reader(place.stores), Violations(clock, "vi"))
        first = asyncio.ensure_future(heard(behind, None, 1))
        await until(lambda: behind.following.listeners)
        await asyncio.to_thread(place.sent, EVENTS)
        all_of_it = await heard(ahead, 0, len(place.feed()))
        again = asyncio.ensure_future(heard(behind, all_of_it[-1], 1))
        await until(lambda: behind.following.listeners == 2)
        await asyncio.to_thread(place.sent, dossier(1))
        may_look.set()
        return [*(await first)[:1], *all_of_it, *await again]

    may_look = asyncio.Event()
    one, *ids = asyncio.run(listened())

    assert one == 1
    assert ids == list(range(1, len(ids) + 1))


@pytest.mark.parametrize("error", [CannotRun("away", code="database_unreachable"), Contended()])
@pytest.mark.parametrize("query", ["", "?after=0"])
def test_a_feed_that_cannot_be_read_is_looked_at_again(place, monkeypatch, error, query):
    monkeypatch.setattr(_following, "_AGAIN_SECONDS", 0.01)
    page, away = Violations.page, iter([error, error])

    def failing(self, store, after):
        for raised in away:  # two threads may read at once
            raise raised
        return page(self, store, after)

    place.sent(EVENTS)
    before = 0 if query else len(place.feed())
    monkeypatch.setattr(Violations, "page", failing)
    with place.stream(query) as stream:
        place.sent(dossier(1))
        feed = place.feed()
        assert taken(stream, len(feed) - before) == feed[before:]
    assert next(away, None) is None


def test_a_feed_that_is_away_before_the_stream_begins_is_a_problem(place, monkeypatch):
    def away(self):
        raise CannotRun("away", code="database_unreachable")

    monkeypatch.setattr(ViewsFeed, "last", away)
    response = place.client.get("/streams/violations")

    assert response.status_code == 503
    assert response.json()["code"] == "database_unreachable"
    assert response.headers["retry-after"]


def test_a_fault_while_it_follows_lets_all_go_and_who_comes_again_is_told(
    place, monkeypatch, capfd
):
    page, faults = Violations.page, [LookupError("Nguyễn Thị Hoa")]

    def faulty(self, store, after):
        if faults:
            raise faults.pop()
        return page(self, store, after)

    place.sent(EVENTS)
    monkeypatch.setattr(Violations, "page", faulty)
    with place.stream() as stream:
        assert list(stream) == []
    with place.stream("?after=0") as stream:
        feed = place.feed()
        assert taken(stream, len(feed)) == feed

    said = capfd.readouterr()
    assert "LookupError" in said.out + said.err
    assert "Hoa" not in said.out + said.err


def test_what_is_not_told_is_gone_on_behind_all_the_same(place, monkeypatch):
    monkeypatch.setattr(_tail, "BEAT_SECONDS", 0.05)
    place.sent(EVENTS)
    last, told = len(place.feed()), {rule for _, rule, _ in place.feed()}
    other = next(rule.name for rule in RULES if rule.name not in told)
    with (
        httpx.Client(base_url=place.url, timeout=60) as client,
        client.stream("GET", f"/streams/violations?after=0&rule={other}") as response,
    ):
        lines = iter(response.iter_lines())
        while not (line := next(lines)).startswith("id: "):
            assert line in {"", ": "}
        assert line == f"id: {last}"
        assert [next(lines) for _ in range(4)] == ["", ": ", "", ": "]


def test_a_unit_that_moves_is_heard_where_it_belongs_now(place):
    place.sent(dossier(1, unit="Y09.22"))
    place.sent([registered("Y09.50"), registered("Y09.22")])
    before = len(place.feed())
    with place.stream("?unit=Y09.50") as stream:
        place.sent(dossier(2, unit="Y09.22"))
        elsewhere = len(place.feed())
        place.sent(dossier(4, unit="Y09.50"))
        told = place.feed()[elsewhere:]
        assert taken(stream, len(told)) == told  # so what came before was passed over
        place.sent([registered("Y09.22", parent="Y09.50")])
        moved = len(place.feed())
        place.sent(dossier(3, unit="Y09.22"))
        feed = place.feed()

        assert before < moved < len(feed)
        assert taken(stream, len(feed) - moved) == feed[moved:]


def test_a_feed_that_was_lost_is_noticed_by_who_listens(place, monkeypatch):
    monkeypatch.setattr(_tail, "_LOST_SECONDS", 0.2)
    place.sent([*EVENTS, *dossier(1)])
    with place.stream() as stream:
        with closing(place.opened()) as store, store.views.database.transaction(write=True):
            store.views.database.rows("DELETE FROM feed WHERE id > 1")
            store.views.database.rows("UPDATE marks SET place = 1 WHERE name = 'feed'")
        assert taken(stream, 1) == [(1, None, "restarted")]
        place.sent(dossier(2))
        feed = place.feed()
        assert taken(stream, len(feed) - 1) == feed[1:]


def test_a_store_that_shows_the_generation_before_for_a_moment_is_no_lost_feed(place, monkeypatch):
    monkeypatch.setattr(_tail, "_LOST_SECONDS", 3_600.0)  # four looks are a moment, however slow
    page, old = Violations.page, [4, 3, 2, 1]

    def behind(self, store, after):
        told = page(self, store, after)
        return told._replace(rows=(), last=0) if after and old and old.pop() else told

    place.sent(EVENTS)
    monkeypatch.setattr(Violations, "page", behind)
    with place.stream() as stream:
        place.sent(dossier(1))
        feed = place.feed()
        heard = next(stream)
        assert heard in feed
        assert not any(change == "restarted" for _, _, change in taken(stream, 2))

"""Streams: every row of the feed once, in order, to all who listen, wherever they go on from."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace

import httpx
import pytest
from typing_extensions import override

from domain.errors import Contended
from infra.errors import CannotRun
from infra.feed import ViewsFeed
from infra.http import Stores, _streams, application
from infra.http._serving import listening, served
from infra.http._streams import Tail, told
from infra.http._taking import BATCH
from infra.rebuilding import rebuild
from infra.settings import Settings
from infra.wiring import clock, open_store
from tests.architecture.test_docs import ROOT
from tests.support.stores import quiet

EVENTS = [
    json.loads(line) for line in (ROOT / "docs/examples/events.jsonl").read_bytes().splitlines()
]


class Place:
    """A data folder, and the application over it; nobody projects but who is told to."""

    def __init__(self, folder, stack):
        self.folder = folder
        self.stores = Stores(self.opened, clock, most=4)
        listener = stack.enter_context(listening("127.0.0.1", 0))
        self.url = stack.enter_context(served(application(self.stores), listener)).url
        self.client = stack.enter_context(httpx.Client(base_url=self.url, timeout=60))

    def opened(self):
        return open_store(Settings(data=self.folder))

    def sent(self, events):
        headers = {"content-type": BATCH}
        assert self.client.post("/events", json=events, headers=headers).json()["refused"] == 0
        with closing(self.opened()) as store:
            replace(store, now=clock()).catch_up()

    def feed(self):
        with closing(self.opened()) as store:
            return store.views.database.rows("SELECT id, rule, change FROM feed ORDER BY id")

    @contextmanager
    def stream(self, query="", **headers):
        with (
            httpx.Client(base_url=self.url, timeout=60) as client,
            client.stream("GET", f"/streams/violations{query}", headers=headers) as response,
        ):
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["cache-control"] == "no-store"
            yield events_of(response)


def events_of(response):
    """(id, rule, change) of each event as it comes."""
    said = {}
    for line in response.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            said[name] = value
        elif "id" in said:
            data = json.loads(said["data"])
            yield int(said["id"]), data.get("data", {}).get("rule"), said["event"].split(".")[-1]
            said = {}


def taken(stream, count):
    return [next(stream) for _ in range(count)]


async def until(holds):
    while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
        await asyncio.sleep(0.01)


def dossier(number, unit="Y09.21"):
    """The example's dossier under another code, so that it has findings of its own."""
    return [
        event | {"id": f"{unit}-{number}-{event['id']}", "subject": f"{unit}-260202-{number:04}"}
        for event in json.loads(json.dumps(EVENTS).replace("Y09.21", unit))
        if event["subject"].endswith("-0007")
    ]


@pytest.fixture
def place(tmp_path):
    with ExitStack() as stack:
        yield Place(tmp_path, stack)


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


def test_whoever_heard_more_than_there_is_begins_anew(place):
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


def test_who_reads_too_slowly_is_let_go_with_what_he_was_told_in_order(place, monkeypatch):
    monkeypatch.setattr(_streams, "_BEHIND", 2)
    place.sent(EVENTS)

    async def listened():
        tail = Tail(place.stores, clock, "vi")
        slow = told(tail, await tail.start(None), lambda notice: True)
        waiting = asyncio.ensure_future(anext(slow))
        await until(lambda: tail.listeners)
        await asyncio.to_thread(place.sent, [*dossier(1), *dossier(2)])
        heard = [await waiting]
        await until(lambda: not tail.listeners)
        return [int(event.id or 0) for event in [*heard, *[event async for event in slow]]]

    before = len(place.feed())
    ids = asyncio.run(listened())

    assert ids == list(range(before + 1, before + 1 + len(ids)))
    assert 2 <= len(ids) < len(place.feed()) - before


def test_streams_end_with_the_server(tmp_path):
    with ExitStack() as stack, ExitStack() as server:
        place = Place(tmp_path, server)
        client = stack.enter_context(httpx.Client(base_url=place.url, timeout=60))
        response = stack.enter_context(client.stream("GET", "/streams/violations"))
        server.close()

        assert list(events_of(response)) == []


def test_who_was_told_by_another_tail_what_this_one_does_not_know_yet_hears_nothing_twice(place):
    class HeldBack(Tail):
        @override
        async def notices(self, after):
            await may_look.wait()
            return await super().notices(after)

    async def heard(tail, after, count):
        stream = told(tail, await tail.start(after), lambda notice: True)
        return [await anext(stream) for _ in range(count)]

    async def listened():
        ahead, behind = Tail(place.stores, clock, "vi"), HeldBack(place.stores, clock, "vi")
        first = asyncio.ensure_future(heard(behind, None, 1))
        await until(lambda: behind.listeners)
        await asyncio.to_thread(place.sent, EVENTS)
        all_of_it = await heard(ahead, 0, len(place.feed()))
        again = asyncio.ensure_future(heard(behind, int(all_of_it[-1].id or 0), 1))
        await until(lambda: len(behind.listeners) == 2)
        await asyncio.to_thread(place.sent, dossier(1))
        may_look.set()
        return [int(event.id or 0) for event in [*await first, *all_of_it, *await again]]

    may_look = asyncio.Event()
    one, *ids = asyncio.run(listened())

    assert one == 1
    assert ids == list(range(1, len(ids) + 1))


@pytest.mark.parametrize("error", [CannotRun("away", code="database_unreachable"), Contended()])
@pytest.mark.parametrize("query", ["", "?after=0"])
def test_a_feed_that_cannot_be_read_is_looked_at_again(place, monkeypatch, error, query):
    monkeypatch.setattr(_streams, "_AGAIN_SECONDS", 0.01)
    notices, away = Tail.notices, [True, True]

    async def failing(self, after):
        if away:
            away.pop()
            raise error
        return await notices(self, after)

    place.sent(EVENTS)
    before = 0 if query else len(place.feed())
    monkeypatch.setattr(Tail, "notices", failing)
    with place.stream(query) as stream:
        place.sent(dossier(1))
        feed = place.feed()
        assert taken(stream, len(feed) - before) == feed[before:]
    assert not away


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
    notices, faults = Tail.notices, [LookupError("Nguyễn Thị Hoa")]

    async def faulty(self, after):
        if faults:
            raise faults.pop()
        return await notices(self, after)

    place.sent(EVENTS)
    monkeypatch.setattr(Tail, "notices", faulty)
    with place.stream() as stream:
        assert list(stream) == []
    with place.stream("?after=0") as stream:
        feed = place.feed()
        assert taken(stream, len(feed)) == feed

    said = capfd.readouterr()
    assert "LookupError" in said.out + said.err
    assert "Hoa" not in said.out + said.err

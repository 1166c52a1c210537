"""Two servers over one PostgreSQL database: what is stated at one is read and streamed at both, under the same ids."""

import threading
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace

import httpx
import pytest

from infra.errors import CannotRun
from infra.http import Stores, application
from infra.http._serving import listening, served
from infra.http._taking import BATCH
from infra.postgres.schema import migrate
from infra.rebuilding.rebuild import rebuild
from infra.wiring import clock, distributed
from tests.support.postgres import MASTER
from tests.support.stores import LAW, quiet
from tests.support.streams import dossier, events_in, pictured

CODE = "Y09.21-260202-0001"


class Servers:
    """Two of them, and somebody who projects until this ends."""

    def __init__(self, url, stack):
        self.url = url
        self.one, self.two = (self._served(stack) for _ in range(2))
        self._stop = threading.Event()
        projecting = threading.Thread(target=self._project)
        projecting.start()
        stack.callback(projecting.join)
        stack.callback(self._stop.set)

    def opened(self):
        return distributed(self.url, LAW, clock(), MASTER)

    def _served(self, stack):
        listener = stack.enter_context(listening("127.0.0.1", 0))
        app = application(Stores(self.opened, clock, most=3))
        base_url = stack.enter_context(served(app, listener)).url
        return stack.enter_context(httpx.Client(base_url=base_url, timeout=60))

    def _project(self):
        while not self._stop.is_set():
            with closing(self.opened()) as store, suppress(CannotRun):  # a rebuild switches
                while not self._stop.wait(0.05):
                    replace(store, now=clock()).catch_up()

    def send(self, client, events):
        told = client.post("/events?wait=30", json=events, headers={"content-type": BATCH}).json()
        assert (told["refused"], told["projected"]) == (0, True)


@contextmanager
def told(client, path, **headers):
    with client.stream("GET", f"/streams/{path}", headers=headers) as response:
        assert response.status_code == 200, response.read()
        yield events_in(response)


def numbers(stream, count):
    return [int(next(stream)[0]) for _ in range(count)]


@pytest.fixture
def servers(database):
    migrate(database.url)
    with ExitStack() as stack:
        yield Servers(database.url, stack)


def test_findings_are_gone_on_with_at_the_other_server(servers):
    one, two = servers.one, servers.two
    with told(one, "violations") as stream:
        servers.send(two, dossier(1))
        first = numbers(stream, 3)
    servers.send(one, dossier(2))
    with told(two, "violations", **{"last-event-id": str(first[-1])}) as stream:
        store = servers.opened()
        last = store.views.mark("feed")
        store.close()
        rest = numbers(stream, last - 3)

    assert first + rest == list(range(1, last + 1))


def test_a_picture_is_taken_and_a_rebuild_is_noticed_by_nobody(servers):
    servers.send(servers.one, dossier(1))
    with told(servers.two, "violations?snapshot=true&unit=Y09.21") as stream:
        picture, number = pictured(stream)
        store = servers.opened()
        rebuild(store, drop_old=False, progress=quiet, clock=clock)
        store.close()
        servers.send(servers.one, dossier(2))
        after = numbers(stream, 2)

    assert picture
    assert after == [number + 1, number + 2]


def test_what_is_stated_at_one_is_known_at_the_other(servers):
    servers.send(servers.one, dossier(1))
    version = len(dossier(1))
    said = {"time": "2026-03-12T10:00:00+07:00", "actor": {"officer": "cb-1"}, "reason": "x"}
    headers = {"idempotency-key": "k", "if-match": f'"{version}"'}
    where = f"/dossiers/{CODE}/losses?wait=30"
    first, again = (
        client.post(where, json=said, headers=headers) for client in (servers.one, servers.two)
    )
    other = servers.two.post(where, json=said, headers=headers | {"idempotency-key": "2"})

    assert first.json() == again.json()
    assert (first.json()["version"], first.json()["projected"]) == (version + 1, True)
    assert (other.status_code, other.json()["version"]) == (412, version + 1)
    history = servers.two.get(f"/dossiers/{CODE}/history").json()
    assert len(history["events"]) == version + 1

"""A server over a data folder, and who listens to its streams.

Knows the events of a stream as they are written. Must not know what is to be told.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count as count_from
from types import MappingProxyType
from typing import Any

import httpx

from domain.values import VN
from infra.http import Stores, application
from infra.http._serving import listening, served
from infra.http._taking import BATCH
from infra.settings.data import Settings
from infra.wiring import clock, open_store
from tests.architecture.test_docs import ROOT
from tests.support.answering import PATIENT

EVENTS = [
    json.loads(line) for line in (ROOT / "docs/examples/events.jsonl").read_bytes().splitlines()
]
NUMBERS = count_from(1)


class Place:
    """A data folder, and the application over it; nobody projects but who is told to."""

    def __init__(self, folder, stack):
        self.folder = folder
        self.stores = Stores(self.opened, clock, most=4)
        listener = stack.enter_context(listening("127.0.0.1", 0))
        self.app = application(self.stores)
        self.url = stack.enter_context(served(self.app, listener)).url
        self.client = stack.enter_context(httpx.Client(base_url=self.url, **PATIENT))

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
    def told(self, path, query="", **headers):
        with (
            httpx.Client(base_url=self.url, timeout=60) as client,
            client.stream("GET", f"/streams/{path}{query}", headers=headers) as response,
        ):
            assert response.status_code == 200, response.read()
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["cache-control"] == "no-store"
            yield events_in(response)

    @contextmanager
    def stream(self, query="", **headers):
        with self.told("violations", query, **headers) as events:
            yield events_of(events)


async def until(holds):
    while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
        await asyncio.sleep(0.01)


def events_in(response):
    """(id, name, data) of each event as it comes; the id is the one that a browser has then."""
    said, last = {}, None
    for line in response.iter_lines():
        name, _, value = line.partition(": ")
        if name == "id":
            last = value
        elif name:
            said[name] = value
        elif not line:
            if "data" in said:
                yield last, said["event"], json.loads(said["data"])
            said = {}


def events_of(events):
    """(id, rule, change) of each event."""
    for number, name, data in events:
        yield int(number or 0), data.get("data", {}).get("rule"), name.split(".")[-1]


def ids_in(chunks):
    """The ids of all events in what was written."""
    lines = b"".join(chunks).decode().splitlines()
    return [int(line.removeprefix("id: ")) for line in lines if line.startswith("id: ")]


def dossier(number, unit="Y09.21"):
    """The example's dossier under another code, so that it has findings of its own."""
    return [
        event | {"id": f"{unit}-{number}-{event['id']}", "subject": f"{unit}-260202-{number:04}"}
        for event in json.loads(json.dumps(EVENTS).replace("Y09.21", unit))
        if event["subject"].endswith("-0007")
    ]


def registered(unit, parent=None, **said):
    """A unit is registered, later than any before: which of two holds is told by their times."""
    number = next(NUMBERS)
    return {
        "specversion": "1.0",
        "id": f"unit-{number}",
        "source": "/test",
        "type": "vn.dunghen.unit.registered.v1",
        "subject": unit,
        "time": (datetime(2026, 1, 1, tzinfo=VN) + timedelta(seconds=number)).isoformat(),
        "data": {"unit": unit, "name": unit} | ({"parent": parent} if parent else {}) | said,
    }


def pictured(stream):
    """What comes before the picture's end, and its id."""
    picture = list[tuple[None, str, dict[str, Any]]]()
    for number, name, data in stream:
        if name == "snapshot.end":
            return picture, int(number)
        assert number is None
        picture.append((number, name, data))
    raise AssertionError(picture)


def rows(place: Place) -> dict[str, Any]:
    """The rows of the report, by unit."""
    return {row["unit"]: row for row in place.client.get("/reports/units").json()["units"]}


def folded(
    events: Iterable[Any], known: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """The rows by what was told."""
    by_unit = dict(known)
    for _, name, data in events:
        assert name == "units"
        by_unit.update({row["unit"]: row for row in data["units"]})
    return by_unit

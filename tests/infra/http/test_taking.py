"""Facts over HTTP: each is answered for by itself, and sent twice is once."""

import json
from contextlib import ExitStack

import httpx
import pytest

from infra.http import Stores, application
from infra.http._serving import listening, served
from infra.http._taking import BATCH, BODY, MOST
from infra.settings import Settings
from infra.wiring import clock, open_store
from tests.architecture.test_docs import ROOT

STRUCTURED = {"content-type": "application/cloudevents+json"}
EVENTS = [
    json.loads(line) for line in (ROOT / "docs/examples/events.jsonl").read_bytes().splitlines()
]
CODE = "Y09.21-260202-0007"


@pytest.fixture
def client(tmp_path):
    stores = Stores(lambda: open_store(Settings(data=tmp_path)), clock, most=2)
    with ExitStack() as stack:
        listener = stack.enter_context(listening("127.0.0.1", 0))
        url = stack.enter_context(served(application(stores), listener)).url
        yield stack.enter_context(httpx.Client(base_url=url, timeout=60))


def sent(client, events, lang="en"):
    headers = {"content-type": BATCH, "accept-language": lang}
    return client.post("/events", content=json.dumps(events).encode(), headers=headers)


def figures(answer):
    return tuple(answer[name] for name in ("read", "accepted", "duplicates", "refused"))


def test_a_batch_is_taken_and_its_dossier_is_there(client):
    answer = sent(client, EVENTS).json()

    assert figures(answer) == (9, 9, 0, 0)
    of_dossier = [item for item in answer["items"] if item["dossier"] == CODE]
    assert [item["version"] for item in of_dossier] == list(range(1, len(of_dossier) + 1))
    assert [item["position"] for item in answer["items"]] == list(range(1, 10))
    history = client.get(f"/dossiers/{CODE}/history").json()
    assert len(history["events"]) == len(of_dossier)


def test_sent_again_they_are_duplicates(client):
    first, again = (sent(client, EVENTS).json() for _ in range(2))

    assert figures(again) == (9, 0, 9, 0)
    assert [item["version"] for item in again["items"]] == [
        item["version"] for item in first["items"]
    ]


def test_one_that_is_refused_keeps_none_of_its_neighbours_out(client):
    bad = EVENTS[0] | {"id": "bad", "time": "2026-02-02T08:00:00"}
    changed = EVENTS[1] | {"time": "2026-02-02T08:00:01+07:00"}

    answer = sent(client, [EVENTS[0], bad, EVENTS[1], changed, 17]).json()

    assert figures(answer) == (5, 2, 0, 3)
    codes = [item.get("code") for item in answer["items"]]
    assert codes[0] is codes[2] is None
    assert codes[1] == "naive_time"
    assert codes[3] == "idempotency_conflict"
    assert answer["items"][4]["message"]


def test_one_event_is_taken_structured_and_binary(client):
    event = EVENTS[0]
    whole = client.post("/events", json=event, headers=STRUCTURED).json()
    headers = {f"ce-{name}": str(value) for name, value in event.items() if name != "data"} | {
        "content-type": "application/json"
    }
    parts = client.post("/events", content=json.dumps(event["data"]), headers=headers).json()

    assert figures(whole) == (1, 1, 0, 0)
    assert figures(parts) == (1, 0, 1, 0)


def test_attributes_in_headers_are_spelt_with_percent_signs(client):
    event = EVENTS[0]
    headers = {f"ce-{name}": str(value) for name, value in event.items() if name != "data"}
    headers |= {"ce-id": "s%E1%BB%91%201", "content-type": "application/json"}

    assert figures(
        client.post("/events", content=json.dumps(event["data"]), headers=headers).json()
    ) == (1, 1, 0, 0)
    history = client.get(f"/dossiers/{event['subject']}/history").json()
    assert [told["id"] for told in history["events"]] == ["số 1"]


PROBLEMS = {
    "no JSON": (b"{", "invalid_json", 422),
    "no list": (b"{}", "invalid_batch", 422),
    "too many": (json.dumps([0] * (MOST + 1)).encode(), "invalid_batch", 422),
    "too long": (b" " * (BODY + 1), "body_too_large", 413),
}


@pytest.mark.parametrize(("body", "code", "status"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_a_batch_that_is_none_is_a_problem(client, body, code, status):
    response = client.post("/events", content=body, headers={"content-type": BATCH})

    assert response.status_code == status
    assert response.json()["code"] == code
    assert client.get("/violations").json()["total"] == 0


FORMS = [
    "",
    ";",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
]


@pytest.mark.parametrize("kind", [None, *FORMS])
def test_what_a_page_of_another_site_may_send_unasked_is_not_taken(client, kind):
    headers = {} if kind is None else {"content-type": kind}
    response = client.post("/events", content=json.dumps(EVENTS[0]).encode(), headers=headers)

    told = response.json()
    assert "unsupported_format" in {told.get("code"), told.get("items", [{}])[0].get("code")}
    assert figures(sent(client, [EVENTS[0]]).json()) == (1, 1, 0, 0)


def test_what_is_wrong_with_an_event_is_said_in_the_readers_language(client):
    def said(lang):
        return sent(client, [EVENTS[0] | {"time": "soon"}], lang).json()["items"][0]["message"]

    assert said("en") != said("vi")

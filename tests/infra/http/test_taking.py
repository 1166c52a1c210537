"""Facts over HTTP: each is answered for by itself, and sent twice is once."""

import asyncio
import gzip
import json
import select
import socket
import sqlite3
from contextlib import closing, suppress

import pytest
from pydantic_core import from_json

from domain.record import Record
from infra.http import _bodies, _taking
from infra.http._bodies import LARGEST as BODY
from infra.http._taking import BATCH, MOST
from infra.messages.incoming import LARGEST
from tests.architecture.test_docs import ROOT

STRUCTURED = {"content-type": "application/cloudevents+json"}
EVENTS = [
    json.loads(line) for line in (ROOT / "docs/examples/events.jsonl").read_bytes().splitlines()
]
CODE = "Y09.21-260202-0007"


@pytest.fixture
def client(empty):
    return empty


def sent(client, events, lang="en", query=""):
    headers = {"content-type": BATCH, "accept-language": lang}
    return client.post(f"/events{query}", content=json.dumps(events).encode(), headers=headers)


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


def test_a_body_is_read_beside_the_loop_that_answers_everybody(client, monkeypatch):
    read = []

    def reading(body, of=from_json):
        with suppress(RuntimeError):
            asyncio.get_running_loop()
            read.append("on the loop")
        read.append("")
        return of(body)

    for module in (_taking, _bodies):
        monkeypatch.setattr(module, "from_json", reading)
    sent(client, EVENTS)
    client.post("/dossiers", json={"code": CODE}, headers={"idempotency-key": "1"})

    assert read == ["", ""]


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
    event = next(each for each in EVENTS if ".dossier." in each["type"])
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


def test_one_that_the_program_stumbles_over_keeps_none_of_its_neighbours_out(client, monkeypatch):
    record = Record.record

    def stumbling(self, fact):
        if fact.id == EVENTS[1]["id"]:
            raise LookupError("Nguyễn Thị Hoa")
        record(self, fact)

    monkeypatch.setattr(Record, "record", stumbling)
    answer = sent(client, EVENTS[:3]).json()

    assert figures(answer) == (3, 2, 0, 1)
    assert answer["items"][1]["code"] == "program_fault"
    assert "Hoa" not in json.dumps(answer, ensure_ascii=False)
    monkeypatch.undo()
    assert figures(sent(client, EVENTS[:3]).json()) == (3, 1, 2, 0)


def test_a_fault_in_the_middle_of_storing_stores_nothing(client, tmp_path):
    """The log's own database refuses the fifth line of nine, when four are written: none of them stays."""
    assert figures(sent(client, EVENTS[:1]).json()) == (1, 1, 0, 0)
    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as log, log:
        log.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON stored_events WHEN (SELECT count(*) FROM stored_events) = 5"
            " BEGIN SELECT RAISE(FAIL, 'no'); END"
        )
    answer = sent(client, EVENTS)

    assert answer.status_code == 503
    assert answer.json()["code"] == "contended"
    assert client.get(f"/dossiers/{CODE}").status_code == 404
    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as log, log:
        assert log.execute("SELECT count(*) FROM stored_events").fetchone() == (1,)
        log.execute("DROP TRIGGER broken")
    assert figures(sent(client, EVENTS).json()) == (9, 8, 1, 0)


def test_one_that_is_too_large_keeps_none_of_its_neighbours_out(client):
    large = EVENTS[1] | {"data": EVENTS[1]["data"] | {"receipt_number": "x" * LARGEST}}
    answer = sent(client, [EVENTS[0], large, EVENTS[0], EVENTS[2]]).json()

    assert [item["outcome"] for item in answer["items"]] == [
        "accepted",
        "refused",
        "duplicate",
        "accepted",
    ]


@pytest.mark.parametrize("path", ["/events", "/dossiers"])
def test_a_body_that_drips_ends_with_a_problem(client, monkeypatch, path):
    monkeypatch.setattr(_bodies, "_SECONDS", 0.3)
    with socket.create_connection((client.base_url.host, client.base_url.port)) as dripping:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Idempotency-Key: k\r\nContent-Length: 100000\r\n\r\n"
        )
        dripping.sendall(head.encode())
        answer = b""
        dripping.settimeout(0.05)
        while not answer:
            dripping.sendall(b" ")
            with suppress(TimeoutError):
                answer = dripping.recv(1 << 16)
        dripping.settimeout(30)
        while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
            part = dripping.recv(1 << 16)
            if not part:
                break
            answer += part

    assert answer.startswith(b"HTTP/1.1 408")
    assert b"too_slow" in answer


@pytest.mark.parametrize("name", ["ce-id", "ce-source", "ce-subject"])
@pytest.mark.parametrize("value", ["a%0d%0aset-cookie:%20b=c", "a%00b"])
def test_no_line_end_comes_in_through_a_header(client, name, value):
    headers = {f"ce-{name}": str(said) for name, said in EVENTS[0].items() if name != "data"}
    headers |= {name: value, "content-type": "application/json"}
    response = client.post("/events", content=json.dumps(EVENTS[0]["data"]), headers=headers)

    assert figures(response.json()) == (1, 0, 0, 1)
    assert "set-cookie" not in response.headers


def _begun(client, size):
    """A connection that has sent so many bytes of a body without its end."""
    begun = socket.create_connection((client.base_url.host, client.base_url.port))
    head = f"POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: {BATCH}\r\nContent-Length: {2 * size}\r\n\r\n"
    begun.sendall(head.encode() + b" " * size)
    return begun


def test_bodies_that_do_not_end_fill_no_memory(client, monkeypatch):
    monkeypatch.setattr(_bodies, "_OF_ONE", 100_000)
    with _begun(client, 60_000) as one, _begun(client, 60_000) as other:
        (refused,), _, _ = select.select([one, other], [], [], 60)  # whichever was heard later
        kept = other if refused is one else one
        answer = b""
        while part := refused.recv(1 << 16):
            answer += part
        kept.settimeout(0)
        with pytest.raises(BlockingIOError):
            kept.recv(1)

        assert answer.startswith(b"HTTP/1.1 503")
        assert b'"code": "busy"' in answer
        assert b"connection: close" in answer.lower()

    def taken():
        response = client.post(
            "/events", content=b"[]" + b" " * 60_000, headers={"content-type": BATCH}
        )
        return response.status_code == 200

    while not taken():  # the place of one that is gone becomes free
        pass


def test_what_one_states_is_short(client):
    said = b'{"time": "2026-02-02T08:00:00+07:00", "note": "' + b"x" * (1 << 18) + b'"}'
    headers = {"content-type": "application/json", "idempotency-key": "k"}
    response = client.post("/dossiers/Y09.21-260202-0007/letters", content=said, headers=headers)

    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


def test_a_packed_body_is_told_so(client):
    headers = {"content-type": BATCH, "content-encoding": "gzip"}
    response = client.post("/events", content=gzip.compress(b"[]"), headers=headers)

    assert (response.status_code, response.json()["code"]) == (422, "unsupported_format")
    assert "gzip" in response.json()["detail"]

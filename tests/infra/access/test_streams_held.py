"""Streams of who had to prove who he is: they end with his credential, and one asker has only so many."""

import threading
import time
from contextlib import ExitStack
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from infra.credentials import end_session, issue_token, revoke_token, sessions
from infra.errors import CannotRun
from infra.http.access import Askers, _known
from infra.wiring import clock
from tests.infra.access.conftest import placed
from tests.support.places import everywhere, filled


@pytest.fixture
def place(tmp_path, idp):
    with placed(filled(tmp_path / "data", everywhere()), idp) as place:
        yield place


def issued(place, role="auditor"):
    return place.asked(
        lambda store: issue_token(store, by="test", role=role, lasting=timedelta(days=1))
    )


def headed(token):
    return {"authorization": f"Bearer {token.text}"}


def test_a_stream_ends_when_its_token_is_revoked(place, monkeypatch):
    monkeypatch.setattr(_known, "_PROVED_SECONDS", 0.1)
    token = issued(place)
    with (
        place.client() as client,
        client.stream("GET", "/streams/violations", headers=headed(token)) as stream,
    ):
        assert stream.status_code == 200
        place.asked(lambda store: revoke_token(store, token.id, by="test"))
        assert b"event:" not in stream.read()


def test_a_stream_ends_when_its_session_does(place, monkeypatch):
    monkeypatch.setattr(_known, "_PROVED_SECONDS", 0.1)
    with (
        place.signed_in("lan", dunghen_role="auditor") as browser,
        browser.stream("GET", "/streams/units") as stream,
    ):
        assert stream.status_code == 200
        mark = browser.get("/session").json()["csrf"]
        own = {"origin": place.url, "x-csrf-token": mark}
        assert browser.post("/sign-out", headers=own).status_code == 303
        stream.read()


def test_a_stream_ends_when_who_administers_ends_its_session(place, monkeypatch):
    monkeypatch.setattr(_known, "_PROVED_SECONDS", 0.1)
    with (
        place.signed_in("lan", dunghen_role="auditor") as browser,
        browser.stream("GET", "/streams/units") as stream,
    ):
        assert stream.status_code == 200
        (one,) = place.asked(sessions)
        why = "mất máy tính xách tay"
        assert place.asked(
            lambda store: end_session(store, one["session"], by="quan-tri", reason=why)
        )
        stream.read()


def test_a_stream_goes_on_while_its_token_holds_and_while_the_log_is_away(place, monkeypatch):
    monkeypatch.setattr(_known, "_PROVED_SECONDS", 0.05)
    asked = []
    holds = Askers.holds

    async def away_at_first(self, request):
        asked.append(request)
        if len(asked) == 1:
            raise CannotRun("away", code="database_unreachable")
        return await holds(self, request)

    monkeypatch.setattr(Askers, "holds", away_at_first)
    token = issued(place)
    with (
        place.client() as client,
        client.stream("GET", "/streams/violations", headers=headed(token)) as stream,
    ):
        reader = threading.Thread(target=stream.read)
        reader.start()
        deadline = time.monotonic() + 60
        while len(asked) < 4:
            assert time.monotonic() < deadline
            assert reader.is_alive()
            time.sleep(0.02)
        place.asked(lambda store: revoke_token(store, token.id, by="test"))
        reader.join(60)
        assert not reader.is_alive()


def test_a_stream_ends_when_a_fault_keeps_its_token_from_being_proved(place, monkeypatch):
    monkeypatch.setattr(_known, "_PROVED_SECONDS", 0.1)
    monkeypatch.setattr(_known, "_STREAM_SECONDS", 60.0)

    async def faulty(self, request):
        raise LookupError("Nguyễn Thị Hoa")

    monkeypatch.setattr(Askers, "holds", faulty)
    began = time.monotonic()
    with (
        capture_logs() as said,
        place.client() as client,
        client.stream("GET", "/streams/violations", headers=headed(issued(place))) as stream,
    ):
        stream.read()

    assert time.monotonic() < began + 50
    assert {"event": "internal_error", "kind": "LookupError", "log_level": "error"} in said
    assert "Hoa" not in str(said)


def test_a_stream_whose_token_expires_before_it_begins_is_refused(place, monkeypatch):
    token = issued(place)
    later = clock() + timedelta(days=2)
    monkeypatch.setattr(_known, "clock", lambda: later)
    with place.client() as client:
        refused = client.get("/streams/violations", headers=headed(token))

    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")
    assert refused.headers["www-authenticate"].startswith("Bearer")


def test_one_asker_has_only_so_many_streams(place, monkeypatch):
    monkeypatch.setattr(_known, "_STREAMS", 2)
    first, other = (issued(place, role) for role in ("auditor", "admin"))
    with ExitStack() as held:

        def status(token):
            client = held.enter_context(place.client())
            opened = client.stream("GET", "/streams/violations", headers=headed(token))
            return held.enter_context(opened).status_code

        assert [status(first) for _ in range(3)] == [200, 200, 429]
        assert status(other) == 200
    deadline = time.monotonic() + 60
    with place.client() as client:
        while True:
            with client.stream("GET", "/streams/violations", headers=headed(first)) as stream:
                if stream.status_code == 200:
                    return
            assert time.monotonic() < deadline
            time.sleep(0.05)

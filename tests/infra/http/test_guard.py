"""The guard: what is asked of another host, what nobody foresaw, and who does not read."""

import re
import socket
import sys
import time
from contextlib import contextmanager
from threading import Event

import httpx
import pytest

from infra.http import Stores, _guard, _serving, application
from infra.http._serving import listening, served
from infra.settings.data import Settings
from infra.wiring import clock, open_store

NAME = "Nguyễn Thị Hoa"


@contextmanager
def serving(folder, add=lambda app: None):
    app = application(Stores(lambda: open_store(Settings(data=folder)), clock, most=1))
    add(app)
    with listening("127.0.0.1", 0) as listener, served(app, listener) as server:
        yield server.url


def place_of(url):
    return httpx.URL(url).host, httpx.URL(url).port


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000"])
def test_this_machine_is_asked_by_any_of_its_names(client, host):
    assert client.get("/rules", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "[::2]",
        "",
        "[",
        "[:::::]",
    ],
)
def test_what_is_asked_of_another_host_is_refused(client, host):
    for method, path in (("GET", "/rules"), ("POST", "/events")):
        response = client.request(method, path, headers={"host": host, "accept-language": "en"})

        assert response.status_code == 421
        assert response.json()["code"] == "foreign_host"
        assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/broken", "/breaking"])
def test_of_what_nobody_foresaw_only_the_kind_is_told(tmp_path, capfd, path):
    def add(app):
        @app.get("/broken")
        def broken():
            raise LookupError(NAME)

        @app.get("/breaking")
        async def breaking():
            raise LookupError(NAME)

    with serving(tmp_path, add) as url:
        response = httpx.get(url + path, timeout=60)

    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["code"] == "internal_error"
    said = capfd.readouterr()
    assert "LookupError" in response.json()["detail"]
    assert "LookupError" in said.out + said.err
    assert re.search(rf"test_guard.py:\d+ {path.strip('/')}", said.out + said.err)
    assert NAME not in response.text + said.out + said.err
    assert "Traceback" not in said.out + said.err


def test_who_goes_before_he_has_sent_all_is_no_fault(tmp_path, capfd):
    with serving(tmp_path) as url:
        with socket.create_connection(place_of(url)) as one:
            one.sendall(
                b"POST /events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                b"content-length: 9\r\n\r\n{"
            )
        assert httpx.get(f"{url}/rules", timeout=60).status_code == 200

    said = capfd.readouterr()
    assert "error" not in said.out + said.err


@pytest.mark.skipif(
    sys.platform != "linux",
    reason="only Linux ends a connection whose bytes nobody takes (TCP_USER_TIMEOUT)",
)
def test_who_does_not_read_is_let_go_and_his_place_is_free(tmp_path, monkeypatch):
    monkeypatch.setattr(_guard, "_STALLED", 0.2)
    monkeypatch.setattr(_serving, "_UNSENT", 200)
    monkeypatch.setattr(_serving, "_CONNECTIONS", 2)
    ended = Event()

    def add(app):
        async def endless(scope, receive, send):
            try:
                await send({"type": "http.response.start", "status": 200, "headers": []})
                while True:
                    await send(
                        {"type": "http.response.body", "body": b"x" * 65_536, "more_body": True}
                    )
            finally:
                ended.set()

        app.mount("/endless", endless)

    with serving(tmp_path, add) as url, socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect(place_of(url))
        one.sendall(b"GET /endless/ HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert ended.wait(60)
        while httpx.get(f"{url}/rules", timeout=60).status_code != 200:
            time.sleep(0.05)

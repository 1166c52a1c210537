"""/healthz, /readyz and /metrics over HTTP: what they say, and what they refuse."""

import http.client
import socket
import time
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest

from infra.errors import CannotRun
from infra.metrics import EVENTS, READY, RELAY_ACTIVE, Metrics
from infra.running._http import OpsServer
from infra.running._pulse import Pulse
from infra.running._showing import pages


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


class Served:
    def __init__(self, address=("127.0.0.1", 0)):
        self.clock, self.metrics = Clock(), Metrics("relay")
        self.pulse = Pulse(60.0, self.clock)
        self.server = OpsServer(address, pages(self.pulse, self.metrics))
        self.netloc = urlsplit(self.server.url).netloc

    def ask(self, path, method="GET"):
        connection = http.client.HTTPConnection(self.netloc, timeout=60)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()


@pytest.fixture
def served():
    serving = Served()
    yield serving
    serving.server.close()


def test_a_loop_that_comes_round_is_alive(served):
    assert served.ask("/healthz")[:2] == (HTTPStatus.OK, "ok\n")


def test_a_loop_that_stands_is_not_alive(served):
    served.clock.now += 61
    status, text, _ = served.ask("/healthz")
    assert (status, text) == (503, "the loop has not come round for 61 s\n")


def test_a_pause_on_purpose_is_not_standing(served):
    served.pulse.beat(30)
    served.clock.now += 89
    assert served.ask("/healthz")[0] == HTTPStatus.OK


def test_a_worker_that_is_not_open_is_not_ready(served):
    assert served.ask("/readyz")[:2] == (503, "the worker is not open yet\n")


def test_a_worker_says_why_it_is_not_ready(served):
    served.pulse.tell("stands by")
    assert served.ask("/readyz")[:2] == (503, "stands by\n")


def test_a_ready_worker_is_ready_until_its_loop_stands(served):
    served.pulse.tell(None)
    assert served.ask("/readyz")[0] == HTTPStatus.OK
    served.clock.now += 61
    assert served.ask("/readyz")[0] == HTTPStatus.SERVICE_UNAVAILABLE


def test_metrics_are_exposed_as_prometheus_reads_them(served):
    served.metrics.add(EVENTS, 7, outcome="published")
    status, text, headers = served.ask("/metrics")
    assert (status, headers["Content-Type"].split(";")[0]) == (HTTPStatus.OK, "text/plain")
    assert 'dunghen_events_total{command="relay",outcome="published"} 7.0' in text


@pytest.mark.parametrize("path", ["/", "/metrics/", "/../healthz", "/healthz/x", "/%2e", "//"])
def test_there_is_nothing_else(served, path):
    assert served.ask(path)[0] == HTTPStatus.NOT_FOUND


def test_a_head_has_no_body(served):
    status, text, headers = served.ask("/metrics", "HEAD")
    assert (status, text) == (HTTPStatus.OK, "")
    assert int(headers["Content-Length"]) > 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_only_get_and_head_are_allowed(served, method):
    status, _, headers = served.ask("/healthz", method)
    assert (status, headers["Allow"]) == (HTTPStatus.METHOD_NOT_ALLOWED, "GET, HEAD")


def test_requests_at_the_same_time_are_bounded_and_others_served_later(served, monkeypatch):
    monkeypatch.setattr("infra.running._http._Handler.timeout", 60.0)  # nobody is dropped meanwhile
    place = served.server._server.server_address
    silent = [socket.create_connection(place) for _ in range(20)]
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        served.ask("/healthz")
    for each in silent:
        each.close()
    assert soon(served) == HTTPStatus.OK


def soon(served, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(http.client.RemoteDisconnected, ConnectionResetError):
            return served.ask("/healthz")[0]
        time.sleep(0.05)
    return None


def test_a_page_that_fails_says_so_and_the_others_go_on():
    def bad():
        raise ZeroDivisionError

    server = OpsServer(("127.0.0.1", 0), {"/bad": bad})
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.request("GET", "/bad")
    assert connection.getresponse().status == HTTPStatus.INTERNAL_SERVER_ERROR
    connection.close()
    server.close()


def test_an_address_that_is_taken_is_named(served):
    host, port = served.server._server.server_address
    with pytest.raises(CannotRun, match=f"DUNGHEN_OPS_ADDRESS: 127.0.0.1:{port}") as refused:
        OpsServer((host, port), {})
    assert refused.value.code == "bad_setting"


def test_the_pages_of_two_processes_do_not_know_each_other():
    one, other = Metrics("relay"), Metrics("relay")
    one.add(EVENTS, outcome="published")
    assert b"outcome=" in one.exposed()
    assert b"outcome=" not in other.exposed()


def test_a_worker_that_is_closed_leaves_no_gauge_that_says_what_was():
    metrics = Metrics("relay")
    metrics.put(RELAY_ACTIVE, 1)
    metrics.put(READY, 0)
    metrics.add(EVENTS, 5, outcome="published")
    metrics.forget()
    told = metrics.exposed().decode()
    assert "dunghen_relay_active" not in told
    assert 'dunghen_ready{command="relay"} 0.0' in told
    assert "dunghen_events_total" in told
    metrics.put(RELAY_ACTIVE, 0)
    assert "dunghen_relay_active 0.0" in metrics.exposed().decode()

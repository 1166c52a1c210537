"""What an attacker tries at the door: too often, too much, too slowly, under other names, through other paths."""

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest
from starlette.requests import Request

from infra.access import Asker, scope_of
from infra.credentials import issue_token
from infra.http import _guard, _hearing
from infra.http._hearing import Hearing
from infra.http.access import AccessRules
from infra.http.access._forged import Forged, not_forged
from infra.http.access._limiting import Limiting, TooOften
from infra.http.access._provider import Provider
from infra.http.access._sessions import Askers, Known
from infra.http.access._settings import SignIn
from infra.http.access._signed import Signing
from tests.infra.access.conftest import placed
from tests.support.places import code_of

EVIL = "https://evil.example"


def place_of(url):
    return httpx.URL(url).host, httpx.URL(url).port


def raw(url, request):
    """What a server says to bytes that no client would send."""
    with socket.create_connection(place_of(url), timeout=60) as one:
        one.sendall(request)
        return one.makefile("rb").read()


# ── too often ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_asks_too_often_is_told_when_to_come_again(whole, idp):
    with placed(whole, idp, rate=3) as place, place.client() as client:
        told = [client.get("/rules") for _ in range(5)]

    assert [answer.status_code for answer in told] == [200, 200, 200, 429, 429]
    assert told[-1].json()["code"] == "too_many_requests"
    assert 1 <= int(told[-1].headers["retry-after"]) <= 60


def test_wrong_tokens_and_sign_ins_are_counted_by_address(whole, idp):
    with placed(whole, idp, sign_in_rate=3) as place, place.client() as client:
        wrong = {"authorization": "Bearer nothing"}
        told = [client.get("/violations", headers=wrong).status_code for _ in range(4)]
        began = [client.get("/sign-in").status_code for _ in range(4)]
        ended = [client.get("/sign-in/callback").status_code for _ in range(4)]

        assert told == [401, 401, 401, 429]
        assert began == [303, 303, 303, 429]
        assert ended == [403, 403, 403, 429]
        assert client.get("/rules").status_code == 200


def test_as_many_sign_in_as_is_said(whole, idp):
    """Leaving for the provider and coming back are one sign-in."""
    idp.add("hoa", dunghen_role="auditor")
    with placed(whole, idp, sign_in_rate=2) as place:
        for _ in range(2):
            with place.signed_in("hoa") as browser:
                assert browser.get("/session").json()["name"] == "hoa"


def test_one_asker_does_not_use_up_what_another_has():
    limits = Limiting(asker=1)
    limits.hit("asker", "lan")
    with pytest.raises(TooOften):
        limits.hit("asker", "lan")
    limits.hit("asker", "hoa")


@pytest.mark.parametrize(
    ("connected", "forwarded", "meant"),
    [
        ("10.0.0.7", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.7", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.7", "203.0.113.9, 10.0.0.8", "203.0.113.9"),
        ("10.0.0.7", "", "10.0.0.7"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
        ("10.0.0.7", "10.0.0.9", "10.0.0.9"),
    ],
)
def test_only_our_proxies_say_for_whom_they_ask(connected, forwarded, meant):
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    request = Request({"type": "http", "client": (connected, 1), "headers": headers})
    askers = Askers(None, AccessRules(proxies=("10.0.0.0/8",)))  # type: ignore[arg-type]  # nobody is looked up

    assert askers.address(request) == meant


@pytest.mark.parametrize("length", ["²", "-1", "1e3", "", str((1 << 16) + 1)])
def test_a_form_whose_length_is_no_number_or_too_long_brings_no_mark(length):
    said = {"content-type": "application/x-www-form-urlencoded", "content-length": length}
    headers = [(name.encode(), text.encode("latin-1")) for name, text in said.items()]
    headers += [(b"host", b"localhost"), (b"origin", b"http://localhost")]
    request = Request({"type": "http", "method": "POST", "query_string": b"", "headers": headers})
    asker = Asker(name="lan", id="1", by="session", scope=scope_of("admin"), role="admin")

    with pytest.raises(Forged):
        asyncio.run(not_forged(request, Known(asker=asker, csrf="x"), AccessRules()))


# ── too much, too slowly ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_body_that_does_not_come_is_not_waited_for(whole, monkeypatch):
    monkeypatch.setattr(_guard, "_STALLED", 0.3)
    with placed(whole) as place:
        answer = raw(
            place.url,
            b"POST /events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            b"content-length: 100\r\n\r\n{",
        )
        assert httpx.get(f"{place.url}/rules", timeout=60).status_code == 200

    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"code": "too_slow"' in answer


def test_a_body_that_is_too_long_is_not_read(guarded):
    token = guarded.asked(
        lambda store: issue_token(store, by="t", role="intake", lasting=timedelta(days=1))
    ).text
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    with guarded.client() as client:
        answer = client.post("/events", headers=headers, content=b"x" * ((8 << 20) + 1))
        refused = client.post(
            "/events", headers={"content-type": "application/json"}, content=b"x" * (1 << 20)
        )

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert refused.status_code == 401


@pytest.mark.parametrize("path", ["/events", "/tokens"])
@pytest.mark.parametrize("length", [(8 << 20) + 1, 10**20 - 1])
def test_a_body_that_is_said_to_be_too_long_is_refused_before_it_comes(whole, path, length):
    head = (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        f"content-length: {length}\r\n\r\n"
    )
    with placed(whole) as place, socket.create_connection(place_of(place.url), timeout=60) as one:
        one.sendall(head.encode())
        with one.makefile("rb") as told:
            assert told.readline().startswith(b"HTTP/1.1 413")


def test_a_request_that_says_twice_where_it_ends_is_refused_and_nothing_behind_it_is_heard(whole):
    behind = b"GET /rules HTTP/1.1\r\nhost: localhost\r\n\r\n"
    with placed(whole) as place:
        answer = raw(
            place.url,
            b"POST /events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" + behind,
        )

    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answer.lower()
    assert b'"code": "two_lengths"' in answer


# ── other names and paths ───────────────────────────────────────────────────────────────────────────────────────────

PATHS = [
    "/dossiers/../../etc/passwd",
    "/dossiers/..%2f..%2fetc%2fpasswd",
    "/dossiers/%2e%2e/%2e%2e/log.sqlite",
    "/dossiers/....//....//master.key",
    "/dossiers/%00",
    "/dossiers/a%00b/history",
    "/dossiers/..\\..\\master.key/explain",
    "/dossiers/" + "A" * 5_000,
    "/../../../etc/passwd",
    "//etc/passwd",
    "/static/../../../etc/passwd",
    "/static/..%2f..%2f..%2fetc%2fpasswd",
    "/static/%2e%2e/%2e%2e/pyproject.toml",
    "/tokens/..%2faudit",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_no_path_leads_out(whole, path):
    with placed(whole) as place:
        answer = raw(
            place.url,
            f"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode(),
        )

    status = int(answer.split(b" ", 2)[1])
    assert status in {400, 404, 405}
    assert b"root:" not in answer
    assert b"[project]" not in answer


def test_no_value_becomes_a_header(guarded):
    crlf = "%0d%0aset-cookie:%20evil=1"
    for path in (
        f"/sign-in?next=/x{crlf}",
        f"/dossiers/x{crlf}",
        f"/violations?unit=x{crlf}",
        f"/sign-in/callback?code=x&state=y{crlf}&error=z{crlf}",
    ):
        headers = {"accept": "text/html"}
        answer = httpx.get(guarded.url + path, headers=headers, timeout=60)
        assert "evil" not in answer.headers.get("set-cookie", "")
        assert "\r" not in "".join(answer.headers.values())


def test_a_forwarded_host_is_not_believed(guarded):
    headers = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "forwarded": "host=evil.example",
    }
    answer = httpx.get(f"{guarded.url}/sign-in", headers=headers, timeout=60)

    assert "evil.example" not in answer.headers["location"]


def test_other_sites_read_nothing(guarded):
    """No answer lets another origin's script read it, with or without cookies."""
    for method in ("GET", "OPTIONS"):
        answer = httpx.request(
            method,
            f"{guarded.url}/violations",
            headers={"origin": EVIL, "access-control-request-method": "GET"},
            timeout=60,
        )
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"origin": EVIL}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"sec-fetch-site": "same-origin"}, 400),
    ],
    ids=str,
)
def test_no_site_acts_as_the_local_operator(whole, headers, status):
    with placed(whole) as place:
        answer = httpx.post(f"{place.url}/tokens", headers=headers, json={}, timeout=60)
        own = httpx.post(f"{place.url}/tokens", headers={"origin": place.url}, json={}, timeout=60)

    assert answer.status_code == status
    assert own.status_code == 400


def test_no_method_goes_around_what_a_route_needs(guarded):
    for method in ("HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "POST"):
        answer = httpx.request(method, f"{guarded.url}/dossiers/{code_of('Y09.21')}", timeout=60)
        assert answer.status_code in {401, 405}, method
        assert b"Y09.21" not in answer.content.replace(answer.request.url.raw_path, b"")
    overriding = {"x-http-method-override": "GET", "x-method-override": "GET"}
    answer = httpx.post(f"{guarded.url}/audit", headers=overriding, timeout=60)
    assert answer.status_code == 405


# ── signatures ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_signed_value_serves_its_own_purpose_only():
    marks, others = Signing("a" * 32), Signing("b" * 32)
    signed = marks.signed("session", ["x", 1])

    assert marks.read("session", signed) == ["x", 1]
    assert marks.read("signing in", signed) is None
    assert others.read("session", signed) is None
    for changed in (signed[1:], signed[:-1], "A" + signed, signed.replace(".", ""), "é." + signed):
        assert marks.read("session", changed) is None


def test_nobody_has_a_long_body_read_before_he_is_asked_who_he_is(guarded):
    """Chunk after chunk of a body that says no length: the answer comes first."""
    with socket.create_connection(place_of(guarded.url), timeout=60) as one:
        one.sendall(
            b"POST /tokens HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\n\r\n2\r\n{ \r\n"
        )
        assert one.makefile("rb").readline().startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize(
    "said", [b"", b"GET /rules HTTP/1.1\r\nhost: local"], ids=["nothing", "half"]
)
def test_a_connection_over_which_no_request_comes_is_let_go(whole, monkeypatch, said):
    monkeypatch.setattr(_hearing, "_SECONDS", 0.3)
    with placed(whole) as place:
        with suppress(ConnectionError):  # let go before that little is sent
            assert raw(place.url, said) == b""
        monkeypatch.undo()
        assert httpx.get(f"{place.url}/rules", timeout=60).status_code == 200


def test_who_sends_on_what_is_not_wanted_any_more_is_let_go(guarded, monkeypatch):
    complete = Hearing.on_response_complete

    def hurrying(self):
        """From the answer on: the request may take its time."""
        with monkeypatch.context() as patch:
            patch.setattr(_hearing, "_SECONDS", 0.3)
            complete(self)

    monkeypatch.setattr(Hearing, "on_response_complete", hurrying)
    answer = raw(
        guarded.url,
        b"POST /tokens HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        b"content-length: 1000\r\n\r\n{",
    )
    assert answer.startswith(b"HTTP/1.1 401")


def test_requests_one_after_another_are_answered(whole):
    one = b"GET /rules HTTP/1.1\r\nhost: localhost\r\n\r\n"
    with placed(whole) as place:
        answer = raw(
            place.url, one * 3 + one.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n")
        )

    assert answer.count(b"HTTP/1.1 200") == 4


def test_nobody_is_led_to_another_scheme(guarded):
    """A slash too many is another address; it would be made whole with http:// behind a proxy that ends TLS."""
    answer = httpx.get(f"{guarded.url}/violations/", timeout=60)

    assert "location" not in answer.headers
    assert answer.status_code == 404


def test_a_provider_that_answers_nobody_keeps_only_those_waiting_who_sign_in(whole, monkeypatch):
    going, entered = threading.Event(), threading.Semaphore(0)
    silent = Provider("https://id.example", "dunghen", "s" * 32, "openid")

    def address(*_):
        entered.release()
        going.wait(100)
        return "https://id.example/"

    monkeypatch.setattr(silent, "address", address)
    sign_in = SignIn(provider=silent, secret="s" * 32)
    with (
        placed(whole, sign_in=sign_in, sign_in_rate=1_000) as place,
        ThreadPoolExecutor(60) as many,
    ):
        asked = [many.submit(httpx.get, f"{place.url}/sign-in", timeout=100) for _ in range(60)]
        try:
            for _ in range(8):
                assert entered.acquire(timeout=60)
            wrong = {"authorization": f"Bearer dh_{'0' * 16}.{'A' * 43}"}
            assert httpx.get(f"{place.url}/units", headers=wrong, timeout=60).status_code == 401
        finally:
            going.set()
        assert {each.result().status_code for each in asked} == {303}

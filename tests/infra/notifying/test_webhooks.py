"""Webhooks to a real receiver: signed, in order, and every way to fail."""

import socket
import ssl
import threading
import time
from datetime import datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from consumers.notify import Notice, Outcome
from domain.values import VN
from infra.errors import CannotRun
from infra.metrics import Metrics
from infra.notifying import Circuit, Webhooks, signer, target_of
from infra.notifying._line import line
from infra.running import waits
from tests.infra.notifying.conftest import SECRET, hooking
from tests.support.servers import free_port

RESET = 60.0
SHORT = 2.0
"""Seconds for an answer that does not come."""
BATCH = [Notice(n, "A", "late", "opened", f'{{"số":{n}}}') for n in (1, 2, 3)]


class Way:
    """One receiver with its circuit."""

    def __init__(self, hook, url=None, *, seconds=20.0, private=True):
        self.metrics, self.news = Metrics("consume notify"), threading.Event()
        self.circuit = Circuit("hook", self.metrics, failures=2, reset_seconds=RESET)
        self.receiver = Webhooks(
            url or hook.url,
            signer(SECRET),
            self.circuit,
            self.news,
            lambda: datetime.now(VN),
            seconds=seconds,
            private=private,
        )

    def told(self, notices=BATCH):
        self.news.clear()
        self.receiver.offer(notices)
        assert self.news.wait(60)
        return self.receiver.outcome()

    def later(self):
        """As after so long as an open circuit lets nobody through."""
        kept = self.circuit._breaker._state_storage
        assert kept.opened_at is not None
        kept.opened_at = kept.opened_at - timedelta(seconds=RESET)

    def state(self):
        lines = self.metrics.exposed().decode().splitlines()
        return next(
            line.split('state="')[1].split('"')[0]
            for line in lines
            if line.startswith("dunghen_circuit_state{") and line.endswith(" 1.0")
        )


@pytest.fixture
def way(hook):
    made = Way(hook)
    yield made
    made.receiver.close(2.0)


@pytest.fixture
def short(hook):
    """The way to one that is not waited for long."""
    made = Way(hook, seconds=SHORT)
    yield made
    made.receiver.close(2.0)


def test_notices_arrive_in_order_and_the_library_verifies_them(hook, way):
    assert way.told() == Outcome(3)
    for headers, body in hook.taken:
        Webhook(SECRET).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(body + " ", headers)
    assert [body for _, body in hook.taken] == [notice.body for notice in BATCH]


def test_the_same_notice_has_the_same_id_and_another_another(hook, way):
    way.told()
    way.told()
    assert hook.asked[:3] == hook.asked[3:]
    assert len(set(hook.asked)) == 3


def test_a_feed_made_anew_has_other_ids_under_the_same_numbers(hook, way):
    way.told()
    way.told([notice._replace(rule="letter") for notice in BATCH])
    assert len(set(hook.asked)) == 6


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (500, "HTTP 500"),
        (429, "HTTP 429"),
        (408, "HTTP 408"),
        (302, "HTTP 302"),
        ("reset", "ReadError"),
    ],
)
def test_a_receiver_that_cannot_take_it_now_is_away(hook, way, answer, why):
    hook.answer = answer
    outcome = way.told()
    assert (outcome.delivered, outcome.ending) == (0, "away")
    assert outcome.why in {why, "RemoteProtocolError"}
    assert len(hook.asked) == 1


def test_a_receiver_that_says_nothing_in_time_is_away(hook, short):
    hook.answer = 60.0
    assert short.told() == Outcome(0, "away", "TimeoutError")
    assert len(hook.asked) <= 1


@pytest.mark.parametrize("answer", [400, 401, 404, 410])
def test_a_notice_that_is_never_taken_is_refused(hook, way, answer):
    hook.answer = answer
    assert way.told() == Outcome(0, "refused", f"HTTP {answer}")


def dripping(hook, *begins):
    """Pieces of an answer, one byte after the other, until nobody listens or the test is over."""
    yield from begins
    while not hook.silence.wait(0.05):
        yield b"x"


def test_an_answer_that_does_not_come_to_its_status_in_time_is_away(hook, short):
    hook.answer = dripping(hook, b"HTTP/1.1 200 OK\r\nx-slow: ")
    assert short.told() == Outcome(0, "away", "TimeoutError")


@pytest.mark.parametrize(("status", "ending"), [(b"200", "delivered"), (b"410", "refused")])
def test_the_status_is_the_answer_however_slowly_the_rest_comes(hook, status, ending):
    hook.answer = dripping(hook, b"HTTP/1.1 %s\r\ncontent-length: 1000\r\n\r\n" % status)
    way = Way(hook, seconds=5.0)  # all of them pass
    assert way.told(BATCH[:1]).ending == ending
    way.receiver.close(2.0)


def test_of_an_answer_without_end_little_is_read(hook, way):
    sent = []

    def flood():
        yield b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n"
        while True:
            sent.append(1 << 20)
            yield b"x" * (1 << 20)

    hook.answer = flood()
    assert way.told(BATCH[:1]) == Outcome(1)
    assert sum(sent) < 100 << 20  # what the sockets hold


def test_a_redirect_is_not_followed(hook, way):
    with hooking() as other:
        hook.answer, hook.headers = 307, {"location": other.url}
        assert way.told() == Outcome(0, "away", "HTTP 307")
        assert other.asked == []


@pytest.fixture
def names(monkeypatch):
    """What names mean, as a resolver would say."""
    meant: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def getaddrinfo(host, *more, **named):
        return [found for one in meant.get(host, [host]) for found in real(one, *more, **named)]

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)
    return meant


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "dash.example"])
def test_a_private_address_is_not_asked_unless_that_is_meant(hook, names, host):
    names["dash.example"] = ["127.0.0.1", "::1", "10.0.0.1"]
    way = Way(hook, hook.url.replace("127.0.0.1", host), private=False)
    assert way.told() == Outcome(0, "away", "PrivateAddress")
    way.receiver.close(2.0)
    assert hook.asked == []


def test_a_name_is_asked_at_the_addresses_that_it_means_one_after_the_other(hook, names):
    names["dash.example"] = ["127.0.0.2", "127.0.0.1"]  # nobody listens at the first
    way = Way(hook, hook.url.replace("127.0.0.1", "dash.example"))
    assert way.told() == Outcome(3)
    way.receiver.close(2.0)
    assert {headers["host"] for headers, _ in hook.taken} == {
        f"dash.example:{hook.server.server_port}"
    }


def test_a_resolver_that_hangs_holds_nobody_longer_than_an_answer_may_take(hook, monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answered.wait(60) and [])
    way, began = Way(hook, "https://dash.example/", seconds=SHORT), time.monotonic()
    assert way.told() == Outcome(0, "away", "TimeoutError")
    assert way.receiver._aside.ended(30.0)
    assert time.monotonic() - began < 40
    answered.set()


def test_a_name_that_means_nothing_is_away(hook, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    way = Way(hook, "https://dash.example/")
    assert way.told() == Outcome(0, "away", "gaierror")
    way.receiver.close(2.0)


def test_a_certificate_must_be_of_the_name_and_of_a_trusted_authority(
    hook, names, authority, monkeypatch
):
    names["dash.example"] = names["other.example"] = ["127.0.0.1"]
    signed = authority.signs("dash", host="dash.example")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(signed.cert, signed.key)
    hook.server.socket = context.wrap_socket(hook.server.socket, server_side=True)
    url = hook.url.replace("http:", "https:")
    outcomes = []
    for host, trusted in (("dash.example", True), ("other.example", True), ("dash.example", False)):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca)) if trusted else monkeypatch.delenv(
            "SSL_CERT_FILE"
        )
        way = Way(hook, url.replace("127.0.0.1", host))
        outcomes.append(way.told().why)
        way.receiver.close(2.0)
    assert outcomes == ["", "ConnectError", "ConnectError"]
    assert len(hook.taken) == 3


def test_a_receiver_says_how_long_it_wants_to_be_left_alone(hook, way):
    hook.answer, hook.headers = 503, {"retry-after": "86400"}
    assert way.told().wait == 3_600.0
    hook.headers = {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert way.told().wait <= RESET


def test_nobody_at_the_address_is_away(hook):
    way = Way(hook, f"http://127.0.0.1:{free_port()}/hooks")
    assert way.told() == Outcome(0, "away", "ConnectError")
    way.receiver.close(2.0)


def test_the_circuit_opens_after_failures_lets_one_through_later_and_closes(hook, way):
    hook.answer = 500
    assert way.state() == "closed"
    assert way.told().wait == 0.0
    assert way.told().wait == RESET  # until it lets one through
    assert way.state() == "open"
    assert way.told() == Outcome(0, "away", "circuit open", RESET)
    assert len(hook.asked) == 2
    way.later()
    way.told()  # half open: one attempt, and it fails
    assert (way.state(), len(hook.asked)) == ("open", 3)
    way.later()
    hook.answer = 200
    assert way.told() == Outcome(3)
    assert way.state() == "closed"


def test_a_refused_notice_does_not_open_the_circuit(hook, way):
    hook.answer = 410
    for _ in range(4):
        way.told()
    assert way.state() == "closed"


def test_closing_waits_for_the_notice_in_hand_and_begins_no_other(hook, way):
    hook.answer = 0.5
    way.receiver.offer(BATCH)
    while not hook.asked:
        time.sleep(0.01)
    way.receiver.stop()
    way.receiver.close(2.0)
    assert len(hook.asked) == 1


def test_a_receiver_is_called_by_its_host_and_never_by_its_token():
    assert target_of("https://u:p@dash.example/hooks/t0ken?k=1").startswith("dash.example#")
    assert target_of("https://a.example/1") != target_of("https://a.example/2")


def test_waits_double_up_to_the_longest_and_a_random_part_is_waited():
    wait = waits(1.0, 20.0)
    seen = {n: [wait(n) for _ in range(200)] for n in (1, 3, 9, 900)}
    assert max(seen[1]) <= 1 < max(seen[3]) <= 4 < max(seen[9]) <= 20
    assert max(seen[900]) <= 20
    assert min(seen[9]) < 10


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_é"])
def test_a_secret_that_is_none_is_named_and_not_shown(secret):
    with pytest.raises(CannotRun, match="DUNGHEN_WEBHOOK_SECRET_FILE") as refused:
        signer(secret)
    assert refused.value.code == "bad_setting"


def test_a_receiver_that_is_silent_where_tls_begins_is_let_go_of_at_once():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"
        with line(url, ssl.create_default_context(), 2.0, private=True) as post:
            with pytest.raises(TimeoutError):
                post(b"{}", {})
            receiver, _ = server.accept()
            with receiver:
                receiver.settimeout(60)
                while receiver.recv(1 << 16):  # it was greeted
                    pass

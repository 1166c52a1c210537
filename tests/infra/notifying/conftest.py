"""A receiver of webhooks and a mail server, both real and in this process, and the worker that tells them."""

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks.webhooks import Webhook
from typing_extensions import override

from infra.metrics import Metrics
from infra.postgres.bookmark import Bookmark
from infra.services.notices import NOTIFY, notifying
from infra.settings.service import ServiceSettings
from infra.wiring import distributed
from tests.support.postgres import MASTER, opened_in
from tests.support.servers import free_port
from tests.support.stores import END, LAW

SECRET = "whsec_bm90IGEgc2VjcmV0LCBhIHRlc3Q="
PATIENCE = 60


class Hook:
    """Records what it takes. `answer` says what the next requests get: a status, `reset`, seconds to be silent, or pieces of bytes."""

    def __init__(self):
        self.answer: int | float | str | Iterator[bytes] = 200
        self.headers = {}
        self.asked, self.taken = [], []
        self.silence = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/a-token"

    def _handler(hook):  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                answer = hook.answer  # who sees that it was asked may say what the next ones get
                hook.asked.append(self.headers["webhook-id"])
                if isinstance(answer, str):
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.close_connection = True
                    return
                if isinstance(answer, float):
                    hook.silence.wait(answer)
                    self.close_connection = True
                    return
                if not isinstance(answer, int):
                    with suppress(OSError):
                        for piece in answer:
                            self.wfile.write(piece)
                    self.close_connection = True
                    return
                if answer < 300:
                    hook.taken.append((dict(self.headers), body))
                self.send_response(answer)
                for name, value in hook.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            @override
            def log_message(self, *words):
                pass

        return Handler

    def notices(self):
        """What was taken, each signature looked at."""
        for headers, body in self.taken:
            sent = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
            signed = Webhook(SECRET).sign(headers["webhook-id"], sent, body)
            assert headers["webhook-signature"] == signed
        return [json.loads(body) for _, body in self.taken]

    def numbers(self):
        return [notice["data"]["id"] for notice in self.notices()]

    def close(self):
        self.silence.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hook():
    with hooking() as made:
        yield made


@contextmanager
def hooking():
    made = Hook()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.close()
        thread.join()


class Mailbox:
    """Takes mails. `refuses`: replies by address; `fails`: how many connections get no further than their greeting."""

    def __init__(self):
        self.mails, self.refuses, self.reply = [], {}, None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.reply is not None:
            return self.reply
        self.mails.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"


class _Server(Controller):
    def __init__(self, handler, port, **more):
        tls = more.pop("ssl_context", None)
        self.more = more
        super().__init__(
            handler, hostname="127.0.0.1", port=port, ssl_context=tls, ready_timeout=PATIENCE
        )

    @override
    def factory(self):
        return SMTP(self.handler, hostname="test", **self.more)


@contextmanager
def receiving(mailbox, **more):
    """The port at which mails are taken."""
    server = _Server(mailbox, free_port(), **more)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture(scope="module")
def contexts(tmp_path_factory):
    """(the server's context, one that trusts it): a certificate for localhost."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(folder / "cert", folder / "key")
    return ours, ssl.create_default_context(cafile=folder / "cert")


class House:
    """One database, and `consume notify` over it."""

    def __init__(self, url, folder):
        self.url, self.now, self.since = url, END, time.monotonic()
        (folder / "secret").write_text(SECRET + "\n")
        self.given = {
            "webhook_secret_file": folder / "secret",
            "webhook_seconds": 20.0,
            "retry_seconds": 0.02,
            "notify_retry_most_seconds": 0.05,
            "poll_seconds": 0.05,
        }
        self.metrics = Metrics("consume notify")

    def clock(self):
        """Goes on from `now`."""
        return self.now + timedelta(seconds=time.monotonic() - self.since)

    def opened(self):
        store = distributed(self.url, LAW, self.now, MASTER)
        return Bookmark(self.url, NOTIFY), store

    def worker(self, **more):
        settings = ServiceSettings(**({"webhook_private": True} | self.given | more))
        return notifying(settings, self.metrics, self.opened, self.clock)

    @contextmanager
    def working(self, **more):
        worker = self.worker(**more)
        try:
            yield worker
        finally:
            worker.close()

    def exposed(self):
        return self.metrics.exposed().decode()


@pytest.fixture
def house(database, tmp_path):
    with opened_in(database.url):
        pass
    return House(database.url, tmp_path)


@pytest.fixture
def writer(house):
    with opened_in(house.url) as store:
        yield store


def stepped(worker, until):
    """Step until it holds."""
    patient = time.monotonic() + PATIENCE
    while not until():
        worker.step()
        assert time.monotonic() < patient, "it took too long"


def settled(worker):
    """Step until every answer is known, and stored."""
    stepped(worker, lambda: not any(told.course.busy for told in worker._told))


def some(worker, steps=10):
    for _ in range(steps):
        worker.step()

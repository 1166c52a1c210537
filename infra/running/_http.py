"""The operator's pages: /healthz, /readyz, /metrics, read-only, on a small server of the standard library.

Knows HTTP. Must not know what is measured, nor the worker: the pages are functions, called by the server's threads.
"""

import socket
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Thread
from typing import Any, ClassVar, Final, NamedTuple, cast

from typing_extensions import override

from infra.errors import CannotRun

PLAIN: Final = "text/plain; charset=utf-8"
_AT_ONCE: Final = 16
"""Requests at the same time; a scraper and two probes need three."""
_REQUEST_SECONDS: Final = 5.0
"""A client that sends or reads more slowly is dropped."""


class Page(NamedTuple):
    """An answer."""

    status: HTTPStatus
    body: bytes
    content_type: str = PLAIN


Pages = Mapping[str, Callable[[], Page]]


def verdict(why_not: str | None) -> Page:
    """200, or 503 with the reason."""
    if why_not is None:
        return Page(HTTPStatus.OK, b"ok\n")
    return Page(HTTPStatus.SERVICE_UNAVAILABLE, f"{why_not}\n".encode())


class OpsServer:
    """Serves the pages from its own threads until it is closed. CannotRun when the address cannot be had."""

    def __init__(self, address: tuple[str, int], pages: Pages) -> None:
        try:
            self._server = _Server(address, pages)
        except (OSError, OverflowError) as error:
            host, port = address
            raise CannotRun(
                f"DUNGHEN_OPS_ADDRESS: {host}:{port} cannot be listened on ({error}); choose another, port 0 for any, or none",
                code="bad_setting",
                what=f"DUNGHEN_OPS_ADDRESS={host}:{port} ({error})",
            ) from error
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it really listens."""
        host, port = self._server.server_address[:2]
        host = host.decode() if isinstance(host, bytes) else str(host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], pages: Pages) -> None:
        self.pages = pages
        self._free = BoundedSemaphore(_AT_ONCE)
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    @override
    def server_bind(self) -> None:
        """As the grandparent's: the parent's asks the resolver for a name that nobody needs."""
        self.allow_reuse_port = False
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "", self.server_address[1]

    @override
    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    @override
    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; a page that failed was answered with 500."""


class _Handler(BaseHTTPRequestHandler):
    timeout: ClassVar[float | None] = _REQUEST_SECONDS
    error_content_type = PLAIN
    error_message_format = "%(code)d %(message)s\n"

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        page = cast("_Server", self.server).pages.get(self.path.partition("?")[0])
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        try:
            status, body, content_type = page()
        except Exception:  # noqa: BLE001 - asking how a worker is must not end it
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
            return
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    @override
    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """As the library's, but a method that there is none for is not allowed, rather than not implemented."""
        wrong = HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else code
        super().send_error(wrong)

    @override
    def send_response(self, code: int, message: str | None = None) -> None:
        super().send_response(code, message)
        if code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")

    @override
    def version_string(self) -> str:
        return "dunghen"

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Probes come every few seconds: they are not logged."""

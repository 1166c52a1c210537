"""Many listeners of a stream, in one thread of their own: what each heard, in its order, and when.

Knows sockets and Server-Sent Events. Must not know what is told.
"""

import re
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

_ID: Final = re.compile(rb"^id: (\d+)$", re.MULTILINE)
_READ: Final = 1 << 18


class Listener:
    """One of them; `last`: the id that it comes with; `slow`: it reads nothing, as long as nobody tells it to."""

    def __init__(self, url: str, *, last: int | None = None, slow: bool = False) -> None:
        parts = urlsplit(url)
        self.heard: list[int] = []
        self.at: list[float] = []
        """When each was heard, by the monotonic clock."""
        self.ended = False
        self._rest = b""
        self.socket = socket.socket()
        self.socket.settimeout(60)
        if slow:  # small segments keep the server's side of the connection small as well
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        self.socket.connect((parts.hostname, parts.port or 80))
        query = f"?{parts.query}" if parts.query else ""
        head = f"GET {parts.path}{query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        come_again = "" if last is None else f"Last-Event-ID: {last}\r\n"
        self.socket.sendall(f"{head}{come_again}\r\n".encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.socket.recv(4096)
        assert answer.startswith(b"HTTP/1.1 200"), answer
        self._take(answer.partition(b"\r\n\r\n")[2])

    def read(self) -> None:
        """Take what has come."""
        chunk = self.socket.recv(_READ)
        if chunk:
            self._take(chunk)
        else:
            self.ended = True

    def _take(self, chunk: bytes) -> None:
        data = self._rest + chunk
        whole = data.rfind(b"\n\n") + 2
        if whole == 1:
            self._rest = data
            return
        self._rest = data[whole:]
        found = [int(number) for number in _ID.findall(data[:whole])]
        self.heard += found
        self.at += [time.monotonic()] * len(found)


@contextmanager
def listening(url: str, many: int) -> Iterator[list[Listener]]:
    """So many listeners, who are there when this begins, and read until it ends."""
    listeners = [Listener(url) for _ in range(many)]
    stopped = threading.Event()
    thread = threading.Thread(target=_read, args=(listeners, stopped), name="listeners")
    thread.start()
    try:
        yield listeners
    finally:
        stopped.set()
        thread.join()
        for listener in listeners:
            listener.socket.close()


def _read(listeners: list[Listener], stopped: threading.Event) -> None:
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            selector.register(listener.socket, selectors.EVENT_READ, listener)
        while not stopped.is_set():
            for key, _ in selector.select(0.05):
                key.data.read()
                if key.data.ended:
                    selector.unregister(key.fileobj)

"""A TCP proxy between the workers and a server, whose connections can be slowed down, left half open, reset, and reset by an answer.

Knows sockets. Must not know what is said over them.
"""

import random
import socket
import struct
import threading
import time
from contextlib import suppress

from tests.support.servers.ports import LOCALHOST

_RESET = struct.pack("ii", 1, 0)  # linger for no time: closing sends RST


class Link:
    """One connection through it."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.ends = (client, server)
        self.delay = 0.0
        self.frozen = False
        self.unheard = False
        """Whether the server's next answer ends it and is not passed on."""
        self.open = True
        for source, sink in (self.ends, self.ends[::-1]):
            threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                if self.unheard and source is self.ends[1]:
                    break
                if self.delay:
                    time.sleep(self.delay)
                if not self.frozen:  # what comes over a half-open connection is lost
                    sink.sendall(data)
        if not self.frozen:
            self.cut()

    def cut(self) -> None:
        """End it without a farewell."""
        self.open = False
        for end in self.ends:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.shutdown(socket.SHUT_RD)  # wakes who reads from it
            with suppress(OSError):
                end.close()


class Proxy:
    """Listens on a port of its own until it is closed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.server = 0
        self._links: list[Link] = []
        self._listening = socket.create_server((LOCALHOST, port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                try:
                    server = socket.create_connection((LOCALHOST, self.server), timeout=5)
                except OSError:
                    client.close()
                    continue
                server.settimeout(None)
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._links = [*(link for link in self._links if link.open), Link(client, server)]

    def links(self) -> list[Link]:
        """The open connections."""
        return [link for link in self._links if link.open]

    def some(self, rng: random.Random) -> list[Link]:
        """Half of the open connections, one at least where there is one."""
        links = self.links()
        return rng.sample(links, (len(links) + 1) // 2)

    def close(self) -> None:
        """End all."""
        self._listening.close()
        for link in self._links:
            link.cut()

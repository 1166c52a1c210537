"""`dunghen serve`: the application on a socket, and beside it the loop that keeps the embedded tables up to date.

Knows processes and sockets. Must not know routes. The server has a thread of its own and stays when the world is away: it says so
to whoever asks, until the loop has opened the store anew.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Thread
from typing import Final, NamedTuple

import structlog
import uvicorn
from fastapi import FastAPI

from consumers import deadlines, project
from infra.errors import CannotRun
from infra.garbage import seldom_collecting
from infra.http._application import application
from infra.http._guard import is_loopback
from infra.http._hearing import Hearing
from infra.http._stores import Stores, nothing
from infra.http.access import access_rules
from infra.metrics import Metrics
from infra.running import Stop, run
from infra.settings.data import Settings
from infra.settings.service import ServiceSettings
from infra.wiring import Store, clock, open_store

_ENDING: Final = 3
"""Seconds for requests that are under way when it ends."""
_CONNECTIONS: Final = 500
_UNSENT: Final = 30_000
"""Milliseconds after which the system drops what a client does not take: a connection that is closed waits for it, and counts."""


class Following:
    """Keeps the tables of the data folder up to date; in a database others do, and this only sees whether it is there.

    `alive` says whether the server is: without it nobody is answered, and the process ends.
    """

    def __init__(
        self, store: Store, alive: Callable[[], bool], projected: Callable[[], None] = nothing
    ) -> None:
        """`projected` is called when there is something new in the tables."""
        self._store, self._alive, self._projected = store, alive, projected

    def step(self) -> int:
        """Project what is new, and let time pass."""
        if not self._alive():
            raise CannotRun("the HTTP server ended by itself; start it again", code="server_ended")
        store = replace(self._store, now=clock())
        if not store.present:
            raise CannotRun("another generation serves now", code="generation_switched")
        if store.shared:
            return 0
        law = store.views.law(store.law)
        done = project.step(store.log, store.views, law, store.now)
        done += deadlines.step(store.views, law, store.now)
        if done:
            with suppress(RuntimeError):  # the server has ended by itself: the next step says so
                self._projected()
        return done

    def ready(self) -> str | None:
        """As soon as it is open: what is still to be projected, every answer says."""
        return None

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def serve(settings: Settings, given: ServiceSettings, host: str, port: int) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. CannotRun where the address cannot be had, or is not for everybody."""
    rules = access_rules(given)
    if not is_loopback(host) and not (rules.sign_in and rules.secure):
        raise CannotRun(
            f"{host} can be reached from other machines, and nobody has to sign in: whoever reaches it would read everything; set"
            " DUNGHEN_OIDC_ISSUER and what belongs to it, and DUNGHEN_PUBLIC_URL=https://…, or serve on 127.0.0.1",
            code="not_guarded",
            host=host,
        )
    stores = Stores(lambda: open_store(settings), clock)
    app, metrics = application(stores, rules), Metrics("serve")
    with (
        listening(host, port) as listener,
        served(app, listener) as server,
        seldom_collecting(),
        Stop(given.stop_seconds) as stop,
    ):
        stores.recorded = stop.wake

        def following() -> Following:
            def projected() -> None:
                app.state.look()  # another one from when the server has begun

            return Following(open_store(settings), server.alive, projected)

        return run("serve", following, given, metrics, stop=stop)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens. CannotRun where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise CannotRun(
            f"{host}:{port} cannot be listened on ({error}); choose another --port, 0 for any",
            code="address_taken",
            address=f"{host}:{port}",
            detail=str(error),
        ) from error
    with listener:  # each connection inherits what is set here
        # asyncio sets it only where a socket names its protocol, and create_server names none: a body waited 40 ms for its head's ACK
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNSENT)
        yield listener


class Served(NamedTuple):
    """A server that runs: its address, and whether it still does."""

    url: str
    alive: Callable[[], bool]


@contextmanager
def served(app: FastAPI, listener: socket.socket) -> Iterator[Served]:
    """The application on a socket, by a thread of its own."""
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=Hearing,
            log_config=None,
            log_level="critical",  # the guard tells what is wrong, and quotes nobody
            access_log=False,
            server_header=False,
            proxy_headers=False,  # whom to believe is a setting of ours
            lifespan="on",
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=_ENDING,
        )
    )
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="http")
    thread.start()
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    structlog.get_logger().info("serving", url=url)
    try:
        yield Served(url, thread.is_alive)
    finally:
        if server.started:
            with suppress(RuntimeError):  # its loop is closed: it ended by itself
                app.state.end_streams()
        server.should_exit = True
        thread.join()

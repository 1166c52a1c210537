"""A server in this process, and a client of it that a real socket leads to.

Knows the application and how it is served. Must not know what is asked.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from infra.http import Stores, application
from infra.http._serving import listening, served
from infra.settings.data import Settings
from infra.wiring import Store, clock, open_store
from tests.support.stores import World, opened, projected, put

PATIENT: dict[str, Any] = {"timeout": 60, "limits": httpx.Limits(keepalive_expiry=2.0)}
"""Of a client: a connection that it keeps it lets go before the server does, after five seconds, maybe under its next request."""


def stores_of(folder: Path, most: int = 2) -> Stores:
    """Those of a data folder."""
    return Stores(lambda: open_store(Settings(data=folder)), clock, most=most)


def describing() -> FastAPI:
    """The application, to be asked what it can be asked only: it opens no store."""

    def no_store() -> Store:
        raise AssertionError("whoever describes himself asks nothing")

    return application(Stores(no_store, clock))


@contextmanager
def answering(stores: Stores) -> Iterator[str]:
    """The address of a server over stores."""
    with listening("127.0.0.1", 0) as listener, served(application(stores), listener) as server:
        yield server.url


@contextmanager
def projecting(stores: Stores, opened: Callable[[], Store]) -> Iterator[None]:
    """A thread keeps the tables, woken by what is recorded, as `dunghen serve` does over a data folder; what time it is, `stores` says."""
    news, ended = threading.Event(), threading.Event()

    def keep() -> None:
        with closing(opened()) as store:
            while not ended.is_set():
                replace(store, now=stores.clock()).catch_up()
                news.wait()
                news.clear()

    stores.recorded = news.set
    thread = threading.Thread(target=keep)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        news.set()
        thread.join()


@contextmanager
def asking(stores: Stores, **more: Any) -> Iterator[httpx.Client]:
    """A client of a server over stores; `more` is said to the client."""
    with (
        answering(stores) as url,
        httpx.Client(**{"base_url": url, **PATIENT, **more}) as client,
    ):
        yield client


@contextmanager
def asking_of(world: World, folder: Path, **more: Any) -> Iterator[httpx.Client]:
    """A client of a server over all that is told of a world; `more` is said to the client."""
    with opened(folder, clock()) as store:
        put(store, world.arrivals)
        projected(store.log, store.views, clock())
    with asking(stores_of(folder, most=1), **more) as client:
        yield client

"""A server in this process, and a client of it that a real socket leads to.

Knows the application and how it is served. Must not know what is asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from infra.http import Stores, application
from infra.http._serving import listening, served
from infra.settings import Settings
from infra.wiring import clock, open_store


def stores_of(folder: Path, most: int = 2) -> Stores:
    """Those of a data folder."""
    return Stores(lambda: open_store(Settings(data=folder)), clock, most=most)


@contextmanager
def answering(stores: Stores) -> Iterator[str]:
    """The address of a server over stores."""
    with listening("127.0.0.1", 0) as listener, served(application(stores), listener) as server:
        yield server.url


@contextmanager
def asking(stores: Stores, **more: Any) -> Iterator[httpx.Client]:
    """A client of a server over stores; `more` is said to the client."""
    with (
        answering(stores) as url,
        httpx.Client(**{"base_url": url, "timeout": 60, **more}) as client,
    ):
        yield client

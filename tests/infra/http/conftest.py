"""A data folder with the examples of the documents in it, and the application over it."""

from contextlib import ExitStack

import httpx
import pytest

from infra.cli import main
from infra.http import Stores, application
from infra.http._serving import listening, served
from infra.settings import Settings
from infra.wiring import clock, open_store
from tests.architecture.test_docs import ROOT
from tests.support.streams import Place

EXAMPLES = ROOT / "docs/examples"


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The folder; nobody writes to it."""
    folder = tmp_path_factory.mktemp("http") / "data"
    given = [str(EXAMPLES / name) for name in ("events.jsonl", "register.csv")]
    main(["--data", str(folder), "import", *given, "--recorded-at", "2026-03-31", "--json"])
    return folder


@pytest.fixture(scope="session")
def client(filled):
    """A client of a real server."""
    stores = Stores(lambda: open_store(Settings(data=filled)), clock, most=2)
    with (
        listening("127.0.0.1", 0) as listener,
        served(application(stores), listener) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def empty(tmp_path):
    """A client of a real server over a folder of its own, with nothing in it; nobody projects but who is told to."""
    stores = Stores(lambda: open_store(Settings(data=tmp_path)), clock, most=2)
    with (
        listening("127.0.0.1", 0) as listener,
        served(application(stores), listener) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def place(tmp_path):
    """A data folder and a server over it, and who listens."""
    with ExitStack() as stack:
        yield Place(tmp_path, stack)

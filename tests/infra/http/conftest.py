"""A data folder with the examples of the documents in it, and the application over it."""

from contextlib import ExitStack

import pytest

from infra.cli import main
from tests.architecture.test_docs import ROOT
from tests.support.answering import asking, stores_of
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
    stores = stores_of(filled)
    with asking(stores) as client:
        yield client


@pytest.fixture
def empty(tmp_path):
    """A client of a real server over a folder of its own, with nothing in it; nobody projects but who is told to."""
    stores = stores_of(tmp_path)
    with asking(stores) as client:
        yield client


@pytest.fixture
def place(tmp_path):
    """A data folder and a server over it, and who listens."""
    with ExitStack() as stack:
        yield Place(tmp_path, stack)

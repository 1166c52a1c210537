"""A browser and a real server over a small store: whatever a page does wrong while a test looks fails the test.

`browser` is Debian's Chromium (or any on the path), driven by Playwright; where there is none, its tests are skipped by name, or fail
where CI is set, as those of servers do.
`look` opens pages: a violation of the Content-Security-Policy, an error on the console, a request that leaves the server, each
fails the test, whatever else it looked for.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from infra.cli import main
from tests.architecture.test_docs import ROOT
from tests.support.answering import answering, stores_of
from tests.support.browsers import NOWHERE, found, started
from tests.support.servers.fixtures import give_up

PATIENCE = 120_000
"""Milliseconds that a page may take. One that was answered slowly waits ten times as long before it asks again, a minute at most."""
TEST_SECONDS = 400
EXAMPLES = ROOT / "docs/examples"


def pytest_collection_modifyitems(items):
    for item in items:
        # All of a module alike: they stay together, and so do those who share a folder that takes long to fill.
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is."""
    return on_the_path(os.environ)


def on_the_path(environment: Mapping[str, str]) -> str:
    """Where a browser is; without one, whoever needs it is skipped, or fails where CI has to have it."""
    place = found(environment.get("PATH"))
    if place is None:
        give_up(NOWHERE, environment)
    return place


# As long as it is open an event loop runs, and tests of others run their own.
@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright, closing(started(playwright, chromium)) as browser:
        yield browser


@contextmanager
def serving(folder) -> Iterator[str]:
    """The address of a server over a data folder."""
    with answering(stores_of(folder)) as url:
        yield url


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """A data folder with the examples of the documents in it; nobody writes to it."""
    folder = tmp_path_factory.mktemp("browser") / "data"
    given = [str(EXAMPLES / name) for name in ("events.jsonl", "register.csv")]
    main(["--data", str(folder), "import", *given, "--recorded-at", "2026-03-31", "--json"])
    return folder


@pytest.fixture(scope="session")
def site(filled) -> Iterator[str]:
    """The address of a server that only answers."""
    with serving(filled) as url:
        yield url


class Eye:
    """Opens pages, and sees what goes wrong on them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.wrong: list[str] = []
        self.expected: list[str] = []
        """Parts of what may be told: the console tells of every answer that is an error, of a page asked for as such too."""

    def __call__(self, url: str, **settings: Any) -> Page:
        """A new page at an address; `settings` are those of a browser's context (viewport, color_scheme, java_script_enabled)."""
        settings.setdefault("viewport", {"width": 1280, "height": 900})
        context = self._browser.new_context(**settings)
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        origin = urlsplit(url)[:2]

        def asked(request: Any) -> None:
            if urlsplit(request.url)[:2] != origin:
                self.wrong.append(f"asked {request.url}")

        def told(message: Any) -> None:
            if message.type in {"error", "warning"}:
                self.wrong.append(f"console: {message.text}")

        context.on("request", asked)
        page.on("console", told)
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.goto(url)
        return page

    def close(self) -> None:
        """Close what was opened, and fail where something went wrong."""
        for context in self._contexts:
            context.close()
        unexpected = [
            each for each in self.wrong if not any(part in each for part in self.expected)
        ]
        assert unexpected == []


@pytest.fixture
def look(browser) -> Iterator[Eye]:
    eye = Eye(browser)
    yield eye
    eye.close()

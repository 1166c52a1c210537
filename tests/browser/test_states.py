"""What a page says when there is no answer, or not the whole: refused, away, not yet caught up."""

from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from infra.credentials import issue_token
from infra.errors import CannotRun
from infra.http import Stores
from infra.http._taking import BATCH
from infra.settings.data import Settings
from infra.wiring import clock, open_store
from tests.browser.conftest import serving
from tests.browser.looking import PHONE, sideways, stumbles
from tests.support.answering import answering
from tests.support.places import EXAMPLE


@contextmanager
def refusing(code, **values):
    """The address of a server that cannot answer any question."""

    def none():
        raise CannotRun("the data are away", code=code, **values)

    with answering(Stores(none, clock, most=1)) as url:
        yield url


@pytest.fixture(scope="module")
def away():
    """The address of a server whose data cannot be opened."""
    with refusing("no_data") as url:
        yield url


@pytest.fixture(scope="module")
def being_made():
    """The address of a server that makes the figures of the moment that is asked for."""
    with refusing("being_made", percent=40) as url:
        yield url


@pytest.fixture(scope="module")
def officer(filled):
    """What an officer's browser sends along."""
    with closing(open_store(Settings(data=filled))) as store:
        lasting = timedelta(days=1)
        token = issue_token(store, by="test", role="officer", lasting=lasting, officer="cb-hai")
    return {"authorization": f"Bearer {token.text}"}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_data_that_are_away_are_told_as_a_page(look, away, lang):
    look.expected = ["503 (Service Unavailable)"]
    page = look(f"{away}/?lang={lang}", viewport=PHONE, color_scheme="dark")

    assert page.locator("h1").count() == 1
    assert page.locator(".problem code").inner_text() == "no_data"
    assert sideways(page) <= 0
    assert stumbles(page) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_figures_that_are_being_made_are_told_as_a_page_that_asks_again(look, being_made, lang):
    told = {}

    def stay(route):
        """The page as it is, but that it would ask again while it is looked at."""
        answer = route.fetch()
        told.update(answer.headers)
        route.fulfill(response=answer, headers=answer.headers | {"refresh": "3600"})

    look.expected = ["503 (Service Unavailable)"]
    page = look(f"{being_made}/problems", viewport=PHONE, color_scheme="dark")
    page.route("**/?as_of=*", stay)
    page.goto(f"{being_made}/?as_of=2026-02-20&lang={lang}")

    assert page.locator(".problem code").inner_text() == "being_made"
    assert "40 %" in page.locator(".problem").inner_text()
    assert told["refresh"] == "3"
    assert sideways(page) <= 0
    assert stumbles(page) == []


def test_what_is_not_ones_to_do_is_told_as_a_page_that_does_not_offer_it(look, site, officer):
    look.expected = ["403 (Forbidden)"]
    page = look(f"{site}/nhap", extra_http_headers=officer)

    assert page.locator(".problem code").inner_text() == "forbidden"
    assert page.locator(".top nav a[href*='nhap']").count() == 0
    assert page.locator(".top nav a").count() > 0
    assert stumbles(page) == []


def test_that_not_all_is_in_a_page_is_said_until_it_is(look, tmp_path):
    with serving(tmp_path) as url:
        httpx.post(f"{url}/events", json=EXAMPLE, headers={"content-type": BATCH}, timeout=60)
        page = look(url)
        page.locator(".note.incomplete").wait_for()
        assert stumbles(page) == []
        page.locator("#live .on").wait_for(state="visible")

        with closing(open_store(Settings(data=tmp_path))) as store:
            replace(store, now=clock()).catch_up()

        page.locator(".note.incomplete").wait_for(state="detached")
        assert page.locator(".units tbody tr").count() > 0
        page.close()

"""Signing in and out in a browser, with a real provider at another origin: no policy of ours ends the way there.

A browser holds the redirects after a form to the page's `form-action`; the way to a provider may begin with any form of ours.
"""

from urllib.parse import urlsplit

import pytest

from infra.credentials import sign_out
from infra.language import Language
from tests.infra.access.conftest import placed
from tests.support.openid import provider

VI = Language("vi")


@pytest.fixture(scope="module")
def place(filled, tmp_path_factory):
    """A server that people sign in to."""
    with provider(tmp_path_factory.mktemp("provider")) as idp, placed(filled, idp) as place:
        yield place


@pytest.fixture
def at_the_provider(place, look):
    """Waits until a page is one of the provider's."""
    origin = "://".join(urlsplit(place.idp.issuer)[:2])
    # What the provider's own pages load is not ours to judge.
    look.expected = [f"asked {origin}", "asked http", "ERR_", "404 (Not Found)"]

    def wait(page):
        page.wait_for_url(lambda url: url.startswith(origin))

    return wait


@pytest.fixture
def signed_in(place, look):
    """A page of somebody who has signed in, and the credential of his session."""

    def opened(path="/", **settings):
        with place.signed_in("hoa", dunghen_role="auditor") as browser:
            session = browser.cookies["dunghen"]
        kept = {"name": "dunghen", "value": session, "domain": "127.0.0.1", "path": "/"}
        kept |= {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
        return look(place.url + path, storage_state={"cookies": [kept], "origins": []}, **settings)

    return opened


def ended(place):
    """All sessions, as their people would end them elsewhere."""
    for _, record, _, _ in place.asked(lambda store: store.log.of_access(None, 1_000)):
        if record.startswith("access:session:"):
            name = record.rpartition(":")[2]
            place.asked(lambda store, name=name: sign_out(store, name, by="hoa"))


def test_who_asks_a_page_without_a_session_is_led_to_the_provider(place, look, at_the_provider):
    at_the_provider(look(f"{place.url}/vi-pham"))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_signing_out_leads_to_the_provider_and_ends_the_session(
    place, signed_in, at_the_provider, scripts
):
    page = signed_in(java_script_enabled=scripts)
    assert f"hoa · {VI('asker.auditor')}" in page.locator(".account").inner_text()

    page.get_by_role("button", name="Đăng xuất").click()

    at_the_provider(page)
    page.goto(f"{place.url}/session")
    assert '"by":"nobody"' in page.locator("body").inner_text()


def test_a_search_when_the_session_is_over_leads_to_the_provider(
    look, place, signed_in, at_the_provider
):
    page = signed_in()
    look.expected.append("401 (Unauthorized)")  # the open page may ask for itself meanwhile
    ended(place)

    page.get_by_label("Tìm hồ sơ theo mã").fill("Y09.21-260202-0007")
    page.get_by_role("button", name="Tìm").click()

    at_the_provider(page)


def test_the_button_stands_on_a_phone_and_in_english(signed_in):
    page = signed_in("/vi-pham?lang=en", viewport={"width": 360, "height": 740})

    assert page.get_by_role("button", name="Sign out").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

"""What pages offer: the navigation and the links of who may, and none that a refusal stands behind."""

import re
from contextlib import ExitStack
from datetime import timedelta
from html import unescape

import httpx
import pytest

from infra.access import ROLES
from infra.credentials import issue_token
from infra.http.access import NEEDS
from infra.http.pages._shell import NAVIGATION
from tests.infra.access.conftest import placed
from tests.support.places import officer

OVER = {
    "compliance": {"unit": "Y09.21"},
    "head": {"unit": "Y09.21"},
    "officer": {"officer": officer("cb-binh", "Y09.21")},
}
OFFERED = {
    "auditor": {"/", "/vi-pham", "/ho-so"},
    "compliance": {"/", "/vi-pham", "/ho-so"},
    "officer": {"/", "/vi-pham", "/ho-so"},
    "head": {"/", "/vi-pham", "/ho-so"},
    "feed": {"/"},
    "intake": {"/nhap"},
    "admin": {"/", "/vi-pham", "/ho-so", "/nhap"},
}


@pytest.fixture(scope="module")
def asking(whole):
    """A browser by role."""
    with placed(whole) as place, ExitStack() as stack:

        def token(role):
            over = OVER.get(role, {})
            return place.asked(
                lambda store: (
                    issue_token(store, by="test", role=role, lasting=timedelta(days=1), **over).text
                )
            )

        yield {
            role: stack.enter_context(
                place.client(authorization=f"Bearer {token(role)}", accept="text/html")
            )
            for role in ROLES
        }


def led_to(page):
    """The paths that a page's links and forms lead to."""
    addresses = re.findall(r'<(?:a|form)\b[^>]*? (?:href|action)="(/[^"]*)"', page)
    return {unescape(address).partition("?")[0] for address in addresses}


@pytest.mark.parametrize("role", ROLES)
def test_the_navigation_offers_what_the_role_may(asking, role):
    page = asking[role].get("/").text
    (navigation,) = re.findall(r"<nav\b.*?</nav>", page, re.DOTALL)

    assert led_to(navigation) == OFFERED[role]


@pytest.mark.parametrize("role", ROLES)
def test_no_link_of_the_first_page_leads_to_a_refusal(asking, role):
    browser: httpx.Client = asking[role]
    first = min(OFFERED[role])
    page = browser.get(first)

    assert page.status_code == 200
    for path in led_to(page.text):
        assert browser.get(path).status_code != 403, path


def test_the_navigation_needs_what_its_pages_need():
    assert {path: right for path, _, right in NAVIGATION} == {
        path: NEEDS["GET", path] for path, *_ in NAVIGATION
    }

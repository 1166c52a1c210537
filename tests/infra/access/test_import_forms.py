"""Files handed in by who has signed in: a form of ours carries the mark of the session, and another's is turned away."""

import re

import pytest

from tests.architecture.test_docs import ROOT
from tests.infra.access.conftest import placed

REGISTER = (ROOT / "docs/examples/register.csv").read_bytes()


@pytest.fixture
def place(tmp_path, idp):
    with placed(tmp_path / "data", idp) as place:
        yield place


def form(browser, path):
    """The address that the first form that changes something goes to, and its hidden mark."""
    page = browser.get(path, headers={"accept": "text/html"}).text
    forms = re.findall(
        r'<form[^>]* action="([^"]+)" method="post"[^>]*>(?:<input[^>]*value="([^"]*)")?', page
    )
    return forms[0][0].replace("&amp;", "&"), forms[0][1]


def sent(browser, address, **headers):
    own = {"origin": str(browser.base_url).rstrip("/"), "sec-fetch-site": "same-origin"} | headers
    return browser.post(address, files={"file": ("so.csv", REGISTER)}, headers=own)


def test_the_forms_of_our_pages_are_taken_and_others_are_not(place):
    with place.signed_in("mai", dunghen_role="admin") as browser:
        address, _ = form(browser, "/nhap")
        assert "csrf=" in address
        assert sent(browser, "/nhap").status_code == 403
        assert sent(browser, address, origin="https://other.example").status_code == 403

        job = sent(browser, address)
        assert job.status_code == 303
        assert "csrf" not in job.headers["location"]

        place_of_job = job.headers["location"]
        while (
            'data-running="yes"' in browser.get(place_of_job, headers={"accept": "text/html"}).text
        ):
            pass
        address, mark = form(browser, place_of_job)
        own = {"origin": str(browser.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}
        assert browser.post(address, headers=own).status_code == 403
        assert browser.post(address, data={"csrf": mark}, headers=own).status_code == 303


def test_who_may_not_send_facts_is_not_shown_the_page(place):
    with place.signed_in("lan", dunghen_role="auditor") as browser:
        assert browser.get("/nhap").status_code == 403
        assert sent(browser, "/nhap").status_code == 403

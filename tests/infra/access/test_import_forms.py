"""Files handed in by who has signed in: a form of ours carries the mark of the session, and another's is turned away."""

import re
from datetime import timedelta

import pytest

from infra.audit import audit
from infra.credentials import issue_token
from tests.architecture.test_docs import ROOT
from tests.infra.access.conftest import placed

REGISTER = (ROOT / "docs/examples/register.csv").read_bytes()


@pytest.fixture
def place(tmp_path, idp):
    with placed(tmp_path / "data", idp) as place:
        yield place


def form(browser, path):
    """The address that the first form of a page's own that changes something goes to, and its hidden mark."""
    page = browser.get(path, headers={"accept": "text/html"}).text.partition("<main")[2]
    forms = re.findall(
        r'<form[^>]* action="(/nhap[^"]*)" method="post"[^>]*>(?:<input[^>]*value="([^"]*)")?', page
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


def token(place, role, name):
    made = place.asked(
        lambda store: issue_token(store, by="t", role=role, name=name, lasting=timedelta(days=1))
    )
    return {"authorization": f"Bearer {made.text}", "accept": "text/html"}


def test_what_a_file_holds_is_for_nobody_else_than_who_handed_it_in(place):
    own, other, overseer = (
        token(place, role, name)
        for role, name in (("intake", "một cửa"), ("intake", "cổng"), ("admin", "quản trị"))
    )
    with place.client() as client:
        sent_in = client.post("/nhap", files={"file": ("so.csv", REGISTER)}, headers=own)
        job = sent_in.headers["location"].partition("?")[0]
        while 'data-running="yes"' in client.get(job, headers=own).text:
            pass

        def told(headers, path=job):
            return client.get(path, headers=headers).status_code

        lines = f"{job}/dong-bi-tu-choi.jsonl"
        assert [told(own), told(own, lines)] == [200, 200]
        assert '"path": "so.csv"' in client.get(lines, headers=own).text
        acts = [act for act in place.asked(audit)["acts"] if act["act"] == "refused_lines_read"]
        assert [(act["by"], act["about"]) for act in acts] == [("token một cửa", "so.csv")] * 2
        assert [told(other), told(other, lines)] == [404, 404]
        assert [told(overseer), told(overseer, lines)] == [200, 404]
        assert "so.csv" in client.get("/nhap", headers=own).text
        assert "so.csv" in client.get("/nhap", headers=overseer).text
        assert "so.csv" not in client.get("/nhap", headers=other).text
        for act in ("nap", "dung"):
            assert client.post(f"{job}/{act}", headers=other).status_code == 404
        assert client.post(f"{job}/dung", headers=overseer).status_code == 303

"""Who applied, on a page: for who may know, who says why in a form of ours, and what he read is on record before."""

import re

import pytest

from infra.audit import audit
from tests.support.places import PERSON, code_of

CODE = code_of("Y09.21")
PLACE = f"/ho-so/{CODE}/nguoi-nop"
PAGE = {"accept": "text/html"}


@pytest.fixture
def auditor(guarded):
    """A browser of an auditor's."""
    with guarded.signed_in("kiem", dunghen_role="auditor") as browser:
        yield browser


def readings(place):
    return [act for act in place.asked(audit)["acts"] if act["act"] == "person_read"]


def form(browser):
    """Where the form on a dossier's page goes, and its mark."""
    page = browser.get(f"/ho-so/{CODE}", headers=PAGE).text
    return re.findall(
        r'<form class="why" action="([^"]+)" method="post">\s*<input[^>]*name="csrf" value="([^"]+)"',
        page,
    )


def sent(browser, **fields):
    own = {"origin": str(browser.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}
    return browser.post(PLACE, data=fields, headers=own | PAGE)


def test_who_may_know_says_why_and_is_told(guarded, auditor):
    ((place, mark),) = form(auditor)
    before = len(readings(guarded))
    page = sent(auditor, reason="Đơn khiếu nại số 7", csrf=mark)

    assert place == PLACE
    assert page.status_code == 200
    assert PERSON in page.text
    assert page.headers["cache-control"] == "no-store"
    newest, *rest = readings(guarded)
    assert len(rest) == before
    assert [newest[name] for name in ("by", "role", "about", "reason")] == [
        "kiem",
        "auditor",
        CODE,
        "Đơn khiếu nại số 7",
    ]


@pytest.mark.parametrize("reason", ["", "x", "   ", None])
def test_without_a_reason_nothing_is_told_and_it_is_asked_for_again(guarded, auditor, reason):
    ((_, mark),) = form(auditor)
    before = readings(guarded)
    page = sent(auditor, csrf=mark, **({} if reason is None else {"reason": reason}))

    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert f'name="csrf" value="{mark}"' in page.text
    assert PERSON not in page.text
    assert readings(guarded) == before


def test_another_site_reads_nobody(guarded, auditor):
    ((_, mark),) = form(auditor)
    before = readings(guarded)
    for headers, fields in (
        ({"origin": "https://evil.example"}, {"reason": "vì tò mò", "csrf": mark}),
        ({"origin": guarded.url}, {"reason": "vì tò mò"}),
    ):
        assert auditor.post(PLACE, data=fields, headers=headers).status_code == 403
    assert auditor.get(PLACE, headers=PAGE).status_code == 404
    assert auditor.get(f"{PLACE}?reason=vi+to+mo", headers=PAGE).status_code == 400
    assert readings(guarded) == before


def test_who_may_not_know_is_offered_nothing(guarded):
    with guarded.signed_in("quan", dunghen_role="admin") as browser:
        mark = browser.get("/session").json()["csrf"]
        assert form(browser) == []
        assert sent(browser, reason="Đơn số 7", csrf=mark).status_code == 403


def test_a_form_of_too_many_fields_is_none(guarded, auditor):
    ((_, mark),) = form(auditor)
    own = {"origin": guarded.url, "x-csrf-token": mark, "content-type": "text/plain"}
    answer = auditor.post(PLACE, content="&".join("a=b" for _ in range(300)), headers=own)

    assert answer.status_code == 400

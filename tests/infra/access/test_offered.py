"""What pages offer: the navigation and the links of who may, and none that a refusal stands behind."""

import re
from collections import deque
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.access import ROLES
from infra.credentials import issue_token
from infra.http.access import NEEDS
from infra.http.pages._shell import NAVIGATION
from tests.infra.access.conftest import placed
from tests.support.places import PARENTS, dossiers, everywhere, filled, officer

HANDED = officer("cb-xa", "Y10.31")
"""Whom a dossier of Y09.21 was handed to."""
OVER = {
    "compliance": {"unit": "Y09.21"},
    "head": {"unit": "Y09.21"},
    "officer": {"officer": HANDED},
}
NOWHERE = officer("cb-hai", "Y10.31")
"""Who is registered in a unit that nobody registered."""
OFFERED = {
    "auditor": {"/", "/vi-pham", "/ho-so"},
    "compliance": {"/", "/vi-pham", "/ho-so"},
    "officer": {"/", "/vi-pham", "/ho-so"},
    "head": {"/", "/vi-pham", "/ho-so"},
    "feed": {"/"},
    "intake": {"/nhap"},
    "admin": {"/", "/vi-pham", "/ho-so", "/nhap"},
}


def registered(who, unit):
    """The registration of an officer."""
    kind = {"type": "vn.dunghen.officer.registered.v1", "source": "/example/directory"}
    said = {"officer": who, "unit": unit, "name": f"Ông {who}"}
    at = {"time": "2026-01-01T08:00:00+07:00"}
    return kind | at | {"id": f"officer-{who}", "subject": who, "data": said}


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    """A browser by role, over a world whose officers are registered."""
    officers = {
        officer(name, commune): commune
        for commune in PARENTS
        for name in ("cb-xa", "cb-binh", "cb-hai", "cb-lan", "cb-son")
    } | {NOWHERE: "Y77.77"}
    told = [*everywhere(), *(registered(who, unit) for who, unit in officers.items())]
    folder = filled(tmp_path_factory.mktemp("registered"), told)
    with placed(folder, rate=100_000) as place, ExitStack() as stack:

        def token(role):
            over = OVER.get(role, {})
            return place.asked(
                lambda store: (
                    issue_token(store, by="test", role=role, lasting=timedelta(days=1), **over).text
                )
            )

        yield {
            role: stack.enter_context(
                place.client(authorization=f"Bearer {token(role)}", accept="text/html, */*;q=0.8")
            )
            for role in ROLES
        }


def led_to(page):
    """The addresses that a page's links and forms lead to, but for what is changed by a form."""
    tags = re.findall(r"<(?:a|form)\b[^>]*>", page)
    asked = "".join(tag for tag in tags if 'method="post"' not in tag)
    return sorted(map(unescape, re.findall(r' (?:href|action)="(/[^"#]*)', asked)))


@pytest.fixture(scope="module")
def pages(asking):
    """The status of every page that a role is led to, by its address."""
    return cache(lambda role: crawled(asking[role], min(OFFERED[role])))


def kind(address):
    """What is not crawled twice: a page, at present or another moment, over a unit or a period or none."""
    path, query = urlsplit(address)[2:4]
    return path, frozenset(parse_qs(query)) & {"as_of", "known_at", "unit", "period"}


def crawled(browser, first):
    """The status of every page that the links lead to, by its address."""
    answers, found, todo = {}, {kind(first)}, deque([first])
    while todo:
        answer = browser.get(address := todo.popleft())
        answers[address] = answer.status_code
        told = answer.text if "text/html" in answer.headers.get("content-type", "") else ""
        for each in led_to(told):
            if kind(each) not in found:
                found.add(kind(each))
                todo.append(each)
    return answers


@pytest.mark.parametrize("role", ROLES)
def test_the_navigation_offers_what_the_role_may(asking, role):
    page = asking[role].get("/").text
    (navigation,) = re.findall(r"<nav\b.*?</nav>", page, re.DOTALL)

    assert set(led_to(navigation)) == OFFERED[role]


@pytest.mark.parametrize("role", ROLES)
def test_no_link_leads_to_a_refusal(pages, role):
    assert {address: status for address, status in pages(role).items() if status >= 400} == {}


def test_who_may_read_everything_is_led_to_every_page(pages):
    led = {kind(address)[0] for address in pages("auditor")}

    assert {f"/don-vi/{unit}" for unit in (*PARENTS, *PARENTS.values())} <= led
    assert {f"/ho-so/{code}" for code in dossiers() if not code.endswith("0010")} <= led
    assert {f"/can-bo/{who}" for who in (HANDED, NOWHERE)} <= led


@pytest.mark.parametrize("role", ["compliance", "head", "officer"])
def test_an_officer_of_another_unit_has_a_page_for_who_may_see_him(asking, role):
    answer = asking[role].get(f"/can-bo/{HANDED}")

    assert answer.status_code == 200
    assert "/ho-so/Y09.21-260202-0009" in led_to(answer.text)


def test_the_navigation_needs_what_its_pages_need():
    assert {path: right for path, _, right in NAVIGATION} == {
        path: NEEDS["GET", path] for path, *_ in NAVIGATION
    }

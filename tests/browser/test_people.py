"""The pages of officers and units: every figure leads to a list of as many, whoever looks."""

import re

import pytest

from tests.browser.looking import PHONE, sideways, stumbles

PATHS = [
    "/can-bo/cb-hai",
    "/don-vi/Y09.21",
    "/can-bo/cb-mai?cases=all&work=overdue",
    "/don-vi/Y09.21?as_of=2026-02-10",
]


def count(text):
    """How many dossiers a figure says: the first number, of a rate the one above the line."""
    rate = re.search(r"\((\d+)/\d+\)", text)
    return int(rate[1] if rate else re.sub(r"\D", "", text.split("\n")[0]))


@pytest.mark.parametrize("path", PATHS)
def test_every_figure_leads_to_a_list_of_as_many(look, site, path):
    page = look(f"{site}{path}")
    figures = page.locator(".tiles a").evaluate_all(
        "all => all.map(each => [each.textContent, each.href])"
    )
    assert len(figures) >= 7

    for text, address in figures:
        page.goto(address)
        listed = page.locator(
            f"{'#' + address.partition('#')[2] if '#' in address else 'main'} tbody tr"
        )
        if "/vi-pham" in address:
            listed = page.locator(".finding")
        assert listed.count() == count(text), (text, address)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("path", PATHS[:3])
def test_a_screen_reader_does_not_stumble(look, site, path, lang):
    assert stumbles(look(f"{site}{path}{'&' if '?' in path else '?'}lang={lang}")) == []


@pytest.mark.parametrize("path", PATHS)
def test_nothing_lies_beside_a_phone(look, site, path):
    assert sideways(look(f"{site}{path}", viewport=PHONE)) <= 0


def test_who_is_not_there_is_said_to_be_so(look, site):
    look.expected = ["404 (Not Found)"]
    for path in ("/can-bo/nobody", "/don-vi/nothing"):
        assert look(f"{site}{path}").locator(".problem").count() == 1

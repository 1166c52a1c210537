"""The pages of officers and units: every figure leads to a list of as many, whoever looks."""

import re

import pytest

PATHS = [
    "/can-bo/cb-hai",
    "/don-vi/Y09.21",
    "/can-bo/cb-mai?cases=all&work=overdue",
    "/don-vi/Y09.21?as_of=2026-02-10",
    "/can-bo/cb-hai?period=2026-02",
]


def count(text):
    """How many dossiers a figure says: the first number, of a rate the one above the line."""
    rate = re.search(r"\((\d+)/\d+\)", text)
    return int(rate[1] if rate else re.sub(r"\D", "", text.split("\n")[0]))


@pytest.mark.parametrize("path", PATHS)
def test_every_figure_leads_to_a_list_of_as_many(look, site, path):
    page = look(f"{site}{path}")
    figures = page.locator(".tiles a, td.number a").evaluate_all(
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


def test_who_is_not_there_is_said_to_be_so(look, site):
    look.expected = ["404 (Not Found)"]
    for path in ("/can-bo/nobody", "/don-vi/nothing"):
        assert look(f"{site}{path}").locator(".problem").count() == 1

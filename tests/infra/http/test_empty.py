"""A page with nothing to show says so, and what to do."""

import re

import pytest

from infra.language import CATALOGUE

BROWSER = {"accept": "text/html"}
EMPTY = re.compile(r'<div class="empty"><p><strong>(.*?)</strong></p><p>(.*?)</p></div>')
STATES = {
    "/?as_of=2000-01-01": ["overview.units.none", "overview.trend.none", "overview.rules.none"],
    "/ho-so?state=waiting": ["dossiers.none"],
    "/ho-so?period=1999": ["dossiers.none"],
    "/vi-pham?period=1999": ["findings.none"],
    "/can-bo/cb-mai?cases=unattributed&work=waiting": ["people.cases.none", "people.work.none"],
    "/don-vi/Y09.21?work=waiting": ["people.work.none"],
    "/nhap": ["imports.none"],
}
"""Address -> what its page has none of."""


@pytest.mark.parametrize("lang", [0, 1], ids=["vi", "en"])
@pytest.mark.parametrize("path", STATES)
def test_nothing_is_said_with_the_next_step(client, path, lang):
    address = path if lang == 0 else f"{path}{'&' if '?' in path else '?'}lang=en"
    page = client.get(address, headers=BROWSER)

    assert page.status_code == 200
    assert page.text.count('class="empty"') == len(STATES[path])
    for (what, step), key in zip(EMPTY.findall(page.text), STATES[path], strict=True):
        assert what == CATALOGUE[key][lang]
        assert step in {
            CATALOGUE[f"{key}.{end}"][lang]
            for end in ("next", "what")
            if f"{key}.{end}" in CATALOGUE
        }

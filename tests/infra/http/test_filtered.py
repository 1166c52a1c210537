"""What is filtered: the rows of a list, the counts beside it and the files under it are of the same findings and dossiers."""

import html
import re

import httpx
import pytest

from tests.infra.http.test_exports import rows_of
from tests.infra.http.test_people_pages import BROWSER, CODE, HEAD, UNIT, links, told
from tests.support.answering import asking, stores_of
from tests.support.places import filled

FINDING = re.compile(r'data-finding="([^"~]*)~([^"]*)"')
COUNT = re.compile(r'<li data-key="(\w+)">.*?<span class="number">([\d.]+)</span>', re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A client of a server over the dossiers of the pages of officers and units."""
    folder = filled(tmp_path_factory.mktemp("filtered"), told())
    with asking(stores_of(folder, most=1), headers=BROWSER) as client:
        yield client


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Lists of few rows: what is exported is more than what a page shows."""
    monkeypatch.setattr("infra.http.pages._violations.PAGE", 4)


FILTERS = {
    "nothing": "",
    "a rule": "rule=result_overdue",
    "two rules": "rule=result_overdue&rule=apology_missing",
    "an officer": "officer=cb-hai",
    "another officer": "officer=cb-binh",
    "severity": "severity=3",
    "a period": "period=2026-02",
    "a unit": "unit=Y09.21",
    "a dossier": f"dossier={CODE}",
    "a moment": "as_of=2026-02-20&known_at=2026-02-20",
    "several": "rule=step_overdue&unit=Y09&officer=cb-binh&period=2026-02-05..2026-12-31",
    "a period in which nothing was found": "period=1999",
}


def listed(site, address):
    """(dossier, rule) of every row, whatever page it is on."""
    rows = []
    while address:
        page = site.get(address).text
        rows += [(html.unescape(dossier), rule) for dossier, rule in FINDING.findall(page)]
        further = re.search(r'href="([^"]*)" rel="next"', page)
        address = html.unescape(further[1]) if further else None
    return rows


def total(page):
    (said,) = re.findall(r'data-total="(\d+)"', page)
    return int(said)


def counts(page, beside):
    """What stands beside a list: key -> how many."""
    (part,) = re.findall(rf'<ul class="counts" id="{beside}".*?</ul>', page, re.DOTALL)
    return {key: int(n.replace(".", "")) for key, n in COUNT.findall(part)}


def exported(site, page, columns):
    """The rows of each file under a list, these columns of them."""
    told = {}
    for address in links(page, r'<p class="exports">.*?</p>'):
        asked = httpx.URL(address)
        if asked.params["format"] == "json":
            answer = site.get(asked, headers={"accept": "*/*"}).json()
            (rows,) = (value for value in answer.values() if isinstance(value, list))
            told["json"] = [tuple(str(row[name]) for name in columns) for row in rows]
        else:
            asked = asked.copy_merge_params({"columns": "ids"})
            heads, *rows = rows_of(site.get(asked, headers={"accept": "*/*"}))
            places = [heads.index(name) for name in columns]
            told[asked.params["format"]] = [tuple(row[at] for at in places) for row in rows]
    return told


@pytest.mark.parametrize("name", FILTERS)
def test_files_have_the_rows_of_the_list_as_it_is_filtered(site, name):
    page = site.get(f"/vi-pham?{FILTERS[name]}").text
    rows = listed(site, f"/vi-pham?{FILTERS[name]}")

    assert len(rows) == total(page)
    assert exported(site, page, ("dossier", "rule")) == dict.fromkeys(("csv", "xlsx", "json"), rows)


def test_filters_are_filters(site):
    several = {name: len(listed(site, f"/vi-pham?{asked}")) for name, asked in FILTERS.items()}

    assert [name for name, n in several.items() if n == 0] == [
        "a period in which nothing was found"
    ]
    assert len(set(several.values())) > 6
    assert max(several.values()) == several["nothing"] > 20


@pytest.mark.parametrize("name", FILTERS)
def test_counts_beside_a_list_add_up_to_it(site, name):
    asked = httpx.QueryParams(FILTERS[name])
    page = site.get("/vi-pham", params=asked).text
    by_rule = counts(page, "by-rule")
    chosen = asked.get_list("rule") or by_rule
    graver = counts(page, "by-severity")

    assert sum(by_rule.get(rule, 0) for rule in chosen) == total(page)
    if "severity" in asked:
        assert sum(by_rule.values()) == graver[asked["severity"]]
    else:
        assert sum(graver.values()) == sum(by_rule.values())


CASES = ["all", "resolved", "on_time", "late", "share", "unattributed", "open"]
WORK = ["open", "overdue", "today", "next_day", "five_days", "waiting", "unassigned"]
LISTS = [
    *((f"{HEAD}?cases={part}", "cases") for part in CASES),
    *((f"{UNIT}?work={part}", "work") for part in WORK),
    *((f"{HEAD}?work={part}&cases=open", "work") for part in WORK[:2]),
]


@pytest.mark.parametrize(("path", "place"), LISTS)
def test_so_have_those_of_officers_and_units(site, path, place):
    page = site.get(path).text
    (part,) = re.findall(rf'<section[^>]* id="{place}".*?</section>', page, re.DOTALL)
    rows = [(each,) for each in re.findall(r'<th scope="row"><a[^>]*>([^<]*)</a>', part)]

    if rows:
        assert exported(site, part, ("dossier",)) == dict.fromkeys(("csv", "xlsx", "json"), rows)
    else:
        assert 'class="empty"' in part

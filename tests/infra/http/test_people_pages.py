"""The pages of officers and units, read as text: what is nobody's is said to be so; their lists have pages; what is exported is what is seen."""

import html
import re

import httpx
import pytest

from tests.support.answering import asking, stores_of
from tests.support.places import EXAMPLE, filled

CODE, HEAD, UNIT = "Y09.21-260202-0007", "/can-bo/cb-hai", "/don-vi/Y09.21"
BROWSER = {"accept": "text/html"}


def told():
    """The example, four of an officer's; one that is late though no step was overrun (0012), and one that nobody in the unit was given (0013)."""
    told = list(EXAMPLE)
    accepted, to_binh = EXAMPLE[4], EXAMPLE[5]
    for number in range(8, 14):
        for event in (accepted, to_binh):
            of = {"id": f"{number}-{event['id']}", "subject": f"{CODE[:-4]}{number:04}"}
            told.append(event | of)
    told[-1] |= {"data": to_binh["data"] | {"to": {"unit": "Y09.21", "officer": None}}}
    told[-3] |= {"data": to_binh["data"] | {"step_limit": {"amount": 900, "unit": "working_days"}}}
    return told


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A client of a server over them."""
    folder = filled(tmp_path_factory.mktemp("people"), told())
    stores = stores_of(folder, most=1)
    with asking(stores, headers=BROWSER) as client:
        yield client


def plain(page):
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def links(page, part):
    """The addresses of the links within what matches."""
    return [
        html.unescape(address)
        for found in re.findall(part, page, re.DOTALL)
        for address in re.findall(r'<a[^>]* href="([^"]*)"', found)
    ]


def test_what_is_assigned_to_nobody_is_said_to_be_so(site):
    unit = plain(site.get(f"{UNIT}?work=unassigned").text)
    case = site.get(f"/ho-so/{CODE[:-4]}0013").text

    assert "Chưa phân công 1" in unit
    assert "chưa phân công cho ai" in unit
    assert '<li class="unassigned">' in case
    assert "chưa phân công" in plain(case)


def test_what_could_not_be_attributed_is_said_to_be_so(site):
    head = site.get(f"{HEAD}?cases=unattributed").text
    case = site.get(f"/ho-so/{CODE[:-4]}0012").text
    (listed,) = re.findall(r'<section[^>]* id="cases".*?</section>', head, re.DOTALL)

    assert "Chưa quy được, ghi ở người đứng đầu 1" in plain(listed)
    assert len(re.findall(r'<th scope="row">', listed)) == 1
    assert "chưa quy được" in plain(listed)
    assert '<li class="unattributed">' in case
    assert "chưa quy được" in plain(case).lower()


@pytest.mark.parametrize(
    ("asked", "kept", "place"),
    [
        (f"{HEAD}?cases=all", 'name="cases" value="all"', "after"),
        (f"{UNIT}?work=open", 'name="work" value="open"', "work_after"),
    ],
)
def test_another_period_begins_at_the_first_page(site, monkeypatch, asked, kept, place):
    monkeypatch.setattr("infra.http.pages._people.PAGE", 1)
    (further,) = [
        each
        for each in links(site.get(asked).text, r'<nav class="paging.*?</nav>')
        if f"{place}=" in each
    ]
    page = site.get(further).text
    (bar,) = re.findall(r'<section class="bar.*?</section>', page, re.DOTALL)

    assert f'name="{place}"' not in bar
    assert kept in bar
    assert not any(f"{place}=" in each for each in links(page, r'<section class="bar.*?</section>'))
    first = links(page, r'<nav class="paging.*?</nav>')[0]
    assert f"{place}=" not in first
    assert site.get(first).status_code == 200


@pytest.mark.parametrize(
    ("module", "asked", "place"),
    [
        ("_people", f"{HEAD}?cases=all", "after"),
        ("_people", UNIT, "work_after"),
        ("_overview", "/ho-so", "cursor"),
    ],
)
def test_the_next_page_of_a_list_that_moves_is_of_the_same_moment(
    site, monkeypatch, module, asked, place
):
    """What is open grows by the minute: by the clock a row would be passed over, or come twice."""
    monkeypatch.setattr(f"infra.http.pages.{module}.PAGE", 1)
    page = site.get(asked).text
    further = next(each for each in nexts(page) if place in httpx.URL(each).params)
    said = httpx.URL(further).params

    assert f'<time datetime="{said["as_of"]}">' in page
    assert f'<time datetime="{said["known_at"]}">' in page
    again = [httpx.URL(each).params for each in nexts(site.get(further).text)]
    assert again
    assert all(
        (each["as_of"], each["known_at"]) == (said["as_of"], said["known_at"]) for each in again
    )


def nexts(page):
    return [html.unescape(each) for each in re.findall(r'href="([^"]*)" rel="next"', page)]


def test_the_next_page_of_findings_stays_live(site, monkeypatch):
    """Their order is of dossier and rule, and does not move."""
    monkeypatch.setattr("infra.http.pages._violations.PAGE", 1)
    (further,) = nexts(site.get("/vi-pham").text)

    assert set(httpx.URL(further).params) == {"cursor"}


PAGES = [
    "/",
    "/?period=2026-02&unit=Y09.21",
    "/vi-pham",
    "/vi-pham?severity=3&period=2026-02",
    HEAD,
    f"{HEAD}?period=2026-02",
    UNIT,
    f"{UNIT}?period=2026-02&work=overdue",
]


@pytest.mark.parametrize("path", PAGES)
def test_what_is_exported_is_of_the_moment_that_is_seen(site, path):
    page = site.get(path).text
    exports = links(page, r'<p class="exports">.*?</p>')

    assert exports
    for address in exports:
        file = site.get(address, headers={"accept": "*/*"})
        said = file.json() if "json" in file.headers["content-type"] else None
        as_of = said["as_of"] if said else file.headers["dunghen-as-of"]
        assert file.status_code == 200
        assert f'<time datetime="{as_of}">' in page
        assert f'<time datetime="{httpx.URL(address).params["known_at"]}">' in page


def test_all_findings_are_exported_in_every_form(site, monkeypatch):
    monkeypatch.setattr("infra.http._questions.PAGE", 1)
    page = site.get("/vi-pham").text
    told = {}
    for address in links(page, r'<p class="exports">.*?</p>'):
        file = site.get(address, headers={"accept": "*/*"})
        form = httpx.URL(address).params["format"]
        told[form] = (
            len(file.json()["violations"]) if form == "json" else int(file.headers["dunghen-rows"])
        )

    (total,) = map(int, re.findall(r'data-total="(\d+)"', page))
    assert total > 1
    assert told == dict.fromkeys(("csv", "xlsx", "json"), total)


@pytest.mark.parametrize("path", [f"{HEAD}?period=2026-02", f"{UNIT}?period=2026-02"])
def test_findings_lead_to_as_many_whatever_the_period_is(site, path):
    page = site.get(path).text
    (part,) = re.findall(
        r'<section[^>]*aria-labelledby="rules-title".*?</section>', page, re.DOTALL
    )
    counted = re.findall(r'<td class="number"><a href="([^"]*)">(\d+)</a>', part)

    assert counted
    for address, count in counted:
        listed = site.get(html.unescape(address)).text
        assert re.findall(r'data-total="(\d+)"', listed) == [count]


def test_those_of_a_unit_who_are_not_shown_are_a_link_away(site, monkeypatch):
    monkeypatch.setattr("infra.http.pages._people._OF_OFFICERS", 1)
    few = site.get(UNIT).text
    (more,) = [each for each in links(few, r"<section.*?</section>") if "officers=all" in each]
    everybody = site.get(more).text

    assert "officers=all" not in plain(everybody).partition("Địa chỉ")[0]
    assert rows_of(everybody) > rows_of(few) == 1


def rows_of(page):
    """How many people the table of officers has."""
    (table,) = re.findall(r'aria-labelledby="officers-title">.*?</tbody>', page, re.DOTALL)
    return table.count('<th scope="row">')

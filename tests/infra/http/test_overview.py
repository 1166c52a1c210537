"""The overview: every figure on it is a link, and the list that it leads to is as long as the figure says."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from domain.rules import RULES
from infra.http import _shared
from infra.http._taking import BATCH
from infra.http.pages import _overview
from infra.questions import overview as reportoverview
from infra.wiring import clock
from tests.projections.test_laws import question
from tests.support.answering import asking, asking_of, stores_of
from tests.support.stores import World, opened, projected, put
from tests.support.streams import dossier

SEVERITY = {rule.name: rule.severity for rule in RULES}
BROWSER = {"accept": "text/html"}
LINK = re.compile(r'<a href="(/(?:ho-so|vi-pham)\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
TOTAL = re.compile(r'data-total="(\d+)"')


@pytest.fixture(scope="module")
def world():
    return World(3, dossiers=30)


@pytest.fixture(scope="module")
def site(world, tmp_path_factory):
    """A client of a server over that world."""
    with asking_of(world, tmp_path_factory.mktemp("world"), headers=BROWSER) as client:
        yield client


def figures(page):
    """Address -> the number that leads there."""
    found = {}
    for address, shown in LINK.findall(page):
        strong = re.search(r"<strong>(.*?)</strong>", shown)
        text = re.sub(r"<[^>]*>", " ", strong[1] if strong else shown)
        number = re.search(r"\d[\d.]*", text)
        if number and "%" not in text:
            found[html.unescape(address)] = int(number[0].replace(".", ""))
    return found


def moments(world):
    as_of, known_at = question(world)
    middle = sorted(world.instants())[len(world.arrivals) // 2]
    month = f"{middle:%Y-%m}"
    return [
        {},
        {"as_of": as_of.isoformat(), "known_at": known_at.isoformat()},
        {"clock": "qd766", "period": f"{middle:%Y}"},
        {"clock": "portal", "period": f"{month}-05..{month}-20"},
        {"unit": _unit(world), "lang": "en"},
    ]


def _unit(world):
    registered = [event for event in world.directory if "unit.registered" in event["type"]]
    return next(e["data"]["parent"] for e in registered if e["data"].get("parent"))


@pytest.mark.parametrize("which", range(5))
def test_every_figure_leads_to_a_list_of_as_many(site, world, which):
    asked = moments(world)[which]
    first = site.get("/", params=asked)
    assert first.status_code == 200, first.text[-2000:]
    told = figures(first.text)
    assert len(told) > 10
    for address, number in told.items():
        listed = site.get(address)
        assert listed.status_code == 200, (address, listed.text[-2000:])
        total = TOTAL.search(listed.text)
        assert total is not None
        assert int(total[1]) == number, address


def test_some_figure_is_not_nothing(site, world):
    assert any(
        sum(figures(site.get("/", params=asked).text).values()) > 50 for asked in moments(world)
    )


def test_pages_of_a_list_are_the_whole_list_and_nothing_twice(site):
    seen, total = [], 0
    address: str | None = "/ho-so?state=resolved&state=in_process&state=cancelled"
    while address:
        page = site.get(address).text
        total = max(map(int, TOTAL.findall(page)))
        seen += re.findall(r'<th scope="row"><a class="code" href="[^"]*">([^<]*)</a>', page)
        further = re.search(r'href="([^"]*)" rel="next"', page)
        address = html.unescape(further[1]) if further else None
    assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize(
    "wrong", ["state=x", "letter=x", "differs=x", "due=x", "ended=x", "unit=none", "cursor=~"]
)
def test_a_filter_that_is_not_there_is_told(site, wrong):
    status = site.get(f"/ho-so?{wrong}").status_code

    assert status == {"unit=none": 404, "cursor=~": 200}.get(wrong, 400)


def test_a_code_leads_to_its_dossier_and_nowhere_else(site):
    found = site.get("/ho-so?code=//evil.example/x&lang=en", follow_redirects=False)

    assert found.status_code == 303
    assert found.headers["location"] == "/ho-so///evil.example/x?lang=en"


# ── asked by many ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def made(monkeypatch):
    """How often an overview was made."""
    overview, made = reportoverview.overview, list[dict[str, Any]]()

    def making(store, **about):
        made.append(about)
        return overview(store, **about)

    monkeypatch.setattr(_overview, "asked_overview", making)
    return made


def test_what_many_ask_for_in_a_moment_is_made_once_as_long_as_the_counts_are_the_same(
    place, made, monkeypatch
):
    def pages():
        return {place.client.get("/", headers=BROWSER).text for _ in range(3)}

    monkeypatch.setattr(_shared, "_MOMENT", 60.0)
    place.sent(dossier(1))
    assert len(pages()) == len(made) == 1
    place.client.get("/?lang=en", headers=BROWSER)
    place.client.get("/?unit=Y09.21", headers=BROWSER)
    assert len(made) == 3
    place.sent(dossier(2))
    pages()
    assert len(made) == 4


def test_what_was_made_longer_ago_or_is_not_complete_is_made_anew(place, made, monkeypatch):
    monkeypatch.setattr(_shared, "_MOMENT", 0.0)
    place.sent(dossier(1))
    for _ in range(2):
        place.client.get("/", headers=BROWSER)
    assert len(made) == 2
    monkeypatch.setattr(_shared, "_MOMENT", 60.0)
    assert place.client.post("/events", json=dossier(2), headers={"content-type": BATCH}).is_success
    for _ in range(2):
        place.client.get("/?lang=en", headers=BROWSER)
    assert len(made) == 4


def test_units_are_ranked_by_what_needs_a_decision(site):
    page = site.get("/?all=1").text
    (table,) = re.findall(r'<table class="cards units">.*?</table>', page, re.DOTALL)
    decide = [
        sum(number(cell) for cell in re.findall(r'<td data-name="[^"]*"><div>(.*?)</td>', row)[:2])
        for row in re.findall(r"<tr data-key=.*?</tr>", table, re.DOTALL)
    ]

    assert len(set(decide)) > 1
    assert decide == sorted(decide, reverse=True)


def test_what_is_only_a_remark_breaks_no_rule(site):
    page = site.get("/").text
    (ranked,) = re.findall(r'<ol class="ranked">(.*?)</ol>', page, re.DOTALL)
    shown = [SEVERITY[rule] for rule in re.findall(r'<li data-key="([^"]*)">', ranked)]

    assert shown
    assert min(shown) > 0
    counts = site.get("/violations?count_by=rule", headers={"accept": "application/json"}).json()
    assert any(SEVERITY[each["key"]] == 0 for each in counts["counts"])


def number(cell):
    """The first number that stands in a piece of a page."""
    found = re.search(r"\d[\d.]*", re.sub(r"<[^>]*>", " ", cell))
    assert found is not None
    return int(found[0].replace(".", ""))


def test_the_heights_of_the_charts_are_the_figures(site, world):
    seen = 0
    for at in world.instants()[::40]:
        page = site.get("/", params={"as_of": at.isoformat()}).text
        for chart in re.findall(r'<figure class="columns">.*?</figure>', page, re.DOTALL):
            rows = re.findall(
                r'<td class="number">(.*?)</td>\s*<td class="number">(.*?)</td>', page
            )
            assert len(rows) == 12
            seen += drawn_as_told(chart, *([number(row[n]) for row in rows] for n in (0, 1)))

    assert seen > 0


def drawn_as_told(chart, resolved, late):
    """How many late ones are drawn, where every height is the figure's."""
    heights = re.findall(r'<rect class="(\w+)"[^>]* y="([\d.]+)" height="([\d.]+)"', chart)
    rest = [whole - part for whole, part in zip(resolved, late, strict=True)]
    assert number(chart.partition("top-of-scale")[2]) == max(resolved)
    for kind, of in (("value", rest), ("late", late)):
        drawn = [float(high) for name, _, high in heights if name == kind]
        assert drawn == pytest.approx([100 * n / max(resolved) for n in of], abs=0.02)
    feet = [float(top) + float(high) for name, top, high in heights if name == "late"]
    assert feet == pytest.approx([100] * 12, abs=0.02)
    return sum(late)


def page_of(site, world, monkeypatch, nth, change):
    """The overview of a moment that no other test asks about, its answer changed."""

    def told(store, **about):
        answer = reportoverview.overview(store, **about)
        change(answer)
        return answer

    monkeypatch.setattr(_overview, "asked_overview", told)
    at = max(world.instants()) + timedelta(days=nth)
    return site.get("/", params={"all": "1", "as_of": at.isoformat()}).text


def test_the_months_of_all_units_are_columns_of_one_scale(site, world, monkeypatch):
    def change(answer):
        for n, row in enumerate(answer["units"], 1):
            row["months"] = [each | {"late": n * m} for m, each in enumerate(row["months"])]

    page = page_of(site, world, monkeypatch, 1, change)
    rows = re.findall(r"<tr data-key=.*?</tr>", page, re.DOTALL)
    assert len(rows) > 1
    assert f"cùng một thang, cao nhất {11 * len(rows)}." in page
    for n, row in enumerate(rows, 1):
        heights = [float(high) for high in re.findall(r'width="6" height="([\d.]+)"', row)]
        (shown,) = re.findall(r'class="spark">.*?</svg>(.*)', row, re.DOTALL)
        assert number(shown) == 11 * n
        expected = [22 * n * m / (11 * len(rows)) for m in range(12)]
        assert heights == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("resolved", [0, 2, 10])
@pytest.mark.parametrize("late", [0, 1, 5, 10])
def test_the_parts_of_the_columns_are_named_beside_the_last_of_them(
    site, world, monkeypatch, resolved, late
):
    late = min(resolved, late)

    def change(answer):
        for each in answer["months"]:
            each.update(resolved=10, late=1)
        answer["months"][-1].update(resolved=resolved, late=late)

    page = page_of(site, world, monkeypatch, 2 + 20 * resolved + late, change)
    named = dict(re.findall(r'<text class="(value|late)" y="([\d.]+)%"', page))
    upper, lower = float(named["value"]), float(named["late"])
    assert 0 <= upper <= lower - 12 <= 88
    if late > 1:  # a part that is high enough for its name
        assert 100 - 10 * late <= lower <= 100
    if resolved - late > 1 and late != 1:
        assert 100 - 10 * resolved <= upper <= 100 - 10 * late


def test_of_data_long_past_the_page_says_of_when_they_are_and_leads_there(world, tmp_path):
    old = [story for story in world.dossiers.values() if max(e["time"] for e in story) < "2024"]
    with opened(tmp_path, clock()) as store:
        put(store, [*world.directory, *(event for story in old for event in story)])
        projected(store.log, store.views, clock())
    with asking(stores_of(tmp_path, most=1), headers=BROWSER) as site:
        page = site.get("/").text
        said = re.search(r'mới nhất là của tháng (\d\d)/(20[12]\d)\.\s*<a href="([^"]*)"', page)
        assert said is not None
        there = site.get(html.unescape(said[3])).text

    assert "Không có hồ sơ nào kết thúc trong 12 tháng này" in page
    assert f"as_of={said[2]}-{said[1]}-" in said[3]
    assert "mới nhất là của" not in there
    assert sum(figures(there).values()) > 0

"""Every figure of a page is a link, or one of a few kinds that say why not; the list that it leads to is as long; a rate has its coverage beside it."""

import re
from urllib.parse import urldefrag

import pytest

from infra.http.pages import _people
from tests.infra.http.test_import_pages import ended, send
from tests.support.answering import asking, asking_of, stores_of
from tests.support.figures import FRACTION, PERCENT, Node, cells, led, total, tree, unlinked
from tests.support.stores import World

BROWSER = {"accept": "text/html"}
NO_LINK = {
    "a day, an hour, a month": r"\d\d/\d\d/\d{4}( \d\d:\d\d)?|\d\d/\d{4}",
    "a time: it is of the dossiers that are counted beside it": r"[\d.]+\s(ngày|giờ|phút)",
    "a percentage: its two counts stand beside it": PERCENT.pattern,
    "what a unit declared: no dossiers": r"[\d.]+ đã kê khai",
    "units, which stand below": r"[\d.]+/[\d.]+ đơn vị kê khai",
}
"""Why a number is no link, and what it looks like."""
ONLY = {
    "what an import did: of lines and events of a file": ("/nhap/", r".*"),
    "what is nobody's, because the unit had no head: no officer's page": ("/don-vi/", r"[\d.]+"),
}
"""The same of single places: the path, and what it looks like."""


class Site(dict[str, Node]):
    """Pages by their addresses, each asked for once."""

    def __init__(self, client):
        self.client = client

    def __missing__(self, path):
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.text[-2000:])
        self[path] = tree(answer.text)
        return self[path]


@pytest.fixture(scope="module")
def world():
    return World(5, dossiers=16)


@pytest.fixture(scope="module")
def site(world, tmp_path_factory):
    """The pages of a server over that world."""
    with asking_of(world, tmp_path_factory.mktemp("figures"), headers=BROWSER) as client:
        yield Site(client)


@pytest.fixture(scope="module")
def paths(site, world):
    """Pages of every kind that has figures, now, of a period and of another moment."""
    middle = sorted(world.instants())[len(world.arrivals) // 2]
    last = max(world.instants())
    then, year = f"as_of={middle:%Y-%m-%d}", f"period={middle:%Y}"
    officers = site.client.get("/reports/officers?unit=H40&format=json").json()["officers"]
    (who, *_) = (row["officer"] for row in officers if row["officer"])
    return [
        "/", f"/?{then}", f"/?{year}&clock=qd766", "/vi-pham", f"/vi-pham?{then}", "/vi-pham?severity=3",
        "/don-vi/H40", f"/don-vi/H40?{then}", f"/don-vi/H40.02.02?{year}&clock=portal", "/don-vi/H40.02.02",
        f"/can-bo/{who}", f"/can-bo/{who}?as_of={last:%Y-%m-%d}&cases=all", f"/can-bo/{who}?unit=H40",
    ]  # fmt: skip


def left_over(path, cell):
    """What no reason is given for."""
    for text in unlinked(cell):
        rest = text
        for looks in NO_LINK.values():
            rest = re.sub(looks, "", rest)
        if re.search(r"\d", rest) and not any(
            path.startswith(at) and re.fullmatch(looks, rest) and _single(path, cell)
            for at, looks in ONLY.values()
        ):
            yield text


def _single(path, cell):
    """Of a unit's page it is the row of nobody only, and there the dossiers with a share."""
    row = cell.within
    nobody = (
        "chưa phân công" in row.words and cell.attributes.get("data-name") == "Hồ sơ có phần chậm"
    )
    return nobody or path.startswith("/nhap/")


def test_every_number_is_a_link_or_says_why_not(site, paths):
    seen = 0
    for path in paths:
        for cell in cells(site[path]):
            assert list(left_over(path, cell)) == [], (path, cell.words)
            seen += len(list(led(cell)))

    assert seen > 300


def test_every_number_leads_to_a_list_of_as_many(site, paths):
    told: dict[str, tuple[int, str]] = {}
    for path in [
        "/vi-pham?severity=3",
        *paths[6:8],
        paths[-1],
    ]:  # the overview has a test of its own
        for cell in cells(site[path]):
            told |= {address: (number, path) for address, number in led(cell)}
    of_people = [address for address in told if "held_in=" in address]
    for address, (number, path) in told.items():
        listed = site[address]
        # The list that is meant; the page of an officer or a unit has two.
        assert total(listed, urldefrag(address).fragment) == number, (path, address)

    assert len(of_people) > 5


def test_a_rate_has_its_counts_and_the_coverage_beside_it(site, paths):
    seen = 0
    for path in paths:
        page = site[path]
        # What is said of a whole unit is a sentence; its figures are those of the tiles above it.
        said = [each.words for each in page.elements if "says" in each.classes]
        outside = len(PERCENT.findall(page.words)) - len(PERCENT.findall(" ".join(said)))
        for cell in cells(page):
            rates = PERCENT.findall(cell.words)
            outside -= len(rates)
            seen += len(rates)
            if rates:
                assert "phủ" in cell.words, (path, cell.words)
                assert len(FRACTION.findall(cell.words)) >= len(rates), (path, cell.words)
                assert re.search(r"phủ:? chưa có|(đã|chưa) kê khai", cell.words), (path, cell.words)
        assert outside == 0, path

    assert seen > 20


def test_a_coverage_of_some_units_says_of_how_many_it_is(site):
    of_all, *rows = (cell.words for cell in cells(site["/"]) if "phủ" in cell.words)
    said = re.search(r"(\d+)/(\d+) đơn vị kê khai", of_all)
    assert said is not None
    declared = [row for row in rows if "đã kê khai" in row]
    known = [row for row in rows if "hồ sơ đã biết; đơn vị chưa kê khai" in row]

    assert len(declared) == int(said[1]) > 0
    assert len(known) > 0
    assert len(rows) == int(said[2])


def test_a_rate_over_nothing_is_said_to_be_none_yet(site):
    (unit, *_) = cells(site["/don-vi/H40.02.01"])
    first, *_ = (cell for cell in cells(site["/?unit=H40.02.01"]) if "phủ" in cell.words)

    assert "chưa có hồ sơ đã giải quyết" in unit.words
    assert "chưa có" in first.words.partition("phủ")[0]
    before, *_ = (cell for cell in cells(site["/?period=1999"]) if "phủ" in cell.words)
    assert "phủ chưa có (không tiếp nhận hồ sơ nào)" in before.words


def test_what_an_import_did_is_told_by_its_own_page(tmp_path):
    with asking(stores_of(tmp_path / "data"), headers=BROWSER) as client:
        page = tree(ended(client, send(client)))
        assert len(cells(page)) > 4
        for cell in cells(page):
            assert list(left_over("/nhap/x", cell)) == []


def test_cases_are_exported_as_they_are_narrowed(site, paths, monkeypatch):
    monkeypatch.setattr(_people, "PAGE", 1)
    narrowed = next(
        address
        for path in paths
        if path == "/don-vi/H40"
        for cell in cells(site[path])
        for address, number in led(cell)
        if "held_in=" in address and number > 1
    )
    page = Site(site.client)[narrowed]  # of one row
    (exported,) = [
        each.attributes["href"]
        for each in page.elements
        if each.attributes.get("href", "").startswith("/officers/")
        and "format=json" in each.attributes["href"]
    ]
    answer = site.client.get(exported).json()
    assert len(answer["cases"]) == answer["total"] == total(page, "cases") > 1

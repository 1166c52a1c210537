"""A page of a period that is over: whatever stands on it, leads on from it and is loaded from it is of the one moment that its bar says."""

import html
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urldefrag

import httpx
import pytest

from domain.values import end_of
from infra.http.pages._asking import FIELDS
from tests.infra.http.test_people_pages import links
from tests.support.answering import asking_of
from tests.support.figures import cells, led, total, tree
from tests.support.stores import World

BROWSER = {"accept": "text/html"}
BAR = re.compile(
    r'<section class="bar( past)?".*?<time datetime="([^"]*)".*?<time datetime="([^"]*)"(.*?)</summary>',
    re.DOTALL,
)
FIRST, LAST = date(2025, 2, 1), date(2025, 5, 31)
PERIOD = f"{FIRST}..{LAST}"
OVER: dict[str, dict[str, str]] = {
    "a period": {"period": PERIOD},
    "of which more is asked": {
        "period": PERIOD,
        "as_of": f"{LAST + timedelta(days=20)}",
        "clock": "portal",
    },
    "until before its end": {"period": PERIOD, "as_of": f"{LAST - timedelta(days=10)}"},
    "as known in it": {"period": PERIOD, "known_at": f"{LAST - timedelta(days=5)}"},
}
"""What the bar says of a period that is over."""
PAGES = ["/", "/ho-so", "/don-vi/H40", "/can-bo/{who}"]
PART_OF_DUE = ["today", "next_day", "five_days"]


class Said(NamedTuple):
    """What a bar says: T, K, and whether it looks like another moment than now."""

    as_of: datetime
    known_at: datetime
    past: bool


class Site:
    """Pages by their addresses, each asked for once."""

    def __init__(self, client: httpx.Client, who: str) -> None:
        self.client, self.who = client, who
        self._pages: dict[str, str] = {}

    def page(self, address: str) -> str:
        address = urldefrag(address).url
        if address not in self._pages:
            answer = self.client.get(address)
            assert answer.status_code == 200, (address, answer.text[-2000:])
            self._pages[address] = answer.text
        return self._pages[address]

    def json(self, path: str, **asked: Any) -> Any:
        answer = self.client.get(path, params=asked, headers={"accept": "application/json"})
        assert answer.status_code == 200, answer.text
        return answer.json()


def at(text):
    return datetime.fromisoformat(text)


def said(page) -> Said:
    """What the bar of a page says."""
    (bar,) = BAR.findall(page)
    assert ('<em class="tag">' in bar[3]) == bool(bar[0])
    return Said(at(bar[1]), at(bar[2]), bool(bar[0]))


def moment(asked: Mapping[str, str]) -> datetime:
    """T of what is asked of a period."""
    as_of = end_of(date.fromisoformat(asked["as_of"])) if "as_of" in asked else end_of(LAST)
    return min(as_of, end_of(LAST))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Pages over dossiers of which many were open when the period ended, and few are; what a unit took in it declared after it."""
    world = World(5, dossiers=16)
    declared = next(each for each in world.directory if "intake_declared" in each["type"])
    unit, later = "H40.02.02", f"{LAST + timedelta(days=10)}T08:00:00+07:00"
    data = declared["data"] | {"unit": unit, "period": "2025-03/2025-03", "count": 7}
    known = {"id": "later", "subject": unit, "time": later, "recordedtime": later, "data": data}
    world.arrivals.append(declared | known)
    with asking_of(world, tmp_path_factory.mktemp("moment"), headers=BROWSER) as client:
        told = Site(client, "").json("/workload", as_of=f"{LAST}")["dossiers"]
        yield Site(client, next(each["officer"] for each in told if each["officer"]))


@pytest.fixture(params=OVER)
def asked(request):
    return OVER[request.param]


@pytest.fixture(params=PAGES)
def path(request, site):
    return request.param.format(who=site.who)


def address(path, asked):
    return str(httpx.URL(path, params=asked))


def within(page):
    """What a page's main part and navigation lead to, two of each kind of address, with the figures that lead there: the greatest first."""
    around = r'<main.*?</main>|<nav aria-label.*?</nav>|<a class="(?:language|brand)".*?</a>'
    numbers = {each: number for cell in cells(tree(page)) for each, number in led(cell)}
    kinds: dict[Any, list[str]] = {}
    for each in sorted(set(links(page, around)), key=lambda each: (-numbers.get(each, 0), each)):
        url = httpx.URL(each)
        if re.match(r"/(\?|$|ho-so|vi-pham|don-vi|can-bo)", each):
            kind = re.sub(r"\d", "0", url.path), url.fragment, *sorted(url.params)
            kinds.setdefault(kind, []).append(each)
    return {each: numbers.get(each) for alike in kinds.values() for each in alike[:2]}


def test_all_that_a_page_leads_to_is_of_its_moment_and_as_many_as_it_says(site, path, asked):
    page = site.page(address(path, asked))
    bar, led_to = said(page), within(page)

    assert (bar.as_of, bar.past) == (moment(asked), True)
    assert "data-stream" not in page
    assert len(led_to) > 10
    for each, number in led_to.items():
        there = said(site.page(each))
        assert (there.as_of, there.past) == (bar.as_of, True), each
        # Of the overview's pair, what is so is by all that is known now; what the portal showed, by what was known then.
        so = path == "/" and "known_at" not in each and "state=overdue" in each
        assert "known_at" not in asked or so or there.known_at == bar.known_at, each
        if number is not None:
            assert total(tree(site.page(each)), urldefrag(each).fragment) == number, each


def figures(page) -> dict[tuple[str, str], int]:
    """Path and filter, the bar's left out, of the single figures of a page."""
    told: dict[tuple[str, str], int] = {}
    for cell in cells(page):
        for each, number in led(cell):
            url = httpx.URL(each)
            only = [pair for pair in url.params.multi_items() if pair[0] not in FIELDS]
            names = {"clock", "unit"} & set(url.params)
            if len(only) == 1 and (url.path != "/ho-so" or not names):
                told[url.path, "=".join(only[0])] = number
    return told


def test_every_figure_is_that_of_the_answers_at_this_moment(site, path, asked):
    shown = figures(tree(site.page(address(path, asked))))
    known = {name: asked[name] for name in ("known_at",) if name in asked}
    then = {"as_of": moment(asked).isoformat()} | known
    of = {"unit": "H40"} if path.startswith("/don-vi/") else {}
    if path.startswith("/can-bo/"):
        of = {"officer": site.who}
    expected = {}
    for rule in site.json("/violations", count_by="rule", **of, **then)["counts"]:
        expected["/vi-pham", f"rule={rule['key']}"] = rule["count"]
    if of:
        work = site.json("/workload", **of, **then)
        expected |= {(path, f"work={each}"): work["open"][OPEN[each]] for each in OPEN}
        expected |= {(path, f"work={each}"): work["due"][each] for each in PART_OF_DUE}
    if path.startswith("/can-bo/"):
        counts = site.json(f"/officers/{site.who}", **asked_of_officer(asked))["dossiers"]
        expected |= {(path, f"cases={part}"): n for part, n in counts.items()}
    compared = shown.keys() & expected.keys()

    assert {each: shown[each] for each in compared} == {each: expected[each] for each in compared}
    if path != "/ho-so":
        assert len(compared) > 3
        assert sum(shown[each] for each in compared) > 3


OPEN = {"open": "total", "overdue": "overdue", "waiting": "waiting"}


def asked_of_officer(asked):
    return {name: value for name, value in asked.items() if name != "clock"}


def test_every_file_is_what_a_program_is_told_of_the_period_and_of_the_moment(site, path, asked):
    page = site.page(address(path, asked))
    for each in links(page, r'<p class="exports">.*?</p>'):
        url = httpx.URL(each)
        file = site.client.get(url, headers={"accept": "*/*"})
        headers = file.headers
        if url.params["format"] == "json":
            told = file.json()
            assert (at(told["as_of"]), at(told["known_at"])) == (moment(asked), said(page).known_at)
            if url.path.startswith("/reports/"):
                again = dict(asked, unit=url.params.get("unit", ""))
                plain = site.json(url.path, **{k: v for k, v in again.items() if v})
                assert {**told, "known_at": 0} == {**plain, "known_at": 0}
        else:
            assert at(headers["dunghen-as-of"]) == moment(asked)


def test_the_period_of_findings_is_the_days_since_which_they_hold_and_said_to_be(site):
    page = site.page(f"/vi-pham?period={PERIOD}&as_of=2025-08-31")
    counted = site.json("/violations", period=PERIOD, as_of="2025-08-31")["total"]
    (then,) = links(page, r'<p class="quiet" id="since">.*?</p>')
    at_its_end = tree(site.page(then))

    assert said(page).as_of == end_of(date(2025, 8, 31))
    assert total(tree(page)) == counted > 0
    assert "Phát sinh trong kỳ: <strong>01/02/2025 – 31/05/2025" in page
    assert '<label for="bar-period">Phát sinh trong kỳ</label>' in page
    assert "phát sinh từ 01/02/2025 đến 31/05/2025 và còn vào lúc" in page
    assert total(at_its_end) == site.json("/violations", as_of=f"{LAST}")["total"] != counted
    elsewhere = [each for each in within(page) if not each.startswith("/vi-pham")]
    assert len(elsewhere) > 3
    assert not any("period=" in each for each in elsewhere)


@pytest.mark.parametrize("from_", [*PAGES[:3], "/don-vi/none"])
def test_a_code_that_is_looked_for_is_shown_at_the_moment_of_the_page(site, from_):
    page = site.client.get(from_, params=OVER["a period"]).text
    (form,) = re.findall(r'<form class="find".*?</form>', page, re.DOTALL)
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    found = site.client.get("/ho-so", params=kept | {"code": "H40.17-250320-0001"})

    assert found.headers["location"] == f"/ho-so/H40.17-250320-0001?as_of={LAST}"
    (findings,) = [each for each in links(page, r"<nav.*?</nav>") if "/vi-pham" in each]
    assert findings == f"/vi-pham?as_of={LAST}"


@pytest.mark.parametrize("asked", [{}, *OVER.values()])
def test_a_printed_address_asks_tomorrow_for_the_same(site, path, asked):
    page = site.page(address(path, asked))
    (printed,) = re.findall(r"<code>([^<]*)</code></p>\s*</footer>", page)
    again = site.page(html.unescape(printed))

    assert said(again)[:2] == said(page)[:2]
    assert "known_at=" in printed
    assert figures(tree(again)) == figures(tree(page))


@pytest.mark.parametrize("of_now", ["/vi-pham", "/ho-so/H40.17-250320-0001", "/?period=2025..2099"])
def test_so_does_that_of_a_list_and_of_a_dossier_of_now(site, of_now):
    page = site.page(of_now)
    (printed,) = re.findall(r"<code>([^<]*)</code></p>\s*</footer>", page)
    again = site.page(html.unescape(printed))

    assert not said(page).past
    assert said(again) == (*said(page)[:2], True)
    assert re.findall(r'data-(?:finding|total)="[^"]*"', again) == re.findall(
        r'data-(?:finding|total)="[^"]*"', page
    )


def test_a_period_that_is_not_over_is_of_now(site):
    page = site.page("/?period=2025-01..2099-12")

    assert not said(page).past
    assert "data-stream" in page
    assert not any("as_of=" in each for each in within(page))

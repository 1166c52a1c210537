"""Tables of pages: the same for programs beside each, at the moment that is seen; or it says that there is none."""

import csv
import html
import io
import re

import pytest

from infra.language import Language
from tests.infra.http.test_pages import BROWSER

CODE = "Y09.21-260202-0007"
THEN = "as_of=2026-03-20&known_at=2026-03-25"
VI = Language("vi")


def files(part):
    """What a piece of a page offers as files: their addresses."""
    offered = " ".join(re.findall(r'<p class="exports">(.*?)</p>', part, re.DOTALL))
    return [html.unescape(address) for address in re.findall(r'href="([^"]*)"', offered)]


def parts(page):
    """The parts of a page that hold a table."""
    return [
        part for part in re.findall(r"<section\b.*?</section>", page, re.DOTALL) if "<table" in part
    ]


def shown(client, path):
    page = client.get(f"{path}{'&' if '?' in path else '?'}{THEN}", headers=BROWSER)
    assert page.status_code == 200
    return page.text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?unit=Y09.21&clock=portal",
        "/ho-so",
        "/can-bo/cb-hai?cases=all",
        "/don-vi/Y09.21?clock=portal",
    ],
)
def test_every_table_has_its_files_or_says_that_it_has_none(client, path):
    tables = parts(shown(client, path))

    assert tables
    for part in tables:
        offered = files(part)
        assert offered or VI("pages.no_export") in part, part[:200]
        for address in offered:
            assert client.get(address).status_code == 200, address


def test_the_rules_most_broken_are_counted_in_a_file(client):
    page = shown(client, "/?unit=Y09.21&clock=portal&period=2026-02")
    (ranked,) = re.findall(
        r'<section class="panel" aria-labelledby="rules">.*?</section>', page, re.DOTALL
    )
    told = dict(re.findall(r'<li data-key="(\w+)">.*?<strong>(\d+)</strong>', ranked, re.DOTALL))
    counted = {
        form: client.get(address)
        for form, address in zip(("csv", "xlsx", "json"), files(ranked), strict=True)
    }

    assert told
    assert {each["key"]: str(each["count"]) for each in counted["json"].json()["counts"]} == told
    assert counted["csv"].headers["dunghen-rows"] == str(len(told))


def test_a_dossiers_history_and_judgement_are_files_of_the_moment_that_is_seen(client):
    page = shown(client, f"/ho-so/{CODE}")
    events = re.findall(r'<li id="e(\d+)"', page)
    (story,) = re.findall(r'<section class="panel" id="part-story".*?</section>', page, re.DOTALL)
    of_story = files(story)
    (judged,) = set(files(page)) - set(of_story)

    listed = client.get(of_story[0])
    rows = list(csv.DictReader(io.StringIO(listed.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(events) > 3
    for address in (of_story[2], judged):
        said = client.get(address).json()
        assert (said["as_of"][:10], said["known_at"][:10]) == ("2026-03-20", "2026-03-25")
    findings = client.get(judged).json()["findings"]
    assert len(findings) == len(re.findall(r'<article class="found', page)) > 0

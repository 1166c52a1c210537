"""A dossier's page shows what the API tells: the calendar day by day, bars from end to end, what was recorded late apart."""

import html
import re
from datetime import datetime

import pytest

from infra.language import Language
from infra.wiring import clock
from tests.oracle.histories import random_question
from tests.support.answering import asking_of
from tests.support.stores import World

BROWSER = {"accept": "text/html"}
VI = Language("vi")
CALENDAR = re.compile(r'<table class="calendar">.*?</table>', re.DOTALL)
DAY = re.compile(r'<span class="day ([^"]*)" title="(\d\d)/(\d\d)/(\d{4})')
BARS = re.compile(r'<ul class="bars">.*?</ul>', re.DOTALL)
VALUE = re.compile(r'<rect class="value" x="(\d+)" width="(\d+)"')
EVENT = re.compile(r'<li id="e(\d+)" class="([^"]*)">.*?</li>', re.DOTALL)
at = datetime.fromisoformat


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """Of random dossiers, now and at some other (T, K): the page, and what `explain` and `history` tell."""
    world = World(11, dossiers=14)
    told = []
    with asking_of(world, tmp_path_factory.mktemp("cases")) as client:
        for code, history in world.dossiers.items():
            question = random_question(world.rng, history)
            for as_of, known_at in (question, (clock(), clock())):
                asked = {"as_of": as_of.isoformat(), "known_at": known_at.isoformat()}
                page = client.get(f"/ho-so/{code}", params=asked, headers=BROWSER)
                explained = client.get(f"/dossiers/{code}/explain", params=asked).json()
                events = client.get(f"/dossiers/{code}/history", params=asked).json()["events"]
                told.append((page.text, explained, events))
    return told


def test_days_look_as_the_trace_tells_them(cases):
    seen = set()
    for page, explained, _ in cases:
        legal = explained["clocks"]["legal"]
        trace = {day["date"]: day for day in legal["trace"]}
        due = (legal["due"] or "")[:10]
        for classes, d, m, y in DAY.findall("".join(CALENDAR.findall(page))):
            on = f"{y}-{m}-{d}"
            seen.add(classes)
            assert set(classes.split()) == looks(trace.get(on), on, due), (on, explained["dossier"])
    assert len(seen) >= 6


def test_a_return_date_before_the_acceptance_is_pointed_out(cases):
    doubtful = 0
    for page, explained, _ in cases:
        legal, accepted = explained["clocks"]["legal"], explained.get("accepted_at")
        doubt = legal["due"] and accepted and legal["due"][:10] < accepted[:10]
        doubtful += bool(doubt)
        assert ("đứng trước ngày tiếp nhận" in page) == bool(doubt), explained["dossier"]
    assert 0 < doubtful < len(cases)


def looks(day, on, due):
    """The classes of a day's mark."""
    marked = {"due"} if on == due else set()
    if day is None:
        return marked | {"none"}
    if day["counts"]:
        return marked | ({"counted", "late"} if due and on > due else {"counted"})
    return marked | {"standing" if day["why"] in {"supplement", "paused"} else "off"}


def test_bars_are_drawn_from_end_to_end(cases):
    drawn = 0
    for page, explained, _ in cases:
        parts = [explained["custody"], explained["responsibility"]]
        for bars, rows in zip(BARS.findall(page), filter(None, parts), strict=True):
            values = [(int(x), int(width)) for x, width in VALUE.findall(bars)]
            ends = [x + width for x, width in values]
            assert len(values) == len(rows)
            assert [x for x, _ in values] == [0, *ends[:-1]]
            assert ends[-1] == (1000 if any(row["minutes"] for row in rows) else 0)
            drawn += len(values)
    assert drawn > 20


def test_waiting_is_drawn_as_nobodys(cases):
    waiting = [
        row
        for page, _, _ in cases
        for row in re.findall(r'<li class="waiting">.*?</li>', page, re.DOTALL)
    ]

    assert waiting
    for row in waiting:
        assert "/can-bo/" not in row
        assert "<rect" not in row
        assert 'class="bar-line hatched"' in row


def test_what_was_recorded_on_a_later_day_stands_apart(cases):
    apart = 0
    for page, _, events in cases:
        shown = {int(version): classes.split() for version, classes in EVENT.findall(page)}
        for event in events:
            lag = at(event["recordedtime"]).date() > at(event["time"]).date()
            late = lag and event["recorded_known"]
            assert ("lag" in shown[event["version"]]) == late
            apart += late
    assert apart > 10


def test_each_finding_has_its_article_in_one_line_and_its_reasoning_behind_a_click(cases):
    found = 0
    for page, explained, _ in cases:
        shown = re.findall(r'<article class="found.*?</article>', page, re.DOTALL)
        for each, part in zip(explained["findings"], shown, strict=True):
            head, _, behind = part.partition("<details")
            (basis,) = re.findall(r'<p class="basis">(.*?)</p>', head)
            assert all(article["document"] in html.unescape(basis) for article in each["basis"])
            assert VI("finding.since") in behind
            found += 1
    assert found > 10

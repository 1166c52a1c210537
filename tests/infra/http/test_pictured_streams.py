"""Streams that begin with a picture: what holds, and from then on what changes."""

import asyncio
from contextlib import closing

import pytest

from infra.http.streams import _telling
from infra.http.streams._following import Reader
from infra.http.streams._picturing import Chosen, units_pictured, violations_pictured
from infra.http.streams._tail import Tail
from infra.http.streams._telling import Units, Violations
from infra.questions.feed import ViewsFeed
from infra.wiring import clock
from tests.support.streams import EVENTS, dossier, pictured, until


def folded(events):
    """The findings that hold by what was told."""
    holding = set[tuple[str, str]]()
    for _, name, data in events:
        told = data["data"]
        pair = told["dossier"], told["rule"]
        if name == "violation.ceased":
            holding.remove(pair)
        else:
            assert pair not in holding
            holding.add(pair)
    return holding


def held(place):
    with closing(place.opened()) as store:
        rows = store.views.database.rows("SELECT dossier, rule FROM violations")
    return {tuple(row) for row in rows}


@pytest.mark.parametrize("page", [1, 3, 200])
def test_a_picture_and_what_came_while_it_was_taken_is_what_holds(place, monkeypatch, page):
    monkeypatch.setattr("infra.http.streams._picturing.PAGE", page)
    monkeypatch.setattr(_telling, "PAGE", page)
    place.sent([*dossier(1), *dossier(5)])
    standing, more = ViewsFeed.standing, [dossier(3), dossier(9), dossier(0)]

    def meanwhile(self, *asked):
        told = standing(self, *asked)
        if more:
            place.sent(more.pop())
        return told

    monkeypatch.setattr(ViewsFeed, "standing", meanwhile)
    with place.told("violations", "?snapshot=true") as stream:
        picture, number = pictured(stream)
        place.sent(dossier(4))
        feed = place.feed()
        after = [next(stream) for _ in range(len(feed) - number)]

    assert [int(each) for each, _, _ in after] == list(range(number + 1, len(feed) + 1))
    assert folded([*picture, *after]) == held(place)


def test_a_picture_is_of_what_is_asked_for(place):
    place.sent([*dossier(1), *dossier(2, unit="Y09.22")])
    rule = place.feed()[0][1]
    with place.told("violations", f"?snapshot=true&unit=Y09.22&rule={rule}") as stream:
        picture, _ = pictured(stream)

    assert {(data["data"]["unit"], data["data"]["rule"]) for _, _, data in picture} == {
        ("Y09.22", rule)
    }
    assert {data["data"]["violation"]["rule"] for _, _, data in picture} == {rule}


def test_who_has_an_id_needs_no_picture(place):
    place.sent(EVENTS)
    feed = place.feed()
    with place.stream("?snapshot=true", **{"last-event-id": "1"}) as stream:
        assert [next(stream) for _ in feed[1:]] == feed[1:]


async def left_listening(tail, stream, news):
    """Take the picture and something new, and go: nobody listens any more then."""
    async for chunk in stream:
        if b"snapshot.end" in chunk:
            break
    coming = asyncio.ensure_future(anext(stream))
    await until(lambda: tail.following.listeners)
    await asyncio.to_thread(news)
    assert await coming
    await stream.aclose()
    assert not tail.following.listeners


def of_violations(place):
    source = Violations(clock, "vi")
    tail = Tail(Reader(place.stores), source)
    return tail, violations_pictured(tail, source, Chosen(lambda *_: True, None, None, None))


def of_units(place):
    source = Units("vi")
    tail = Tail(Reader(place.stores), source)
    return tail, units_pictured(tail, source, None)


@pytest.mark.parametrize("begun", [of_violations, of_units])
def test_who_goes_behind_a_picture_listens_no_more(place, begun):
    async def gone():
        tail, stream = begun(place)
        await left_listening(tail, stream, lambda: place.sent(dossier(1)))

    place.sent(EVENTS)
    asyncio.run(gone())

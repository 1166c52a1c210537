"""Units' counts are followed once for all who are shown the same, and a report over them is made no more often than it must be."""

import asyncio
import threading
import time
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import replace
from itertools import pairwise
from weakref import ref

import pytest
from typing_extensions import override

from infra.access import scope_of
from infra.errors import CannotRun
from infra.http.streams import _following, _routes
from infra.http.streams._following import Reader
from infra.http.streams._picturing import units_pictured
from infra.http.streams._routes import Tails
from infra.http.streams._tail import Start, Tail, told
from infra.http.streams._telling import ToldUnits, Units
from infra.language import LANGUAGES
from infra.questions import unitcounts
from infra.questions.reports import report
from infra.wiring import clock
from tests.support.streams import dossier, folded, pictured, registered, rows, until


@pytest.fixture
def reader(place):
    """Ended before the stores are: what it asks for who has gone goes on."""
    with closing(Reader(place.stores)) as reader:
        yield reader


def test_counts_are_followed_once_for_all_who_are_shown_the_same_from_before_they_listen(reader):
    tails = Tails(reader, clock, "vi")
    everything = tails.units(scope_of("auditor"))
    part = tails.units(scope_of("compliance", unit="Y09"))

    assert tails.units(scope_of("admin")) is everything
    assert tails.units(scope_of("feed")) is not everything
    assert tails.units(scope_of("compliance", unit="Y09")) is part
    tails.end()
    assert everything.following.ended
    assert part.following.ended


def test_counts_that_nobody_listens_to_are_not_kept(reader):
    tails = Tails(reader, clock, "vi")
    part = ref(tails.units(scope_of("compliance", unit="Y09")))

    assert part() is None


NEVER = 3_600


def test_counts_that_change_after_a_silence_are_told_at_once(place, monkeypatch):
    monkeypatch.setattr(_routes, "_COUNTS_SECONDS", NEVER)
    place.sent(dossier(1))
    with place.told("units", "?snapshot=true") as stream:
        pictured(stream)
        place.sent(dossier(2))
        place.app.state.look()
        _, _, data = next(stream)

    assert data["units"][0] == rows(place)["Y09.21"]


def reports(monkeypatch, seconds=0.0):
    """When each report of units began, from now on, and how many were made at once at most; each takes so long."""
    made, making, most = list[float](), list[int](), [0]
    lock = threading.Lock()

    def counted(*asked, **how):
        with lock:
            made.append(time.monotonic())
            making.append(1)
            most[0] = max(most[0], len(making))
        time.sleep(seconds)
        try:
            return report(*asked, **how)
        finally:
            with lock:
                making.pop()

    monkeypatch.setattr(unitcounts, "report", counted)
    return made, most


def test_however_often_counts_change_a_report_is_made_only_now_and_then(place, monkeypatch):
    apart = 0.5
    place.sent(dossier(1))
    with place.told("units", "?snapshot=true") as stream:
        pictured(stream)
        made, _ = reports(monkeypatch)
        place.sent(dossier(2))
        place.app.state.look()
        heard = folded([next(stream)])  # what comes behind this is in another report
        for number in range(3, 12):
            place.sent(dossier(number))
            place.app.state.look()
        while heard["Y09.21"] != rows(place)["Y09.21"]:
            heard = folded([next(stream)])

    assert len(made) > 1
    assert all(later - earlier >= apart for earlier, later in pairwise(made))


UNITS = ("Y09", "Y09.2", "Y09.21")


@pytest.fixture
def shown(place, reader):
    """A tail of each unit's scope, in each language."""
    place.sent([registered("Y09.21", parent="Y09.2"), registered("Y09.2", parent="Y09")])
    place.sent(dossier(1))
    languages = [Tails(reader, clock, lang) for lang in LANGUAGES]
    return [tails.units(scope_of("compliance", unit=unit)) for unit in UNITS for tails in languages]


async def first_of(stream):
    async with aclosing(stream):
        return await anext(stream)


def told_of(tail, start):
    return told(tail, start, lambda row: b"x")


@asynccontextmanager
async def following(tails):
    """What each is told first that comes now."""
    streams = [told_of(tail, await tail.start(None)) for tail in tails]
    waiting = [asyncio.ensure_future(first_of(stream)) for stream in streams]
    await until(lambda: all(tail.following.listeners for tail in tails))
    yield waiting
    for each in waiting:
        each.cancel()


def test_a_change_that_wakes_all_scopes_takes_one_store_of_all_that_there_are(
    place, shown, monkeypatch
):
    async def listened():
        async with following(shown) as waiting:
            await asyncio.to_thread(place.sent, dossier(2))
            for tail in shown:
                tail.following.look()
            return await asyncio.gather(*waiting)

    _, most = reports(monkeypatch, 0.05)
    assert asyncio.run(listened()) == [b"x"] * len(shown)
    assert most == [1]


def behind(tail, last):
    return told_of(tail, Start(0, last))


def anew(tail, last):
    return units_pictured(tail, Units("vi"), None)


@pytest.mark.parametrize("coming", [behind, anew])
def test_however_many_come_they_take_one_store_of_all_that_there_are(
    place, shown, monkeypatch, coming
):
    async def come():
        last = (await shown[0].start(None)).last
        return await asyncio.gather(*(first_of(coming(tail, last)) for tail in shown))

    _, most = reports(monkeypatch, 0.05)
    assert all(asyncio.run(come()))
    assert most == [1]


def test_a_scope_whose_report_fails_each_time_keeps_nobody_from_being_told(
    place, shown, monkeypatch
):
    monkeypatch.setattr(_following, "_AGAIN_SECONDS", 0.01)
    failed = list[str]()

    def failing(store, *asked, **how):
        if store.scope.unit != UNITS[0]:
            return report(store, *asked, **how)
        failed.append(store.scope.unit)
        raise CannotRun("too long", code="question_too_long")

    async def listened():
        async with following(shown) as waiting, asyncio.timeout(60):
            await asyncio.to_thread(place.sent, dossier(2))
            shown[0].following.look()
            await until(lambda: len(failed) > 1)
            return await asyncio.gather(*waiting[len(LANGUAGES) :])

    monkeypatch.setattr(unitcounts, "report", failing)
    assert set(asyncio.run(listened())) == {b"x"}


def test_who_comes_again_for_a_unit_costs_no_report(place, monkeypatch):
    place.sent(dossier(1))
    with place.told("units", "?snapshot=true&unit=Y09.21") as stream:
        _, number = pictured(stream)
    monkeypatch.setattr(unitcounts, "report", None)
    with place.told("units", f"?unit=Y09.21&after={number}"):
        pass


def test_what_changes_elsewhere_costs_no_report(place, monkeypatch):
    place.sent([registered("Y09.21"), registered("Y10.31"), *dossier(1)])
    with closing(place.opened()) as store:
        scope = scope_of("compliance", unit="Y09.21")
        before = unitcounts.last(store)
        place.sent(dossier(2, "Y10.31"))
        now = replace(store, now=clock(), scope=scope)
        monkeypatch.setattr(unitcounts, "report", None)

        told = unitcounts.changed(now, before, "vi")
        assert told == unitcounts.Counted(unitcounts.last(store), {}, [])
        assert told.number > before
        place.sent(dossier(3))
        with pytest.raises(TypeError):  # there is no report any more
            unitcounts.changed(now, told.number, "vi")


def test_what_tells_nobody_anything_is_followed_all_the_same(place, reader):
    async def followed():
        tail = Tail(reader, Units("vi"), scope=scope, look_seconds=0.05)
        with tail.listening((await tail.start(None)).last):
            await asyncio.to_thread(place.sent, dossier(2, "Y10.31"))
            end = await tail.start(None)
            async with asyncio.timeout(60):
                await until(lambda: tail.at >= end.last)
            assert not tail.kept(0)

    scope = scope_of("compliance", unit="Y09.21")
    place.sent([registered("Y09.21"), registered("Y10.31")])
    asyncio.run(followed())


def test_what_comes_while_somebody_catches_up_with_nothing_is_told(place, reader):
    class Slow(Tail[ToldUnits]):
        @override
        async def page(self, after):
            page = await super().page(after)
            await asyncio.to_thread(place.sent, dossier(3))
            await until(lambda: self.kept(last))
            return page

    async def heard():
        tail = Slow(reader, Units("vi"), scope=scope, look_seconds=0.05)
        stream = told(tail, Start(first, last), lambda row: b"%d" % row.number)
        async with asyncio.timeout(60):
            number = int(await anext(stream))
        await stream.aclose()
        return number

    scope = scope_of("compliance", unit="Y09.21")
    place.sent([registered("Y09.21"), registered("Y10.31")])
    with closing(place.opened()) as store:
        first = unitcounts.last(store)
        place.sent(dossier(2, "Y10.31"))
        last = unitcounts.last(store)

    assert asyncio.run(heard()) > last > first


def refused_at(unit):
    *_, accepted = (event for event in dossier(1) if event["type"].endswith("accepted.v1"))
    kind = {"type": "vn.dunghen.dossier.intake_refused.v1", "subject": f"{unit}-260202-0077"}
    said = {"reason": "thiếu giấy tờ", "actor": {"unit": unit}}
    return accepted | kind | {"id": f"refused-{unit}", "data": said}


def test_a_refusal_at_a_counter_is_told_of_its_unit(place):
    place.sent(dossier(1))
    with place.told("units", "?snapshot=true") as stream:
        pictured(stream)
        place.sent([refused_at("Y09.21")])
        _, _, data = next(stream)

    assert [row["intake_refused"] for row in data["units"] if row["unit"] == "Y09.21"] == [1]


def test_a_unit_that_only_refused_is_known(place):
    place.sent([refused_at("Y09.77")])
    with place.told("units", "?snapshot=true&unit=Y09.77") as stream:
        picture, _ = pictured(stream)

    assert [row["unit"] for row in picture[0][2]["units"]] == ["Y09.77"]

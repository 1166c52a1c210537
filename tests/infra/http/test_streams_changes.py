"""Streams of what changes: units' counts and dossiers' judgements, gone on behind an id without a loss."""

import asyncio
import json
import threading
import time
from contextlib import ExitStack, aclosing, asynccontextmanager, closing
from dataclasses import replace
from itertools import pairwise
from weakref import ref

import pytest
from typing_extensions import override

from consumers.isolation import judged_apart
from infra.access import scope_of
from infra.errors import CannotRun
from infra.http.streams import _following, _watching
from infra.http.streams import _routes as _streams
from infra.http.streams._following import Reader
from infra.http.streams._picturing import units_pictured
from infra.http.streams._routes import Tails
from infra.http.streams._tail import Start, Tail, told
from infra.http.streams._telling import ToldUnits, Units
from infra.language import LANGUAGES
from infra.questions import unitcounts
from infra.questions.judgements import judgement as judgement_of
from infra.questions.reports import report
from infra.rebuilding.rebuild import back, rebuild
from infra.wiring import clock
from tests.support.stores import quiet
from tests.support.streams import Place, dossier, pictured, registered, until

CODE = "Y09.21-260202-0001"


def rebuilt(place, again=rebuild, **options):
    with closing(place.opened()) as store:
        again(store, progress=quiet, clock=clock, **options)


def rows(place):
    """The rows of the report, by unit."""
    return {row["unit"]: row for row in place.client.get("/reports/units").json()["units"]}


def folded(events, known=()):
    """The rows by what was told."""
    by_unit = dict(known)
    for _, name, data in events:
        assert name == "units"
        by_unit.update({row["unit"]: row for row in data["units"]})
    return by_unit


# ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_of_the_counts_and_what_is_told_after_it_is_the_report(place):
    place.sent(
        [*dossier(1), registered("Y09.22", parent="Y09"), registered("Y09.21", parent="Y09")]
    )
    with place.told("units", "?snapshot=true") as stream:
        picture, number = pictured(stream)
        known = folded(picture)
        assert known == rows(place)
        assert picture[0][2]["id"] == number

        place.sent(dossier(2, unit="Y09.22"))
        now = rows(place)
        at, _, data = next(stream)
        assert {row["unit"] for row in data["units"]} == {"Y09", "Y09.22"}
        assert folded([(at, "units", data)], known) == now
        assert data["total"]
        assert int(at) > number


def test_only_a_unit_and_those_below_it_are_told_of(place):
    place.sent([registered("Y09.22", parent="Y09"), *dossier(1), *dossier(1, unit="Y09.22")])
    with place.told("units", "?snapshot=true&unit=Y09.22") as stream:
        pictured(stream)
        place.sent(dossier(2))
        place.sent(dossier(2, unit="Y09.22"))
        _, _, data = next(stream)

    assert [row["unit"] for row in data["units"]] == ["Y09.22"]
    assert "total" not in data


def test_who_comes_again_is_told_of_the_units_that_changed_since(place):
    place.sent([*dossier(1), *dossier(1, unit="Y09.22")])
    with place.told("units", "?snapshot=true") as stream:
        _, number = pictured(stream)
    place.sent(dossier(2))

    with place.told("units", **{"last-event-id": str(number)}) as stream:
        _, _, data = next(stream)
    assert [row["unit"] for row in data["units"]] == ["Y09.21"]
    assert data["units"][0] == rows(place)["Y09.21"]


def test_a_rebuild_tells_nobody_of_counts_that_are_the_same(place):
    place.sent(dossier(1))
    with place.told("units", "?snapshot=true") as stream:
        _, number = pictured(stream)
        rebuilt(place, drop_old=False)
        place.sent(dossier(1, unit="Y09.22"))
        at, _, data = next(stream)

    assert [row["unit"] for row in data["units"]] == ["Y09.22"]
    assert int(at) > number


def test_a_way_back_tells_of_every_unit(place):
    place.sent([*dossier(1), *dossier(1, unit="Y09.22")])
    rebuilt(place, drop_old=False)
    with place.told("units", "?snapshot=true") as stream:
        picture, _ = pictured(stream)
        rebuilt(place, back)
        _, _, data = next(stream)

    assert data["units"] == picture[0][2]["units"]


def test_a_unit_that_is_registered_anew_is_told_of(place):
    place.sent([registered("Y09.21"), *dossier(1)])
    with place.told("units", "?snapshot=true") as stream:
        pictured(stream)
        place.sent([registered("Y09.21", parent="Y09")])
        _, _, data = next(stream)

    assert {row["unit"] for row in data["units"]} == {"Y09", "Y09.21"}


# ── dossiers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def judgement(told):
    _, name, data = told
    assert name == "judgement"
    return data


def explained(place):
    answer = place.client.get(f"/dossiers/{CODE}/explain").json()
    return {name: answer[name] for name in ("unit", "clocks", "letter")} | {
        "rules": [finding["rule"] for finding in answer["findings"]]
    }


def said(data):
    return {name: data[name] for name in ("unit", "clocks", "letter")} | {
        "rules": [finding["rule"] for finding in data["findings"]]
    }


def test_a_judgement_is_told_when_it_is_another_and_not_when_it_is_the_same(place):
    first, *others, last = dossier(1)
    place.sent([first, *others])
    with place.told(f"dossiers/{CODE}", "?snapshot=true") as stream:
        before = next(stream)
        assert judgement(before)["version"] == len(others) + 1
        place.sent(dossier(2))
        place.sent([last])
        after = next(stream)

    assert judgement(after)["version"] == len(others) + 2
    assert said(judgement(after)) == explained(place)
    assert before[0] != after[0]


def test_who_comes_again_is_told_what_is_not_what_he_heard(place):
    *others, last = dossier(1)
    place.sent(others)
    with place.told(f"dossiers/{CODE}", "?snapshot=true") as stream:
        number, _, _ = next(stream)
    rebuilt(place, drop_old=True)
    with place.told(f"dossiers/{CODE}", f"?after={number}") as stream:
        place.sent([last])
        again, _, data = next(stream)

    assert data["version"] == len(others) + 1
    with place.told(f"dossiers/{CODE}", f"?after={number}") as stream:
        assert next(stream)[0] == again


def test_the_id_is_the_same_in_another_process_and_both_languages(place, tmp_path):
    place.sent(dossier(1))
    with ExitStack() as stack:
        other = Place(place.folder, stack)
        told = [
            next(stack.enter_context(where.told(f"dossiers/{CODE}", f"?snapshot=true&lang={lang}")))
            for where in (place, other)
            for lang in ("vi", "en")
        ]

    assert len({number for number, _, _ in told}) == 1
    assert len({json.dumps(data["findings"]) for _, _, data in told[:2]}) == 2


def test_two_who_listen_to_one_dossier_are_told_the_same(place):
    *others, last = dossier(1)
    place.sent(others)
    with (
        place.told(f"dossiers/{CODE}") as one,
        place.told(f"dossiers/{CODE}", "?snapshot=true") as two,
    ):
        next(two)
        place.sent([last])
        assert next(one)[0] == next(two)[0]


def test_a_dossier_that_is_in_the_log_and_not_in_the_tables_yet_is_told_when_it_is(place):
    headers = {"content-type": "application/cloudevents-batch+json"}
    assert place.client.post("/events", json=dossier(1), headers=headers).is_success
    with place.told(f"dossiers/{CODE}") as stream:
        place.sent([])
        assert judgement(next(stream))["version"] == len(dossier(1))


def test_a_sign_of_life_is_given(place, monkeypatch):
    monkeypatch.setattr(_watching, "BEAT_SECONDS", 0.05)
    place.sent(dossier(1))
    with place.client.stream("GET", f"/streams/dossiers/{CODE}") as response:
        lines = iter(response.iter_lines())
        assert [next(lines) for _ in range(4)] == [": ", "", ": ", ""]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("units?unit=none", 404, "unknown"),
        ("units?after=x", 400, "invalid_id"),
        ("dossiers/none", 404, "unknown"),
        (f"dossiers/{CODE}?after=7", 400, "invalid_id"),
    ],
)
def test_a_stream_that_cannot_be_is_a_problem(place, path, status, code):
    response = place.client.get(f"/streams/{path}")

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_paper_books_code_may_have_its_slash(place):
    place.sent([event | {"subject": "H40.17:12/2019"} for event in dossier(1)])
    with place.told("dossiers/H40.17:12/2019", "?snapshot=true") as stream:
        assert judgement(next(stream))["dossier"] == "H40.17:12/2019"


def test_a_judgement_of_an_earlier_version_takes_no_newer_ones_place(place, monkeypatch):
    *others, last = dossier(1)
    place.sent(others)

    def earlier(store, dossier, lang):
        told = judgement_of(store, dossier, lang)
        assert told is not None
        before = told._replace(version=1, id="1.abcdefabcdef", generation=told.generation - 1)
        return before if earliest else told

    earliest = list[bool]()
    monkeypatch.setattr(_watching, "judgement", earlier)
    with place.told(f"dossiers/{CODE}", "?snapshot=true") as stream:
        next(stream)
        earliest.append(True)
        place.sent(dossier(2))
        earliest.clear()
        place.sent([last])
        assert judgement(next(stream))["version"] == len(others) + 1


def test_a_dossier_that_is_set_back_is_told_as_it_stands(place):
    place.sent(dossier(1))
    with place.told(f"dossiers/{CODE}", "?snapshot=true") as stream:
        before = judgement(next(stream))
        set_back(place)
        after = judgement(next(stream))

    assert after["version"] == before["version"] - 1
    assert (before["complete"], after["complete"]) == (True, False)


def set_back(place):
    """Put the dossier where it stands when its last event cannot be applied any more."""
    with closing(place.opened()) as store:
        states = store.views.states([CODE])
        last = states[CODE]
        earlier = replace(
            last, version=last.version - 1, facts=last.facts[:-1], trouble="cannot be applied"
        )
        judged_apart(store.views, states, [earlier], store.law, clock(), again={CODE})


# ── who follows the counts ──────────────────────────────────────────────────────────────────────────────────────────


def test_counts_are_followed_once_for_all_who_are_shown_the_same_from_before_they_listen(place):
    tails = Tails(Reader(place.stores), clock, "vi")
    everything = tails.units(scope_of("auditor"))
    part = tails.units(scope_of("compliance", unit="Y09"))

    assert tails.units(scope_of("admin")) is everything
    assert tails.units(scope_of("feed")) is not everything
    assert tails.units(scope_of("compliance", unit="Y09")) is part
    tails.end()
    assert everything.following.ended
    assert part.following.ended


def test_counts_that_nobody_listens_to_are_not_kept(place):
    tails = Tails(Reader(place.stores), clock, "vi")
    part = ref(tails.units(scope_of("compliance", unit="Y09")))

    assert part() is None


NEVER = 3_600


def test_counts_that_change_after_a_silence_are_told_at_once(place, monkeypatch):
    monkeypatch.setattr(_streams, "_COUNTS_SECONDS", NEVER)
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
        for number in range(2, 12):
            place.sent(dossier(number))
            place.app.state.look()
        heard = folded([next(stream)])
        while heard["Y09.21"] != rows(place)["Y09.21"]:
            heard = folded([next(stream)])

    assert len(made) > 1
    assert all(later - earlier >= apart for earlier, later in pairwise(made))


UNITS = ("Y09", "Y09.2", "Y09.21")


@pytest.fixture
def shown(place):
    """A tail of each unit's scope, in each language."""
    place.sent([registered("Y09.21", parent="Y09.2"), registered("Y09.2", parent="Y09")])
    place.sent(dossier(1))
    reader = Reader(place.stores)
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


def test_what_tells_nobody_anything_is_followed_all_the_same(place):
    async def followed():
        tail = Tail(Reader(place.stores), Units("vi"), scope=scope, look_seconds=0.05)
        with tail.listening((await tail.start(None)).last):
            await asyncio.to_thread(place.sent, dossier(2, "Y10.31"))
            end = await tail.start(None)
            async with asyncio.timeout(60):
                await until(lambda: tail.at >= end.last)
            assert not tail.kept(0)

    scope = scope_of("compliance", unit="Y09.21")
    place.sent([registered("Y09.21"), registered("Y10.31")])
    asyncio.run(followed())


def test_what_comes_while_somebody_catches_up_with_nothing_is_told(place):
    class Slow(Tail[ToldUnits]):
        @override
        async def page(self, after):
            page = await super().page(after)
            await asyncio.to_thread(place.sent, dossier(3))
            await until(lambda: self.kept(last))
            return page

    async def heard():
        tail = Slow(Reader(place.stores), Units("vi"), scope=scope, look_seconds=0.05)
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

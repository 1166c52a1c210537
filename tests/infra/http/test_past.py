"""Pictures that a server keeps: made at the first asking, asked again at once, made anew after a restart, only so many."""

import threading
import time
from datetime import datetime, timedelta
from functools import partial
from itertools import count

import pytest

from infra.access import FULL
from infra.errors import CannotRun
from infra.http import Stores, _past, _stores
from infra.questions import queries
from infra.rebuilding.rebuild import rebuild
from infra.rows.pictures import Picture
from infra.wiring import embedded
from tests.support.answering import asking
from tests.support.stores import END, LAW, World, opened, put, quiet

SOON = 60
NO_ROOM = CannotRun("no room", code="disk_full")


@pytest.fixture(autouse=True)
def always(monkeypatch):
    """Nothing is judged again by a question: whatever differs wants a picture."""
    monkeypatch.setattr(_stores, "AT_ONCE", 0)
    monkeypatch.setattr(_past, "AT_ONCE", 0)
    monkeypatch.setattr(_past, "_MEANWHILE", 0)
    monkeypatch.setattr(_past, "_WAIT", SOON)


@pytest.fixture
def world(tmp_path):
    world = World(1, dossiers=6)
    with opened(tmp_path) as store:
        put(store, world.arrivals)
        store.catch_up()
    return world


@pytest.fixture
def making(monkeypatch):
    """The moments of which pictures are made; `held` holds the making up while it is not set, `fails` says what it fails with."""
    return Making(monkeypatch)


class Making:
    def __init__(self, monkeypatch):
        self.moments: list[datetime] = []
        self.held, self.fails = threading.Event(), None
        self.held.set()
        make = Picture.make

        def made(picture, job, done):
            self.moments.append(job.as_of)
            assert self.held.wait(SOON)
            if self.fails is not None:
                raise self.fails
            make(picture, job, done)

        monkeypatch.setattr(Picture, "make", made)


def stores_of(folder, clock=lambda: END):
    return Stores(lambda: embedded(folder, LAW, END), clock, most=2)


@pytest.fixture
def stores(tmp_path, world):
    stores = stores_of(tmp_path)
    yield stores
    stores.end()
    stores.close()


def units(as_of, **more):
    return lambda store: queries.report(store, "units", as_of=as_of, **more)


def plain(folder, question):
    with opened(folder) as store:
        return question(store)


def test_it_is_made_once_and_says_what_is_so_without_it(stores, tmp_path, world, making):
    instants = world.instants()
    then = instants[len(instants) // 2]

    for _ in range(3):
        assert stores.ask(units(then), FULL) == plain(tmp_path, units(then))
    assert making.moments == [then]
    assert stores.ask(units(END), FULL) == plain(tmp_path, units(END))
    assert making.moments == [then]


def test_a_server_that_begins_anew_makes_it_anew(stores, tmp_path, world, making):
    then = world.instants()[10]
    other = stores_of(tmp_path)
    try:
        assert stores.ask(units(then), FULL) == other.ask(units(then), FULL)
    finally:
        other.close()
    assert making.moments == [then, then]


def test_now_is_the_same_moment_whenever_it_is_asked_for(tmp_path, world, making, monkeypatch):
    ticking = count()
    known_at = world.instants()[10]
    stores = stores_of(tmp_path, lambda: END + timedelta(seconds=next(ticking)))
    making.held.clear()
    try:
        monkeypatch.setattr(_past, "_WAIT", 0.05)
        for _ in range(3):
            with pytest.raises(CannotRun, match="being made"):
                stores.ask(units(None, known_at=known_at), FULL)
        making.held.set()
        told = [_until(lambda: stores.ask(units(None, known_at=known_at), FULL)) for _ in range(3)]
    finally:
        stores.end()
        making.held.set()
        stores.close()
    assert len(making.moments) == 1
    for answer in told:
        at = datetime.fromisoformat(answer["as_of"])
        assert answer == plain(tmp_path, units(at, known_at=known_at))


def test_what_another_process_records_late_is_seen(stores, tmp_path, world, making, monkeypatch):
    instants = world.instants()
    then = instants[-20]
    before = stores.ask(units(then), FULL)
    monkeypatch.setattr(_past, "_MEANWHILE", 1_000)
    with opened(tmp_path) as writer:
        put(writer, _under_other_codes(World(2, dossiers=4)))
        writer.catch_up()

    after = stores.ask(units(then), FULL)
    assert after == plain(tmp_path, units(then))
    assert after["total"] != before["total"]
    assert making.moments == [then]


def _under_other_codes(world):
    return [
        event | {"subject": f"{code}9", "id": f"late-{event['id']}"}
        for code, history in world.dossiers.items()
        for event in history
        if event["type"] != "vn.dunghen.dossier.corrected.v1"
    ]


def test_only_so_many_are_kept_and_the_last_asked_stay(stores, world, making, monkeypatch):
    monkeypatch.setattr(_past, "_MOST", 2)
    one, two, three = world.rng.sample(sorted(set(world.instants()))[5:-5:3], 3)
    for moment in (one, two, one, three):
        stores.ask(units(moment), FULL)
    assert making.moments == [one, two, three]

    stores.ask(units(one), FULL)
    assert making.moments == [one, two, three]
    stores.ask(units(two), FULL)
    assert making.moments == [one, two, three, two]


def test_who_asks_while_it_is_made_is_told_how_far_it_is(stores, world, making, monkeypatch):
    monkeypatch.setattr(_past, "_WAIT", 0.05)
    then = world.instants()[10]
    making.held.clear()

    for _ in range(2):
        with pytest.raises(CannotRun) as told:
            stores.ask(units(then), FULL)
        assert (told.value.code, told.value.values) == ("being_made", {"percent": 0})
    making.held.set()
    _until(lambda: stores.ask(units(then), FULL))
    assert making.moments == [then]


def test_of_a_long_queue_the_last_gives_way_to_who_asks_now(stores, world, making, monkeypatch):
    monkeypatch.setattr(_past, "_WAIT", 0.05)
    monkeypatch.setattr(_past, "_MOST", 1)
    first, *_, last = moments = sorted(set(world.instants()))[5:45:10]
    making.held.clear()
    for moment in moments:
        with pytest.raises(CannotRun):
            stores.ask(units(moment), FULL)

    making.held.set()
    _until(lambda: stores.ask(units(last), FULL))
    assert making.moments == [first, last]


def _until(ask):
    until = time.monotonic() + SOON
    while True:
        try:
            return ask()
        except CannotRun as still:
            if still.code != "being_made" or time.monotonic() > until:
                raise


def test_a_page_says_so_and_asks_again_by_itself(stores, world, making, monkeypatch):
    monkeypatch.setattr(_past, "_WAIT", 0.05)
    making.held.clear()
    query = {"as_of": world.instants()[10].isoformat()}
    with asking(stores, params=query, timeout=SOON) as client:
        page = client.get("/", headers={"accept": "text/html"})
        problem = client.get("/reports/units")
        making.held.set()

    assert (page.status_code, page.headers["refresh"]) == (503, "3")
    assert "0 %" in page.text
    assert (problem.json()["code"], problem.headers["retry-after"]) == ("being_made", "3")


def test_what_went_wrong_is_told_and_it_is_tried_again(stores, tmp_path, world, making):
    then = world.instants()[10]
    making.fails = NO_ROOM
    with pytest.raises(CannotRun, match="no room"):
        stores.ask(units(then), FULL)

    making.fails = None
    assert stores.ask(units(then), FULL) == plain(tmp_path, units(then))


@pytest.fixture
def failed(stores, world, making, monkeypatch):
    """A moment whose picture could not be made, when he who asked had been told to ask again."""
    monkeypatch.setattr(_past, "_WAIT", 0.05)
    then, making.fails = world.instants()[10], NO_ROOM
    making.held.clear()
    with pytest.raises(CannotRun, match="being made"):
        stores.ask(units(then), FULL)
    _wait_for(lambda: making.moments)
    making.held.set()
    _wait_for(lambda: not stores.pictures.making)
    making.fails = None
    _until(lambda: stores.ask(units(world.instants()[20]), FULL))  # one is made after the other
    return then


def test_who_was_told_to_ask_again_is_told_what_went_wrong(stores, failed):
    with pytest.raises(CannotRun, match="no room"):
        _until(lambda: stores.ask(units(failed), FULL))


def test_what_went_wrong_long_ago_is_told_to_nobody(stores, tmp_path, failed, monkeypatch):
    monkeypatch.setattr(_past, "_TOLD", 0.0)

    assert _until(lambda: stores.ask(units(failed), FULL)) == plain(tmp_path, units(failed))


def test_what_nobody_asks_again_is_not_kept(stores, world, failed, monkeypatch):
    monkeypatch.setattr(_past, "_TOLD", 0.0)
    _until(lambda: stores.ask(units(world.instants()[30]), FULL))

    assert failed not in moments(stores)


def test_there_is_room_before_another_is_made(stores, world, making, monkeypatch):
    monkeypatch.setattr(_past, "_MOST", 2)
    make, beside = Picture.make, list[int]()

    def counted(picture, job, done):
        beside.append(len(moments(stores)))
        make(picture, job, done)

    monkeypatch.setattr(Picture, "make", counted)
    for moment in sorted(set(world.instants()))[5:45:10]:
        stores.ask(units(moment), FULL)

    assert beside == [1, 2, 2, 2]  # the one that is made and those beside it


def test_what_is_of_a_generation_before_is_let_go(stores, tmp_path, world, making):
    one, two = sorted(set(world.instants()))[5:25:10]
    stores.ask(units(one), FULL)
    with opened(tmp_path) as store:
        rebuild(store, progress=quiet, clock=lambda: END, drop_old=True)
    stores.ask(units(two), FULL)

    assert moments(stores) == [two]


def test_a_switch_while_one_is_made_is_noticed_by_nobody(
    stores, tmp_path, world, making, monkeypatch
):
    then, switches, make = world.instants()[10], iter([True]), Picture.make

    def switching(picture, job, done):
        if next(switches, False):
            raise CannotRun("switched", code="generation_switched")
        make(picture, job, done)

    monkeypatch.setattr(Picture, "make", switching)
    assert stores.ask(units(then), FULL) == plain(tmp_path, units(then))
    assert making.moments == [then]


def moments(stores):
    return [moment.as_of for moment in stores.pictures.moments]


def test_two_moments_in_one_question_are_answered(stores, tmp_path, world):
    instants = sorted(set(world.instants()))
    one, two = instants[len(instants) // 3], instants[len(instants) // 2]

    def both(store):
        return units(one)(store), units(two)(store)

    assert stores.ask(both, FULL) == plain(tmp_path, both)


def test_a_server_that_stops_waits_for_no_picture(stores, world, making):
    making.held.clear()
    told = []

    def ask():
        try:
            stores.ask(units(world.instants()[10]), FULL)
        except CannotRun as ended:
            told.append(ended.code)

    asking = threading.Thread(target=ask)
    asking.start()
    _wait_for(lambda: making.moments)
    stores.end()
    making.held.set()
    asking.join(SOON)
    assert told == ["server_stopping"]


def _wait_for(so):
    until = time.monotonic() + SOON
    while not so():
        assert time.monotonic() < until
        time.sleep(0.01)


class Asked:
    """A question to a picture that is under way until it may go on."""

    def __init__(self, stores, then):
        self.begun, self.go_on, self.told = threading.Event(), threading.Event(), []
        self.thread = threading.Thread(target=self.ask, args=(stores, units(then)))
        self.thread.start()
        assert self.begun.wait(SOON)

    def ask(self, stores, question):
        def held(store):
            answer = question(store)
            if store.picture is not None:
                self.begun.set()
                assert self.go_on.wait(SOON)
                self.told.append("answered")
            return answer

        stores.ask(held, FULL)

    def end(self):
        self.go_on.set()
        self.thread.join(SOON)


def test_one_that_is_asked_when_all_are_closed_is_closed_when_it_has_answered(
    stores, world, monkeypatch
):
    then = world.instants()[10]
    stores.ask(units(then), FULL)
    asked = Asked(stores, then)

    def closed(store):
        asked.told.append("closed")
        store.close()

    monkeypatch.setattr(_past, "_close", closed)
    stores.pictures.close()
    assert asked.told == []
    asked.end()

    assert asked.told == ["answered", "closed"]


def test_those_that_nobody_asks_have_nothing_that_could_be_interrupted(stores, world):
    first, second = world.instants()[10], world.instants()[20]
    interrupted = list[datetime]()
    for then in (first, second):
        stores.ask(units(then), FULL)
    for kept in stores.pictures._kept():
        interrupt = partial(interrupted.append, kept.moment.as_of)
        kept.store.views.database.interrupt = interrupt
    asked = Asked(stores, second)

    stores.pictures.end()
    asked.end()

    assert interrupted == [second]

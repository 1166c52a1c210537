"""An event that the program fails at stops its dossier only, in whatever way it is come upon, and always before the same event."""

from contextlib import contextmanager

import pytest
from typing_extensions import override

from consumers import deadlines, judging, project
from consumers.isolation import is_waiting
from domain.errors import Refused
from infra.rebuilding.filling import fill
from tests.support.lines import (
    CODE,
    OTHER,
    THREE,
    Lines,
    accepted,
    answering,
    at,
    by_take,
    head,
    project_all,
    troubles,
)
from tests.support.stores import END, LAW, empty_views, quiet, rows


def poisoned(line):
    return (*line[:3], b"{}") if line[1:3] == (CODE, 2) else line


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_an_event_that_cannot_be_read_stops_its_dossier_only(store, limit):
    source = Lines(store, *THREE, but=poisoned)
    project_all(source, store.views, limit)
    told = troubles(store.views)
    assert told[OTHER] is None
    assert told[CODE].startswith("event 2 cannot be applied: ")
    assert not is_waiting(told[CODE])


def test_what_is_registered_and_cannot_be_read_stops_nobody_and_is_not_hidden(store):
    source = Lines(
        store, head("H1"), accepted(), but=lambda line: (*line[:3], b"{}") if line[0] == 1 else line
    )
    project_all(source, store.views)
    assert troubles(store.views) == {CODE: None}
    assert answering(store.views) == set()
    assert not store.caught_up


def test_what_is_registered_and_cannot_be_read_is_left_out_of_a_filling_too(store, tmp_path):
    Lines(store, head("H1"), accepted())

    class Unreadable:
        def __getattr__(self, name):
            return getattr(store.log, name)

        def not_dossiers(self):
            return [(*line[:3], b"{}") for line in store.log.not_dossiers()]

    with empty_views(tmp_path / "anew.sqlite") as anew:
        fill(Unreadable(), anew, LAW, END, quiet)
        assert troubles(anew) == {CODE: None}
        assert (answering(anew), anew.count("registered")) == (set(), 0)


class Picky:
    """Views that do not take a dossier beyond a version, nor anything registered by a name."""

    def __init__(self, views, fault, beyond=0):
        self.views, self.fault, self.beyond = views, fault, beyond

    @contextmanager
    def writing(self):
        with self.views.writing() as tx:
            yield _PickyTransaction(tx, self)


class _PickyTransaction:
    def __init__(self, tx, picky):
        self.tx, self.picky = tx, picky

    def __getattr__(self, name):
        return getattr(self.tx, name)

    def keep(self, states, new, /):
        states = list(states)
        if any(state.dossier == CODE and state.version > self.picky.beyond for state in states):
            raise self.picky.fault
        self.tx.keep(states, new)

    def register(self, lines, /):
        raise self.picky.fault


FAULTS = {
    "of the program": (ZeroDivisionError(), "a fault of the program (ZeroDivisionError)"),
    "of the tables": (Refused("not_storable", "not taken"), "not taken"),
}


def by_step(source, views):
    return project.step(source, views, LAW, END)


@pytest.mark.parametrize("way", [by_take, by_step])
@pytest.mark.parametrize("beyond", [0, 1, 2])
@pytest.mark.parametrize("kind", FAULTS)
def test_events_that_nobody_foresaw_stop_their_dossier_only(store, kind, beyond, way):
    fault, told = FAULTS[kind]
    views = Picky(store.views, fault, beyond)
    source = Lines(store, *THREE)
    way(source, views)
    assert troubles(store.views) == {
        CODE: f"event {beyond + 1} cannot be applied: {told}",
        OTHER: None,
    }
    assert store.views.states([CODE])[CODE].version == beyond
    noted = store.views.count("outbox"), rows(store.views)
    by_take(source, views)
    assert (store.views.count("outbox"), rows(store.views)) == noted
    by_take(source, store.views)  # by a program that could, but nobody has asked to try again
    assert rows(store.views) == noted[1]
    project.resume(store.views.stopped(), store.log, store.views, LAW, END)
    assert set(troubles(store.views).values()) == {None}
    assert store.views.events() == len(THREE)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_a_dossier_stands_before_the_same_event_in_whatever_batches_they_come(store, size):
    views, source = Picky(store.views, ZeroDivisionError(), beyond=1), Lines(store, *THREE)
    for start in range(0, len(THREE), size):
        project.take(source.lines[start : start + size], source, views, LAW, END)
    assert store.views.states([CODE])[CODE].version == 1
    assert troubles(store.views) == {
        CODE: "event 2 cannot be applied: a fault of the program (ZeroDivisionError)",
        OTHER: None,
    }


def test_what_another_has_applied_meanwhile_is_not_stopped(store):
    source = Lines(store, *THREE)

    class Overtaken(Picky):
        """Another worker, of a version that can, is faster than the stop."""

        failed = 0

        @override
        @contextmanager
        def writing(self):
            try:
                with super().writing() as tx:
                    yield tx
            except ZeroDivisionError:
                self.failed += 1
                if self.failed == 2:
                    by_take(source, store.views)
                raise

    views = Overtaken(store.views, ZeroDivisionError())
    assert project.take(source.lines[:1], source, views, LAW, END) == 0
    assert views.failed == 2
    assert set(troubles(store.views).values()) == {None}


def test_a_fault_at_what_is_registered_is_nobody_elses(store):
    lines = Lines(store, head("H1")).lines
    with pytest.raises(ZeroDivisionError):
        project.take(lines, Lines(store), Picky(store.views, ZeroDivisionError()), LAW, END)


# ── a judgement that fails ──────────────────────────────────────────────────────────────────────────────────────────────────


def failing_at(monkeypatch, number, *, since="2000-01-01T00:00:00", dossier=CODE):
    """From a moment on the program fails at judging a dossier that has so many events."""
    judged, begin = judging.judged, at(since)

    def fail(facts, law, directory, as_of, known_at):
        mine = len(facts) >= number and facts[0].fact.subject == dossier
        if mine and as_of >= begin:
            raise ZeroDivisionError(dossier)
        return judged(facts, law, directory, as_of, known_at)

    monkeypatch.setattr(judging, "judged", fail)


def parked_at(number):
    return f"event {number} cannot be applied: a fault of the program (ZeroDivisionError)"


def live(store, views):
    project_all(store.log, views, limit=1)


def in_batches(store, views):
    project_all(store.log, views)


def filled(store, views):
    fill(store.log, views, LAW, END, quiet)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_dossier_that_cannot_be_judged_stands_before_the_same_event_live_and_filled(
    store, tmp_path, monkeypatch, number
):
    Lines(store, head("H1"), *THREE)
    failing_at(monkeypatch, number)
    found = []
    for way in (live, in_batches, filled):
        with empty_views(tmp_path / f"{way.__name__}.sqlite") as views:
            way(store, views)
            deadlines.pass_time(views, LAW, END)
            assert troubles(views) == {CODE: parked_at(number), OTHER: None}
            assert views.events() == len(THREE) + 1 - (4 - number)
            found.append(rows(views))
    assert found[0] == found[1] == found[2]


def test_a_dossier_that_cannot_be_judged_at_its_deadline_goes_back_to_where_it_can(
    store, tmp_path, monkeypatch
):
    Lines(store, *THREE[:3])
    early = at("2025-03-17T10:00:00")
    failing_at(monkeypatch, 2, since="2025-03-17T12:00:00")
    project_all(store.log, store.views, now=early)
    assert troubles(store.views) == {CODE: None, OTHER: None}
    deadlines.pass_time(store.views, LAW, END)
    assert troubles(store.views) == {CODE: parked_at(2), OTHER: None}
    assert (store.views.states([CODE])[CODE].version, store.views.events()) == (1, 2)
    assert not store.views.behind(END)
    with empty_views(tmp_path / "anew.sqlite") as anew:
        fill(store.log, anew, LAW, END, quiet)
        assert rows(anew) == rows(store.views)
    monkeypatch.undo()
    project.resume(store.views.stopped(), store.log, store.views, LAW, END)
    assert set(troubles(store.views).values()) == {None}
    assert store.caught_up


def test_what_is_registered_stops_the_dossier_that_cannot_be_judged_by_it_and_no_other(
    store, monkeypatch
):
    project_all(Lines(store, head("H1"), accepted(), accepted(OTHER)), store.views)
    failing_at(monkeypatch, 1)
    source = Lines(store, head("H2", "2025-03-18T08:00:00"), THREE[2])
    source.lines = source.lines[3:]
    by_take(source, store.views)
    assert troubles(store.views) == {CODE: parked_at(1), OTHER: None}
    assert "H2" in answering(store.views)
    # Parked, it is judged by what is registered all the same, as far as it goes.
    monkeypatch.undo()
    failing_at(monkeypatch, 1, dossier=OTHER)
    by_take(Lines(store, head("H3", "2025-03-19T08:00:00")), store.views)
    assert troubles(store.views) == {CODE: parked_at(1), OTHER: parked_at(1)}


def test_a_parked_dossier_is_left_alone_until_it_is_tried_again(store, monkeypatch):
    Lines(store, *THREE[:3])
    failing_at(monkeypatch, 2)
    project_all(store.log, store.views)
    monkeypatch.undo()
    tried = []
    monkeypatch.setattr(project, "folded", lambda *given: tried.append(given))
    more = Lines(store, *THREE).lines[3:]
    assert [line[1] for line in more] == [CODE, OTHER]
    project.take(more[:1], store.log, store.views, LAW, END)
    assert tried == []
    monkeypatch.undo()
    project.take(more[1:], store.log, store.views, LAW, END)
    project.resume(store.views.stopped(), store.log, store.views, LAW, END)
    assert store.caught_up


def test_a_parked_dossier_is_left_alone_where_another_fails(store, monkeypatch):
    Lines(store, *THREE[:3])
    failing_at(monkeypatch, 2)
    project_all(store.log, store.views)
    failing_at(monkeypatch, 2, dossier=OTHER)
    Lines(store, *THREE)
    project_all(store.log, store.views)
    assert troubles(store.views) == {CODE: parked_at(2), OTHER: parked_at(2)}
    assert store.views.position() == len(THREE)


def test_a_fault_that_no_event_brings_about_ends_the_work(store, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(judging, "judged", fail)
    with pytest.raises(ZeroDivisionError):
        project_all(Lines(store, *THREE), store.views)


def test_another_that_is_faster_at_a_deadline_is_let_go_first(store, monkeypatch):
    Lines(store, *THREE[:3])
    early = at("2025-03-17T10:00:00")
    project_all(store.log, store.views, now=early)
    failing_at(monkeypatch, 2, since="2025-03-17T12:00:00")

    class Overtaken:
        """Another lets time pass over all others in between."""

        turns = 0

        @contextmanager
        def writing(self):
            self.turns += 1
            if self.turns == 3:
                deadlines.step(store.views, LAW, END)
            with store.views.writing() as tx:
                yield tx

    deadlines.pass_time(Overtaken(), LAW, END)
    assert troubles(store.views) == {CODE: parked_at(2), OTHER: None}
    assert not store.views.behind(END)

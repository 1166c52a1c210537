"""The projecting loop: holes, repetitions, events out of order, several workers."""

from contextlib import contextmanager

import pytest

from consumers import project
from consumers.isolation import is_waiting
from consumers.writing import ATTEMPTS
from domain import events
from domain.errors import Contended
from tests.support.lines import (
    CODE,
    OTHER,
    THREE,
    Lines,
    accepted,
    answering,
    head,
    project_all,
    troubles,
)
from tests.support.stores import END, LAW, empty_views, put, rows


def without(dossier, version):
    return lambda line: None if line[1:3] == (dossier, version) else line


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_a_hole_stops_its_dossier_only_and_is_told(store, limit):
    source = Lines(store, *THREE, but=without(CODE, 2))
    project_all(source, store.views, limit)
    assert troubles(store.views) == {CODE: "events 2..2 are missing", OTHER: None}
    assert is_waiting(troubles(store.views)[CODE])
    found = store.views.states([CODE, OTHER])
    assert (found[CODE].version, found[OTHER].version) == (1, 2)
    complete = store.views.database.rows("SELECT dossier, complete FROM dossiers")
    assert dict(complete) == {CODE: 0, OTHER: 1}


@pytest.mark.parametrize("limit", [1, 100])
def test_a_hole_at_the_very_beginning_is_told_as_well(store, limit):
    source = Lines(store, *THREE, but=without(CODE, 1))
    project_all(source, store.views, limit)
    assert troubles(store.views) == {CODE: "events 1..1 are missing", OTHER: None}
    assert store.views.states([CODE])[CODE].version == 0


def test_what_was_missing_heals_when_it_comes(store):
    lines = Lines(store, *THREE).lines
    late = [line for line in lines if line[1:3] == (CODE, 2)]
    source = Lines(store, but=without(CODE, 2))
    project_all(source, store.views)
    again = [line for line in lines if line[1] == CODE]
    source.lines = [(100 + i, *line[1:]) for i, line in enumerate([*late, *again])]
    project_all(source, store.views)
    assert troubles(store.views) == {CODE: None, OTHER: None}
    assert store.views.states([CODE])[CODE].version == 3


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_what_is_missing_is_fetched_from_the_log(store, tmp_path, limit):
    lines = Lines(store, *THREE, but=without(CODE, 2)).lines
    for start in range(0, len(lines), limit):
        project.take(lines[start : start + limit], store.log, store.views, LAW, END)
    assert troubles(store.views) == {CODE: None, OTHER: None}
    assert store.caught_up
    with empty_views(tmp_path / "anew.sqlite") as anew:
        project_all(store.log, anew)
        assert rows(anew) == rows(store.views)


def test_far_behind_a_dossier_is_judged_once_for_all_that_the_log_has_of_it(store, tmp_path):
    lines = Lines(store, *THREE).lines

    def taken(line):
        return project.take([line], store.log, store.views, LAW, END, behind=True)

    assert [taken(line) for line in lines if line[1] == CODE] == [3, 0, 0]
    assert [taken(line) for line in lines if line[1] == OTHER] == [2, 0]
    assert store.caught_up
    with empty_views(tmp_path / "anew.sqlite") as anew:
        project_all(store.log, anew)
        assert rows(anew) == rows(store.views)


def test_something_may_be_begun_when_all_is_judged_and_the_rows_are_yet_to_be_written(store):
    lines, seen = Lines(store, *THREE).lines, []

    def begun():
        seen.append((store.views.remembered(CODE), store.views.count("dossiers")))

    project.take(lines, store.log, store.views, LAW, END, meanwhile=begun)
    assert seen == [(0, 0)]
    assert store.views.remembered(CODE) == 3


def test_what_was_not_committed_is_not_remembered(store):
    state = project.folded(None, CODE, Lines(store, accepted()).lines)

    def killed():
        with store.views.writing() as tx:
            tx.keep([state], {CODE})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert store.views.remembered(CODE) == 0


def test_a_batch_with_a_registration_in_it_is_judged_by_that(store):
    lines = Lines(store, accepted(), head("H1")).lines
    assert project.take(lines, store.log, store.views, LAW, END) == 1
    assert "H1" in answering(store.views)
    assert store.caught_up


def test_a_stopped_dossier_fetches_all_it_has_missed_when_something_of_it_comes(store):
    source = Lines(store, *THREE, but=without(CODE, 2))
    project_all(source, store.views)
    late = store.log.select(0, 10_000)[2]
    source.lines = [(100, *late[1:])]
    project.take(source.lines, store.log, store.views, LAW, END)
    assert store.views.states([CODE])[CODE].version == 3
    assert troubles(store.views) == {CODE: None, OTHER: None}


@pytest.mark.parametrize("limit", [3, 100])
def test_events_that_overtook_each_other_in_a_batch_are_put_in_order(store, limit):
    source = Lines(store, *THREE)
    versions = [3, 2, 1, 1]
    found = {line[2]: line for line in source.lines if line[1] == CODE}
    source.lines = [(n + 1, *found[version][1:]) for n, version in enumerate(versions)]
    project_all(source, store.views, limit)
    assert store.views.states([CODE])[CODE].version == 3


def test_events_that_come_again_are_skipped(store):
    source = Lines(store, *THREE)
    project_all(source, store.views)
    before, told = rows(store.views), store.views.count("feed")
    source.lines = [(100 + i, *line[1:]) for i, line in enumerate(source.lines)]
    project_all(source, store.views, 2)
    assert (rows(store.views), store.views.count("feed")) == (before, told)


def test_nothing_new_is_no_step(store):
    assert project.step(store.log, store.views, LAW, END) == 0


def test_events_keep_their_bytes_in_the_state(store):
    source = Lines(store, *THREE)
    project_all(source, store.views)
    kept = [fact.content for _, fact in store.views.states([CODE])[CODE].facts]
    assert kept == [events.content_of(line[3]) for line in source.lines if line[1] == CODE]


# ── several workers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Contested:
    """Views where another worker is faster, so many times."""

    def __init__(self, views, times):
        self.views, self.left = views, times

    @contextmanager
    def writing(self):
        with self.views.writing() as tx:
            yield tx
            if self.left:
                self.left -= 1
                raise Contended("another was faster")


def test_a_step_in_which_another_worker_was_faster_is_done_again(store):
    contested = Contested(store.views, ATTEMPTS - 1)
    put(store, [accepted()])
    assert project.step(store.log, contested, LAW, END) == 1
    assert store.caught_up


def test_a_step_in_which_others_are_always_faster_says_so(store):
    put(store, [accepted()])
    with pytest.raises(Contended):
        project.step(store.log, Contested(store.views, ATTEMPTS), LAW, END)
    assert store.views.events() == 0

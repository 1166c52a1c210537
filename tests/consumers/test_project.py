"""The projecting loop: holes, repetitions, events that cannot be read, a new head."""

from contextlib import contextmanager

import pytest
from typing_extensions import override

from consumers import deadlines, project
from consumers.isolation import is_waiting
from consumers.writing import ATTEMPTS
from domain import events
from domain.errors import Contended, Refused
from infra.verifying import verify_views
from tests.support.stores import END, LAW, empty_views, facts_of, opened, put, quiet, rows

CODE, OTHER = "H40.17-250317-0001", "H40.17-250317-0002"


def event(kind, when, subject=CODE, **data):
    return {
        "id": f"{subject}-{kind}-{when}",
        "source": "/directory" if kind.startswith(("unit", "procedure")) else "/igate/H40",
        "type": f"vn.dunghen.{kind}.v1",
        "subject": subject,
        "time": f"{when}+07:00",
        "recordedtime": f"{when}+07:00",
        "data": data,
    }


def accepted(subject=CODE, **data):
    data = {"competent_unit": "H40.17", "limit": {"amount": 2, "unit": "working_days"}} | data
    return event("dossier.accepted", "2025-03-17T08:00:00", subject, **data)


def head(officer, when="2020-01-01T08:00:00"):
    return event("unit.registered", when, "H40.17", unit="H40.17", name="UBND", head=officer)


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as store:
        yield store


class Lines:
    """A source of the lines given, some of them changed on the way."""

    def __init__(self, store, *sent, but=lambda line: line):
        store.engine.record(facts_of(sent))
        lines = [but(tuple(line)) for line in store.log.select(0, 10_000)]
        self.lines = [line for line in lines if line is not None]

    def select(self, after, limit, /):
        return [line for line in self.lines if line[0] > after][:limit]

    def rest(self, versions, /):
        return []  # as of a broker: nobody can look ahead


def project_all(source, views, limit=project.BATCH, now=END):
    while project.step(source, views, LAW, now, limit=limit):
        pass


def troubles(views):
    return dict(views.database.rows("SELECT dossier, trouble FROM states"))


THREE = (
    accepted(),
    accepted(OTHER),
    event("dossier.transferred", "2025-03-17T09:00:00", to={"unit": "H40.17", "officer": "B"}),
    event("dossier.result_issued", "2025-03-18T09:00:00"),
    event("dossier.returned", "2025-03-18T09:00:00", OTHER, method="direct"),
)


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


def by_take(source, views):
    return project.take(source.lines, source, views, LAW, END)


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
    by_take(source, store.views)
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


def test_events_that_come_again_are_skipped(store):
    source = Lines(store, *THREE)
    project_all(source, store.views)
    before, told = rows(store.views), store.views.count("feed")
    source.lines = [(100 + i, *line[1:]) for i, line in enumerate(source.lines)]
    project_all(source, store.views, 2)
    assert (rows(store.views), store.views.count("feed")) == (before, told)


def answering(views):
    return {
        officer
        for (officer,) in views.database.rows(
            "SELECT officer FROM answering WHERE rule = 'apology_missing'"
        )
    }


def test_a_new_head_is_judged_into_the_dossiers_of_the_unit(store):
    source = Lines(store, head("H1"), accepted())
    project_all(source, store.views)
    assert "H1" in answering(store.views)
    source = Lines(store, head("H2", "2025-03-18T08:00:00"))
    project_all(source, store.views)
    assert "H2" in answering(store.views)
    assert "H1" not in answering(store.views)


def test_a_procedure_registered_later_is_judged_into_its_dossiers(store, tmp_path):
    source = Lines(store, accepted(procedure="1.005129"))
    project_all(source, store.views)
    limit = {"amount": 9, "unit": "working_days"}
    registered = event(
        "procedure.registered", "2020-01-01T08:00:00", "1.005129",
        procedure="1.005129", name="Thủ tục", limit=limit,
    )  # fmt: skip
    project_all(Lines(store, registered), store.views)
    found = store.views.states([CODE])[CODE].found
    with empty_views(tmp_path / "anew.sqlite") as anew:
        project_all(store.log, anew)
        assert anew.states([CODE])[CODE].found == found


def test_a_declaration_touches_no_dossier(store):
    said = {"unit": "H40.17", "period": "2025-03/2025-03", "count": 4}
    source = Lines(
        store, accepted(), event("unit.intake_declared", "2025-04-01T08:00:00", "H40.17", **said)
    )
    project_all(source, store.views, 1)
    assert store.views.position() == 2
    assert verify_views(store, quiet) == []


def test_nothing_new_is_no_step(store):
    assert project.step(store.log, store.views, LAW, END) == 0


def test_events_keep_their_bytes_in_the_state(store):
    source = Lines(store, *THREE)
    project_all(source, store.views)
    kept = [fact.content for _, fact in store.views.states([CODE])[CODE].facts]
    assert kept == [events.content_of(line[3]) for line in source.lines if line[1] == CODE]


def at(text):
    return facts_of([event("dossier.returned", text, method="direct")])[0].time


def feed(views):
    return views.database.rows("SELECT rule, change, at FROM feed ORDER BY id")


def test_a_dossier_becomes_overdue_with_no_event_dated_by_its_deadline(store):
    source = Lines(store, accepted())
    project_all(source, store.views, now=at("2025-03-17T09:00:00"))
    assert not [row for row in feed(store.views) if row[0] == "in_process_overdue"]
    deadlines.pass_time(store.views, LAW, at("2025-06-01T10:11:12"))
    told = [tuple(row) for row in feed(store.views) if row[0] == "in_process_overdue"]
    assert told == [("in_process_overdue", "opened", "2025-03-20T00:00:00+07:00")]
    assert deadlines.pass_time(store.views, LAW, at("2025-06-01T10:11:12")) == 0


def test_a_result_ends_the_overdue_at_the_instant_of_the_result(store):
    project_all(Lines(store, accepted()), store.views, now=at("2025-04-01T09:00:00"))
    result = event("dossier.result_issued", "2025-04-02T09:00:00")
    project_all(Lines(store, result), store.views, now=at("2025-04-03T09:00:00"))
    told = [tuple(row) for row in feed(store.views) if row[1] == "ceased"]
    assert ("in_process_overdue", "ceased", "2025-04-02T09:00:00+07:00") in told


def test_a_boundary_of_more_than_a_batch_is_crossed_by_all(store):
    codes = [f"H40.17-250317-{n:04}" for n in range(7)]
    project_all(
        Lines(store, *(accepted(code) for code in codes)),
        store.views,
        now=at("2025-03-17T09:00:00"),
    )
    while deadlines.step(store.views, LAW, at("2025-06-01T00:00:00"), limit=2):
        pass
    sql = "SELECT count(*) FROM violations WHERE rule = 'in_process_overdue'"
    assert store.views.database.rows(sql)[0][0] == 7


def test_more_touched_dossiers_than_a_chunk_are_all_judged_again(store):
    codes = [f"H40.17-250317-{n:04}" for n in range(1001)]
    project_all(Lines(store, *(accepted(code) for code in codes)), store.views)
    project_all(Lines(store, head("H9")), store.views)
    sql = "SELECT count(*) FROM answering WHERE rule = 'apology_missing' AND officer = 'H9'"
    assert store.views.database.rows(sql)[0][0] == 1001


def test_a_hand_over_projected_at_its_own_instant_is_a_row_a_moment_later(store):
    source = Lines(store, accepted(), THREE[2])
    project_all(source, store.views, now=at("2025-03-17T09:00:00"))
    deadlines.pass_time(store.views, LAW, at("2025-03-17T09:01:00"))
    held = store.views.database.rows("SELECT officer FROM custody ORDER BY number")
    assert held == [(None,), ("B",)]


@pytest.mark.parametrize("first", ["head", "dossier"])
def test_a_head_recorded_in_the_future_answers_from_then_on(tmp_path, first):
    ahead = head("H1") | {"recordedtime": "2025-07-01T00:00:00+07:00"}
    sent = [ahead, accepted()] if first == "head" else [accepted(), ahead]
    told = []
    for now in ("2025-06-01T00:00:00", "2025-08-01T00:00:00"):
        with opened(tmp_path, at(now)) as store:
            store.engine.record(facts_of(sent))
            store.catch_up()
            told.append(answering(store.views))
            assert verify_views(store, quiet) == []
    assert told == [set(), {"H1"}]


def test_a_procedure_recorded_in_the_future_checks_the_promise_from_then_on(tmp_path):
    limit = {"amount": 9, "unit": "working_days"}
    ahead = event(
        "procedure.registered", "2020-01-01T08:00:00", "1.005129", procedure="1.005129", limit=limit
    ) | {"recordedtime": "2025-07-01T00:00:00+07:00"}
    told = []
    for now in ("2025-06-01T00:00:00", "2025-08-01T00:00:00"):
        with opened(tmp_path, at(now)) as store:
            store.engine.record(facts_of([accepted(procedure="1.005129"), ahead]))
            store.catch_up()
            told.append("due_date_inconsistent" in store.views.states([CODE])[CODE].found)
            assert verify_views(store, quiet) == []
    assert told == [False, True]


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

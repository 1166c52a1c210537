"""Letting time pass: what changes with no event at all."""

from consumers import deadlines
from tests.support.lines import THREE, Lines, accepted, at, event, feed, project_all
from tests.support.stores import LAW


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


def test_a_hand_over_projected_at_its_own_instant_is_a_row_a_moment_later(store):
    source = Lines(store, accepted(), THREE[2])
    project_all(source, store.views, now=at("2025-03-17T09:00:00"))
    deadlines.pass_time(store.views, LAW, at("2025-03-17T09:01:00"))
    held = store.views.database.rows("SELECT officer FROM custody ORDER BY number")
    assert held == [(None,), ("B",)]

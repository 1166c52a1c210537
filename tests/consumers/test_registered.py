"""Units, officers and procedures in the projecting loop: who registers one is judged into the dossiers that it concerns."""

import pytest

from infra.rebuilding.verifying import verify_views
from tests.support.lines import CODE, Lines, accepted, answering, at, event, head, project_all
from tests.support.stores import empty_views, facts_of, opened, quiet


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


def test_more_touched_dossiers_than_a_chunk_are_all_judged_again(store):
    codes = [f"H40.17-250317-{n:04}" for n in range(1001)]
    project_all(Lines(store, *(accepted(code) for code in codes)), store.views)
    project_all(Lines(store, head("H9")), store.views)
    sql = "SELECT count(*) FROM answering WHERE rule = 'apology_missing' AND officer = 'H9'"
    assert store.views.database.rows(sql)[0][0] == 1001


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

"""What the database counts, and what is said of who answers, are what judging every dossier gives."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers import deadlines, project
from consumers.judging import judged
from infra.questions import filtering, queries
from infra.rows.tables import PROJECTED, cell, counted
from projections.violations import BY_SHARES
from tests.projections.test_laws import WORLDS, question, stored
from tests.support.stores import END, LAW, projected

pytestmark = [pytest.mark.property, pytest.mark.timeout(600)]
FEW = settings(max_examples=max(15, settings().max_examples // 10))
COUNTED = [(table.name, counts) for table in PROJECTED.values() for counts in table.counts]


def until(store, instant):
    """The store as it is when the log has been read and time has passed up to an instant."""
    projected(store.log, store.views, instant)
    return replace(store, now=instant)


def at(store, code, t, k):
    return judged(store.engine.recorded(code), LAW, store.views.directory(k), t, k)


def answering(store, world, t, k):
    """Every finding with the officers who answer for it."""
    return {
        (code, finding.rule.name): {who.officer for who in finding.responsible} - {None}
        for code in world.dossiers
        for finding in at(store, code, t, k).findings
    }


@FEW
@given(WORLDS)
def test_the_counts_are_those_of_the_rows_at_any_time(world):
    with stored(world) as store:
        ask = store.views.database.rows
        for instant in [*world.rng.sample(world.instants(), 3), END]:
            project.step(store.log, store.views, LAW, instant, limit=world.rng.randint(1, 20))
            deadlines.pass_time(store.views, LAW, instant)
            for table, of in COUNTED:
                names = ", ".join(of.columns)
                kept = f"SELECT {names}, n FROM {of.name} WHERE n <> 0"
                rows = (
                    f"SELECT {cell(of, 'r')}, count(*) FROM {table} AS r WHERE {counted(of, 'r')}"
                    f" GROUP BY {', '.join(str(i + 1) for i in range(len(of.columns)))}"
                )
                assert sorted(ask(kept)) == sorted(ask(rows))


@FEW
@given(WORLDS, st.integers(1, 5_000))
def test_only_the_rules_named_so_grow_while_a_dossier_is_open(world, minutes):
    with stored(world) as store:
        for instant in world.instants():
            t = instant + timedelta(minutes=minutes)
            for code in world.dossiers:
                a = at(store, code, t, END)
                if a.finished_at is None:
                    shared = {
                        f.rule.name for f in a.findings for who in f.responsible if who.minutes
                    }
                    assert shared <= BY_SHARES


def officers_agree(store, world, t, k):
    expected = answering(store, world, t, k)
    counts = queries.violations(store, count_by="officer", as_of=t, known_at=k)
    assert counts["total"] == len(expected)
    told = {line["key"]: line["count"] for line in counts["counts"]}
    assert told == Counter(officer for who in expected.values() for officer in who)
    for officer in told:
        answer = queries.violations(store, officer=officer, limit=1000, as_of=t, known_at=k)
        found = {(v["dossier"], v["rule"]) for v in answer["violations"]}
        assert found == {pair for pair, who in expected.items() if officer in who}


@FEW
@given(WORLDS)
def test_who_answers_at_any_time_is_what_judging_every_dossier_gives(world):
    with stored(world) as store:
        projected(store.log, store.views, END)
        for _ in range(4):
            officers_agree(store, world, *question(world))


@FEW
@given(WORLDS, st.integers(1, 100_000))
def test_who_answers_now_is_right_while_lateness_grows(world, minutes):
    with stored(world) as store:
        for instant in sorted(world.rng.sample(world.instants(), 3)):
            now = until(store, instant + timedelta(minutes=minutes))
            officers_agree(now, world, now.now, now.now)


def pages(store, size, **asked):
    cursor, told = None, []
    while True:
        answer = queries.violations(store, limit=size, cursor=cursor, **asked)
        told += [(v["dossier"], v["rule"]) for v in answer["violations"]]
        if (cursor := answer["next"]) is None:
            assert len(told) == answer["total"]
            return told


@FEW
@given(WORLDS, st.sampled_from([0, 10_000]), st.integers(1, 3))
def test_pages_are_the_whole_list_filtered(world, few, size):
    with stored(world) as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr(filtering, "_FEW", few)
        projected(store.log, store.views, END)
        whole = queries.violations(store, limit=1000)["violations"]
        rules = sorted({v["rule"] for v in whole})[:2]
        units = {v["unit"] for v in whole} - {None}
        assert pages(store, size) == [(v["dossier"], v["rule"]) for v in whole]
        for asked, kept in (
            [({"rules": rules}, lambda v: v["rule"] in rules)]
            + [({"severity": n}, lambda v, n=n: v["severity"] == n) for n in range(4)]
            + [({"unit": unit}, lambda v, unit=unit: v["unit"] == unit) for unit in units]
        ):
            expected = [(v["dossier"], v["rule"]) for v in whole if kept(v)]
            assert set(expected) <= set(pages(store, size, **asked))
            if "unit" not in asked:
                assert expected == pages(store, size, **asked)

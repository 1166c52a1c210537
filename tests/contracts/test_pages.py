"""Pages of findings and dossiers while rows change between them: none twice, and none left out that held all the time. In both databases."""

import pytest

from infra.questions import queries
from infra.questions.dossiers import Wanted, dossiers
from tests.support.stores import World, put, violations_of

pytestmark = pytest.mark.contracts


def key(finding):
    return finding["dossier"], finding["rule"]


@pytest.mark.parametrize("filters", [{}, {"severity": 2}, {"unit": "H40"}], ids=str)
def test_what_held_all_the_time_is_told_once(store, filters):
    world = World(11, dossiers=12)
    half, end = len(world.arrivals) // 2, len(world.arrivals)
    parts = [world.arrivals[start : start + half // 5] for start in range(half, end, half // 3)]
    put(store, world.arrivals[:half])
    store.catch_up()
    always, told, cursor, changes = None, [], None, 0
    while True:
        held = {key(v) for v in queries.violations(store, limit=10_000, **filters)["violations"]}
        always = held if always is None else always & held
        page = queries.violations(store, limit=4, cursor=cursor, **filters)
        told += [key(finding) for finding in page["violations"]]
        cursor = page["next"]
        if cursor is None:
            break
        if parts:  # rows come and go, before the cursor and behind it
            before = violations_of(store.views)
            put(store, parts.pop(0))
            store.catch_up()
            changes += violations_of(store.views) != before

    assert changes >= 2
    assert len(told) == len(set(told)) > 8
    assert told == sorted(told)
    assert always <= set(told)


def test_dossiers_that_were_in_the_list_all_the_time_are_told_once(store):
    world = World(11, dossiers=12)
    half, end = len(world.arrivals) // 2, len(world.arrivals)
    parts = [world.arrivals[start : start + half // 5] for start in range(half, end, half // 3)]
    put(store, world.arrivals[:half])
    store.catch_up()
    always, told, cursor = None, [], None
    while True:
        listed = {row["dossier"] for row in dossiers(store, Wanted(), limit=1_000)["dossiers"]}
        always = listed if always is None else always & listed
        page = dossiers(store, Wanted(), limit=2, cursor=cursor)
        told += [row["dossier"] for row in page["dossiers"]]
        cursor = page["next"]
        if cursor is None:
            break
        if parts:
            put(store, parts.pop(0))
            store.catch_up()

    assert len(told) == len(set(told)) > 4
    assert always <= set(told)


def test_all_of_them_are_read_in_one_picture(store, monkeypatch):
    monkeypatch.setattr("infra.questions.findings._AT_ONCE", 3)
    world = World(12, dossiers=8)
    half = len(world.arrivals) // 2
    put(store, world.arrivals[:half])
    store.catch_up()
    expected = queries.violations(store, limit=10_000)["violations"]

    with queries.every_violation(store) as (head, rows):
        first = next(rows)
        put(store, world.arrivals[half:])  # the log has more; the picture stays
        told = [first, *rows]

    assert len(expected) > 6
    assert told == expected
    assert head["total"] == len(expected)
    store.catch_up()
    assert queries.violations(store, limit=10_000)["violations"] != expected

"""Rows chosen by a list of values, in either database, however many these are."""

import pytest

from infra.rows.tables import among, listed

pytestmark = pytest.mark.contracts


def chosen(store, sql, parameters):
    rows = store.views.database.rows(f"SELECT key FROM meta WHERE {sql} ORDER BY key", parameters)
    return [key for (key,) in rows]


def test_a_list_may_be_empty_or_longer_than_what_is_given_as_an_array(store):
    for many in (0, 1, 3, 600):
        others = [f"{n} 'nobody\"" for n in range(many)]
        assert chosen(store, f"key {among()}", (listed(others),)) == []
        assert chosen(store, f"key {among()}", (listed([*others, "rules"]),)) == ["rules"]


def test_several_lists_stand_beside_other_values(store):
    sql = f"key <> ? AND key {among()} AND key > ? AND key {among()}"
    given = ("schema", listed(["policy", "rules", "schema"]), "a", listed(["rules", "schema"]))
    assert chosen(store, sql, given) == ["rules"]


def test_a_list_may_be_named_twice_and_may_be_none(store):
    sql = f"(CAST(:keys AS TEXT) IS NULL OR key {among(':keys')}) AND key {among(':all')}"
    everything = listed(["policy", "rules"])
    assert chosen(store, sql, {"keys": None, "all": everything}) == ["policy", "rules"]
    assert chosen(store, sql, {"keys": listed(["rules"]), "all": everything}) == ["rules"]

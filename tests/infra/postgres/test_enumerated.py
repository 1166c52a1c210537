"""Lists of the common SQL on their way to PostgreSQL: few values are an array, of which the planner knows what is in it."""

import pytest

from infra.postgres.database import _FEW, _enumerated
from infra.rows.tables import among, listed
from tests.architecture.test_docs import ROOT


def test_a_list_of_few_values_is_an_array():
    sql = f"SELECT ? FROM x WHERE a {among()} AND b = ?"

    assert _enumerated(sql, (1, listed(["p", "q"]), 2)) == (
        "SELECT ? FROM x WHERE a = ANY(?) AND b = ?",
        [1, ["p", "q"], 2],
    )


def test_a_list_with_a_name_is_an_array_beside_it():
    given = {"of_units": listed(["p"])}

    assert _enumerated(f"x {among(':of_units')}", given) == (
        "x = ANY(:of_units_listed)",
        given | {"of_units_listed": ["p"]},
    )


@pytest.mark.parametrize(
    "given", [listed(map(str, range(_FEW + 1))), listed([]).replace("[]", "[1]"), None]
)
def test_many_values_and_what_is_no_list_of_texts_stay_as_they_are(given):
    assert _enumerated(f"x {among()}", (given,)) == (f"x {among()}", [given])


def test_lists_are_asked_for_in_one_way():
    begun = among().partition("?")[0]
    modules = (ROOT / "infra").rglob("*.py")

    assert [at.name for at in modules if begun in at.read_text(encoding="utf-8")] == ["tables.py"]

"""Cư M'gar, January to April 2021: the splendid rate and the coverage, side by side."""

import pytest

from tests.scenarios import cu_mgar
from tests.scenarios.facts import facts

PRINTED = facts(cu_mgar.NAME)["printed"]
INVENTED = facts(cu_mgar.NAME)["invented"]
PERIOD = ("--period", "..".join(PRINTED["period"]))

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("cu-mgar")]


@pytest.fixture
def rows(cumgar):
    return cumgar.inspector.units(*PERIOD)


@pytest.fixture
def district(rows):
    return rows[INVENTED["district"]]


def test_everything_sent_was_taken_in(cumgar):
    assert [answer["refused"] for answer in cumgar.imports] == [0, 0]


def test_a_row_of_the_paper_book_is_no_second_dossier(cumgar, district):
    assert district["received"]["total"] == PRINTED["resolved"] + INVENTED["carried_over"]


def test_42110_were_resolved_and_19_of_them_late(district):
    assert (district["resolved"]["total"], district["resolved"]["late"]) == (
        PRINTED["resolved"],
        PRINTED["late"],
    )


def test_the_share_of_the_late_is_as_printed(district):
    share = 100 * district["resolved"]["late"] / district["resolved"]["total"]
    assert f"{share:.3f}" == PRINTED["late_percent"]
    assert district["late_percent"]["of_resolved"] == f"{share:.2f}"


def test_the_coverage_stands_beside_the_rate(district):
    assert district["coverage"] == {
        "recorded": PRINTED["resolved"],
        "declared": INVENTED["declared"],
        "percent": PRINTED["recorded_share_percent"],
    }


def test_no_unit_has_a_rate_without_its_coverage(rows):
    assert all(
        "percent" in row["coverage"]
        for row in rows.values()
        if row["on_time_percent"]["of_resolved"]
    )


@pytest.mark.parametrize(
    ("level", "printed"),
    [("department", PRINTED["specialist_bodies"]), ("commune", PRINTED["communes"])],
)
def test_as_many_units_reported_as_were_printed(rows, level, printed):
    assert (
        sum(row.get("level") == level and row["received"]["total"] > 0 for row in rows.values())
        == printed
    )


def test_the_coverage_report_says_the_same(cumgar, district):
    row = cumgar.inspector.coverage(*PERIOD)[INVENTED["district"]]
    assert row["uses_software"] is True
    assert {name: row[name] for name in ("recorded", "declared", "percent")} == district["coverage"]


def test_all_that_was_received_is_somewhere(district):
    in_process = district["in_process"]["total"]
    assert (
        district["received"]["total"]
        == district["resolved"]["total"] + district["cancelled"] + in_process
    )
    assert district["received"]["carried_over"] == in_process == INVENTED["carried_over"]

"""Hà Tĩnh, March 2019: what the portal showed and what was true, at the same instant, and who recorded late."""

import pytest

from tests.scenarios import ha_tinh
from tests.scenarios.facts import facts

PRINTED = facts(ha_tinh.NAME)["printed"]
INVENTED = facts(ha_tinh.NAME)["invented"]
CITY, SUNDAY = PRINTED["city"]["asked_at"], PRINTED["can_loc"]["asked_at"]

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("ha-tinh")]


@pytest.fixture
def shown(hatinh):
    """The rows of all units as the portal had them on Sunday, 10 March."""
    return hatinh.inspector.units("--as-of", SUNDAY, "--known-at", SUNDAY)


@pytest.fixture
def true(hatinh):
    """The rows of all units for the same instant, as known now."""
    return hatinh.inspector.units("--as-of", SUNDAY)


def overdue(row):
    return row["in_process"]["overdue"]


def test_everything_sent_was_taken_in(hatinh):
    assert [answer["refused"] for answer in hatinh.imports] == [0, 0]


def test_the_portal_showed_501_overdue_in_the_city(hatinh):
    rows = hatinh.inspector.units("--as-of", CITY, "--known-at", CITY)
    assert overdue(rows[PRINTED["city"]["name"]]) == PRINTED["city"]["shown"]


def test_in_truth_one_dossier_of_the_city_was_late(hatinh):
    row = hatinh.inspector.units("--as-of", CITY)[PRINTED["city"]["name"]]
    assert overdue(row) == 0
    assert row["resolved"]["late"] == PRINTED["city"]["really_late"]


@pytest.mark.parametrize(("district", "printed"), PRINTED["others_shown"].items())
def test_the_portal_showed_the_printed_figure(shown, district, printed):
    assert overdue(shown[district]) == printed


def test_all_districts_together_showed_more_than_1680(shown):
    assert overdue(shown[""]) >= PRINTED["shown_total"]


def test_hardly_any_of_those_was_open_in_truth(hatinh, true):
    districts = hatinh.truth["really_overdue"]
    assert {name: overdue(true[name]) for name in districts} == districts


class TestCanLoc:
    def test_about_400_were_shown(self, shown):
        assert overdue(shown["Huyện Can Lộc"]) == PRINTED["can_loc"]["shown"]

    @pytest.mark.parametrize(("commune", "printed"), PRINTED["can_loc"]["communes"].items())
    def test_a_commune_showed_the_printed_figure(self, shown, commune, printed):
        assert overdue(shown[f"Xã {commune}"]) == printed

    def test_53_of_the_communes_were_really_overdue(self, true):
        communes = [
            row for row in true.values() if row.get("parent") == true["Huyện Can Lộc"]["unit"]
        ]
        at_communes = sum(overdue(row) for row in communes if row["level"] == "commune")
        at_the_office = sum(overdue(row) for row in communes if row["level"] == "department")
        assert at_communes == PRINTED["can_loc"]["really_overdue_communes"]
        assert at_the_office == PRINTED["can_loc"]["really_overdue_district_office"]


class TestWhoRecordedLate:
    def test_every_dossier_closed_late_is_found(self, hatinh, shown, true):
        answer = hatinh.inspector.ask(
            "violations", "--rule", "workflow_not_closed", "--as-of", SUNDAY, "--limit", "1"
        )
        assert answer["total"] == overdue(shown[""]) - overdue(true[""])

    def test_officers_are_named_with_how_many_they_left_open(self, hatinh):
        found = hatinh.inspector.counts(
            "officer", "--rule", "workflow_not_closed", "--as-of", SUNDAY
        )
        assert found.items() >= hatinh.truth["recorded_late"].items()

    def test_one_of_them_is_explained_both_ways(self, hatinh):
        dossier = hatinh.truth["examples"]["returned_in_time"]
        then = hatinh.inspector.ask("explain", dossier, "--as-of", SUNDAY, "--known-at", SUNDAY)
        now = hatinh.inspector.ask("explain", dossier, "--as-of", SUNDAY)
        assert then["clocks"]["portal"]["class"] == "overdue"
        assert now["clocks"]["portal"]["class"] in {"early", "on_time"}

    def test_the_paper_book_alone_proves_that_a_dossier_was_returned(self, hatinh):
        answer = hatinh.inspector.ask("history", hatinh.truth["examples"]["only_on_paper"])
        ends = [event for event in answer["events"] if event["type"].endswith(".returned.v1")]
        assert [event["source"] for event in ends] == ["/paper/03-so-giao-nhan-thach-ha.csv"]

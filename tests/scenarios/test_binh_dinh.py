"""Bình Định, up to 19 March 2020: late shares against the floor, unused software, letters owed, the answerable head."""

import pytest

from tests.scenarios import binh_dinh
from tests.scenarios.facts import facts

PRINTED = facts(binh_dinh.NAME)["printed"]
AT = PRINTED["period"][1]
PERIOD = ("--period", "..".join(PRINTED["period"]))

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("binh-dinh")]


@pytest.fixture
def rows(binhdinh):
    return binhdinh.inspector.units(*PERIOD)


@pytest.fixture
def districts(rows):
    return [row for row in rows.values() if row.get("level") == "district"]


def test_everything_sent_was_taken_in(binhdinh):
    assert {answer["refused"] for answer in binhdinh.imports} == {0}


@pytest.mark.parametrize(("district", "printed"), PRINTED["late_percent"].items())
@pytest.mark.parametrize("of", ["of_resolved", "of_received"])
def test_the_late_share_of_a_district_is_as_printed(rows, district, printed, of):
    assert round(float(rows[district]["late_percent"][of])) == printed


@pytest.mark.parametrize("district", PRINTED["late_percent"])
def test_a_printed_district_is_below_the_floor(rows, district):
    assert float(rows[district]["on_time_percent"]["of_received"]) < PRINTED["floor_percent"]


def test_nearly_4000_were_late_at_district_and_commune_level(districts):
    late = sum(row["resolved"]["late"] + row["in_process"]["overdue"] for row in districts)
    received = sum(row["received"]["total"] for row in districts)
    assert 0.99 * PRINTED["late_total"] <= late < PRINTED["late_total"]
    assert round(100 * late / received) == PRINTED["late_share_percent"]


def test_the_provincial_level_was_on_time(rows):
    level = [
        row for row in rows.values() if row.get("level") == "department" and row["parent"] == "H08"
    ]
    resolved = sum(row["resolved"]["total"] for row in level)
    in_time = sum(row["resolved"]["early"] + row["resolved"]["on_time"] for row in level)
    assert f"{100 * in_time / resolved:.2f}" == PRINTED["province_level_on_time_percent"]


class TestUnusedSoftware:
    def test_51_communes_declare_dossiers_and_have_none_in_the_software(self, binhdinh):
        rows = binhdinh.inspector.coverage(*PERIOD).values()
        unused = [row for row in rows if row["declared"] and not row["uses_software"]]
        assert len(unused) == PRINTED["communes_not_using_software"]
        assert {row["name"] for row in unused} == set(binhdinh.truth["unused"])

    def test_a_paper_book_is_counted_but_is_no_use_of_the_software(self, binhdinh, rows):
        row = binhdinh.inspector.coverage(*PERIOD)["Xã Cát Sơn"]
        assert (row["recorded"], row["percent"]) == (0, "0.00")
        assert rows["Xã Cát Sơn"]["received"]["total"] == 60

    def test_a_dossier_of_a_paper_book_is_found_by_its_number(self, binhdinh):
        answer = binhdinh.inspector.ask(
            "explain", binhdinh.truth["examples"]["book"], "--as-of", AT
        )
        assert answer["accepted_at"]


class TestLetters:
    def test_a_letter_was_owed_for_every_late_dossier(self, rows):
        row = rows["Huyện Phù Cát"]
        assert row["letters"]["owed"] == row["resolved"]["late"] + row["in_process"]["overdue"]
        assert row["letters"]["owed"] == sum(
            row["letters"][grade] for grade in ("on_time", "late", "missing")
        )

    def test_most_were_never_sent(self, binhdinh, rows):
        assert rows[""]["letters"]["missing"] == sum(binhdinh.truth["missing_by_head"].values())
        assert rows[""]["letters"]["missing"] > 0.8 * rows[""]["letters"]["owed"]

    def test_the_head_of_the_district_answers_for_them(self, binhdinh):
        found = binhdinh.inspector.counts(
            "officer", "--rule", "apology_missing", "--unit", "H08.20", "--as-of", AT
        )
        heads = {
            head: n
            for head, n in binhdinh.truth["missing_by_head"].items()
            if head.startswith("H08.20")
        }
        assert found.items() >= heads.items()

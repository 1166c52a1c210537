"""Kiên Giang, January to September 2022: 61.45 % on time, letters missing by place, petitions unanswered."""

import pytest

from tests.scenarios import kien_giang
from tests.scenarios.facts import facts

PRINTED = facts(kien_giang.NAME)["printed"]
AT = PRINTED["period"][1]
PERIOD = ("--period", "..".join(PRINTED["period"]))

# The largest of the five: its import alone takes about two minutes.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(2400), pytest.mark.xdist_group("kien-giang")]


@pytest.fixture
def rows(kiengiang):
    return kiengiang.inspector.units(*PERIOD)


def test_everything_sent_was_taken_in(kiengiang):
    assert {answer["refused"] for answer in kiengiang.imports} == {0}


def test_171750_were_resolved(rows):
    assert rows[""]["resolved"]["total"] == PRINTED["resolved"]


def test_105541_of_them_early_or_on_time(rows):
    assert (
        rows[""]["resolved"]["early"] + rows[""]["resolved"]["on_time"]
        == PRINTED["early_or_on_time"]
    )


@pytest.mark.parametrize("clock", ["legal", "portal", "qd766"])
def test_the_rate_is_as_printed_on_every_clock(kiengiang, clock):
    row = kiengiang.inspector.units(*PERIOD, "--clock", clock)[""]
    assert row["on_time_percent"]["of_resolved"] == PRINTED["on_time_percent"]


def test_the_rate_fell_since_the_year_before(rows):
    assert float(rows[""]["on_time_percent"]["of_resolved"]) < float(
        PRINTED["previous_year_on_time_percent"]
    )


def test_letters_are_missing_in_the_two_cities_and_nowhere_else(kiengiang, rows):
    districts = [row for row in rows.values() if row.get("level") == "district"]
    missing = {
        row["name"]: row["letters"]["missing"] for row in districts if row["letters"]["missing"]
    }
    assert missing == kiengiang.truth["missing"]
    assert sorted(missing) == sorted(PRINTED["missing_apologies_in"])
    assert rows[""]["letters"]["missing"] == sum(missing.values())


@pytest.mark.parametrize("city", PRINTED["missing_apologies_in"])
def test_the_findings_agree_with_the_report(kiengiang, city):
    unit = kiengiang.truth["codes"][city]
    asked = (
        "violations",
        "--rule",
        "apology_missing",
        "--unit",
        unit,
        "--as-of",
        AT,
        "--limit",
        "1",
    )
    assert kiengiang.inspector.ask(*asked)["total"] == kiengiang.truth["missing"][city]


def test_a_letter_does_not_make_a_late_dossier_timely(rows):
    letters = rows["Huyện Gò Quao"]["letters"]
    late = (
        rows["Huyện Gò Quao"]["resolved"]["late"] + rows["Huyện Gò Quao"]["in_process"]["overdue"]
    )
    assert (letters["owed"], letters["missing"]) == (late, 0)


def test_129_petitions_were_not_answered(kiengiang):
    total = kiengiang.inspector.ask("report", "feedback", *PERIOD)["total"]
    assert total["unanswered"] == PRINTED["petitions_unanswered"]
    assert total["received"] == kiengiang.truth["petitions"]

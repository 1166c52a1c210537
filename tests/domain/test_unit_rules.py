"""Rules over a unit and a period: an example on each side of every limit."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy import NATIONAL
from domain.rules.units import UNIT_RULES, Printed, UnitCounts, unit_findings

GOOD = UnitCounts(
    received=110, resolved=100, early=45, on_time=50, late=5, in_process=8, cancelled=2,
    letters_owed=5, letters_on_time=5, recorded=20, whole=20,
)  # fmt: skip
FIGURES = Printed(
    received=12, processed=10, early=3, on_time=5, late=2, in_process=2, on_time_percent="80.00"
)


def broken(counts, printed=None, policy=NATIONAL):
    found = unit_findings(
        counts, policy, unit="H40.17", head="tt-17", day=date(2022, 12, 1), printed=printed
    )
    return [finding.rule.name for finding in found]


def test_a_unit_at_every_limit_breaks_nothing():
    assert broken(GOOD) == []


def test_a_unit_with_no_dossiers_breaks_nothing():
    assert broken(UnitCounts()) == []


BEYOND = {
    "unit_on_time_below_95": GOOD._replace(on_time=49, late=6),
    "unit_apology_below_100": GOOD._replace(letters_on_time=4, letters_late=1),
    "online_late_zero": GOOD._replace(late_online=1),
    "report_not_additive": GOOD._replace(received=111),
    "not_recorded_in_software": GOOD._replace(whole=21),
}


@pytest.mark.parametrize(("rule", "counts"), BEYOND.items())
def test_one_dossier_beyond_a_limit_breaks_its_rule_alone(rule, counts):
    assert broken(counts) == [rule]


def test_every_rule_has_an_example():
    assert list(BEYOND) == [rule.name for rule in UNIT_RULES]


def test_the_floor_is_compared_exactly_not_as_printed():
    counts = UnitCounts(received=100_000, resolved=100_000, on_time=94_999, late=5_001)
    assert broken(counts) == ["unit_on_time_below_95"]


def test_a_local_floor_is_the_policys():
    strict = replace(NATIONAL, floor_percent=96)
    assert broken(GOOD, policy=strict) == ["unit_on_time_below_95"]


def test_processed_that_is_not_its_parts_does_not_add_up():
    assert broken(GOOD._replace(no_due=1)) == ["report_not_additive"]


def test_a_printed_report_that_adds_up_is_no_finding():
    assert broken(GOOD, FIGURES) == []
    assert broken(GOOD, Printed()) == []


@pytest.mark.parametrize(
    "wrong", [{"received": 13}, {"late": 3, "on_time_percent": None}, {"on_time_percent": "80.01"}]
)
def test_a_printed_figure_that_does_not_fit_the_others_is_found(wrong):
    assert broken(GOOD, FIGURES._replace(**wrong)) == ["report_not_additive"]


def test_a_printed_percentage_of_nothing_fits_nothing():
    none = Printed(processed=0, early=0, on_time=0, late=0, on_time_percent="0.00")
    assert broken(GOOD, none) == ["report_not_additive"]


def test_the_head_answers_or_the_unit_itself():
    counts = UnitCounts(received=2, resolved=2, late=2, late_online=1)
    below, online = unit_findings(counts, NATIONAL, unit="H40", head="tt-1", day=date(2026, 1, 1))
    assert [(who.officer, who.unit, who.role) for who in below.responsible] == [
        ("tt-1", "H40", "head")
    ]
    assert [(who.officer, who.unit, who.role) for who in online.responsible] == [
        (None, "H40", "unit")
    ]


def test_both_denominators_are_reported_beside_the_floor():
    (found,) = unit_findings(
        UnitCounts(received=4, resolved=2, on_time=1, late=1, in_process=2),
        NATIONAL, unit="H40", head=None, day=date(2022, 12, 1),
    )  # fmt: skip
    assert "50,00 % số đã giải quyết (1/2), 25,00 % số tiếp nhận" in found.message("vi")
    assert "50.00 % of resolved (1/2), 25.00 % of received" in found.message("en")


@pytest.mark.parametrize("law", ["qd09-2015", "nd61-2018", "nd118-2025"])
@pytest.mark.parametrize("rule", UNIT_RULES, ids=lambda rule: rule.versioned)
def test_every_rule_has_a_basis_under_every_regulation(rule, law):
    assert rule.basis[law]
    assert rule.versioned == f"{rule.name}/1"


COUNTS = st.builds(UnitCounts, *(st.integers(0, 50) for _ in UnitCounts._fields))


@pytest.mark.property
@given(COUNTS)
def test_any_counts_are_judged_and_every_finding_can_be_told(counts):
    for found in unit_findings(counts, NATIONAL, unit=None, head=None, day=date(2022, 12, 1)):
        for lang in ("vi", "en"):
            assert "{" not in found.message(lang)

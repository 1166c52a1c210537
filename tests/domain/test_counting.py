"""Counting (JUDGEMENT 10): periods, rows that add up, coverage, the tree of units, percentages."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.counting import (
    IN_PROCESS,
    RESOLVED,
    Cell,
    Period,
    Tally,
    below,
    declared,
    ended_on,
    names,
    question_instant,
    registered_units,
    summed,
)
from domain.directory import NOBODY, Directory, Registration
from domain.facts import IntakeDeclared, UnitRegistered
from domain.percentages import percent
from domain.values import VN, end_of, unit_key

NOON = datetime(2021, 6, 15, 12, tzinfo=VN)
SPRING = Period(date(2021, 1, 1), date(2021, 4, 30))


def units(*registered, declarations=()):
    """A directory of (unit, parent[, days from NOON]) and of (unit, span, count[, days from NOON])."""
    lists: dict[Any, list] = {}
    told: dict[Any, list] = {}
    for unit, parent, *days in registered:
        at = NOON + timedelta(days=days[0] if days else -100)
        said = UnitRegistered(unit=unit, name=f"Đơn vị {unit}", parent=parent)
        lists.setdefault(unit_key(unit), []).append(Registration(at, 1, said))
    for unit, span, count, *days in declarations:
        at = NOON + timedelta(days=days[0] if days else -10)
        declares = IntakeDeclared(unit=unit, period=span, count=count)
        told.setdefault(unit_key(unit), []).append(Registration(at, 1, declares))
    return Directory(lists, {}, {}, told)


# ── percentages ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (105541, 171750, "61.45"),
        (19, 42110, "0.05"),
        (1, 8, "12.50"),
        (1, 800, "0.13"),  # 0.125 exactly: half goes up
        (3, 3, "100.00"),
        (0, 7, "0.00"),
        (7, 3, "233.33"),
    ],
)
def test_a_percentage_has_two_decimals_half_up(part, whole, printed):
    assert percent(part, whole) == printed


def test_there_is_no_percentage_of_nothing():
    assert percent(0, 0) is None


@pytest.mark.property
@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_percentage_is_the_decimal_one(part, whole):
    exact = (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert percent(part, whole) == f"{exact:f}"


# ── periods and ends ─────────────────────────────────────────────────────────


def test_a_past_period_is_judged_at_its_end():
    assert question_instant(NOON, SPRING) == end_of(date(2021, 4, 30))


def test_an_unfinished_period_is_judged_at_as_of():
    assert question_instant(NOON, Period(date(2021, 6, 1), date(2021, 6, 30))) == NOON


def test_without_a_period_everything_up_to_as_of_is_judged():
    assert question_instant(NOON, None) == NOON


def test_an_end_recorded_before_the_acceptance_counts_at_the_acceptance():
    assert ended_on(NOON, NOON - timedelta(days=9)) == NOON.date()


def test_an_open_dossier_and_one_never_accepted_have_no_end():
    assert ended_on(NOON, None) is None
    assert ended_on(None, NOON) is None


# ── rows ─────────────────────────────────────────────────────────────────────

CELLS = st.builds(
    Cell,
    st.just("H40"),
    st.sampled_from(("carried_over", "in_period")),
    st.sampled_from(("online", "direct", "postal", None)),
    st.sampled_from((*RESOLVED, "cancelled", *IN_PROCESS)),
    st.sampled_from(("on_time", "late", "missing", "not_owed")),
)
COUNTED = st.lists(st.tuples(CELLS, st.integers(1, 50)))


def tally_of(counted):
    tally = Tally()
    for cell, n in counted:
        tally.take(cell, n)
    return tally


@pytest.mark.property
@given(COUNTED)
def test_received_is_resolved_and_cancelled_and_in_process(counted):
    tally = tally_of(counted)
    row = tally.row()
    received = row["received"]
    channels = ("online", "direct", "postal", "unknown")
    assert tally.adds_up
    assert received["total"] == sum(n for _, n in counted)
    assert received["total"] == received["carried_over"] + received["in_period"]
    assert received["in_period"] == sum(received[channel] for channel in channels)
    assert (
        received["total"]
        == row["resolved"]["total"] + row["cancelled"] + row["in_process"]["total"]
    )


@pytest.mark.property
@given(COUNTED)
def test_the_parts_of_resolved_in_process_and_letters_are_their_totals(counted):
    row = tally_of(counted).row()
    for total, parts in (
        ("total", row["resolved"]),
        ("total", row["in_process"]),
        ("owed", row["letters"]),
    ):
        assert parts[total] == sum(n for name, n in parts.items() if name != total)


@pytest.mark.property
@given(COUNTED, COUNTED)
def test_two_units_together_are_the_row_of_all_their_dossiers(mine, theirs):
    together = tally_of(mine)
    together.add(tally_of(theirs))
    assert together.row() == tally_of([*mine, *theirs]).row()
    assert together.counts == tally_of([*mine, *theirs]).counts


def test_a_class_that_is_neither_an_end_nor_open_breaks_the_identity():
    tally = tally_of([(Cell("H40", "in_period", None, "not_accepted", "not_owed"), 1)])
    assert (tally.received["total"], tally.adds_up) == (1, False)


def test_early_and_on_time_together_are_on_time_in_percentages():
    tally = tally_of(
        [(Cell("H40", "in_period", None, class_, "not_owed"), n) for class_, n in
         (("early", 2), ("on_time", 1), ("late", 1), ("in_time", 4))]
    )  # fmt: skip
    assert tally.row()["on_time_percent"] == {"of_resolved": "75.00", "of_received": "37.50"}
    assert tally.row()["late_percent"] == {"of_resolved": "25.00", "of_received": "12.50"}


def test_the_rules_over_units_read_the_same_counts_as_the_row():
    tally = tally_of([(Cell("H40", "in_period", "online", "late", "missing"), 3)])
    assert (tally.counts.received, tally.counts.late, tally.counts.late_online) == (3, 3, 3)
    assert (tally.counts.letters_owed, tally.counts.letters_missing) == (3, 3)


# ── coverage ─────────────────────────────────────────────────────────────────


def test_coverage_is_the_recorded_over_the_declared():
    tally = Tally(recorded=57, accepted=60, declared=200, declared_recorded=57)
    assert tally.coverage == {"recorded": 57, "declared": 200, "percent": "28.50"}
    assert (tally.counts.recorded, tally.counts.whole) == (57, 200)


def test_without_a_declaration_coverage_is_over_all_that_were_accepted():
    tally = Tally(recorded=57, accepted=60)
    assert tally.coverage == {"recorded": 57, "declared": None, "percent": "95.00"}
    assert (tally.counts.recorded, tally.counts.whole) == (57, 60)


def test_a_parent_adds_only_those_below_it_that_declared():
    parent = Tally(recorded=9, accepted=9)
    parent.add(Tally(recorded=2, accepted=2, declared=8, declared_recorded=2))
    parent.add(Tally(recorded=5, accepted=7))
    assert parent.coverage == {"recorded": 2, "declared": 8, "percent": "25.00"}


def test_declarations_wholly_inside_the_period_are_added():
    told = units(declarations=[("H40", "2021-01/2021-02", 10), ("H40", "2021-03-01/2021-04-30", 5)])
    assert declared(told, unit_key("H40"), NOON, SPRING) == 15


@pytest.mark.parametrize("span", ["2020-12/2021-01", "2021-04/2021-05", "2020-01/2021-12"])
def test_a_declaration_that_reaches_out_of_the_period_does_not_count(span):
    told = units(declarations=[("H40", span, 10)])
    assert declared(told, unit_key("H40"), NOON, SPRING) is None


def test_the_last_declaration_of_a_span_counts_however_it_is_written():
    told = units(
        declarations=[("H40", "2021-01/2021-02", 10, -9), ("H40", "2021-01-01/2021-02-28", 4, -8)]
    )
    assert declared(told, unit_key("H40"), NOON, SPRING) == 4


def test_declarations_are_read_by_as_of_and_not_cut_at_the_end_of_the_period():
    told = units(
        declarations=[("H40", "2021-01/2021-04", 10, 0), ("H40", "2021-01/2021-04", 99, 1)]
    )
    assert declared(told, unit_key("H40"), NOON, SPRING) == 10


def test_without_a_period_every_declaration_counts():
    told = units(declarations=[("H40", "2019-01/2019-12", 10), ("H40", "2020-01/2020-12", 5)])
    assert declared(told, unit_key("H40"), NOON, None) == 15


def test_a_unit_that_never_declared_has_declared_nothing():
    assert declared(NOBODY, unit_key("H40"), NOON, SPRING) is None


# ── the tree of units ────────────────────────────────────────────────────────


def tree_of(told, *others, at=NOON) -> dict[str, set[str]]:
    known = [unit_key(unit) for unit in (*others, *registered_units(told, at))]
    return {str(unit): {*map(str, members)} for unit, members in below(told, at, known).items()}


def test_a_unit_has_below_it_its_children_and_theirs():
    told = units(("H40", None), ("H40.17", "H40"), ("H40.17.05", "H40.17"))
    tree = tree_of(told)
    assert tree["H40"] == {"H40", "H40.17", "H40.17.05"}
    assert tree["H40.17.05"] == {"H40.17.05"}


def test_parents_are_as_registered_at_the_instant():
    told = units(("A", None), ("B", None), ("X", "A", -50), ("X", "B", 1))
    assert "X" in tree_of(told)["A"]
    later = tree_of(told, at=NOON + timedelta(days=2))
    assert "X" in later["B"]
    assert later["A"] == {"A"}


def test_a_unit_not_yet_registered_has_no_parent_and_no_name():
    told = units(("X", "A", 1))
    assert tree_of(told, "X") == {"X": {"X"}}
    assert names(told, unit_key("X"), NOON)["name"] is None
    assert registered_units(told, NOON) == []


def test_a_parent_that_is_only_named_has_its_children_below_it():
    told = units(("H40.17", "000.00.00.H40"))
    assert tree_of(told)["H40"] == {"H40", "H40.17"}


def test_a_circle_of_parents_is_cut_and_each_unit_counted_once():
    told = units(("A", "B"), ("B", "C"), ("C", "A"), ("X", "A"), ("S", "S"))
    tree = tree_of(told)
    assert tree["A"] == tree["B"] == tree["C"] == {"A", "B", "C", "X"}
    assert (tree["X"], tree["S"]) == ({"X"}, {"S"})


def test_a_unit_is_printed_as_registered_else_as_stated():
    told = units(("000.00.17.H40", "H40"))
    assert names(told, unit_key("H40.17"), NOON, "H40.17") == {
        "unit": "000.00.17.H40",
        "name": "Đơn vị 000.00.17.H40",
        "parent": "H40",
        "level": None,
    }
    assert names(told, unit_key("UBND xã"), NOON, "UBND xã")["unit"] == "UBND xã"


@pytest.mark.property
@given(
    st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from([None, *"ABCDEF"]))),
    st.dictionaries(st.sampled_from("ABCDEF"), st.integers(1, 9)),
)
def test_each_dossier_is_counted_once_in_a_unit_and_once_in_each_above_it(registered, dossiers):
    told = units(*registered)
    own = {unit_key(unit): Tally(accepted=n) for unit, n in dossiers.items()}
    tree = below(told, NOON, [*own, *registered_units(told, NOON)])
    rows = summed(own, tree)
    for unit, row in rows.items():
        assert row.accepted == sum(
            tally.accepted for key, tally in own.items() if key in tree[unit]
        )
        assert unit in tree[unit]
    assert own.keys() <= rows.keys()

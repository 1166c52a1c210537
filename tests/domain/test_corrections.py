"""Corrections that do and do not count (JUDGEMENT 1)."""

from domain.corrections import outcome
from tests.support.case import ACCEPTED, KNOWN, instant, judged, recorded

LATER = "2026-04-10T08:00"


def corrected(target, at="2026-03-06T08:00", kind="annul", **data):
    said = {"target": target, "kind": kind, "reason": "r", "authorised_by": "a"}
    return ("corrected", at, said | data)


def counting(*history, known=KNOWN):
    """Version of a corrected fact -> version of the correction that counts for it."""
    return {aim: by.version for aim, by in outcome(recorded([*history]), known).items()}


def test_without_corrections_none_counts():
    assert counting(ACCEPTED) == {}


def test_the_last_of_several_corrections_counts():
    assert counting(ACCEPTED, corrected("1"), corrected("1")) == {1: 3}


def test_a_correction_recorded_after_k_does_not_count_yet():
    later = corrected("1", "2026-03-09T08:00")
    known = instant("2026-03-08T08:00")
    assert counting(ACCEPTED, corrected("1"), later, known=known) == {1: 2}


def test_an_annulled_correction_does_not_count_and_the_one_before_it_does():
    history = (ACCEPTED, corrected("1"), corrected("1"), corrected("3"))
    assert counting(*history) == {1: 2, 3: 4}


def test_a_correction_of_nothing_known_counts_for_nothing():
    assert counting(ACCEPTED, corrected("99")) == {}


def test_an_amendment_that_takes_away_what_the_type_needs_leaves_its_target_as_it_was():
    bare = corrected("1", kind="amend", replacement={"competent_unit": None, "copies": 2})
    assert judged([ACCEPTED, bare], LATER).unit == "H40.17"


def test_an_annulled_acceptance_is_none():
    assert judged([ACCEPTED, corrected("1")], LATER).legal.class_ == "not_accepted"

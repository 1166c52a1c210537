"""The oracle against examples worked out by hand: the counts of section 10."""

from datetime import date

from tests.oracle.counting import count, percent
from tests.oracle.telling import (
    CALENDAR,
    accepted,
    at,
    days,
    head,
    late_by_two_steps,
    make,
)

# Section 10 ----------------------------------------------------------------------------------


def test_percentages_round_half_up_and_never_over_nothing():
    assert (percent(1, 3), percent(1, 8), percent(1, 800), percent(0, 0)) == (
        "33.33",
        "12.50",
        "0.13",
        None,
    )


def test_a_period_counts_carried_over_received_and_ended_dossiers():
    old = accepted("2025-02-26 08:00", limit=days(5)).then("returned", "2025-03-03 09:00")
    new = accepted("2025-03-17 08:00", limit=days(2), channel="online")
    gone = accepted("2025-01-06 08:00", limit=days(2)).then("returned", "2025-01-07 09:00")
    answer = counted({"old": old, "new": new, "gone": gone}, head("H"))
    row = answer["units"]["U"]
    assert (row["received"]["carried_over"], row["received"]["online"]) == (1, 1)
    assert (row["resolved"]["early"], row["in_process"]["overdue"]) == (1, 1)
    assert row == row | answer["total"]


def counted(dossiers: dict, *directory: dict) -> dict:
    question: dict = {
        "period": (date(2025, 3, 1), date(2025, 3, 31)),
        "as_of": at("2026-01-01"),
        "known_at": at("2090-01-01"),
        "clock": "legal",
        "calendar_rows": CALENDAR,
    }
    events = {code: dossier.events for code, dossier in dossiers.items()}
    return count(events, directory, **question)


def declared(unit: str, period: str, number: int, when: str = "2025-06-01") -> dict:
    data = {"unit": unit, "period": period, "count": number}
    return make("unit.intake_declared", when, f"d-{unit}-{number}", **data)


def test_coverage_is_what_software_recorded_over_the_last_count_declared():
    dossiers = {
        "soft": accepted("2025-03-17 08:00"),
        "paper": accepted("2025-03-17 08:00", source="/paper/so.csv"),
    }
    bare = counted(dossiers, head("H"))["units"]["U"]["coverage"]
    assert bare == {"recorded": 1, "declared": None, "percent": "50.00"}
    twice = [declared("U", "2025-03/2025-03", 9), declared("U", "2025-03/2025-03", 4)]
    wider = declared("U", "2025-03/2025-04", 99)
    told = counted(dossiers, head("H"), *twice, wider)["units"]["U"]["coverage"]
    assert told == {"recorded": 1, "declared": 4, "percent": "25.00"}


def test_parents_add_up_their_children_as_registered():
    child = make("unit.registered", "2020-01-01", "c", unit="C", name="C", parent="U")
    dossiers = {"x": accepted("2025-03-17 08:00", competent_unit="C")}
    units = counted(dossiers, head("H"), child)["units"]
    assert (units["U"]["received"]["total"], units["C"]["received"]["total"]) == (1, 1)


def test_officers_are_counted_by_segment_and_by_share():
    rows = counted({"x": late_by_two_steps()}, head("H"))["officers"]
    told = {r["officer"]: (r["dossiers"], r["late_dossiers"], r["share_minutes"]) for r in rows}
    assert told == {"B": (1, 1, 90), "C": (1, 1, 30), "A": (1, 0, 0), "H": (0, 0, 0)}
    assert {r["officer"]: r["held_minutes"] for r in rows}["B"] == 480


def test_feedback_is_late_by_its_due_and_counts_the_first_of_each_kind():
    asked = {"unit": "U", "due_at": "2025-03-20"}
    told = [
        make("feedback.received", "2025-03-10", "1", feedback="a", **asked),
        make("feedback.answered", "2025-03-21", "2", feedback="a", unit="U", answer="x"),
        make("feedback.answered", "2025-03-22", "3", feedback="a", unit="U", answer="y"),
        make("feedback.received", "2025-03-11", "4", feedback="b", **asked),
    ]
    assert counted({}, head("H"), *told)["feedback"]["units"]["U"] == {
        "received": 2,
        "answered": 1,
        "answered_late": 1,
        "unanswered": 1,
        "unanswered_overdue": 1,
    }

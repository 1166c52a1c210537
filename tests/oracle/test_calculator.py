"""The oracle against examples worked out by hand, so that it is not wrong as the engine may be."""

import random
from datetime import date, datetime

import pytest

from tests.oracle import calculator
from tests.oracle.calculator import candidates, next_change, open_case, since
from tests.oracle.counting import count, percent
from tests.oracle.histories import random_directory, random_history, random_question
from tests.oracle.naive_moment import largest_remainder
from tests.oracle.naive_time import (
    DAY,
    MICROSECOND,
    VN,
    Calendar,
    load_calendar,
    midnight,
    parse_instant,
)

CALENDAR = Calendar(load_calendar())
WITHOUT_MAKE_UP = Calendar(row for row in load_calendar() if row["kind"] == "off")


def at(text: str) -> datetime:
    """`2025-03-17 08:00`, local."""
    return datetime.fromisoformat(text).replace(tzinfo=VN)


class Dossier:
    """Events told one by one; each arrives when it happens unless said otherwise."""

    def __init__(self, *directory: dict) -> None:
        self.events: list[dict] = []
        self.directory = list(directory)

    def then(self, kind: str, when: str, /, **data: object) -> "Dossier":
        self.events.append(make(f"dossier.{kind}", when, f"e{len(self.events) + 1}", **data))
        return self

    def judged(self, as_of: str, known_at: str = "2090-01-01") -> dict:
        return calculator.judge(self.events, at(as_of), at(known_at), self.directory, CALENDAR)


def make(kind: str, when: str, name: str, /, **data: object) -> dict:
    attributes = {key: data.pop(key) for key in ("source", "recorded", "known") if key in data}
    return {
        "id": name,
        "source": attributes.get("source", "/igate/H40"),
        "type": f"vn.dunghen.{kind}.v1",
        "subject": "X",
        "time": at(when).isoformat(),
        "recordedtime": at(str(attributes.get("recorded", when))).isoformat(),
        "recorded_known": attributes.get("known", True),
        "data": data,
    }


def days(amount: int, unit: str = "working_days") -> dict:
    return {"amount": amount, "unit": unit}


def by(officer: str | None = None, unit: str = "U") -> dict:
    return {"unit": unit} | ({"officer": officer} if officer else {})


def head(officer: str, when: str = "2020-01-01", unit: str = "U") -> dict:
    return make("unit.registered", when, f"h-{officer}", unit=unit, name=unit, head=officer)


def accepted(when: str, *directory: dict, **data: object) -> Dossier:
    stated = {"competent_unit": "U", "actor": by("A")} | data
    return Dossier(*directory).then("accepted", when, **stated)


def legal(answer: dict) -> tuple:
    clock = answer["clocks"]["legal"]
    return (clock["class"], clock["due"], clock["late_working_days"], clock["late_minutes"])


# Section 3 and DOMAIN 6.4: limits ------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "n", "due", "plain"),
    [
        ("2025-03-20", 3, "2025-03-25", "2025-03-25"),
        ("2025-04-25", 3, "2025-04-29", "2025-05-05"),
        ("2019-04-26", 5, "2019-05-07", "2019-05-08"),
        ("2024-04-26", 4, "2024-05-06", "2024-05-07"),
        ("2026-08-20", 2, "2026-08-22", "2026-08-24"),
        ("2026-02-12", 5, "2026-02-26", "2026-02-26"),
        ("2025-08-29", 2, "2025-09-04", "2025-09-04"),
    ],
)
def test_the_worked_examples_of_the_domain_come_out(received, n, due, plain):
    start = midnight(date.fromisoformat(received))
    assert CALENDAR.due_from(days(n), start).isoformat() == due
    assert WITHOUT_MAKE_UP.due_from(days(n), start).isoformat() == plain


@pytest.mark.parametrize(
    ("received", "limit", "due"),
    [
        ("2025-03-17 14:59", days(0), "2025-03-17"),
        ("2025-03-17 15:00", days(0), "2025-03-18"),
        ("2025-03-15 08:00", days(0, "calendar_days"), "2025-03-17"),
        ("2025-03-21 16:00", days(0, "calendar_days"), "2025-03-24"),
        ("2025-04-25 15:00", days(0), "2025-04-26"),
        ("2025-03-17 08:00", days(4, "calendar_days"), "2025-03-21"),
        ("2025-03-17 08:00", days(5, "calendar_days"), "2025-03-24"),
        ("2025-03-17 16:30", days(1), "2025-03-18"),
        ("2025-03-17 08:00", days(2, "working_hours"), "2025-03-17T10:00:00+07:00"),
        ("2025-03-17 10:30", days(1, "working_hours"), "2025-03-17T11:30:00+07:00"),
        ("2025-03-17 11:00:59", days(1, "working_hours"), "2025-03-17T14:00:00+07:00"),
        ("2025-03-21 20:00", days(8, "working_hours"), "2025-03-24T17:00:00+07:00"),
    ],
)
def test_a_limit_gives_the_due_of_the_table(received, limit, due):
    assert CALENDAR.due_from(limit, at(received)).isoformat() == due


def test_a_working_day_has_480_minutes_and_a_night_none():
    assert CALENDAR.work(at("2025-03-17"), at("2025-03-18")) == 480
    assert CALENDAR.work(at("2025-03-17 17:00"), at("2025-03-18 07:00")) == 0
    assert CALENDAR.work(at("2025-03-17 08:00:59"), at("2025-03-17 08:01:00")) == 1
    assert CALENDAR.work(at("2025-12-31 16:00"), at("2026-01-02 08:00")) == 120


def test_a_stated_due_wins_over_the_limit():
    case = accepted("2025-03-17 08:00", due_at="2025-03-20", limit=days(1))
    assert legal(case.judged("2025-03-18"))[1] == "2025-03-20"
    assert "due_date_inconsistent" in case.judged("2025-03-18")["findings"]


def test_no_due_and_no_limit_is_a_receipt_missing_and_nothing_falls_due():
    answer = accepted("2025-03-17 08:00").judged("2025-03-18")
    assert answer["clocks"]["legal"]["class"] == "open_no_due"
    assert answer["findings"]["receipt_missing"]["since"] == "2025-03-17T08:00:00+07:00"


def test_the_registered_limit_of_the_procedure_checks_the_promise():
    registered = make("procedure.registered", "2024-01-01", "p", procedure="1.5", limit=days(2))
    case = accepted("2025-03-17 08:00", registered, limit=days(3), procedure="1.5.000.H40")
    assert "due_date_inconsistent" in case.judged("2025-03-18")["findings"]


# Sections 4 and 5: clocks and classes --------------------------------------------------------


@pytest.mark.parametrize(("ended", "late"), [("2026-02-24", 3), ("2026-03-10", 13)])
def test_days_late_after_tet_are_as_printed(ended, late):
    case = accepted("2026-02-05 08:00", due_at="2026-02-12").then("returned", f"{ended} 07:00")
    assert legal(case.judged("2026-04-01"))[:3] == ("late", "2026-02-12", late)


@pytest.mark.parametrize(
    ("as_of", "klass"),
    [("2025-03-18 23:59:59.999999", "in_time"), ("2025-03-19 00:00", "overdue")],
)
def test_a_due_date_is_kept_until_midnight(as_of, klass):
    answer = accepted("2025-03-17 08:00", limit=days(1)).judged(as_of)
    assert answer["clocks"]["legal"]["class"] == klass


@pytest.mark.parametrize(
    ("as_of", "klass"), [("2025-03-18 10:00", "in_time"), ("2025-03-18 10:00:00.000001", "overdue")]
)
def test_a_due_instant_is_kept_with_itself(as_of, klass):
    case = accepted("2025-03-17 08:00", due_at="2025-03-18T10:00:00+07:00")
    assert case.judged(as_of)["clocks"]["legal"]["class"] == klass


@pytest.mark.parametrize(
    ("kind", "when", "klass"),
    [
        ("returned", "2025-03-17 09:00", "early"),
        ("returned", "2025-03-18 09:00", "on_time"),
        ("withdrawn", "2025-03-18 09:00", "cancelled"),
        ("withdrawn", "2025-03-19 09:00", "late"),
        ("result_issued", "2025-03-19 06:00", "late"),
        ("stopped", "2025-03-10 09:00", "cancelled"),
    ],
)
def test_the_first_row_that_fits_is_the_class(kind, when, klass):
    case = accepted("2025-03-17 08:00", limit=days(1)).then(kind, when)
    assert case.judged("2025-04-01")["clocks"]["legal"]["class"] == klass


def test_without_acceptance_a_refused_intake_is_told_from_nothing_at_all():
    refused = Dossier().then("intake_refused", "2025-03-17 08:00", reason="r")
    assert legal(refused.judged("2025-04-01"))[0] == "intake_refused"
    assert legal(Dossier().judged("2025-04-01"))[0] == "not_accepted"


def supplemented(limit: dict | None = None, **stated: object) -> Dossier:
    terms = stated or {"limit": limit or days(5)}
    case = accepted("2025-03-17 08:00", **terms)
    case.then("supplement_requested", "2025-03-19 09:00", reason="r")
    return case.then("supplement_received", "2025-03-26 10:00", complete=True)


def test_a_valid_request_stands_still_and_the_answer_starts_the_full_limit_again():
    case = supplemented()
    assert legal(case.judged("2025-03-26 09:59"))[:2] == ("waiting", "2025-03-24")
    assert legal(case.judged("2025-03-26 10:00"))[:2] == ("in_time", "2025-04-02")


def test_a_stated_due_starts_again_as_its_term_in_working_days():
    assert legal(supplemented(due_at="2025-03-20").judged("2025-03-27"))[1] == "2025-03-31"
    assert legal(supplemented(due_at="2025-03-20T08:00:00+07:00").judged("2025-03-27"))[1] == (
        "2025-03-31"
    )


def test_a_request_after_the_third_working_day_changes_nothing():
    case = accepted("2025-03-17 08:00", limit=days(5))
    case.then("supplement_requested", "2025-03-21 09:00", reason="r")
    answer = case.judged("2025-03-25 08:00")
    assert legal(answer)[0] == "overdue"
    assert answer["clocks"]["portal"]["class"] == "waiting"
    assert answer["findings"]["supplement_notice_late"]["since"] == "2025-03-21T09:00:00+07:00"


def test_a_request_before_acceptance_was_the_first():
    case = Dossier().then("supplement_requested", "2025-03-14 09:00", reason="r")
    case.then("accepted", "2025-03-17 08:00", competent_unit="U", limit=days(5))
    case.then("supplement_requested", "2025-03-18 09:00", reason="r")
    assert legal(case.judged("2025-03-19 08:00"))[0] == "in_time"


def test_a_lawful_pause_moves_a_due_date_by_its_working_days():
    case = accepted("2025-03-17 08:00", limit=days(2))
    case.then("paused", "2025-03-18 09:00", ground="assessment", legal_basis="b")
    assert legal(case.judged("2025-03-21"))[:2] == ("waiting", "2025-03-19")
    case.then("resumed", "2025-03-21 09:00", ground="other")
    assert legal(case.judged("2025-03-21 09:00"))[:2] == ("in_time", "2025-03-24")


def test_a_lawful_pause_moves_a_due_instant_by_its_office_minutes():
    case = accepted("2025-03-17 08:00", limit=days(2, "working_hours"))
    case.then("paused", "2025-03-17 09:00", ground="public_notice", legal_basis="b")
    case.then("resumed", "2025-03-17 11:30", ground="public_notice")
    assert legal(case.judged("2025-03-17 12:00"))[1] == "2025-03-17T14:30:00+07:00"


@pytest.mark.parametrize(
    "pause", [{"ground": "other", "legal_basis": "b"}, {"ground": "assessment"}]
)
def test_a_pause_without_ground_or_basis_moves_nothing(pause):
    case = accepted("2025-03-17 08:00", limit=days(2)).then("paused", "2025-03-18 09:00", **pause)
    answer = case.judged("2025-03-20 08:00")
    assert legal(answer)[0] == "overdue"
    assert answer["clocks"]["portal"]["class"] == "waiting"


def test_nothing_falls_due_while_the_clock_stands_still():
    case = accepted("2025-03-17 08:00", limit=days(0))
    case.then("paused", "2025-03-17 09:00", ground="assessment", legal_basis="b")
    case.then("supplement_requested", "2025-03-19 09:00", reason="r")
    case.then("resumed", "2025-03-19 10:00", ground="assessment")
    assert legal(case.judged("2025-03-28 08:00"))[0] == "waiting"


def test_a_pause_across_the_answer_moves_the_new_cycle_by_its_part_inside():
    case = accepted("2025-03-17 08:00", limit=days(2))
    case.then("supplement_requested", "2025-03-18 09:00", reason="r")
    case.then("paused", "2025-03-18 10:00", ground="assessment", legal_basis="b")
    case.then("supplement_received", "2025-03-24 09:00", complete=True)
    case.then("resumed", "2025-03-25 09:00", ground="assessment")
    assert legal(case.judged("2025-03-25 09:00"))[:2] == ("in_time", "2025-03-27")


def test_a_term_of_no_days_starts_again_as_one():
    case = accepted("2025-03-17 08:00", due_at="2025-03-17")
    case.then("supplement_requested", "2025-03-17 09:00", reason="r")
    case.then("supplement_received", "2025-03-20 09:00", complete=True)
    assert legal(case.judged("2025-03-20 09:00"))[1] == "2025-03-21"


def test_an_end_while_standing_still_is_not_late():
    case = accepted("2025-03-17 08:00", limit=days(2))
    case.then("paused", "2025-03-18 09:00", ground="assessment", legal_basis="b")
    case.then("result_issued", "2025-03-28 09:00")
    assert legal(case.judged("2025-04-01"))[0] == "on_time"


def test_the_portal_takes_the_last_date_and_the_law_the_first():
    case = accepted("2025-03-17 08:00", limit=days(2))
    case.then("due_date_changed", "2025-03-18 09:00", new_due_at="2025-04-10", ground="rescheduled")
    case.then("returned", "2025-04-01 09:00")
    answer = case.judged("2025-04-02")
    assert (legal(answer)[0], answer["clocks"]["portal"]["class"]) == ("late", "early")
    assert "overdue_hidden_by_reschedule" in answer["findings"]


def test_the_ranking_adds_the_days_of_an_answered_request():
    clock = supplemented().judged("2025-03-27")["clocks"]["qd766"]
    assert (clock["class"], clock["due"]) == ("in_time", "2025-03-31")


def test_the_ranking_stops_at_an_open_request_that_kept_the_due():
    case = accepted("2025-03-17 08:00", limit=days(2))
    case.then("supplement_requested", "2025-03-19 09:00", reason="r")
    assert case.judged("2025-05-01")["clocks"]["qd766"]["class"] == "waiting"


def test_the_ranking_calls_a_second_request_late_whatever_the_dates():
    case = supplemented().then("supplement_requested", "2025-03-27 09:00", reason="r")
    assert case.judged("2025-03-28")["clocks"]["qd766"]["class"] == "overdue"
    case.then("returned", "2025-03-28 09:00")
    assert case.judged("2025-03-29")["clocks"]["qd766"]["class"] == "late"


def test_the_ranking_ends_by_priority_not_by_time():
    case = accepted("2025-03-17 08:00", limit=days(2)).then("withdrawn", "2025-03-18 09:00")
    case.then("result_issued", "2025-03-25 09:00")
    clocks = case.judged("2025-04-01")["clocks"]
    assert (clocks["legal"]["class"], clocks["qd766"]["class"]) == ("cancelled", "late")


# Section 1: facts in view --------------------------------------------------------------------


def corrected(case: Dossier, when: str, target: str, kind: str, **data: object) -> Dossier:
    return case.then("corrected", when, target=target, kind=kind, **data)


def test_an_annulled_end_opens_the_dossier_and_annulling_that_closes_it():
    case = accepted("2025-03-17 08:00", limit=days(2)).then("returned", "2025-03-18 09:00")
    corrected(case, "2025-03-19 08:00", "e2", "annul")
    assert case.judged("2025-03-18 10:00")["finished_at"] is None
    assert case.judged("2025-03-18 10:00", "2025-03-18 10:00")["finished_at"] is not None
    corrected(case, "2025-03-19 09:00", "e3", "annul")
    assert case.judged("2025-03-18 10:00")["finished_at"] is not None


def test_an_amended_time_moves_the_fact():
    case = accepted("2025-03-17 08:00", limit=days(2)).then("returned", "2025-03-21 09:00")
    corrected(case, "2025-03-22", "e2", "amend", replacement={"time": "2025-03-19T02:00:00Z"})
    assert case.judged("2025-03-22")["finished_at"] == "2025-03-19T09:00:00+07:00"


def test_a_null_removes_the_key_and_the_highest_version_counts():
    case = accepted("2025-03-17 08:00", limit=days(2), due_at="2025-03-28")
    corrected(case, "2025-03-18", "e1", "amend", replacement={"due_at": None})
    assert legal(case.judged("2025-03-18"))[1] == "2025-03-19"
    corrected(case, "2025-03-19", "e1", "amend", replacement={"limit": None})
    assert legal(case.judged("2025-03-20"))[1] == "2025-03-28"


def test_a_correction_means_the_event_of_its_own_source_first():
    case = accepted("2025-03-17 08:00", source="/cli").then("returned", "2025-03-18 09:00")
    case.events[1]["id"] = case.events[0]["id"]
    corrected(case, "2025-03-19", "e1", "annul")
    answer = case.judged("2025-03-19")
    assert (answer["accepted_at"] is None, answer["finished_at"]) == (False, None)


def test_a_circle_of_annulments_annuls_itself():
    case = accepted("2025-03-17 08:00", limit=days(2))
    corrected(case, "2025-03-18", "e3", "annul")
    corrected(case, "2025-03-18", "e2", "annul")
    assert legal(case.judged("2025-03-18"))[0] == "in_time"


# Sections 6 and 7: custody and shares --------------------------------------------------------


def test_custody_and_standing_still_add_up_to_the_elapsed_work():
    case = supplemented().then("transferred", "2025-03-27 08:00", to=by("B"))
    rows = case.judged("2025-03-28 08:00")["custody"]
    still = CALENDAR.work(at("2025-03-19 09:00"), at("2025-03-26 10:00"))
    elapsed = CALENDAR.work(at("2025-03-17 08:00"), at("2025-03-28 08:00"))
    assert [row["officer"] for row in rows] == ["A", "B"]
    assert sum(row["minutes"] for row in rows) + still == elapsed


def late_by_two_steps() -> Dossier:
    case = accepted("2025-03-17 08:00", head("H"), limit=days(1))
    case.then("transferred", "2025-03-17 09:00", to=by("B"), step_limit=days(2, "working_hours"))
    case.then("transferred", "2025-03-18 09:00", to=by("C"))
    return case.then("result_issued", "2025-03-19 09:00")


def test_lateness_is_shared_by_overruns_to_the_minute():
    rows = late_by_two_steps().judged("2025-04-01")["responsibility"]
    shares = {row["officer"]: (row["minutes"], row["holder_at_due"]) for row in rows}
    # B used 480 of 120: 360 over; C 120 after the due; 120 minutes late in all
    assert shares == {"B": (90, False), "C": (30, True)}


def test_the_one_who_takes_over_at_the_due_instant_is_the_holder_at_due():
    case = accepted("2025-03-17 08:00", due_at="2025-03-18T10:00:00+07:00")
    case.then("transferred", "2025-03-18 10:00", to=by("B"))
    (row,) = case.judged("2025-03-18 11:00")["responsibility"]
    assert (row["officer"], row["minutes"], row["holder_at_due"]) == ("B", 60, True)


def test_without_any_overrun_the_head_of_the_competent_unit_answers():
    case = accepted("2025-03-17 08:00", head("H"), limit=days(1))
    case.then("transferred", "2025-03-17 09:00", to=by("B"), step_limit=days(9))
    rows = case.then("result_issued", "2025-03-19 09:00").judged("2025-04-01")["responsibility"]
    assert [(row["officer"], row["minutes"], row["kind"]) for row in rows] == [
        ("H", 120, "unattributed"),
        ("B", 0, "overrun"),
    ]


def test_a_unit_without_officer_is_charged_to_its_head_at_the_due_instant():
    case = accepted(
        "2025-03-17 08:00", head("H1"), head("H2", "2025-03-19"), actor=by(), limit=days(1)
    )
    (row,) = case.judged("2025-03-19 09:00")["responsibility"]
    assert (row["officer"], row["kind"], row["minutes"]) == ("H1", "unassigned", 120)


def test_the_largest_remainder_goes_first_and_ties_to_the_earlier():
    assert largest_remainder(10, [1, 1, 1]) == [4, 3, 3]
    assert largest_remainder(5, [1, 2, 4]) == [1, 1, 3]


# Sections 8 and 9: letters and findings ------------------------------------------------------


@pytest.mark.parametrize(
    ("delivered", "grade"),
    [
        ("2025-03-18 23:59:59.999999", "on_time"),
        ("2025-03-19 00:00", "late"),
        ("2025-05-01 00:00", "missing"),
    ],
)
def test_a_letter_is_graded_by_the_end_of_the_day_before_the_due(delivered, grade):
    case = accepted("2025-03-17 08:00", limit=days(2))
    case.then("apology_letter_sent", "2025-03-18 08:00", delivered_at=at(delivered).isoformat())
    letter = case.judged("2025-04-01")["letter"]
    assert (letter["grade"], letter["deadline"]) == (grade, "2025-03-18")


def test_a_letter_of_an_earlier_cycle_does_not_count():
    case = accepted("2025-03-17 08:00", limit=days(2))
    case.then("apology_letter_sent", "2025-03-17 09:00", number="1")
    case.then("supplement_requested", "2025-03-17 10:00", reason="r")
    case.then("supplement_received", "2025-03-20 09:00", complete=True)
    assert case.judged("2025-04-01")["letter"]["grade"] == "missing"


def test_no_letter_is_owed_before_the_due_has_passed():
    letter = accepted("2025-03-17 08:00", limit=days(2)).judged("2025-03-18")["letter"]
    assert letter == {"grade": "not_owed", "deadline": None, "sent_at": None, "number": None}


@pytest.mark.parametrize(
    ("received", "moved", "late"),
    [
        ("2025-03-17 14:59:59", "2025-03-17 23:59", False),
        ("2025-03-17 14:59:59", "2025-03-18 00:00", True),
        ("2025-03-17 15:00", "2025-03-18 08:00", False),
        ("2025-03-17 15:00", "2025-03-18 08:00:00.000001", True),
        ("2025-03-15 09:00", "2025-03-17 08:00", False),
    ],
)
def test_a_transfer_is_due_the_same_day_or_at_the_next_opening(received, moved, late):
    case = accepted(received, limit=days(9)).then("transferred", moved, to=by("B"))
    assert ("transfer_late" in case.judged("2025-03-20")["findings"]) is late


@pytest.mark.parametrize(
    ("when", "ground", "rules"),
    [
        ("2025-03-18 09:00", "none", {"due_changed_without_document"}),
        ("2025-03-20 09:00", "correction", {"due_changed_after_due"}),
        ("2025-03-18 09:00", "supplement", set()),
    ],
)
def test_a_changed_date_needs_a_paper_and_a_due_not_yet_passed(when, ground, rules):
    case = accepted("2025-03-17 08:00", limit=days(2))
    case.then("due_date_changed", when, new_due_at="2025-03-28", ground=ground)
    found = set(case.judged("2025-03-19 08:00" if when < "2025-03-19" else when)["findings"])
    assert found - {"in_process_overdue", "apology_missing"} == rules


def test_a_finding_dates_from_the_first_instant_it_held_without_a_break():
    case = accepted("2025-03-17 08:00", limit=days(2))
    findings = case.judged("2025-03-31 08:00")["findings"]
    assert findings["in_process_overdue"]["since"] == "2025-03-20T00:00:00+07:00"
    assert findings["apology_missing"]["since"] == "2025-03-20T00:00:00+07:00"
    assert findings["progress_stale"]["since"] == "2025-03-25T00:00:00+07:00"


def test_a_step_is_overdue_from_the_minute_too_many():
    case = accepted("2025-03-17 08:00", limit=days(9))
    case.then("transferred", "2025-03-17 09:00", to=by("B"), step_limit=days(2, "working_hours"))
    findings = case.judged("2025-03-17 16:00")["findings"]
    assert findings["step_overdue"]["since"] == "2025-03-17T11:01:00+07:00"


def test_an_end_recorded_two_working_days_late_leaves_the_workflow_open():
    case = accepted("2025-03-17 08:00", limit=days(9))
    case.then("returned", "2025-03-18 09:00", recorded="2025-03-20 08:00")
    assert "workflow_not_closed" in case.judged("2025-03-20 08:00")["findings"]


def test_an_end_on_paper_alone_leaves_the_workflow_open_from_the_second_working_day():
    case = accepted("2025-03-17 08:00", limit=days(9))
    case.then("returned", "2025-03-18 09:00", source="/paper/so.csv")
    findings = case.judged("2025-04-01")["findings"]
    assert findings["workflow_not_closed"]["since"] == "2025-03-20T00:00:00+07:00"


def test_a_result_in_time_not_handed_over_by_the_due_is_returned_late():
    case = accepted("2025-03-17 08:00", limit=days(2)).then("result_issued", "2025-03-18 09:00")
    findings = case.judged("2025-04-01")["findings"]
    assert findings["return_late"]["since"] == "2025-03-20T00:00:00+07:00"


def test_outside_the_years_of_the_calendar_the_answer_says_so():
    beyond = accepted("2027-12-31 08:00", limit=days(2)).judged("2027-12-31 09:00")
    inside = accepted("2025-03-17 08:00", limit=days(2)).judged("2025-03-18")
    assert (beyond["calendar_complete"], inside["calendar_complete"]) == (False, True)


def test_the_next_change_is_the_end_of_the_due_date():
    case = accepted("2025-03-17 08:00", limit=days(2))
    change = next_change(case.events, at("2025-03-18"), at("2090-01-01"), [], CALENDAR)
    assert change == "2025-03-20T00:00:00+07:00"


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


# The oracle against itself -------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_no_finding_begins_between_two_candidates(seed):
    rng = random.Random(seed)
    events, directory = random_history(rng, "X"), random_directory(rng)
    as_of, known_at = random_question(rng, events)
    case = open_case(events, known_at, directory, CALENDAR)
    t, points = as_of.astimezone(VN), candidates(case, as_of.astimezone(VN))
    first = points[0].date() if points else t.date()
    nights = [midnight(first + n * DAY) for n in range(min(60, (t.date() - first).days))]
    near = [point + step for point in points for step in (-MICROSECOND, MICROSECOND)]
    denser = {*points, *(other for other in (*nights, *near) if other <= t)}
    assert since(case, t, denser) == since(case, t, points)


@pytest.mark.parametrize("seed", range(60))
def test_shares_add_up_to_the_lateness_and_custody_to_the_elapsed_work(seed):
    rng = random.Random(1000 + seed)
    events, directory = random_history(rng, "X"), random_directory(rng)
    as_of, known_at = random_question(rng, events)
    answer = calculator.judge(events, as_of, known_at, directory, CALENDAR)
    shares = sum(row["minutes"] for row in answer["responsibility"])
    assert shares == answer["clocks"]["legal"]["late_minutes"]
    for row in answer["custody"]:
        elapsed = CALENDAR.work(parse_instant(row["from"]), parse_instant(row["to"]))
        assert 0 <= row["minutes"] <= elapsed

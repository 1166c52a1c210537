"""The oracle against examples worked out by hand, so that it is not wrong as the engine may be: dates, clocks, corrections."""

from datetime import date

import pytest

from tests.oracle.naive_time import (
    midnight,
)
from tests.oracle.telling import (
    CALENDAR,
    WITHOUT_MAKE_UP,
    Dossier,
    accepted,
    at,
    days,
    legal,
    make,
    supplemented,
)

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

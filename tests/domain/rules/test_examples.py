"""An example on each side of the limit, rule by rule: (rule, as of, history, since when it holds or None)."""

import pytest

from tests.support.case import ACCEPTED, since

A = ACCEPTED
DOC = {"number": "1"}
FULL = {"reason": "r", "new_due_at": "2026-03-25"}


def letter(at, **data):
    return ("apology_letter_sent", at, FULL | data)


def to(at, **holder):
    return ("transferred", at, {"to": {"unit": "H40.17.01"} | holder})


def asked(at, **data):
    return ("supplement_requested", at, {"reason": "r", "items": ["i"]} | data)


def known(recorded_at, **data):
    return asked("2026-03-06T08:00", recordedtime=f"{recorded_at}+07:00", **data)


def moved(at, to_date):
    return ("due_date_changed", at, {"new_due_at": to_date, "ground": "rescheduled"})


BACK = ("returned", "2026-03-20T08:00", {"method": "direct"})
ONLINE = ("submitted", "2026-03-04T08:00", {"channel": "online"})
OPINION = (
    "opinion_requested",
    "2026-03-06T08:00",
    {"of": {"unit": "X"}, "answer_due_at": "2026-03-10"},
)
ANSWER = {"of": {"unit": "X"}}
UNLIMITED = ("opinion_requested", "2026-03-06T08:00", {"of": {"unit": "X"}})
BIRTH = ("submitted", "2026-03-04T08:00", {"channel": "online", "procedure": "2.002621"})
NOBODY = {"actor": {"officer": "Cán bộ một cửa", "unit": "H40.17"}}
ON_PAPER = ("returned", "2026-03-10T08:00", {"method": "direct", "source": "/paper/book"})
SEEN = {"portal": "p", "status": 4}
FIX = {"target": "1", "kind": "amend", "reason": "r", "authorised_by": "a"}
AFTER = "2026-04-10T08:00"

EXAMPLES = [
    ("due_soon", "2026-03-17T00:00", [A], "2026-03-17T00:00"),
    ("due_soon", "2026-03-16T23:59", [A], None),
    ("due_soon", "2026-03-20T00:00", [A], None),
    ("apology_not_sent", AFTER, [A, letter("2026-03-18T08:00")], "2026-03-20T00:00"),
    ("apology_not_sent", AFTER, [A, letter("2026-03-18T08:00", delivered_at="2026-03-19")], None),
    ("one_stop_not_notified", AFTER, [A], "2026-03-20T00:00"),
    ("one_stop_not_notified", AFTER, [A, ("one_stop_notified", "2026-03-18T23:00", {"reason": "r"})], None),
    ("apology_incomplete", AFTER, [A, letter("2026-03-18T08:00", reason=" ")], "2026-03-18T08:00"),
    ("apology_incomplete", AFTER, [A, letter("2026-03-18T08:00")], None),
    ("apology_wrong_signer", AFTER, [A, letter("2026-03-18T08:00", signed_by={"role": "other"})], "2026-03-18T08:00"),
    ("apology_wrong_signer", AFTER, [A, letter("2026-03-18T08:00", signed_by={"role": "deputy"})], None),
    ("reschedule_not_recorded", AFTER, [A, letter("2026-03-18T08:00")], "2026-03-20T00:00"),
    ("reschedule_not_recorded", AFTER, [A, letter("2026-03-18T08:00"),
     ("due_date_changed", "2026-03-19T16:00", {"new_due_at": "2026-03-25", "ground": "rescheduled"})], None),
    ("unassigned", AFTER, [A, to("2026-03-05T09:00")], "2026-03-07T00:00"),
    ("unassigned", AFTER, [A, to("2026-03-05T09:00"), to("2026-03-06T16:00", officer="cb")], None),
    ("supplement_outside_one_stop", AFTER, [A, asked("2026-03-06T08:00", via_one_stop=False)], "2026-03-06T08:00"),
    ("supplement_outside_one_stop", AFTER, [A, asked("2026-03-06T08:00", via_one_stop=True)], None),
    ("supplement_without_reason", AFTER, [A, asked("2026-03-06T08:00", reason=" ")], "2026-03-06T08:00"),
    ("supplement_without_reason", AFTER, [A, asked("2026-03-06T08:00")], None),
    ("clock_not_restarted", AFTER, [A, asked("2026-03-06T08:00"),
     ("supplement_received", "2026-03-10T08:00", {"complete": True})], "2026-03-12T00:00"),
    ("clock_not_restarted", AFTER, [A, asked("2026-03-06T08:00"),
     ("supplement_received", "2026-03-10T08:00", {"complete": True, "new_due_at": "2026-03-24"})], None),
    ("refusal_late", AFTER, [A, ("refused", "2026-03-20T08:00", {"reason": "r"})], "2026-03-20T08:00"),
    ("refusal_late", AFTER, [A, ("refused", "2026-03-19T23:00", {"reason": "r"})], None),
    ("refusal_without_form", AFTER, [A, ("refused", "2026-03-19T08:00", {"reason": "r"})], "2026-03-19T08:00"),
    ("refusal_without_form", AFTER, [A, ("refused", "2026-03-19T08:00", {"reason": "r", "document": DOC})], None),
    ("reception_late", AFTER, [ONLINE, ("accepted", "2026-03-05T08:01", A[2])], "2026-03-05T08:00"),
    ("reception_late", AFTER, [ONLINE, ("accepted", "2026-03-05T08:00", A[2])], None),
    ("opinion_overdue", AFTER, [A, OPINION], "2026-03-11T00:00"),
    ("opinion_overdue", AFTER, [A, OPINION, ("opinion_received", "2026-03-10T20:00", ANSWER)], None),
    ("opinion_overdue_not_reported", AFTER, [A, OPINION], "2026-03-13T00:00"),
    ("opinion_overdue_not_reported", AFTER, [A, OPINION, ("one_stop_notified", "2026-03-12T08:00", {"reason": "r"})], None),
    ("opinion_overdue", AFTER, [A, UNLIMITED,
     ("opinion_received", "2026-03-12T08:00", ANSWER | {"answer_due_at": "2026-03-10"})], "2026-03-11T00:00"),
    ("opinion_overdue", AFTER, [A, UNLIMITED,
     ("opinion_received", "2026-03-12T08:00", ANSWER | {"answer_due_at": "2026-03-12"})], None),
    ("reception_late", AFTER, [BIRTH, ("accepted", "2026-03-04T10:01", A[2])], "2026-03-04T10:00"),
    ("reception_late", AFTER, [BIRTH, ("accepted", "2026-03-04T10:00", A[2])], None),
    ("workflow_not_closed", AFTER, [A, ON_PAPER,
     ("result_issued", "2026-03-16T08:00", {"recordedtime": "2026-03-18T08:00:00+07:00"})], "2026-03-12T00:00"),
    ("workflow_not_closed", AFTER, [A, ON_PAPER, ("result_issued", "2026-03-16T08:00", {})], None),
    ("national_local_mismatch", AFTER, [A, ("returned", "2026-03-18T08:00", {"method": "direct"}),
     ("portal_state_observed", "2026-03-18T09:00", SEEN | {"status": 9, "finished_at": "2026-03-17"})], "2026-03-18T09:00"),
    ("national_local_mismatch", AFTER, [A, ("returned", "2026-03-18T08:00", {"method": "direct"}),
     ("portal_state_observed", "2026-03-18T09:00", SEEN | {"status": 9, "finished_at": "2026-03-18"})], None),
    ("synthetic_history", AFTER, [A, asked("2026-03-06T08:00", **NOBODY)], "2026-03-06T08:00"),
    ("synthetic_history", AFTER, [A, asked("2026-03-06T08:00"), to("2026-03-06T08:00"), OPINION], "2026-03-06T08:00"),
    ("synthetic_history", AFTER, [A, asked("2026-03-06T08:00"), asked("2026-03-06T08:00"), OPINION], None),
    ("overdue_hidden_by_reschedule", AFTER, [A, moved("2026-03-18T08:00", "2026-03-25"), BACK], "2026-03-20T08:00"),
    ("overdue_hidden_by_reschedule", AFTER, [A, moved("2026-03-18T08:00", "2026-03-25"), BACK,
     moved("2026-03-23T08:00", "2026-03-19"), moved("2026-03-23T08:00", "2026-03-26")], "2026-03-20T08:00"),
    ("overdue_hidden_by_reschedule", AFTER, [A, moved("2026-03-18T08:00", "2026-03-25"), BACK,
     moved("2026-03-23T08:00", "2026-03-19"), moved("2026-03-24T08:00", "2026-03-26")], "2026-03-24T08:00"),
    ("overdue_hidden_by_reschedule", AFTER, [A, moved("2026-03-18T08:00", "2026-03-19"), BACK], None),
    ("synthetic_history", AFTER, [A, known("2026-03-06T07:54:59")], "2026-03-06T08:00"),
    ("synthetic_history", AFTER, [A, known("2026-03-06T07:55")], None),
    ("synthetic_history", AFTER, [A, known("2026-03-06T07:54", recordedknown=False)], None),
    ("synthetic_history", AFTER, [A, known("2026-03-05T23:59", time_precision="date")], "2026-03-06T08:00"),
    ("synthetic_history", AFTER, [A, known("2026-03-06T00:00", time_precision="date")], None),
    ("early_return_without_notice", AFTER, [A, ("returned", "2026-03-18T08:00", {"method": "direct"})], "2026-03-18T08:00"),
    ("early_return_without_notice", AFTER, [A, ("returned", "2026-03-19T08:00", {"method": "direct"})], None),
    ("national_local_mismatch", AFTER, [A, ("portal_state_observed", "2026-03-09T08:00", SEEN | {"due_at": "2026-03-20"})],
     "2026-03-09T08:00"),
    ("national_local_mismatch", AFTER, [A, ("portal_state_observed", "2026-03-09T08:00", SEEN | {"due_at": "2026-03-19"})], None),
    ("synthetic_history", AFTER, [A, asked("2026-03-06T08:00"),
     ("portal_state_observed", "2026-03-06T08:00", SEEN | {"status": 9})], "2026-03-06T08:00"),
    ("synthetic_history", AFTER, [A, asked("2026-03-06T08:00"),
     ("portal_state_observed", "2026-03-06T08:01", SEEN | {"status": 9})], None),
    ("history_tampered", AFTER, [A, ("corrected", "2026-03-20T08:00", FIX | {"replacement": {"due_at": "2026-03-30"}})],
     "2026-03-20T08:00"),
    ("history_tampered", AFTER, [A, ("corrected", "2026-03-20T08:00", FIX | {"replacement": {"copies": 2}})], None),
    ("pause_without_ground", AFTER, [A, ("paused", "2026-03-09T08:00", {"ground": "assessment"})], "2026-03-09T08:00"),
    ("pause_without_ground", AFTER, [A, ("paused", "2026-03-09T08:00", {"ground": "assessment", "legal_basis": "b"})], None),
    ("withdrawal_near_due", AFTER, [A, ("withdrawn", "2026-03-17T08:00", {})], "2026-03-17T08:00"),
    ("withdrawal_near_due", AFTER, [A, ("withdrawn", "2026-03-16T08:00", {})], None),
    ("stop_without_notice", AFTER, [A, ("stopped", "2026-03-09T08:00", {})], "2026-03-09T08:00"),
    ("stop_without_notice", AFTER, [A, ("stopped", "2026-03-09T08:00", {"document": DOC})], None),
    ("lost_dossier_without_apology", AFTER, [A, ("lost", "2026-03-09T08:00", {"reason": "r"})], "2026-03-09T08:00"),
    ("lost_dossier_without_apology", AFTER, [A, ("lost", "2026-03-09T08:00", {"reason": "r"}), letter("2026-03-09T09:00")], None),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "as_of", "history", "holds"), EXAMPLES)
def test_a_rule_holds_on_one_side_of_its_limit_only(rule, as_of, history, holds):
    assert since(history, as_of, rule) == holds

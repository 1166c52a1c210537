"""When a judgement changes by the passing of time alone, and since when a finding has held without a break."""

import pytest

from domain.policy import HCM
from domain.values import MICROSECOND
from tests.support.case import ACCEPTED, Step, instant, judged, since

TO_B = ("transferred", "2026-03-05T09:00", {"to": {"unit": "H40.17", "officer": "B"}})
LOST = ("lost", "2026-03-06T09:00", {"reason": "r"})


def letter(at, number, **data):
    return ("apology_letter_sent", at, {"number": number} | data)


LATE_DELIVERY = [
    ACCEPTED,
    letter("2026-03-20T09:00", "A", delivered_at="2026-03-25T10:00:00+07:00"),
    letter("2026-03-20T10:00", "B"),
]


def test_an_earlier_letter_delivered_later_comes_to_count_at_its_delivery():
    before, after = (judged(LATE_DELIVERY, at) for at in ("2026-03-24T08:00", "2026-03-26T08:00"))
    assert (before.letter.number, after.letter.number) == ("B", "A")
    assert before.next_change_at == after.unchanged_since == instant("2026-03-25T10:00")


def test_a_late_letter_is_proved_by_the_letter_that_counts():
    for at, number in (("2026-03-24T08:00", "B"), ("2026-03-26T08:00", "A")):
        found = judged(LATE_DELIVERY, at).findings
        (late,) = [finding for finding in found if finding.rule.name == "apology_late"]
        assert [entry.data.number for entry in late.evidence] == [number]


def test_a_letter_delivered_on_the_day_of_a_due_instant_changes_the_grade_at_its_delivery():
    accepted = ("accepted", "2026-03-05T08:00", {
        "competent_unit": "H40.17", "due_at": "2026-03-19T10:00:00+07:00",
    })  # fmt: skip
    history = [accepted, letter("2026-03-19T09:00", "A", delivered_at="2026-03-19T15:00:00+07:00")]
    answer = judged(history, "2026-03-19T16:00", policy=HCM)
    assert answer.letter.grade == "on_time"
    assert answer.unchanged_since == instant("2026-03-19T15:00")
    assert judged(history, "2026-03-19T14:00", policy=HCM).letter.grade == "missing"


def losers(answer):
    (lost,) = [f for f in answer.findings if f.rule.name == "lost_dossier_without_apology"]
    return lost.responsible[0]


def test_who_lost_a_dossier_held_it_from_a_moment_later_on():
    at, later = (
        judged([ACCEPTED, TO_B, LOST], t) for t in ("2026-03-06T09:00", "2026-03-06T09:01")
    )
    assert (losers(at).role, losers(later).officer) == ("actor", "B")
    assert at.next_change_at == later.unchanged_since == instant("2026-03-06T09:00") + MICROSECOND


def moved(at, to):
    return ("due_date_changed", at, {"new_due_at": to, "ground": "rescheduled"})


AGAIN = moved("2026-03-18T08:00", "2026-03-24")
ISSUED: Step = ("result_issued", "2026-03-27T10:00", {})
ASKED = ("supplement_requested", "2026-03-23T08:00", {"reason": "r"})
ANSWERED = ("supplement_received", "2026-03-26T08:00", {"complete": True})


@pytest.mark.parametrize(
    ("history", "holds"),
    [
        ([AGAIN], "2026-03-25T00:00"),
        ([AGAIN, ISSUED], "2026-03-25T00:00"),
        ([AGAIN, ASKED], None),
        ([AGAIN, ASKED, ANSWERED, ISSUED], "2026-03-26T08:00"),
        ([AGAIN, ASKED, ISSUED], "2026-03-27T10:00"),
        ([AGAIN, ISSUED, moved("2026-03-30T08:00", "2026-03-20")], "2026-03-25T00:00"),
        ([ISSUED, moved("2026-03-30T08:00", "2026-03-24")], "2026-03-30T08:00"),
        ([moved("2026-03-18T08:00", "2026-04-20")], None),
        ([moved("2026-03-18T08:00", "2026-04-20"), ISSUED], None),
    ],
)
def test_overdue_again_holds_from_the_new_date_on_and_through_the_end(history, holds):
    assert since([ACCEPTED, *history], "2026-04-10T08:00", "overdue_after_reschedule") == holds


def test_a_reception_is_late_once_it_is_known_to_have_been_online():
    kind, _, said = ACCEPTED
    accepted = (kind, "2026-03-05T08:00", said | {"channel": "online"})
    history = [("submitted", "2026-03-02T08:00", {}), accepted]
    assert since(history, "2026-04-10T08:00", "reception_late") == "2026-03-05T08:00"
    online = ("submitted", "2026-03-02T08:00", {"channel": "online"})
    assert since([online, accepted], "2026-04-10T08:00", "reception_late") == "2026-03-03T08:00"


def test_who_tampered_later_answers_from_then_on():
    def correction(at, to, officer):
        said = {"kind": "amend", "reason": "r", "authorised_by": "a", "actor": {"officer": officer}}
        return ("corrected", at, said | to)

    ended: Step = ("result_issued", "2026-03-18T08:00", {})
    first = correction(
        "2026-03-19T08:00", {"target": "1", "replacement": {"due_at": "2026-03-30"}}, "X"
    )
    later = correction("2026-03-20T08:00", {
        "target": "2", "replacement": {"time": "2026-03-17T08:00:00+07:00"},
    }, "Y")  # fmt: skip
    answer = judged([ACCEPTED, ended, first, later], "2026-03-21T08:00")
    assert answer.unchanged_since == instant("2026-03-20T08:00")


def test_a_pause_with_a_blank_basis_is_found_and_stops_no_clock():
    paused = ("paused", "2026-03-09T08:00", {"ground": "assessment", "legal_basis": " "})
    answer = judged([ACCEPTED, paused], "2026-03-12T08:00")
    assert answer.legal.class_ == "in_time"
    assert "pause_without_ground" in {finding.rule.name for finding in answer.findings}


def test_a_new_date_already_past_when_it_is_given_is_overdue_from_then_on():
    kind, at, said = ACCEPTED
    accepted: Step = (kind, at, {**said, "due_at": "2026-03-02"})
    changed: Step = ("due_date_changed", at, {"new_due_at": "2026-03-03", "ground": "rescheduled"})
    history = [accepted, changed]
    assert since(history, "2026-03-10T08:00", "overdue_after_reschedule") == at


@pytest.mark.parametrize(("seen", "holds"), [("2026-03-11T08:00", None), ("2026-03-13T08:00", "2026-03-12T08:00")])  # fmt: skip
def test_an_early_return_was_told_when_the_portal_showed_it_before(seen, holds):
    told: Step = ("portal_state_observed", seen, {"portal": "national", "status": 9})
    returned: Step = ("returned", "2026-03-12T08:00", {"method": "direct"})
    history = [ACCEPTED, *sorted([told, returned], key=lambda step: step[1])]
    assert since(history, "2026-03-20T08:00", "early_return_without_notice") == holds

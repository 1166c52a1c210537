"""When a judgement changes by the passing of time alone: letters delivered later, and who held what at an instant."""

from domain.policy import HCM
from domain.values import MICROSECOND
from tests.support.case import ACCEPTED, instant, judged

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

"""What a finding tells besides since when it holds."""

import pytest

from domain.messages import message
from tests.support.case import ACCEPTED, judged


def told(history, rule):
    findings = judged(history, "2026-04-10T08:00").findings
    (found,) = [finding for finding in findings if finding.rule.name == rule]
    return found.params


def test_the_limit_told_of_an_opinion_is_that_of_the_unit_that_was_asked():
    history = [
        ACCEPTED,
        ("opinion_requested", "2026-03-06T08:00", {"of": {"unit": "X"}}),
        ("opinion_received", "2026-03-09T08:00", {"of": {"unit": "Y"}}),
        (
            "opinion_received",
            "2026-03-12T08:00",
            {"of": {"unit": "X"}, "answer_due_at": "2026-03-10"},
        ),
    ]
    assert told(history, "opinion_overdue")["limit"].isoformat() == "2026-03-10"


def said(history, rule, lang="vi"):
    assessment = judged(history, "2026-04-10T08:00")
    (found,) = [finding for finding in assessment.findings if finding.rule.name == rule]
    return message(found, assessment, lang)


def test_a_step_overdue_names_who_what_was_allotted_and_what_was_used():
    step = {
        "to": {"officer": "cb-1", "unit": "H40.17"},
        "step_limit": {"amount": 1, "unit": "working_days"},
    }
    history = [
        ACCEPTED,
        ("transferred", "2026-03-06T08:00", step),
        ("result_issued", "2026-03-10T10:30", {}),
    ]
    assert "cb-1 được giao 1 ngày làm việc, đã dùng 2 ngày làm việc" in said(
        history, "step_overdue"
    )
    assert "cb-1 was allotted 1 working day and used 2 working days" in said(
        history, "step_overdue", "en"
    )


@pytest.mark.parametrize(
    ("lang", "letter"),
    [
        ("vi", "không có thư xin lỗi; phải gửi chậm nhất hết ngày"),
        ("en", "no apology letter; it had to be sent by the end of"),
    ],
)
def test_a_missing_letter_is_told_with_both_limits(lang, letter):
    assert letter in said([ACCEPTED], "apology_missing", lang)

"""What a finding tells besides since when it holds."""

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

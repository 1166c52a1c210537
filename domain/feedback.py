"""Feedback (phản ánh, kiến nghị): received and answered.

Knows these two kinds of facts. Must not know deadlines.
"""

from typing import Any

from eventsourcing.domain import event
from typing_extensions import override

from domain import facts
from domain.facts import Fact
from domain.record import Record


class Feedback(Record):
    """A petition's record, by its code."""

    TOPIC = "vn.dunghen.feedback"

    class Received(Record.Event[facts.FeedbackReceived]):
        """Phản ánh, kiến nghị (PAKN)."""

        TOPIC = "vn.dunghen.feedback.received.v1"

    class Answered(Record.Event[facts.FeedbackAnswered]):
        """Trả lời phản ánh, kiến nghị."""

        TOPIC = "vn.dunghen.feedback.answered.v1"

    @classmethod
    @override
    def id_of(cls, fact: Fact[Any]) -> str:
        """`feedback:` and the petition's code, without regard to case and spacing."""
        return f"feedback:{' '.join(fact.data.feedback.split()).upper()}"

    @event(Received)
    def _received(self, digest: str) -> None:
        self.head = digest

    @event(Answered)
    def _answered(self, digest: str) -> None:
        self.head = digest


FeedbackEvent = Feedback.Received | Feedback.Answered

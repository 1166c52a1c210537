"""What is left of an open dossier's time: until its step is used up, and until it is due.

Knows a judgement. Must not know tables, nor how answers are printed.
"""

from domain.assessment import Assessment
from domain.custody import step_due
from domain.deadlines import Clock, left
from infra.answers import Answer, text


def remaining(assessment: Assessment, clock: Clock) -> Answer:
    """The step's limit of who holds it now, and the time left by a clock; null where there is none, or the dossier has ended."""
    until = None
    if assessment.finished_at is None:
        until = step_due(assessment.custody, assessment.run, assessment.calendar)
    days, minutes = left(clock, assessment.calendar) or (None, None)
    return {
        "step_due": text(until),
        "left_working_days": days,
        "left_minutes": minutes,
    }

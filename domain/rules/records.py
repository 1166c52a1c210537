"""What the software's record itself shows (ghi nhận trên phần mềm): NĐ 61/2018 Đ5.1c, Đ12.4; TT 01/2018 Đ17.

Knows when things happened and when they were recorded. Must not know lateness.
"""

from datetime import datetime

from domain.rules._law import ND61, ND118, TT01, basis
from domain.rules._rule import Breach, Case, Rule
from domain.timeline import ENDS
from domain.values import PAPER, midnight


def _workflow_not_closed(case: Case) -> Breach | None:
    """An end recorded late, or known from paper only. Where the one passes into the other the breach goes on unbroken."""
    ends, calendar = case.timeline.ends, case.calendar
    tolerated = case.policy.recording_working_days
    slow = [
        entry
        for entry in ends
        if entry.fact.recorded_known
        and calendar.wdays(entry.at, entry.fact.recorded_at) > tolerated
    ]
    software = next((entry for entry in ends if not entry.fact.source.startswith(PAPER)), None)
    if not slow and software is not None:
        return None
    paper = _paper_only_since(case, ends[0].at, tolerated)
    if paper is not None and software is not None and paper >= software.at:
        paper = None
    answer = (*case.actors(slow or ends[:1]), case.one_stop)
    if not slow:
        return None if paper is None else Breach(paper, answer, (ends[0],))
    since = slow[0].at
    if paper is not None and paper < since and (software is None or since <= software.at):
        since = paper
    return Breach(since, answer, tuple(slow))


def _paper_only_since(case: Case, ended: datetime, tolerated: int) -> datetime | None:
    accepted = case.timeline.accepted
    if accepted is None or accepted.fact.source.startswith(PAPER):
        return None
    return max(midnight(case.calendar.after(ended, tolerated + 1)), accepted.at)


RULES = (
    Rule(
        name="workflow_not_closed",
        vietnamese="Đã xong nhưng không kết thúc trên phần mềm",
        english="Finished but not closed in the software",
        severity=2,
        answers="the actor; one-stop unit",
        trigger="an end recorded more than 1 working day after it happened; or an end known from paper only, "
        "of a dossier accepted in the software, more than 1 working day ago",
        basis=basis(((ND61, "Đ12.4"), (TT01, "Đ17.1b"), (TT01, "Đ17.2")), ((ND118, "Đ27"),)),
        reads=ENDS,
        check=_workflow_not_closed,
    ),
)

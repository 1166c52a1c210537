"""Lateness of the result itself (giải quyết quá hạn): NĐ 61/2018 Đ19.9, Đ20.3, Đ30.2c; NĐ 118/2025.

Knows the clocks' answers. Must not know letters or re-appointments beyond what hides a lateness.
"""

from datetime import datetime
from itertools import groupby

from domain.deadlines import keeps, portal_clock, portal_dates
from domain.facts import DueDateChanged, ResultIssued, Returned
from domain.rules._law import ND61, ND118, QD766, basis
from domain.rules._rule import Breach, Case, Rule
from domain.timeline import ENDS, End, Entry, timeline
from domain.values import Due, first_after

_BEHIND = frozenset({"late", "overdue"})


def late_end(case: Case) -> tuple[Entry[End], datetime]:
    """The end of a dossier that is `late` on the legal clock, and since when it is."""
    end, accepted = case.timeline.end, case.timeline.accepted
    assert end is not None
    assert accepted is not None
    return end, max(end.at, accepted.at)


def _result_overdue(case: Case) -> Breach | None:
    end, since = late_end(case)
    return Breach(since, case.answerable, (end,))


def _in_process_overdue(case: Case) -> Breach | None:
    accepted = case.timeline.accepted
    assert accepted is not None
    return Breach(case.behind_since, case.answerable, (accepted,))


def _overdue_hidden_by_reschedule(case: Case) -> Breach | None:
    end, since = late_end(case)
    if case.portal.class_ not in {"early", "on_time"}:
        return None
    hidden_since = since
    shown: Due | None = None
    # What was given at one instant was never shown but for the last of it.
    for at, given in groupby(case.portal_dates, key=lambda date: date[0].at):
        if not (shown is not None and keeps(end.at, shown)):
            hidden_since = max(since, at)
        shown = list(given)[-1][1]
    return Breach(hidden_since, case.answerable, (end,))


def _overdue_after_reschedule(case: Case) -> Breach | None:
    changes = [e for e in case.timeline.of(DueDateChanged) if e.data.ground == "rescheduled"]
    due, class_, accepted = case.portal.due, case.portal.class_, case.timeline.accepted
    if not changes or due is None or accepted is None:
        return None
    if class_ == "in_time":
        since = first_after(due)
    elif class_ in _BEHIND:
        since = _shown_behind_since(case, max(accepted.at, changes[0].at))
    else:
        return None
    head = case.head(case.unit, since)
    return Breach(since, (head, case.holder), (changes[0],))


def _shown_behind_since(case: Case, earliest: datetime) -> datetime:
    """Since when the portal has shown it late or overdue without a break: that changes at a fact or after a date only."""
    moments = {entry.at for entry in case.timeline.entries}
    moments |= {first_after(due) for _, due in case.portal_dates}
    since = case.as_of
    for moment in sorted([m for m in moments if earliest <= m <= case.as_of], reverse=True):
        then = timeline(case.timeline.entries, as_of=moment, known_at=case.timeline.known_at)
        shown = portal_clock(then, portal_dates(then, None, case.calendar), case.calendar)
        if shown.class_ not in _BEHIND:
            break
        since = moment
    return since


def _return_late(case: Case) -> Breach | None:
    results, returns = case.timeline.of(ResultIssued), case.timeline.of(Returned)
    due, accepted = case.legal.due, case.timeline.accepted
    if due is None or accepted is None or not keeps(results[0].at, due):
        return None
    if returns and keeps(returns[0].at, due):
        return None
    since = max(first_after(due), results[0].at, accepted.at)
    return Breach(since, (case.one_stop,), (results[0], *returns[:1]))


RULES = (
    Rule(
        name="result_overdue",
        vietnamese="Giải quyết quá hạn",
        english="Result overdue",
        severity=2,
        answers="officers with overruns; head of the competent agency",
        trigger="the legal class is `late`",
        basis=basis(
            ((ND61, "Đ19.9"), (ND61, "Đ30.2c"), (ND61, "Đ20.3"), (QD766, "chỉ số 2.1")),
            ((ND118, "Đ17-22"), (ND118, "Đ8.1"), (QD766, "chỉ số 2.1")),
        ),
        reads=ENDS,
        classes=("late",),
        check=_result_overdue,
    ),
    Rule(
        name="in_process_overdue",
        vietnamese="Đang giải quyết quá hạn",
        english="Overdue in process",
        severity=2,
        answers="current holder and officers with overruns; head of the competent agency",
        trigger="the legal class is `overdue`",
        basis=basis(((ND61, "Đ8.2b"), (ND61, "Đ19.9")), ((ND118, "Đ8.1"),)),
        classes=("in_time", "overdue"),
        check=_in_process_overdue,
    ),
    Rule(
        name="overdue_after_reschedule",
        vietnamese="Quá hạn cả sau khi hẹn lại",
        english="Overdue even after re-appointment",
        severity=3,
        answers="head of the competent agency; holder",
        trigger="the portal class is `late` or `overdue` after a re-appointment",
        basis=basis(((ND61, "Đ19.9"),), ((ND118, "Đ19 (chưa đối chiếu)"),)),
        reads=(DueDateChanged,),
        check=_overdue_after_reschedule,
    ),
    Rule(
        name="overdue_hidden_by_reschedule",
        vietnamese="Đúng hẹn mới nhưng trễ hạn gốc",
        english="On time by the new date, late by the original",
        severity=1,
        answers="officers with overruns; head of the competent agency",
        trigger="the legal class is `late` and the portal's `early` or `on_time`",
        basis=basis(((ND61, "Đ19.9"),), ((ND118, "Đ19 (chưa đối chiếu)"),)),
        reads=ENDS,
        classes=("late",),
        check=_overdue_hidden_by_reschedule,
    ),
    Rule(
        name="return_late",
        vietnamese="Có kết quả nhưng chậm trả",
        english="Result ready in time, handed over late",
        severity=1,
        answers="one-stop unit",
        trigger="the first `result_issued` within the legal due date, the first `returned` (or T) after it",
        basis=basis(((ND61, "Đ20.3"),), ((ND118, "Đ22"),)),
        reads=(ResultIssued,),
        check=_return_late,
    ),
)

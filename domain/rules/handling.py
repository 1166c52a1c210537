"""Receiving, transferring and processing (tiếp nhận, chuyển, xử lý): NĐ 61/2018 Đ12.4, Đ17-19; TT 01/2018 Đ13.2, Đ17.

Knows hand-overs, steps and the promise on the slip. Must not know letters.
"""

from datetime import datetime, timedelta

from domain.custody import Meter
from domain.deadlines import AFTERNOON_CUT, by_limit
from domain.facts import Accepted, Submitted, Transferred
from domain.rules._law import ND61, ND118, TT01, basis
from domain.rules._rule import Breach, Case, Responsible, Rule
from domain.timeline import Entry
from domain.values import DAY, Due, Limit, date_of, midnight


def _transfer_late(case: Case) -> Breach | None:
    accepted, calendar = case.timeline.accepted, case.calendar
    if accepted is None:
        return None
    for first in case.timeline.of(Transferred):
        if accepted.precedes(first):
            break
    else:
        return None
    taken = accepted.at
    if taken.hour < AFTERNOON_CUT and calendar.is_working(taken):
        late = first.at.toordinal() != taken.toordinal()
    else:
        opening = calendar.opening(calendar.after(taken, 1))
        late = first.at > opening + timedelta(minutes=case.policy.transfer_tolerance_minutes)
    return Breach(first.at, (case.accepting,), (accepted, first)) if late else None


def _receipt_missing(case: Case) -> Breach | None:
    accepted = case.timeline.accepted
    if accepted is None or accepted.data.due_at is not None or accepted.data.limit is not None:
        return None
    return Breach(accepted.at, (case.accepting,), (accepted,))


def _due_date_inconsistent(case: Case) -> Breach | None:
    accepted = case.timeline.accepted
    promised = None if case.run is None else case.run.cycles[0][1]
    if accepted is None or promised is None:
        return None
    stated = accepted.data.limit
    if (
        stated is not None
        and accepted.data.due_at is not None
        and _differs(by_limit(stated, accepted.at, case.calendar), promised)
    ):
        return _inconsistent(case, accepted, stated, promised, accepted.at)
    procedure = case.directory.procedure(case.timeline.procedure, accepted.at)
    limit = None if procedure is None else procedure.limit
    if limit is None or not _differs(by_limit(limit, accepted.at, case.calendar), promised):
        return None
    named = [e.at for e in case.timeline.of(Submitted) if e.data.procedure is not None]
    known = accepted.at if accepted.data.procedure is not None else named[0]
    return _inconsistent(case, accepted, limit, promised, max(accepted.at, known))


def _differs(one: Due, other: Due) -> bool:
    return date_of(one) != date_of(other)


def _inconsistent(
    case: Case, accepted: Entry[Accepted], limit: Limit, promised: Due, since: datetime
) -> Breach:
    expected = date_of(by_limit(limit, accepted.at, case.calendar))
    params = {"expected": expected, "promised": date_of(promised)}
    return Breach(since, (case.one_stop,), (accepted,), params=params)


def _step_overdue(case: Case) -> Breach | None:
    run = case.run
    if run is None:
        return None
    meter = Meter(case.calendar, run.stills)
    overdue = []
    for i, segment in enumerate(case.segments):
        if segment.allotted is None or segment.used is None:
            continue
        growing = (
            i == len(case.segments) - 1
            and case.timeline.end is None
            and run.running_since is not None
        )
        if segment.used > segment.allotted or growing:
            start = max(segment.start, run.cycle_started_at)
            overdue.append((meter.moment(start, segment.allotted + 1), segment))
    if not overdue:
        return None
    since = min(moment for moment, _ in overdue)
    holders = {
        Responsible(segment.officer, segment.unit, "holder"): None
        for moment, segment in overdue
        if moment <= case.as_of
    }
    return Breach(since, tuple(holders), turns=tuple(moment for moment, _ in overdue))


def _progress_stale(case: Case) -> Breach | None:
    last = case.timeline.entries[-1]
    stale_on = case.calendar.after(last.at, case.policy.stale_working_days)
    return Breach(
        midnight(stale_on + DAY),
        (case.holder,),
        (last,),
        params={"days": case.policy.stale_working_days},
    )


RULES = (
    Rule(
        name="transfer_late",
        vietnamese="Chuyển hồ sơ chậm",
        english="Dossier transferred late",
        severity=1,
        answers="the accepting officer",
        trigger="accepted before 15:00 on a working day and first transferred on another date; "
        "otherwise later than the start of the next working day",
        basis=basis(((ND61, "Đ18.2"), (ND61, "Đ18.3")), ((ND118, "Đ18"),)),
        reads=(Transferred,),
        check=_transfer_late,
    ),
    Rule(
        name="receipt_missing",
        vietnamese="Không cấp Giấy tiếp nhận và hẹn trả",
        english="No receipt with a due date",
        severity=2,
        answers="the accepting officer",
        trigger="`accepted` with neither `due_at` nor `limit`",
        basis=basis(((ND61, "Đ17.1c"), (ND61, "Đ17.3-4")), ((ND118, "Đ17"),)),
        reads=(Accepted,),
        check=_receipt_missing,
    ),
    Rule(
        name="due_date_inconsistent",
        vietnamese="Ngày hẹn trả sai so với quy định",
        english="Due date differs from the limit",
        severity=1,
        answers="one-stop unit",
        trigger="the stated date differs from the one that its limit, or the procedure's registered limit, gives",
        basis=basis(
            ((ND61, "Đ17"), (TT01, "mẫu 01"), ("BLDS 2015", "Đ147-148")),
            ((ND118, "Đ17"), ("BLDS 2015", "Đ147-148")),
        ),
        reads=(Accepted,),
        check=_due_date_inconsistent,
    ),
    Rule(
        name="step_overdue",
        vietnamese="Trễ hạn bước xử lý",
        english="Step overdue",
        severity=1,
        answers="the holder of the step",
        trigger="a segment of the last cycle with a stated limit used more than it was allotted",
        basis=basis(
            ((TT01, "Đ13.2"), (ND61, "Đ12.4"), (ND61, "Đ36.4")), ((ND118, "Đ19 (chưa đối chiếu)"),)
        ),
        reads=(Transferred,),
        check=_step_overdue,
    ),
    Rule(
        name="progress_stale",
        vietnamese="Không cập nhật tiến độ",
        english="Progress not updated",
        severity=1,
        answers="the holder",
        trigger="accepted and open, not waiting, no fact for more than 5 working days",
        basis=basis(((ND61, "Đ12.4"), (TT01, "Đ17")), ((ND118, "Đ27"),)),
        reads=(Accepted,),
        classes=("in_time", "overdue", "open_no_due"),
        check=_progress_stale,
    ),
)

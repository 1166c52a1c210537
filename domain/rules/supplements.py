"""Requests for supplements (yêu cầu bổ sung): NĐ 61/2018 Đ11.2c, Đ19.4, Đ5.1e; NĐ 118/2025 Đ11.2.

Knows requests and answers. Must not know lateness.
"""

from datetime import date, datetime
from typing import Any

from domain.deadlines import NOTICE_DAYS, answers, by_limit
from domain.facts import Accepted, DueDateChanged, SupplementReceived, SupplementRequested
from domain.policy import KARAOKE_GROUP
from domain.rules._law import ND61, ND118, QD766, TT01, TT03, basis
from domain.rules._rule import Breach, Case, Rule
from domain.timeline import Entry
from domain.values import Limit, date_of, first_after


def _supplement_more_than_once(case: Case) -> Breach | None:
    requests = [
        entry
        for entry in case.timeline.of(SupplementRequested)[1:]
        if not entry.data.applicant_fault
    ]
    if not requests:
        return None
    return Breach(requests[0].at, case.actors(requests), tuple(requests))


def _supplement_notice_late(case: Case) -> Breach | None:
    accepted = case.timeline.accepted
    if accepted is None:
        return None
    taken = accepted.at
    decree = case.own_decree
    hours = None if decree is None else decree.notice_hours
    limit = None if hours is None else case.calendar.after_work(taken, 60 * hours)
    late = [
        entry
        for entry in case.timeline.of(SupplementRequested)
        if (limit is not None and entry.at > limit)
        or (limit is None and case.calendar.wdays(taken, entry.at) > NOTICE_DAYS)
    ]
    if not late:
        return None
    days = case.calendar.wdays(taken, late[0].at)
    allowed = f"{NOTICE_DAYS}" if hours is None else f"{hours} h"
    params = {"days": days, "allowed": allowed}
    return Breach(late[0].at, case.actors(late), tuple(late), params=params)


def _supplement_outside_one_stop(case: Case) -> Breach | None:
    direct = [e for e in case.timeline.of(SupplementRequested) if e.data.via_one_stop is False]
    return Breach(direct[0].at, case.actors(direct), tuple(direct)) if direct else None


def _supplement_without_reason(case: Case) -> Breach | None:
    bare = [entry for entry in case.timeline.of(SupplementRequested) if _lacking(entry)]
    if not bare:
        return None
    params = {"lacks": _lacking(bare[0])}
    return Breach(bare[0].at, case.actors(bare), tuple(bare), params=params)


def _lacking(request: Entry[SupplementRequested]) -> tuple[str, ...]:
    said = request.data
    lacks = () if said.reason.strip() else ("reason",)
    return lacks if said.items or said.document is not None else (*lacks, "items")


def _clock_not_restarted(case: Case) -> Breach | None:
    run = case.run
    if run is None or len(run.cycles) == 1:
        return None
    offences: list[tuple[datetime, Entry[Any]]] = []
    expected: dict[datetime, date] = {}
    for started, due in run.cycles[1:]:
        received = [
            e for e in case.timeline.of(SupplementReceived) if e.at == started and e.data.complete
        ]
        if due is None or not received:
            continue
        expected[started] = date_of(due)
        stated = [e.data.new_due_at for e in received if e.data.new_due_at is not None]
        limit = case.end_of_working_day(started, case.policy.rescheduling_working_days)
        stated += [
            e.data.new_due_at for e in case.timeline.of(DueDateChanged) if started <= e.at < limit
        ]
        right = any(date_of(given) == date_of(due) for given in stated)
        if not (right or case.ended_by(limit)):
            offences.append((limit, received[0]))
    return case.earliest(
        offences, lambda _: (case.one_stop,), lambda _, entry: {"expected": expected[entry.at]}
    )


def _supplement_expired(case: Case) -> Breach | None:
    accepted = case.timeline.accepted
    assert accepted is not None
    open_ = next((request for request, answer in answers(case.timeline) if answer is None), None)
    expiry = None if open_ is None else _expiry(case, accepted)
    if open_ is None or expiry is None:
        return None
    limit = by_limit(expiry, open_.at, case.calendar)
    since = max(first_after(limit), accepted.at)
    return Breach(since, (case.holder,), (open_,), params={"limit": limit})


def _expiry(case: Case, accepted: Entry[Accepted]) -> Limit | None:
    """As the procedure was registered at acceptance, else as its own decree has it."""
    decree = case.own_decree
    procedure = case.directory.procedure(case.timeline.procedure, accepted.at)
    if procedure is not None and procedure.supplement_expiry is not None:
        return procedure.supplement_expiry
    if decree is None or decree.supplement_expiry_days is None:
        return None
    return Limit(decree.supplement_expiry_days, "working_days")


RULES = (
    Rule(
        name="supplement_more_than_once",
        vietnamese="Yêu cầu bổ sung quá một lần",
        english="Supplement requested more than once",
        severity=2,
        answers="the requesting officer",
        trigger="a `supplement_requested` after the first, without `applicant_fault`",
        basis=basis(
            ((ND61, "Đ11.2c"), (ND61, "Đ15.3"), (ND61, "Đ17.2a"), (TT01, "Đ13.3")),
            ((ND118, "Đ11.2"), (QD766, "chỉ số 2.1")),
        ),
        reads=(SupplementRequested,),
        check=_supplement_more_than_once,
    ),
    Rule(
        name="supplement_notice_late",
        vietnamese="Thông báo bổ sung quá 03 ngày làm việc",
        english="Supplement notice later than 3 working days",
        severity=2,
        answers="the requesting officer",
        trigger="a `supplement_requested` more than 3 working days after acceptance",
        basis=basis(((ND61, "Đ19.4"),), ((ND118, "Đ19 (chưa đối chiếu)"),)),
        reads=(SupplementRequested,),
        check=_supplement_notice_late,
    ),
    Rule(
        name="supplement_outside_one_stop",
        vietnamese="Yêu cầu bổ sung không qua Một cửa",
        english="Supplement requested outside the one-stop unit",
        severity=3,
        answers="the requesting officer",
        trigger="a `supplement_requested` that says `via_one_stop: false`; silence is not judged",
        basis=basis(((ND61, "Đ5.1e"), (ND61, "Đ19.4")), ((ND118, "Đ5.1"),)),
        reads=(SupplementRequested,),
        check=_supplement_outside_one_stop,
    ),
    Rule(
        name="supplement_without_reason",
        vietnamese="Phiếu bổ sung không nêu lý do",
        english="Supplement requested without a reason",
        severity=1,
        answers="the requesting officer",
        trigger="a `supplement_requested` with a blank `reason`, or with neither `items` nor a `document` (form 02)",
        basis=basis(((ND61, "Đ19.4"), (TT01, "mẫu 02")), ((TT03, "mẫu 02"),)),
        reads=(SupplementRequested,),
        check=_supplement_without_reason,
    ),
    Rule(
        name="clock_not_restarted",
        vietnamese="Không tính lại thời hạn sau bổ sung",
        english="Clock not restarted after the supplement",
        severity=1,
        answers="one-stop unit",
        trigger="a complete `supplement_received` that answers a valid request, and by the end of the next working day neither "
        "it nor a `due_date_changed` gives the date of the full limit again; not where the dossier had ended by then",
        basis=basis(((ND61, "Đ19.4"),), ((ND118, "Đ19 (chưa đối chiếu)"),)),
        reads=(SupplementReceived,),
        check=_clock_not_restarted,
    ),
    Rule(
        name="supplement_expired",
        vietnamese="Quá hạn bổ sung mà không đóng hồ sơ",
        english="Supplement expired, dossier not closed",
        severity=0,
        answers="the holder",
        trigger="open, with a request unanswered for longer than the procedure's registered `supplement_expiry`, or its own "
        "decree's; no finding where neither says one",
        basis=basis((), ((KARAOKE_GROUP.decree, KARAOKE_GROUP.article),)),
        reads=(SupplementRequested,),
        classes=("waiting", "open_no_due", "overdue", "in_time"),
        check=_supplement_expired,
    ),
)

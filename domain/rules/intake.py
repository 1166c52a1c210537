"""Taking in, assigning and refusing (tiếp nhận, phân công, từ chối): NĐ 61/2018 Đ17, Đ19.1, Đ19.8; NĐ 45/2020; NĐ 105/2025.

Knows submissions, hand-overs to a unit and refusals. Must not know steps or letters.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.facts import Accepted, IntakeRefused, RefusedDossier, Submitted, Transferred
from domain.rules._law import ND45, ND61, ND105, ND118, TT01, TT03, UNCONFIRMED, basis
from domain.rules._rule import Breach, Case, Responsible, Rule
from domain.rules.lateness import late_end
from domain.timeline import Entry
from domain.values import DAY, MICROSECOND, midnight


def _reception_late(case: Case) -> Breach | None:
    timeline = case.timeline
    if timeline.channel != "online":
        return None
    submitted = timeline.of(Submitted)[0]
    decree = case.own_decree
    hours = None if decree is None else decree.reception_hours
    if hours is None:
        hours = case.policy.reception_working_hours
    # Where only the date is known, the office gets the benefit of the doubt on either side.
    by_date = submitted.data.time_precision is not None
    start = midnight(submitted.at.date() + DAY) if by_date else submitted.at
    answers = (timeline.accepted, timeline.end, *timeline.of(IntakeRefused)[:1])
    answer: Entry[Any] | None = min([a for a in answers if a is not None], default=None)
    answered = None if answer is None else _earliest(answer)
    if answered is not None and answered - start <= timedelta(hours=hours):
        return None  # no more working hours can have gone by than hours
    limit = case.calendar.after_work(start, 60 * hours)
    if answered is not None and answered <= limit:
        return None
    accepted = timeline.accepted
    told = submitted if accepted is None or submitted.data.channel == "online" else accepted
    return Breach(
        max(limit + MICROSECOND, told.at),
        (_receiving(case, answer),),
        (submitted,) if answer is None else (submitted, answer),
        params={"limit": limit, "hours": hours},
    )


def _earliest(answer: Entry[Any]) -> datetime:
    return answer.at if answer.data.time_precision is None else midnight(answer.at.date())


def _receiving(case: Case, answer: Entry[Any] | None) -> Responsible:
    if answer is not None and isinstance(answer.data, Accepted):
        return case.accepting
    if answer is not None:
        return case.actor(answer, "accepting_officer")
    return Responsible(None, case.unit, "one_stop")


def _unassigned(case: Case) -> Breach | None:
    accepted, end = case.timeline.accepted, case.timeline.end
    to_units = [e for e in case.timeline.of(Transferred) if e.fact.data.to.officer is None]
    if accepted is None or not to_units:
        return None
    hands = [
        e
        for e in case.timeline.of(Transferred)
        if accepted.precedes(e) and (end is None or e.precedes(end))
    ]
    offences: list[tuple[datetime, Entry[Any]]] = []
    for i, entry in enumerate(hands):
        if entry.data.to.officer is not None:
            continue
        since = case.end_of_working_day(entry.at, case.policy.assignment_working_days)
        moved = i + 1 < len(hands) and hands[i + 1].at < since
        if not (moved or case.ended_by(since)):
            offences.append((since, entry))

    def heads(entries: Sequence[Entry[Any]]) -> tuple[Responsible, ...]:
        return tuple(dict.fromkeys(case.head(entry.data.to.unit, entry.at) for entry in entries))

    return case.earliest(
        offences,
        heads,
        lambda since, entry: {"to": entry.data.to.unit, "limit": (since - DAY).date()},
    )


def _refusal_late(case: Case) -> Breach | None:
    end, since = late_end(case)
    if not isinstance(end.data, RefusedDossier):
        return None
    return Breach(since, (case.actor(end), case.head(case.unit, since)), (end,))


def _refusal_without_form(case: Case) -> Breach | None:
    refusals: list[Entry[Any]] = sorted(
        [*case.timeline.of(RefusedDossier), *case.timeline.of(IntakeRefused)]
    )
    bare = [entry for entry in refusals if _lacking(entry)]
    if not bare:
        return None
    return Breach(bare[0].at, case.actors(bare), tuple(bare), params={"lacks": _lacking(bare[0])})


def _lacking(refusal: Entry[Any]) -> tuple[str, ...]:
    said = refusal.data
    lacks = () if said.reason is not None and said.reason.strip() else ("reason",)
    return lacks if said.document is not None else (*lacks, "form")


RULES = (
    Rule(
        name="reception_late",
        vietnamese="Chậm tiếp nhận hồ sơ trực tuyến",
        english="Online dossier taken in late",
        severity=2,
        answers="the receiving officer",
        trigger="submitted online, and neither accepted nor refused within 8 working hours (or those of its own decree) "
        "of the first submission; a submission known by date only counts from the end of that date",
        basis=basis(((ND45, UNCONFIRMED),), ((ND45, UNCONFIRMED), (ND105, "Đ10.2"))),
        reads=(Submitted,),
        check=_reception_late,
    ),
    Rule(
        name="unassigned",
        vietnamese="Chưa phân công thụ lý",
        english="Nobody assigned",
        severity=1,
        answers="head of the unit that it was transferred to",
        trigger="a `transferred` to a unit with no officer named, and not transferred on by the end of the next working day; "
        "not where the dossier had ended by then",
        basis=basis(((ND61, "Đ19.1"),), ((ND118, "Đ19 (chưa đối chiếu)"),)),
        reads=(Transferred,),
        check=_unassigned,
    ),
    Rule(
        name="refusal_late",
        vietnamese="Từ chối sau khi hết hạn",
        english="Refused after the due date",
        severity=2,
        answers="the refusing officer; head of the competent agency",
        trigger="the dossier ended by `refused`, and the legal class is `late`",
        basis=basis(((ND61, "Đ19.8"),), ((ND118, "Đ19 (chưa đối chiếu)"),)),
        reads=(RefusedDossier,),
        classes=("late",),
        check=_refusal_late,
    ),
    Rule(
        name="refusal_without_form",
        vietnamese="Từ chối không có phiếu hoặc không nêu lý do",
        english="Refused without the form or a reason",
        severity=2,
        answers="the refusing officer",
        trigger="a `refused` or `intake_refused` with no `reason` or no `document` (form 03)",
        basis=basis(
            ((ND61, "Đ17.1"), (ND61, "Đ19.8"), (TT01, "mẫu 03")), ((ND118, "Đ17"), (TT03, "mẫu 03"))
        ),
        reads=(RefusedDossier, IntakeRefused),
        check=_refusal_without_form,
    ),
)

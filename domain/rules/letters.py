"""The apology letter and what goes with it (thư xin lỗi): NĐ 61/2018 Đ12.5, Đ19.9; form 04 of TT 01/2018 and TT 03/2025.

Knows the letter's grade. Must not know how lateness is shared out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.deadlines import keeps
from domain.facts import ApologyLetterSent, DueDateChanged, OneStopNotified
from domain.letter import OWED_OR_TO_COME, Grade, sent_at
from domain.responsibility import holder_at
from domain.rules._law import ND61, ND118, TT01, TT03, basis
from domain.rules._rule import Breach, Case, Responsible, Rule
from domain.timeline import Entry
from domain.values import DAY, PAPER, date_of, last_of


def _spell(case: Case, grade: Grade) -> Breach | None:
    """The spell of a grade that T lies in, else the first one to come."""
    for spell in case.spells:
        if spell.grade == grade and (spell.until is None or case.as_of < spell.until):
            evidence = () if spell.letter is None else (spell.letter,)
            return Breach(spell.since, _answer(case, spell.since), evidence, until=spell.until)
    return None


def _answer(case: Case, since: datetime) -> tuple[Responsible, ...]:
    """The head of the competent unit; the holder at due contributes."""
    head = case.head(case.unit, since)
    due = case.legal.due
    holder = None if due is None else holder_at(case.segments, last_of(due))
    return (head,) if holder is None else (head, Responsible(holder.officer, holder.unit, "holder"))


def _apology_missing(case: Case) -> Breach | None:
    return _spell(case, "missing")


def _apology_late(case: Case) -> Breach | None:
    return _spell(case, "late")


def _letters_signed(case: Case, entries: Sequence[Entry[Any]]) -> tuple[Responsible, ...]:
    """Who signed, where a letter says it, else who sent it."""
    who = []
    for entry in entries:
        signer = entry.data.signed_by
        named = signer is not None and signer.officer is not None
        who.append(Responsible(signer.officer, case.unit, "signer") if named else case.actor(entry))
    return tuple(dict.fromkeys(who))


def _apology_not_sent(case: Case) -> Breach | None:
    offences: list[tuple[datetime, Entry[Any]]] = []
    for entry in case.timeline.of(ApologyLetterSent):
        said = entry.data
        undated = said.delivered_at is None
        if undated and (said.channel == "in_person" or entry.fact.source.startswith(PAPER)):
            continue
        since = case.end_of_working_day(entry.at, case.policy.delivery_working_days)
        if undated or sent_at(entry) >= since:
            offences.append((since, entry))

    def senders(entries: Sequence[Entry[Any]]) -> tuple[Responsible, ...]:
        return (case.one_stop, *case.actors(entries))

    return case.earliest(offences, senders, lambda since, _: {"limit": (since - DAY).date()})


def _one_stop_not_notified(case: Case) -> Breach | None:
    run, accepted = case.run, case.timeline.accepted
    assert run is not None
    assert run.due is not None
    if accepted is not None and accepted.fact.source.startswith(PAPER):
        return None  # a paper register has no place for it
    deadline = date_of(run.due) - timedelta(days=case.policy.letter_lead_days)
    for entry in case.timeline.of(OneStopNotified):
        if entry.at >= run.cycle_started_at and keeps(entry.at, deadline):
            return None
    since = case.behind_since
    return Breach(since, (case.head(case.unit, since),), params={"deadline": deadline})


def _apology_incomplete(case: Case) -> Breach | None:
    bare = [entry for entry in case.timeline.of(ApologyLetterSent) if _lacking(entry)]
    if not bare:
        return None
    answer = tuple(dict.fromkeys((*case.actors(bare), *_letters_signed(case, bare))))
    return Breach(bare[0].at, answer, tuple(bare), params={"lacks": _lacking(bare[0])})


def _lacking(letter: Entry[ApologyLetterSent]) -> tuple[str, ...]:
    """What the letter does not say. A paper register has no place for its reason."""
    said = letter.data
    reason = said.reason is not None and said.reason.strip()
    lacks = () if reason or letter.fact.source.startswith(PAPER) else ("reason",)
    return lacks if said.new_due_at is not None else (*lacks, "new_due_at")


def _apology_wrong_signer(case: Case) -> Breach | None:
    wrong = [
        entry
        for entry in case.timeline.of(ApologyLetterSent)
        if entry.data.signed_by is not None and entry.data.signed_by.role == "other"
    ]
    if not wrong:
        return None
    return Breach(wrong[0].at, _letters_signed(case, wrong), tuple(wrong))


def _reschedule_not_recorded(case: Case) -> Breach | None:
    changes = case.timeline.of(DueDateChanged)
    offences: list[tuple[datetime, Entry[Any]]] = []
    for entry in case.timeline.of(ApologyLetterSent):
        new = entry.data.new_due_at
        if new is None:
            continue
        since = case.end_of_working_day(entry.at, case.policy.rescheduling_working_days)
        entered = any(
            change.at < since and (change.at >= entry.at or change.data.new_due_at == new)
            for change in changes
        )
        if not (entered or case.ended_by(since)):
            offences.append((since, entry))
    return case.earliest(
        offences,
        lambda _: (case.one_stop,),
        lambda since, entry: {"limit": (since - DAY).date(), "new_due": entry.data.new_due_at},
    )


_NEW = ((ND118, "Đ19 (chưa đối chiếu)"), (TT03, "mẫu 04"))

RULES = (
    Rule(
        name="apology_missing",
        vietnamese="Không có thư xin lỗi",
        english="No apology letter",
        severity=3,
        answers="head of the competent agency; the holder at the due date contributes",
        trigger="the letter's grade is `missing`",
        basis=basis(((ND61, "Đ19.9"), (ND61, "Đ12.5"), (TT01, "mẫu 04")), _NEW),
        classes=OWED_OR_TO_COME,
        check=_apology_missing,
    ),
    Rule(
        name="apology_late",
        vietnamese="Thư xin lỗi muộn",
        english="Apology letter late",
        severity=2,
        answers="head of the competent agency; the holder at the due date contributes",
        trigger="the letter's grade is `late`",
        basis=basis(((ND61, "Đ19.9"),), _NEW),
        reads=(ApologyLetterSent,),
        classes=OWED_OR_TO_COME,
        check=_apology_late,
    ),
    Rule(
        name="apology_not_sent",
        vietnamese="Đã ký nhưng chưa gửi thư xin lỗi",
        english="Apology letter signed but not sent",
        severity=2,
        answers="one-stop unit; who sent it",
        trigger="an `apology_letter_sent` not delivered by the end of the next working day; with no `delivered_at`, "
        "letters handed over in person and those of paper registers, which have no place for it, are not judged",
        basis=basis(((ND61, "Đ19.9"),), _NEW),
        reads=(ApologyLetterSent,),
        check=_apology_not_sent,
    ),
    Rule(
        name="one_stop_not_notified",
        vietnamese="Không báo Bộ phận Một cửa về chậm",
        english="One-stop unit not told of the delay",
        severity=1,
        answers="head of the competent agency",
        trigger="late or overdue on the legal clock, and no `one_stop_notified` of the last cycle by the letter's deadline; not where "
        "the acceptance is a paper register's, which has no place for a notice",
        basis=basis(((ND61, "Đ12.5"), (ND61, "Đ19.9")), ((ND118, "Đ12 (chưa đối chiếu)"),)),
        classes=OWED_OR_TO_COME,
        check=_one_stop_not_notified,
    ),
    Rule(
        name="apology_incomplete",
        vietnamese="Thư xin lỗi thiếu nội dung",
        english="Apology letter incomplete",
        severity=1,
        answers="drafter; signer",
        trigger="an `apology_letter_sent` with no `reason` or no `new_due_at`; paper registers, which have no place for a reason, "
        "are judged on the new date",
        basis=basis(((ND61, "Đ19.9"), (TT01, "mẫu 04")), _NEW),
        reads=(ApologyLetterSent,),
        check=_apology_incomplete,
    ),
    Rule(
        name="apology_wrong_signer",
        vietnamese="Ký sai thẩm quyền",
        english="Signed by the wrong person",
        severity=1,
        answers="the signer",
        trigger="an `apology_letter_sent` signed in the role `other`; a letter that names no role is not judged",
        basis=basis(((ND61, "Đ19.9"), (TT01, "mẫu 04")), _NEW),
        reads=(ApologyLetterSent,),
        check=_apology_wrong_signer,
    ),
    Rule(
        name="reschedule_not_recorded",
        vietnamese="Đã xin lỗi nhưng không cập nhật ngày hẹn",
        english="Re-appointment not recorded",
        severity=1,
        answers="one-stop unit",
        trigger="an `apology_letter_sent` with a new date, and by the end of the next working day no `due_date_changed` after "
        "it nor one to the same date before it; not where the dossier had ended by then",
        basis=basis(((ND61, "Đ19.9"),), ((ND118, "Đ19 (chưa đối chiếu)"),)),
        reads=(ApologyLetterSent,),
        check=_reschedule_not_recorded,
    ),
)

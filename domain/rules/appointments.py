"""Re-appointments and changes of the promised date (hẹn lại, đổi ngày hẹn trả): NĐ 61/2018 Đ19.9, Đ5.1c.

Knows what gave the portal its date. Must not know the legal due date, which no re-appointment moves.
"""

from domain.deadlines import keeps
from domain.facts import ApologyLetterSent, DueDateChanged
from domain.rules._law import ND61, ND118, basis
from domain.rules._rule import Breach, Case, Rule
from domain.timeline import Entry


def _rescheduled(case: Case) -> list[Entry[DueDateChanged]]:
    return [
        entry for entry in case.timeline.of(DueDateChanged) if entry.data.ground == "rescheduled"
    ]


def _rescheduled_more_than_once(case: Case) -> Breach | None:
    changes = _rescheduled(case)
    if len(changes) < 2:
        return None
    since = changes[1].at
    return Breach(
        since,
        (case.head(case.unit, since), case.actor(changes[-1])),
        tuple(changes),
        params={"times": len(changes)},
    )


def _due_changed_without_document(case: Case) -> Breach | None:
    letters = case.timeline.of(ApologyLetterSent)

    def undocumented(entry: Entry[DueDateChanged]) -> bool:
        if entry.data.ground == "none":
            return True
        covered = entry.data.document is not None or (bool(letters) and letters[0].precedes(entry))
        return entry.data.ground == "rescheduled" and not covered

    changes = [entry for entry in case.timeline.of(DueDateChanged) if undocumented(entry)]
    if not changes:
        return None
    return Breach(changes[0].at, case.actors(changes), tuple(changes))


def _due_changed_after_due(case: Case) -> Breach | None:
    shown = None
    changes: list[Entry[DueDateChanged]] = []
    for entry, due in case.portal_dates:
        fact = entry.fact
        is_change = isinstance(fact.data, DueDateChanged) and fact.recorded_known
        if is_change and shown is not None and not keeps(fact.recorded_at, shown):
            changes.append(entry)
        shown = due
    if not changes:
        return None
    return Breach(changes[0].at, case.actors(changes), tuple(changes))


RULES = (
    Rule(
        name="rescheduled_more_than_once",
        vietnamese="Hẹn lại quá một lần",
        english="Re-appointed more than once",
        severity=3,
        answers="head of the competent agency; the last actor",
        trigger="two or more `due_date_changed` with ground `rescheduled`",
        basis=basis(((ND61, "Đ19.9"),), ((ND118, "Đ19 (chưa đối chiếu)"),)),
        reads=(DueDateChanged,),
        check=_rescheduled_more_than_once,
    ),
    Rule(
        name="due_changed_without_document",
        vietnamese="Đổi ngày hẹn trả không có văn bản",
        english="Due date changed without a document",
        severity=3,
        answers="the actor",
        trigger="`due_date_changed` with ground `none`; or `rescheduled` with no document and no letter before it",
        basis=basis(((ND61, "Đ19.9"), (ND61, "Đ5.1c")), ((ND118, "Đ5.1"),)),
        reads=(DueDateChanged,),
        check=_due_changed_without_document,
    ),
    Rule(
        name="due_changed_after_due",
        vietnamese="Gia hạn sau khi đã quá hạn",
        english="Due date changed after it had passed",
        severity=3,
        answers="the actor",
        trigger="`due_date_changed` recorded after the portal's due date that the facts before it give",
        basis=basis(((ND61, "Đ19.9"), (ND61, "Đ5.1c")), ((ND118, "Đ5.1"),)),
        reads=(DueDateChanged,),
        check=_due_changed_after_due,
    ),
)

"""How a dossier stands still, stops, gets lost or goes home (tạm dừng, dừng, rút, mất, trả): NĐ 61/2018 Đ5.1đ, Đ20.4, Đ21.2.

Knows pauses and the ways out other than a result. Must not know how lateness is shared out.
"""

from datetime import datetime

from domain.deadlines import lawful
from domain.facts import (
    Accepted,
    ApologyLetterSent,
    Lost,
    Paused,
    PortalStateObserved,
    Returned,
    Stopped,
    Withdrawn,
)
from domain.responsibility import holder_at
from domain.rules._law import ND61, ND118, ND151, TT03, basis
from domain.rules._rule import Breach, Case, Responsible, Rule
from domain.values import PAPER, Due, date_of, first_after, midnight

FINISHED = frozenset({9, 10})
"""National status: đã xử lý xong, đã trả kết quả. The citizen sees it."""


def _due_soon(case: Case) -> Breach | None:
    legal, run = case.legal, case.run
    assert run is not None
    assert run.running_since is not None
    assert legal.due is not None
    days = case.policy.due_soon_working_days
    since = max(midnight(case.calendar.back(legal.due, days)), run.running_since)
    answer = (case.holder, case.one_stop)
    return Breach(since, answer, until=first_after(legal.due), params={"days": days})


def _pause_without_ground(case: Case) -> Breach | None:
    bare = [entry for entry in case.timeline.of(Paused) if not lawful(entry.data)]
    if not bare:
        return None
    since = bare[0].at
    return Breach(since, (*case.actors(bare), case.head(case.unit, since)), tuple(bare))


def _withdrawal_near_due(case: Case) -> Breach | None:
    due, accepted = case.legal.due, case.timeline.accepted
    if due is None or accepted is None:
        return None
    calendar = case.calendar
    for entry in case.timeline.of(Withdrawn):
        away = calendar.wdays(entry.at, due) + calendar.wdays(due, entry.at)
        if away <= case.policy.withdrawal_working_days:
            return Breach(max(entry.at, accepted.at), (), (entry,))
    return None


def _stop_without_notice(case: Case) -> Breach | None:
    if case.ruleset != "nd118-2025" or case.timeline.accepted is None:
        return None
    asked = case.timeline.of(Withdrawn)
    for entry in case.timeline.of(Stopped):
        if entry.data.document is None and not (asked and asked[0].precedes(entry)):
            return Breach(max(entry.at, case.timeline.accepted.at), (case.one_stop,), (entry,))
    return None


def _lost_dossier_without_apology(case: Case) -> Breach | None:
    letters = case.timeline.of(ApologyLetterSent)
    for entry in case.timeline.of(Lost):
        if not (letters and entry.precedes(letters[-1])):
            holder = holder_at(case.segments, entry.at)
            who = (
                case.actor(entry)
                if holder is None
                else Responsible(holder.officer, holder.unit, "holder")
            )
            return Breach(entry.at, (who, case.head(case.unit, entry.at)), (entry,))
    return None


def _early_return_without_notice(case: Case) -> Breach | None:
    accepted, returned = case.timeline.accepted, case.timeline.of(Returned)[0]
    fact, on = returned.fact, returned.at.toordinal()
    if accepted is None or fact.data.method != "direct" or fact.source.startswith(PAPER):
        return None
    shown: Due | None = None
    for entry, due in case.portal_dates:
        if entry.precedes(returned):
            shown = due
    if shown is None or not accepted.at.toordinal() < on < shown.toordinal():
        return None
    if _told_beforehand(case, returned.at):
        return None
    return Breach(returned.at, (case.one_stop,), (returned,), params={"promised": date_of(shown)})


def _told_beforehand(case: Case, returned: datetime) -> bool:
    seen = case.timeline.of(PortalStateObserved)
    return any(e.data.status in FINISHED and e.at < returned for e in seen)


RULES = (
    Rule(
        name="due_soon",
        vietnamese="Sắp đến hạn",
        english="Due soon",
        severity=0,
        answers="the holder; one-stop unit",
        trigger="the legal class is `in_time` and at most 2 working days are left up to the due date; "
        "until the due instant has passed",
        basis=basis(((ND61, "Đ12.4"), (ND61, "Đ8.2b")), ((ND118, "Đ8.1"),)),
        reads=(Accepted,),
        classes=("in_time",),
        check=_due_soon,
    ),
    Rule(
        name="pause_without_ground",
        vietnamese="Tạm dừng không có căn cứ",
        english="Paused without a ground",
        severity=2,
        answers="the actor; head of the competent agency",
        trigger="a `paused` that no clock may stand still for: ground `other`, or no `legal_basis`",
        basis=basis(((ND61, "Đ5.1đ"),), ((ND118, "Đ5.1"), (ND151, "phụ lục, mục 10"))),
        reads=(Paused,),
        check=_pause_without_ground,
    ),
    Rule(
        name="withdrawal_near_due",
        vietnamese="Rút hồ sơ sát hạn (dấu hiệu đối phó)",
        english="Withdrawn close to the due date (an indication)",
        severity=0,
        answers="nobody: an indication, not a breach",
        trigger="a `withdrawn` at most 2 working days before or after the legal due date; a new dossier of the same "
        "person is not looked for, because persons are not readable here",
        basis=basis(((ND61, "Đ5.1đ"),), ((ND118, "Đ5.1"),)),
        reads=(Withdrawn,),
        check=_withdrawal_near_due,
    ),
    Rule(
        name="stop_without_notice",
        vietnamese="Dừng giải quyết không thông báo",
        english="Stopped without notice",
        severity=1,
        answers="one-stop unit",
        trigger="accepted under NĐ 118/2025, a `stopped` with no `document` (form 05) and no `withdrawn` before it",
        basis=basis((), ((ND118, "Đ21"), (TT03, "Đ7"), (TT03, "mẫu 05"))),
        reads=(Stopped,),
        check=_stop_without_notice,
    ),
    Rule(
        name="lost_dossier_without_apology",
        vietnamese="Mất, hỏng hồ sơ không xin lỗi",
        english="Dossier lost or damaged, no apology",
        severity=3,
        answers="who held it, else who reported it; head of the competent agency",
        trigger="a `lost` with no `apology_letter_sent` after it",
        basis=basis(((ND61, "Đ21.2"),), ((ND118, "Đ22 (chưa đối chiếu)"),)),
        reads=(Lost,),
        check=_lost_dossier_without_apology,
    ),
    Rule(
        name="early_return_without_notice",
        vietnamese="Trả sớm không báo trước",
        english="Returned early without notice",
        severity=0,
        answers="one-stop unit",
        trigger="the first `returned`, by hand, on a date after acceptance and before the date then shown, with no status 9 or "
        "10 seen on the portal before it; a change of the shown date to that day is a notice; paper registers, which "
        "have no place for a notice, are not judged",
        basis=basis(((ND61, "Đ20.4"),), ((ND118, "Đ22 (chưa đối chiếu)"),)),
        reads=(Returned,),
        check=_early_return_without_notice,
    ),
)

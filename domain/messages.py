"""One clear sentence a finding, in Vietnamese or English, with its figures: dates, working days late, deadlines.

Knows the words of every rule and the figures of an assessment. Must not know when a rule holds, nor how a page is laid out.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from domain.assessment import Assessment
from domain.calendar import DAY_MINUTES
from domain.rules import Finding
from domain.values import Due

TEMPLATES: Final[Mapping[str, tuple[str, str]]] = {
    "result_overdue": (
        "Hẹn trả {due}, kết thúc {end}: quá hạn {late}.",
        "Promised by {due}, ended {end}: {late} late.",
    ),
    "in_process_overdue": (
        "Hẹn trả {due}, đến nay chưa có kết quả: đã quá hạn {late}.",
        "Promised by {due}, still without a result: {late} overdue.",
    ),
    "overdue_after_reschedule": (
        "Đã hẹn lại đến {portal_due} mà vẫn không kịp.",
        "Re-appointed to {portal_due}, and that was not kept either.",
    ),
    "overdue_hidden_by_reschedule": (
        "Kết thúc {end}: đúng theo ngày hẹn mới {portal_due}, nhưng quá hạn gốc {due} là {late}.",
        "Ended {end}: in time for the new date {portal_due}, but {late} after the original {due}.",
    ),
    "return_late": (
        "Có kết quả {at}, trong hạn {due}, nhưng quá hạn mới trả hoặc chưa trả cho người dân.",
        "The result was there on {at}, within {due}, but was handed over after it or not yet.",
    ),
    "due_soon": (
        "Đến hạn {due}: còn không quá {days} ngày làm việc.",
        "Due by {due}: {days} working days or less to go.",
    ),
    "apology_missing": (
        "Hạn trả {due}, không có thư xin lỗi; phải gửi chậm nhất {deadline}.",
        "Due by {due}, no apology letter; it had to be sent by {deadline}.",
    ),
    "apology_late": (
        "Thư xin lỗi gửi {sent}; phải gửi chậm nhất {deadline}.",
        "The apology letter was sent on {sent}; it had to be sent by {deadline}.",
    ),
    "apology_not_sent": (
        "Thư xin lỗi lập {at}, {limit} phải đến người dân nhưng chưa gửi hoặc gửi sau đó.",
        "The apology letter of {at} had to reach the citizen by {limit}; it had not by then.",
    ),
    "one_stop_not_notified": (
        "Hạn trả {due}; phải báo Bộ phận Một cửa chậm nhất {deadline} nhưng không báo.",
        "Due by {due}; the one-stop unit had to be told by {deadline} and was not.",
    ),
    "apology_incomplete": (
        "Thư xin lỗi {at} thiếu: {lacks}.",
        "The apology letter of {at} lacks: {lacks}.",
    ),
    "apology_wrong_signer": (
        "Thư xin lỗi {at} không do thủ trưởng hoặc cấp phó ký.",
        "The apology letter of {at} was signed by neither the head nor a deputy.",
    ),
    "rescheduled_more_than_once": (
        "Hẹn lại {times} lần, lần cuối {last}; chỉ được hẹn lại một lần.",
        "Re-appointed {times} times, last on {last}; once is allowed.",
    ),
    "due_changed_without_document": (
        "Ngày hẹn trả bị đổi {at} mà không có văn bản nào làm căn cứ.",
        "The due date was changed on {at} with no document to support it.",
    ),
    "due_changed_after_due": (
        "Ngày hẹn trả được đổi trên phần mềm {recorded}, sau khi ngày hẹn cũ đã qua.",
        "The due date was changed in the software on {recorded}, after the old one had passed.",
    ),
    "reschedule_not_recorded": (
        "Thư xin lỗi {at} hẹn lại {new_due}, nhưng {limit} ngày hẹn trên phần mềm vẫn chưa được đổi.",
        "The letter of {at} gave {new_due}, but by {limit} the software's date had not been changed.",
    ),
    "transfer_late": (
        "Tiếp nhận {at}, đến {last} mới chuyển xử lý.",
        "Accepted on {at}, transferred only on {last}.",
    ),
    "receipt_missing": (
        "Tiếp nhận {at} mà không ghi ngày hẹn trả, cũng không ghi thời hạn.",
        "Accepted on {at} with neither a due date nor a limit.",
    ),
    "due_date_inconsistent": (
        "Hẹn trả ngày {promised}, trong khi theo thời hạn quy định là ngày {expected}.",
        "Promised for {promised}, while the limit gives {expected}.",
    ),
    "reception_late": (
        "Nộp trực tuyến {at}, phải trả lời tiếp nhận trước {limit} ({hours} giờ làm việc) nhưng không kịp.",
        "Submitted online on {at}; it had to be taken in or refused by {limit} ({hours} working hours).",
    ),
    "unassigned": (
        "Chuyển đến đơn vị {to} {at} mà {limit} chưa phân công người thụ lý.",
        "Transferred to {to} on {at}; by {limit} nobody had been assigned.",
    ),
    "step_overdue": (
        "Bước xử lý quá thời gian được giao, từ {since}: {steps}.",
        "Steps over the time allotted, since {since}: {steps}.",
    ),
    "progress_stale": (
        "Từ {at} không có cập nhật nào trong hơn {days} ngày làm việc.",
        "Nothing was recorded since {at}, for more than {days} working days.",
    ),
    "supplement_more_than_once": (
        "Lại yêu cầu bổ sung {at}; chỉ được yêu cầu một lần.",
        "Supplements were asked for again on {at}; once is allowed.",
    ),
    "supplement_notice_late": (
        "Yêu cầu bổ sung {at}, {days} ngày làm việc sau khi tiếp nhận; quy định không quá {allowed}.",
        "Supplements were asked for on {at}, {days} working days after acceptance; {allowed} allowed.",
    ),
    "supplement_outside_one_stop": (
        "Yêu cầu bổ sung {at} gửi thẳng cho người dân, không qua Bộ phận Một cửa.",
        "The request of {at} went straight to the citizen, not through the one-stop unit.",
    ),
    "supplement_without_reason": (
        "Yêu cầu bổ sung {at} thiếu: {lacks}.",
        "The request for supplements of {at} lacks: {lacks}.",
    ),
    "clock_not_restarted": (
        "Nhận đủ bổ sung {at}: hạn mới phải là {expected}, phần mềm không ghi như vậy.",
        "Completed on {at}: the new due date is {expected}; the software does not say so.",
    ),
    "supplement_expired": (
        "Yêu cầu bổ sung {at} hết hạn {limit} mà hồ sơ vẫn chưa đóng.",
        "The request of {at} ran out by {limit}, and the dossier is still open.",
    ),
    "refusal_late": (
        "Từ chối giải quyết {end}, sau hạn {due}: quá {late}.",
        "Refused on {end}, after {due}: {late} late.",
    ),
    "refusal_without_form": (
        "Từ chối {at} thiếu: {lacks}.",
        "The refusal of {at} lacks: {lacks}.",
    ),
    "opinion_overdue": (
        "Lấy ý kiến {of} {at}, phải trả lời {limit} nhưng không kịp.",
        "{of} was asked on {at} and had to answer by {limit}; it had not by then.",
    ),
    "opinion_overdue_not_reported": (
        "{of} trả lời chậm (hạn {limit}) mà không báo Bộ phận Một cửa.",
        "{of} was late with its opinion (due by {limit}), and the one-stop unit was not told.",
    ),
    "early_return_without_notice": (
        "Trả kết quả {at}, trước ngày hẹn {promised}, không có thông báo trước.",
        "Handed over on {at}, before the promised {promised}, with no notice beforehand.",
    ),
    "workflow_not_closed": (
        "Đã kết thúc {at}, {closed}.",
        "Ended on {at}, {closed}.",
    ),
    "national_local_mismatch": (
        "Cổng DVCQG {at} khác với hồ sơ tại đơn vị: {lacks}.",
        "The national portal on {at} differs from the unit's own record: {lacks}.",
    ),
    "synthetic_history": (
        "Dấu hiệu dữ liệu dựng từ {at}: {lacks}.",
        "Signs of made-up data from {at}: {lacks}.",
    ),
    "history_tampered": (
        "Đính chính {at} ({authorised_by} cho phép, lý do: {reason}) làm đổi: {lacks}.",
        "The correction of {at} (authorised by {authorised_by}, reason: {reason}) changed: {lacks}.",
    ),
    "pause_without_ground": (
        "Tạm dừng {at} mà không có căn cứ pháp luật.",
        "Paused on {at} without a legal ground.",
    ),
    "withdrawal_near_due": (
        "Rút hồ sơ {at}, sát hạn {due}: cần xem lại lý do.",
        "Withdrawn on {at}, close to its due date {due}: worth a look.",
    ),
    "stop_without_notice": (
        "Dừng giải quyết {at} mà không có thông báo, cũng không có yêu cầu của người dân.",
        "Stopped on {at} with neither a notice nor the citizen's request.",
    ),
    "lost_dossier_without_apology": (
        "Hồ sơ bị mất, hỏng {at}, chưa có thư xin lỗi sau đó.",
        "The dossier was lost or damaged on {at}; no apology letter followed.",
    ),
}
"""Rule name -> its sentence in Vietnamese and in English."""

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "reason": ("lý do", "the reason"),
    "new_due_at": ("ngày hẹn trả mới", "the new date"),
    "items": ("nội dung cần bổ sung hoặc số phiếu", "what to add, or the form"),
    "form": ("phiếu theo mẫu", "the form"),
    "due": ("ngày hẹn trả", "the due date"),
    "end": ("ngày kết thúc", "the end"),
    "status": ("trạng thái", "the status"),
    "received": ("thời điểm tiếp nhận", "the time of acceptance"),
    "finished_at_request": (
        "báo xong đúng lúc yêu cầu bổ sung",
        "reported finished at the very instant of a request for supplements",
    ),
    "same_instant": ("nhiều bước cùng một thời điểm", "several steps at one instant"),
    "recorded_before": ("ghi nhận trước khi việc xảy ra", "recorded before it happened"),
    "nobody": ("người thực hiện là một chức danh chung", "done by a role that is nobody"),
}
"""What a rule may list in `lacks`."""

NOTHING = "–"

_ONE: Final = re.compile(r"(?<![\d.,])1 ((?:working |office )?(?:day|hour|minute|time))s\b")
"""English counts one thing in the singular."""


def message(finding: Finding, assessment: Assessment, lang: str) -> str:
    """The finding told in one sentence, in Vietnamese (`vi`) or English."""
    vietnamese, english = TEMPLATES[finding.rule.name]
    template = vietnamese if lang == "vi" else english
    told = {name: _told(value, lang) for name, value in _figures(finding, assessment).items()}
    told["late"] = _late(assessment, lang)
    told["steps"] = _steps(assessment, lang)
    told["closed"] = _closed(finding, assessment, lang)
    for name in ("due", "portal_due", "deadline", "limit", "new_due"):
        if name in told:
            told[name] = _limit(told[name], lang)
    sentence = template.format_map(told)
    if lang != "vi":
        sentence = _ONE.sub(r"1 \1", sentence)
    return sentence[:1].upper() + sentence[1:]


def _figures(finding: Finding, assessment: Assessment) -> dict[str, object]:
    first = finding.evidence[0] if finding.evidence else None
    return {
        "due": assessment.legal.due,
        "portal_due": assessment.portal.due,
        "end": assessment.finished_at,
        "deadline": assessment.letter.deadline,
        "sent": assessment.letter.sent_at,
        "since": finding.since,
        "at": finding.since if first is None else first.at,
        "last": finding.since if first is None else finding.evidence[-1].at,
        "recorded": None if first is None else first.fact.recorded_at,
        **(finding.params or {}),
    }


def _told(value: object, lang: str) -> str:
    match value:
        case None:
            return NOTHING
        case datetime() | date():
            return _moment(value)
        case tuple():
            return ", ".join(WORDS[code][0 if lang == "vi" else 1] for code in value)
        case _:
            return str(value)


def _moment(value: Due) -> str:
    day = f"{value.day:02}/{value.month:02}/{value.year:04}"
    return f"{day} {value.hour:02}:{value.minute:02}" if isinstance(value, datetime) else day


def _limit(told: str, lang: str) -> str:
    """A date used as a limit means its end."""
    if told == NOTHING or ":" in told:
        return told
    return f"hết ngày {told}" if lang == "vi" else f"the end of {told}"


def _late(assessment: Assessment, lang: str) -> str:
    """Working days late; office minutes where it is less than one."""
    days, minutes = assessment.legal.late_working_days, assessment.legal.late_minutes
    if days or not minutes:
        return (
            f"{_number(days, lang)} ngày làm việc"
            if lang == "vi"
            else f"{_number(days, lang)} working days"
        )
    return f"{minutes} phút làm việc" if lang == "vi" else f"{minutes} office minutes"


def _number(number: int, lang: str) -> str:
    return f"{number:,}".replace(",", "." if lang == "vi" else ",")


def _duration(minutes: int, lang: str) -> str:
    """Office minutes as working days, hours and minutes."""
    days, rest = divmod(minutes, DAY_MINUTES)
    units = ("ngày làm việc", "giờ", "phút") if lang == "vi" else ("working days", "h", "min")
    parts = zip((days, *divmod(rest, 60)), units, strict=True)
    told = [f"{_number(count, lang)} {unit}" for count, unit in parts if count]
    return " ".join(told) or f"0 {units[2]}"


def _steps(assessment: Assessment, lang: str) -> str:
    """Who used more than was allotted: the officer (or the unit), the time allotted and the time used."""
    told = []
    for segment in assessment.custody:
        if segment.allotted is None or segment.used is None or segment.used <= segment.allotted:
            continue
        allotted, used = (_duration(each, lang) for each in (segment.allotted, segment.used))
        if lang == "vi":
            who = segment.officer or f"đơn vị {segment.unit}"
            told.append(f"{who} được giao {allotted}, đã dùng {used}")
        else:
            who = segment.officer or f"unit {segment.unit}"
            told.append(f"{who} was allotted {allotted} and used {used}")
    return "; ".join(told) or NOTHING


def _closed(finding: Finding, assessment: Assessment, lang: str) -> str:
    """How the software learnt of an end: so many working days later, or not at all."""
    fact = finding.evidence[0].fact if finding.evidence else None
    late = 0
    if fact is not None and fact.recorded_known:
        late = assessment.calendar.wdays(finding.evidence[0].at, fact.recorded_at)
    if late > assessment.policy.recording_working_days:
        days = _number(late, lang)
        if lang == "vi":
            return f"phần mềm ghi nhận chậm {days} ngày làm việc"
        return f"recorded in the software {days} working days later"
    return "phần mềm không ghi nhận" if lang == "vi" else "not recorded in the software"

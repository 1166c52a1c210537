"""What the page of a dossier says besides the words of `explain` and `history`.

Knows words. Must not know templates.
"""

from typing import Final

CASE: Final[dict[str, tuple[str, str]]] = {
    "case.title": ("Hồ sơ {dossier}", "Dossier {dossier}"),
    "case.now": ("bây giờ ({at})", "now ({at})"),
    # ── the two handles ──
    "case.time": ("Xem lại theo thời gian", "Look back in time"),
    "case.time.as_of": ("Tính đến", "As of"),
    "case.time.known_at": ("Ghi nhận đến", "As known at"),
    "case.time.as_of.what": ("việc đã xảy ra đến lúc này", "what had happened by then"),
    "case.time.known_at.what": ("việc đã được ghi nhận đến lúc này", "what was on record by then"),
    "case.time.show": ("Xem", "Show"),
    "case.time.before": ("Lùi một sự kiện", "One event back"),
    "case.time.after": ("Tiến một sự kiện", "One event on"),
    "case.time.both_now": ("Về bây giờ", "Back to now"),
    "case.time.as_portal": (
        "Chỉ dữ liệu đã ghi nhận khi đó",
        "Only what was known then",
    ),
    "case.time.failed": (
        "Không tải được; kéo lại, hoặc tải lại trang.",
        "Not loaded; drag again, or reload the page.",
    ),
    # ── what was shown, what was so ──
    "case.pair": ("Cổng hiển thị và thực tế", "What the portal showed, what was so"),
    "case.pair.portal": ("Cổng DVCQG hiển thị", "The portal showed"),
    "case.pair.truth": ("Thực tế theo pháp luật", "What was so, by law"),
    "case.pair.by_known": ("theo dữ liệu ghi nhận đến {at}", "by what was known at {at}"),
    "case.pair.by_now": ("theo mọi dữ liệu ghi nhận đến nay", "by all that is known now"),
    "case.pair.due": ("Hạn", "Due"),
    "case.pair.late": ("Quá hạn", "Late by"),
    "case.pair.not_late": ("không quá hạn", "not late"),
    "case.pair.same": (
        "Hai bên như nhau.",
        "Both are the same.",
    ),
    "case.pair.differs": ("Khác nhau: {what}.", "They differ in: {what}."),
    "case.pair.unlike.words": ("kết luận", "the class"),
    "case.pair.unlike.due": ("ngày hẹn trả", "the due date"),
    "case.pair.unlike.late": ("thời gian quá hạn", "the delay"),
    "case.pair.unknown": (
        "{n} sự kiện đã xảy ra mà lúc đó chưa được ghi nhận (tô nền trong lịch sử).",
        "{n} events had happened that were not on record then (tinted in the history).",
    ),
    "case.pair.opened": ("Chỉ bây giờ mới thấy: {names}.", "Seen only now: {names}."),
    "case.pair.ceased": (
        "Lúc đó có, nay không còn: {names}.",
        "Held then, no longer: {names}.",
    ),
    # ── the story ──
    "case.story": ("Lịch sử", "History"),
    "case.story.count": (
        "{n} sự kiện, theo thứ tự xảy ra",
        "{n} events, in the order they happened",
    ),
    "case.recorded": ("ghi nhận", "recorded"),
    "case.recorded_then": ("ghi nhận ngay", "recorded at once"),
    "case.recorded_late": ("ghi nhận muộn {days} ngày", "recorded {days} days late"),
    "case.recorded_unknown": (
        "nguồn không ghi lúc ghi nhận; lấy lúc nhập",
        "the source gave no time of recording; that of arrival is taken",
    ),
    "case.by": ("bởi {who}", "by {who}"),
    "case.by_citizen": ("người dân", "the citizen"),
    "case.gone.corrected": ("đã đính chính", "corrected"),
    "case.gone.corrected_by": ("đã đính chính bởi sự kiện {n}", "corrected by event {n}"),
    "case.gone.unknown": ("chưa được ghi nhận lúc đó", "not on record then"),
    "case.gone.future": ("chưa xảy ra lúc đó", "not happened by then"),
    "case.corrects": ("đính chính sự kiện {n}", "corrects event {n}"),
    "case.remark": ("vi phạm {n}", "finding {n}"),
    "case.remark.begins": ("Từ đây: {name}", "From here on: {name}"),
    "case.due_passed": ("Hết hạn trả theo pháp luật", "The legal due date has passed"),
    "case.view_then": ("Xem như lúc ghi nhận", "See it as it was then"),
    "case.proof": ("Bằng chứng của sự kiện {n}", "Proof of event {n}"),
    "case.proof.id": ("Mã sự kiện", "Event id"),
    "case.proof.source": ("Nguồn", "Source"),
    "case.proof.hash": ("Mã băm", "Hash"),
    # ── the judgement ──
    "case.days": ("Ngày nào được tính", "Which days counted"),
    "case.days.caption": (
        "Lịch đếm ngày theo pháp luật, mỗi hàng một tuần",
        "The legal day count, a week a row",
    ),
    "case.days.counted": ("được tính", "counted"),
    "case.days.late": ("được tính, sau hạn", "counted, after the due date"),
    "case.days.after_due": ("sau hạn", "after the due date"),
    "case.days.off": ("nghỉ, không tính", "day off, not counted"),
    "case.days.standing": ("chờ, không tính", "standing still"),
    "case.days.due": ("ngày hẹn trả", "due date"),
    "case.days.table": ("Xem dạng bảng ({n} ngày)", "As a table ({n} days)"),
    "case.days.day": ("Ngày", "Day"),
    "case.days.nth": ("Ngày thứ", "Count"),
    "case.days.why": ("Lý do", "Why"),
    "case.days.notes": ("Ghi chú", "Notes"),
    "case.days.none": (
        "Chưa có ngày nào được tính: hồ sơ chưa được tiếp nhận.",
        "No day counts yet: the dossier was not accepted.",
    ),
    "case.day_n": ("ngày thứ {n}", "day {n}"),
    "case.due_day": ("ngày hẹn trả", "due date"),
    "case.custody.note": (
        "Thanh nối tiếp nhau theo giờ làm việc; phần đậm bên phải là phần vượt thời gian được giao. Thời gian chờ không tính cho ai.",
        "The bars follow one another in office time; the dark part at the right is what exceeds the allotted time. Waiting is nobody's.",
    ),
    "case.custody.over": (
        "vượt {over}, được giao {allotted}",
        "{over} over the {allotted} allotted",
    ),
    "case.custody.over_due": ("{over} sau hạn", "{over} after the due date"),
    "case.custody.within": ("trong {allotted} được giao", "within the {allotted} allotted"),
    "case.unassigned": ("chưa phân công cho ai", "not assigned to anybody"),
    "case.waiting.supplement": ("Chờ người dân bổ sung", "Waiting for the citizen's papers"),
    "case.waiting.paused": ("Tạm dừng theo quy định", "Paused as the rules provide"),
    "case.unattributed_to": (
        "Chưa quy được (ghi ở {who})",
        "Unattributed (noted with {who})",
    ),
    "case.reasoning": ("Lập luận đầy đủ", "The full reasoning"),
    "case.rule": ("Quy tắc", "Rule"),
    "case.evidence": ("Sự kiện làm căn cứ", "Events it rests on"),
    "case.event_n": ("sự kiện {n}", "event {n}"),
    # ── who applied ──
    "case.person": ("Người nộp hồ sơ", "The applicant"),
    "case.person.title": ("Người nộp hồ sơ {dossier}", "The applicant of dossier {dossier}"),
    "case.person.what": (
        "Dữ liệu cá nhân chỉ hiện khi có lý do; người đọc và lý do được ghi vào nhật ký.",
        "Personal data are shown for a reason; who reads them and why is put on record.",
    ),
    "case.person.reason": ("Lý do", "Reason"),
    "case.person.show": ("Xem người nộp", "Show the applicant"),
    "case.person.back": ("Về hồ sơ", "Back to the dossier"),
    # ── live ──
    "case.live.updated": (
        "Có thay đổi; trang đã cập nhật, chỗ mới được tô nền.",
        "Something changed; the page is up to date, what is new is tinted.",
    ),
    # ── the foot ──
    "case.source": (
        "Nguồn: nhật ký sự kiện, {n} sự kiện của hồ sơ này; mã băm cuối {hash}.",
        "Source: the event log, {n} events of this dossier; last hash {hash}.",
    ),
    "case.source.check": (
        "Đối chiếu bản in với nhật ký: dunghen history {dossier} --json, trường hash của sự kiện cuối.",
        "Check a print against the log: dunghen history {dossier} --json, the hash of the last event.",
    ),
}

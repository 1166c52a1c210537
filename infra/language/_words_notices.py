"""The words of the daily digest, and of notices that could not be delivered: key -> (Vietnamese, English).

Knows both languages. Must not know who is told.
"""

from typing import Final

NOTICES: Final[dict[str, tuple[str, str]]] = {
    "digest.subject": ("[Đúng Hẹn] {day}: {counts}", "[Đúng Hẹn] {day}: {counts}"),
    "digest.count.letter": ("{n} cần thư xin lỗi", "letters owed: {n}"),
    "digest.count.overdue": ("{n} quá hạn", "overdue: {n}"),
    "digest.count.due_soon": ("{n} sắp đến hạn", "due soon: {n}"),
    "digest.greeting": ("Hồ sơ của {name}, ngày {day}", "Dossiers of {name}, {day}"),
    "digest.section.letter": (
        "Nếu không kịp trả kết quả, phải gửi thư xin lỗi ({n}):",
        "If the result will not be ready, an apology letter must be sent ({n}):",
    ),
    "digest.section.overdue": ("Đã quá hạn ({n}):", "Overdue ({n}):"),
    "digest.section.due_soon": ("Sắp đến hạn ({n}):", "Due soon ({n}):"),
    "digest.line.letter": (
        "{code}: gửi thư chậm nhất {letter}, hẹn trả {due}",
        "{code}: letter by {letter}, due by {due}",
    ),
    "digest.line.overdue": (
        "{code}: hẹn trả {due}, quá {late}",
        "{code}: due by {due}, {late} late",
    ),
    "digest.line.overdue_no_letter": (
        "{code}: hẹn trả {due}, quá {late}, chưa có thư xin lỗi",
        "{code}: due by {due}, {late} late, no apology letter",
    ),
    "digest.line.due_soon": ("{code}: hẹn trả {due}", "{code}: due by {due}"),
    "digest.more": ("- và {n} hồ sơ nữa", "- and {n} more"),
    "digest.end": (
        "Xem căn cứ từng ngày: dunghen explain MÃ_HỒ_SƠ",
        "Day by day, with the law: dunghen explain CODE",
    ),
    # ── undelivered ──
    "undelivered.title": (
        "THÔNG BÁO CHƯA GỬI ĐƯỢC: {waiting} · đã gửi lại được: {delivered} · đã bỏ: {dropped}",
        "UNDELIVERED NOTICES: {waiting} · delivered later: {delivered} · dropped: {dropped}",
    ),
    "undelivered.one": ("THÔNG BÁO {id}", "NOTICE {id}"),
    "undelivered.body": ("Nội dung", "The body"),
    "undelivered.retried": (
        "ĐÃ GỬI LẠI ĐƯỢC: {n} · không được: {wrong}",
        "DELIVERED: {n} · not delivered: {wrong}",
    ),
    "undelivered.dropped": (
        "ĐÃ BỎ: {n} thông báo · không được: {wrong}",
        "NOTICES DROPPED: {n} · not dropped: {wrong}",
    ),
    "column.notice": ("Thông báo", "Notice"),
    "column.refused_at": ("Bị từ chối lúc", "Refused at"),
    "notice_state.waiting": ("đang chờ", "waiting"),
    "notice_state.delivered": ("đã gửi lại được", "delivered later"),
    "notice_state.dropped": ("đã bỏ", "dropped"),
    "notice_change.opened": ("phát sinh", "opened"),
    "notice_change.ceased": ("chấm dứt", "ceased"),
    "notice_outcome.delivered": ("đã gửi được", "delivered"),
    "notice_outcome.dropped": ("đã bỏ", "dropped"),
    "notice_outcome.refused": ("lại bị từ chối", "refused again"),
    "notice_outcome.away": (
        "nơi nhận không trả lời; thử lại sau",
        "the receiver is away; try later",
    ),
    "notice_outcome.not_set": (
        "nơi nhận không có trong DUNGHEN_WEBHOOK_URLS",
        "its receiver is not in DUNGHEN_WEBHOOK_URLS",
    ),
    "notice_outcome.unknown": ("không có thông báo này", "no such notice"),
    "notice_outcome.delivered_before": ("đã gửi được từ trước", "delivered before"),
    "notice_outcome.dropped_before": ("đã bỏ từ trước", "dropped before"),
}

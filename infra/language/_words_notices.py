"""The words of the daily digest: key -> (Vietnamese, English).

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
}

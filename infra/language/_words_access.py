"""What is said about access: who may not ask, who has not said who he is, and what to do.

Knows words.
"""

from typing import Final

ACCESS: Final[dict[str, tuple[str, str]]] = {
    "problem.401": ("Chưa đăng nhập", "Not signed in"),
    "problem.403": ("Không có quyền truy cập", "Not permitted"),
    "problem.429": ("Quá nhiều yêu cầu", "Too many requests"),
    "problem.not_signed_in": (
        "hãy đăng nhập tại /sign-in, hoặc gửi kèm mã truy cập (Authorization: Bearer …)",
        "sign in at /sign-in, or send a token (Authorization: Bearer …)",
    ),
    "problem.forbidden": (
        "vai trò của bạn không có quyền truy cập nội dung này; hãy liên hệ người quản trị",
        "your role may not ask this; ask whoever administers",
    ),
    "problem.invalid_token": (
        "mã truy cập không đúng, đã bị thu hồi hoặc hết hạn",
        "the token is wrong, revoked or expired",
    ),
    "problem.too_often": (
        "có quá nhiều yêu cầu trong một phút; hãy thử lại sau {seconds} giây",
        "too many requests in a minute; ask again in {seconds} seconds",
    ),
    "problem.forged": (
        "yêu cầu không đến từ trang của hệ thống này; hãy tải lại trang rồi thử lại",
        "the request does not come from a page of ours; load the page again and try once more",
    ),
    "problem.sign_in_failed": (
        "đăng nhập không thành công; hãy thử lại tại /sign-in, nếu vẫn không được hãy liên hệ người quản trị",
        "signing in failed; try again from /sign-in, and if it fails again ask whoever administers",
    ),
    "refused.no_scope": (
        "vai trò này cần đơn vị hoặc cán bộ.",
        "the role needs a unit or an officer.",
    ),
    "help.token": ("mã truy cập cho chương trình khác", "tokens for other programs"),
    "help.token.more": (
        (
            "Mã truy cập dùng cho HTTP API thay cho đăng nhập (Authorization: Bearer …): liệt kê, tạo, thu hồi. Mã chỉ hiện một lần lúc "
            "tạo; nhật ký chỉ giữ SHA-256 của nó. Ai tạo, ai thu hồi, ngày dùng gần nhất đều được ghi. Vai trò: docs/access.md."
        ),
        (
            "Tokens to ask over HTTP instead of signing in (Authorization: Bearer …): list, create, revoke. A token is shown once, when "
            "it is made; the log keeps its SHA-256 only. Who made and who revoked it, and the day of its last use, are on record. Roles: "
            "docs/access.md."
        ),
    ),
    "help.session": ("phiên đăng nhập của mọi người", "sessions of people who signed in"),
    "help.session.more": (
        (
            "Liệt kê các phiên đăng nhập đang mở (của ai, vai trò, từ lúc nào) và kết thúc một phiên: người đã nghỉ việc, máy bị mất. "
            "Ai kết thúc và vì sao đều được ghi. Người đó vẫn đăng nhập lại được nếu nhà cung cấp đăng nhập còn cho phép."
        ),
        (
            "Lists the sessions that are open (whose, in which role, since when) and ends one: of somebody who left, on a stolen laptop. "
            "Who ended it and why is on record. Its person can sign in again as long as the provider lets him."
        ),
    ),
    "help.audit": (
        "ai đã đọc dữ liệu cá nhân, ai đã quản trị gì",
        "who read personal data, who administered what",
    ),
    "help.audit.more": (
        (
            "Liệt kê từ nhật ký sự kiện, mới nhất trước: ai đã đọc dữ liệu cá nhân của hồ sơ nào và vì sao, mã truy cập được tạo và thu "
            "hồi, đăng nhập và đăng xuất, mọi việc quản trị."
        ),
        (
            "Lists from the event log, the newest first: who read the personal data of which dossier and why, tokens made and revoked, "
            "who signed in and out, every administrative act."
        ),
    ),
    "option.reason": (
        "vì sao, 3 đến 500 ký tự; được ghi vào nhật ký cùng việc làm",
        "why, in 3 to 500 characters; it is put on record with the act",
    ),
    "option.token": ("liệt kê, tạo hay thu hồi", "list, create or revoke"),
    "option.token_id": ("mã số của mã truy cập cần thu hồi", "the id of the token to revoke"),
    "option.session": ("liệt kê hay kết thúc", "list or end"),
    "option.session_id": ("mã số của phiên cần kết thúc", "the id of the session to end"),
    "option.role": (
        "auditor, compliance, head, officer, feed, intake, admin",
        "auditor, compliance, head, officer, feed, intake, admin",
    ),
    "option.role_unit": ("đơn vị của vai trò compliance, head", "the unit of compliance and head"),
    "option.role_officer": ("cán bộ của vai trò officer", "the officer of the role officer"),
    "option.token_name": ("dùng để làm gì", "what it is for"),
    "option.token_days": ("số ngày có hiệu lực (mặc định 90)", "how many days it holds (90)"),
    "metavar.ROLE": ("VAI_TRÒ", "ROLE"),
    "token.created": ("MÃ TRUY CẬP MỚI, CHỈ HIỆN LẦN NÀY", "A NEW TOKEN, SHOWN THIS ONCE"),
    "token.id": ("Mã số", "Id"),
    "token.role": ("Vai trò", "Role"),
    "token.expires": ("Hết hạn", "Expires"),
    "token.revoked": ("ĐÃ THU HỒI {token}", "{token} IS REVOKED"),
    "token.was_revoked": ("{token} ĐÃ BỊ THU HỒI TỪ TRƯỚC", "{token} WAS REVOKED BEFORE"),
    "token.list": ("{n} MÃ TRUY CẬP", "{n} TOKENS"),
    "token.holds": ("còn hiệu lực", "holds"),
    "token.over": ("hết hiệu lực", "does not hold"),
    "token.until": ("đến {at}, do {by} tạo", "until {at}, made by {by}"),
    "token.used": ("dùng gần nhất {on}", "last used on {on}"),
    "token.unused": ("chưa dùng", "not used yet"),
    "session.list": ("{n} PHIÊN ĐANG MỞ", "{n} OPEN SESSIONS"),
    "session.since": ("đăng nhập {at}, hết chậm nhất {until}", "since {at}, until {until} at most"),
    "session.ended": ("ĐÃ KẾT THÚC PHIÊN {session}", "SESSION {session} IS ENDED"),
    "session.was_ended": (
        "PHIÊN {session} ĐÃ KẾT THÚC TỪ TRƯỚC",
        "SESSION {session} WAS ENDED BEFORE",
    ),
    "audit.title": ("{n} VIỆC ĐÃ GHI", "{n} ACTS ON RECORD"),
    "audit.more": ("Xem tiếp: --cursor {cursor}", "Go on: --cursor {cursor}"),
    "column.moment": ("Lúc", "At"),
    "column.act": ("Việc", "What"),
    "column.about": ("Về", "About"),
    "column.by": ("Ai", "Who"),
    "act.person_read": ("đọc dữ liệu cá nhân", "personal data read"),
    "act.fact_stated": ("ghi nhận thay cán bộ", "fact stated for an officer"),
    "act.facts_sent": ("gửi sự kiện của nguồn", "facts of a source sent"),
    "act.refused_lines_read": ("tải các dòng bị từ chối", "refused lines downloaded"),
    "act.person_forgotten": ("xóa người nộp", "person erased"),
    "act.imported": ("nạp tệp", "file imported"),
    "act.dead_letters_retried": ("nhận lại bản tin bị từ chối", "dead letters retried"),
    "act.dead_letters_dropped": ("bỏ bản tin bị từ chối", "dead letters dropped"),
    "act.dead_letters_exported": ("xuất bản tin bị từ chối ra tệp", "dead letters exported"),
    "act.notices_retried": ("gửi lại thông báo", "notices sent again"),
    "act.notices_dropped": ("thôi gửi thông báo", "notices dropped"),
    "act.parked_retried": ("thử lại hồ sơ bị dừng", "parked dossiers retried"),
    "act.rebuild": ("dựng lại các bảng", "rebuild of the tables"),
    "act.rebuild_back": ("trở lại thế hệ bảng trước", "way back to the tables of before"),
    "act.generation_switched": ("chuyển thế hệ bảng", "generation switched"),
    "act.migrated": ("tạo các bảng trong PostgreSQL", "tables made in PostgreSQL"),
    "act.token_issued": ("tạo mã truy cập", "token made"),
    "act.token_revoked": ("thu hồi mã truy cập", "token revoked"),
    "act.signed_in": ("đăng nhập", "signed in"),
    "act.signed_out": ("đăng xuất", "signed out"),
    "act.session_ended": ("kết thúc phiên đăng nhập", "session ended"),
    "asker.auditor": ("kiểm tra, thanh tra", "auditor"),
    "asker.compliance": ("giám sát", "compliance"),
    "asker.officer": ("cán bộ", "officer"),
    "asker.head": ("người đứng đầu", "head"),
    "asker.feed": ("số liệu công khai", "feed"),
    "asker.intake": ("gửi sự kiện", "intake"),
    "asker.admin": ("quản trị", "admin"),
    "refused.no_reason": ("phải nêu lý do.", "a reason must be stated."),
}

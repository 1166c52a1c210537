"""What the HTTP API says when something is wrong: titles of statuses, and sentences that only it needs.

Knows words.
"""

from typing import Final

PROBLEMS: Final[dict[str, tuple[str, str]]] = {
    "problem.400": ("Câu hỏi không đúng", "The question is wrong"),
    "problem.404": ("Không có", "Not found"),
    "problem.405": ("Không làm được cách này", "Not allowed"),
    "problem.406": ("Không có dạng này", "Not in this form"),
    "problem.408": ("Quá lâu", "Too slow"),
    "problem.409": ("Mâu thuẫn", "Conflict"),
    "problem.413": ("Quá lớn", "Too large"),
    "problem.421": ("Không phải địa chỉ này", "Not this address"),
    "problem.422": ("Không nhận được", "Refused"),
    "problem.500": ("Lỗi của chương trình", "A fault of the program"),
    "problem.503": ("Chưa trả lời được", "Cannot answer now"),
    "problem.invalid": ("{where}: {what}", "{where}: {what}"),
    "problem.no_such_page": (
        "không có địa chỉ {path}; danh sách ở /openapi.json",
        "there is nothing at {path}; /openapi.json lists what there is",
    ),
    "problem.no_such_method": (
        "{path} không nhận phương thức này; danh sách ở /openapi.json",
        "{path} does not take this method; /openapi.json lists those that it takes",
    ),
    "problem.foreign_host": (
        "máy chủ này không phải là {host}; hãy hỏi 127.0.0.1 hoặc localhost (máy chủ trung gian đặt tiêu đề Host như vậy)",
        "this server is not {host}; ask for 127.0.0.1 or localhost (a proxy sets the header Host so)",
    ),
    "problem.too_slow": (
        "nội dung gửi tới {path} ngừng quá lâu",
        "the body sent to {path} stopped for too long",
    ),
    "problem.not_acceptable": (
        "{path} trả lời bằng application/json; danh sách cũng có text/csv và XLSX (?format=csv, ?format=xlsx)",
        "{path} answers with application/json; lists also with text/csv and XLSX (?format=csv, ?format=xlsx)",
    ),
    "problem.question_too_long": (
        "câu hỏi mất quá nhiều thời gian nên đã dừng; hãy thu hẹp: đơn vị, quy tắc, kỳ, hoặc bỏ as_of và known_at",
        "the question took too long and was ended; narrow it: a unit, rules, a period, or leave out as_of and known_at",
    ),
    "problem.being_made": (
        "đang lập số liệu của thời điểm đó ({percent} %); hãy hỏi lại sau vài giây (trang này tự hỏi lại)",
        "the figures of that moment are being made ({percent} %); ask again in a few seconds (a page does so by itself)",
    ),
    "problem.server_stopping": (
        "máy chủ đang dừng; hãy hỏi lại sau giây lát",
        "the server stops; ask again in a moment",
    ),
    "problem.busy": (
        "quá nhiều yêu cầu cùng lúc; hãy thử lại",
        "too many requests at once; try again",
    ),
    "problem.cannot_yet": (
        "hệ thống không trả lời được ({code}) cho đến khi người vận hành sửa; lý do nằm trong nhật ký hoạt động",
        "the system cannot answer ({code}) until its operator has seen to it; the reason is in the log",
    ),
    "problem.cannot": (
        "hệ thống chưa trả lời được ({code}); thử lại sau, người vận hành thấy lý do trong nhật ký hoạt động",
        "the system cannot answer now ({code}); try again later, the operator sees the reason in the log",
    ),
    "problem.fault": (
        "lỗi của chương trình ({kind}), không phải của dữ liệu; đã ghi lại",
        "a fault of the program ({kind}), not of the data; it is on record",
    ),
    "cannot.not_guarded": (
        (
            "máy khác tới được {host} mà không ai phải đăng nhập: ai tới được cũng đọc được tất cả; hãy đặt DUNGHEN_OIDC_ISSUER cùng các biến "
            "đi kèm và DUNGHEN_PUBLIC_URL=https://…, hoặc phục vụ ở 127.0.0.1"
        ),
        (
            "{host} can be reached from other machines, and nobody has to sign in: whoever reaches it would read everything; set "
            "DUNGHEN_OIDC_ISSUER and what belongs to it, and DUNGHEN_PUBLIC_URL=https://…, or serve on 127.0.0.1"
        ),
    ),
    "cannot.address_taken": (
        "không nghe được ở {address} ({detail}); chọn --port khác, 0 là bất kỳ",
        "{address} cannot be listened on ({detail}); choose another --port, 0 for any",
    ),
    "cannot.server_ended": (
        "máy chủ HTTP đã tự dừng; hãy khởi động lại",
        "the HTTP server ended by itself; start it again",
    ),
    "cannot.question_too_long": (
        "câu hỏi mất quá nhiều thời gian",
        "the question takes too long",
    ),
    "cannot.being_made": (
        "đang lập số liệu của thời điểm đó ({percent} %); hãy hỏi lại sau giây lát",
        "the figures of that moment are being made ({percent} %); ask again in a moment",
    ),
    "cannot.server_stopping": (
        "máy chủ đang dừng; hãy hỏi lại sau giây lát",
        "the server stops; ask again in a moment",
    ),
    "cannot.busy": (
        "quá nhiều yêu cầu cùng lúc; hãy thử lại",
        "too many requests at once; try again",
    ),
}

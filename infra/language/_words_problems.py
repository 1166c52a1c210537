"""What the HTTP API says when something is wrong: titles of statuses, and sentences that only it needs.

Knows words.
"""

from typing import Final

PROBLEMS: Final[dict[str, tuple[str, str]]] = {
    "problem.400": ("Yêu cầu không hợp lệ", "The question is wrong"),
    "problem.404": ("Không tìm thấy", "Not found"),
    "problem.405": ("Phương thức không được phép", "Not allowed"),
    "problem.406": ("Không có định dạng này", "Not in this form"),
    "problem.408": ("Quá thời gian chờ", "Too slow"),
    "problem.409": ("Xung đột", "Conflict"),
    "problem.413": ("Dung lượng quá lớn", "Too large"),
    "problem.421": ("Sai địa chỉ máy chủ", "Not this address"),
    "problem.422": ("Không được chấp nhận", "Refused"),
    "problem.500": ("Lỗi chương trình", "A fault of the program"),
    "problem.503": ("Chưa thể trả lời", "Cannot answer now"),
    "problem.invalid": ("{where}: {what}", "{where}: {what}"),
    "problem.no_parameter": (
        "địa chỉ có tham số không dùng ở đây: {names}; địa chỉ này nhận: {known}",
        "the address has parameters that are not known here: {names}; it takes: {known}",
    ),
    "problem.no_such_page": (
        "không có địa chỉ {path}; danh sách địa chỉ ở /openapi.json",
        "there is nothing at {path}; /openapi.json lists what there is",
    ),
    "problem.no_such_method": (
        "địa chỉ {path} không hỗ trợ phương thức này; xem các phương thức ở /openapi.json",
        "{path} does not take this method; /openapi.json lists those that it takes",
    ),
    "problem.foreign_host": (
        "máy chủ này không phục vụ tên miền {host}; hãy dùng {own} (máy chủ trung gian phải đặt tiêu đề Host như vậy)",
        "this server is not {host}; ask for {own} (a proxy sets the header Host so)",
    ),
    "problem.two_lengths": (
        "yêu cầu có cả Content-Length và Transfer-Encoding; chỉ gửi một trong hai",
        "the request has both Content-Length and Transfer-Encoding; send one of them",
    ),
    "problem.too_slow": (
        "nội dung gửi tới {path} bị gián đoạn quá lâu",
        "the body sent to {path} stopped for too long",
    ),
    "problem.not_acceptable": (
        "{path} trả lời bằng application/json; danh sách cũng có text/csv và XLSX (?format=csv, ?format=xlsx)",
        "{path} answers with application/json; lists also with text/csv and XLSX (?format=csv, ?format=xlsx)",
    ),
    "problem.question_too_long": (
        "yêu cầu xử lý quá lâu nên đã dừng; hãy thu hẹp phạm vi: đơn vị, quy tắc, kỳ, hoặc bỏ as_of và known_at",
        "the question took too long and was ended; narrow it: a unit, rules, a period, or leave out as_of and known_at",
    ),
    "problem.being_made": (
        "đang lập số liệu của thời điểm đó ({percent} %); hãy hỏi lại sau vài giây (trang này tự hỏi lại)",
        "the figures of that moment are being made ({percent} %); ask again in a few seconds (a page does so by itself)",
    ),
    "problem.server_stopping": (
        "máy chủ đang dừng; hãy thử lại sau giây lát",
        "the server stops; ask again in a moment",
    ),
    "problem.busy": (
        "có quá nhiều yêu cầu cùng lúc; hãy thử lại",
        "too many requests at once; try again",
    ),
    "problem.cannot_yet": (
        "hệ thống không thể trả lời ({code}) cho đến khi người vận hành xử lý; lý do được ghi trong nhật ký hoạt động",
        "the system cannot answer ({code}) until its operator has seen to it; the reason is in the log",
    ),
    "problem.cannot": (
        "hệ thống chưa thể trả lời ({code}); hãy thử lại sau, lý do được ghi trong nhật ký hoạt động của người vận hành",
        "the system cannot answer now ({code}); try again later, the operator sees the reason in the log",
    ),
    "problem.fault": (
        "lỗi của chương trình ({kind}), không phải lỗi dữ liệu; đã được ghi lại",
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
        "không mở được cổng {address} ({detail}); chọn --port khác, 0 là bất kỳ",
        "{address} cannot be listened on ({detail}); choose another --port, 0 for any",
    ),
    "cannot.server_ended": (
        "máy chủ HTTP đã tự dừng; hãy khởi động lại",
        "the HTTP server ended by itself; start it again",
    ),
    "cannot.question_too_long": (
        "yêu cầu xử lý quá lâu",
        "the question takes too long",
    ),
    "cannot.being_made": (
        "đang lập số liệu của thời điểm đó ({percent} %); hãy hỏi lại sau giây lát",
        "the figures of that moment are being made ({percent} %); ask again in a moment",
    ),
    "cannot.server_stopping": (
        "máy chủ đang dừng; hãy thử lại sau giây lát",
        "the server stops; ask again in a moment",
    ),
    "cannot.busy": (
        "có quá nhiều yêu cầu cùng lúc; hãy thử lại",
        "too many requests at once; try again",
    ),
}

"""What is said when a fact that is sent or stated cannot be taken: its body, its version.

Knows words.
"""

from typing import Final

TAKING: Final[dict[str, tuple[str, str]]] = {
    "problem.412": ("Hồ sơ đã thay đổi", "The dossier has changed"),
    "refused.invalid_version": (
        "đây không phải là phiên bản của hồ sơ",
        "this is no version of a dossier",
    ),
    "refused.not_the_actor": (
        "cán bộ chỉ ghi việc chính mình làm",
        "an officer states what he did himself",
    ),
    "refused.not_yours": (
        "không thể mở hồ sơ này: đơn vị giải quyết không thuộc phạm vi của bạn, hoặc mã đã được dùng",
        "no dossier of yours would begin so: its unit is not yours, or its code is another's",
    ),
    "problem.unreadable_body": (
        "nội dung gửi đến {path} không đọc được; hãy gửi theo /openapi.json",
        "the body sent to {path} cannot be read; send it as /openapi.json says",
    ),
    "problem.body_too_large": (
        "nội dung gửi dài quá {bytes} byte; hãy chia thành nhiều lần gửi",
        "the body has more than {bytes} bytes; send it in several parts",
    ),
}

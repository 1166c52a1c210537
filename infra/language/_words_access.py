"""What is said about access: who may not ask, who has not said who he is, and what to do.

Knows words.
"""

from typing import Final

ACCESS: Final[dict[str, tuple[str, str]]] = {
    "problem.401": ("Chưa đăng nhập", "Not signed in"),
    "problem.403": ("Không được phép", "Not permitted"),
    "problem.429": ("Hỏi quá nhiều", "Too many requests"),
    "problem.not_signed_in": (
        "hãy đăng nhập ở /sign-in, hoặc gửi một mã truy cập (Authorization: Bearer …)",
        "sign in at /sign-in, or send a token (Authorization: Bearer …)",
    ),
    "problem.forbidden": (
        "vai trò của bạn không được hỏi việc này; hãy hỏi người quản trị",
        "your role may not ask this; ask whoever administers",
    ),
}

"""How trouble is begun to be told, and what is said of a command that was typed wrong: key -> (Vietnamese, English).

Knows arguments. Must not know the codes of troubles and refusals: they are in `_words_errors`.
"""

from typing import Final

USAGE: Final[dict[str, tuple[str, str]]] = {
    "error.usage": ("Sai cách dùng: {what}", "Wrong usage: {what}"),
    "error.see_help": ("Xem: {command} --help", "See: {command} --help"),
    "error.cannot": ("Không chạy được: {what}", "Cannot run: {what}"),
    "error.refused": ("Bị từ chối: {what} ({code})", "Refused: {what} ({code})"),
    "error.unknown": ("{what}", "Not in the log: {what}"),
    "error.interrupted": (
        "Đã dừng theo yêu cầu. Những gì đã ghi vẫn nguyên vẹn; chạy lại lệnh để làm tiếp.",
        "Stopped as asked. What was stored is whole; run the command again to go on.",
    ),
    "error.internal": (
        (
            "Lỗi của chương trình ({kind}), không phải của dữ liệu. Đã ghi lại trong {log}; thêm --debug "
            "để xem chi tiết."
        ),
        "A fault of the program ({kind}), not of the data. It is recorded in {log}; add --debug to see it.",
    ),
    "error.internal_unlogged": (
        "Lỗi của chương trình ({kind}), không phải của dữ liệu. Thêm --debug để xem chi tiết.",
        "A fault of the program ({kind}), not of the data. Add --debug to see it.",
    ),
    # ── usage ──
    "usage.no_command": ("chưa có tên lệnh", "no command was given"),
    "usage.unknown_command": (
        "không có lệnh {given!r}{hint}",
        "there is no command {given!r}{hint}",
    ),
    "usage.did_you_mean": ("; có phải là {name!r}?", "; did you mean {name!r}?"),
    "usage.unknown_option": ("không có tùy chọn {given}", "there is no option {given}"),
    "usage.unexpected": ("thừa tham số {given}", "unexpected argument {given}"),
    "usage.missing": ("thiếu {what}", "missing {what}"),
    "usage.needs_value": ("{option} cần một giá trị", "{option} needs a value"),
    "usage.no_value": ("{option} không nhận giá trị", "{option} takes no value"),
    "usage.choice": (
        "{option} không nhận {given}; chọn một trong: {choices}",
        "{option} does not take {given}; choose one of: {choices}",
    ),
    "usage.conflict": ("{option} không đi cùng {other}", "{option} cannot go with {other}"),
    "usage.for_option": ("{option}: {what}", "{option}: {what}"),
    "usage.other": ("{what}", "{what}"),
    "usage.number": (
        "{given!r} không phải là số nguyên từ {least}",
        "{given!r} is not an integer of at least {least}",
    ),
    "usage.number_between": (
        "{given!r} không phải là số nguyên từ {least} đến {most}",
        "{given!r} is not an integer from {least} to {most}",
    ),
    "usage.naive_time": (
        "{given!r} không có múi giờ; viết {given}+07:00",
        "{given!r} has no offset; write {given}+07:00",
    ),
    "usage.bad_time": (
        (
            "{given!r} không phải là ngày hay thời điểm; viết ngày 2026-03-10 hoặc thời điểm "
            "2026-03-10T15:20:00+07:00"
        ),
        "{given!r} is neither a date nor an instant; write 2026-03-10 or 2026-03-10T15:20:00+07:00",
    ),
    "usage.no_such_date": (
        "{given!r} không có trong lịch",
        "{given!r} does not exist in the calendar",
    ),
    "usage.far_time": (
        "{given!r} ngoài khoảng năm 1976-2198; xem lại năm",
        "{given!r} is outside 1976-2198; check the year",
    ),
    "usage.bad_period": (
        "{given!r} không phải là một kỳ; viết 2026-01-01..2026-06-30, 2026-03 hoặc 2026",
        "{given!r} is not a period; write 2026-01-01..2026-06-30, 2026-03 or 2026",
    ),
    "usage.period_backwards": (
        "kỳ {given!r} kết thúc trước khi bắt đầu",
        "the period {given!r} ends before it begins",
    ),
    "usage.data_is_url": (
        "--data và DUNGHEN_DATA chỉ một thư mục; chỉ cơ sở dữ liệu PostgreSQL bằng --database hoặc DUNGHEN_DATABASE_URL",
        "--data and DUNGHEN_DATA name a folder; a PostgreSQL database is named with --database or DUNGHEN_DATABASE_URL",
    ),
    "usage.confirm_forget": (
        "xóa dữ liệu cá nhân của {code} không hoàn lại được; thêm --yes nếu chắc chắn",
        "erasing the personal data of {code} cannot be undone; add --yes if you are sure",
    ),
    "usage.confirm_drop": (
        "bỏ bản tin thì nội dung bị xóa, không hoàn lại được; thêm --yes nếu chắc chắn",
        "dropping erases the messages and cannot be undone; add --yes if you are sure",
    ),
    "usage.confirm_drop_notice": (
        "thông báo đã bỏ thì không gửi lại nữa; thêm --yes nếu chắc chắn",
        "a notice that is dropped is never sent again; add --yes if you are sure",
    ),
    "usage.notice_id": (
        "{given!r} không phải là mã thông báo; viết như 9f86d081884c7d65-17, 9f86d0-17 hoặc 17",
        "{given!r} is no notice's id; write it like 9f86d081884c7d65-17, 9f86d0-17 or 17",
    ),
    "usage.letter_id": (
        "{given!r} không phải là mã bản tin; viết như dunghen.facts.v1-3-17 hoặc 3-17",
        "{given!r} is no dead letter's id; write it like dunghen.facts.v1-3-17 or 3-17",
    ),
    "usage.not_text": (
        "{given!r} không phải là chữ đọc được (UTF-8, không có ký tự NUL); hãy nhập lại",
        "{given!r} is no text (UTF-8 without NUL); type it anew",
    ),
    "usage.code_empty": ("mã hồ sơ để trống", "the dossier code is empty"),
}

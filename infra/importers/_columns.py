"""What the columns of a dossier register (sổ theo dõi hồ sơ) are called, and which row is the header.

Knows names. Must not know what a cell under them says. Names vary by province and product (DOMAIN.md 7): they are
compared without diacritics, case, punctuation and remarks in brackets.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from domain.errors import Refused

Column = Literal[
    "code",
    "unit",
    "accepted",
    "due",
    "procedure",
    "procedure_name",
    "channel",
    "submitted",
    "clerk",
    "officer",
    "transferred",
    "step_due",
    "letter_number",
    "letter_sent",
    "new_due",
    "issued",
    "returned",
    "method",
    "closed",
    "status",
]
"""The first four are required."""

REQUIRED: tuple[Column, ...] = get_args(Column)[:4]

NAMES: Mapping[Column, tuple[str, ...]] = {
    "code": ("Mã hồ sơ", "Số hồ sơ", "Mã số hồ sơ", "Mã HS", "Số hiệu hồ sơ"),
    "unit": (
        "Đơn vị giải quyết",
        "Đơn vị xử lý",
        "Đơn vị thụ lý",
        "Đơn vị chủ trì",
        "Đơn vị chủ trì giải quyết",
        "Cơ quan giải quyết",
        "Cơ quan xử lý",
        "Cơ quan chủ trì",
        "Cơ quan chủ trì giải quyết",
        "Cơ quan, đơn vị giải quyết",
        "Đơn vị",
    ),
    "accepted": (
        "Ngày tiếp nhận",
        "Ngày tiếp nhận hồ sơ",
        "Tiếp nhận",
        "Ngày nhận",
        "Ngày nhận hồ sơ",
        "Nhận hồ sơ",
        "Thời gian tiếp nhận",
        "Thời điểm tiếp nhận",
    ),
    "due": (
        "Ngày hẹn trả",
        "Hẹn trả",
        "Hạn trả kết quả",
        "Hạn trả",
        "Hẹn trả kết quả",
        "Ngày hẹn trả kết quả",
        "Thời gian hẹn trả",
        "Thời gian hẹn trả kết quả",
    ),
    "procedure": ("Mã TTHC", "Mã thủ tục", "Mã thủ tục hành chính"),
    "procedure_name": (
        "Tên TTHC",
        "Tên thủ tục",
        "Tên thủ tục hành chính",
        "Thủ tục hành chính",
        "TTHC",
    ),
    "channel": (
        "Kênh",
        "Kênh tiếp nhận",
        "Kênh nộp",
        "Kênh thực hiện",
        "Hình thức nộp",
        "Hình thức tiếp nhận",
    ),
    "submitted": ("Ngày nộp", "Ngày nộp hồ sơ", "Thời gian nộp", "Thời điểm nộp"),
    "clerk": ("Cán bộ tiếp nhận", "Người tiếp nhận", "Công chức tiếp nhận", "Cán bộ nhận"),
    "officer": (
        "Cán bộ xử lý",
        "Cán bộ đang xử lý",
        "Cán bộ giải quyết",
        "Cán bộ thụ lý",
        "Công chức xử lý",
        "Công chức thụ lý",
        "Người xử lý",
        "Người thụ lý",
    ),
    "transferred": ("Ngày chuyển", "Ngày chuyển xử lý", "Ngày chuyển hồ sơ", "Thời gian chuyển"),
    "step_due": ("Hạn xử lý", "Hạn xử lý bước"),
    "letter_number": ("Số thư xin lỗi", "Số phiếu xin lỗi", "Số văn bản xin lỗi"),
    "letter_sent": (
        "Ngày thư xin lỗi",
        "Ngày phiếu xin lỗi",
        "Ngày văn bản xin lỗi",
        "Ngày xin lỗi",
    ),
    "new_due": (
        "Ngày hẹn lại",
        "Hẹn lại",
        "Ngày hẹn trả lại",
        "Hẹn lại ngày trả",
        "Hẹn lại ngày trả kết quả",
        "Ngày hẹn trả mới",
    ),
    "issued": (
        "Ngày có kết quả",
        "Ngày kết thúc xử lý",
        "Ngày xử lý xong",
        "Ngày hoàn thành xử lý",
    ),
    "returned": ("Ngày trả kết quả", "Ngày trả", "Trả kết quả", "Ngày nhận kết quả"),
    "method": (
        "Phương thức nhận kết quả",
        "Phương thức trả kết quả",
        "Hình thức nhận kết quả",
        "Hình thức trả kết quả",
    ),
    "closed": (
        "Ngày kết thúc trên phần mềm",
        "Ngày kết thúc phần mềm",
        "Ngày kết thúc trên hệ thống",
        "Ngày cập nhật phần mềm",
    ),
    "status": ("Trạng thái", "Trạng thái hồ sơ", "Tình trạng", "Tình trạng hồ sơ"),
}
"""Column -> its name in the contract, then its synonyms."""

_BRACKETS = re.compile(r"\([^)]*\)")
_OTHER = re.compile(r"[^0-9a-z]+")


def plain(text: str) -> str:
    """Vietnamese text without diacritics, case and punctuation: `Ngày hẹn trả*` is `ngay hen tra`."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return _OTHER.sub(
        " ", "".join(char for char in bare if not unicodedata.combining(char))
    ).strip()


_BY_NAME: Mapping[str, Column] = {
    plain(name): column for column, names in NAMES.items() for name in names
}


def columns_of(cells: Sequence[object]) -> dict[Column, int] | None:
    """Column -> its index, if the row names the four required columns. Refused when two cells name the same one."""
    found: dict[Column, int] = {}
    twice: list[str] = []
    for index, cell in enumerate(cells):
        name = cell if isinstance(cell, str) else ""
        column = _BY_NAME.get(plain(_BRACKETS.sub(" ", name)))
        if column is None:
            continue
        if column in found:
            twice.append(
                f"columns {found[column] + 1} ({cells[found[column]]!r}) and {index + 1} ({name!r}) say the same"
            )
        found.setdefault(column, index)
    if not all(column in found for column in REQUIRED):
        return None
    if twice:
        remedy = "rename or remove one, nothing under this header is taken"
        raise Refused("duplicate_header", "; ".join([*twice, remedy]))
    return found


def no_header(hint: str = "") -> Refused:
    """No row of the file names the four required columns."""
    required = ", ".join(f"'{NAMES[column][0]}'" for column in REQUIRED)
    return Refused(
        "no_header",
        f"no row names the four required columns {required}: add or correct the header row{hint}",
    )

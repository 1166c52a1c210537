"""What the pages of officers and units say.

Knows words. Must not know templates. They name minutes and dossiers, never a person's merit.
"""

from typing import Final

PEOPLE: Final[dict[str, tuple[str, str]]] = {
    "people.officer": ("Cán bộ {name}", "Officer {name}"),
    "people.not_registered": ("chưa đăng ký đơn vị", "of no registered unit"),
    "people.below": ("thuộc", "below"),
    "people.until": ("đến {day}", "until {day}"),
    "people.listed": ("{part}: {n} hồ sơ", "{part}: {n} dossiers"),
    "people.fair": (
        (
            "Phần chậm là thời gian giữ vượt mức được giao, chia theo giờ làm việc sao cho cộng lại đúng bằng thời gian quá hạn; thời gian"
            " chờ người dân không tính cho ai. Đây là số đo của hồ sơ, không phải đánh giá cán bộ."
        ),
        (
            "A share is time held beyond what was allotted, in office time, so that all shares add up to the delay; waiting for the"
            " citizen is nobody's. It measures dossiers and does not appraise a person."
        ),
    ),
    # ── share of lateness ──
    "people.share": (
        "Phần chậm và các hồ sơ liên quan",
        "Share of lateness, and the cases behind it",
    ),
    "people.share.of": ("{share} trong {whole} quá hạn", "{share} of {whole} late"),
    "people.held": ("giữ {time}", "held {time}"),
    "people.held_in": ("chỉ phần giữ tại {unit}", "only as held in {unit}"),
    "people.no_coverage": ("độ phủ: chưa có", "coverage: none yet"),
    "people.cases.all": ("Hồ sơ có tham gia", "Dossiers taken part in"),
    "people.cases.held": ("Hồ sơ đã giữ", "Dossiers held"),
    "people.cases.resolved": ("Đã giải quyết", "Resolved"),
    "people.cases.on_time": ("Giải quyết đúng hạn", "Resolved on time"),
    "people.cases.late": ("Giải quyết quá hạn", "Resolved late"),
    "people.cases.late.note": (
        "trong số đã giữ, dù phần chậm là của ai",
        "of those held, whoever's share the delay is",
    ),
    "people.cases.share": ("Hồ sơ có phần chậm", "Dossiers with a share"),
    "people.cases.unattributed": (
        "Chưa quy được, ghi ở người đứng đầu",
        "Unattributed, noted with the head",
    ),
    "people.cases.open": ("Đang giải quyết", "In process"),
    "people.cases.none": ("Không có hồ sơ nào.", "There is none."),
    "people.cases.none.what": (
        "Chọn con số khác ở trên, hoặc kỳ khác ở thanh đầu trang.",
        "Choose another figure above, or another period in the bar.",
    ),
    "people.steps": ("Trễ hạn bước xử lý", "Steps overrun"),
    "people.steps.note": (
        "hồ sơ giữ quá thời gian của bước",
        "dossiers held beyond their step's time",
    ),
    # ── in hand ──
    "people.work": ("Hồ sơ đang giữ", "In hand now"),
    "people.work.none": ("Không có hồ sơ nào.", "There is none."),
    "people.work.none.what": (
        "Mục này chỉ gồm hồ sơ chưa trả; việc khác, như thư còn thiếu, xem ở phần vi phạm.",
        "Only dossiers not yet returned are here; other duties, as letters missing, are among the findings.",
    ),
    "people.part.open": ("Đang giải quyết", "In process"),
    "people.part.in_time": ("Trong hạn", "In time"),
    "people.part.overdue": ("Đang quá hạn", "Overdue"),
    "people.part.waiting": ("Đang chờ, không tính thời gian", "Waiting, the clock stands still"),
    "people.part.no_due": ("Không có ngày hẹn trả", "Without a due date"),
    "people.part.unassigned": ("Chưa phân công", "Not assigned"),
    "people.part.today": ("Đến hạn hôm nay", "Due today"),
    "people.part.next_day": ("Đến hạn ngày làm việc tới", "Due the next working day"),
    "people.part.five_days": ("Đến hạn trong 5 ngày làm việc", "Due within 5 working days"),
    "people.unassigned.note": ("chưa ghi ai giữ", "no holder on record"),
    "people.column.code": ("Mã hồ sơ", "Dossier"),
    "people.column.procedure": ("Thủ tục", "Procedure"),
    "people.column.due": ("Ngày hẹn trả", "Due"),
    "people.column.holder": ("Người xử lý", "Holder"),
    "people.column.state": ("Trạng thái", "State"),
    "people.column.unit": ("Đơn vị", "Unit"),
    "people.column.held": ("Thời gian giữ", "Held"),
    "people.column.share": ("Phần chậm", "Share of delay"),
    # ── a unit ──
    "people.figures": ("Kết quả giải quyết", "Results"),
    "people.unit_rules": ("Vi phạm, lưu ý của cả đơn vị", "Findings about the unit as a whole"),
    "people.unit_rules.what": (
        "Tính trên mọi hồ sơ trong kỳ của đơn vị và các đơn vị trực thuộc, theo cách tính pháp luật; danh sách vi phạm không gồm các mục này.",
        "Of all dossiers of the period, of the unit and those below it, by the legal clock; the list of findings has none of them.",
    ),
    "people.on_time": ("Giải quyết đúng hạn", "Resolved on time"),
    "people.late": ("Giải quyết quá hạn", "Resolved late"),
    "people.received": ("Hồ sơ trong kỳ", "Dossiers of the period"),
    "people.letters_missing": ("Chưa có thư xin lỗi", "Apology letters missing"),
    "people.letters_owed": ("trong {n} thư phải gửi", "of {n} owed"),
    "people.officers": ("Thời gian giữ và phần chậm theo cán bộ", "Who held how long, whose share"),
    "people.officers.caption": (
        "Trong các hồ sơ của đơn vị; phần chậm lớn nhất trước. Dòng không tên là phần của đơn vị, chưa phân công cho ai.",
        "In the unit's dossiers; the largest share first. A row without a name is the unit's, assigned to nobody.",
    ),
    "people.officers.more": ("và {n} người nữa", "and {n} more"),
    "people.officers.none": ("Chưa ghi nhận ai giữ hồ sơ.", "No holder is on record yet."),
    "people.officers.many": (
        "Đơn vị này có quá nhiều hồ sơ để xếp theo người; hãy xem từng đơn vị trực thuộc, hoặc chọn một kỳ ngắn hơn.",
        "This unit has too many dossiers to rank people; look at the units below it, or choose a shorter period.",
    ),
    "people.nobody": ("chưa phân công", "not assigned"),
    "people.units_below": ("Đơn vị trực thuộc ({n})", "Units below ({n})"),
}

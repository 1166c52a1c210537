"""What the overview, the list of dossiers and the list of findings say.

Knows words. Terms are those of the reports (biểu 06, QĐ 766).
"""

from typing import Final

OVERVIEW: Final[dict[str, tuple[str, str]]] = {
    # ── the five figures ──
    "overview.overdue": ("Đang giải quyết quá hạn", "In process, overdue"),
    "overview.overdue.legal": ("theo pháp luật", "by law"),
    "overview.overdue.portal": ("Cổng hiển thị", "the portal shows"),
    "overview.overdue.legal_only": (
        "{n} hồ sơ Cổng không báo quá hạn",
        "{n} that the portal does not show",
    ),
    "overview.overdue.portal_only": (
        "{n} hồ sơ chỉ Cổng báo quá hạn",
        "{n} that only the portal shows",
    ),
    "overview.overdue.by": (
        "Cổng: theo dữ liệu ghi nhận đến {at}; theo pháp luật: theo mọi dữ liệu ghi nhận đến nay.",
        "The portal: by what was known at {at}; by law: by all that is known now.",
    ),
    "overview.overdue.then": (
        "Xem Cổng khi đó hiển thị gì",
        "See what the portal showed at the time",
    ),
    "overview.overdue.same": ("Hai bên khớp nhau", "Both agree"),
    "overview.letters.owed": ("Thư xin lỗi phải gửi", "Apology letters owed"),
    "overview.letters.on_time": ("gửi đúng thời hạn", "sent in time"),
    "overview.letters.late": ("gửi muộn", "sent late"),
    "overview.letters.missing": ("Chưa có thư xin lỗi", "Letters missing"),
    "overview.letters.of": ("trong số thư phải gửi:", "of those owed:"),
    "overview.due_next": ("Đến hạn ngày làm việc tới", "Due the next working day"),
    "overview.due_today": ("hôm nay", "today"),
    "overview.on_time": ("Giải quyết đúng hạn", "Resolved on time"),
    "overview.on_time.none": ("chưa có hồ sơ đã giải quyết", "no dossier resolved yet"),
    "overview.coverage": ("phủ", "coverage"),
    "overview.coverage.declared": ("{n} đã kê khai", "{n} declared"),
    "overview.coverage.nothing": ("không tiếp nhận hồ sơ nào", "no dossier came in"),
    "overview.coverage.known": (
        "hồ sơ đã biết; đơn vị chưa kê khai",
        "known dossiers; nothing declared",
    ),
    "overview.latest": (
        "Dữ liệu mới nhất là của tháng {month}.",
        "The newest data are of {month}.",
    ),
    "overview.latest.then": ("Xem tình hình đến ngày {day}", "See what was so on {day}"),
    # ── units ──
    "overview.units": ("Đơn vị, xếp theo việc cần xử lý trước", "Units, most to decide first"),
    "overview.units.below": ("Đơn vị thuộc {unit}", "Units below {unit}"),
    "overview.unit_rules": (
        "Vi phạm, lưu ý của cả đơn vị {unit}",
        "Findings about {unit} as a whole",
    ),
    "overview.units.caption": (
        "Xếp theo số hồ sơ đang quá hạn cộng số thư chưa có. Mỗi dòng gồm cả đơn vị trực thuộc.",
        "By dossiers overdue plus letters missing. Each row counts the units below it.",
    ),
    "overview.units.scale": (
        "Cột tháng của mọi dòng cùng một thang, cao nhất {n}.",
        "The months of all rows are on one scale, {n} at most.",
    ),
    "overview.units.more": ("Xem tất cả {n} đơn vị", "Show all {n} units"),
    "overview.units.none": (
        "Chưa có hồ sơ nào trong phạm vi này.",
        "There is no dossier in this scope yet.",
    ),
    "overview.units.none.next": (
        "Hãy nạp dữ liệu, hoặc chọn kỳ, đơn vị khác ở thanh phía trên.",
        "Import data, or choose another period or unit in the bar above.",
    ),
    "overview.units.own": ("(hồ sơ của chính đơn vị)", "(its own dossiers)"),
    "overview.column.overdue": ("Đang quá hạn", "Overdue now"),
    "overview.column.of_open": ("trên đang giải quyết", "of in process"),
    "overview.column.missing": ("Chưa có thư", "Letters missing"),
    "overview.column.of_owed": ("trên phải gửi", "of owed"),
    "overview.column.due_next": ("Đến hạn {day}", "Due {day}"),
    "overview.column.on_time": ("Đúng hạn · độ phủ", "On time · coverage"),
    "overview.column.months": ("Trả quá hạn, 12 tháng", "Resolved late, 12 months"),
    "overview.month.this": ("tháng {month}", "in {month}"),
    # ── months ──
    "overview.trend": ("Đã giải quyết theo tháng", "Resolved by month"),
    "overview.trend.what": (
        "12 tháng đến {month}, theo tháng kết thúc, bất kể kỳ báo cáo",
        "12 months up to {month}, by the month of the end, whatever the period",
    ),
    "overview.trend.picture": (
        "Biểu đồ cột: số hồ sơ đã giải quyết mỗi tháng, phần quá hạn tô riêng. Số liệu ở bảng bên dưới.",
        "Columns: dossiers resolved in each month, the late ones marked. The figures are in the table below.",
    ),
    "overview.trend.table": ("Số liệu của biểu đồ", "The chart's figures"),
    "overview.trend.month": ("Tháng", "Month"),
    "overview.trend.resolved": ("Đã giải quyết", "Resolved"),
    "overview.trend.late": ("Quá hạn", "Late"),
    "overview.trend.not_late": ("Không quá hạn", "Not late"),
    "overview.trend.none": (
        "Không có hồ sơ nào kết thúc trong 12 tháng này.",
        "No dossier ended in these 12 months.",
    ),
    "overview.trend.none.next": (
        "Chọn thời điểm hoặc đơn vị khác ở thanh phía trên.",
        "Choose another moment or unit in the bar above.",
    ),
    # ── rules ──
    "overview.rules": ("Quy tắc bị vi phạm nhiều nhất", "Rules most broken"),
    "overview.rules.none": ("Không có vi phạm, lưu ý nào.", "There are no findings."),
    "overview.rules.none.next": (
        "Không phải làm gì; hoặc chọn thời điểm, đơn vị khác ở thanh phía trên.",
        "Nothing is to be done; or choose another moment or unit in the bar above.",
    ),
    "overview.rules.all": ("Tất cả vi phạm, lưu ý", "All findings"),
    # ── the list of dossiers ──
    "dossiers.total": ("{n} hồ sơ", "{n} dossiers"),
    "dossiers.none": ("Không có hồ sơ nào như vậy.", "There are no such dossiers."),
    "dossiers.none.next": (
        "Hãy bỏ bớt điều kiện, hoặc đổi kỳ, đơn vị ở thanh phía trên.",
        "Take a condition away, or change the period or unit in the bar above.",
    ),
    "dossiers.caption": (
        "Theo cách tính {clock}, mỗi trang {n} hồ sơ",
        "By the {clock} clock, {n} dossiers a page",
    ),
    "dossiers.column.procedure": ("Thủ tục", "Procedure"),
    "dossiers.column.holder": ("Người xử lý", "Held by"),
    "dossiers.column.left": ("Còn lại / Quá hạn", "Left / late by"),
    "dossiers.column.step_due": ("Hạn xử lý", "Step due"),
    "dossiers.column.state": ("Trạng thái", "State"),
    "dossiers.late": ("quá {days}", "{days} late"),
    "dossiers.left": ("còn {days}", "{days} left"),
    "dossiers.accepted": ("tiếp nhận {day}", "accepted {day}"),
    "dossiers.ended": ("kết thúc {day}", "ended {day}"),
    "dossiers.portal_says": ("Cổng: {class_}", "portal: {class_}"),
    # ── filters ──
    "filter.clear": ("Bỏ mọi điều kiện", "Clear all"),
    "filter.remove": ("bỏ điều kiện {what}", "remove {what}"),
    "filter.list": ("Điều kiện", "Conditions"),
    "filter.state.resolved": ("đã giải quyết", "resolved"),
    "filter.state.punctual": ("giải quyết đúng hạn và trước hạn", "resolved on time or early"),
    "filter.state.in_process": ("đang giải quyết", "in process"),
    "filter.letter": ("Thư xin lỗi", "Apology letter"),
    "filter.letter.owed": ("phải gửi", "owed"),
    "filter.letter.missing": ("chưa có", "missing"),
    "filter.letter.on_time": ("gửi đúng thời hạn", "sent in time"),
    "filter.letter.late": ("gửi muộn", "sent late"),
    "filter.differs.legal": (
        "quá hạn theo pháp luật, Cổng không báo",
        "overdue by law, not on the portal",
    ),
    "filter.differs.portal": (
        "Cổng báo quá hạn, theo pháp luật thì không",
        "overdue on the portal, not by law",
    ),
    "filter.due": ("đến hạn {day}", "due {day}"),
    "filter.ended": ("kết thúc tháng {month}", "ended in {month}"),
    "filter.begun.1": ("tiếp nhận trong kỳ", "accepted in the period"),
    "filter.recorded.1": ("trên phần mềm", "in the software"),
    "filter.recorded.0": ("chỉ trên giấy", "on paper only"),
    "filter.declared.1": ("của đơn vị đã kê khai", "of units that declared"),
    "filter.own.1": ("của riêng đơn vị, không gồm trực thuộc", "the unit's own, none below it"),
    "filter.unassigned": (
        "có lúc {unit} giữ mà chưa phân công cho ai",
        "held for a time by {unit}, assigned to nobody",
    ),
    "filter.apply": ("Lọc", "Filter"),
    "page.position": ("{first}–{last} / {total}", "{first}–{last} / {total}"),
    "page.position.part": (
        "Bản này chưa phải toàn bộ danh sách: các dòng khác ở trang khác, hoặc trong tệp CSV, XLSX tải từ trang này.",
        "This is not the whole list: the other rows are on other pages, or in the CSV or XLSX file that this page offers.",
    ),
    "page.next": ("Trang sau", "Next page"),
    "page.first": ("Về trang đầu", "Back to the first page"),
    # ── the list of findings ──
    "findings.total": ("{n} vi phạm, lưu ý", "{n} findings"),
    "findings.none": ("Không có vi phạm, lưu ý nào như vậy.", "There are no such findings."),
    "findings.none.next": (
        "Hãy bỏ bớt điều kiện, hoặc đổi đơn vị, thời điểm ở thanh phía trên.",
        "Take a condition away, or change the unit or moment in the bar above.",
    ),
    "findings.by_rule": ("Theo quy tắc", "By rule"),
    "findings.by_severity": ("Theo mức độ", "By severity"),
    "findings.every_rule": ("Mọi quy tắc", "Every rule"),
    "findings.every_severity": ("Mọi mức độ", "Every severity"),
    "findings.officer": ("Mã cán bộ", "Officer's code"),
    "findings.period": (
        "Chỉ những vi phạm phát sinh từ {first} đến {last} và còn vào lúc số liệu tính đến; báo cáo của một kỳ thì đếm mọi vi phạm còn vào cuối kỳ.",
        "Only findings that began from {first} to {last} and hold at the moment of the figures; a report of a period counts all that hold at its end.",
    ),
    "findings.period.then": (
        "Xem mọi vi phạm còn vào cuối ngày {day}",
        "Show all that hold at the end of {day}",
    ),
    "findings.since": ("từ {day}", "since {day}"),
    "findings.basis": ("Căn cứ", "Legal basis"),
    "findings.why": ("Lý do", "Why"),
    "findings.answers": ("Chịu trách nhiệm", "Who answers"),
    "findings.nobody": ("chưa quy được cho ai", "attributed to nobody yet"),
    "findings.evidence": ("Sự kiện chứng minh", "Events as evidence"),
    "findings.rule": ("Quy tắc", "Rule"),
    "findings.open_case": ("Mở hồ sơ {code}", "Open dossier {code}"),
    "refused.unknown_state": (
        "không có trạng thái này; xem docs/dashboard.md",
        "no such state; see docs/dashboard.md",
    ),
    "refused.invalid_day": ("không phải là ngày; viết 2026-11-27", "no day; write 2026-11-27"),
    "refused.invalid_month": ("không phải là tháng; viết 2026-11", "no month; write 2026-11"),
    # ── live ──
    "live.on": ("Đang cập nhật trực tiếp", "Live"),
    "live.paused": ("Tạm mất kết nối; số liệu lúc", "Connection lost; figures of"),
    "live.changed": ("Danh sách đã thay đổi.", "The list has changed."),
    "live.reload": ("Tải lại danh sách", "Load the list again"),
    "live.gone": ("Đã hết vi phạm", "Ceased"),
}

"""What every page says around its figures: the navigation, the bar, the states of a page.

Knows words. What a page says of its own matter has a file of its own.
"""

from typing import Final

PAGES: Final[dict[str, tuple[str, str]]] = {
    "pages.skip": ("Đến nội dung chính", "Skip to the main content"),
    "pages.navigation": ("Các trang", "Pages"),
    "pages.overview": ("Tổng quan", "Overview"),
    "pages.violations": ("Vi phạm", "Findings"),
    "pages.dossiers": ("Hồ sơ", "Dossiers"),
    "pages.other_language": ("English", "Tiếng Việt"),
    "pages.find.label": ("Tìm hồ sơ theo mã", "Find a dossier by its code"),
    "pages.find.placeholder": ("Mã hồ sơ", "Dossier code"),
    "pages.find.go": ("Tìm", "Find"),
    "pages.sign_out": ("Đăng xuất", "Sign out"),
    "pages.onward.signing_in": ("Đăng nhập", "Sign in"),
    "pages.onward.signing_in.on": ("Đi tiếp đến nơi đăng nhập", "Go on to where you sign in"),
    "pages.onward.leaving": ("Đã đăng xuất", "Signed out"),
    "pages.onward.leaving.on": (
        "Đăng xuất luôn ở nơi đăng nhập",
        "Go on to sign out where you signed in",
    ),
    "pages.onward.left": ("Đã đăng xuất", "Signed out"),
    "pages.onward.left.on": ("Đăng nhập lại", "Sign in again"),
    "pages.foot.zone": (
        "Mọi giờ là giờ Việt Nam (+07:00); ngày làm việc theo lịch nghỉ đã công bố.",
        "All times are in Viet Nam (+07:00); working days go by the calendar as published.",
    ),
    "pages.source": ("Nguồn: Đúng Hẹn {version}.", "Source: Đúng Hẹn {version}."),
    "pages.source.moment": (
        "Tính đến {as_of}, theo dữ liệu ghi nhận đến {known_at}.",
        "As of {as_of}, as known at {known_at}.",
    ),
    "pages.source.log": ("Nhật ký có {n} sự kiện.", "The log has {n} events."),
    "pages.source.address": ("Địa chỉ:", "Address:"),
    "pages.no_export": ("Bảng này chưa có tệp để tải.", "There is no file of this table."),
    "pages.export": ("Tải đúng những gì đang xem:", "Download exactly what is seen:"),
    "pages.export.units": ("Tải báo cáo theo đơn vị:", "Download the report by unit:"),
    "pages.export.rules": ("Tải số đếm theo mọi quy tắc:", "Download the counts of all rules:"),
    "pages.export.history": ("Tải lịch sử này:", "Download this history:"),
    "pages.export.judgement": (
        "Tải toàn bộ kết luận, gồm cả các bảng trên:",
        "Download the whole judgement, with the tables above:",
    ),
    "pages.no_unit": ("chưa rõ đơn vị", "unit not known"),
    # ── the bar ──
    "pages.bar": ("Thời điểm và phạm vi số liệu", "Moment and scope of the figures"),
    "pages.bar.as_of": ("Số liệu tính đến", "Figures as of"),
    "pages.bar.known_at": ("theo dữ liệu ghi nhận đến", "as known at"),
    "pages.bar.not_now": ("không phải hiện tại", "not now"),
    "pages.bar.period": ("Kỳ", "Period"),
    "pages.bar.period.found": ("Phát sinh trong kỳ", "Since a day of"),
    "pages.bar.always": ("tất cả", "all"),
    "pages.bar.unit": ("Đơn vị", "Unit"),
    "pages.bar.everywhere": ("tất cả", "all"),
    "pages.bar.clock": ("Cách tính", "Clock"),
    "pages.bar.change": ("Thay đổi", "Change"),
    "pages.bar.show": ("Xem", "Show"),
    "pages.bar.reset": ("Về hiện tại, tất cả", "Back to now, everything"),
    "pages.bar.no_clock": (
        "không có cách tính {given}; hãy chọn pháp luật, cổng hoặc QĐ 766",
        "there is no clock {given}; choose legal, portal or qd766",
    ),
    "pages.bar.too_long": (
        "quá dài: tối đa {most} ký tự",
        "too long: {most} characters at most",
    ),
    "pages.bar.field.period": ("Kỳ báo cáo", "Period"),
    "pages.bar.field.period.found": ("Phát sinh trong kỳ", "Since a day of"),
    "pages.bar.field.unit": ("Mã đơn vị", "Unit's code"),
    "pages.bar.field.as_of": ("Tính đến", "As of"),
    "pages.bar.field.known_at": ("Dữ liệu ghi nhận đến", "As known at"),
    "pages.bar.hint.period": (
        "11/2026, 2026 hoặc 01/01/2026 – 30/06/2026; kỳ đã hết thì tính đến cuối kỳ; trống: tất cả",
        "11/2026, 2026 or 01/01/2026 – 30/06/2026; one that is over is judged at its end; empty: all",
    ),
    "pages.bar.hint.period.found": (
        "Chỉ vi phạm bắt đầu trong các ngày này và còn vào lúc tính đến; 11/2026, 2026 hoặc 01/01/2026 – 30/06/2026; trống: tất cả",
        "Only findings that began on these days and hold as of then; 11/2026, 2026 or 01/01/2026 – 30/06/2026; empty: all",
    ),
    "pages.bar.hint.unit": (
        "Gồm cả đơn vị trực thuộc; trống: tất cả",
        "With all below it; empty: all",
    ),
    "pages.bar.hint.as_of": (
        "30/06/2026 hoặc 30/06/2026 08:15; trống: bây giờ",
        "30/06/2026 or 30/06/2026 08:15; empty: now",
    ),
    "pages.bar.hint.known_at": (
        "Chỉ dùng dữ liệu đã ghi nhận đến lúc này; trống: bây giờ",
        "Only what was on record by then; empty: now",
    ),
    "pages.bar.hint.clock": (
        "Theo luật, như cổng hiển thị, hoặc như bảng xếp hạng QĐ 766",
        "By law, as the portal shows it, or as ranked by QĐ 766",
    ),
    "pages.no_flag": (
        "{name}: là '{given}', chỉ nhận 1 hoặc 0",
        "{name}: is '{given}', takes 1 or 0",
    ),
    "pages.no_language": (
        "không có ngôn ngữ {given}; hãy chọn vi hoặc en",
        "there is no language {given}; choose vi or en",
    ),
    # ── states ──
    "pages.incomplete": ("Số liệu chưa đầy đủ.", "The figures are incomplete."),
    "pages.incomplete.what": (
        "Một số sự kiện đã ghi nhận chưa được tính vào; hãy tải lại trang sau ít phút.",
        "Some events on record are not counted in yet; load the page again in a few minutes.",
    ),
    "pages.problem.code": ("Mã lỗi:", "Code:"),
    "pages.problem.home": ("Về trang Tổng quan", "Back to the overview"),
    # ── what each code means ──
    "codes.title": ("Mã lỗi", "Codes of problems"),
    "codes.what": (
        "Mỗi câu trả lời lỗi đều có một mã không thay đổi. Dưới đây là ý nghĩa của từng mã; dấu … là phần thay đổi theo từng trường hợp.",
        "Every problem has a code that never changes. This is what each means; … stands for what differs from case to case.",
    ),
}

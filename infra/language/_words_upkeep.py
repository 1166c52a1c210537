"""The words of what keeps the store in order, in both languages: import, rebuild, verify, persons, what waits for somebody, progress.

Knows what those commands answer (CLI.md). Must not know layout.
"""

from typing import Final

UPKEEP: Final[dict[str, tuple[str, str]]] = {
    # ── import ──
    "import.done": ("SỐ TỆP ĐÃ NHẬP: {n}", "FILES IMPORTED: {n}"),
    "import.checked": (
        "SỐ TỆP ĐÃ KIỂM TRA, KHÔNG GHI GÌ: {n}",
        "FILES CHECKED, NOTHING STORED: {n}",
    ),
    "import.stdin": ("đầu vào chuẩn", "standard input"),
    "import.dossiers": ("Số hồ sơ trong các tệp: {n}.", "Dossiers in the files: {n}."),
    "import.book_codes": (
        "Số hồ sơ đánh số theo sổ giấy: {n}; mã được ghép thêm đơn vị, tra bằng mã nào cũng được.",
        "Dossiers numbered by a paper book: {n}; the unit was put before the code, either form finds them.",
    ),
    "import.refused": ("Dòng bị từ chối ({n})", "Lines refused ({n})"),
    "import.sheet": ("trang tính '{sheet}'", "sheet '{sheet}'"),
    "import.line": ("dòng {line}", "line {line}"),
    "import.of_dossier": ("hồ sơ {code}", "dossier {code}"),
    "import.repeated": (
        "Trong số sự kiện đã có, {n} sự kiện là lặp lại trong chính các tệp nhập lần này.",
        "Of the known events {n} stand twice in the files of this very import.",
    ),
    "import.remarks": ("Điều cần xem lại ({n})", "To look at again ({n})"),
    "import.more_remarks": ("Còn {n} điều nữa.", "There are {n} more."),
    "import.more": (
        "Còn {n} dòng nữa; nhập lại với --rejects TỆP để ghi đủ.",
        "More lines were refused ({n}); import again with --rejects FILE to have them all.",
    ),
    "import.rejects_file": (
        "Mọi dòng bị từ chối, kèm nội dung, ở tệp {path}; sửa rồi nhập lại tệp gốc.",
        "All refused lines, with their input, are in {path}; correct the file and import it again.",
    ),
    "import.known_before": (
        "Số dòng sổ thêm sự kiện cho hồ sơ đã có từ nguồn khác: {n}. Nếu là cùng một sổ, hãy nhập với cùng --source để không ghi trùng.",
        "Rows about dossiers known from another source before: {n}. If it is the same book, import it under the same --source.",
    ),
    "import.dry_run": ("CHẠY THỬ: KHÔNG GHI GÌ", "DRY RUN: NOTHING WAS WRITTEN"),
    "column.would_accept": ("Sự kiện sẽ nhập", "Events would be taken"),
    "import.unit_names": (
        "Đơn vị ghi bằng tên ({n}): {names}. Tên không tự khớp với mã đơn vị; hãy ghi mã định danh.",
        "Units written as names ({n}): {names}. A name is not matched with a unit's code; write the identification code.",
    ),
    # ── rebuild, verify ──
    "parked.title": ("HỒ SƠ ĐANG BỊ DỪNG", "DOSSIERS THAT STAND STILL"),
    "parked.none": ("KHÔNG CÓ HỒ SƠ NÀO BỊ DỪNG", "NO DOSSIER STANDS STILL"),
    "parked.retried": ("Đã thử lại", "Tried again"),
    "parked.went_on": ("{n} trên {of} hồ sơ đi tiếp", "{n} of {of} dossiers went on"),
    "parked.waiting": ("Sự kiện chờ", "Events waiting"),
    "migrate.done": ("ĐÃ TẠO CÁC BẢNG", "TABLES MADE"),
    "migrate.nothing": ("KHÔNG CÓ GÌ PHẢI LÀM", "NOTHING TO DO"),
    "migrate.database": ("Cơ sở dữ liệu", "Database"),
    "rebuild.title": (
        "ĐÃ DỰNG LẠI CÁC BẢNG: THẾ HỆ {generation}",
        "PROJECTIONS REBUILT: GENERATION {generation}",
    ),
    "rebuild.back": (
        "ĐÃ TRỞ LẠI THẾ HỆ {generation}",
        "BACK TO GENERATION {generation}",
    ),
    "rebuild.read": ("Đã đọc từ nhật ký", "Read from the log"),
    "rebuild.volume": (
        "{events} sự kiện của {dossiers} hồ sơ",
        "{events} events of {dossiers} dossiers",
    ),
    "rebuild.parked": ("Hồ sơ bị dừng", "Dossiers that stand still"),
    "rebuild.see_parked": ("{n}; xem dunghen parked", "{n}; see dunghen parked"),
    "rebuild.switched": ("Đã chuyển sang thế hệ mới", "The new generation serves"),
    "rebuild.kept": ("Thế hệ còn giữ", "Generations kept"),
    "rebuild.dropped": ("Thế hệ đã xóa", "Generations deleted"),
    "rebuild.none": ("không", "none"),
    "rebuild.equal": (
        "Mọi dòng của các bảng khớp với nhật ký.",
        "Every projection row equals the log.",
    ),
    "rebuild.differences": ("Dòng không khớp ({n})", "Rows that differ ({n})"),
    "verify.whole": ("NHẬT KÝ NGUYÊN VẸN", "THE LOG IS WHOLE"),
    "verify.broken": ("CÓ CHỖ KHÔNG NGUYÊN VẸN", "SOMETHING IS NOT WHOLE"),
    "verify.log": ("Đã kiểm tra", "Checked"),
    "verify.rows": ("Số dòng đã so", "Rows compared"),
    "verify.places": ("Chỗ hỏng trong nhật ký ({n})", "Broken places in the log ({n})"),
    "broken.altered": ("nội dung bị sửa", "altered"),
    "broken.missing": ("thiếu sự kiện", "missing"),
    "broken.added": ("sự kiện chèn thêm", "added"),
    "broken.swapped": ("đổi chỗ", "swapped"),
    "broken.unreadable": ("không đọc được", "unreadable"),
    "broken.readings": ("việc đọc dữ liệu cá nhân", "readings of personal data"),
    "broken.schema": ("cấu trúc bị sửa", "structure changed"),
    "broken.checkpoint": ("không khớp mốc kiểm tra", "checkpoint does not agree"),
    "broken.ledger": ("sổ cái không khớp", "ledger does not agree"),
    # ── personal data ──
    "person.title": ("NGƯỜI NỘP HỒ SƠ {dossier}", "APPLICANT OF DOSSIER {dossier}"),
    "person.recorded": ("Việc đọc này đã được ghi lại.", "This reading has been recorded."),
    "person.forgotten": (
        "Đã xóa khóa dữ liệu cá nhân của hồ sơ {dossier}; nhật ký vẫn nguyên vẹn.",
        "The key to the personal data of {dossier} is deleted; the log is whole.",
    ),
    "person.nothing": (
        "Hồ sơ {dossier} không còn dữ liệu cá nhân đọc được.",
        "Dossier {dossier} has no readable personal data.",
    ),
    "person.unnamed": (
        "Nguồn không ghi người nộp của hồ sơ {dossier}.",
        "No source names the applicant of dossier {dossier}.",
    ),
    "applicant.kind": ("Đối tượng", "Kind"),
    "applicant.name": ("Họ tên", "Name"),
    "applicant.id_number": ("Số định danh", "Id number"),
    "applicant.phone": ("Điện thoại", "Phone"),
    "applicant.email": ("Thư điện tử", "E-mail"),
    "applicant.address": ("Địa chỉ", "Address"),
    # ── dead letters ──
    "letters.title": (
        "BẢN TIN CHỜ XỬ LÝ: {waiting} · đã nhận lại: {retried} · đã bỏ: {dropped}",
        "DEAD LETTERS WAITING: {waiting} · retried: {retried} · dropped: {dropped}",
    ),
    "letters.one": ("BẢN TIN {id}", "DEAD LETTER {id}"),
    "letters.message": ("Nội dung gốc", "The message"),
    "letters.key": ("khóa (key)", "key"),
    "letters.erased": (
        "Nội dung gốc đã xóa: bản tin đã được nhận lại hoặc đã bỏ.",
        "The message itself is erased: it was retried or dropped.",
    ),
    "letters.cut": (
        "Chỉ hiện phần đầu trong {n} ký tự; xem đủ bằng --json.",
        "The beginning of {n} characters; all of it with --json.",
    ),
    "letters.read": (
        "Chỗ nào có thể có dữ liệu cá nhân thì việc đọc đã được ghi lại.",
        "Where there may be personal data, this reading has been recorded.",
    ),
    "letters.more": (
        "Còn nữa; đọc tiếp bằng --cursor {cursor}",
        "There are more; go on with --cursor {cursor}",
    ),
    "letters.written": ("Đã ghi {n} bản tin vào {file}.", "Dead letters written to {file}: {n}."),
    "letters.retried": (
        "ĐÃ NHẬN LẠI: {n} · không được: {wrong}",
        "RETRIED: {n} · not taken: {wrong}",
    ),
    "letters.dropped": ("ĐÃ BỎ: {n} · không được: {wrong}", "DROPPED: {n} · not dropped: {wrong}"),
    "column.letter": ("Bản tin", "Letter"),
    "column.at": ("Đến lúc", "Arrived"),
    "column.state": ("Tình trạng", "State"),
    "column.outcome": ("Kết quả", "Outcome"),
    "letter_state.waiting": ("đang chờ", "waiting"),
    "letter_state.retried": ("đã nhận lại", "retried"),
    "letter_state.dropped": ("đã bỏ", "dropped"),
    "letter_outcome.stored": ("đã vào nhật ký", "in the log now"),
    "letter_outcome.duplicate": ("đã có trong nhật ký", "was in the log"),
    "letter_outcome.refused": ("lại bị từ chối", "refused again"),
    "letter_outcome.dropped": ("đã bỏ", "dropped"),
    "letter_outcome.unknown": ("không có bản tin này", "no such letter"),
    "letter_outcome.retried_before": ("đã nhận lại từ trước", "retried before"),
    "letter_outcome.dropped_before": ("đã bỏ từ trước", "dropped before"),
    # ── catalogues ──
    "policies.title": ("BỘ QUY ĐỊNH", "POLICY PRESETS"),
    "rules.title": ("DANH MỤC QUY TẮC ({n})", "RULE CATALOGUE ({n})"),
    "rules.under": (
        "Áp dụng cho hồ sơ tiếp nhận tại thời điểm đó: {regulation}; bộ quy định {policy}",
        "For dossiers accepted then: {regulation}; policy {policy}",
    ),
    "regulation.qd09-2015": ("Quyết định 09/2015/QĐ-TTg", "Decision 09/2015/QĐ-TTg"),
    "regulation.nd61-2018": ("Nghị định 61/2018/NĐ-CP", "Decree 61/2018/NĐ-CP"),
    "regulation.nd118-2025": ("Nghị định 118/2025/NĐ-CP", "Decree 118/2025/NĐ-CP"),
    # ── progress ──
    "progress.rebuild": ("dựng lại", "rebuilding"),
    "progress.index": ("lập chỉ mục và đếm", "indexing and counting"),
    "progress.switch": ("chuyển sang", "switching"),
    "progress.wait": (
        "chờ tiến trình khác ghi xong các thời hạn đã qua (giây)",
        "waiting for another process to write what time has changed (seconds)",
    ),
    "progress.compare": ("so sánh", "comparing"),
    "progress.verify": ("kiểm tra nhật ký", "checking the log"),
    "progress.project": ("cập nhật các bảng", "projecting"),
}

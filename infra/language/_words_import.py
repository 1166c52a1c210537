"""What the pages that take files in say.

Knows words. Must not know templates.
"""

from typing import Final

IMPORT: Final[dict[str, tuple[str, str]]] = {
    "imports.title": ("Nhập dữ liệu", "Import"),
    "imports.what": (
        "Sổ theo dõi hồ sơ (CSV, XLSX), tệp sự kiện (JSONL), JSON của iGate hoặc của Cổng; cả tệp nén .gz, .zst.",
        "A dossier register (CSV, XLSX), an event file (JSONL), JSON of iGate or of the portal; packed as .gz or .zst too.",
    ),
    "imports.how": (
        "Tệp được chạy thử trước, chưa ghi gì; sau đó mới nạp thật. Nạp hai lần cũng như một lần.",
        "The file is rehearsed first and nothing is stored; only then is it imported. Twice is as good as once.",
    ),
    "imports.file": ("Tệp", "File"),
    "imports.file.most": ("Nhiều nhất {most} MiB", "{most} MiB at most"),
    "imports.form": ("Dạng tệp", "Format"),
    "imports.form.auto": ("tự nhận biết", "find out"),
    "imports.form.register": ("sổ theo dõi hồ sơ", "dossier register"),
    "imports.form.events": ("tệp sự kiện", "event file"),
    "imports.form.sync": ("JSON đồng bộ với Cổng", "JSON as sent to the portal"),
    "imports.form.igate": ("JSON của iGate", "JSON of iGate"),
    "imports.source": ("Nguồn (có thể để trống)", "Source (may stay empty)"),
    "imports.source.hint": (
        "Trống: sổ lấy tên tệp, nên hai sổ cùng tên là một nguồn",
        "Empty: a register takes its file's name, so two of one name are one source",
    ),
    "imports.recorded_at": ("Ghi nhận lúc (có thể để trống)", "Recorded at (may stay empty)"),
    "imports.recorded_at.hint": (
        "30/06/2026 hoặc 30/06/2026 08:15; dùng cho việc mà tệp không nói ghi nhận lúc nào; trống: lúc nhập",
        "30/06/2026 or 30/06/2026 08:15; for what the file gives no time of recording; empty: on arrival",
    ),
    "imports.hand_in": ("Gửi và chạy thử", "Send and rehearse"),
    "imports.sending": ("Đang gửi {percent}", "Sending {percent}"),
    "imports.no_file": ("hãy chọn một tệp", "choose a file"),
    "imports.no_form": (
        "không có dạng tệp {given}; hãy chọn trong danh sách",
        "there is no format {given}; choose one of the list",
    ),
    "imports.wrong": ("Chưa gửi được", "Not sent"),
    "imports.earlier": ("Các lần nhập từ khi máy chủ chạy", "Imports since the server started"),
    "imports.none": ("Chưa có lần nhập nào.", "There are none yet."),
    "imports.none.next": (
        "Chọn một tệp ở trên; chạy thử không thay đổi gì.",
        "Choose a file above; a rehearsal changes nothing.",
    ),
    "imports.kilobytes": ("{n} KiB", "{n} KiB"),
    "imports.when": ("Lúc", "When"),
    "imports.state": ("Tình trạng", "State"),
    "imports.state.rehearsing": ("đang chạy thử", "rehearsing"),
    "imports.state.rehearsed": ("đã chạy thử, chưa nạp", "rehearsed, not imported"),
    "imports.state.importing": ("đang nạp", "importing"),
    "imports.state.imported": ("đã nạp", "imported"),
    "imports.state.stopped": ("đã dừng", "stopped"),
    "imports.state.failed": ("thất bại", "failed"),
    "imports.progress": ("Đã đọc", "Read"),
    "imports.progress.events": ("{n} sự kiện đã xử lý", "{n} events handled"),
    "imports.reload": ("Tải lại để xem tiếp", "Reload to see more"),
    "imports.stop": ("Dừng", "Stop"),
    "imports.stopped.what": (
        "Đã dừng giữa chừng: những phần đã ghi vẫn còn; nạp lại cùng tệp sẽ làm nốt, không ghi gì hai lần.",
        "Stopped on the way: what was stored stays; importing the same file again completes it and stores nothing twice.",
    ),
    "imports.import": ("Nạp vào nhật ký", "Import into the log"),
    "imports.nothing": (
        "Không có gì để nạp: tệp không có sự kiện nào mới.",
        "There is nothing to import: the file has no event that is new.",
    ),
    "imports.again": ("Nạp lại", "Import again"),
    "imports.another": ("Nhập tệp khác", "Import another file"),
    "imports.would": ("Dự kiến khi nạp", "It would"),
    "imports.did": ("Kết quả", "What came of it"),
    "imports.read": ("Dòng đọc", "Lines read"),
    "imports.would_accept": ("Sự kiện sẽ ghi", "Events it would store"),
    "imports.accepted": ("Sự kiện đã ghi", "Events stored"),
    "imports.duplicates": ("Sự kiện đã có từ trước", "Events known before"),
    "imports.repeated": ("Sự kiện lặp lại trong tệp", "Events twice in the file"),
    "imports.remarks.title": ("Điều cần xem lại ({n})", "To look at again ({n})"),
    "imports.remarks.first": ("{n} điều đầu.", "The first {n}."),
    "imports.remarks.dossier": ("Hồ sơ", "Dossier"),
    "imports.remarks.what": ("Điều khác thường", "What is odd"),
    "imports.refused": ("Dòng bị từ chối", "Lines refused"),
    "imports.dossiers": ("Hồ sơ liên quan", "Dossiers touched"),
    "imports.book_codes": ("Trong đó mã theo sổ giấy", "Of them with a paper book's number"),
    "imports.known_before": (
        "{n} dòng bổ sung sự kiện cho hồ sơ mà nguồn khác đã ghi nhận trước đó: có thể là cùng một sổ nhưng khác tên tệp.",
        "{n} rows add to dossiers of which another source told before: perhaps the same book under another name.",
    ),
    "imports.unit_names": (
        "{n} đơn vị ghi bằng tên, chưa đăng ký và không có dạng mã: {names}.",
        "{n} units are written as names, neither registered nor of a code's shape: {names}.",
    ),
    "imports.refused.title": ("Dòng bị từ chối ({n})", "Lines refused ({n})"),
    "imports.refused.first": (
        "{n} dòng đầu; tải về để xem tất cả, kèm nội dung từng dòng.",
        "The first {n}; download to see them all, with what each line holds.",
    ),
    "imports.refused.download": (
        "Tải về các dòng bị từ chối (JSONL)",
        "Download the refused lines (JSONL)",
    ),
    "imports.refused.line": ("Dòng", "Line"),
    "imports.refused.whole": ("cả tệp", "the whole file"),
    "imports.refused.why": ("Lý do và cách sửa", "Why, and what to do"),
    "imports.refused.code": ("Mã lỗi", "Code"),
    "imports.refused.none": ("Không dòng nào bị từ chối.", "No line was refused."),
    "imports.unsent.file_too_large": (
        "tệp lớn quá {most} MiB; hãy chia nhỏ, nén lại, hoặc nhập bằng dòng lệnh dunghen import",
        "the file is over {most} MiB; divide it, pack it, or use the command line, dunghen import",
    ),
    "imports.unsent.too_slow": (
        "tệp đến quá chậm nên đã ngừng nhận; hãy thử lại, hoặc nén tệp",
        "the file came too slowly and was given up; try again, or pack it",
    ),
    "imports.unsent.no_form": (
        "nội dung gửi không phải là biểu mẫu có tệp; hãy gửi từ trang Nhập dữ liệu",
        "what was sent is no form with a file; send it from the import page",
    ),
    "imports.fault.import_fault": (
        "Lỗi của chương trình, không phải của tệp; đã ghi lại. Những phần đã ghi vẫn còn.",
        "A fault of the program, not of the file; it is on record. What was stored stays.",
    ),
    "imports.fault.too_many_refused": (
        "Quá nhiều dòng bị từ chối nên đã ngừng; tệp có lẽ không phải dạng đã chọn.",
        "Too many lines were refused, so it was given up; the file is perhaps not of the chosen format.",
    ),
    "refused.import_busy": (
        "đang có một lần nhập khác; hãy chờ xong hoặc dừng nó",
        "another import is under way: wait until it has ended, or stop it",
    ),
    "refused.import_over": (
        "tệp của lần nhập này không còn; hãy gửi lại",
        "the file of this import is no longer here: hand it in again",
    ),
    "refused.invalid_name": (
        "tên tệp không dùng được; hãy đổi tên",
        "the file's name cannot be used: rename it",
    ),
    "refused.unknown_part": ("không có phần này của câu trả lời", "there is no such part"),
    "cannot.import_fault": ("lỗi của chương trình", "a fault of the program"),
    "cannot.too_many_refused": (
        "quá nhiều dòng bị từ chối; tệp có lẽ không phải dạng đã chọn",
        "too many lines were refused: the file is not what it was taken for",
    ),
}

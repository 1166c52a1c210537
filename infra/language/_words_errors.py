"""What is said when something is wrong, in both languages: one sentence that says what to do.

Knows the codes of refusals and troubles of the place. Must not know where they are raised.
"""

from typing import Final

ERRORS: Final[dict[str, tuple[str, str]]] = {
    # ── the place (`CannotRun`, and what the system says) ──
    "cannot.no_data": (
        "chưa có dữ liệu ở {data}; nhập bằng dunghen import, hoặc chỉ thư mục bằng --data",
        "there is no data in {data}; import with dunghen import, or name the folder with --data",
    ),
    "cannot.no_database": (
        "chưa có cơ sở dữ liệu PostgreSQL để tạo bảng; chỉ ra bằng --database hoặc DUNGHEN_DATABASE_URL",
        "there is no PostgreSQL database to migrate: name it with --database or DUNGHEN_DATABASE_URL",
    ),
    "cannot.no_undelivered": (
        (
            "thông báo chưa gửi được nằm trong PostgreSQL, do dunghen consume notify ghi; chỉ ra cơ sở dữ liệu bằng --database hoặc"
            " DUNGHEN_DATABASE_URL"
        ),
        "undelivered notices are kept in PostgreSQL, by consume notify: name the database with --database or DUNGHEN_DATABASE_URL",
    ),
    "cannot.no_dead_letters": (
        (
            "bản tin chưa nhận được nằm trong PostgreSQL, do dunghen consume intake ghi; chỉ ra cơ sở dữ liệu bằng --database hoặc"
            " DUNGHEN_DATABASE_URL"
        ),
        "dead letters are kept in PostgreSQL, by the intake: name the database with --database or DUNGHEN_DATABASE_URL",
    ),
    "cannot.bad_setting": (
        "cài đặt sai, chưa khởi động gì: {what}. Xem docs/settings.md",
        "settings are wrong, nothing was started: {what}. docs/settings.md explains each",
    ),
    "cannot.for_example": ("chẳng hạn {example}", "for example {example}"),
    "cannot.forbidden_setting": (
        "{setting} đang được đặt: với nó, tiến trình đọc theo nhật ký bỏ sót sự kiện; hãy bỏ biến này",
        "{setting} is set: with it a reader that follows the log misses events; unset it",
    ),
    "cannot.timeout": (
        "{path} trả lời quá chậm; chưa ghi gì, hãy thử lại",
        "{path} took too long; nothing was stored, try again",
    ),
    "cannot.generation_switched": (
        "các bảng vừa được thay bằng thế hệ mới; hãy chạy lại",
        "the tables have just been replaced by a new generation; run again",
    ),
    "cannot.log_behind": (
        "{path} kết thúc trước các bảng làm từ nó: nhật ký bị mất hoặc là bản cũ; hãy khôi phục bản sao lưu mới nhất",
        "{path} ends before the tables that were made from it: it was lost or is an older copy; restore the newest backup",
    ),
    "cannot.row_missing": (
        "dòng của hồ sơ {dossier} không còn trong bảng; hãy làm lại các bảng: `dunghen rebuild`",
        "the row of {dossier} is gone from the tables; make them anew: `dunghen rebuild`",
    ),
    "cannot.damaged_views": (
        "{path} bị hỏng; hãy xóa tệp này: mọi thứ trong đó được làm lại từ nhật ký",
        "{path} is damaged; delete it: all that was in it is made again from the log",
    ),
    "cannot.rebuilding": (
        "một tiến trình khác đang dựng lại trong {path}; hãy thử lại khi nó xong",
        "another process is rebuilding in {path}; try again when it has finished",
    ),
    "cannot.no_room": (
        "{path}: các bảng làm bên cạnh bảng hiện hành cần khoảng {needed}, trên đĩa còn {free}; chưa ghi gì: hãy giải phóng chỗ (`dunghen rebuild --drop-old` xóa trước các thế hệ cũ) rồi chạy lại",
        "{path}: tables beside the present ones need about {needed}, and there is room for {free}; nothing was written: make room (`dunghen rebuild --drop-old` deletes older generations first), then run again",
    ),
    "cannot.room_unknown": (
        (
            "{path}: các bảng làm bên cạnh bảng hiện hành cần khoảng {needed}, mà từ đây không thấy được đĩa của máy chủ còn bao nhiêu; "
            "hãy xem ở máy chủ rồi cho biết số GB còn trống: `dunghen {command} --room {gigabytes}`"
        ),
        (
            "{path}: tables beside the present ones need about {needed}, and how much room the server's disk has cannot be seen from here; "
            "look there, then say how many GB it has: `dunghen {command} --room {gigabytes}`"
        ),
    ),
    "cannot.no_generation": (
        "{path} không giữ thế hệ nào khác để trở lại; `dunghen rebuild` làm một thế hệ mới",
        "{path} keeps no other generation to go back to; `dunghen rebuild` makes a new one",
    ),
    "cannot.process_died": (
        "một tiến trình đang xét hồ sơ đã chết, có thể vì thiếu bộ nhớ; hãy chạy lại, việc sẽ tiếp tục từ chỗ dừng",
        "a process that was judging died, perhaps for want of memory; run the command again, it goes on where it was",
    ),
    "cannot.damaged": (
        (
            "tệp {path} bị hỏng hoặc không phải của chương trình này; khôi phục từ bản sao lưu, hoặc chỉ thư mục "
            "dữ liệu khác bằng --data"
        ),
        "{path} is damaged or not one of ours; restore a backup, or name another folder with --data",
    ),
    "cannot.disk_error": (
        "đĩa báo lỗi ở {path}; chưa ghi gì của đợt này",
        "the disk reports an error at {path}; nothing of this batch was stored",
    ),
    "cannot.newer_data": (
        "{path} do phiên bản mới hơn của chương trình ghi; hãy cập nhật chương trình",
        "{path} was written by a newer version of the program; update this one",
    ),
    "cannot.older_data": (
        "{path} do phiên bản cũ của chương trình lập; hãy xóa đi: mọi thứ trong đó được lập lại từ nhật ký",
        "{path} was made by an earlier version of the program; delete it: all that was in it is made again from the log",
    ),
    "cannot.newer_version": (
        "{path} do phiên bản mới hơn ghi; hãy cài phiên bản mới",
        "{path} was written by a newer version; install it",
    ),
    "cannot.disk_full": (
        "hết chỗ trên đĩa; giải phóng rồi chạy lại",
        "the disk is full; make room and run again",
    ),
    "cannot.no_access": (
        "không mở hoặc không ghi được {path}; xem lại thư mục và quyền, hoặc vai trò của người dùng cơ sở dữ liệu (docs/operating.md)",
        "{path} cannot be opened or written; check the folder and its rights, or the role of the database's user (docs/operating.md)",
    ),
    "cannot.read_only": (
        "{path} chỉ đọc được; chọn tệp khác",
        "{path} is read-only; name another file",
    ),
    "cannot.rejects_unwritable": (
        "không ghi được tệp các dòng bị từ chối {path}; chọn tệp khác rồi nhập lại, những gì đã nhập vẫn còn",
        "the rejects file {path} cannot be written; name another and import again, what was imported stays",
    ),
    "cannot.rejects_is_input": (
        "{path} vừa là tệp nhập vừa là tệp ghi các dòng bị từ chối; chọn tệp khác cho --rejects",
        "{path} is to be read and to take the refused lines; name another file for them",
    ),
    "cannot.file_exists": (
        "đã có tệp {path}; đặt tên tệp khác để không mất những bản đã xuất",
        "{path} is there already; name another file, so that no earlier letters are lost",
    ),
    "cannot.rejects_is_data": (
        "{path} là tệp của thư mục dữ liệu; chọn tệp khác cho --rejects",
        "{path} is a file of the data folder; name another one for --rejects",
    ),
    "cannot.no_permission": (
        "không có quyền với {path}; xem lại quyền của thư mục và tệp",
        "no permission for {path}; check the rights of the folder and the file",
    ),
    "cannot.no_file": ("không có tệp {path}", "there is no file {path}"),
    "cannot.is_directory": (
        "{path} là thư mục, cần một tệp",
        "{path} is a directory, a file is needed",
    ),
    "cannot.not_directory": ("{path} không phải là thư mục", "{path} is not a directory"),
    "cannot.output": (
        "không ghi được kết quả ra đầu ra chuẩn ({detail}); đổi hướng sang tệp khác rồi chạy lại",
        "the answer cannot be written to standard output ({detail}); send it elsewhere and run again",
    ),
    "cannot.system": ("hệ thống báo: {detail}", "the system says: {detail}"),
    "cannot.contended": (
        "có quá nhiều nơi cùng ghi; chưa ghi gì, hãy chạy lại",
        "too many writers at once; nothing was stored, run again",
    ),
    "usage.unknown_policy": (
        "không có bộ quy định {name!r}; xem dunghen policies",
        "there is no policy {name!r}; see dunghen policies",
    ),
    "cannot.no_master_key": (
        "không có khóa chính của dữ liệu cá nhân; khôi phục tệp khóa, hoặc đặt DUNGHEN_MASTER_KEY",
        "the master key of personal data is missing; restore its file, or set DUNGHEN_MASTER_KEY",
    ),
    "cannot.wrong_master_key": (
        (
            "khóa chính đang đặt không phải khóa của {path}; đặt đúng khóa, hoặc bỏ DUNGHEN_MASTER_KEY và "
            "DUNGHEN_MASTER_KEY_FILE để dùng master.key trong thư mục dữ liệu"
        ),
        (
            "the master key that is set is not that of {path}; set the right one, or unset DUNGHEN_MASTER_KEY and "
            "DUNGHEN_MASTER_KEY_FILE to use the master.key of the data folder"
        ),
    ),
    "cannot.no_key_of_dossier": (
        "{path} không có khóa của hồ sơ {dossier}; khôi phục kho khóa đi cùng nhật ký này từ bản sao lưu",
        "{path} has no key of dossier {dossier}; restore the vault that belongs to this log from a backup",
    ),
    "cannot.bad_master_key": (
        "khóa chính không đúng dạng; cần 32 byte",
        "the master key is not well formed; it has 32 bytes",
    ),
    # ── refusals of an input, by code: said where its own sentence has no template in `_words_refusals` ──
    "refused.corrupt_file": (
        "tệp bị hỏng; chép lại tệp từ nguồn.",
        "the file is damaged; copy it again.",
    ),
    "refused.duplicate_header": (
        "hai cột cùng một tên; chỉ giữ một.",
        "two columns have the same title; keep one.",
    ),
    "refused.no_header": (
        "không thấy dòng tiêu đề; cần có Mã hồ sơ, Đơn vị giải quyết, Ngày tiếp nhận, Ngày hẹn trả.",
        "no header row; it names at least code, unit, date accepted and date due.",
    ),
    "refused.unknown_format": (
        "không nhận ra dạng tệp; chỉ rõ bằng --format.",
        "the format is not recognised; name it with --format.",
    ),
    "refused.formula": (
        "ô chứa công thức; thay bằng giá trị.",
        "a cell holds a formula; put its value.",
    ),
    "refused.idempotency_conflict": (
        "sự kiện đã có trong nhật ký với nội dung khác; gửi sự kiện đính chính hoặc dùng mã khác.",
        "the event is in the log with other content; send a correction or another id.",
    ),
    "refused.invalid_csv": (
        "không đọc được dạng CSV; xem lại dấu phân cách và dấu nháy.",
        "not readable as CSV.",
    ),
    "refused.invalid_date": (
        "ngày không có thật hoặc không đúng dạng; viết ngày/tháng/năm, ví dụ 26/01/2026.",
        "no such date, or not in the form; write e.g. 26/01/2026.",
    ),
    "refused.invalid_encoding": (
        "không phải UTF-8; lưu lại tệp ở bảng mã UTF-8.",
        "not UTF-8; save it as UTF-8.",
    ),
    "refused.invalid_field": (
        "giá trị của một trường không hợp lệ.",
        "the value of a field is not valid.",
    ),
    "refused.invalid_json": (
        "không phải JSON; mỗi dòng một sự kiện.",
        "not JSON; one event a line.",
    ),
    "refused.invalid_limit": (
        "thời hạn không hợp lệ; ghi số ngày hoặc số giờ dùng được.",
        "the limit is not usable.",
    ),
    "refused.invalid_xlsx": (
        "không đọc được tệp Excel; mở và lưu lại dạng .xlsx.",
        "not readable as XLSX.",
    ),
    "refused.event_too_large": (
        "sự kiện quá lớn; nhiều nhất 1 MiB.",
        "the event is too large; 1 MiB at most.",
    ),
    "refused.line_too_long": (
        "dòng quá dài; mỗi dòng một sự kiện.",
        "the line is too long; one event a line.",
    ),
    "refused.missing_field": ("thiếu một trường bắt buộc.", "a required field is missing."),
    "refused.naive_time": (
        "thời điểm không có múi giờ; ghi thêm +07:00.",
        "the time has no offset; add +07:00.",
    ),
    "refused.invalid_code": (
        "mã hoặc từ ghi trong ô không hiểu được.",
        "a code or word is not understood.",
    ),
    "refused.wrong_columns": (
        "số cột của dòng không khớp với dòng tiêu đề.",
        "the row's columns are not those of the header.",
    ),
    "refused.unknown_rule": (
        "không có quy tắc này; xem dunghen rules",
        "no such rule; see dunghen rules",
    ),
    "refused.rule_of_units": (
        "quy tắc này xét cả đơn vị trong một kỳ, không xét từng hồ sơ; xem dunghen report units",
        "this rule is about a unit in a period, not about a dossier; see dunghen report units",
    ),
    "refused.invalid_cursor": (
        "không phải là chỗ đọc tiếp của lần đọc trước",
        "no `next` of an earlier answer",
    ),
    "refused.name_too_long": (
        "một mã quá dài; nhiều nhất 300 ký tự.",
        "a code is too long; 300 characters at most.",
    ),
    "refused.unknown": (
        "không có trong nhật ký; kiểm tra lại mã",
        "it is not in the log; check the code",
    ),
    "refused.invalid_argument": (
        "giá trị không hợp lệ; xem /openapi.json",
        "a value is wrong; see /openapi.json",
    ),
    "refused.invalid_batch": (
        "một lô là danh sách nhiều nhất 1000 sự kiện.",
        "a batch is a list of 1000 events at most.",
    ),
    "refused.invalid_id": (
        "đây không phải là mã của luồng này; dùng mã của lần nhận trước.",
        "this is no id of this stream; send the one that came last.",
    ),
    "refused.not_found": ("không tìm thấy tệp hoặc thư mục.", "no such file or directory."),
    "refused.not_storable": (
        "cơ sở dữ liệu không lưu được nội dung này; báo cho người viết chương trình.",
        "the database does not take it; report it.",
    ),
    "refused.nothing_to_import": ("không có gì để nhập ở đây.", "there is nothing to import here."),
    "refused.not_of_the_log": (
        "bản tin không phải là sự kiện của nhật ký; chỉ dunghen relay được ghi vào topic này.",
        "the message is no event of the log; only `dunghen relay` may write to this topic.",
    ),
    "refused.nul_character": (
        "có ký tự rỗng (NUL); bỏ ký tự đó.",
        "a text holds a NUL character; remove it.",
    ),
    "refused.program_fault": (
        "chương trình có lỗi khi đọc; hãy báo lỗi, rồi nhận lại bằng bản đã sửa.",
        "a fault of the program; report it, and retry with a version that mends it.",
    ),
    "refused.suspicious_archive": (
        "tệp nén giải ra quá lớn; kiểm tra nguồn của tệp.",
        "the archive unpacks to far too much; check where it comes from.",
    ),
    "refused.time_out_of_range": ("năm quá xa; xem lại năm.", "the year is absurd; check it."),
    "refused.truncated_file": (
        "tệp bị cắt dở; chép lại tệp đầy đủ.",
        "the file is cut off; copy it whole.",
    ),
    "refused.two_digit_year": (
        "năm chỉ có hai chữ số; ghi đủ bốn chữ số.",
        "a year has two digits; write four.",
    ),
    "refused.unknown_field": (
        "có trường không thuộc loại sự kiện này.",
        "a field is none of this event type's.",
    ),
    "refused.own_type": (
        "loại sự kiện chỉ do chính chương trình ghi",
        "a type that only the program itself says",
    ),
    "refused.unknown_type": (
        "loại sự kiện không có trong quy ước.",
        "the event type is none of the contract.",
    ),
    "refused.unreadable": (
        "không đọc được tệp; xem lại quyền của tệp.",
        "not readable; check its rights.",
    ),
    "refused.unsupported_format": ("dạng tệp không được hỗ trợ.", "the format is not supported."),
    "refused.wrong_subject": ("sự kiện không thuộc hồ sơ này.", "the event is not about this."),
}

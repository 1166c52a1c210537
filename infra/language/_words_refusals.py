"""Every English sentence of a refusal, as a template, and the same sentence in Vietnamese.

Knows the sentences that `domain` and `infra` refuse with. Must not know when they do. The sentence itself goes, in English,
to logs and JSON; a reader of Vietnamese is told it by `retold`. A test walks over every refusal of the
product and finds the one that has no template here.
"""

from typing import Final

REFUSALS: Final[tuple[tuple[str, str], ...]] = (
    # ── a list ──
    ("no state {name} of a dossier", "không có trạng thái hồ sơ {name}"),
    ("no state {name} of a letter", "không có trạng thái thư {name}"),
    ("{given} is no day: write 2026-11-27", "{given} không phải là ngày: hãy viết 2026-11-27"),
    ("{given} is no month: write 2026-11", "{given} không phải là tháng: hãy viết 2026-11"),
    # ── who may say it, and ask it ──
    (
        "no token {token}; `dunghen token list` lists them",
        "không có mã truy cập {token}; `dunghen token list` liệt kê tất cả",
    ),
    (
        "no session {session}; `dunghen session list` lists those that are open",
        "không có phiên {session}; `dunghen session list` liệt kê các phiên đang mở",
    ),
    (
        "a role over a unit or an officer needs its `unit` or `officer`",
        "vai trò theo đơn vị hoặc cán bộ cần `unit` hoặc `officer`",
    ),
    (
        "say why, in 3 to {n} characters; it is put on record",
        "hãy nêu lý do, từ 3 đến {n} ký tự; lý do được ghi lại",
    ),
    (
        "{type} is said by the program alone; nobody can report it",
        "{type} chỉ do chính chương trình ghi; không ai được gửi",
    ),
    # ── a file ──
    (
        (
            "this is UTF-16 or no text at all: save it as UTF-8 (Excel: 'CSV UTF-8'; Notepad: Encoding UTF-8) "
            "and import it again"
        ),
        (
            "Tệp là UTF-16 hoặc không phải văn bản; lưu lại ở bảng mã UTF-8 (Excel: 'CSV UTF-8'; Notepad: Encoding "
            "UTF-8) rồi nhập lại"
        ),
    ),
    (
        (
            "byte {n} of the line is not UTF-8 (perhaps Windows-1258 or TCVN3): save it as UTF-8 (Excel: 'CSV UTF-8'; "
            "Notepad: Encoding UTF-8) and import it again"
        ),
        (
            "Byte thứ {n} của dòng không phải UTF-8 (có thể là Windows-1258 hoặc TCVN3); lưu lại ở bảng mã UTF-8 "
            "(Excel: 'CSV UTF-8'; Notepad: Encoding UTF-8) rồi nhập lại"
        ),
    ),
    (
        "the {packing} data ends in the middle: the lines before are imported; fetch the file again and import it whole",
        "Tệp nén {packing} bị cắt dở; các dòng trước đó đã nhập; lấy lại tệp rồi nhập cả tệp",
    ),
    (
        "the {packing} data is damaged ({detail}): the lines before are imported; fetch the file again and import it whole",
        "Tệp nén {packing} bị hỏng; các dòng trước đó đã nhập; lấy lại tệp rồi nhập cả tệp",
    ),
    (
        "there is no such file or folder: check the path",
        "Không có tệp hay thư mục này; xem lại đường dẫn",
    ),
    (
        "no file matches this pattern: check the path",
        "Không có tệp nào khớp mẫu tên này; xem lại đường dẫn",
    ),
    ("this is no path ({detail}): check it", "Đây không phải là đường dẫn; xem lại"),
    (
        "the folder holds no {kinds} file (also .gz or .zst)",
        "Thư mục không có tệp {kinds} nào (kể cả .gz hoặc .zst)",
    ),
    (
        "cannot be read ({detail}): check its rights and the disk, then import it again",
        "Không đọc được; xem lại quyền của tệp và đĩa, rồi nhập lại",
    ),
    (
        "there is no standard input: name a file",
        "Không có đầu vào chuẩn; ghi tên tệp",
    ),
    (
        "the line has more than {n} bytes and was skipped: one event or row a line, each ended by a line feed",
        "Dòng dài hơn {n} byte nên bị bỏ qua; mỗi dòng một sự kiện hoặc một hàng, kết thúc bằng dấu xuống dòng",
    ),
    (
        "the file is no workbook, whatever its name: save it as .xlsx or as CSV UTF-8",
        "Tệp không phải là bảng tính, dù tên là gì; lưu lại dạng .xlsx hoặc CSV UTF-8",
    ),
    (
        "this is a workbook and no file of format '{format}': import it as register",
        "Đây là bảng tính, không phải tệp dạng '{format}'; nhập với --format register",
    ),
    (
        "the content is none that is known: say what it is with --format events, register, sync or igate",
        "Không nhận ra nội dung tệp; chỉ rõ bằng --format events, register, sync hoặc igate",
    ),
    (
        (
            "this is an old .xls workbook, or one with a password: open it in a spreadsheet program and save it as .xlsx "
            "or as CSV UTF-8"
        ),
        "Đây là bảng tính .xls đời cũ, hoặc có mật khẩu; mở bằng phần mềm bảng tính rồi lưu dạng .xlsx hoặc CSV UTF-8",
    ),
    (
        (
            "this is a web page or XML table, whatever its name: open it in a spreadsheet program and save it as .xlsx "
            "or as CSV UTF-8"
        ),
        "Đây là trang web hoặc bảng XML, dù tên là gì; mở bằng phần mềm bảng tính rồi lưu dạng .xlsx hoặc CSV UTF-8",
    ),
    (
        (
            "this archive is no .xlsx workbook (.xlsb, .ods or something else): open it in a spreadsheet program and save "
            "it as .xlsx or as CSV UTF-8"
        ),
        (
            "Tệp nén này không phải bảng tính .xlsx (có thể là .xlsb, .ods); mở bằng phần mềm bảng tính rồi lưu dạng .xlsx "
            "hoặc CSV UTF-8"
        ),
    ),
    (
        "the workbook is damaged ({detail}): open it in a spreadsheet program and save it as .xlsx or as CSV UTF-8",
        "Bảng tính bị hỏng; mở bằng phần mềm bảng tính rồi lưu dạng .xlsx hoặc CSV UTF-8",
    ),
    (
        "the sheet has more than {n} rows: open it in a spreadsheet program and save it as .xlsx or as CSV UTF-8",
        "Trang tính có hơn {n} dòng; mở bằng phần mềm bảng tính rồi lưu dạng .xlsx hoặc CSV UTF-8",
    ),
    (
        "the sheet has more than {n} columns: open it in a spreadsheet program and save it as .xlsx or as CSV UTF-8",
        "Trang tính có hơn {n} cột; mở bằng phần mềm bảng tính rồi lưu dạng .xlsx hoặc CSV UTF-8",
    ),
    (
        "from line {n} on nothing was read",
        "từ dòng {n} trở đi không đọc được gì",
    ),
    (
        "{given} is no value of such a cell, it is damaged: type it anew",
        "{given} không phải là giá trị của loại ô này, ô bị hỏng; hãy gõ lại",
    ),
    (
        "the workbook is over {n} MiB: save its sheet as CSV UTF-8",
        "Bảng tính lớn hơn {n} MiB; lưu trang tính dạng CSV UTF-8",
    ),
    (
        (
            "the workbook would unfold to {size} MiB in {n} parts, more than a register holds: "
            "delete what does not belong to it, or save the sheet as CSV UTF-8"
        ),
        (
            "Bảng tính giải nén ra {size} MiB, {n} phần, quá lớn so với một sổ theo dõi; "
            "xóa những gì không thuộc sổ, hoặc lưu trang tính dạng CSV UTF-8"
        ),
    ),
    # ── an event ──
    (
        (
            "event {id} of {source} is already in the log with other content (stored {stored}, given {given}); "
            "send a correction (`corrected`) or another id"
        ),
        (
            "Sự kiện {id} của {source} đã có trong nhật ký với nội dung khác (đã lưu {stored}, gửi đến {given}); "
            "gửi sự kiện đính chính (`corrected`) hoặc dùng mã khác"
        ),
    ),
    (
        "not JSON: {detail}; one event a line, in UTF-8",
        "Không phải JSON; mỗi dòng một sự kiện, bảng mã UTF-8",
    ),
    (
        "`type` is missing: give one such as vn.dunghen.dossier.accepted.v1",
        "Thiếu `type`; ghi chẳng hạn vn.dunghen.dossier.accepted.v1",
    ),
    (
        "`type` is none of the event contract: see the table of event types in docs/events.md",
        "`type` không có trong quy ước sự kiện; xem bảng các loại sự kiện ở docs/events.md",
    ),
    (
        "{name} is not a field of this event type: remove it or correct its name",
        "{name} không phải là trường của loại sự kiện này; bỏ đi hoặc sửa tên",
    ),
    (
        "{name} has no offset (given: {given}): write e.g. {example}",
        "{name} không có múi giờ (đã ghi: {given}); ghi chẳng hạn {example}",
    ),
    (
        "{given} has no offset: write e.g. {example}",
        "{given} không có múi giờ; ghi chẳng hạn {example}",
    ),
    (
        "{given} is outside {first}-{last}: check the year",
        "{given} ngoài khoảng năm {first}-{last}; xem lại năm",
    ),
    (
        "a limit of {n} {unit} cannot be kept: give 0..{days} days or 1..{hours} hours",
        "Thời hạn {n} {unit} không dùng được; ghi 0 đến {days} ngày hoặc 1 đến {hours} giờ",
    ),
    (
        "subject is blank: give the code as printed on the slip",
        "subject để trống; ghi mã như trên Giấy tiếp nhận",
    ),
    (
        "a text of the event holds a NUL character (U+0000), which is no text: remove it",
        "Sự kiện có ký tự rỗng (NUL, U+0000); bỏ ký tự đó",
    ),
    (
        "the event has {n} bytes: {most} at most",
        "Sự kiện dài {n} byte; nhiều nhất {most}",
    ),
    (
        "{name} has {n} characters: {most} at most (and {bytes} bytes)",
        "{name} có {n} ký tự; nhiều nhất {most} (và {bytes} byte)",
    ),
    # ── what verify finds ──
    (
        "{name} is not as the program made it: the log was open to changes",
        "{name} không còn như chương trình đã tạo: nhật ký đã có lúc sửa được",
    ),
    (
        "{name} is none of the log's tables, triggers or indexes",
        "{name} không phải là bảng, ràng buộc (trigger) hay chỉ mục của nhật ký",
    ),
    (
        "{name} of the vault is not as the program made it: readings could be changed",
        "{name} của kho khóa không còn như chương trình đã tạo: việc đọc đã ghi có thể bị sửa",
    ),
    (
        "the vault has {left} readings of personal data, there were {made}",
        "kho khóa còn {left} lần đọc dữ liệu cá nhân, đã từng có {made}",
    ),
    (
        "SQLite finds the file inconsistent: {detail}",
        "SQLite thấy tệp không nhất quán ({detail})",
    ),
    (
        "events stand after the last checkpoint",
        "có sự kiện sau mốc kiểm tra cuối cùng",
    ),
    (
        "the log ended at position {then} once, now at {now}",
        "nhật ký từng dài đến vị trí {then}, nay chỉ đến {now}",
    ),
    ("after position {before} comes {after}", "sau vị trí {before} là vị trí {after}"),
    (
        "the stored bytes have not the form of an event",
        "nội dung lưu không có dạng của một sự kiện",
    ),
    ("the version before {n} is not there", "không có số thứ tự trước số {n}"),
    (
        "content and chain give {computed}, the event says {said}",
        "nội dung và chuỗi băm cho {computed}, sự kiện ghi {said}",
    ),
    ("the table says {table}, the event is of {event}", "bảng ghi {table}, sự kiện là của {event}"),
    ("the table says {table}, the event {event}", "bảng ghi {table}, sự kiện ghi {event}"),
    (
        "event {id} has no line in the ledger",
        "sự kiện {id} không có dòng nào trong sổ cái",
    ),
    (
        "event {id} has the line of position {n} in the ledger",
        "sự kiện {id} trong sổ cái lại ở dòng của vị trí {n}",
    ),
    (
        "the events since the checkpoint before are not those that were stored, or not in their order",
        "các sự kiện từ mốc kiểm tra trước không phải là những sự kiện đã lưu, hoặc không còn đúng thứ tự",
    ),
    (
        "the ledger has event {id} at position {n}, where it is not",
        "sổ cái ghi sự kiện {id} ở vị trí {n}, nhưng ở đó không có",
    ),
    ("in the table, not in the log: {row}", "có trong bảng, không có trong nhật ký: {row}"),
    ("in the log, not in the table: {row}", "có trong nhật ký, không có trong bảng: {row}"),
    (
        "{path} is damaged; restore it from a backup, then run `dunghen verify`",
        "{path} bị hỏng; khôi phục từ bản sao lưu, rồi chạy dunghen verify",
    ),
    (
        "{path} is no SQLite file; restore it from a backup or name another data folder",
        "{path} không phải là tệp SQLite; khôi phục từ bản sao lưu hoặc chỉ thư mục dữ liệu khác",
    ),
    # ── what pydantic says of a value, in the order of its own list; the last is for all the others ──
    (
        "{name}: Input should be a valid {kind}, {problem} (given: {given})",
        "{name}: không đúng dạng, hoặc không có thật (đã ghi: {given})",
    ),
    (
        "{name}: String should have at least {n} character (given: {given})",
        "{name}: để trống",
    ),
    (
        "{name}: String should have at most {n} characters (given: {given})",
        "{name}: nhiều nhất {n} ký tự (đã ghi: {given})",
    ),
    (
        "{name}: Input should be a valid string (given: {given})",
        "{name}: phải là chữ (đã ghi: {given})",
    ),
    ("{name}: Input should be a valid string", "{name}: phải là chữ"),
    (
        "{name}: Input should be a valid integer (given: {given})",
        "{name}: phải là số nguyên (đã ghi: {given})",
    ),
    (
        "{name}: Input should be a valid boolean (given: {given})",
        "{name}: phải là true hoặc false (đã ghi: {given})",
    ),
    ("{name}: Input should be an object", "{name}: phải là một đối tượng JSON"),
    # ── parameters of a question ──
    ("Field required", "còn thiếu"),
    ("Extra inputs are not permitted", "không có trường này"),
    (
        "Input should be a valid integer, unable to parse string as an integer",
        "phải là số nguyên",
    ),
    ("Unable to parse input string as an integer, exceeded maximum size", "số quá lớn"),
    ("Input should be a valid number, unable to parse string as a number", "phải là số"),
    ("Input should be a finite number", "phải là số hữu hạn"),
    (
        "Input should be a valid boolean, unable to interpret input",
        "phải là true hoặc false",
    ),
    ("Input should be greater than or equal to {n}", "phải từ {n} trở lên"),
    ("Input should be less than or equal to {n}", "không được lớn hơn {n}"),
    ("Input should be '{choices}' or '{last}'", "phải là '{choices}' hoặc '{last}'"),
    ("String should have at least {n} character", "phải có ít nhất {n} ký tự"),
    ("String should have at most {n} characters", "chỉ được có nhiều nhất {n} ký tự"),
    (
        "{name}: Input should be {choices} or {last} (given: {given})",
        "{name}: phải là {choices} hoặc {last} (đã ghi: {given})",
    ),
    ("{name}: {problem} (given: {given})", "{name}: giá trị không hợp lệ (đã ghi: {given})"),
    (
        "the database does not take it ({kind})",
        "cơ sở dữ liệu không lưu được nội dung này ({kind})",
    ),
    # ── over HTTP ──
    ("{given} is no id of this stream", "{given} không phải là mã của luồng này"),
    (
        "{record} is at version {version}, not at {expected}: look at what was recorded since, then say it again",
        "{record} đang ở phiên bản {version}, không phải {expected}; xem những gì mới ghi rồi gửi lại",
    ),
    (
        "{given} is no version: give Dossier-Version or ETag of the dossier, or *",
        "{given} không phải là phiên bản; ghi Dossier-Version hoặc ETag của hồ sơ, hoặc *",
    ),
    (
        "code is missing: give the dossier's code as printed on the slip",
        "thiếu code: ghi mã hồ sơ như trên giấy hẹn",
    ),
    (
        'actor is missing: say who did it, {"officer": "cb-01", "unit": "H40.17"}',
        'thiếu actor: ghi ai đã làm, {{"officer": "cb-01", "unit": "H40.17"}}',
    ),
    (
        "actor.officer is {given}: an officer states what he did himself, as {officer}",
        "actor.officer là {given}: cán bộ chỉ ghi việc chính mình làm, với mã {officer}",
    ),
    (
        (
            "no dossier of yours would begin so: its competent unit, or the one-stop unit that receives it, must be yours as registered"
            " (an officer's is the one that the officer is registered in), and its code not another's"
        ),
        (
            "không thể mở hồ sơ này: cơ quan có thẩm quyền, hoặc Bộ phận Một cửa tiếp nhận, phải thuộc phạm vi của bạn như đã đăng ký"
            " (của cán bộ là đơn vị mà cán bộ được đăng ký), và mã hồ sơ không phải của nơi khác"
        ),
    ),
    (
        "the body is no object: send the fields that /openapi.json names",
        "nội dung gửi không phải một đối tượng JSON; gửi các trường như ở /openapi.json",
    ),
    ("the body is not JSON ({detail})", "nội dung gửi không phải JSON ({detail})"),
    (
        "the body is packed ({encoding}): send it as it is",
        "nội dung gửi bị nén ({encoding}); gửi nguyên dạng, không nén",
    ),
    (
        (
            "the request has no content type: send application/cloudevents+json, a batch as application/cloudevents-batch+json,"
            " or application/json with the attributes in headers"
        ),
        (
            "yêu cầu không nói loại nội dung (content type): gửi application/cloudevents+json, cả lô thì"
            " application/cloudevents-batch+json, hoặc application/json với các thuộc tính ở tiêu đề"
        ),
    ),
    (
        "a batch is a list of {n} events at most",
        "một lô là danh sách nhiều nhất {n} sự kiện",
    ),
    (
        "no officer {who}; check the id as registered, or as in the history of a dossier",
        "không có cán bộ {who}; hãy xem lại mã như đã đăng ký, hoặc như trong lịch sử một hồ sơ",
    ),
    # ── files handed in through a page ──
    (
        "another import is under way: wait until it has ended, or stop it",
        "đang có một lần nhập khác; hãy chờ xong hoặc dừng nó",
    ),
    (
        "the file of this import is no longer here: hand it in again",
        "tệp của lần nhập này không còn; hãy gửi lại",
    ),
    (
        "the file's name must have 1 to {n} bytes and no control characters: rename it",
        "tên tệp phải dài từ 1 đến {n} byte và không có ký tự điều khiển; hãy đổi tên",
    ),
    (
        "no part {given}: one of {names}",
        "không có phần {given}; chọn một trong: {names}",
    ),
)
"""English with its blanks -> Vietnamese. The first that fits is taken: the narrower stands before the wider."""

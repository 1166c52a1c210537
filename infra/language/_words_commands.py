"""The help of the command line in both languages: what each command and option does.

Knows what the commands promise (CLI.md). Must not know how they are parsed.
"""

from typing import Final

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "help.title": (
        "Đúng Hẹn: hồ sơ thủ tục hành chính hẹn trả ngày nào, có trễ không, ai chịu trách nhiệm.",
        "Đúng Hẹn: when administrative dossiers were due, whether they were late, and who answers.",
    ),
    "help.usage": ("Cách dùng: ", "Usage: "),
    "help.commands": ("Các lệnh", "Commands"),
    "help.arguments": ("Tham số", "Arguments"),
    "help.options": ("Tùy chọn của lệnh", "Options"),
    "help.globals": (
        "Tùy chọn chung (trước hoặc sau tên lệnh)",
        "Global options (before or after the command)",
    ),
    "help.examples": ("Ví dụ", "Examples"),
    "help.globals_short": ("[tùy chọn chung]", "[global options]"),
    "help.command": ("LỆNH", "COMMAND"),
    "help.more": (
        "Xem cách dùng và ví dụ của một lệnh: dunghen LỆNH --help",
        "Usage and examples of one command: dunghen COMMAND --help",
    ),
    "help.times": (
        (
            "T và K là một ngày (2026-03-10, tức hết ngày đó) hoặc một thời điểm có múi giờ\n"
            "(2026-03-10T15:20:00+07:00). Không ghi thì là bây giờ; báo cáo của kỳ đã qua: T là hết kỳ."
        ),
        (
            "T and K are a date (2026-03-10, meaning its end) or an instant with its offset\n"
            "(2026-03-10T15:20:00+07:00). Left out, they are now; of a report on a past period, T is its end."
        ),
    ),
    "help.exit": (
        (
            "Mã thoát: 0 xong; 1 xong, nhưng có chỗ bị từ chối, hỏng hoặc chưa đầy đủ; 2 sai cách dùng;\n"
            "3 không chạy được."
        ),
        (
            "Exit codes: 0 done; 1 done, but something was refused, found broken or incomplete; 2 wrong usage;\n"
            "3 cannot run."
        ),
    ),
    # ── what stands for a value ──
    "metavar.PATH": ("ĐƯỜNG_DẪN", "PATH"),
    "metavar.FILE": ("TỆP", "FILE"),
    "metavar.FORMAT": ("DẠNG", "FORMAT"),
    "metavar.CODE": ("MÃ_HỒ_SƠ", "CODE"),
    "metavar.ID": ("MÃ_BẢN_TIN", "ID"),
    "metavar.KEY": ("TIÊU_CHÍ", "KEY"),
    "metavar.REPORT": ("BÁO_CÁO", "REPORT"),
    "metavar.CLOCK": ("CÁCH_TÍNH", "CLOCK"),
    "metavar.DIR": ("THƯ_MỤC", "DIR"),
    "metavar.NAME": ("TÊN", "NAME"),
    "metavar.TEXT": ("LÝ_DO", "TEXT"),
    # ── commands ──
    "help.import": (
        "đọc tệp sự kiện và sổ theo dõi hồ sơ",
        "read event files and dossier registers",
    ),
    "help.import.more": (
        (
            "Đọc tệp sự kiện (.jsonl, .jsonl.gz, .jsonl.zst) và sổ theo dõi hồ sơ (.csv, .xlsx) vào nhật ký. "
            "Nhận cả thư mục, mẫu tên (*.csv) và - (đầu vào chuẩn). Nhập hai lần cũng như một lần; dòng "
            "hỏng bị từ chối kèm lý do, các dòng còn lại vẫn được nhập."
        ),
        (
            "Reads event files (.jsonl, .jsonl.gz, .jsonl.zst) and dossier registers (.csv, .xlsx) into the "
            "log. Takes directories, patterns (*.csv) and - (standard input). Twice is once; a bad line is "
            "refused with its reason, all the others are taken."
        ),
    ),
    "help.history": ("mọi sự kiện của một hồ sơ", "every event of a dossier"),
    "help.history.more": (
        (
            "Mọi sự kiện của hồ sơ theo thứ tự ghi nhận, kể cả sự kiện đã đính chính, chưa được biết hoặc chưa xảy ra lúc đó, "
            "và kết luận về hồ sơ."
        ),
        (
            "Every event of the dossier in the order of the log, corrected ones and those out of view "
            "included, and the judgement."
        ),
    ),
    "help.explain": (
        "giải thích một hồ sơ: hạn, ai giữ, ai trễ",
        "explain a dossier: limits, holders, delay",
    ),
    "help.explain.more": (
        (
            "Hẹn trả ngày nào, ngày nào tính ngày nào không và vì sao, ai giữ hồ sơ bao lâu, ai chịu phần "
            "chậm nào, thư xin lỗi, các vi phạm kèm căn cứ."
        ),
        (
            "When it was due, which days counted and which did not and why, who held it for how long, who "
            "answers for which part of the delay, the apology letter, the findings with their basis."
        ),
    ),
    "help.violations": ("các vi phạm đang có", "the findings that hold"),
    "help.violations.more": (
        "Các vi phạm đang có, lọc theo quy tắc, đơn vị (gồm đơn vị trực thuộc), cán bộ, mức độ; hoặc đếm.",
        "The findings that hold, by rule, unit (with the units below it), officer, severity; or counted.",
    ),
    "help.report": ("báo cáo số lượng, tỷ lệ, độ phủ", "counts, rates and coverage"),
    "help.report.more": (
        (
            "units: tiếp nhận, giải quyết, đúng hạn bên cạnh độ phủ · officers: phần chậm của từng cán bộ · "
            "coverage: hồ sơ có trên phần mềm so với kê khai · feedback: phản ánh, kiến nghị."
        ),
        (
            "units: received, resolved, on time beside coverage · officers: each officer's part of the delay · "
            "coverage: dossiers in the software against those declared · feedback: petitions."
        ),
    ),
    "help.rebuild": ("dựng lại các bảng từ nhật ký", "build the projections anew from the log"),
    "help.rebuild.more": (
        (
            "Dựng lại mọi bảng từ nhật ký ở một thế hệ mới, so với thế hệ cũ, rồi chuyển sang. Ngắt giữa "
            "chừng thì lần sau làm tiếp. Thiếu chỗ trên đĩa thì không bắt đầu. Thế hệ cũ được giữ đến khi có "
            "--drop-old; --back trở lại nó. Có DUNGHEN_OPS_ADDRESS thì tiến độ xem được ở /metrics."
        ),
        (
            "Fills all projections from the log in a new generation, compares it with the old one and "
            "switches. Interrupted, it is resumed; without room on the disk it does not start. The old generation "
            "is kept until --drop-old; --back returns to it. With DUNGHEN_OPS_ADDRESS, /metrics shows how far it is."
        ),
    ),
    "help.migrate": (
        "tạo các bảng và vai trò trong PostgreSQL",
        "make the tables and roles in PostgreSQL",
    ),
    "help.migrate.more": (
        (
            "Tạo nhật ký, kho khóa, thế hệ đầu của các bảng và ba vai trò dunghen_writer, dunghen_projector, "
            "dunghen_reader, trong một giao dịch. Chạy lại không đổi gì. Cần người có quyền tạo vai trò."
        ),
        (
            "Makes the log, the vault, the first generation of tables and the three roles dunghen_writer, "
            "dunghen_projector, dunghen_reader, in one transaction. Running it again changes nothing. Needs a user who "
            "may create roles."
        ),
    ),
    "help.parked": (
        "hồ sơ bị dừng vì có sự kiện không áp dụng được",
        "dossiers that stand still because an event cannot be applied",
    ),
    "help.parked.more": (
        (
            "Liệt kê các hồ sơ bị dừng: đứng ở phiên bản nào, bao nhiêu sự kiện chờ, vì sao. Mọi câu trả lời chạm đến chúng ghi "
            "complete: false. retry áp dụng lại, của các hồ sơ nêu tên hoặc của tất cả. Mã thoát 1 khi còn hồ sơ bị dừng."
        ),
        (
            "Lists the dossiers that stand still: at which version, how many events wait, why. Every answer that touches them "
            "says complete: false. retry applies again, for the dossiers named or for all. Exit code 1 while any stands still."
        ),
    ),
    "option.parked": ("liệt kê, hoặc thử lại", "list them, or try again"),
    "help.serve": (
        "HTTP API; nhúng thì cập nhật luôn các bảng",
        "HTTP API; embedded, it keeps the projections too",
    ),
    "help.serve.more": (
        (
            "Cung cấp qua HTTP đúng các kết quả của dòng lệnh, cùng một JSON. Với thư mục dữ liệu, tiến trình này cũng cập nhật các "
            "bảng; với PostgreSQL, việc đó của `consume projections`. Mô tả: /openapi.json. Chạy đến khi có SIGTERM."
        ),
        (
            "Answers the questions of the command line over HTTP, the same JSON. With a data folder it also keeps the tables up to "
            "date; with PostgreSQL `consume projections` does. Described at /openapi.json. Runs until SIGTERM."
        ),
    ),
    "option.host": (
        "địa chỉ để nghe (mặc định 127.0.0.1)",
        "the address to listen on (127.0.0.1)",
    ),
    "option.port": (
        "cổng để nghe (mặc định 8000; 0: bất kỳ)",
        "the port to listen on (8000; 0: any)",
    ),
    "help.relay": (
        "phát nhật ký và kết luận lên Kafka",
        "publish the log and the judgements to Kafka",
    ),
    "help.relay.more": (
        (
            "Phát mọi sự kiện của nhật ký lên Kafka theo thứ tự, rồi các kết luận đã đổi. Chỉ một tiến trình làm, các tiến "
            "trình khác chờ thay. Chạy đến khi có SIGTERM. Các biến thiết lập: docs/settings.md."
        ),
        (
            "Publishes every event of the log to Kafka in order, then the judgements that changed. One process does it, "
            "others stand by. Runs until SIGTERM. Its settings: docs/settings.md."
        ),
    ),
    "help.consume": (
        "đọc Kafka, cập nhật các bảng, gửi thông báo",
        "read Kafka, keep the projections, send notices",
    ),
    "help.consume.more": (
        (
            "projections: đưa sự kiện đã phát vào các bảng, nhiều tiến trình chia nhau · intake: nhận việc của hệ thống khác "
            "vào nhật ký · deadlines: cập nhật theo thời gian, hồ sơ tự chuyển thành quá hạn · notify: báo qua webhook và thư điện tử, chỉ một "
            "tiến trình làm. Chạy đến khi có SIGTERM. Các biến thiết lập: docs/settings.md."
        ),
        (
            "projections: takes published events into the projections, several processes share the work · intake: takes facts of "
            "other systems into the log · deadlines: lets time pass, a dossier becomes overdue by itself · notify: tells webhooks "
            "and sends mails, one process does it. Runs until SIGTERM. Its settings: docs/settings.md."
        ),
    ),
    "option.consumer": ("làm việc gì", "which work"),
    "help.verify": ("kiểm tra nhật ký và các bảng", "check the log and the projections"),
    "help.verify.more": (
        "Kiểm tra chuỗi băm và số thứ tự của mọi hồ sơ, rồi so mọi dòng của các bảng với nhật ký.",
        "Checks the hash chain and the versions of every dossier, then every projection row against the log.",
    ),
    "help.person": ("xem hoặc xóa dữ liệu cá nhân", "read or erase personal data"),
    "help.person.more": (
        (
            "show đọc dữ liệu cá nhân của người nộp (việc đọc được ghi lại) · forget xóa khóa của hồ sơ: "
            "dữ liệu cá nhân mất hẳn, nhật ký vẫn nguyên vẹn."
        ),
        (
            "show reads the applicant's personal data (the reading is recorded) · forget deletes the dossier's "
            "key: the personal data is gone for good, the log stays whole."
        ),
    ),
    "help.dead-letters": (
        "sự kiện từ hệ thống khác chưa nhận được",
        "facts of other systems that could not be taken in",
    ),
    "help.dead-letters.more": (
        (
            "Sự kiện mà dunghen consume intake không nhận được, kèm lý do. list liệt kê · show xem cả nội dung (việc đọc "
            "được ghi lại) · retry nhận lại, khi đã khắc phục nguyên nhân · drop bỏ hẳn · export ghi mọi bản tin đang chờ ra tệp."
        ),
        (
            "What `dunghen consume intake` could not take in, and why. list names them · show has the message too (the "
            "reading is recorded) · retry takes it in once the cause is mended · drop gives it up for good · export writes all "
            "that wait to a file."
        ),
    ),
    "help.undelivered": (
        "thông báo mà nơi nhận đã từ chối",
        "notices that their receivers refused",
    ),
    "help.undelivered.more": (
        (
            "Thông báo (webhook) mà nơi nhận từ chối hẳn, kèm lý do. list liệt kê · show xem cả nội dung · retry gửi lại, "
            "với DUNGHEN_WEBHOOK_URLS và DUNGHEN_WEBHOOK_SECRET_FILE như của consume notify · drop thôi không gửi nữa."
        ),
        (
            "Webhooks that a receiver refused for good, and why. list names them · show has the body too · retry sends them "
            "again, with the DUNGHEN_WEBHOOK_URLS and DUNGHEN_WEBHOOK_SECRET_FILE of `consume notify` · drop gives them up."
        ),
    ),
    "help.policies": ("các bộ quy định có sẵn", "the policy presets"),
    "help.policies.more": (
        "Các bộ quy định chọn được bằng --policy và chỗ khác với bộ toàn quốc.",
        "The presets that --policy may name, and where they differ from the national one.",
    ),
    "help.rules": ("danh mục quy tắc và căn cứ", "the rule catalogue with its legal basis"),
    "help.rules.more": (
        "Mọi quy tắc: tên, mức độ, căn cứ pháp lý theo từng văn bản; với --as-of hoặc --known-at, chỉ những quy tắc và điều khoản có hiệu lực tại T.",
        "Every rule: its name, severity and legal basis by version; with --as-of or --known-at only the rules and articles in force at T.",
    ),
    # ── options ──
    "option.help": ("hiện hướng dẫn này", "show this help"),
    "option.version": ("hiện phiên bản", "show the version"),
    "option.data": (
        "thư mục dữ liệu (DUNGHEN_DATA; mặc định ./.dunghen)",
        "data folder (DUNGHEN_DATA; default ./.dunghen)",
    ),
    "option.database": (
        "PostgreSQL thay cho thư mục dữ liệu (DUNGHEN_DATABASE_URL)",
        "PostgreSQL instead of the data folder (DUNGHEN_DATABASE_URL)",
    ),
    "option.lang": (
        "ngôn ngữ: vi (mặc định) hoặc en (DUNGHEN_LANG)",
        "language: vi (default) or en (DUNGHEN_LANG)",
    ),
    "option.policy": (
        "bộ quy định (DUNGHEN_POLICY; mặc định national)",
        "policy preset (DUNGHEN_POLICY; default national)",
    ),
    "option.debug": ("khi có lỗi thì hiện đầy đủ chi tiết", "show the full traceback of an error"),
    "option.json": (
        "in đúng một tài liệu JSON ra đầu ra chuẩn",
        "print exactly one JSON document on stdout",
    ),
    "option.as_of": ("tính đến T (theo lúc việc xảy ra)", "as of T (by when things happened)"),
    "option.known_at": ("theo những gì đã ghi nhận đến K", "by what had been recorded at K"),
    "option.code": ("mã hồ sơ", "dossier code"),
    "option.paths": (
        "tệp, thư mục, mẫu tên hoặc - (đầu vào chuẩn)",
        "file, directory, pattern or - (standard input)",
    ),
    "option.format": (
        "dạng tệp: auto (mặc định), events, register, sync, igate",
        "format: auto (default), events, register, sync, igate",
    ),
    "option.source": ("nguồn của các sự kiện, một URI", "source of the events, a URI"),
    "option.recorded_at": (
        "thời điểm ghi nhận cho sự kiện không có (mặc định: bây giờ)",
        "time of recording for events without one (default: now)",
    ),
    "option.dry_run": ("chỉ đọc và kiểm tra, không ghi gì", "read and check only, store nothing"),
    "option.rejects": (
        "ghi mọi dòng bị từ chối vào tệp này, lý do bằng ngôn ngữ đang dùng",
        "write every refused line to this file, with the reason in the language in use",
    ),
    "option.rule": ("quy tắc; lặp lại được", "a rule; may be repeated"),
    "option.unit": ("đơn vị, gồm các đơn vị trực thuộc", "a unit, with the units below it"),
    "option.officer": ("mã cán bộ", "an officer's id"),
    "option.severity": (
        "mức độ: 0 lưu ý, 1 nhẹ, 2 nặng, 3 nghiêm trọng",
        "severity: 0 note, 1 minor, 2 major, 3 critical",
    ),
    "option.dossier": ("mã hồ sơ", "a dossier code"),
    "option.count_by": (
        "chỉ đếm, theo rule, unit hoặc officer",
        "count only, by rule, unit or officer",
    ),
    "option.limit": (
        "số dòng nhiều nhất (mặc định 100)",
        "at most this many rows (default 100)",
    ),
    "option.cursor": (
        "đọc tiếp từ đây (xem cuối lần đọc trước)",
        "go on from here (see the end of the last answer)",
    ),
    "option.kind": (
        "units, officers, coverage hoặc feedback",
        "units, officers, coverage or feedback",
    ),
    "option.period_of_finding": (
        "phát sinh trong kỳ, gồm cả hai ngày: 2026-01-01..2026-06-30, hoặc 2026-03, hoặc 2026",
        "begun in the period, both dates included: 2026-01-01..2026-06-30, or 2026-03, or 2026",
    ),
    "option.period": (
        "kỳ báo cáo, gồm cả hai ngày: 2026-01-01..2026-06-30, hoặc 2026-03, hoặc 2026",
        "the period, both dates included: 2026-01-01..2026-06-30, or 2026-03, or 2026",
    ),
    "option.clock": (
        "tính theo legal (pháp luật, mặc định), portal (Cổng DVCQG) hay qd766",
        "by the legal clock (default), the portal's or qd766",
    ),
    "option.keep": ("giữ thế hệ cũ (mặc định)", "keep the old generation (default)"),
    "option.drop_old": (
        "xóa các thế hệ cũ hơn trước khi dựng, và thế hệ vừa thay sau khi chuyển",
        "delete older generations before filling, and the one that was replaced after switching",
    ),
    "option.back": (
        "trở lại thế hệ trước còn giữ, sau khi cập nhật nó; không dựng lại gì",
        "go back to the generation that was kept, brought up to date; nothing is rebuilt",
    ),
    "option.room": (
        "số GB còn trống ở máy chủ cơ sở dữ liệu, khi từ đây không thấy được",
        "GB that the database server's disk has left, where that cannot be seen from here",
    ),
    "option.action": ("show hoặc forget", "show or forget"),
    "option.dead_letters": (
        "list (mặc định), show, retry, drop hoặc export",
        "list (default), show, retry, drop or export",
    ),
    "option.letter": (
        "bản tin: topic-phân_vùng-vị_trí, hoặc chỉ phân_vùng-vị_trí; với export: tệp",
        "letters: topic-partition-offset, or only partition-offset; for export: a file",
    ),
    "option.every_letter": (
        "retry: mọi bản tin đang chờ; list: cả bản tin đã nhận lại và đã bỏ",
        "retry: all that wait; list: retried and dropped ones too",
    ),
    "option.yes_drop": (
        "xác nhận việc bỏ bản tin, không hoàn lại được",
        "confirm the dropping, which cannot be undone",
    ),
    "option.undelivered": (
        "list (mặc định), show, retry hoặc drop",
        "list (default), show, retry or drop",
    ),
    "option.notice": (
        "thông báo: nơi_nhận-số; hoặc phần đầu của nơi nhận, hoặc chỉ số, nếu đủ phân biệt",
        "notices: receiver-number; the beginning of the receiver, or the number alone, where that is enough",
    ),
    "option.every_notice": (
        "retry: mọi thông báo đang chờ; list: cả thông báo đã gửi được và đã bỏ",
        "retry: all that wait; list: delivered and dropped ones too",
    ),
    "option.yes_drop_notice": ("xác nhận không gửi nữa", "confirm that they need not be sent"),
    "option.yes": (
        "xác nhận việc xóa, không hoàn lại được",
        "confirm the deletion, which cannot be undone",
    ),
}

"""The texts of the OpenAPI document in Vietnamese, by what they say in English beside routes and shapes.

Knows words; those of statuses are the titles of problems. A test demands each text that the document has.
"""

from typing import Final

from infra.language._words_access import ACCESS
from infra.language._words_problems import PROBLEMS

VIETNAMESE: Final[dict[str, str]] = {
    "Which dossiers are late, since when, by which article, and who answers for it.": (
        "Hồ sơ nào trễ hẹn, từ khi nào, theo điều nào, ai chịu trách nhiệm."
    ),
    # ── routes ──
    "Every event of a dossier, in view at (T, K) or not, and the judgement": (
        "Mọi sự kiện của một hồ sơ, được tính hay không tại (T, K), và kết luận"
    ),
    "The judgement of a dossier at (T, K): clocks day by day, custody, shares, letter, findings with their articles": (
        "Kết luận về một hồ sơ tại (T, K): thời hạn theo từng ngày, người giữ hồ sơ, tỷ phần, thư xin lỗi, vi phạm kèm điều khoản"
    ),
    "The findings that hold at (T, K), in the order of dossier and rule; a cursor neither repeats nor skips": (
        "Các vi phạm đang có tại (T, K), theo thứ tự hồ sơ và quy tắc; con trỏ không lặp và không bỏ sót"
    ),
    "The units registered at (T, K), each with the one above it, in the order of their codes": (
        "Các đơn vị đã đăng ký tại (T, K), kèm đơn vị cấp trên, theo thứ tự mã"
    ),
    "The official counts (JUDGEMENT 10), by unit, software use or petitions: a row for each unit, all at once": (
        "Số liệu chính thức (JUDGEMENT 10) theo đơn vị, mức dùng phần mềm hoặc phản ánh: mỗi đơn vị một dòng, trả về tất cả"
    ),
    "What officers held and answer for (JUDGEMENT 10), the largest share of lateness first": (
        "Cán bộ đã giữ những gì và chịu trách nhiệm phần nào (JUDGEMENT 10), ai có phần trễ hạn lớn nhất đứng trước"
    ),
    "A finding with its dossier's days: where they are in no order, it rests on a slip most likely.": (
        "Một vi phạm kèm các ngày của hồ sơ: khi các ngày mâu thuẫn nhau, rất có thể do ghi nhầm."
    ),
    "Every rule with its articles": "Mọi quy tắc kèm điều khoản",
    "With T or K only the rules and articles in force at T, and the policy that judges by them.": (
        "Khi có T hoặc K: chỉ những quy tắc và điều khoản có hiệu lực tại T, và bộ quy định được áp dụng."
    ),
    "Take CloudEvents in: one, structured or binary, or a batch": (
        "Nhận CloudEvents: một sự kiện, dạng structured hoặc binary, hay một lô"
    ),
    (
        "Each is answered for by itself, in their order. What is accepted is stored in one transaction, all of it or, when the answer is"
        " a problem, nothing; sent again, it is `duplicate`. What is `refused` was not stored, and keeps none of its neighbours out."
    ): (
        "Mỗi sự kiện được trả lời riêng, theo đúng thứ tự gửi. Những sự kiện được nhận (`accepted`) lưu trong một giao dịch: tất cả hoặc,"
        " khi câu trả lời là một lỗi, không sự kiện nào; gửi lại thì là `duplicate`. Sự kiện bị từ chối (`refused`) không được lưu và"
        " không cản các sự kiện khác."
    ),
    "Findings that open and cease, as they do: `violation.opened`, `violation.ceased`, in the order of commits": (
        "Vi phạm phát sinh và chấm dứt, ngay khi xảy ra: `violation.opened`, `violation.ceased`, theo thứ tự ghi nhận"
    ),
    (
        "`Last-Event-ID` (or `after`) goes on behind that id, with all that came since; without it the stream begins now, with `snapshot`"
        " after those that hold (`violation.holds`). The event `restarted` says that the feed has begun anew: what was seen before is to"
        " be asked for again."
    ): (
        "`Last-Event-ID` (hoặc `after`) đọc tiếp sau mã đó, đủ mọi điều đã có từ đó; không có thì luồng bắt đầu từ bây giờ, và với"
        " `snapshot` thì sau các vi phạm đang có (`violation.holds`). Sự kiện `restarted` báo rằng luồng đã bắt đầu lại: cần truy vấn lại những gì đã nhận"
        " trước đó."
    ),
    "`Last-Event-ID` (or `after`) goes on behind that id, with the present row of every unit that has changed since.": (
        "`Last-Event-ID` (hoặc `after`) đọc tiếp sau mã đó, với dòng hiện tại của mọi đơn vị đã đổi từ đó."
    ),
    (
        "An id names a judgement: behind `Last-Event-ID` (or `after`) comes the present one, unless it is that. Minutes that grow make no"
        " new one."
    ): (
        "Mỗi mã chỉ một kết luận: sau `Last-Event-ID` (hoặc `after`) là kết luận hiện tại, trừ khi vẫn là kết luận đó. Số phút tăng thêm"
        " không làm thành kết luận mới."
    ),
    "The present state first, ended by `snapshot.end`, then what changes from exactly there. An id goes before it.": (
        "Trước hết là tình hình hiện tại, kết thúc bằng `snapshot.end`, rồi những gì đổi từ đúng lúc đó. Nếu có mã thì theo mã."
    ),
    "The dossiers that are open at (T, K): how many, of which class, due when; and a page of one part, the earliest due first": (
        "Hồ sơ đang giải quyết tại (T, K): bao nhiêu, thuộc loại nào, khi nào đến hạn; và một trang của một phần, đến hạn sớm nhất trước"
    ),
    "The dossiers behind a figure of the reports: those received in the period, by the filters of the page `/ho-so`": (
        "Các hồ sơ làm nên một số liệu của báo cáo: hồ sơ tiếp nhận trong kỳ, lọc như trang `/ho-so`"
    ),
    "In one of these states of the clock.": "Ở một trong các trạng thái này theo cách tính đã chọn.",
    "Whose letter of apology is owed; of those: how it was sent.": "Hồ sơ phải có thư xin lỗi; trong đó: thư được gửi thế nào.",
    (
        "Overdue by law and not on the portal, or the other way round: the portal as known at K, the law by all"
        " that is known."
    ): (
        "Quá hạn theo pháp luật mà Cổng không báo, hoặc ngược lại: Cổng theo dữ liệu ghi nhận đến K, pháp luật theo mọi dữ liệu đã có."
    ),
    "In process within limit, and due on that day by law.": "Đang giải quyết trong hạn, đến hạn vào ngày đó theo pháp luật.",
    "The month in which it ended.": "Tháng hồ sơ kết thúc.",
    "Accepted in the period, not carried over from before.": "Tiếp nhận trong kỳ, không phải kỳ trước chuyển sang.",
    "Accepted by an information system; false: on paper only.": "Tiếp nhận trên phần mềm; false: chỉ trên giấy.",
    "Of units that declared how much they took in.": "Của đơn vị đã kê khai số tiếp nhận.",
    "The unit's own, none of those below it.": "Của riêng đơn vị, không gồm đơn vị trực thuộc.",
    "Held for a time by that unit, assigned to nobody.": "Có lúc đơn vị đó giữ mà chưa phân công cho ai.",
    "How many there are on the pages before.": "Số dòng ở các trang trước.",
    "What each clock says of a dossier.": "Mỗi cách tính kết luận gì về hồ sơ.",
    "Who has a dossier, or had it last.": "Ai đang giữ hồ sơ, hoặc giữ sau cùng.",
    "A dossier behind a figure of the reports.": "Một hồ sơ làm nên số liệu của báo cáo.",
    "A page of the dossiers behind a figure.": "Một trang hồ sơ làm nên một số liệu.",
    "When it reached the citizen; null where nothing on record shows that it did.": "Đến người dân lúc nào; null nếu không có gì chứng minh.",
    "By which way it was sent.": "Gửi bằng cách nào.",
    "An officer's part in the dossiers that were open in the period, and a page of the cases behind a figure": (
        "Phần của một cán bộ trong các hồ sơ mở trong kỳ, và một trang danh sách hồ sơ của số liệu đó"
    ),
    "Who asks, in which role, and what a page of ours sends along when it changes something (`X-CSRF-Token`)": (
        "Ai đang truy cập, với vai trò nào, và mã mà trang của hệ thống gửi kèm khi thay đổi điều gì (`X-CSRF-Token`)"
    ),
    "Who applied, in clear": "Người nộp hồ sơ, ở dạng rõ",
    "That it was read, by whom and why, is put on record before it is told.": (
        "Việc đọc, ai đọc và vì sao, được ghi lại trước khi trả lời."
    ),
    "Who read personal data and why, who signed in, what was administered: the newest first": (
        "Ai đã đọc dữ liệu cá nhân và vì sao, ai đăng nhập, việc quản trị nào: mới nhất trước"
    ),
    "Every token, without its secret": "Mọi mã truy cập, không kèm bí mật",
    "A new token": "Mã truy cập mới",
    "Its secret is told in this answer and never again.": (
        "Bí mật chỉ có trong câu trả lời này, không bao giờ lặp lại."
    ),
    "Revoke a token; from now on nobody asks with it": (
        "Thu hồi một mã truy cập; từ nay mã đó không còn dùng được"
    ),
    "Every session that is open, without its secret": "Mọi phiên đăng nhập đang mở, không kèm bí mật",
    "End somebody's session; from now on nobody asks with it": (
        "Kết thúc phiên đăng nhập của một người; từ nay phiên đó không còn dùng được"
    ),
    "Who ended it and why is put on record.": "Ai kết thúc và vì sao được ghi lại.",
    "Names the statement: sent again under the same key it is answered the same and stored once.": "Tên của lần ghi: gửi lại cùng khóa thì trả lời như cũ và chỉ lưu một lần.",
    "Seconds to wait for the tables to have it; `projected` says whether they do.": "Số giây chờ các bảng có sự kiện đó; `projected` cho biết đã có chưa.",
    "States a fact of a dossier: what happened, when (`time`) and who did it (`actor`)": "Ghi một sự việc của hồ sơ: việc gì, khi nào (`time`), ai làm (`actor`)",
    "It is recorded, and answered with `{dossier, version, position}` and the `warnings`: the findings that it brings about, with article and severity.": "Sự việc được ghi lại, trả lời `{dossier, version, position}` và `warnings`: các vi phạm phát sinh, kèm điều khoản và mức độ.",
    "The dossier has changed": "Hồ sơ đã thay đổi",
    "The judgement of a dossier whenever it is another: `judgement`, with what `explain` says and the version it is of": "Kết luận về một hồ sơ mỗi khi đổi: `judgement`, với nội dung của `explain` và phiên bản của hồ sơ",
    "The rows of `/reports/units` whose counts have changed, with those of the units above: `units`, twice a second at most": "Các dòng của `/reports/units` có số liệu đổi, gồm các đơn vị cấp trên: `units`, nhiều nhất hai lần mỗi giây",
    "When it happened, with its offset.": "Xảy ra lúc nào, kèm múi giờ.",
    "Who signed a letter, and as what.": "Ai ký thư, với chức vụ gì.",
    # ── what is stated ──
    "The fact's own fields, as docs/events.md says for its type, and when it happened.": (
        "Các trường của sự việc, theo docs/events.md cho loại đó, và xảy ra lúc nào."
    ),
    "A processing time limit (thời hạn giải quyết): `amount` >= 0 of `unit`; 0 hours says nothing and is refused.": (
        "Thời hạn giải quyết: `amount` >= 0 theo đơn vị `unit`; 0 giờ không có ý nghĩa và bị từ chối."
    ),
    "Personal data under the dossier's own key: base64 of nonce and AES-256-GCM ciphertext.": (
        "Dữ liệu cá nhân mã hóa bằng khóa riêng của hồ sơ: base64 của nonce và bản mã AES-256-GCM."
    ),
    "The citizen (người nộp). Personal data: never stored, logged or projected in clear.": (
        "Người nộp hồ sơ. Dữ liệu cá nhân: không bao giờ lưu, ghi nhật ký hay đưa vào bảng ở dạng rõ."
    ),
    "The paper that proves a fact (văn bản): number, date, address and digest, all optional.": (
        "Văn bản chứng minh sự việc: số, ngày, địa chỉ và mã băm, đều không bắt buộc."
    ),
    "The unit whose opinion is asked (đơn vị phối hợp).": "Đơn vị phối hợp được lấy ý kiến.",
    "To whom a dossier is handed over: a unit, and an officer where one is named.": (
        "Chuyển hồ sơ cho ai: một đơn vị, và cán bộ nếu có nêu."
    ),
    "Who did it (người thực hiện): `officer` is a stable id, not a name; `unit` is a unit code.": (
        "Người thực hiện: `officer` là mã không đổi, không phải tên; `unit` là mã đơn vị."
    ),
    (
        "The version of the dossier that it is said of: `Dossier-Version` of an answer about it, or the `ETag` of either kind of answer,"
        " which begins with it. `*` or none: of any."
    ): (
        "Phiên bản của hồ sơ mà lần ghi dựa vào: `Dossier-Version` của câu trả lời về hồ sơ, hoặc `ETag` của câu hỏi hay của lệnh, vốn bắt"
        " đầu bằng phiên bản. `*` hoặc không ghi: bất kỳ phiên bản nào."
    ),
    # ── parameters ──
    "Who holds them.": "Người đang giữ.",
    "Which of them are listed.": "Liệt kê phần nào.",
    "Which of the cases are listed.": "Liệt kê những hồ sơ nào.",
    "Only what he held and answers for in that unit, as a row of the report of officers is.": (
        "Chỉ tính những gì cán bộ giữ và chịu trách nhiệm tại đơn vị đó, như một dòng của báo cáo cán bộ."
    ),
    "Why; it is put on record with who asked.": "Lý do; được ghi lại cùng người yêu cầu.",
    "A unit, with all that lie below it.": "Một đơn vị, gồm các đơn vị trực thuộc.",
    "An instant with its offset, or a date, which stands for its end; now when not given.": (
        "Một thời điểm kèm múi giờ, hoặc một ngày (nghĩa là hết ngày đó); không ghi là bây giờ."
    ),
    "As printed on the slip.": "Như in trên giấy tiếp nhận.",
    "As the header `Last-Event-ID`, for the first time.": "Như tiêu đề `Last-Event-ID`, cho lần đầu.",
    "Counts instead of rows.": "Đếm thay vì liệt kê.",
    "Of one dossier.": "Của một hồ sơ.",
    "Of these rules only.": "Chỉ của các quy tắc này.",
    "Of this level only.": "Chỉ của cấp này.",
    "Of this severity only.": "Chỉ của mức độ này.",
    "Rows on a page: 100 when not given; of CSV and XLSX all.": (
        "Số dòng một trang: không ghi là 100; với CSV và XLSX là tất cả."
    ),
    "Rows on a page: 10,000 when not given, because each page costs as much as all of them; of CSV and XLSX all.": (
        "Số dòng một trang: không ghi là 10.000, vì lập một trang tốn như lập cả danh sách; với CSV và XLSX là tất cả."
    ),
    "The form of the answer; else the one that `Accept` prefers.": (
        "Dạng của câu trả lời; không ghi thì theo `Accept`."
    ),
    "The language of the answer; else the one that `Accept-Language` prefers.": (
        "Ngôn ngữ của câu trả lời; không ghi thì theo `Accept-Language`."
    ),
    (
        "For whom CSV and XLSX are. `names`, for people: headings and words in the reader's language, in XLSX days and"
        " percentages to calculate with. `ids`, for programs: ids that never change above the columns, and the texts of the JSON."
    ): (
        "CSV và XLSX dành cho ai. `names`, cho người đọc: tên cột và từ ngữ theo ngôn ngữ người đọc, trong XLSX ngày và tỷ lệ"
        " tính toán được. `ids`, cho chương trình: mã cột không bao giờ đổi, nội dung đúng như JSON."
    ),
    "Which clock counts.": "Tính theo cách nào.",
    "Who answers for them.": "Người chịu trách nhiệm.",
    "`A..B`, both included; a month, a year.": "`A..B`, kể cả hai đầu; một tháng; một năm.",
    "`next` of the page before.": "`next` của trang trước.",
    # ── responses ──
    "The answer.": "Kết quả trả về.",
    "The answer is still the one that the tag names.": "Kết quả không thay đổi so với thẻ đã nêu.",
    "Successful Response": "Thành công",
    "For `If-None-Match`. Strong where T and K are both given, else weak: made of all but the clock's instants.": (
        "Cho `If-None-Match`. Thẻ mạnh khi có cả T và K, nếu không là thẻ yếu: lập từ mọi điều trừ thời điểm của đồng hồ."
    ),
    "The version of the dossier, as `If-Match` of a command takes it.": (
        "Phiên bản của hồ sơ, đúng dạng mà `If-Match` của một lệnh nhận."
    ),
    'Where the page behind is (`rel="next"`), if there is one.': (
        'Địa chỉ của trang sau (`rel="next"`), nếu có.'
    ),
    "Of CSV and XLSX: a name for the file.": "Của CSV và XLSX: tên tệp.",
    "Of CSV and XLSX: T.": "Của CSV và XLSX: T.",
    "Of CSV and XLSX: K.": "Của CSV và XLSX: K.",
    "Of CSV and XLSX: `complete` of the answer.": "Của CSV và XLSX: `complete` của câu trả lời.",
    "Of CSV and XLSX: `calendar_complete` of the answer.": (
        "Của CSV và XLSX: `calendar_complete` của câu trả lời."
    ),
    "Of CSV and XLSX: how many rows it has.": "Của CSV và XLSX: số dòng.",
    # ── problems ──
    "A problem as the document describes it (RFC 9457).": "Một lỗi theo RFC 9457.",
    "The page that tells what the code means.": "Trang giải thích ý nghĩa của mã lỗi.",
    "The status in words.": "Trạng thái bằng lời.",
    "Stable: programs test this, not the sentence.": "Không đổi: chương trình xét mã này, không xét câu chữ.",
    "What is wrong, where, and what to do.": "Lỗi gì, ở đâu và cách khắc phục.",
    "The path that was asked.": "Đường dẫn được yêu cầu.",
    # ── shapes ──
    "T: judged as things stood then.": "T: kết luận theo tình hình lúc đó.",
    "K: by what was recorded up to then.": "K: theo những gì đã ghi nhận đến lúc đó.",
    "Whether every event of the log is in it; false: ask again in a moment.": (
        "Đã tính mọi sự kiện trong nhật ký hay chưa; false: hãy thử lại sau giây lát."
    ),
    "Whether the calendar covers every date that it rests on.": (
        "Lịch làm việc có đủ mọi ngày cần tính hay không."
    ),
    "With two decimals; null where there is nothing to be a part of.": (
        "Hai chữ số thập phân; null khi không có gì để chia."
    ),
    "Office minutes.": "Phút làm việc.",
    "An article that a rule rests on.": "Điều khoản làm căn cứ của quy tắc.",
    "Somebody who answers for a finding.": "Người chịu trách nhiệm về một vi phạm.",
    "An officer's id; null where none is known.": "Mã cán bộ; null khi không rõ.",
    "A finding that holds.": "Một vi phạm đang có.",
    "The code of the dossier, as printed.": "Mã hồ sơ như in trên giấy.",
    "The unit that the dossier belongs to.": "Đơn vị giải quyết hồ sơ.",
    "The rule in the reader's language.": "Tên quy tắc theo ngôn ngữ người đọc.",
    "0 note, 1 minor, 2 major, 3 critical.": "0 lưu ý, 1 nhẹ, 2 nặng, 3 nghiêm trọng.",
    "The ids of the events that prove it.": "Mã các sự kiện chứng minh.",
    "What is wrong, in the reader's language.": "Nội dung vi phạm, theo ngôn ngữ người đọc.",
    "A page of findings.": "Một trang vi phạm.",
    "How many there are on all pages.": "Tổng số trên mọi trang.",
    "The cursor of the page behind; null on the last.": "Con trỏ của trang sau; null ở trang cuối.",
    "How many findings have this in common.": "Số vi phạm có chung điều này.",
    "Findings counted, the most first.": "Số lượng vi phạm, nhiều nhất trước.",
    "What a clock says of a dossier.": "Kết luận về hồ sơ theo một cách tính.",
    "A date stands for its end.": "Một ngày nghĩa là hết ngày đó.",
    "A day of the legal deadline.": "Một ngày trong thời hạn theo luật.",
    "Which day it is of those that count.": "Là ngày thứ mấy trong các ngày được tính.",
    "Why it counts or not: a stable code.": "Lý do được tính hay không: mã không thay đổi.",
    "The same of the legal clock, with its reckoning day by day.": (
        "Như trên, theo luật, kèm cách tính từng ngày."
    ),
    "Of the three clocks: the law's, the portal's, that of Decision 766.": (
        "Theo ba cách tính: luật, cổng dịch vụ công, Quyết định 766."
    ),
    "The letter of apology: whether one was owed, and sent.": (
        "Thư xin lỗi: có phải gửi không, đã gửi chưa."
    ),
    "Who held the dossier, and how long.": "Ai giữ hồ sơ, trong bao lâu.",
    "A part of the lateness.": "Một phần của thời gian chậm.",
    "The judgement of a dossier with its reasons.": "Kết luận về một hồ sơ kèm lý do.",
    "When time alone will change the judgement next.": (
        "Thời điểm kết luận tự thay đổi lần tới nếu không có sự kiện mới."
    ),
    "Names of the units, officers and the procedure by their codes.": (
        "Tên các đơn vị, cán bộ và thủ tục theo mã."
    ),
    "Who did it.": "Ai thực hiện.",
    "An event of the log.": "Một sự kiện trong nhật ký.",
    "Its number in the dossier.": "Số thứ tự trong hồ sơ.",
    "When it happened.": "Xảy ra lúc nào.",
    "When it was recorded.": "Ghi nhận lúc nào.",
    "Whether the source says when it was recorded, or it is taken to be the time of import.": (
        "Nguồn có cho biết lúc ghi nhận, hay lấy thời điểm nhập."
    ),
    "As docs/events.md says for its type.": "Theo docs/events.md cho từng loại.",
    "Whether it counts at (T, K).": "Có được tính tại (T, K) không.",
    "SHA-256 over the event and the one before: the chain.": (
        "SHA-256 trên sự kiện này và sự kiện trước: chuỗi băm."
    ),
    "Every event of a dossier, and the judgement.": "Mọi sự kiện của một hồ sơ, và kết luận.",
    "Two days, both included; null: all dates.": "Hai ngày, kể cả hai; null: mọi ngày.",
    "Dossiers received; the channels are of those received in the period.": (
        "Hồ sơ tiếp nhận; các kênh tính trên số tiếp nhận trong kỳ."
    ),
    "Dossiers resolved.": "Hồ sơ đã giải quyết.",
    "Dossiers that are open.": "Hồ sơ đang giải quyết.",
    "Rates with both denominators.": "Tỷ lệ trên cả hai mẫu số.",
    "Letters of apology.": "Thư xin lỗi.",
    "How much of what was received is recorded: without it a rate says nothing.": (
        "Bao nhiêu hồ sơ tiếp nhận đã có trên phần mềm: không có số này thì tỷ lệ không có ý nghĩa."
    ),
    "The counts of section 10.": "Các số liệu của mục 10.",
    "A rule over units that a unit breaks.": "Quy tắc về đơn vị mà đơn vị vi phạm.",
    "A unit's counts, with those of the units below it.": (
        "Số liệu của một đơn vị, gồm các đơn vị trực thuộc."
    ),
    "The report `units`.": "Báo cáo `units`.",
    "Dossiers that are counted nowhere: none, or a fault.": (
        "Hồ sơ không được đếm vào đâu: không có, hoặc là lỗi."
    ),
    "What an officer held and answers for.": "Hồ sơ cán bộ đã giữ và phần trách nhiệm.",
    "Their part of lateness, in office minutes.": "Phần chậm phải chịu, tính bằng phút làm việc.",
    "Rule: how many findings.": "Quy tắc: số vi phạm.",
    "The report `officers`: a page of them.": "Báo cáo `officers`: một trang.",
    "A unit's use of the software.": "Mức dùng phần mềm của một đơn vị.",
    "The report `coverage`.": "Báo cáo `coverage`.",
    "Petitions and what came of them.": "Phản ánh, kiến nghị và kết quả.",
    "The petitions about a unit and those below it.": (
        "Phản ánh, kiến nghị về một đơn vị và các đơn vị trực thuộc."
    ),
    "The report `feedback`.": "Báo cáo `feedback`.",
    "A registered unit.": "Một đơn vị đã đăng ký.",
    "The unit above it.": "Đơn vị cấp trên.",
    "The officer who heads it.": "Cán bộ đứng đầu.",
    "A page of units.": "Một trang đơn vị.",
    "A rule of the catalogue.": "Một quy tắc trong danh mục.",
    "Why a person's data are read, or a session is ended.": "Lý do đọc dữ liệu cá nhân, hay kết thúc một phiên.",
    "The catalogue of rules; of one moment where T or K is given.": (
        "Danh mục quy tắc; của một thời điểm khi có T hoặc K."
    ),
    "What a dossier accepted then is judged under.": "Văn bản áp dụng cho hồ sơ tiếp nhận lúc đó.",
    "The policy that judges by it.": "Bộ quy định được áp dụng.",
    "A token to be made.": "Mã truy cập sẽ tạo.",
    "The days that are meant.": "Các ngày làm mốc.",
    "How many fall due by when.": "Số hồ sơ đến hạn theo từng mốc.",
    "An open dossier, and who holds it.": "Hồ sơ đang giải quyết, và người giữ.",
    "Open dossiers, and a page of one part of them.": "Hồ sơ đang giải quyết, và một trang của một phần.",
    "An officer's cases by what came of them.": "Hồ sơ của một cán bộ theo kết quả.",
    "Those that he held.": "Những hồ sơ cán bộ đã giữ.",
    "The unit whose dossiers are counted; null: of all.": "Chỉ tính hồ sơ của đơn vị này; null: mọi đơn vị.",
    "The unit in which he held them; null: in any.": "Chỉ tính phần giữ tại đơn vị này; null: mọi nơi.",
    "When the step of who holds it is used up; null without a limit, or while it waits.": (
        "Khi nào hết hạn xử lý của người đang giữ; null khi bước không có thời hạn, hoặc khi hồ sơ đang chờ."
    ),
    "Until it is due; null where it is not in time.": "Đến ngày hẹn trả; null khi không còn trong hạn.",
    "A dossier that an officer held or answers for.": (
        "Hồ sơ mà cán bộ đã giữ hoặc chịu trách nhiệm."
    ),
    "An officer's part, and a page of the cases behind it.": (
        "Phần của một cán bộ, và một trang danh sách hồ sơ liên quan."
    ),
    "Where the fact is, and what it brings about.": "Sự việc nằm ở đâu, và làm phát sinh điều gì.",
    "Its number in the log.": "Số thứ tự trong nhật ký.",
    "Its number in the log; of new ones.": "Số thứ tự trong nhật ký; của sự kiện mới.",
    "The record that it is in.": "Bản ghi chứa sự kiện.",
    "The id of the event, made from the key.": "Mã sự kiện, lập từ khóa.",
    "The findings that the fact brings about.": "Các vi phạm phát sinh từ sự việc.",
    "With `wait`: whether the tables have it by now.": "Với `wait`: các bảng đã có chưa.",
    "Who applied, as the dossier says.": "Người nộp hồ sơ, theo hồ sơ.",
    "The applicant of a dossier; null: none is known, or the person was erased.": (
        "Người nộp của một hồ sơ; null: không rõ, hoặc dữ liệu cá nhân đã xóa."
    ),
    "Whether any source named one: true and no `applicant` where the person was erased.": (
        "Có nguồn nào ghi người nộp hay không; true mà không có `applicant` là dữ liệu cá nhân đã xóa."
    ),
    "Something that is on record.": "Một việc đã được ghi nhận.",
    "What was done: a stable code.": "Loại việc: mã không thay đổi.",
    "A dossier's code, the id of a token or of a session.": "Mã hồ sơ, mã của một mã truy cập hay một phiên.",
    "Which one of that name; null: of the command line.": "Người nào trong những người cùng tên; null: từ dòng lệnh.",
    "A page of what is on record, the newest first.": "Một trang những việc đã ghi lại, mới nhất trước.",
    "A token, without its secret.": "Một mã truy cập, không kèm bí mật.",
    "Its id.": "Mã nhận diện.",
    "Where the role is over one.": "Khi vai trò gắn với một đơn vị hoặc cán bộ.",
    "Neither revoked nor expired.": "Chưa bị thu hồi, chưa hết hạn.",
    "All tokens, in the order in which they were made.": "Mọi mã truy cập, theo thứ tự tạo.",
    "A token that was made.": "Mã truy cập đã tạo.",
    "What is sent as `Authorization: Bearer …`.": "Gửi trong `Authorization: Bearer …`.",
    "Whether a token was revoked now.": "Mã truy cập có được thu hồi lần này không.",
    "False: it was before.": "false: đã như vậy từ trước.",
    "A session that is open, without its secret.": "Một phiên đăng nhập đang mở, không kèm bí mật.",
    "Which one of that name.": "Người nào trong những người cùng tên.",
    "When it is over in any case; sooner when it is idle.": "Khi nào phiên chắc chắn hết; sớm hơn nếu không dùng.",
    "All sessions that are open, the newest first.": "Mọi phiên đăng nhập đang mở, mới nhất trước.",
    "Whether a session was ended now.": "Phiên có được kết thúc lần này không.",
    "Who asks.": "Người đang truy cập.",
    "Of a session: what `X-CSRF-Token` takes.": "Của một phiên: giá trị cho `X-CSRF-Token`.",
    "Where to sign in; null where nobody can.": "Đăng nhập ở đâu; null khi không có đăng nhập.",
    "A fact as a CloudEvent 1.0.": "Một sự việc theo CloudEvents 1.0.",
    "With `source` it names the event: sent again, it is a duplicate.": (
        "Cùng `source` định danh sự kiện: gửi lại được coi là trùng."
    ),
    "The system that reports it.": "Hệ thống báo sự kiện.",
    "What it is about: a dossier's code, a unit's.": "Đối tượng: mã hồ sơ, mã đơn vị.",
    "One event, structured, or a batch; or its data alone, with the attributes in headers (`ce-id` and so on).": (
        "Một sự kiện dạng structured, hoặc một lô; hoặc chỉ nội dung, thuộc tính nằm ở tiêu đề (`ce-id`, …)."
    ),
    "What came of an event.": "Kết quả của một sự kiện.",
    "Of a refusal: stable, for programs.": "Khi bị từ chối: mã không đổi, cho chương trình.",
    "Of a refusal: what is wrong and what to do.": "Khi bị từ chối: lỗi gì và cách khắc phục.",
    "What came of each event, in their order.": "Kết quả của từng sự kiện, theo thứ tự.",
} | {
    english: vietnamese
    for key, (vietnamese, english) in (ACCESS | PROBLEMS).items()
    if key.removeprefix("problem.").isdigit()
}

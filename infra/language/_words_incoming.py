"""Refusals of messages from Kafka, and of what is asked about those that wait: English with its blanks -> Vietnamese.

Knows no code. The first that fits is taken: the narrower stands before the wider.
"""

from typing import Final

INCOMING: Final[tuple[tuple[str, str], ...]] = (
    (
        (
            "the message could not be read for a fault of the program ({kind}): report it, and"
            " retry the message with a version that mends it"
        ),
        "Chương trình có lỗi khi đọc bản tin ({kind}); hãy báo lỗi, rồi nhận lại bằng bản đã sửa",
    ),
    (
        (
            "the fact could not be recorded for a fault of the program ({kind}): report it, and"
            " retry the message with a version that mends it"
        ),
        "Chương trình có lỗi khi ghi nhận ({kind}); hãy báo lỗi, rồi nhận lại bằng bản đã sửa",
    ),
    (
        "data holds no JSON number: {detail}",
        "data có số không ghi được bằng JSON",
    ),
    (
        "{name} is no date or instant (given: {given}): write a date such as {date} or an instant such as {example}",
        "{name} không phải là ngày hay thời điểm có thật (đã ghi: {given}); ghi ngày như {date} hoặc thời điểm như {example}",
    ),
    (
        "{name} is blank: give a code or name that can be seen",
        "{name} để trống; ghi mã hoặc tên nhìn thấy được",
    ),
    (
        "{name} is {n}: give 0 to {most}",
        "{name} là {n}; ghi từ 0 đến {most}",
    ),
    (
        "data.count is {given}: give the number of dossiers taken in, 0 or more",
        "data.count là {given}; ghi số hồ sơ đã tiếp nhận, từ 0 trở lên",
    ),
    (
        "period {given} is not like 2021-01/2021-04 or 2021-01-01/2021-04-30",
        "Kỳ {given} không đúng dạng 2021-01/2021-04 hoặc 2021-01-01/2021-04-30",
    ),
    ("period {given} ends before it begins", "Kỳ {given} kết thúc trước khi bắt đầu"),
    (
        "{kind} is nothing that {record} can hold",
        "{record} không chứa được sự kiện loại {kind}",
    ),
    (
        "event {id} is about {subject}, not {record}",
        "Sự kiện {id} là về {subject}, không phải {record}",
    ),
    ("{name} is missing", "Thiếu {name}"),
    (
        "the message has more than {n} bytes: one event a message",
        "Bản tin lớn hơn {n} byte; mỗi bản tin một sự kiện",
    ),
    (
        "the content type says {given}: write UTF-8",
        "Kiểu nội dung ghi {given}; dùng bảng mã UTF-8",
    ),
    (
        (
            "the content type is {given}: send one event a message, as application/cloudevents+json"
            " or with its attributes in headers"
        ),
        (
            "Kiểu nội dung là {given}; mỗi bản tin gửi một sự kiện, dạng application/cloudevents+json"
            " hoặc để thuộc tính ở header"
        ),
    ),
    (
        "the content type is {given}: the data must be JSON",
        "Kiểu nội dung là {given}; dữ liệu phải là JSON",
    ),
    (
        "the message is empty: send the event as its value, or its data with the attributes in headers",
        "Bản tin trống; gửi sự kiện làm giá trị, hoặc gửi data và để thuộc tính ở header",
    ),
    (
        "the value is not JSON ({detail}): send the event's data there, in UTF-8",
        "Giá trị không phải là JSON; gửi data của sự kiện ở đó, bảng mã UTF-8",
    ),
    (
        "the header {name} stands twice ({one}, {other}): send it once",
        "Header {name} có hai lần ({one}, {other}); chỉ gửi một lần",
    ),
    (
        "the header {name} is not UTF-8: encode it again",
        "Header {name} không phải là UTF-8; mã hóa lại",
    ),
    (
        (
            "a message of {topic}, partition {partition}, offset {offset}, is no event of the log ({detail}): only `dunghen relay`"
            " may write to this topic; facts of other systems go to the topic of facts"
        ),
        (
            "Bản tin của {topic}, phân vùng {partition}, vị trí {offset}, không phải là sự kiện của nhật ký; chỉ dunghen relay"
            " được ghi vào topic này, sự kiện của hệ thống khác gửi vào topic facts"
        ),
    ),
    # ── a question ──
    (
        "no dossier {code} in the log; check the code as printed on the slip",
        "Không có hồ sơ {code}; kiểm tra mã trên Giấy tiếp nhận",
    ),
    (
        "no unit {code}; check its code as registered, or as on the slip",
        "Không có đơn vị {code}; kiểm tra mã như đã đăng ký hoặc như trên Giấy tiếp nhận",
    ),
    (
        "{code} stands in several books: {books}; name the unit as well",
        "{code} có trong nhiều sổ: {books}; ghi thêm mã đơn vị",
    ),
    (
        "no dead letter {id}; `dunghen dead-letters` lists them",
        "Không có bản tin {id}; xem dunghen dead-letters",
    ),
    (
        "{id} is the place of several dead letters: {ids}; name the topic as well",
        "{id} là vị trí của nhiều bản tin: {ids}; ghi thêm tên topic",
    ),
    (
        "no notice {id}; `dunghen undelivered` lists them",
        "Không có thông báo {id}; xem dunghen undelivered",
    ),
    (
        "{id} names several notices: {ids}; name the receiver as well",
        "{id} chỉ nhiều thông báo: {ids}; ghi thêm nơi nhận",
    ),
    (
        "{names}: about a unit in a period, not about a dossier; `dunghen report units`, /reports/units and the page of the unit tell it",
        "{names}: quy tắc này xét cả đơn vị trong một kỳ, không xét từng hồ sơ; xem `dunghen report units`, /reports/units và trang của đơn vị",
    ),
    (
        "no rule {names}; `dunghen rules` lists them",
        "Không có quy tắc {names}; xem dunghen rules",
    ),
    (
        "{given} is no `next` of an earlier answer",
        "{given} không phải là chỗ đọc tiếp (--cursor) của lần đọc trước",
    ),
    (
        "there is no policy {name}: use one of {names}",
        "Không có bộ quy định {name}; chọn một trong: {names}",
    ),
    (
        "event {n} cannot be applied: {what}",
        "sự kiện {n} không áp dụng được: {what}",
    ),
    ("events {range} are missing", "thiếu các sự kiện {range}"),
    (
        "{names}: not parked; `dunghen parked` lists what is",
        "{names}: không bị dừng; xem dunghen parked",
    ),
)

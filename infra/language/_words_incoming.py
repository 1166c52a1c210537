"""Refusals of messages from Kafka, and of what is asked about those that wait: English with its blanks -> Vietnamese.

Knows no code. The first that fits is taken: the narrower stands before the wider.
"""

from typing import Final

INCOMING: Final[tuple[tuple[str, str], ...]] = (
    (
        "the message has more than {n} bytes: one event a message",
        "Thông điệp có hơn {n} byte; mỗi thông điệp một sự kiện",
    ),
    (
        "the content type says {given}: write UTF-8",
        "Kiểu nội dung ghi {given}; phải là UTF-8",
    ),
    (
        (
            "the content type is {given}: send one event a message, as application/cloudevents+json or with its attributes"
            " in headers"
        ),
        "Kiểu nội dung là {given}; gửi mỗi thông điệp một sự kiện, dạng application/cloudevents+json hoặc thuộc tính ở header",
    ),
    (
        "the content type is {given}: the data must be JSON",
        "Kiểu nội dung là {given}; dữ liệu phải là JSON",
    ),
    (
        "the message is empty: send the event as its value, or its data with the attributes in headers",
        "Thông điệp rỗng; gửi sự kiện làm giá trị, hoặc dữ liệu của nó với các thuộc tính ở header",
    ),
    (
        "the value is not JSON ({invalid}): send the event's data there, in UTF-8",
        "Giá trị không phải là JSON ({invalid}); gửi dữ liệu của sự kiện, bằng UTF-8",
    ),
    (
        "the header {name} stands twice ({one}, {other}): send it once",
        "Header {name} có hai lần ({one}, {other}); chỉ gửi một lần",
    ),
    (
        "the header {name} is not UTF-8: encode it again",
        "Header {name} không phải UTF-8; mã hóa lại",
    ),
    (
        (
            "a message of {topic}, partition {partition}, offset {offset}, is no event of the log ({missing}): only"
            " `dunghen relay` may write to this topic; facts of other systems go to the topic of facts"
        ),
        (
            "Thông điệp ở {topic}, phân vùng {partition}, vị trí {offset} không phải là sự kiện của nhật ký ({missing}); chỉ"
            " dunghen relay được ghi vào topic này, việc của hệ thống khác gửi vào topic facts"
        ),
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

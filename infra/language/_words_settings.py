"""What is wrong with a setting: each English sentence as a template, and the same sentence in Vietnamese.

Knows the sentences of `infra.settings.reading` and those who check more of a setting. Must not know when they are said.
"""

from typing import Final

SETTINGS: Final[tuple[tuple[str, str], ...]] = (
    # ── alone ──
    ("is not set, and this command needs it", "chưa được đặt mà lệnh này cần"),
    ("choose one of: {names}", "hãy chọn một trong: {names}"),
    ("a whole number is meant", "phải là số nguyên"),
    ("a number is meant", "phải là một số"),
    ("a number above {least} is meant", "phải là số lớn hơn {least}"),
    ("a number of {least} or more is meant", "phải là số từ {least} trở lên"),
    ("a number of {most} or less is meant", "phải là số không quá {most}"),
    ("an hour of the day is meant", "phải là giờ trong ngày"),
    ("true or false is meant", "phải là true hoặc false"),
    (
        "it has characters that cannot stand there, or is too long",
        "có ký tự không được dùng ở đây, hoặc quá dài",
    ),
    (
        "at least one is meant, with commas between them if there are more",
        "cần ít nhất một, nhiều hơn thì cách nhau bằng dấu phẩy",
    ),
    (
        "an address of the form host:port is meant, [host]:port for IPv6",
        "phải là địa chỉ dạng máy:cổng, với IPv6 là [máy]:cổng",
    ),
    (
        "an address of the form postgresql://user:password@host:port/name is meant",
        "phải là địa chỉ dạng postgresql://người-dùng:mật-khẩu@máy:cổng/tên",
    ),
    (
        "addresses that begin with https:// are meant, with commas between them",
        "phải là các địa chỉ bắt đầu bằng https://, cách nhau bằng dấu phẩy",
    ),
    (
        "an address that begins with https:// is meant",
        "phải là một địa chỉ bắt đầu bằng https://",
    ),
    ("an address without a path is meant", "phải là địa chỉ không kèm đường dẫn"),
    ("must have openid in it", "phải có openid trong đó"),
    (
        "addresses or networks such as 10.0.0.0/8 are meant",
        "phải là địa chỉ hoặc mạng, ví dụ 10.0.0.0/8",
    ),
    (
        "there is no such policy; choose one of: {names}",
        "không có bộ quy định này; hãy chọn một trong: {names}",
    ),
    (
        "a time of day in Viet Nam is meant, without an offset",
        "phải là giờ trong ngày theo giờ Việt Nam, không kèm độ lệch múi giờ",
    ),
    # ── with another ──
    (
        "names an address of this machine or of a private network; if a receiver there is meant, set {other}",
        "chỉ địa chỉ của chính máy này hoặc của mạng nội bộ; nếu đúng là muốn gửi tới đó, hãy đặt {other}",
    ),
    ("and {other} are both set; unset one", "và {other} cùng được đặt; hãy bỏ một"),
    (
        "is set without {other}; set both or none",
        "được đặt mà không có {other}; hãy đặt cả hai hoặc không đặt",
    ),
    (
        "and {other} go together; set both or none",
        "và {other} đi cùng nhau; hãy đặt cả hai hoặc không đặt",
    ),
    (
        "would send user and password without TLS; set sasl_tls",
        "sẽ gửi người dùng và mật khẩu không qua TLS; hãy đặt sasl_tls",
    ),
    (
        "sends the password in clear; set starttls or tls",
        "gửi mật khẩu không mã hóa; hãy đặt starttls hoặc tls",
    ),
    ("is not set, and {other} needs it", "chưa được đặt mà {other} cần"),
    (
        "is not set, and webhooks are never sent unsigned",
        "chưa được đặt, mà webhook không bao giờ được gửi khi chưa ký",
    ),
    (
        "is not set, and without it nobody has a mail address",
        "chưa được đặt, thiếu nó thì không ai có địa chỉ thư",
    ),
    (
        "is less than {other}; the longest wait cannot be below the first",
        "nhỏ hơn {other}; lần chờ lâu nhất không thể ngắn hơn lần đầu",
    ),
    (
        "is set, but {other} does not use it; set {by} to {instead}, or unset it",
        "được đặt nhưng {other} không dùng; hãy đặt {by} thành {instead}, hoặc bỏ đi",
    ),
    (
        "neither {one} nor {other} is set: there is nobody to tell",
        "chưa đặt {one} hay {other}: không có ai để báo",
    ),
    # ── what a file holds ──
    (
        "cannot be read ({why}); name a file that this user may read",
        "không đọc được ({why}); hãy chỉ tệp mà người dùng này đọc được",
    ),
    ("is empty; put the secret into it", "trống; hãy ghi bí mật vào đó"),
    (
        "holds no master key: 32 bytes in base64 are meant (`openssl rand -base64 32`)",
        "không chứa khóa chủ: cần 32 byte ở dạng base64 (`openssl rand -base64 32`)",
    ),
    (
        "{variable} holds no secret of the form whsec_ and base64 behind it",
        "{variable} không chứa bí mật dạng whsec_ và base64 theo sau",
    ),
    ("cannot be read as CSV in UTF-8 ({why})", "không đọc được như tệp CSV bảng mã UTF-8 ({why})"),
    ("line 1 is not `{head}`", "dòng 1 không phải `{head}`"),
    (
        "line {n} has not two cells, an officer or unit and an address",
        "dòng {n} không có hai ô: cán bộ hoặc đơn vị, và địa chỉ",
    ),
    (
        "line {n} has no mail address in its second cell",
        "dòng {n} không có địa chỉ thư ở ô thứ hai",
    ),
    ("line {n} names {who} a second time", "dòng {n} ghi {who} lần thứ hai"),
    ("and {n} more", "và {n} dòng nữa"),
)

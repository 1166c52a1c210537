"""What is said when PostgreSQL or Kafka is not as it must be, in both languages: one sentence that says what to do.

Knows the codes. Must not know where they are raised.
"""

from typing import Final

SERVERS: Final[dict[str, tuple[str, str]]] = {
    "cannot.not_migrated": (
        "{path} chưa có các bảng của phiên bản này; hãy chạy dunghen migrate trước",
        "{path} has not the tables of this version; run `dunghen migrate` first",
    ),
    "cannot.bad_database_url": (
        "không hiểu địa chỉ cơ sở dữ liệu ({reason}); dạng đúng là postgresql://người-dùng:mật-khẩu@máy:cổng/tên",
        "the database's address is not understood ({reason}); postgresql://user:password@host:port/name is meant",
    ),
    "cannot.database_unreachable": (
        "không kết nối được {path} ({reason}); xem lại địa chỉ và máy chủ",
        "{path} cannot be reached ({reason}); check address and server",
    ),
    "cannot.database_crowded": (
        (
            "{path} không còn kết nối trống cho người dùng này ({reason}); hãy kết thúc tiến trình đang giữ (xem pg_stat_activity),"
            " hoặc tăng max_connections hay CONNECTION LIMIT của người dùng"
        ),
        (
            "{path} has no connection left for this user ({reason}); end what holds them (pg_stat_activity tells who), or raise"
            " max_connections or the user's CONNECTION LIMIT"
        ),
    ),
    "cannot.database_of_another": (
        "{path} có lược đồ của ứng dụng khác trùng tên ({found}); hãy tạo một cơ sở dữ liệu riêng cho dunghen",
        "{path} has schemas of another application under our names ({found}); make a database of its own for dunghen",
    ),
    "cannot.database_refused": (
        (
            "{path} không cho người dùng này vào ({reason}); xem lại người dùng và mật khẩu trong địa chỉ (DUNGHEN_DATABASE_URL, "
            "--database), người dùng đã có và được phép kết nối cơ sở dữ liệu này chưa, và pg_hba.conf"
        ),
        (
            "{path} does not let this user in ({reason}); check user and password in the address (DUNGHEN_DATABASE_URL, --database), "
            "that the user exists and may connect to this database, and what pg_hba.conf says of it"
        ),
    ),
    "cannot.database_missing": (
        (
            "không có {path} ({reason}); hãy sửa tên trong địa chỉ, hoặc tạo cơ sở dữ liệu (CREATE DATABASE) rồi chạy `dunghen "
            "migrate`"
        ),
        (
            "{path} is not there ({reason}); correct the name in the address, or make the database (CREATE DATABASE) and run "
            "`dunghen migrate`"
        ),
    ),
    "cannot.database_untrusted": (
        (
            "không tin được chứng chỉ của {path}: sslrootcert trong địa chỉ phải là chứng chỉ của cơ quan cấp, và tên máy "
            "phải đúng như trong chứng chỉ"
        ),
        (
            "the certificate of {path} cannot be trusted: sslrootcert must name the authority that signed it, and the address "
            "the host as the certificate does"
        ),
    ),
    "cannot.broker_unreachable": (
        "không kết nối được Kafka ở {brokers}; xem lại địa chỉ và máy chủ",
        "Kafka at {brokers} cannot be reached; check addresses and servers",
    ),
    "cannot.broker_refused": (
        "Kafka ở {brokers} không nhận tên người dùng hoặc mật khẩu; xem lại các biến DUNGHEN_KAFKA_SASL_…",
        "Kafka at {brokers} does not accept the user name and password; check the settings DUNGHEN_KAFKA_SASL_…",
    ),
    "cannot.topic_missing": (
        "Kafka chưa có topic cần dùng; hãy tạo, hoặc để dunghen relay tạo",
        "Kafka lacks a topic; create it, or let dunghen relay do so",
    ),
    "cannot.topics_differ": (
        "các topic trên Kafka không như thiết lập: {what}; hãy sửa topic hoặc thiết lập",
        "topics on Kafka are not as set: {what}; change the topics or the settings",
    ),
    "cannot.topic_renewed": (
        (
            "topic {topic} trên {brokers} đã bị tạo lại: đã gửi {published} sự kiện mà nay còn {there}; hãy dừng mọi dunghen relay, đặt"
            " position = 0 trong work.bookmarks cho {topic}, rồi chạy lại"
        ),
        (
            "the topic {topic} at {brokers} was made anew: of {published} events that were published {there} are there; end all relays,"
            " set position = 0 in work.bookmarks for {topic}, and start them again"
        ),
    ),
    "cannot.bad_certificate": (
        "không dùng được chứng chỉ cho Kafka ({files}); cần tệp PEM mà người dùng này đọc được",
        "the certificates for Kafka ({files}) cannot be used; give PEM files that this user may read",
    ),
    "cannot.password_in_clear": (
        "mật khẩu Kafka chỉ được gửi qua TLS; hãy đặt DUNGHEN_KAFKA_SECURITY=sasl_tls",
        "the password for Kafka is sent over TLS only; set DUNGHEN_KAFKA_SECURITY=sasl_tls",
    ),
    "cannot.database_error": (
        "{path} báo lỗi; xem nhật ký của máy chủ",
        "{path} reports an error; see the server's log",
    ),
    "cannot.database_read_only": (
        "{path} hiện không nhận ghi; có phải máy chủ dự phòng, hay đĩa đã đầy?",
        "{path} takes nothing in now; is it a standby, or was it closed because its disk is full?",
    ),
    "cannot.database_locked": (
        "tiến trình khác đang dùng cơ sở dữ liệu; đợi nó xong rồi chạy lại",
        "another process is using the database; wait for it and run again",
    ),
}

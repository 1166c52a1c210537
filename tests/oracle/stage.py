"""The names and instants random stories and directories share, so that they meet."""

from datetime import date, datetime, time
from typing import Any

from tests.oracle.naive_time import VN

Event = dict[str, Any]

OFFICERS = ("cb-01", "cb-02", "cb-03", "cb-04", "cb-05", "cb-06")
UNITS = ("H40.01", "H40.02", "H40.02.01", "H40.02.02", "H40.03", "H40", "H99.09")
ONE_STOP = "H40.01"
PROCEDURES = ("1.005129", "2.000635", "1.012766", "1.005129.000.00.00.H40")
SOURCES = ("/igate/H40", "/igate/H40", "/cli", "/paper/so-theo-doi.csv", "/sync/dvcqg")
ANCHORS = (
    date(2026, 2, 11), date(2026, 2, 12), date(2025, 4, 24), date(2019, 4, 25),
    date(2024, 4, 25), date(2026, 8, 19), date(2025, 8, 28), date(2018, 12, 27),
    date(2017, 12, 27), date(2018, 1, 2), date(2027, 12, 23), date(2028, 1, 4),
    date(2025, 3, 17), date(2020, 1, 21), date(2021, 6, 7), date(2023, 10, 2),
    date(2022, 8, 29), date(2026, 11, 20), date(2000, 2, 28), date(2089, 11, 1),
)  # fmt: skip
CLOCK_READINGS = (
    time(0), time(6, 59, 59, 999999), time(7), time(7, 0, 30), time(8), time(8, 0, 0, 1),
    time(11, 29), time(11, 30), time(12), time(13, 30), time(14, 59, 59, 999999), time(15),
    time(15, 0, 0, 1), time(16), time(16, 59), time(17), time(17, 0, 1), time(20, 15),
    time(23, 59, 59, 999999), time(23, 59, 59, 999000),
)  # fmt: skip
FIRST, LAST = datetime(2000, 1, 3, tzinfo=VN), datetime(2090, 12, 30, tzinfo=VN)

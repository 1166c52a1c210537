"""Times as systems write them: `yyyyMMddHHmmss` of the national portal, ISO 8601 with an offset of iGate.

Knows that both mean Viet Nam, and that midnight there is a date without an hour. Must not know what happened then.
"""

import re
from datetime import date, datetime, time

from domain.errors import Refused
from domain.values import VN, in_vn
from infra.importers._cells import Moment

_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")


def stamp_of(value: object) -> Moment | None:
    """The moment; None where nothing is said. Refused if it is none, or has no offset where the form needs one."""
    if value in (None, "", 0, "0"):  # what systems put where they know nothing
        return None
    written = str(value).strip()
    match = _COMPACT.fullmatch(written)
    try:
        if match:
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
            return _moment(datetime.combine(date(year, month, day), time(hour, minute, second), VN))
        if isinstance(value, int):
            return _moment(datetime.fromtimestamp(value / 1000, VN))  # Java's milliseconds
        instant = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        raise Refused(
            "invalid_date",
            f"{written[:40]!r} is no time: give yyyyMMddHHmmss, or ISO 8601 with an offset",
        ) from None
    return _moment(in_vn(instant))


def _moment(instant: datetime) -> Moment:
    hour = instant.time().replace(microsecond=0)
    return Moment(instant.date(), None if hour == time.min else hour)

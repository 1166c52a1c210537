"""The words everything else is said in: zone, codes and their keys, limits, actors, documents, closed vocabularies.

Knows the shape of Vietnamese administrative codes (TT 01/2018 Đ19, QĐ 20/2020 Đ4). Must not know events, law or storage.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Literal, NewType

from domain.errors import Refused

VN = timezone(timedelta(hours=7))
"""Viet Nam has had one zone and no summer time since 1975."""

PAPER = "/paper/"
"""Sources under this prefix are paper books and registers, not the software."""

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)

EARLIEST, LATEST = date(1975, 1, 1), date(2199, 12, 31)
"""Times outside are typing errors: no dossier is older than the zone, none is promised for the 23rd century."""
_FIRST_YEAR, _LAST_YEAR = EARLIEST.year, LATEST.year

DossierKey = NewType("DossierKey", str)
"""Normalised dossier code: the aggregate's id."""
UnitKey = NewType("UnitKey", str)
"""Normalised unit code: what units are compared by."""

Day = date
Due = date | datetime
"""A limit: a date (kept until its end) or an instant (kept up to and including it)."""

LimitUnit = Literal["working_days", "working_hours", "calendar_days"]
Channel = Literal["direct", "online", "postal"]
Portal = Literal["provincial", "national"]
ServiceLevel = Literal["full", "partial", "information"]
PauseGround = Literal["financial_obligation", "assessment", "public_notice", "other"]
DueGround = Literal["rescheduled", "supplement", "pause", "correction", "none"]
SignerRole = Literal["head", "deputy", "other"]
LetterChannel = Literal["paper", "in_person", "email", "sms", "portal", "vneid", "zalo"]
Outcome = Literal["granted", "refused", "other"]
ReturnMethod = Literal["direct", "postal", "online"]
UnitLevel = Literal["province", "district", "commune", "department"]

STRICT: dict[str, Any] = {"extra": "forbid", "strict": True}
"""What pydantic is told about every value at the edge: no unknown keys, no coercion."""

_MOST_DAYS, _MOST_HOURS = 10_000, 80_000
"""About forty years; a longer limit is a typing error."""


def in_vn(instant: datetime) -> datetime:
    """The same instant in +07:00. Refused (`naive_time`, `time_out_of_range`) without an offset or in an absurd year."""
    if instant.tzinfo is None:
        raise Refused(
            "naive_time",
            f"{instant.isoformat()} has no offset: write e.g. {instant.isoformat()}+07:00",
        )
    if not _FIRST_YEAR < instant.year < _LAST_YEAR:
        raise Refused(
            "time_out_of_range",
            f"{instant.isoformat()} is outside {EARLIEST.year + 1}-{LATEST.year - 1}: check the year",
        )
    return instant.astimezone(VN)


def as_due(limit: Due | None) -> Due | None:
    """A stated limit with instants in +07:00; dates stay dates. Refused like `in_vn`."""
    if isinstance(limit, datetime):
        return in_vn(limit)
    if limit is not None and not EARLIEST.year < limit.year < LATEST.year:
        raise Refused(
            "time_out_of_range",
            f"{limit} is outside {EARLIEST.year + 1}-{LATEST.year - 1}: check the year",
        )
    return limit


def midnight(day: date) -> datetime:
    """The first instant of a local date."""
    return datetime(day.year, day.month, day.day, tzinfo=VN)


def end_of(day: date) -> datetime:
    """The last instant of a local date, 23:59:59.999999."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=VN)


def first_after(limit: Due) -> datetime:
    """The first instant that no longer keeps the limit."""
    return limit + MICROSECOND if isinstance(limit, datetime) else midnight(limit + DAY)


def last_of(limit: Due) -> datetime:
    """The last instant that keeps the limit."""
    return limit if isinstance(limit, datetime) else end_of(limit)


def date_of(limit: Due) -> date:
    """The local date of a limit."""
    return limit.date() if isinstance(limit, datetime) else limit


@dataclass(frozen=True, slots=True)
class Limit:
    """A processing time limit (thời hạn giải quyết): `amount` >= 0 of `unit`; 0 hours says nothing and is refused."""

    __pydantic_config__ = STRICT
    amount: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        """Refused (`invalid_limit`) when the amount is not a usable number."""
        most = _MOST_HOURS if self.unit == "working_hours" else _MOST_DAYS
        if not 0 <= self.amount <= most or (self.amount == 0 and self.unit == "working_hours"):
            raise Refused(
                "invalid_limit",
                f"a limit of {self.amount} {self.unit} cannot be kept: give 0..{_MOST_DAYS} days or 1..{_MOST_HOURS} hours",
            )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it (người thực hiện): `officer` is a stable id, not a name; `unit` is a unit code."""

    __pydantic_config__ = STRICT
    officer: str | None = None
    unit: str | None = None

    def __post_init__(self) -> None:
        """A blank reference names nobody."""
        if self.officer is not None and not self.officer.strip():
            object.__setattr__(self, "officer", None)
        if self.unit is not None and not self.unit.strip():
            object.__setattr__(self, "unit", None)


@dataclass(frozen=True, slots=True)
class Document:
    """The paper that proves a fact (văn bản): number, date, address and digest, all optional."""

    __pydantic_config__ = STRICT
    number: str | None = None
    date: Day | None = None
    uri: str | None = None
    sha256: str | None = None


_STANDARD = re.compile(r"([0-9A-Z]{2,3}(?:\.[0-9A-Z]{2,3}){0,5})-(\d{6}|\d{8})-([0-9A-Z]{4,10})")
_UNIT_GROUPS = re.compile(r"[0-9A-Z]{2,3}(?:\.[0-9A-Z]{2,3}){1,5}")
_TOP_GROUP = re.compile(r"[A-Y]\d\d")


_MARKS = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
UNSEEN = re.compile(f"[{_MARKS}]")
"""Marks without width or of direction that come along when a text is pasted: with one, a code would be another code."""

_FILLERS = "\x00-\x1f\x7f-\x9f\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff"
"""Other characters that show nothing. They stay in keys: those of what is stored never change."""
_SEEN = re.compile(rf"[^\s{_MARKS}{_FILLERS}]")


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen. Whoever takes a name in refuses it then: nobody could ask by it, and it may have the key ''."""
    return _SEEN.search(text) is None


def _plain(text: str) -> str:
    return " ".join(UNSEEN.sub("", unicodedata.normalize("NFC", text)).split()).upper()


@lru_cache(maxsize=65_536)  # a country has some ten thousand units; asked several times a judgement
def unit_key(code: str) -> UnitKey:
    """One key for both orders of a unit identification code (mã định danh), zero groups dropped at the small end.

    `000.00.17.H40` (QCVN 102:2016, small to large) and `H40.17` (QĐ 20/2020, large to small) are the same unit.
    Anything else, a name for instance, is compared without regard to case and spacing.
    """
    plain = _plain(code)
    if not _UNIT_GROUPS.fullmatch(plain):
        return UnitKey(plain)
    groups = plain.split(".")
    if _TOP_GROUP.fullmatch(groups[-1]) and not _TOP_GROUP.fullmatch(groups[0]):
        groups.reverse()
    while len(groups) > 1 and not groups[-1].strip("0"):
        groups.pop()
    return UnitKey(".".join(groups))


def is_unit_code(code: str) -> bool:
    """Whether it has the shape of a unit identification code, `H40` or `H40.17`, in either order; else it is a name."""
    plain = _plain(code)
    return (_UNIT_GROUPS.fullmatch(plain) or _TOP_GROUP.fullmatch(plain)) is not None


def is_standard_code(code: str) -> bool:
    """Whether a dossier code follows one of the patterns in use since TT 01/2018 Đ19."""
    return _STANDARD.fullmatch(_plain(code)) is not None


def dossier_key(code: str) -> DossierKey:
    """The normalised key of a dossier code (mã hồ sơ): the unit part by `unit_key`, the rest upper case."""
    plain = _plain(code)
    match = _STANDARD.fullmatch(plain)
    if match is None:
        return DossierKey(plain)
    return DossierKey(f"{unit_key(match[1])}-{match[2]}-{match[3]}")


def book_code(unit: str, code: str) -> str:
    """A paper book's number (`12/2019`), made unique by the unit that keeps the book: `H40.17:12/2019`."""
    return f"{' '.join(unit.split())}:{' '.join(code.split())}"


@lru_cache(
    maxsize=65_536
)  # there are some ten thousand procedures; asked several times a judgement
def procedure_key(code: str) -> str:
    """A procedure code (mã TTHC) by its first two groups: `1.001612.000.00.00.H48` is `1.001612`."""
    return ".".join(_plain(code).split(".")[:2])

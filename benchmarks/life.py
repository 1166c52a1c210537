"""Events as they come in life: a day's facts of many dossiers, interleaved, eight to a dossier over about ten working days.

Knows the public event contract only.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from heapq import heappop, heappush
from typing import Any

_VN = timezone(timedelta(hours=7))
_START = date(2024, 1, 2)
_A_DAY = 800
"""Dossiers accepted on a working day, in all units together: a middling province."""
UNITS = 150


def last_day(dossiers: int) -> date:
    """The day on which the last of so many dossiers is accepted; those of about its last eight working days are open then."""
    day, accepted = _START, _A_DAY
    while accepted < dossiers:
        day += timedelta(days=1)
        accepted += _A_DAY if day.weekday() < 5 else 0
    return day


def lines(dossiers: int) -> Iterator[bytes]:
    """Structured CloudEvents, one a line, in the order of their times: units first, then dossiers' facts."""
    for unit in range(UNITS):
        code = f"H40.{unit:02}" if unit < 100 else f"H40.{unit}"
        yield _line(
            f"u{unit}",
            "unit.registered",
            code,
            datetime(2023, 1, 1, tzinfo=_VN),
            {"unit": code, "name": f"Đơn vị {unit}", "level": "commune", "head": f"ct-{unit}"},
        )
    pending: list[tuple[datetime, int, str, str, dict[str, Any]]] = []
    number = 0
    day = _START
    while number < dossiers or pending:
        for _ in range(_A_DAY if day.weekday() < 5 else 0):
            if number < dossiers:
                for at, kind, subject, data in _dossier(number, day):
                    heappush(pending, (at, number, kind, subject, data))
                number += 1
        day += timedelta(days=1)
        midnight = datetime(day.year, day.month, day.day, tzinfo=_VN)
        while pending and (pending[0][0] < midnight or number >= dossiers):
            at, owner, kind, subject, data = heappop(pending)
            yield _line(f"{owner}-{kind}-{at:%d%H%M}", f"dossier.{kind}", subject, at, data)


def _dossier(number: int, day: date) -> Iterator[tuple[datetime, str, str, dict[str, Any]]]:
    unit = number % UNITS
    code = f"H40.{unit:02}" if unit < 100 else f"H40.{unit}"
    subject = f"{code}-{day:%y%m%d}-{number % 10_000:04}"
    start = datetime(day.year, day.month, day.day, 7 + number % 8, number % 60, tzinfo=_VN)
    officer, other = f"cb-{unit}-{number % 5}", f"cb-{unit}-{number % 7}"
    late = number % 12 == 0
    actor = {"officer": officer, "unit": code}
    yield (
        start,
        "submitted",
        subject,
        {"procedure": f"1.00{number % 40:04}", "channel": "online", "actor": actor},
    )
    limit = {"amount": 8, "unit": "working_days"}
    yield (
        start + timedelta(minutes=20),
        "accepted",
        subject,
        {"competent_unit": code, "limit": limit, "actor": actor},
    )
    yield (
        start + timedelta(minutes=50),
        "transferred",
        subject,
        {"to": {"unit": code, "officer": other}},
    )
    step = {
        "to": {"unit": code, "officer": officer},
        "step_limit": {"amount": 4, "unit": "working_days"},
        "actor": actor,
    }
    yield start + timedelta(days=2), "transferred", subject, step
    yield (
        start + timedelta(days=5),
        "transferred",
        subject,
        {"to": {"unit": code, "officer": other}, "actor": actor},
    )
    yield (
        start + timedelta(days=7),
        "opinion_requested",
        subject,
        {"of": {"unit": "H40.01"}, "actor": actor},
    )
    end = start + timedelta(days=16 if late else 9)
    yield end, "result_issued", subject, {"outcome": "granted", "actor": actor}
    yield end + timedelta(hours=2), "returned", subject, {"method": "direct", "actor": actor}


def _line(name: str, type_: str, subject: str, at: datetime, data: dict[str, Any]) -> bytes:
    event = {
        "specversion": "1.0",
        "id": name,
        "source": "/igate/H40",
        "type": f"vn.dunghen.{type_}.v1",
        "subject": subject,
        "time": at.isoformat(),
        "recordedtime": (at + timedelta(minutes=1)).isoformat(),
        "data": data,
    }
    return json.dumps(event, ensure_ascii=False).encode() + b"\n"

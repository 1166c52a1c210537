"""Random directories: units whose heads change, procedures, declarations, petitions."""

import random
from datetime import datetime
from typing import Any

from tests.oracle.naive_time import DAY, VN, midnight, parse_instant
from tests.oracle.stage import (
    ANCHORS,
    CLOCK_READINGS,
    LAST,
    ONE_STOP,
    PROCEDURES,
    UNITS,
    Event,
)


def _directory_event(
    rng: random.Random, kind: str, subject: str, at: datetime, data: dict[str, Any]
) -> Event:
    recorded = at + rng.choice((0, 0, 1, 30, 400)) * DAY
    return {
        "id": f"dir-{rng.getrandbits(48):012x}",
        "source": "/directory",
        "type": f"vn.dunghen.{kind}.v1",
        "subject": subject,
        "time": at.isoformat(),
        "recordedtime": min(recorded, LAST).isoformat(),
        "recorded_known": rng.random() < 0.9,
        "data": data,
    }


def _some_instant(rng: random.Random) -> datetime:
    """Often years ago, often amid the stories."""
    if rng.random() < 0.4:
        return datetime(2010, 1, 1, 8, tzinfo=VN) + rng.randint(0, 2000) * DAY
    day = rng.choice(ANCHORS) + rng.randint(-3, 20) * DAY
    return datetime.combine(day, rng.choice(CLOCK_READINGS), VN)


def _units(rng: random.Random) -> list[Event]:
    parents = {"H40.01": "H40", "H40.02": "H40", "H40.02.01": "H40.02", "H40.02.02": "H40.02"}
    events = []
    for unit in UNITS:
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            data: dict[str, Any] = {"unit": unit, "name": f"Đơn vị {unit}"}
            if unit in parents and rng.random() < 0.9:
                data["parent"] = parents[unit]
            if rng.random() < 0.8:
                data["head"] = f"tt-{rng.randint(1, 5)}"
            if unit == ONE_STOP:
                data["one_stop"] = True
            at = _some_instant(rng)
            events.append(_directory_event(rng, "unit.registered", unit, at, data))
    return events


def _procedures(rng: random.Random) -> list[Event]:
    events = []
    for procedure in PROCEDURES[:3]:
        for _ in range(rng.choice((0, 1, 1, 2))):
            data: dict[str, Any] = {"procedure": procedure, "name": f"Thủ tục {procedure}"}
            if rng.random() < 0.8:
                unit = rng.choice(("working_days", "calendar_days", "working_hours"))
                data["limit"] = {"amount": rng.choice((1, 2, 3, 5, 10, 15)), "unit": unit}
            at = _some_instant(rng)
            events.append(_directory_event(rng, "procedure.registered", procedure, at, data))
    return events


def _declarations(rng: random.Random) -> list[Event]:
    events = []
    for unit in rng.sample(UNITS, 3):
        for _ in range(rng.choice((1, 1, 2, 3))):
            day = rng.choice(ANCHORS)
            last = rng.randint(day.month, 12)
            period = f"{day.year}-{day.month:02}/{day.year}-{last:02}"
            data = {"unit": unit, "period": period, "count": rng.randint(0, 9), "basis": "sổ giấy"}
            at = midnight(day) + rng.randint(0, 60) * DAY
            events.append(_directory_event(rng, "unit.intake_declared", unit, at, data))
    return events


def _feedback(rng: random.Random) -> list[Event]:
    events = []
    for number in range(rng.randint(0, 6)):
        subject, at = f"PAKN-{number}", _some_instant(rng)
        base = {"feedback": subject, "unit": rng.choice(UNITS)}
        for _ in range(rng.choice((1, 1, 1, 2))):
            data: dict[str, Any] = dict(base)
            if rng.random() < 0.8:
                due = midnight(at.date() + rng.randint(0, 10) * DAY)
                data["due_at"] = due.date().isoformat() if rng.random() < 0.5 else due.isoformat()
            events.append(_directory_event(rng, "feedback.received", subject, at, data))
            at += rng.randint(0, 3) * DAY
        for _ in range(rng.choice((0, 1, 1, 2))):
            at += rng.choice((0, 1, 5, 12)) * DAY
            answered = base | {"answer": "Đã xử lý"}
            events.append(_directory_event(rng, "feedback.answered", subject, at, answered))
    return events


def random_directory(rng: random.Random) -> list[Event]:
    """Units and heads that change, procedures, declarations, petitions; in order of arrival."""
    events = [*_units(rng), *_procedures(rng), *_declarations(rng), *_feedback(rng)]
    rng.shuffle(events)
    return sorted(events, key=lambda event: parse_instant(event["recordedtime"]))

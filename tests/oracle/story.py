"""The making of one random history: every kind of event, lawful or not, at instants that are worth hitting."""

import random
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from typing import Any

from tests.oracle.naive_time import (
    DAY,
    MICROSECOND,
    VN,
    Calendar,
    Due,
    breaks_at,
    last_instant,
    load_calendar,
    midnight,
    parse_instant,
)
from tests.oracle.stage import (
    ANCHORS,
    CLOCK_READINGS,
    FIRST,
    LAST,
    OFFICERS,
    PROCEDURES,
    SOURCES,
    UNITS,
    Event,
)

OFFSETS = (7, 7, 7, 7, 0, 9.5, -5)
GROUNDS = ("financial_obligation", "assessment", "public_notice", "other")
CHANGE_GROUNDS = ("rescheduled", "rescheduled", "supplement", "pause", "correction", "none")


@cache
def naive_calendar() -> Calendar:
    return Calendar(load_calendar())


class Story:
    """The making of one history; `marks` are instants worth hitting again."""

    def __init__(self, rng: random.Random, code: str) -> None:
        self.rng = rng
        self.code = code
        self.base = self._base()
        self.span = rng.choice((3, 8, 8, 20, 20, 45, 90))
        self.marks: list[datetime] = []
        self.events: list[Event] = []
        self.source = rng.choice(SOURCES)

    def _base(self) -> date:
        if self.rng.random() < 0.75:
            anchor = self.rng.choice(ANCHORS)
            if not 2018 <= anchor.year <= 2027 and self.rng.random() < 0.7:
                anchor = date(2025, 3, 17)
            return anchor + self.rng.randint(-1, 3) * DAY
        return date(2019, 1, 1) + self.rng.randint(0, 2900) * DAY

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    # Instants --------------------------------------------------------------------------------

    def instant(self, earliest: datetime | None = None) -> datetime:
        """Near the others, on a mark, or at a telling reading of the clock."""
        rng = self.rng
        if self.marks and self.chance(0.22):
            chosen = rng.choice(self.marks) + rng.choice((-1, 0, 0, 0, 1)) * MICROSECOND
        else:
            start = earliest.date() if earliest else self.base
            reach = self.span if earliest is None else max(1, self.span // 4)
            day = start + int(rng.triangular(0, reach, 0)) * DAY
            reading = rng.choice(CLOCK_READINGS) if self.chance(0.4) else self._reading()
            chosen = datetime.combine(day, reading, VN)
        if earliest and chosen < earliest:
            chosen = earliest + rng.choice((0, 1, 60, 3600, 30000)) * timedelta(seconds=1)
        chosen = min(max(chosen, FIRST), LAST)
        self.marks.append(chosen)
        return chosen

    def _reading(self) -> time:
        hour, minute = self.rng.randint(6, 17), self.rng.choice((0, 1, 15, 29, 30, 31, 45, 59))
        second = self.rng.choice((0, 0, 0, 1, 30, 59))
        return time(hour, minute, second, self.rng.choice((0, 0, 0, 1, 500000, 999999)))

    def written(self, instant: datetime) -> str:
        """RFC 3339 in some offset, UTC now and then as Z."""
        hours = self.rng.choice(OFFSETS)
        text = instant.astimezone(timezone(timedelta(hours=hours))).isoformat()
        return text.replace("+00:00", "Z") if self.chance(0.5) else text

    def due(self, near: datetime | None = None) -> str:
        """A date or an instant somewhere around; past ones too."""
        rng = self.rng
        start = near or midnight(self.base)
        day = start.date() + rng.randint(-2, max(2, self.span // 2)) * DAY
        if self.chance(0.6):
            due: Due = day
        elif self.chance(0.2) and self.marks:
            due = rng.choice(self.marks)
        else:
            reading = rng.choice(CLOCK_READINGS) if self.chance(0.3) else self._reading()
            due = datetime.combine(day, reading, VN)
        self.note(due)
        return due.isoformat() if not isinstance(due, datetime) else self.written(due)

    def note(self, due: Due) -> None:
        """Its limit becomes an instant worth hitting."""
        self.marks += [last_instant(due), breaks_at(due)]

    def limit(self, near: datetime | None = None) -> dict[str, Any]:
        unit = self.rng.choice(("working_days", "calendar_days", "working_hours"))
        if unit == "working_hours":
            limit = {"amount": self.rng.choice((1, 2, 4, 8, 9, 16, 40)), "unit": unit}
        else:
            limit = {"amount": self.rng.choice((0, 0, 1, 1, 2, 3, 5, 7, 10, 15)), "unit": unit}
        if near:
            self.note(naive_calendar().due_from(limit, near))
        return limit

    # Parts of data ---------------------------------------------------------------------------

    def actor(self) -> dict[str, str]:
        rng, actor = self.rng, {}
        if self.chance(0.85):
            actor["officer"] = rng.choice(OFFICERS)
        if self.chance(0.8):
            actor["unit"] = rng.choice(UNITS)
        return actor

    def document(self) -> dict[str, str]:
        return {"number": f"{self.rng.randint(1, 99)}/PXL", "date": self.base.isoformat()}

    def add(self, kind: str, at: datetime, data: dict[str, Any]) -> Event:
        rng = self.rng
        if self.chance(0.9):
            data["actor"] = self.actor()
        if self.chance(0.05):
            data["time_precision"] = "date"
        own = self.source if self.chance(0.7) else rng.choice(SOURCES)
        event = {
            "id": f"{kind[:3]}-{len(self.events) + 1}",
            "source": own,
            "type": f"vn.dunghen.dossier.{kind}.v1",
            "subject": self.code,
            "time": self.written(at),
            "recordedtime": self.written(self._recorded(at)),
            "recorded_known": self.chance(0.88),
            "data": data,
        }
        self.events.append(event)
        return event

    def _recorded(self, at: datetime) -> datetime:
        rng, roll = self.rng, self.rng.random()
        if roll < 0.35:
            recorded = at
        elif roll < 0.6:
            recorded = at + timedelta(minutes=rng.randint(0, 200))
        elif roll < 0.85:
            recorded = at + rng.randint(0, 6) * DAY
        elif roll < 0.9:
            recorded = at - timedelta(minutes=rng.randint(1, 3000))
        elif roll < 0.95 and self.marks:
            recorded = rng.choice(self.marks) + rng.choice((0, 1)) * MICROSECOND
        else:
            recorded = at + rng.randint(20, 400) * DAY
        return min(max(recorded, FIRST), LAST)

    # Facts -----------------------------------------------------------------------------------

    def submitted(self, at: datetime) -> None:
        data: dict[str, Any] = {"procedure": self.rng.choice(PROCEDURES)}
        if self.chance(0.7):
            data["channel"] = self.rng.choice(("direct", "online", "postal"))
        self.add("submitted", at, data)

    def accepted(self, at: datetime) -> None:
        data: dict[str, Any] = {"competent_unit": self.rng.choice(UNITS)}
        shape = self.rng.choice(("limit", "limit", "limit", "due", "due", "both", "none"))
        if shape in ("limit", "both"):
            data["limit"] = self.limit(at)
        if shape in ("due", "both"):
            data["due_at"] = self.due(at)
        if shape == "both" and self.chance(0.5):
            data["due_at"] = naive_calendar().due_from(data["limit"], at).isoformat()
        if self.chance(0.5) or not any("submitted" in e["type"] for e in self.events):
            data["procedure"] = self.rng.choice(PROCEDURES)
        if self.chance(0.5):
            data["channel"] = self.rng.choice(("direct", "online", "postal"))
        if self.chance(0.3):
            data["receipt_number"] = f"BN-{self.rng.randint(1, 999)}"
        self.add("accepted", at, data)

    def intake_refused(self, at: datetime) -> None:
        self.add("intake_refused", at, {"reason": "Thiếu giấy tờ"})

    def transferred(self, at: datetime) -> None:
        to = {"unit": self.rng.choice(UNITS)}
        if self.chance(0.8):
            to["officer"] = self.rng.choice(OFFICERS)
        data: dict[str, Any] = {"to": to}
        if self.chance(0.3):
            data["step_due_at"] = self.due(at)
        if self.chance(0.3):
            data["step_limit"] = self.limit(at)
        if self.chance(0.2):
            data["step"] = "Thẩm định"
        self.add("transferred", at, data)

    def supplement_requested(self, at: datetime) -> None:
        data: dict[str, Any] = {"reason": "Bổ sung bản sao"}
        if self.chance(0.4):
            data["applicant_fault"] = self.chance(0.8)
        if self.chance(0.3):
            data["via_one_stop"] = self.chance(0.5)
        self.add("supplement_requested", at, data)

    def supplement_received(self, at: datetime) -> None:
        data: dict[str, Any] = {"complete": self.chance(0.75)}
        if self.chance(0.35):
            data["new_due_at"] = self.due(at)
        self.add("supplement_received", at, data)

    def paused(self, at: datetime) -> None:
        self.add("paused", at, self._pause())

    def resumed(self, at: datetime) -> None:
        self.add("resumed", at, self._pause())

    def _pause(self) -> dict[str, Any]:
        data: dict[str, Any] = {"ground": self.rng.choice(GROUNDS)}
        if self.chance(0.75):
            data["legal_basis"] = "NĐ 151/2025"
        if self.chance(0.2):
            data["document"] = self.document()
        return data

    def apology_letter_sent(self, at: datetime) -> None:
        data: dict[str, Any] = {"reason": "Quá tải"}
        if self.chance(0.7):
            data["number"] = f"{self.rng.randint(1, 99)}/PXL"
        if self.chance(0.5):
            data["delivered_at"] = self.written(
                self.instant(at) if self.chance(0.7) else self.instant()
            )
        if self.chance(0.5):
            data["new_due_at"] = self.due(at)
        if self.chance(0.5):
            role = self.rng.choice(("head", "deputy", "other"))
            data["signed_by"] = {"officer": self.rng.choice(OFFICERS), "role": role}
        self.add("apology_letter_sent", at, data)

    def due_date_changed(self, at: datetime) -> None:
        data: dict[str, Any] = {
            "new_due_at": self.due(at),
            "ground": self.rng.choice(CHANGE_GROUNDS),
        }
        if self.chance(0.3):
            data["old_due_at"] = self.due(at)
        if self.chance(0.4):
            data["document"] = self.document()
        self.add("due_date_changed", at, data)

    def result_issued(self, at: datetime) -> None:
        self.add("result_issued", at, {"outcome": "granted"} if self.chance(0.5) else {})

    def returned(self, at: datetime) -> None:
        self.add("returned", at, {"method": self.rng.choice(("direct", "postal", "online"))})

    def refused(self, at: datetime) -> None:
        self.add("refused", at, {"reason": "Không đủ điều kiện"} if self.chance(0.5) else {})

    def withdrawn(self, at: datetime) -> None:
        self.add("withdrawn", at, {})

    def stopped(self, at: datetime) -> None:
        self.add("stopped", at, {})

    def lost(self, at: datetime) -> None:
        self.add("lost", at, {"reason": "Thất lạc"})

    def one_stop_notified(self, at: datetime) -> None:
        self.add("one_stop_notified", at, {"reason": "Chậm"})

    def opinion_requested(self, at: datetime) -> None:
        data: dict[str, Any] = {"of": {"unit": self.rng.choice(UNITS)}}
        if self.chance(0.5):
            data["answer_due_at"] = self.due(at)
        self.add("opinion_requested", at, data)

    def opinion_received(self, at: datetime) -> None:
        self.add("opinion_received", at, {"of": {"unit": self.rng.choice(UNITS)}})

    def portal_state_observed(self, at: datetime) -> None:
        data: dict[str, Any] = {"portal": "dvcqg", "status": self.rng.randint(1, 10)}
        if self.chance(0.3):
            data["due_at"] = self.due(at)
        self.add("portal_state_observed", at, data)

    # Corrections -----------------------------------------------------------------------------

    def corrected(self, target: Event, *, annul: bool) -> Event:
        at = self.instant()
        data: dict[str, Any] = {
            "target": target["id"],
            "kind": "annul" if annul else "amend",
            "reason": "Nhập nhầm",
            "authorised_by": self.rng.choice(OFFICERS),
        }
        if not annul:
            data["replacement"] = self.replacement(target)
        event = self.add("corrected", at, data)
        if self.chance(0.6):
            event["source"] = target["source"]
        return event

    def replacement(self, target: Event) -> dict[str, Any]:
        """Some keys anew, the optional ones also away, the time moved."""
        near = parse_instant(target["time"])
        kind = target["type"].split(".")[3]
        choices: dict[str, dict[str, Any]] = {
            "accepted": {"due_at": None, "limit": self.limit(near), "channel": "online"},
            "transferred": {"step_due_at": None, "to": {"unit": self.rng.choice(UNITS)}},
            "supplement_requested": {"applicant_fault": self.chance(0.5)},
            "supplement_received": {"complete": self.chance(0.5), "new_due_at": None},
            "paused": {"ground": self.rng.choice(GROUNDS), "legal_basis": None},
            "apology_letter_sent": {"delivered_at": None, "number": "7/PXL"},
            "due_date_changed": {"ground": "rescheduled", "document": None},
        }
        offered = choices.get(kind, {"document": None}) | {"actor": self.actor()}
        if kind in ("accepted", "transferred", "supplement_received", "due_date_changed"):
            key = {"accepted": "due_at", "transferred": "step_due_at"}.get(kind, "new_due_at")
            if self.chance(0.6):
                offered[key] = self.due(near)
        keys = self.rng.sample(sorted(offered), self.rng.randint(0, len(offered)))
        chosen = {key: offered[key] for key in keys}
        if not chosen or self.chance(0.5):
            chosen["time"] = self.written(self.instant())
        return chosen

    def add_corrections(self) -> None:
        rng = self.rng
        corrections: list[Event] = []
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3))):
            roll = rng.random()
            if roll < 0.25 and corrections:
                made = self.corrected(rng.choice(corrections), annul=self.chance(0.85))
            elif roll < 0.35:
                ghost = {"id": "missing-1", "source": self.source, "type": "..." * 2, "time": ""}
                made = self.corrected(ghost, annul=True)
            else:
                made = self.corrected(rng.choice(self.events), annul=self.chance(0.45))
            corrections.append(made)
        if len(corrections) > 1 and self.chance(0.15):
            first, second = rng.sample(corrections, 2)
            for one, other in ((first, second), (second, first)):
                one["data"] |= {"target": other["id"], "kind": "annul"}
                one["data"].pop("replacement", None)
        if corrections and self.chance(0.04):
            alone = rng.choice(corrections)
            alone["data"] |= {"target": alone["id"], "kind": "annul"}
            alone["data"].pop("replacement", None)

    def share_ids(self) -> None:
        """Two sources may use the same id for different events."""
        pairs = [
            (one, other)
            for one in self.events
            for other in self.events
            if one is not other and one["source"] != other["source"]
        ]
        if not pairs or not self.chance(0.15):
            return
        one, other = self.rng.choice(pairs)
        taken = {(event["source"], event["id"]) for event in self.events}
        if (other["source"], one["id"]) not in taken:
            other["id"] = one["id"]

    def arrival(self) -> list[Event]:
        """Mostly as recorded, sometimes as told, sometimes in no order at all."""
        roll = self.rng.random()
        if roll < 0.5:
            return sorted(self.events, key=lambda event: parse_instant(event["recordedtime"]))
        if roll < 0.75:
            return sorted(self.events, key=lambda event: parse_instant(event["time"]))
        if roll < 0.9:
            self.rng.shuffle(self.events)
        return self.events

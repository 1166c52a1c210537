"""Dossiers told in a line an event, for examples that are worked out by hand."""

from datetime import datetime

from tests.oracle import calculator
from tests.oracle.naive_time import (
    VN,
    Calendar,
    load_calendar,
)

CALENDAR = Calendar(load_calendar())
WITHOUT_MAKE_UP = Calendar(row for row in load_calendar() if row["kind"] == "off")


def at(text: str) -> datetime:
    """`2025-03-17 08:00`, local."""
    return datetime.fromisoformat(text).replace(tzinfo=VN)


class Dossier:
    """Events told one by one; each arrives when it happens unless said otherwise."""

    def __init__(self, *directory: dict) -> None:
        self.events: list[dict] = []
        self.directory = list(directory)

    def then(self, kind: str, when: str, /, **data: object) -> "Dossier":
        self.events.append(make(f"dossier.{kind}", when, f"e{len(self.events) + 1}", **data))
        return self

    def judged(self, as_of: str, known_at: str = "2090-01-01") -> dict:
        return calculator.judge(self.events, at(as_of), at(known_at), self.directory, CALENDAR)


def make(kind: str, when: str, name: str, /, **data: object) -> dict:
    attributes = {key: data.pop(key) for key in ("source", "recorded", "known") if key in data}
    return {
        "id": name,
        "source": attributes.get("source", "/igate/H40"),
        "type": f"vn.dunghen.{kind}.v1",
        "subject": "X",
        "time": at(when).isoformat(),
        "recordedtime": at(str(attributes.get("recorded", when))).isoformat(),
        "recorded_known": attributes.get("known", True),
        "data": data,
    }


def days(amount: int, unit: str = "working_days") -> dict:
    return {"amount": amount, "unit": unit}


def by(officer: str | None = None, unit: str = "U") -> dict:
    return {"unit": unit} | ({"officer": officer} if officer else {})


def head(officer: str, when: str = "2020-01-01", unit: str = "U") -> dict:
    return make("unit.registered", when, f"h-{officer}", unit=unit, name=unit, head=officer)


def accepted(when: str, *directory: dict, **data: object) -> Dossier:
    stated = {"competent_unit": "U", "actor": by("A")} | data
    return Dossier(*directory).then("accepted", when, **stated)


def legal(answer: dict) -> tuple:
    clock = answer["clocks"]["legal"]
    return (clock["class"], clock["due"], clock["late_working_days"], clock["late_minutes"])


def supplemented(limit: dict | None = None, **stated: object) -> Dossier:
    terms = stated or {"limit": limit or days(5)}
    case = accepted("2025-03-17 08:00", **terms)
    case.then("supplement_requested", "2025-03-19 09:00", reason="r")
    return case.then("supplement_received", "2025-03-26 10:00", complete=True)


def late_by_two_steps() -> Dossier:
    case = accepted("2025-03-17 08:00", head("H"), limit=days(1))
    case.then("transferred", "2025-03-17 09:00", to=by("B"), step_limit=days(2, "working_hours"))
    case.then("transferred", "2025-03-18 09:00", to=by("C"))
    return case.then("result_issued", "2025-03-19 09:00")

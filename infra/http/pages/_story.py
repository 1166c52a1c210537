"""A dossier's story for its page: events in the order they happened, and the machine's remarks where they belong.

Knows the answer of `history`. Must not know how events are judged, nor how a page looks. Personal data is in none of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from infra.answers import Answer
from infra.language import Language, instant_of
from infra.telling import by_day, delay, details, event_name, moment, person

_CORRECTED: Final = "vn.dunghen.dossier.corrected."

Gone = Literal["", "corrected", "unknown", "future"]
"""Why an event does not count: withdrawn by a correction, not known yet at K, not happened yet at T."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened: when, when it was recorded, by whom, and what became of it."""

    version: int
    name: str
    said: Sequence[str]
    time: str
    """RFC 3339."""
    happened: str
    recordedtime: str
    recorded: str
    late: int
    """Calendar days from the day it happened to the day it was recorded."""
    recorded_unknown: bool
    who: str
    by_citizen: bool
    gone: Gone
    corrected_by: int | None
    """The version of the correction that withdraws it."""
    corrects: int | None
    """The version of what it withdraws or amends."""
    remarks: Sequence[int]
    """The numbers of the findings that rest on it."""
    id: str
    source: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A finding that begins here, or a limit that ends here."""

    at: str
    shown: str
    rule: str
    """Of the finding; of a limit nothing."""
    number: int | None
    """Of the finding, as the judgement lists it; None: a limit."""
    name: str
    severity: int
    severity_name: str
    basis: str


def story(history: Answer, basis: Sequence[str], say: Language) -> list[Event | Remark]:
    """Events by when they happened, findings by since when they hold, and the due date that has passed; `basis`: each finding's articles."""
    events = history["events"]
    assessment: Answer = history["assessment"] or {}
    own = {"names": history.get("names"), "unit": assessment.get("unit")}
    found = assessment.get("findings") or []
    told: list[tuple[Any, int, int, Event | Remark]] = [
        (instant_of(event["time"]), 0, event["version"], _event(event, history, own, found, say))
        for event in events
    ]
    assumed = {"assumed": _assumed(events)}
    for number, finding in enumerate(found, 1):
        remark = Remark(
            at=finding["since"],
            shown=moment(assumed, finding["since"], say),
            rule=finding["rule"],
            number=number,
            name=finding["name"],
            severity=finding["severity"],
            severity_name=say.word("severity", str(finding["severity"])),
            basis=basis[number - 1],
        )
        told.append((instant_of(finding["since"]), 2, number, remark))
    told += [(at, 1, 0, limit) for at, limit in _limits(assessment, say)]
    return [item for *_, item in sorted(told, key=lambda each: each[:3])]


def _assumed(events: Sequence[Answer]) -> list[str]:
    return [event["time"] for event in events if by_day(event)]


def _event(
    event: Answer, history: Answer, own: Answer, found: Sequence[Answer], say: Language
) -> Event:
    day_only = {"assumed": [event["time"]] if by_day(event) else []}
    actor: Answer = event.get("actor") or {}
    name = event["type"].removeprefix("vn.dunghen.dossier.").rpartition(".")[0]
    corrects = _target(event, history)
    return Event(
        version=event["version"],
        name=event_name(event["type"], say),
        said=[
            line
            for line in details(event, own, say)
            if corrects is None or not _is_id(line, event["data"])
        ],
        time=event["time"],
        happened=moment(day_only, event["time"], say),
        recordedtime=event["recordedtime"],
        recorded=moment(day_only, event["recordedtime"], say),
        late=delay(event),
        recorded_unknown=event.get("recorded_known") is False,
        who=person(own, actor.get("officer"), actor.get("unit"), say) if actor else "",
        by_citizen=name in {"submitted", "supplement_received", "withdrawn"} and not actor,
        gone=_gone(event, history),
        corrected_by=_correction(event, history),
        corrects=corrects,
        remarks=[
            number for number, finding in enumerate(found, 1) if event["id"] in finding["evidence"]
        ],
        id=event["id"],
        source=event["source"],
        hash=event["hash"],
    )


def _is_id(line: str, data: Answer) -> bool:
    """A correction's target is told as a link, not as an identifier."""
    return line.endswith(f": {data['target']}")


def _target(event: Answer, history: Answer) -> int | None:
    """The version of what a correction is of: as it is judged, an event of its own source before others of the same id."""
    if not event["type"].startswith(_CORRECTED):
        return None
    named = [each for each in history["events"] if each["id"] == event["data"]["target"]]
    known = [each for each in named if not _unknown(each, history)] or named
    own = [each for each in known if each["source"] == event["source"]]
    return next((each["version"] for each in own or known), None)


def _correction(event: Answer, history: Answer) -> int | None:
    """The version of the correction that counts for an event: of several the last."""
    by = event.get("corrected_by")
    versions = [
        each["version"]
        for each in history["events"]
        if each["id"] == by and _target(each, history) == event["version"]
    ]
    return max(versions, default=None)


def _gone(event: Answer, history: Answer) -> Gone:
    if event.get("corrected_by"):
        return "corrected"
    if event["in_view"]:
        return ""
    return "unknown" if _unknown(event, history) else "future"


def _unknown(event: Answer, history: Answer) -> bool:
    return instant_of(event["recordedtime"]) > instant_of(history["known_at"])


def _limits(assessment: Answer, say: Language) -> Iterator[tuple[Any, Remark]]:
    """The legal due date, once it has passed. While the clock stands still none passes."""
    clock: Answer = (assessment.get("clocks") or {}).get("legal") or {}
    due = clock.get("due")
    if due is None or not _passed(clock):
        return
    ends = f"{due}T23:59:59.999999+07:00" if len(due) == len("2026-03-10") else due
    yield (
        instant_of(ends),
        Remark(
            at=due,
            shown=say.limit(due),
            rule="",
            number=None,
            name=say("case.due_passed"),
            severity=0,
            severity_name="",
            basis="",
        ),
    )


def _passed(clock: Answer) -> bool:
    """Whether the clock ran on behind its due date; of what was cancelled only the day count tells it."""
    after = (day for day in clock.get("trace") or [] if day["date"] > clock["due"][:10])
    return clock["class"] in {"late", "overdue"} or any(day["counts"] for day in after)

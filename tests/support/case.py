"""A short history written as (kind, time, data), judged: which rules hold, and since when."""

from datetime import datetime
from typing import Any

from domain import corrections, events
from domain.assessment import Assessment, assess
from domain.directory import NOBODY, Directory
from domain.facts import Recorded
from domain.messages import message
from domain.policy import NATIONAL, Policy
from domain.timeline import Timeline, timeline
from infra.calendars import national

Step = tuple[str, str, dict[str, Any]]
CODE = "H40.17-260305-0001"
ACCEPTED: Step = (
    "accepted",
    "2026-03-05T08:00",
    {"competent_unit": "H40.17", "limit": {"amount": 10, "unit": "working_days"}},
)
"""Due at the end of Thursday 2026-03-19."""


OF_THE_ENVELOPE = ("source", "recordedtime", "recordedknown")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


KNOWN = instant("2027-12-01T00:00")


def recorded(history: list[Step]) -> list[Recorded]:
    """Each is recorded when it happens, by `/test`, unless its data say otherwise (`OF_THE_ENVELOPE`)."""
    facts = []
    for i, (kind, time, data) in enumerate(history, start=1):
        envelope = {
            "specversion": "1.0",
            "id": str(i),
            "source": "/test",
            "type": f"vn.dunghen.dossier.{kind}.v1",
            "subject": CODE,
            "time": f"{time}:00+07:00",
            "recordedtime": f"{time}:00+07:00",
            "data": {key: said for key, said in data.items() if key not in OF_THE_ENVELOPE},
        }
        envelope |= {key: said for key, said in data.items() if key in OF_THE_ENVELOPE}
        facts.append(Recorded(i, events.read(envelope, recorded_at=instant(time))))
    return facts


def viewed(history: list[Step], as_of: str) -> Timeline:
    return timeline(
        corrections.entries(recorded(history), KNOWN), as_of=instant(as_of), known_at=KNOWN
    )


def judged(
    history: list[Step], as_of: str, *, policy: Policy = NATIONAL, directory: Directory = NOBODY
) -> Assessment:
    return assess(viewed(history, as_of), policy, national(), instant(as_of), directory)


def since(
    history: list[Step],
    as_of: str,
    rule: str,
    *,
    policy: Policy = NATIONAL,
    directory: Directory = NOBODY,
) -> str | None:
    """Since when a rule holds, to the minute; None where it does not. Its sentences are tried too."""
    assessment = judged(history, as_of, policy=policy, directory=directory)
    found = next((f for f in assessment.findings if f.rule.name == rule), None)
    if found is None:
        return None
    for lang in ("vi", "en"):
        assert "None" not in message(found, assessment, lang)
    return found.since.strftime("%Y-%m-%dT%H:%M")

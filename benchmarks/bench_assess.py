"""`assess` of a typical dossier, whole catalogue: judgements a second on one core.

    python -m benchmarks.bench_assess

The baseline in the same run is reading the same ten facts from JSON (`json.loads` of what a consumer receives), so that the
ratio says how much of the cost of looking at a dossier is judging it.
"""

import json
import time
from collections.abc import Callable
from datetime import datetime
from statistics import median

from domain import corrections, events
from domain.assessment import assess
from domain.directory import NOBODY
from domain.facts import Recorded
from domain.policy import NATIONAL
from domain.timeline import timeline
from domain.values import VN
from infra.calendars import national

UNIT = "H40.17"


def history() -> list[Recorded]:
    """Ten facts: submitted, accepted, three hands, a supplement asked and given, a letter, a result, the hand-over."""
    told = [
        ("submitted", "2025-03-03T08:00", {"procedure": "1.004194", "channel": "online"}),
        ("accepted", "2025-03-03T09:00", {"competent_unit": UNIT, "limit": {"amount": 10, "unit": "working_days"}}),
        ("transferred", "2025-03-03T10:00", {"to": {"unit": UNIT, "officer": "o2"}, "step_limit": {"amount": 5, "unit": "working_days"}}),
        ("supplement_requested", "2025-03-05T10:00", {"reason": "thiếu bản vẽ"}),
        ("supplement_received", "2025-03-10T09:00", {"complete": True, "new_due_at": "2025-03-24"}),
        ("transferred", "2025-03-14T10:00", {"to": {"unit": UNIT, "officer": "o3"}, "step_limit": {"amount": 2, "unit": "working_days"}}),
        ("apology_letter_sent", "2025-03-21T10:00", {"number": "12/PXL", "reason": "đo đạc lại", "new_due_at": "2025-03-28", "signed_by": {"officer": "ct", "role": "head"}}),
        ("due_date_changed", "2025-03-21T10:30", {"new_due_at": "2025-03-28", "ground": "rescheduled"}),
        ("result_issued", "2025-03-27T15:00", {"outcome": "granted"}),
        ("returned", "2025-03-28T09:00", {"method": "direct"}),
    ]  # fmt: skip
    return [
        Recorded(
            i,
            events.read(
                {
                    "id": f"e{i}",
                    "source": "/igate/H40",
                    "type": events.KINDS[kind][0],
                    "subject": "H40.17-250303-0001",
                    "time": f"{at}:00+07:00",
                    "recordedtime": f"{at}:30+07:00",
                    "data": {"actor": {"officer": "o1", "unit": UNIT}} | said,
                },
                recorded_at=datetime.now(VN),
            ),
        )
        for i, (kind, at, said) in enumerate(told, 1)
    ]


def per_second(work: Callable[[], object], times: int = 3_000) -> float:
    """Median of five runs."""
    runs = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(times):
            work()
        runs.append(times / (time.perf_counter() - start))
    return median(runs)


def main() -> None:
    """Print the figures."""
    facts = history()
    calendar = national()
    now = datetime(2025, 4, 1, tzinfo=VN)
    entries = corrections.entries(facts, now)
    bodies = [fact.content for _, fact in facts]
    view = timeline(entries, as_of=now, known_at=now)
    whole = per_second(
        lambda: assess(
            timeline(corrections.entries(facts, now), as_of=now, known_at=now),
            NATIONAL,
            calendar,
            now,
            NOBODY,
        )
    )
    alone = per_second(lambda: assess(view, NATIONAL, calendar, now, NOBODY))
    parse = per_second(lambda: [json.loads(body) for body in bodies])
    print(f"facts -> judgement      {whole:10,.0f} dossiers/s")
    print(f"assess(timeline)        {alone:10,.0f} dossiers/s")
    print(
        f"json.loads of the facts {parse:10,.0f} dossiers/s; judging costs {parse / whole:.2f} of reading"
    )


if __name__ == "__main__":
    main()

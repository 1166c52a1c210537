"""`assess` of dossiers with ten facts, whole catalogue: judgements a second on one core.

    python -m benchmarks.bench_assess

Two histories: one as most are (four hands, an opinion, returned on time) and one as few are (a supplement, a letter, a new date,
late by the law; six findings). The baseline in the same run is reading the same ten facts from JSON (`json.loads` of what a
consumer receives), so that the ratio says how much of the cost of looking at a dossier is judging it. Best of many short runs:
what the machine does beside it does not count.
"""

import argparse
import json
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from domain import corrections, events
from domain.assessment import assess
from domain.directory import NOBODY
from domain.facts import Recorded
from domain.policy import NATIONAL
from domain.timeline import timeline
from domain.values import VN
from infra.calendars import national

UNIT = "H40.17"


Told = list[tuple[str, str, dict[str, Any]]]

USUAL: Told = [
    ("submitted", "2025-03-03T08:00", {"procedure": "1.004194", "channel": "online"}),
    ("accepted", "2025-03-03T09:00", {"competent_unit": UNIT, "limit": {"amount": 10, "unit": "working_days"}}),
    ("transferred", "2025-03-03T10:00", {"to": {"unit": UNIT, "officer": "o2"}, "step_limit": {"amount": 5, "unit": "working_days"}}),
    ("opinion_requested", "2025-03-05T10:00", {"of": {"unit": "H40.18"}, "answer_due_at": "2025-03-10"}),
    ("opinion_received", "2025-03-07T09:00", {"of": {"unit": "H40.18"}}),
    ("transferred", "2025-03-07T10:00", {"to": {"unit": UNIT, "officer": "o3"}, "step_limit": {"amount": 5, "unit": "working_days"}}),
    ("transferred", "2025-03-13T10:00", {"to": {"unit": UNIT, "officer": "o4"}, "step_limit": {"amount": 2, "unit": "working_days"}}),
    ("result_issued", "2025-03-14T15:00", {"outcome": "granted"}),
    ("portal_state_observed", "2025-03-14T16:00", {"portal": "national", "status": 9}),
    ("returned", "2025-03-17T09:00", {"method": "direct"}),
]  # fmt: skip

HARD: Told = [
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


def history(told: Told) -> list[Recorded]:
    """The facts of a history, recorded half a minute after they happened."""
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


def per_second(work: Callable[[], object], times: int = 20) -> float:
    """Best of five hundred runs of twenty."""
    best = 0.0
    for _ in range(500):
        start = time.perf_counter()
        for _ in range(times):
            work()
        best = max(best, times / (time.perf_counter() - start))
    return best


def main() -> None:
    """Print the figures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    calendar = national()
    now = datetime(2025, 4, 1, tzinfo=VN)
    for name, told in (("as most are", USUAL), ("as few are", HARD)):
        facts = history(told)
        view = timeline(corrections.entries(facts, now), as_of=now, known_at=now)
        bodies = [fact.content for _, fact in facts]
        law = partial(assess, policy=NATIONAL, calendar=calendar, as_of=now, directory=NOBODY)
        alone = per_second(partial(law, view))
        whole = per_second(
            lambda facts=facts, law=law: law(
                timeline(corrections.entries(facts, now), as_of=now, known_at=now)
            )
        )
        parse = per_second(lambda bodies=bodies: [json.loads(body) for body in bodies])
        print(f"{name}: {len(law(view).findings)} findings")
        print(
            f"  assess(timeline)        {alone:10,.0f} dossiers/s, {alone / parse:.2f} of the rate of json.loads"
        )
        print(f"  facts -> judgement      {whole:10,.0f} dossiers/s")
        print(f"  json.loads of the facts {parse:10,.0f} dossiers/s")


if __name__ == "__main__":
    main()

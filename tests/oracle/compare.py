"""The engine against the naive calculator: one history, one question, every difference named.

    python -m tests.oracle.compare --histories 1000000 --seed 1

Knows both sides by their public faces only.
"""

import argparse
import json
import os
import random
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from multiprocessing import Pool
from typing import Any

from domain import corrections, events
from domain.assessment import Assessment, assess
from domain.calendar import WorkingCalendar
from domain.deadlines import Clock
from domain.directory import Directory, directory
from domain.facts import Recorded
from domain.policy import NATIONAL
from domain.timeline import timeline
from domain.values import VN
from infra.calendars import national
from tests.oracle.calculator import judge
from tests.oracle.directories import random_directory
from tests.oracle.histories import random_history, random_question
from tests.oracle.naive_time import as_calendar, load_calendar

Event = dict[str, Any]

_PART = 500
"""Histories that a process compares at once: some seconds' work."""


def recorded(history: Sequence[Event]) -> list[Recorded]:
    """The history as the engine stores it: versions in order of arrival."""
    facts = [
        events.read(_envelope(event), recorded_at=datetime.max.replace(tzinfo=VN))
        for event in history
    ]
    return [Recorded(i + 1, fact) for i, fact in enumerate(facts)]


def _envelope(event: Event) -> Event:
    sent = {key: value for key, value in event.items() if key != "recorded_known"}
    return sent if event.get("recorded_known", True) else sent | {"recordedknown": False}


def judged(
    history: Sequence[Recorded],
    registered: Directory,
    as_of: datetime,
    known_at: datetime,
    calendar: WorkingCalendar,
) -> Assessment:
    """The engine's answer."""
    view = timeline(corrections.entries(history, known_at), as_of=as_of, known_at=known_at)
    return assess(view, NATIONAL, calendar, as_of, registered)


def shown(answer: Assessment) -> dict[str, Any]:
    """The engine's answer in the naive calculator's shape."""
    run, legal = answer.run, answer.legal
    return {
        "clocks": {
            "legal": _clock(legal)
            | {"cycle_started_at": None if run is None else _text(run.cycle_started_at)},
            "portal": _clock(answer.portal),
            "qd766": _clock(answer.qd766),
        },
        "letter": {
            "grade": answer.letter.grade,
            "deadline": _text(answer.letter.deadline),
            "sent_at": _text(answer.letter.sent_at),
            "number": answer.letter.number,
        },
        "custody": [
            {
                "officer": s.officer,
                "unit": s.unit,
                "from": _text(s.start),
                "to": _text(s.end),
                "minutes": s.minutes,
                "allotted_minutes": s.allotted,
                "overrun_minutes": s.overrun,
            }
            for s in answer.custody
        ],
        "responsibility": [
            {
                "officer": s.officer,
                "unit": s.unit,
                "minutes": s.minutes,
                "kind": s.kind,
                "holder_at_due": s.holder_at_due,
            }
            for s in answer.responsibility
        ],
        "findings": {
            f.rule.name: {
                "since": _text(f.since),
                "responsible": sorted({(r.officer, r.unit) for r in f.responsible}, key=str),
            }
            for f in answer.findings
        },
        "accepted_at": _text(answer.accepted_at),
        "finished_at": _text(answer.finished_at),
        "calendar_complete": answer.calendar_complete,
    }


def _clock(clock: Clock) -> dict[str, Any]:
    kind = None if clock.due is None else "instant" if isinstance(clock.due, datetime) else "date"
    return {
        "class": clock.class_,
        "due": _text(clock.due),
        "due_kind": kind,
        "late_working_days": clock.late_working_days,
        "late_minutes": clock.late_minutes,
    }


def _text(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _normal(answer: Mapping[str, Any], rules: set[str]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(answer, default=str))
    plain["responsibility"].sort(key=str)
    plain["findings"] = {rule: found for rule, found in plain["findings"].items() if rule in rules}
    for found in plain["findings"].values():
        found["responsible"] = sorted(
            {officer for officer, _ in found["responsible"] if officer is not None}
        )
    return plain


EXACT = {
    "result_overdue", "in_process_overdue", "overdue_hidden_by_reschedule", "apology_missing", "apology_late",
    "rescheduled_more_than_once", "due_changed_without_document", "due_changed_after_due", "transfer_late",
    "supplement_more_than_once", "supplement_notice_late", "step_overdue", "workflow_not_closed", "progress_stale",
    "return_late", "receipt_missing", "due_date_inconsistent",
}  # fmt: skip


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Every place at which two JSON-like answers differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [
            line
            for key in sorted({*ours, *theirs})
            for line in differences(
                ours.get(key, "absent"), theirs.get(key, "absent"), f"{path}.{key}"
            )
        ]
    return [] if ours == theirs else [f"{path}: engine {ours!r}, calculator {theirs!r}"]


def compare(
    seed: int, naive_calendar: Any, calendar: WorkingCalendar
) -> tuple[list[str], dict[str, Any]]:
    """One random history and question by both; the differences, and what was asked."""
    rng = random.Random(seed)  # reproducible, not secret
    registrations = random_directory(rng)
    history = random_history(rng, f"H40.17-250320-{seed % 10_000:04}")
    as_of, known_at = random_question(rng, history)
    theirs = judge(history, as_of, known_at, registrations, naive_calendar)
    registered = directory(recorded(registrations), known_at)
    ours = shown(judged(recorded(history), registered, as_of, known_at, calendar))
    asked = {
        "seed": seed,
        "as_of": as_of,
        "known_at": known_at,
        "history": history,
        "directory": registrations,
    }
    return differences(_normal(ours, EXACT), _normal(theirs, EXACT)), asked


def _compared(seeds: range) -> list[tuple[list[str], dict[str, Any]]]:
    """What differs among these histories, each with what was asked."""
    naive_calendar, calendar = _calendars()
    every = (compare(seed, naive_calendar, calendar) for seed in seeds)
    return [(found, asked) for found, asked in every if found]


@cache
def _calendars() -> tuple[Any, WorkingCalendar]:
    return as_calendar(load_calendar()), national()


def main() -> int:
    """Compare many histories; print each difference with its seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--show", type=int, default=20, help="how many differing histories to print"
    )
    parser.add_argument(
        "--whole", action="store_true", help="print the differing histories in full"
    )
    options = parser.parse_args()
    last = options.seed + options.histories
    parts = [range(at, min(at + _PART, last)) for at in range(options.seed, last, _PART)]
    done = differing = 0
    with Pool(options.processes) as pool:
        for part, differences in zip(parts, pool.imap(_compared, parts), strict=True):
            for found, asked in differences:
                differing += 1
                if differing <= options.show:
                    times = (asked["as_of"].isoformat(), asked["known_at"].isoformat())
                    print(asked["seed"], *times, *found, sep="\n  ")
                    if options.whole:
                        print(json.dumps(asked, default=str, indent=1, ensure_ascii=False))
            done += len(part)
            if sys.stderr.isatty():
                print(f"\r{done:,}/{options.histories:,}", end="", file=sys.stderr)
    print(f"{options.histories} histories compared, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())

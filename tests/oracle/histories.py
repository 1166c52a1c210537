"""Random adversarial histories: well-formed events, lawless stories.

Everything a compliance log must hold without flinching: ends before acceptance, facts at the same
instant, corrections of corrections, clocks read to the microsecond. Seeded, so that a failing
history can be made again.
"""

import random
from datetime import datetime, timedelta

from tests.oracle.directories import random_directory
from tests.oracle.naive_time import (
    DAY,
    MICROSECOND,
    VN,
    Due,
    breaks_at,
    end_of,
    last_instant,
    parse_due,
    parse_instant,
)
from tests.oracle.stage import (
    CLOCK_READINGS,
    Event,
)
from tests.oracle.story import Story, naive_calendar

__all__ = ["random_directory", "random_history", "random_question"]

ENDS = ("result_issued", "result_issued", "returned", "returned", "refused", "withdrawn", "stopped")
MIDDLE = (
    "transferred", "transferred", "transferred", "supplement_requested", "supplement_requested",
    "supplement_received", "supplement_received", "paused", "paused", "resumed", "resumed",
    "apology_letter_sent", "due_date_changed", "due_date_changed", "portal_state_observed",
    "opinion_requested", "opinion_received", "one_stop_notified", "lost", "accepted",
    "intake_refused",
)  # fmt: skip


def _tell_in_order(story: Story) -> None:
    """A dossier that could have been: intake, work, mostly an end."""
    at = story.instant()
    if story.chance(0.5):
        story.submitted(at)
        at = story.instant(at)
    if story.chance(0.95):
        story.accepted(at)
    for _ in range(story.rng.choice((0, 1, 2, 3, 4, 5, 6, 8))):
        at = story.instant(at)
        kind = story.rng.choice(MIDDLE)
        if kind == "accepted" and story.chance(0.6):
            kind = "transferred"
        getattr(story, kind)(at)
        if kind == "supplement_requested" and story.chance(0.6):
            at = story.instant(at)
            story.supplement_received(at)
        if kind == "paused" and story.chance(0.6):
            at = story.instant(at)
            story.resumed(at)
    for _ in range(story.rng.choice((0, 1, 1, 1, 2, 3))):
        at = story.instant(at)
        getattr(story, story.rng.choice(ENDS))(at)


def _tell_a_supplement(story: Story) -> None:
    """Within the three days: requests, pauses across the answer, a second cycle, then lateness."""
    at = datetime.combine(story.base, story._reading(), VN)
    story.marks.append(at)
    story.accepted(at)
    if story.chance(0.5):
        story.transferred(at + timedelta(minutes=story.rng.choice((0, 10, 300))))
    for _ in range(story.rng.choice((1, 1, 2, 3))):
        at += timedelta(minutes=story.rng.choice((0, 30, 90, 600, 1440)))
        kind = story.rng.choice(("supplement_requested", "supplement_requested", "paused"))
        getattr(story, kind)(at)
    for _ in range(story.rng.choice((1, 2, 3, 4))):
        at = story.instant(at)
        kinds = ("supplement_received", "resumed", "paused", "transferred", "apology_letter_sent")
        getattr(story, story.rng.choice(kinds))(at)
    if story.chance(0.6):
        getattr(story, story.rng.choice(ENDS))(story.instant(at))


def _tell_a_reschedule(story: Story) -> None:
    """A promise, letters and new dates around it, mostly late in the end."""
    at = story.instant()
    story.accepted(at)
    story.transferred(story.instant(at))
    for _ in range(story.rng.choice((1, 2, 3, 4, 5))):
        at = story.instant(at if story.chance(0.6) else None)
        kinds = ("due_date_changed", "due_date_changed", "apology_letter_sent", "transferred")
        getattr(story, story.rng.choice(kinds))(at)
    if story.chance(0.7):
        getattr(story, story.rng.choice(ENDS))(story.instant(at))


def _tell_at_random(story: Story) -> None:
    """Anything, at any time, in any order."""
    for _ in range(story.rng.randint(1, 12)):
        kind = story.rng.choice((*MIDDLE, *ENDS, "accepted", "accepted", "submitted"))
        getattr(story, kind)(story.instant())


def random_history(rng: random.Random, code: str) -> list[Event]:
    """The events of one dossier in order of arrival."""
    story = Story(rng, code)
    tell = rng.choice((
        _tell_in_order, _tell_in_order, _tell_in_order, _tell_a_supplement, _tell_a_supplement,
        _tell_a_reschedule, _tell_at_random,
    ))  # fmt: skip
    tell(story)
    if not story.events:
        story.submitted(story.instant())
    story.add_corrections()
    story.share_ids()
    return story.arrival()


# Questions -----------------------------------------------------------------------------------


def _telling_instants(events: list[Event]) -> list[datetime]:
    """Where an answer may turn: facts, stated and computed limits, deliveries, deadlines."""
    found = []
    for event in events:
        data = {**event["data"], **(event["data"].get("replacement") or {})}
        at = parse_instant(data.get("time") or event["time"])
        found.append(at)
        dues = [data.get(key) for key in ("due_at", "new_due_at", "step_due_at", "delivered_at")]
        limits: list[Due] = [parse_due(text) for text in dues if text]
        stated = [data[key] for key in ("limit", "step_limit") if data.get(key)]
        limits += [naive_calendar().due_from(limit, at) for limit in stated]
        limits.append(naive_calendar().nth_working_day_after(at.date(), 5))
        limits.append(naive_calendar().nth_working_day_after(at.date(), 1))
        for due in limits:
            found += [last_instant(due), breaks_at(due), end_of(due)]
    return found


def random_question(rng: random.Random, events: list[Event]) -> tuple[datetime, datetime]:
    """(as_of, known_at), often exactly where something happens."""
    telling = _telling_instants(events)
    roll = rng.random()
    if roll < 0.45:
        as_of = rng.choice(telling) + rng.choice((-1, 0, 0, 0, 1)) * MICROSECOND
    elif roll < 0.6:
        day = rng.choice(telling).date() + rng.randint(0, 3) * DAY
        as_of = datetime.combine(day, rng.choice(CLOCK_READINGS), VN)
    else:
        as_of = max(telling) + timedelta(minutes=rng.choice((0, 1, 600, 9000, 60000, 500000)))
    recorded = [parse_instant(event["recordedtime"]) for event in events]
    roll = rng.random()
    if roll < 0.65:
        known_at = max([as_of, *recorded]) + rng.choice((0, 1, 500)) * DAY
    elif roll < 0.82:
        known_at = as_of
    else:
        known_at = rng.choice(recorded) + rng.choice((-1, 0, 0, 1)) * MICROSECOND
    return as_of, known_at

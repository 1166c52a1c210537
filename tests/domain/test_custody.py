"""Who held it, for how long, and when so many minutes are used up (JUDGEMENT 6). March 2026: the 9th is a Monday."""

import pytest

from domain.custody import Meter, step_due
from infra.calendars import national
from tests.support.case import ACCEPTED, instant, judged

STILL = (instant("2026-03-10T08:00"), instant("2026-03-11T08:00"))
METER = Meter(national(), [STILL])


@pytest.mark.parametrize(
    ("start", "minutes", "moment"),
    [
        ("2026-03-09T08:00", 60, "2026-03-09T09:00"),  # before it stands still
        ("2026-03-09T08:00", 480, "2026-03-10T08:00"),  # just as it begins to
        ("2026-03-09T08:00", 481, "2026-03-11T08:01"),
        ("2026-03-10T09:00", 1, "2026-03-11T08:01"),  # begun while it stood still
        ("2026-03-11T08:00", 1, "2026-03-11T08:01"),  # begun after it
        ("2026-03-12T08:00", 60, "2026-03-12T09:00"),
    ],
)
def test_minutes_are_used_up_only_while_the_clock_runs(start, minutes, moment):
    assert METER.moment(instant(start), minutes) == instant(moment)


def test_two_times_of_standing_still_are_both_left_out():
    second = (instant("2026-03-11T09:00"), instant("2026-03-12T09:00"))
    meter = Meter(national(), [STILL, second])
    assert meter.moment(instant("2026-03-09T08:00"), 541) == instant("2026-03-12T09:01")
    assert meter.gone(instant("2026-03-12T09:00")) - meter.gone(STILL[0]) == 60


def test_minutes_gone_stop_while_the_clock_stands_still():
    before, within, after = (
        METER.gone(instant(t)) for t in ("2026-03-10T08:00", "2026-03-10T16:00", "2026-03-11T08:30")
    )
    assert (within - before, after - before) == (0, 30)


def handed(at, officer, **data):
    return ("transferred", at, {"to": {"unit": "H40.17", "officer": officer}} | data)


def test_who_hands_over_as_a_new_cycle_begins_has_no_part_in_it():
    history = [
        ACCEPTED,
        ("supplement_requested", "2026-03-06T08:00", {"reason": "r"}),
        ("supplement_received", "2026-03-10T08:00", {"complete": True}),
        handed("2026-03-10T08:00", "B"),
    ]
    first, second = judged(history, "2026-03-10T10:00").custody
    assert (first.minutes, first.used, first.overrun) == (480, None, None)
    assert (second.minutes, second.used, second.overrun) == (120, 120, 0)


def test_without_a_limit_of_the_step_the_overrun_is_what_was_held_after_the_due():
    # Tuesday to the end of Wednesday 2018-01-03; then 5 working days and an hour.
    accepted = ("accepted", "2018-01-02T08:00", one_day())
    (segment,) = judged([accepted], "2018-01-11T08:00").custody
    assert (segment.used, segment.allotted, segment.overrun) == (420 + 480 + 2460, None, 2460)


def one_day():
    return {"competent_unit": "H40.17", "limit": {"amount": 1, "unit": "working_days"}}


@pytest.mark.parametrize(
    ("step", "allotted"),
    [
        ({"step_limit": {"amount": 1, "unit": "working_days"}}, 480),
        ({"step_limit": {"amount": 2, "unit": "calendar_days"}}, 960),
        ({"step_limit": {"amount": 2, "unit": "working_hours"}}, 120),
        ({"step_due_at": "2026-03-09"}, 480),
        ({"step_due_at": "2026-03-09T09:00:00+07:00"}, 120),
        ({"step_due_at": "2026-03-06"}, 0),
        ({"step_due_at": "2026-03-09", "step_limit": {"amount": 1, "unit": "working_hours"}}, 60),
        ({}, None),
    ],
)
def test_a_step_is_allotted_what_was_stated_for_it(step, allotted):
    history = [ACCEPTED, handed("2026-03-09T07:00", "B", **step), handed("2026-03-10T08:00", "C")]
    held = judged(history, "2026-03-10T10:00").custody[1]
    assert (held.officer, held.allotted) == ("B", allotted)
    assert held.overrun == (0 if allotted is None else max(0, 540 - allotted))


STEP = handed("2026-03-09T08:00", "B", step_limit={"amount": 1, "unit": "working_days"})
PAUSED = ("paused", "2026-03-09T10:00", {"ground": "assessment", "legal_basis": "b"})
RESUMED = ("resumed", "2026-03-10T10:00", {"ground": "assessment"})
ANEW = [
    ("supplement_requested", "2026-03-09T10:00", {"reason": "r"}),
    ("supplement_received", "2026-03-11T09:00", {"complete": True}),
]


@pytest.mark.parametrize(
    ("history", "until"),
    [
        ([STEP], "2026-03-10T08:00"),
        ([STEP, PAUSED, RESUMED], "2026-03-11T08:00"),
        ([STEP, PAUSED], None),  # the clock stands still
        ([STEP, *ANEW], "2026-03-12T09:00"),  # the step of the new cycle
        ([], None),  # no step was stated
        ([STEP, handed("2026-03-09T09:00", "C")], None),
    ],
)
def test_a_step_is_due_when_its_time_is_used_up(history, until):
    a = judged([ACCEPTED, *history], "2026-03-11T16:00")
    (since, *_) = [f.since for f in a.findings if f.rule.name == "step_overdue"] or (None,)

    due = step_due(a.custody, a.run, a.calendar)
    assert due == (until and instant(until))
    if since is not None:  # the rule is broken by the first minute more
        assert due is not None
        assert (since - due).total_seconds() == 60


def test_a_dossier_that_nobody_holds_has_no_step():
    a = judged([("submitted", "2026-03-05T08:00", {"channel": "online"})], "2026-03-11T16:00")

    assert step_due(a.custody, a.run, a.calendar) is None

"""The bars of a dossier's page follow one another, fill the whole and add up to it; waiting is nobody's."""

from collections import Counter
from copy import deepcopy
from typing import get_args

import pytest
from hypothesis import given

from infra.http.pages._bars import Kind, custody, shares
from infra.language import Language
from tests.support.told import SEEDS, tellings, told

pytestmark = pytest.mark.property
VI = Language("vi")


def fill(rows, whole):
    """Whether bars begin at the beginning, meet, and end at the end, each as long as its part."""
    at = 0
    for bar in rows:
        assert bar.start == at
        assert bar.width == pytest.approx(1000 * bar.minutes / whole if whole else 0, abs=1)
        assert 0 <= bar.over <= bar.width
        at += bar.width
    return at == (1000 if whole else 0)


@given(tellings)
def test_who_held_it_adds_up_to_the_whole(answer):
    segments = answer["assessment"]["custody"]
    bars = custody(answer["assessment"], VI)
    rows = [bar for bar in bars.rows if bar.kind != "waiting"]

    assert [(bar.officer, bar.unit, bar.minutes) for bar in rows] == [
        (each["officer"], each["unit"], each["minutes"]) for each in segments
    ]
    for bar, each in zip(rows, segments, strict=True):
        assert bar.kind == ("held" if each["officer"] else "unassigned")
        assert (bar.over > 0) <= bool(each["overrun_minutes"])
        assert bar.amount == VI.duration(each["minutes"], short=True)
    assert bars.minutes == sum(each["minutes"] for each in segments)
    assert fill(rows, bars.minutes)


@given(tellings)
def test_shares_add_up_to_the_delay(answer):
    judged = answer["assessment"]
    late = judged["clocks"]["legal"]["late_minutes"]
    bars = shares(judged, VI)

    assert [(bar.kind, bar.officer, bar.minutes) for bar in bars.rows] == [
        (each["kind"], each["officer"], each["minutes"]) for each in judged["responsibility"]
    ]
    assert sum(bar.minutes for bar in bars.rows) == bars.minutes == late
    assert bars.equal
    assert fill(bars.rows, late)
    for bar in bars.rows:
        assert ("chưa quy được" in bar.who.lower()) == (bar.kind == "unattributed")


def test_parts_that_do_not_add_up_are_said_not_to():
    several = (deepcopy(told(seed)["assessment"]) for seed in SEEDS)
    judged = next(each for each in several if each["responsibility"])
    judged["responsibility"][0]["minutes"] += 1

    assert not shares(judged, VI).equal


@given(tellings)
def test_waiting_is_nobodys_and_in_nobodys_bar(answer):
    judged = answer["assessment"]
    stood = Counter(
        day["why"]
        for day in judged["clocks"]["legal"]["trace"]
        if day["why"] in {"supplement", "paused"}
    )
    waiting = [bar for bar in custody(judged, VI).rows if bar.kind == "waiting"]

    assert [bar.amount for bar in waiting] == [VI.working_days(stood[why]) for why in sorted(stood)]
    for bar in waiting:
        assert (bar.officer, bar.unit) == (None, None)
        assert (bar.minutes, bar.width, bar.over) == (0, 0, 0)


def test_random_dossiers_have_bars_of_every_kind():
    judged = [told(seed)["assessment"] for seed in SEEDS]
    kinds = {bar.kind for each in judged for of in (custody, shares) for bar in of(each, VI).rows}

    assert kinds == set(get_args(Kind))

"""What holds of every judgement, over random lawless histories."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.directory import directory
from domain.facts import Recorded
from infra.answers import violation
from infra.calendars import national
from tests.oracle.compare import EXACT, judged, recorded
from tests.oracle.directories import random_directory
from tests.oracle.histories import random_history, random_question

pytestmark = pytest.mark.property
CALENDAR = national()
TICK = timedelta(microseconds=1)
SEEDS = st.integers(0, 10**9)


class Asked:
    """A history, a directory and a question, all random."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.registered = recorded(random_directory(self.rng))
        history = random_history(self.rng, "H40.17-250320-0001")
        self.facts = recorded(history)
        self.t, self.k = random_question(self.rng, history)

    def at(self, t, k=None, facts=None):
        k = self.k if k is None else k
        facts = self.facts if facts is None else facts
        return judged(facts, directory(self.registered, k), t, k, CALENDAR)


def constant(answer):
    """What may not change between two boundaries."""
    return (
        answer.legal.class_,
        answer.portal.class_,
        answer.qd766.class_,
        answer.letter,
        {finding.rule.name: finding.since for finding in answer.findings},
    )


def told(answer):
    return [
        violation("", answer, finding, lang) for finding in answer.findings for lang in ("vi", "en")
    ]


@given(SEEDS)
def test_shares_add_up_to_the_lateness(seed):
    asked = Asked(seed)
    answer = asked.at(asked.t)
    assert sum(share.minutes for share in answer.responsibility) == answer.legal.late_minutes


@given(SEEDS)
def test_custody_and_standing_still_add_up_to_the_work_since_acceptance(seed):
    asked = Asked(seed)
    answer = asked.at(asked.t)
    if answer.accepted_at is None or not answer.custody:
        return
    x, run = answer.legal.x, answer.run
    still = sum(
        CALENDAR.work(max(start, answer.accepted_at), min(stop or x, x))
        for start, stop in ((s[0], s[1]) for s in run.stills)
        if start < x
    )
    held = sum(segment.minutes for segment in answer.custody)
    assert held + still == CALENDAR.work(answer.accepted_at, x)


@given(SEEDS)
def test_the_order_of_arrival_does_not_matter(seed):
    asked = Asked(seed)
    facts = [fact for _, fact in asked.facts]
    if len({fact.time for fact in facts}) < len(facts):
        return
    if any(
        fact.kind == "corrected" for fact in facts
    ):  # of two corrections the later version counts
        return
    now = max(asked.t, *(fact.recorded_at for fact in facts))
    asked.rng.shuffle(facts)
    other = [Recorded(version, fact) for version, fact in enumerate(facts, 1)]
    assert constant(asked.at(now, now, other)) == constant(asked.at(now, now))


@given(SEEDS)
def test_a_replay_at_a_past_instant_judges_what_was_recorded_by_then(seed):
    asked = Asked(seed)
    then = [line for line in asked.facts if line.fact.recorded_at <= asked.t]
    known = [line for line in asked.registered if line.fact.recorded_at <= asked.t]
    whole = asked.at(asked.t, asked.t)
    stopped = judged(then, directory(known, asked.t), asked.t, asked.t, CALENDAR)
    assert whole == stopped


@given(SEEDS)
def test_nothing_changes_between_two_boundaries(seed):
    asked = Asked(seed)
    answer = asked.at(asked.t)
    first = answer.unchanged_since or asked.t - timedelta(days=400)
    last = (answer.next_change_at or asked.t + timedelta(days=4000)) - TICK
    inside = [first + asked.rng.random() * (last - first) for _ in range(5)]
    for instant in (first, last, *inside):
        assert constant(asked.at(instant)) == constant(answer), instant


@given(SEEDS)
def test_what_is_told_of_an_ended_dossier_changes_at_boundaries_only(seed):
    asked = Asked(seed)
    answer = asked.at(asked.t)
    if answer.finished_at is None:
        return
    first = answer.unchanged_since or asked.t - timedelta(days=400)
    last = (answer.next_change_at or asked.t + timedelta(days=4000)) - TICK
    inside = [first + asked.rng.random() * (last - first) for _ in range(5)]
    for instant in (first, last, *inside):
        assert told(asked.at(instant)) == told(answer), instant


@given(SEEDS)
def test_a_finding_holds_from_its_since_without_a_break(seed):
    asked = Asked(seed)
    exact = [f for f in asked.at(asked.t).findings if f.rule.name in EXACT]
    for finding in exact:
        between = finding.since + asked.rng.random() * (asked.t - finding.since)
        for instant in (finding.since, between):
            assert finding.rule.name in {f.rule.name for f in asked.at(instant).findings}
        before = {f.rule.name for f in asked.at(finding.since - TICK).findings}
        assert finding.rule.name not in before


@given(SEEDS)
def test_the_same_question_twice_has_the_same_answer(seed):
    assert Asked(seed).at(Asked(seed).t) == Asked(seed).at(Asked(seed).t)

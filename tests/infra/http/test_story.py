"""The story of a dossier's page: every event once and in order, what was recorded late apart, each finding with its article."""

from datetime import datetime

import pytest
from hypothesis import given

from infra.http.pages._story import Event, Remark, story
from infra.language import Language
from infra.telling import legal_basis
from tests.support.told import SEEDS, tellings, told

pytestmark = pytest.mark.property
VI = Language("vi")
at = datetime.fromisoformat


def told_in(answer):
    found = answer["assessment"]["findings"]
    return story(answer, [legal_basis(each["basis"], VI) for each in found], VI)


def parts(answer):
    """The events, the findings' remarks, the limits' remarks."""
    items = told_in(answer)
    remarks = [item for item in items if isinstance(item, Remark)]
    return (
        [item for item in items if isinstance(item, Event)],
        [item for item in remarks if item.number is not None],
        [item for item in remarks if item.number is None],
    )


@given(tellings)
def test_every_event_is_told_once_and_all_in_the_order_in_which_they_happened(answer):
    events, _, _ = parts(answer)
    instants = [
        at(item.time if isinstance(item, Event) else item.at)
        for item in told_in(answer)
        if isinstance(item, Event) or item.number
    ]

    assert sorted(event.version for event in events) == [
        each["version"] for each in answer["events"]
    ]
    assert instants == sorted(instants)


@given(tellings)
def test_what_was_recorded_on_a_later_day_carries_the_lag(answer):
    recorded = {each["version"]: each for each in answer["events"]}
    for event in parts(answer)[0]:
        each = recorded[event.version]
        lag = (at(each["recordedtime"]).date() - at(each["time"]).date()).days
        assert event.late == (max(lag, 0) if each["recorded_known"] else 0)
        assert event.recorded_unknown == (not each["recorded_known"])


@given(tellings)
def test_what_does_not_count_says_why(answer):
    recorded = {each["version"]: each for each in answer["events"]}
    for event in parts(answer)[0]:
        each = recorded[event.version]
        assert (event.gone == "corrected") == bool(each["corrected_by"])
        assert (event.gone == "") == (each["in_view"] and not each["corrected_by"])
        if event.gone == "unknown":
            assert at(each["recordedtime"]) > at(answer["known_at"])


@given(tellings)
def test_a_correction_and_what_it_corrects_lead_to_each_other(answer):
    recorded = {each["version"]: each for each in answer["events"]}
    events = {event.version: event for event in parts(answer)[0]}
    for version, event in events.items():
        assert (event.corrected_by is None) == (recorded[version]["corrected_by"] is None)
        if event.corrected_by is not None:
            assert events[event.corrected_by].id == recorded[version]["corrected_by"]
            assert events[event.corrected_by].corrects == version
        if event.corrects is not None:
            aim = (recorded[version]["data"]["target"], event.source)
            own = [each for each in events.values() if (each.id, each.source) == aim]
            assert events[event.corrects].id == aim[0]
            assert not own or own == [events[event.corrects]]


@given(tellings)
def test_a_finding_stands_where_it_begins_with_its_article_in_one_line(answer):
    found = answer["assessment"]["findings"]
    remarks = parts(answer)[1]

    assert sorted(remark.number for remark in remarks) == list(range(1, len(found) + 1))
    for remark in remarks:
        each = found[remark.number - 1]
        assert (remark.rule, remark.at) == (each["rule"], each["since"])
        assert remark.basis
        assert len(remark.basis.splitlines()) == 1
        assert all(article["document"] in remark.basis for article in each["basis"])


@given(tellings)
def test_the_due_date_stands_there_once_it_has_passed_and_none_passes_while_the_clock_stands(
    answer,
):
    clock = answer["assessment"]["clocks"]["legal"]
    limits = parts(answer)[2]

    assert [each.at for each in limits] in ([], [clock["due"]])
    if clock["class"] in {"late", "overdue"}:
        assert limits
    elif clock["class"] != "cancelled":
        assert not limits


def test_random_dossiers_have_all_of_it():
    several = [parts(told(seed)) for seed in SEEDS]
    events = [event for each, _, _ in several for event in each]

    assert {event.gone for event in events} == {"", "corrected", "unknown", "future"}
    assert any(event.late for event in events)
    assert any(event.corrected_by for event in events)
    assert any(limits for _, _, limits in several)

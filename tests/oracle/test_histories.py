"""Random stories stay within the contract: only their plots are lawless."""

import random
from collections import Counter

import pytest

from tests.oracle.histories import random_directory, random_history, random_question
from tests.oracle.naive_facts import Event
from tests.oracle.naive_time import parse_due, parse_instant

COMMON = {"actor", "document", "time_precision"}
ALLOWED = {
    "submitted": "procedure channel portal service_level applicant",
    "accepted": "due_at limit competent_unit procedure channel receipt_number copies",
    "intake_refused": "reason",
    "transferred": "to step step_due_at step_limit",
    "supplement_requested": "reason items via_one_stop applicant_fault",
    "supplement_received": "complete new_due_at",
    "paused": "ground legal_basis",
    "resumed": "ground legal_basis",
    "opinion_requested": "of answer_due_at",
    "opinion_received": "of answer_due_at",
    "one_stop_notified": "reason",
    "apology_letter_sent": "number signed_by signed_at reason new_due_at channel delivered_at",
    "due_date_changed": "new_due_at old_due_at ground",
    "result_issued": "outcome",
    "returned": "method",
    "refused": "reason",
    "withdrawn": "reason",
    "stopped": "reason",
    "lost": "reason",
    "corrected": "target kind replacement reason authorised_by",
    "portal_state_observed": "portal status due_at finished_at",
}
REQUIRED = {
    "accepted": "competent_unit",
    "intake_refused": "reason",
    "transferred": "to",
    "supplement_requested": "reason",
    "supplement_received": "complete",
    "paused": "ground",
    "resumed": "ground",
    "opinion_requested": "of",
    "opinion_received": "of",
    "one_stop_notified": "reason",
    "due_date_changed": "new_due_at ground",
    "returned": "method",
    "lost": "reason",
    "corrected": "target kind reason authorised_by",
    "portal_state_observed": "portal status",
}
HISTORIES = [random_history(random.Random(seed), "X") for seed in range(1500)]
EVENTS = [event for history in HISTORIES for event in history]


def kind_of(event: Event) -> str:
    return str(event["type"].split(".")[3])


def test_every_event_has_the_keys_its_type_needs_and_no_others():
    for event in EVENTS:
        kind, keys = kind_of(event), set(event["data"])
        assert keys <= COMMON | set(ALLOWED[kind].split())
        assert set(REQUIRED.get(kind, "").split()) <= keys


def test_every_kind_of_event_is_told():
    assert set(Counter(map(kind_of, EVENTS))) == set(ALLOWED)


def test_a_replacement_keeps_what_the_type_of_its_target_needs():
    for history in HISTORIES:
        for event in history:
            replacement = event["data"].get("replacement") or {}
            targets = [e for e in history if e["id"] == event["data"].get("target")]
            needed = {key for t in targets for key in REQUIRED.get(kind_of(t), "").split()}
            assert not {key for key in needed if replacement.get(key, "") is None}


def test_an_id_is_unique_within_its_source():
    for history in HISTORIES:
        keys = [(event["source"], event["id"]) for event in history]
        assert len(keys) == len(set(keys))


def test_all_times_are_instants_between_2000_and_2090():
    for event in [*EVENTS, *random_directory(random.Random(1))]:
        for text in (event["time"], event["recordedtime"]):
            assert 2000 <= parse_instant(text).year <= 2090
        for key in ("due_at", "new_due_at", "step_due_at", "delivered_at"):
            if event["data"].get(key):
                parse_due(event["data"][key])


@pytest.mark.parametrize("seed", range(5))
def test_a_seed_tells_the_same_story_twice(seed):
    def told() -> tuple:
        rng = random.Random(seed)
        history = random_history(rng, "X")
        return (history, random_directory(rng), random_question(rng, history))

    assert told() == told()

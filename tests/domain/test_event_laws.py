"""Laws of reading, writing and comparing events, for every kind."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import events
from domain.canonical import canonical
from domain.content import comparable, envelope_of
from domain.records import RECORDS, record_id, record_of
from domain.values import VN
from tests.strategies import json_values, offsets, some_fact

pytestmark = pytest.mark.property

ARRIVED = datetime(2025, 6, 2, 9, tzinfo=VN)


def plain(value):
    """A value as json.dumps takes it: the naive way of writing an event."""
    if is_dataclass(value):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: plain(inner) for name, inner in named.items() if inner is not None}
    return value.isoformat() if isinstance(value, date) else value


def dumped(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def reordered(value, backwards):
    """The same JSON with its keys in another order."""
    if isinstance(value, list):
        return [reordered(inner, backwards) for inner in value]
    if not isinstance(value, dict):
        return value
    return {key: reordered(value[key], backwards) for key in sorted(value, reverse=backwards)}


@given(some_fact())
def test_reading_the_content_gives_the_fact(fact):
    assert events.read(fact.content, recorded_at=ARRIVED) == fact


@given(some_fact())
def test_a_stored_event_decodes_to_the_fact(fact):
    digest = events.chained(events.GENESIS, fact.content)
    state = events.state_of(digest, fact.content)
    assert json.loads(state) == {"hash": digest, **json.loads(fact.content)}
    assert events.decode(state) == (digest, fact)


@given(some_fact())
def test_content_is_what_json_dumps_says(fact):
    assert canonical(fact.data) == dumped(plain(fact.data))
    assert fact.content.decode() == dumped(json.loads(fact.content))


@given(json_values)
def test_canonical_is_json_dumps_for_any_json(value):
    assert canonical(value) == dumped(value)


@given(some_fact(), st.booleans())
def test_order_of_keys_does_not_matter(fact, backwards):
    text = json.dumps(reordered(json.loads(fact.content), backwards), indent=1)
    assert events.read(text, recorded_at=ARRIVED) == fact


@given(some_fact(), offsets)
def test_equal_instants_in_other_offsets_do_not_matter(fact, offset):
    said = json.loads(fact.content)
    for name in ("time", "recordedtime"):
        said[name] = datetime.fromisoformat(said[name]).astimezone(offset).isoformat()
    assert events.read(json.dumps(said), recorded_at=ARRIVED) == fact


@given(some_fact(), some_fact())
def test_our_own_time_of_recording_is_not_part_of_the_identity(fact, other):
    later = events.with_content(fact._replace(recorded_at=other.recorded_at))
    same = events.identity(later) == events.identity(fact)
    assert same == (not fact.recorded_known or later.recorded_at == fact.recorded_at)


@given(some_fact())
def test_comparable_content_is_the_content_without_that_time(fact):
    said = json.loads(fact.content)
    if not fact.recorded_known:
        del said["recordedtime"], said["recordedknown"]
    assert comparable(fact.content).decode() == dumped(said)
    assert events.identity(fact) == hashlib.sha256(comparable(fact.content)).hexdigest()


@given(some_fact())
def test_the_envelope_is_read_from_the_end(fact):
    type_, _ = events.KINDS[fact.kind]
    assert envelope_of(fact.content) == (fact.id, fact.source, fact.subject, type_)


@given(some_fact())
def test_changing_anything_changes_the_hash(fact):
    moved = events.with_content(fact._replace(id=fact.id + "x"))
    assert events.chained(events.GENESIS, moved.content) != events.chained(
        events.GENESIS, fact.content
    )
    assert events.chained("1" * 64, fact.content) != events.chained(events.GENESIS, fact.content)


@given(st.lists(some_fact(), min_size=1, max_size=5))
def test_every_fact_has_one_record_and_ids_of_records_are_apart(facts):
    for fact in facts:
        record = record_of(fact).at(record_id(fact), since=fact.time)
        record.record(fact)
        assert record.version == 1
        prefix = record.id.partition(":")[0]
        of_prefix = {"unit": 1, "officer": 2, "procedure": 3, "feedback": 4, "access": 5}.get(
            prefix, 0
        )
        assert type(record) is RECORDS[of_prefix]

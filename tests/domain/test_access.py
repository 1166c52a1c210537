"""The records of access: one for each token, each session, each person's readers, each dossier or source whose facts somebody states, and one for administrative acts."""

import pytest

from domain import events
from domain.access import Access
from domain.errors import Refused
from domain.records import record_id
from tests.domain.test_golden_events import FOLDER
from tests.support.log import NOW, envelope

RECORDS = {
    "token_issued": "access:token:3f9a1c0d2b7e",
    "token_used": "access:token:3f9a1c0d2b7e",
    "token_revoked": "access:token:3f9a1c0d2b7e",
    "signed_in": "access:session:9d0c5b1e7a42",
    "signed_out": "access:session:9d0c5b1e7a42",
    "person_read": "access:person:H40.17-250320-0001",
    "administered": "access:acts",
    "facts_stated": "access:stated:H40.17-250320-0001",
}


def stored(kind):
    return events.decode((FOLDER / f"{events.KINDS[kind][0]}.json").read_bytes()).fact


@pytest.mark.parametrize("kind", sorted(events.OWN))
def test_each_has_its_record_and_takes_its_place_in_it(kind):
    fact = stored(kind)
    record = Access.at(record_id(fact), since=fact.time)
    record.record(fact)

    assert record_id(fact) == RECORDS[kind]
    assert record.version == 1
    assert record.head != events.GENESIS


def test_who_sends_the_facts_of_a_source_has_a_record_for_each():
    said = {"source": "/igate/H40", "by": "token một cửa", "role": "intake"}
    fact = events.read(envelope("access.facts_stated", "a1", data=said), recorded_at=NOW)

    assert record_id(fact) == "access:sent:/igate/H40"


def test_what_else_is_told_has_no_place_there():
    other = events.read(envelope("returned", "a1"), recorded_at=NOW)
    record = Access.at("access:acts", since=NOW)

    with pytest.raises(Refused) as refused:
        record.record(other)
    assert refused.value.code == "wrong_subject"


@pytest.mark.parametrize("kind", ["token_issued", "signed_in"])
def test_an_end_without_an_offset_is_none(kind):
    said = {
        "token": "t",
        "session": "s",
        "by": "x",
        "digest": "d",
        "role": "feed",
        "expires_at": "2026-01-01T00:00:00",
    }
    del said["session" if kind == "token_issued" else "token"]
    with pytest.raises(Refused) as refused:
        events.read(envelope(f"access.{kind}", "a1", data=said), recorded_at=NOW)
    assert refused.value.code in {"naive_time", "invalid_field"}

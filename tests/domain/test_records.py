"""Records take facts: any kind first, chained, and only about their own subject."""

import pytest

from domain import events
from domain.dossier import Dossier
from domain.errors import Refused
from domain.record import Record
from domain.records import EVENT_OF, RECORDS, record_id, record_of
from domain.unit import Unit
from tests.support.log import DOSSIER, NOW, OTHER, fact


def test_every_kind_has_its_event():
    assert EVENT_OF.keys() == events.KINDS.keys()


def test_a_record_grows_by_one_version_and_one_link():
    dossier = Dossier.at(DOSSIER, since=NOW)
    accepted, returned = fact("accepted", "a1"), fact("returned", "a2")
    dossier.record(accepted)
    dossier.record(returned)
    first = events.chained(events.GENESIS, accepted.content)
    assert (dossier.version, dossier.head) == (2, events.chained(first, returned.content))
    one, other = dossier.collect()
    assert (type(one), type(other)) == (Dossier.Accepted, Dossier.Returned)
    assert dossier.collect() == []


def test_an_event_says_when_its_fact_happened():
    dossier = Dossier.at(DOSSIER, since=NOW)
    dossier.record(fact("accepted", "a1"))
    (event,) = dossier.collect()
    assert event.timestamp == fact("accepted", "a1").time


def test_a_fact_about_another_dossier_is_refused():
    dossier = Dossier.at(DOSSIER, since=NOW)
    with pytest.raises(Refused) as refused:
        dossier.record(fact("accepted", "b1", OTHER))
    assert refused.value.code == "wrong_subject"
    assert dossier.version == 0


@pytest.mark.parametrize("aggregate", RECORDS, ids=lambda aggregate: aggregate.__name__)
def test_a_kind_that_a_record_cannot_hold_is_refused(aggregate):
    stranger = fact("unit.registered" if aggregate is Dossier else "accepted", "x")
    with pytest.raises(Refused) as refused:
        aggregate.at("x", since=NOW).record(stranger)
    assert refused.value.code == "wrong_subject"


def test_the_base_record_holds_nothing():
    with pytest.raises(NotImplementedError):
        Record.id_of(fact("accepted", "a1"))


def test_records_are_equal_by_what_the_next_fact_needs():
    one, same = (
        Dossier.at(DOSSIER, 2, "a" * 64, since=NOW),
        Dossier.at(DOSSIER, 2, "a" * 64, since=NOW),
    )
    assert one == same
    assert hash(one) == hash(same)
    assert one != Dossier.at(DOSSIER, 3, "a" * 64, since=NOW)
    assert one != Dossier.at(DOSSIER, 2, "b" * 64, since=NOW)
    assert one != Unit.at(DOSSIER, 2, "a" * 64, since=NOW)


@pytest.mark.parametrize(
    ("kind", "data", "id_"),
    [
        ("accepted", {"competent_unit": "x"}, DOSSIER),
        ("unit.registered", {"unit": "000.00.17.H40", "name": "Phường"}, "unit:H40.17"),
        (
            "unit.intake_declared",
            {"unit": "h40.17", "period": "2021-01/2021-04", "count": 1},
            "unit:H40.17",
        ),
        ("officer.registered", {"officer": "cb-1"}, "officer:cb-1"),
        ("procedure.registered", {"procedure": "1.001612.000.00.00.H48"}, "procedure:1.001612"),
        ("feedback.received", {"feedback": "pakn 1", "unit": "H40"}, "feedback:PAKN 1"),
        ("feedback.answered", {"feedback": "PAKN  1", "unit": "H40"}, "feedback:PAKN 1"),
    ],
)
def test_ids_of_records(kind, data, id_):
    said = fact(kind, "x", data=data)
    assert record_id(said) == id_
    record = record_of(said).at(id_, since=NOW)
    record.record(said)
    assert record.version == 1


def test_a_paper_books_number_is_no_id_of_another_record():
    assert record_id(fact("accepted", "x", "unit:12/2019")) == "UNIT:12/2019"

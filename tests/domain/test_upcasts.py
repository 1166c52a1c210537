"""A second version of an event type: stored events of the first are understood as the second, the chain as it was."""

from dataclasses import dataclass

import pytest

from domain import events, facts
from domain.errors import Refused
from domain.events import Catalogue
from tests.support.log import NOW, envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedV2(facts.Said):
    """`competent_unit` is called `unit` now."""

    unit: str
    copies: int | None = None


def renamed(event):
    data = dict(event["data"])
    data["unit"] = data.pop("competent_unit")
    return event | {"type": "vn.dunghen.dossier.accepted.v2", "data": data}


NEXT = Catalogue(
    {**events.KINDS, "accepted": ("vn.dunghen.dossier.accepted.v2", AcceptedV2)},
    {"vn.dunghen.dossier.accepted.v1": renamed},
)
FIRST = envelope("accepted", "a1", data={"competent_unit": "H40.17", "copies": 2})
SECOND = envelope(
    "accepted", "a1", type="vn.dunghen.dossier.accepted.v2", data={"unit": "H40.17", "copies": 2}
)


def stored_by_the_first_version():
    fact = events.read(FIRST, recorded_at=NOW)
    return events.state_of(events.chained(events.GENESIS, fact.content), fact.content)


def test_a_stored_event_says_what_it_said_in_the_new_words():
    digest, fact = NEXT.decode(stored_by_the_first_version())
    assert fact.data == AcceptedV2(unit="H40.17", copies=2)
    assert fact.kind == "accepted"
    assert NEXT.said(fact) == {"unit": "H40.17", "copies": 2}
    # The bytes are the ones that were hashed: the chain holds.
    assert events.chained(events.GENESIS, fact.content) == digest
    assert b"accepted.v1" in fact.content


def test_the_next_event_is_chained_to_it_as_it_was():
    digest, _ = NEXT.decode(stored_by_the_first_version())
    later = NEXT.read(envelope("returned", "a2"), recorded_at=NOW)
    assert events.chained(digest, later.content) != events.chained(events.GENESIS, later.content)


def test_an_event_of_the_first_version_that_comes_in_now_is_taken_as_the_second():
    fact = NEXT.read(FIRST, recorded_at=NOW)
    assert fact == NEXT.read(SECOND, recorded_at=NOW)
    assert b"accepted.v2" in fact.content


@pytest.mark.parametrize("sent", [FIRST, SECOND])
def test_an_event_stored_under_the_first_version_and_sent_again_is_the_same(sent):
    stored = events.content_of(stored_by_the_first_version())
    known, given = NEXT.compared(stored, NEXT.read(sent, recorded_at=NOW))
    assert known == given


def test_amending_an_upcast_event_speaks_the_new_words():
    _, fact = NEXT.decode(stored_by_the_first_version())
    assert NEXT.amended(fact, {"unit": "H40.18"}).data == AcceptedV2(unit="H40.18", copies=2)


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"type": "vn.dunghen.dossier.eaten.v1"}'])
def test_what_no_version_understands_is_refused(text):
    with pytest.raises(Refused):
        NEXT.read(text, recorded_at=NOW)

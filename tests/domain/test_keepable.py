"""What no store can keep is refused when it is read, and what is stored already stays readable."""

import pytest

from domain import events
from domain.content import GENESIS, state_of
from domain.errors import Refused
from domain.keepable import LARGEST
from tests.support.log import NOW, envelope, fact

LONG = "x" * 301
TEXT = r"C:\u0000 \\u0000"


def refusal(kind, data):
    with pytest.raises(Refused) as refused:
        events.read(envelope(kind, "a1", data=data), recorded_at=NOW)
    return refused.value


CORRECTED = {"target": "t", "kind": "amend", "reason": "r", "authorised_by": "b"}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("accepted", {"competent_unit": "H\0"}),
        ("lost", {"reason": "a \\\\ \0"}),
        ("submitted", {"applicant": {"name": "\0"}}),
        ("supplement_requested", {"reason": "r", "items": ["\0"]}),
        ("corrected", CORRECTED | {"replacement": {"reason": "\0"}}),
        ("corrected", CORRECTED | {"replacement": {"\0": 1}}),
    ],
    ids=str,
)
def test_a_nul_character_is_no_text_wherever_it_stands(kind, data):
    assert refusal(kind, data).code == "nul_character"


def test_an_event_has_a_mebibyte_at_most():
    room = LARGEST - len(fact("lost", "a1", data={"reason": ""}).content)
    assert len(fact("lost", "a1", data={"reason": "x" * room}).content) == LARGEST
    told = refusal("lost", {"reason": "x" * (room + 1)})
    assert (told.code, told.message) == (
        "event_too_large",
        "the event has 1048577 bytes: 1048576 at most",
    )


def test_a_backslash_before_u0000_is_text():
    assert events.CATALOGUE.said(fact("lost", "a1", data={"reason": TEXT})) == {"reason": TEXT}


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("accepted", {"competent_unit": LONG}, "competent_unit"),
        ("accepted", {"competent_unit": "H40", "procedure": LONG}, "procedure"),
        ("lost", {"reason": "r", "actor": {"officer": LONG}}, "actor.officer"),
        ("transferred", {"to": {"unit": "H40", "officer": "\U00020000" * 151}}, "to.officer"),
        ("feedback.received", {"feedback": LONG, "unit": "H40"}, "feedback"),
        (
            "corrected",
            CORRECTED | {"replacement": {"competent_unit": LONG}},
            "replacement.competent_unit",
        ),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_code_has_three_hundred_characters_at_most(kind, data, field):
    refused = refusal(kind, data)
    assert refused.code == "name_too_long"
    assert refused.message.startswith(f"data.{field} has ")


def test_texts_that_are_no_codes_may_be_long():
    data = {"reason": "r" * 5_000, "actor": {"officer": "ộ" * 200}}
    assert events.CATALOGUE.said(fact("lost", "a1", data=data)) == data


def test_half_a_character_is_no_json():
    assert refusal("lost", {"reason": "\ud800"}).code == "invalid_json"


def test_what_was_stored_before_is_still_read():
    said = fact("accepted", "a1", data={"competent_unit": "H40.17"})
    for unit in (b"H\\u0000", b"x" * 500):
        content = said.content.replace(
            b'"competent_unit":"H40.17"', b'"competent_unit":"%b"' % unit
        )
        assert events.decode(state_of(GENESIS, content)).fact.content == content


def test_what_is_said_of_an_applicant_is_not_said_again():
    told = refusal("submitted", {"applicant": {"phone": 912345678}, "channel": "pigeon"}).message
    assert "912345678" not in told
    assert "pigeon" in told

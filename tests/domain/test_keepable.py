"""What no store can keep is refused when it is read, and what is stored already stays readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import events
from domain.content import GENESIS, state_of
from domain.errors import Refused
from domain.keepable import LARGEST
from domain.values import dossier_key, is_blank, procedure_key, unit_key
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


BLANK = [
    "",
    "\x01\x7f",
    " ",
    "\u200b",
    "\t\u00a0",
    "\u001c",
    "\u200d\u200c\ufeff",
    "\u3164",
    "\U000e0041",
]


@pytest.mark.parametrize("blank", BLANK, ids=ascii)
@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("accepted", {"competent_unit": None}, "competent_unit"),
        ("accepted", {"competent_unit": "H40", "procedure": None}, "procedure"),
        ("transferred", {"to": {"unit": None}}, "to.unit"),
        ("opinion_requested", {"of": {"unit": None}}, "of.unit"),
        ("apology_letter_sent", {"signed_by": {"officer": None}}, "signed_by.officer"),
        ("portal_state_observed", {"portal": None, "status": 1}, "portal"),
        ("unit.registered", {"unit": None, "name": "A"}, "unit"),
        ("unit.registered", {"unit": "H40", "name": "A", "parent": None}, "parent"),
        ("unit.registered", {"unit": "H40", "name": "A", "head": None}, "head"),
        ("unit.intake_declared", {"unit": None, "period": "2021-01/2021-04", "count": 1}, "unit"),
        ("officer.registered", {"officer": None}, "officer"),
        ("officer.registered", {"officer": "o", "unit": None}, "unit"),
        ("procedure.registered", {"procedure": None}, "procedure"),
        ("feedback.received", {"feedback": None, "unit": "H40"}, "feedback"),
        ("feedback.received", {"feedback": "f", "unit": "H40", "dossier": None}, "dossier"),
        ("corrected", CORRECTED | {"target": None}, "target"),
        (
            "corrected",
            CORRECTED | {"replacement": {"competent_unit": None}},
            "replacement.competent_unit",
        ),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_name_that_shows_nothing_names_nothing(kind, data, field, blank):
    refused = refusal(kind, filled(data, blank))
    assert refused.code == "invalid_field"
    assert refused.message == f"data.{field} is blank: give a code or name that can be seen"


def filled(data, name):
    return {
        key: filled(value, name) if isinstance(value, dict) else name if value is None else value
        for key, value in data.items()
    }


@pytest.mark.parametrize("blank", BLANK, ids=ascii)
def test_who_did_it_is_nobody_where_the_name_is_spaces_and_must_be_seen_else(blank):
    data = {"reason": "r", "actor": {"officer": blank, "unit": "H40"}}
    if blank.strip():
        assert refusal("lost", data).message.startswith("data.actor.officer is blank")
    else:
        assert events.CATALOGUE.said(fact("lost", "a1", data=data))["actor"] == {"unit": "H40"}


@pytest.mark.parametrize("name", ["Ộ", "Đ Ư", "ộ\u200b", '"', "\\", "—"])
def test_a_name_of_other_letters_than_ascii_is_one(name):
    data = {"competent_unit": name}
    assert events.CATALOGUE.said(fact("accepted", "a1", data=data)) == data


def test_texts_that_name_nothing_may_be_blank():
    data = {"reason": "\u200b", "items": ["", " "]}
    assert events.CATALOGUE.said(fact("supplement_requested", "a1", data=data)) == data


@pytest.mark.parametrize("text", [*BLANK, "x", "H40", "12/2019", "Ộ"], ids=ascii)
def test_what_is_not_blank_has_a_key(text):
    keys = {dossier_key(text), unit_key(text), procedure_key(text)}
    assert is_blank(text) or "" not in keys


@pytest.mark.property
@given(st.text(st.sampled_from("\u200b\u200d\ufeff\u3164\ufe0f\u0301. \t-A1đ"), max_size=6))
def test_no_text_that_is_not_blank_has_the_key_of_nothing(text):
    assert is_blank(text) or "" not in {dossier_key(text), unit_key(text), procedure_key(text)}


@pytest.mark.parametrize("copies", [-1, 10_001, 10**40])
@pytest.mark.parametrize("replaced", [False, True])
def test_nobody_hands_in_so_many_copies(copies, replaced):
    said = {"copies": copies}
    kind, data = (
        ("corrected", CORRECTED | {"replacement": said})
        if replaced
        else ("accepted", said | {"competent_unit": "H40"})
    )
    refused = refusal(kind, data)
    assert refused.code == "invalid_field"
    assert " is " in refused.message
    assert refused.message.endswith(": give 0 to 10000")


@pytest.mark.parametrize("copies", [0, 2, 10_000])
def test_copies_that_somebody_may_hand_in(copies):
    data = {"competent_unit": "H40", "copies": copies}
    assert events.CATALOGUE.said(fact("accepted", "a1", data=data)) == data


def test_texts_that_are_no_codes_may_be_long():
    data = {"reason": "r" * 5_000, "actor": {"officer": "ộ" * 200}}
    assert events.CATALOGUE.said(fact("lost", "a1", data=data)) == data


def test_half_a_character_is_no_json():
    assert refusal("lost", {"reason": "\ud800"}).code == "invalid_json"


def test_what_was_stored_before_is_still_read():
    said = fact("accepted", "a1", data={"competent_unit": "H40.17"})
    for unit in (b"H\\u0000", b"x" * 500, b"", "\u200b".encode()):
        content = said.content.replace(
            b'"competent_unit":"H40.17"', b'"competent_unit":"%b"' % unit
        )
        assert events.decode(state_of(GENESIS, content)).fact.content == content


def test_what_is_said_of_an_applicant_is_not_said_again():
    told = refusal("submitted", {"applicant": {"phone": 912345678}, "channel": "pigeon"}).message
    assert "912345678" not in told
    assert "pigeon" in told

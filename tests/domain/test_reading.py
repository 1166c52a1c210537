"""What is refused at the edge, under which code; and what is let pass."""

import json
from dataclasses import fields
from datetime import date, datetime
from typing import get_args, get_type_hints

import pytest

from domain import events
from domain.content import envelope_of
from domain.errors import Refused
from domain.facts import Holder, Transferred
from domain.keepable import _TIMES
from domain.values import VN, Actor
from tests.domain.test_golden_events import FOLDER
from tests.support.log import NOW, envelope, fact


def refusal(envelope_):
    with pytest.raises(Refused) as refused:
        events.read(envelope_, recorded_at=NOW)
    return refused.value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        (b"[]", "invalid_field"),
        (b"{}", "missing_field"),
        (json.dumps(envelope("accepted", "a1"))[:-1], "invalid_json"),
        ("[" * 5000, "invalid_json"),
    ],
)
def test_text_that_is_no_event(text, code):
    assert refusal(text).code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "vn.dunghen.dossier.eaten.v1"}, "unknown_type"),
        ({"type": None}, "missing_field"),
        ({"id": None}, "missing_field"),
        ({"id": ""}, "invalid_field"),
        ({"id": "a\nb"}, "invalid_field"),
        ({"subject": "x" * 301}, "invalid_field"),
        ({"subject": "\u00a0 "}, "invalid_field"),
        ({"subject": "\u200b"}, "invalid_field"),
        ({"subject": " \u200d\u3164"}, "invalid_field"),
        ({"time": "1770000000"}, "invalid_field"),
        ({"recordedtime": "1770000000.5"}, "invalid_field"),
        ({"data": {"competent_unit": "H40", "due_at": "1770000000"}}, "invalid_field"),
        ({"specversion": "0.3"}, "invalid_field"),
        ({"time": "2025-03-20T08:00:00"}, "naive_time"),
        ({"time": "2025-02-30T08:00:00+07:00"}, "invalid_field"),
        ({"time": "0999-03-20T08:00:00+07:00"}, "time_out_of_range"),
        ({"recordedtime": "2025-03-20T08:00:00"}, "naive_time"),
        ({"data": {}}, "missing_field"),
        ({"data": {"competent_unit": "H40", "colour": "red"}}, "unknown_field"),
        ({"data": {"competent_unit": 40}}, "invalid_field"),
        ({"data": {"competent_unit": "H40", "due_at": "2025-04-20T08:00:00"}}, "naive_time"),
        ({"data": {"competent_unit": "H40", "due_at": "3025-04-20"}}, "time_out_of_range"),
        (
            {"data": {"competent_unit": "H40", "limit": {"amount": -1, "unit": "working_days"}}},
            "invalid_limit",
        ),
    ],
    ids=str,
)
def test_event_that_cannot_be_understood(changes, code):
    assert refusal(envelope("accepted", "a1", **changes)).code == code


@pytest.mark.parametrize("period", ["2021", "2021-13/2021-14", "2021-01-01", "2021-04/2021-01"])
def test_a_span_is_two_months_or_two_days_in_order(period):
    declared = {"unit": "H40.17", "period": period, "count": 1}
    assert refusal(envelope("unit.intake_declared", "d1", data=declared)).code == "invalid_field"


def test_a_declared_count_is_never_negative():
    declared = {"unit": "H40.17", "period": "2021-01/2021-04", "count": -1}
    assert refusal(envelope("unit.intake_declared", "d1", data=declared)).code == "invalid_field"
    none = fact("unit.intake_declared", "d1", data=declared | {"count": 0})
    assert events.CATALOGUE.said(none)["count"] == 0


@pytest.mark.parametrize("status", [0, 11])
def test_a_status_outside_the_national_list_is_refused(status):
    seen = {"portal": "p", "status": status}
    assert refusal(envelope("portal_state_observed", "p1", data=seen)).code == "invalid_field"


NUMBERS = ("1772413200", "1772413200.5", "1.77e9", "+1.7E9", "-1", "1_772_413_200", " 1772413200 ")


def guised(number, escaped):
    """The number as a JSON text, its first character escaped or not."""
    return f'"\\u{ord(number[0]):04x}{number[1:]}"' if escaped else f'"{number}"'


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("name", ["time", "recordedtime", "due_at", "document.date", "t\\u0069me"])
def test_a_time_that_is_a_number_is_none(number, escaped, name):
    said = envelope("accepted", "a1", data={"competent_unit": "H40"})
    place = said["data"] if name in {"due_at", "document.date"} else said
    if name == "document.date":
        place["document"] = {"date": "@"}
    else:
        place["time" if "\\" in name else name] = "@"
    text = json.dumps(said).replace('"@"', guised(number, escaped))
    if "\\" in name:
        text = text.replace('"time"', f'"{name}"')

    told = refusal(text)

    assert told.code == "invalid_field"
    assert told.message.count("is no date or instant") == 1


@pytest.mark.parametrize("name", ["time", "due_at", "signed_at", "new_due_at"])
def test_a_replacement_has_no_number_for_a_time(name):
    data = {"target": "t", "kind": "amend", "reason": "r", "authorised_by": "b"}
    numbers: tuple[str | int, ...] = (*NUMBERS, 1_772_413_200)
    for given in numbers:
        told = refusal(envelope("corrected", "c1", data=data | {"replacement": {name: given}}))
        assert told.message.startswith(f"data.replacement.{name} is no date or instant")
    for written in (None, "2025-03-20", "2025-03-20T08:00:00+07:00"):
        fact("corrected", "c1", data=data | {"replacement": {name: written}})


def test_every_time_of_a_fact_is_called_so_that_a_replacement_of_it_is_known_for_one():
    """Else a number would be a time there."""
    times = {
        field.name
        for _, said in events.KINDS.values()
        for field in fields(said)
        if {date, datetime} & {*get_args(hint := get_type_hints(said)[field.name]), hint}
    }
    assert "due_at" in times
    assert [name for name in times if not _TIMES.fullmatch(name)] == []


@pytest.mark.parametrize(
    "day", ["2025-03-20T08:00:00Z", "2025-03-20t08:00:00+07:00", "2025-03-20 08:00:00.5+07:00"]
)
def test_instants_are_read_as_ever(day):
    read = fact("accepted", "a1", time=day, data={"competent_unit": "H40", "due_at": day})
    assert datetime.fromisoformat(events.CATALOGUE.said(read)["due_at"]) == read.time
    assert read.time.hour in {8, 15}


def test_what_was_stored_with_a_number_for_a_time_is_still_amended_as_it_was():
    data = {"target": "a1", "kind": "amend", "reason": "r", "authorised_by": "b"}
    said = fact("accepted", "a1", data={"competent_unit": "H40"})
    corrected = fact("corrected", "c1", data=data | {"replacement": {"due_at": "2025-03-20"}})
    stored = events.understood(corrected.content.replace(b'2025-03-20"}', b'1.7e9"}'))
    replacement = events.CATALOGUE.said(stored)["replacement"]
    assert replacement == {"due_at": "1.7e9"}
    amended = events.CATALOGUE.said(events.CATALOGUE.amended(said, replacement))
    assert amended["due_at"].startswith("2023-11-15")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_number_that_json_does_not_know(number):
    data = f'{{"target":"t","kind":"amend","reason":"r","authorised_by":"b","replacement":{{"copies":{number}}}}}'
    text = json.dumps(envelope("corrected", "c1", data=0)).replace('"data": 0', f'"data": {data}')
    assert refusal(text).code == "invalid_field"


def test_every_problem_is_told_at_once():
    told = refusal(envelope("accepted", "a1", id=None, time="2025-03-20T08:00:00", data={})).message
    assert told == (
        "id is missing; time has no offset (given: '2025-03-20T08:00:00'): write e.g. 2025-03-20T08:00:00+07:00;"
        " data.competent_unit is missing"
    )


def test_without_a_time_of_recording_it_is_the_arrival():
    said = fact("accepted", "a1", recordedtime=None)
    assert (said.recorded_at, said.recorded_known) == (NOW, False)
    assert b'"recordedknown":false,"recordedtime":"2025-06-02T09:00:00+07:00"' in said.content


def test_an_exported_event_keeps_that_its_time_of_recording_was_ours():
    said = fact("accepted", "a1", recordedtime=None)
    assert events.read(said.content, recorded_at=datetime(2030, 1, 1, tzinfo=VN)) == said


def test_unknown_extension_attributes_are_let_pass_and_not_kept():
    assert fact("accepted", "a1", traceparent="00-1").content == fact("accepted", "a1").content


def test_correlation_and_causation_are_carried():
    said = fact("accepted", "a1", correlationid="c", causationid="e")
    assert (said.correlation, said.causation) == ("c", "e")
    assert said.content.startswith(b'{"causationid":"e","correlationid":"c","data":')


def test_bytes_that_are_no_stored_event_are_refused():
    with pytest.raises(Refused):
        events.decode(b'{"hash":"' + b"0" * 64 + b'","data":1}')


def test_bytes_that_only_look_like_an_event_have_no_envelope():
    content = fact("accepted", "a1").content
    assert envelope_of(content) is not None
    assert envelope_of(content.replace(b'"id":"a1"', b'"id":"\xff"')) is None
    assert envelope_of(content.replace(b'"id":"a1"', b'"ip":"a1"')) is None
    assert envelope_of(b"") is None


def test_amending_replaces_removes_and_moves():
    said = fact("accepted", "a1", data={"competent_unit": "H40.17", "copies": 2})
    moved = {"competent_unit": "H40.18", "copies": None, "time": "2025-03-21T01:00:00Z"}
    amended = events.CATALOGUE.amended(said, moved)
    assert events.CATALOGUE.said(amended) == {"competent_unit": "H40.18"}
    assert amended.time == datetime(2025, 3, 21, 8, tzinfo=VN)
    assert (amended.id, amended.content) == (said.id, said.content)
    with pytest.raises(Refused):
        events.CATALOGUE.amended(said, {"competent_unit": None})


@pytest.mark.parametrize("kind", sorted(events.OWN))
def test_what_only_the_program_says_nobody_reports(kind):
    own = (FOLDER / f"{events.KINDS[kind][0]}.json").read_bytes()
    said = json.loads(own)
    del said["hash"]

    assert events.read(said, recorded_at=NOW).kind == kind
    with pytest.raises(Refused) as refused:
        events.reported(said, recorded_at=NOW)
    assert refused.value.code == "own_type"


def test_what_others_say_is_reported_as_it_is_read():
    said = envelope("returned", "a1")

    assert events.reported(said, recorded_at=NOW) == events.read(said, recorded_at=NOW)


def test_an_officer_of_spaces_is_nobody():
    said = {"actor": {"officer": " ", "unit": " "}, "to": {"unit": "Y09.21", "officer": "  "}}
    transferred = fact("transferred", "t1", data=said).data

    assert isinstance(transferred, Transferred)
    assert transferred.to == Holder(unit="Y09.21")
    assert transferred.actor == Actor()

"""Facts of other systems: whichever way they come, they read as the same fact; what cannot be read says why."""

import json

import pytest

from domain import events
from domain.errors import Refused
from infra.messages.incoming import LARGEST, envelope_of, fact_of
from infra.messages.message import Message
from tests.support.log import NOW, envelope

EVENT = envelope("accepted", "Sự kiện 1", correlationid="c")


def read(value, *headers):
    message = Message("facts", None, value, headers)
    return events.read(envelope_of(message), recorded_at=NOW)


def dumped(event):
    return json.dumps(event, ensure_ascii=False).encode()


def binary(event, *more, content_type=b"application/json"):
    said = [(f"ce_{name}", str(value).encode()) for name, value in event.items() if name != "data"]
    kind = [] if content_type is None else [("content-type", content_type)]
    return Message("facts", None, dumped(event["data"]), (*said, *kind, *more))


def code_of(message):
    with pytest.raises(Refused) as refused:
        events.read(envelope_of(message), recorded_at=NOW)
    return refused.value.code


STRUCTURED = [
    b"application/cloudevents+json",
    b"application/cloudevents+json; charset=UTF-8",
    b"Application/CloudEvents",
    b"application/json",
]


@pytest.mark.parametrize("type_", STRUCTURED)
def test_structured_and_binary_say_the_same(type_):
    told = read(dumped(EVENT), ("Content-Type", type_))
    assert told == events.read(EVENT, recorded_at=NOW)
    assert events.read(envelope_of(binary(EVENT)), recorded_at=NOW) == told


def test_without_any_header_the_value_says_all():
    assert read(dumped(EVENT)).id == EVENT["id"]


@pytest.mark.parametrize("type_", [None, b"text/json", b"application/vn.igate+json;charset=utf-8"])
def test_data_may_have_any_json_type(type_):
    assert events.read(envelope_of(binary(EVENT, content_type=type_)), recorded_at=NOW).id


def test_the_datas_bytes_are_taken_as_they_are():
    message = binary(EVENT)._replace(value=b'{ "competent_unit" : "H40.17"}')
    assert envelope_of(message).endswith(b'"data":{ "competent_unit" : "H40.17"}}')


@pytest.mark.parametrize(("said", "known"), [(b"false", False), (b"true", True)])
def test_whether_the_time_of_recording_is_known_is_kept(said, known):
    message = binary(EVENT, ("ce_recordedknown", said))
    assert events.read(envelope_of(message), recorded_at=NOW).recorded_known is known


def test_attributes_about_the_data_are_left_out():
    message = binary(EVENT, ("ce_dataschema", b"/s"), ("ce_data", b"{}"), ("traceparent", b"\xff"))
    assert b"dataschema" not in envelope_of(message)
    assert events.read(envelope_of(message), recorded_at=NOW).id


def test_a_fault_of_ours_on_one_message_is_told_as_such(monkeypatch):
    monkeypatch.setattr("infra.messages.incoming.envelope_of", lambda message: 1 / 0)
    with pytest.raises(Refused) as refused:
        fact_of(binary(EVENT), NOW)
    assert (refused.value.code, "ZeroDivisionError" in refused.value.message) == (
        "program_fault",
        True,
    )


REFUSED = {
    "too long": (Message("facts", None, b" " * (LARGEST + 1)), "line_too_long"),
    "nothing": (Message("facts", None, None), "missing_field"),
    "batch": (
        Message(
            "facts", None, b"[]", (("content-type", b"application/cloudevents-batch+json"),)
        ),
        "unsupported_format",
    ),
    "avro": (binary(EVENT, content_type=b"application/avro"), "unsupported_format"),
    "nothing but avro": (
        Message("facts", None, b"x", (("content-type", b"avro/binary"),)),
        "unsupported_format",
    ),
    "Windows-1258": (
        binary(EVENT, content_type=b"application/json; charset=windows-1258"),
        "unsupported_format",
    ),
    "twice": (binary(EVENT, ("ce_id", b"other")), "invalid_field"),
    "no value": (binary(EVENT, ("ce_x", None)), "invalid_encoding"),
    "not UTF-8": (binary(EVENT, ("ce_x", b"\xff")), "invalid_encoding"),
    "data not JSON": (binary(EVENT)._replace(value=b"{"), "invalid_json"),
    "data and more": (binary(EVENT)._replace(value=b'{},"id":"other"'), "invalid_json"),
    "no data": (binary(EVENT)._replace(value=None), "missing_field"),
    "no type": (binary({k: v for k, v in EVENT.items() if k != "type"}), "missing_field"),
    "known or not": (binary(EVENT, ("ce_recordedknown", b"perhaps")), "invalid_field"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_says_why(case):
    message, code = REFUSED[case]
    assert code_of(message) == code

"""Stored events as CloudEvents: the bytes come back, whoever reads headers understands them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import events
from domain.content import chained, state_of
from domain.errors import Refused
from infra.importing.taking import import_paths
from infra.messages.cloudevents import UNREADABLE, glance, line_of, message_of
from infra.messages.message import Message, Unread, spelling
from tests.infra.broker.reading import as_read
from tests.strategies import some_fact
from tests.support.log import fact, open_engine, open_log

TOPIC = "dunghen.dossier-events.v1"


def line(fact, version=3, position=41):
    state = state_of(chained(events.GENESIS, fact.content), fact.content)
    return position, fact.subject, version, state


def headers(message):
    return {name: value.decode() for name, value in message.headers}


@pytest.mark.property
@given(some_fact())
def test_every_event_comes_back_byte_for_byte(fact):
    message = message_of(line(fact), TOPIC)
    assert line_of(message) == line_of(as_read(message)) == line(fact)
    assert glance(as_read(message)) == (fact.subject, 3)
    assert headers(message)["ce_type"] != UNREADABLE.decode()


@pytest.mark.property
@given(some_fact())
def test_every_event_says_its_attributes_in_headers(fact):
    said = headers(message_of(line(fact), TOPIC))
    envelope = json.loads(fact.content)
    assert said["content-type"] == "application/json"
    for name in ("id", "source", "type", "specversion", "time", "subject", "recordedtime"):
        assert said[f"ce_{name}"] == envelope[name]
    for name in ("causationid", "correlationid"):
        assert said.get(f"ce_{name}") == envelope.get(name)
    assert (said.get("ce_recordedknown") is None) == fact.recorded_known
    assert (said["ce_version"], said["ce_position"]) == ("3", "41")


@pytest.mark.property
@given(some_fact(), st.data())
def test_altered_bytes_come_back_as_they_were(fact, data):
    state = line(fact)[3]
    at = data.draw(st.integers(0, len(state)))
    altered = state[:at] + data.draw(st.binary(max_size=3)) + state[at + 1 :]
    damaged = (1, fact.subject, 2, altered)
    assert line_of(message_of(damaged, TOPIC)) == damaged
    assert line_of(as_read(message_of(damaged, TOPIC))) == damaged


@pytest.mark.property
@given(st.binary(max_size=300))
def test_bytes_that_are_no_event_travel_whole(state):
    assert line_of(message_of((1, "A", 2, state), TOPIC)) == (1, "A", 2, state)


def test_bytes_that_are_no_event_have_a_type_of_their_own():
    message = message_of((7, "A", 2, b"{}"), TOPIC)
    assert (headers(message)["ce_type"], headers(message)["ce_id"]) == (UNREADABLE.decode(), "7")


TRICKY = {
    "quoted id": fact("accepted", 'a"},"id":"b'),
    "id that looks like an envelope": fact("accepted", ',"id":"x","recordedtime":"y'),
    "backslash at the end": fact("accepted", "a\\"),
    "data that looks like an envelope": fact("refused", "i", data={"reason": ',"id":"x","recordedtime":"y"'}),
    "linked": fact("accepted", "i", correlationid='c"', causationid="k"),
    "caused only": fact("accepted", "i", causationid="k"),
    "correlated only": fact("accepted", "i", correlationid="\\"),
    "id that is the name of a header": fact("accepted", "ce_version"),
    "id that begins as one": fact("accepted", "ce_version1"),
    "not told when recorded": fact("accepted", "i", recordedtime=None),
}  # fmt: skip


@pytest.mark.parametrize("name", TRICKY)
def test_texts_that_look_like_json_come_back(name):
    tricky = line(TRICKY[name])
    message = message_of(tricky, TOPIC)
    assert headers(message)["ce_id"] == TRICKY[name].id
    assert line_of(message) == line_of(as_read(message)) == tricky
    assert glance(as_read(message)) in {(tricky[1], 3), ("", 0)}


@pytest.mark.parametrize("escaped", [rb"\u0041", rb"\ud800", rb"\/", rb"\xff"])
def test_escapes_that_we_never_write_travel_whole(escaped):
    *_, state = line(fact("accepted", "PLACE"))
    odd = (1, "A", 2, state.replace(b"PLACE", escaped))
    assert headers(message_of(odd, TOPIC))["ce_type"] == UNREADABLE.decode()
    assert line_of(message_of(odd, TOPIC)) == odd


def test_a_time_written_with_an_escape_travels_whole():
    *_, state = line(fact("accepted", "i"))
    odd = (1, "A", 2, state.replace(b'"time":"2025', rb'"time":"\\2025'))
    assert headers(message_of(odd, TOPIC))["ce_type"] == UNREADABLE.decode()


def test_lines_of_an_imported_log_come_back(tmp_path):
    log = open_log(tmp_path)
    examples = ["docs/examples/events.jsonl", "docs/examples/register.csv"]
    import_paths(open_engine(tmp_path, log), examples)
    lines = list(log.select(0, 10_000))
    log.close()
    assert len(lines) > 10
    assert all(line_of(message_of(each, TOPIC)) == tuple(each) for each in lines)


def test_nothing_is_seen_at_a_glance_of_what_is_no_event_of_the_log():
    of_the_log = message_of((1, "A", 2, b"{}"), TOPIC)
    assert glance(as_read(of_the_log)) == ("A", 2)
    assert glance(of_the_log) == ("", 0)  # made here, not read
    for other in (
        of_the_log._replace(key=None),
        of_the_log._replace(key=b"\xff"),
        of_the_log._replace(headers=()),
        of_the_log._replace(headers=(("ce_version", b"x"),)),
    ):
        assert glance(as_read(other)) == ("", 0)


@pytest.mark.property
@given(some_fact(), st.integers(0, 400), st.binary(max_size=3))
def test_headers_that_were_altered_are_read_as_by_one_who_reads_all(fact, at, other):
    sent = as_read(message_of(line(fact), TOPIC))
    raw = sent.headers.raw
    altered = sent._replace(headers=Unread(raw[:at] + other + raw[at + 1 :]))
    assert outcome(altered) == outcome(altered._replace(headers=tuple(altered.headers)))


def outcome(message):
    try:
        return line_of(message)
    except Refused:
        return None


@pytest.mark.parametrize(
    "message",
    [
        Message(TOPIC, b"A", b"{}"),
        Message(TOPIC, b"A", b"{}", Unread(b"\x02" + spelling("ce_version") + b"\x01")),
        Message(
            TOPIC, b"A", b"{}", Unread(b"\x02" + spelling("a") + b"\x16" + spelling("ce_version"))
        ),
        Message(TOPIC, b"A", None, (("ce_type", UNREADABLE), ("ce_version", b"x"))),
        message_of((1, "A", 2, b"{}"), TOPIC)._replace(key=b"\xff"),
        message_of((1, "A", 2, b"{}"), TOPIC)._replace(key=None),
        message_of((1, "A\0", 2, b"{}"), TOPIC),
        message_of((1, "A" * 2_001, 2, b"{}"), TOPIC),
        message_of((1, "A", 0, b"{}"), TOPIC),
        message_of((1, "A", 1 << 63, b"{}"), TOPIC),
        message_of((-1, "A", 2, b"{}"), TOPIC),
        message_of((1 << 63, "A", 2, b"{}"), TOPIC),
    ],
    ids=[
        "no headers",
        "a header without a value",
        "headers that end with a name",
        "no number",
        "no text",
        "no key",
        "a key with NUL",
        "a key too long for an index",
        "no version",
        "a version beyond all",
        "no position",
        "a position beyond all",
    ],
)
def test_a_message_of_somebody_else_is_refused_with_its_place(message):
    for each in (message, as_read(message)):
        assert glance(each)[1] in {0, 2, 1 << 63}
        with pytest.raises(Refused, match=TOPIC) as refused:
            line_of(each)
        assert refused.value.code == "not_of_the_log"

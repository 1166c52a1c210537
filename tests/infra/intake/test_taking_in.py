"""Facts of other systems over a real broker into a real log: each once, whatever comes, however often, in whatever order."""

import json
import random

import pytest
from typing_extensions import override

from domain.errors import Contended
from infra.errors import CannotRun
from infra.messages.message import Message
from infra.services.intaking import arrived
from tests.infra.intake.conftest import until
from tests.support.log import NOW, OTHER, envelope


class Killed(BaseException):
    """The process ends here."""


def test_binary_and_structured_facts_are_taken_in(made):
    event = envelope("accepted", "a1")
    made.send(made.structured(event), made.binary(envelope("returned", "r1")))
    assert made.taken(2) == {"accepted": 2}
    assert sorted(made.ids()) == ["a1", "r1"]


def test_facts_come_in_any_order(made):
    made.send(
        *(made.binary(envelope(kind, kind)) for kind in ("returned", "transferred", "accepted"))
    )
    made.send(
        made.binary(envelope("submitted", "s", OTHER, data={"applicant": {"name": "Người Ví Dụ"}}))
    )
    assert made.taken(4) == {"accepted": 4}
    assert not any("Người".encode() in state for state in made.history())


def test_without_a_time_of_recording_it_is_when_the_message_came(made):
    made.send(made.structured(envelope("accepted", "a1", recordedtime=None)))
    made.taken(1)
    (state,) = made.history()
    assert b'"recordedknown":false' in state


def test_a_fact_that_comes_twice_is_stored_once(made):
    event = envelope("accepted", "a1", recordedtime=None)
    made.send(made.structured(event), made.structured(event), made.binary(event))
    assert made.taken(3) == {"accepted": 1, "duplicates": 2}
    assert made.letters() == []


def test_one_id_with_two_contents_is_a_dead_letter_with_both_hashes(made):
    made.send(made.structured(envelope("accepted", "a1"), b"k"))
    made.send(made.structured(envelope("accepted", "a1", data={"competent_unit": "H41"}), b"k"))
    assert made.taken(2) == {"accepted": 1, "refused": 1}
    (letter,) = made.letters()
    assert letter.code == "idempotency_conflict"
    assert "stored " in letter.message
    assert ", given " in letter.message


class NoText(str):
    """The name of a header as another client may send it."""

    __slots__ = ()

    @override
    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe"


def poison(made):
    event = envelope("accepted", "p")
    return {
        "not JSON": (made.structured(b"{"), "invalid_json"),
        "no text": (made.structured(b"\xff\xfe\x00"), "invalid_json"),
        "deep": (made.structured(b"[" * 100_000), "invalid_json"),
        "nothing": (made.structured(b""), "missing_field"),
        "tombstone": (made.structured(b"", b"k")._replace(value=None, headers=()), "missing_field"),
        "wrong type": (made.structured(envelope("eaten", "p")), "unknown_type"),
        "naive": (made.structured(envelope("accepted", "p", time="2025-03-20T08:00:00")), "naive_time"),
        "NUL": (made.structured(envelope("accepted", "p", data={"competent_unit": "\0"})), "nul_character"),
        "NUL in a name": (made.structured(envelope("accepted", "p", data={"\0": 1})), "missing_field"),
        "long unit": (
            made.structured(envelope("accepted", "p", data={"competent_unit": "x" * 3_000})),
            "name_too_long",
        ),
        "long name": (made.structured(envelope("accepted", "p", data={"x" * 400_000: 1})), "missing_field"),
        "header twice": (
            made.binary(event)._replace(headers=(("ce_id", b"1"), ("ce_id", b"2"))),
            "invalid_field",
        ),
        "header no text": (made.binary(event)._replace(headers=(("ce_id", b"\xff"),)), "invalid_encoding"),
        "header's name no text": (
            made.structured(b"{", headers=((NoText("x"), b""),)),
            "invalid_json",
        ),
        "batch": (
            made.structured(b"[]", headers=(("content-type", b"application/cloudevents-batch+json"),)),
            "unsupported_format",
        ),
        "half a character": (made.structured(json.dumps(event).encode().replace(b'"p"', b'"\\ud800"')), "invalid_json"),
    }  # fmt: skip


def test_poison_never_stops_the_rest(made):
    sick = poison(made)
    good = [made.binary(envelope("accepted", f"g{n}", f"H40.17-250320-{n:04}")) for n in range(40)]
    made.send(*good[:20], *(message for message, _ in sick.values()), *good[20:])
    assert made.taken(40 + len(sick)) == {"accepted": 40, "refused": len(sick)}
    assert made.codes() == sorted(code for _, code in sick.values())
    assert len(made.on_the_topic(len(sick))) == len(sick)


@pytest.mark.parametrize("key", [b"", b"\0", b"\xff", None, b"k" * 5_000])
def test_a_key_may_be_anything(made, key):
    made.send(made.structured(envelope("accepted", "a1"), key), made.structured(b"{", key))
    assert made.taken(2) == {"accepted": 1, "refused": 1}


def test_a_message_of_two_megabytes_is_parked_whole(made):
    from kafka import KafkaProducer  # noqa: PLC0415  # as a sender that was told to

    producer = KafkaProducer(
        bootstrap_servers=made.brokers.bootstrap, max_request_size=4 << 20, compression_type="lz4"
    )
    producer.send(made.topics.facts.name, b" " * (2 << 20)).get(60)
    producer.close()
    made.send(made.structured(envelope("accepted", "a1")))
    assert made.taken(2) == {"accepted": 1, "refused": 1}
    assert made.codes() == ["line_too_long"]
    (copy,) = made.on_the_topic(1)
    assert (copy.value, dict(copy.headers)["dunghen.left-out"]) == (b"", b"2097152")


def test_two_thousand_of_all_kinds(made):
    rng = random.Random(4)
    events = [
        envelope("accepted", f"e{n % 900}", f"H40.17-250320-{n % 300:04}") for n in range(1_800)
    ]
    messages = [rng.choice((made.structured, made.binary))(event) for event in events]
    messages += [made.structured(b"no event %d" % n) for n in range(200)]
    rng.shuffle(messages)
    made.send(*messages)
    assert made.taken(2_000) == {"accepted": 900, "duplicates": 900, "refused": 200}
    assert len(made.history()) == 900
    assert len({letter.ref for letter in made.letters()}) == 200


# ── stops ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def killed_at(worker, monkeypatch, where):
    """A worker that dies once at a place, before or after its work there is done."""
    owner, name, after = where(worker)
    proper = getattr(owner, name)

    def fatal(*given):
        if after:
            proper(*given)
        raise Killed

    monkeypatch.setattr(owner, name, fatal)
    with pytest.raises(Killed):
        until(worker, 1)
    monkeypatch.setattr(owner, name, proper)


PLACES = {
    "before the log": lambda w: (w._store.engine, "record", False),
    "after the log": lambda w: (w._store.engine, "record", True),
    "after the table": lambda w: (w._table, "store", True),
    "before the flush": lambda w: (w._sender, "flush", False),
    "after the flush": lambda w: (w._sender, "flush", True),
    "before the offsets": lambda w: (w._source, "done", False),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_kill_between_any_two_steps_leaves_the_same_log(made, monkeypatch, place):
    events = [envelope("accepted", f"e{n}", f"H40.17-250320-{n:04}") for n in range(5)]
    made.send(*map(made.structured, events), made.structured(b"{"))
    with made.worker() as worker:
        killed_at(worker, monkeypatch, PLACES[place])
    counts = made.taken(6)
    assert counts["refused"] == 1
    assert (sorted(made.ids()), made.codes()) == ([f"e{n}" for n in range(5)], ["invalid_json"])
    assert made.on_the_topic(1)


def test_what_is_acknowledged_does_not_come_again(made):
    made.send(made.structured(envelope("accepted", "a1")))
    made.taken(1)
    made.send(made.structured(envelope("returned", "r1")))
    assert made.taken(1) == {"accepted": 1}


def failing(monkeypatch, made, trouble):
    def fail(*_):
        raise trouble

    monkeypatch.setattr(made.store.engine, "record", fail)


def test_a_batch_that_others_were_faster_than_is_tried_again(made, monkeypatch):
    made.send(made.structured(envelope("accepted", "a1")))
    with made.worker() as worker:
        failing(monkeypatch, made, Contended("busy"))
        while not worker.counts["contended"]:
            assert worker.step() == 0
        monkeypatch.undo()
        until(worker, 1)
    assert made.ids() == ["a1"]


def test_while_the_database_is_away_the_batch_waits(made, monkeypatch):
    made.send(made.structured(envelope("accepted", "a1")))
    with made.worker() as worker:
        failing(monkeypatch, made, CannotRun("away"))
        with pytest.raises(CannotRun):
            until(worker, 1)
    monkeypatch.undo()
    assert made.taken(1) == {"accepted": 1}


def test_a_worker_is_ready_once_it_has_read(made):
    with made.worker() as worker:
        assert worker.ready()
        worker.step()
        assert worker.ready() is None
        assert sum(worker.reader.lag().values()) == 0


@pytest.mark.parametrize("said", [None, -1, 0, 4_000_000_000_000])
def test_a_senders_clock_is_believed_only_where_it_can_be_right(said):
    message = Message("t", None, None, timestamp=said)
    assert arrived(message, NOW) == NOW
    just = message._replace(timestamp=int(NOW.timestamp() * 1000) - 5_000)
    assert (NOW - arrived(just, NOW)).seconds == 5


def rare(seed, count):
    """Characters of four bytes, in no order that could be compressed."""
    rng = random.Random(seed)
    return "".join(chr(rng.randrange(0x20000, 0x2A000)) for _ in range(count))


def test_the_longest_names_that_are_taken_become_rows(made):
    subject, unit, officer = rare(1, 300), rare(2, 150), rare(3, 150)
    said = {"to": {"unit": unit, "officer": officer}}
    sent = [
        envelope("accepted", rare(4, 300), subject, data={"competent_unit": unit, "due_at": "2025-03-21"}),
        envelope("transferred", rare(5, 300), subject, data=said),
        envelope("feedback.received", "f", data={"feedback": rare(6, 150), "unit": unit}),
    ]  # fmt: skip
    made.send(*map(made.structured, sent))
    assert made.taken(3) == {"accepted": 3}
    made.store.catch_up()
    assert made.store.views.count("answering") > 0

"""Dead letters: on their topic for whoever watches, sealed in their table; shown, retried, dropped, exported by the command."""

import base64
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from kafka import KafkaAdminClient
from typing_extensions import override

from consumers.intake import Refusal
from domain.errors import Refused
from infra.cli import main
from infra.errors import CannotRun
from infra.kafka import ensure_topics
from infra.messages.deadletter import (
    DeadLetter,
    Ref,
    may_hold_person,
    packed,
    plain,
    ref_of,
    told,
    unpacked,
)
from infra.messages.message import Message
from infra.messages.refused import opened
from infra.postgres.deadletters import DeadLetterTable
from infra.setaside.deadletters import retried
from tests.support.log import DOSSIER, NOW, envelope
from tests.support.postgres import MASTER, opened_in

PERSON = {"applicant": {"name": "Nguyễn Văn Ví Dụ", "phone": 912345678}}
E_ = envelope("accepted", "a1")
KEY = DOSSIER.encode()


def clash(made):
    """A fact in the log, and another under its id that waits."""
    made.send(made.structured(E_, KEY))
    made.send(made.structured(E_ | {"data": {"competent_unit": "H41"}}, KEY))
    made.taken(2)
    return made.letters()[0]


def person(made):
    """A letter with a person in it."""
    made.send(made.structured(envelope("submitted", "s1", data=PERSON), KEY, (("x", b"1"),)))
    made.taken(1)
    return made.letters()[0]


def parked(made):
    """A letter whose cause will be gone: this version cannot read it, a later one can."""
    message = made.structured(envelope("accepted", "late"), KEY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("infra.services.intaking.fact_of", lambda *_: refuse())
        made.send(message)
        made.taken(1)
    return made.letters()[0]


def refuse():
    raise Refused("unknown_type", "`type` is none of the event contract")


def headers(message):
    return dict(message.headers)


# ── the topic and the table ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_topic_has_the_original_bytes_and_connects_headers(made):
    letter = clash(made)
    (copy,) = made.on_the_topic(1)
    assert (copy.key, json.loads(copy.value)["data"]) == (KEY, {"competent_unit": "H41"})
    said = {n.removeprefix("__connect.errors."): v for n, v in copy.headers if n.startswith("__")}
    assert said == {
        "topic": letter.ref.topic.encode(),
        "partition": b"%d" % letter.ref.partition,
        "offset": b"%d" % letter.ref.offset,
        "connector.name": b"dunghen.intake",
        "stage": b"TASK_PUT",
        "class.name": b"domain.engine.Engine",
        "exception.class.name": b"idempotency_conflict",
        "exception.message": letter.message.encode(),
    }
    assert headers(copy)["content-type"] == b"application/cloudevents+json"


def test_what_may_hold_a_person_is_clear_nowhere(made):
    letter = person(made)
    (copy,) = made.on_the_topic(1)
    with psycopg.connect(made.url) as c:
        stored = c.execute("SELECT d::text, value FROM work.dead_letters AS d").fetchall()
    for shown in (repr(copy).encode(), repr(stored).encode(), *(bytes(row[1]) for row in stored)):
        for secret in ("Nguyễn", "Nguy\\u1ec5n", "912345678"):
            assert secret.encode() not in shown
    assert headers(copy)["dunghen.sealed"] == b"AES-256-GCM"
    assert headers(copy)["ce_subject"] == KEY
    assert letter.event["id"] == "s1"


def test_the_sealed_copy_opens_with_the_letters_key_until_it_is_erased(made):
    letter = person(made)
    (whole,) = made.table.find([letter.ref])
    (copy,) = made.on_the_topic(1)
    assert json.loads(opened(whole, made.store.vault).value or b"")["data"] == PERSON
    assert whole.box.endswith(copy.value)
    assert made.table.erase([letter.ref], "dropped") == [letter.ref]
    assert made.table.find([letter.ref])[0].box is None


def test_a_letter_that_comes_again_stays_as_it_is(made):
    letter = parked(made)
    first = made.table.find([letter.ref])
    made.table.store(first)
    made.table.erase([letter.ref], "dropped")
    assert [one.state for one in made.table.store(first)] == ["dropped"]


def refused(*messages):
    """Messages as the intake parks them."""
    for message in messages:
        yield Refusal(message, "read", Refused("invalid_json", "no JSON"))


def at_the_same_place(made, value, timestamp):
    said = made.structured(value)
    return said._replace(partition=0, offset=7, timestamp=timestamp)


def test_another_message_at_the_place_of_a_letter_is_kept_beside_it(made):
    first, second, third = (
        at_the_same_place(made, value, timestamp)
        for value, timestamp in ((b"{1", 1_000), (b"{2", 1_000), (b"{1", 2_000))
    )
    with made.worker() as worker:
        # the last ones come again
        for batch in ([first], [second], [third, second], [first, third]):
            worker._parking.park(list(refused(*batch)))
    letters = {str(one.ref): one for one in made.letters()}
    topic = made.topics.facts.name
    assert list(letters) == [f"{topic}-0-7", f"{topic}~2-0-7", f"{topic}~3-0-7"]
    whole = made.table.find([one.ref for one in made.letters()])
    kept = [opened(one, made.store.vault)._replace(topic=topic) for one in whole]
    assert kept == [first, second, third]
    copies = made.on_the_topic(6)
    assert {headers(m)["__connect.errors.topic"] for m in copies} == {topic.encode()}
    assert len({m.value for m in copies}) == 3


def test_another_message_at_the_place_of_an_erased_letter_waits(made):
    now = int(datetime.now(UTC).timestamp() * 1000) - 5_000
    first, second = (at_the_same_place(made, b"{", now + late) for late in (0, 1))
    with made.worker() as worker:
        worker._parking.park(list(refused(first)))
        made.table.erase([ref_of(first)], "dropped")
        worker._parking.park(list(refused(first)))
        assert [one.state for one in made.letters()] == ["dropped"]
        worker._parking.park(list(refused(second)))
    assert [(one.ref, one.state) for one in made.letters()] == [
        (ref_of(first), "dropped"),
        (ref_of(second, 2), "waiting"),
    ]


def test_a_topic_made_anew_loses_no_letter(made):
    made.send(made.structured(b"{1", b"k"))
    made.taken(1)
    admin = KafkaAdminClient(bootstrap_servers=made.brokers.bootstrap)
    admin.delete_topics([made.topics.facts.name])
    admin.close()
    made.publisher.close()
    wait_made(made)
    made.send(made.structured(b"{2", b"k"))
    made.taken(1)
    whole = made.table.find([one.ref for one in made.letters()])
    assert [opened(one, made.store.vault).value for one in whole] == [b"{1", b"{2"]
    assert [one.ref.offset for one in whole] == [0, 0]


def wait_made(made):
    """The broker deletes a topic a moment after it has said so: until then it is there, and nothing is made."""
    deadline, missing = time.monotonic() + 60, list[object]()
    while not missing:
        assert time.monotonic() < deadline
        try:
            ensure_topics(made.brokers, [made.topics.facts], before=missing.append)
        except CannotRun:
            missing.clear()
            time.sleep(0.2)


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def command(made, capsys, monkeypatch, tmp_path):
    """`dunghen dead-letters …`: exit code, and the answer or the page."""
    monkeypatch.setenv("DUNGHEN_DATABASE_URL", made.url)
    monkeypatch.setenv("DUNGHEN_MASTER_KEY", base64.b64encode(MASTER).decode())
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = main(["dead-letters", *map(str, arguments)])
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in arguments else out

    return run


def test_what_waits_is_listed_with_its_reason(made, command):
    letter = clash(made)
    code, answer = command("--json")
    assert (code, answer["states"], answer["next"]) == (
        0,
        {"waiting": 1, "retried": 0, "dropped": 0},
        None,
    )
    (said,) = answer["letters"]
    assert (said["id"], said["code"], said["event"]["subject"]) == (
        str(letter.ref),
        "idempotency_conflict",
        DOSSIER,
    )
    for lang, words in (("vi", "đã có trong nhật ký"), ("en", "already in the log")):
        assert words in " ".join(command("list", "--lang", lang)[1].split())


def test_a_list_goes_on_where_it_ended(made, command):
    made.send(*(made.structured(b"{%d" % n, b"k") for n in range(5)))
    made.taken(5)
    _, first = command("--limit", 3, "--json")
    _, rest = command("--limit", 3, "--cursor", first["next"], "--json")
    assert [len(first["letters"]), len(rest["letters"]), rest["next"]] == [3, 2, None]


def test_showing_a_person_is_put_on_record(made, command):
    letter = person(made)
    code, answer = command("show", letter.ref, "--json")
    assert (code, answer["letter"]["headers"]) == (0, [{"name": "x", "value": "1"}])
    assert json.loads(answer["letter"]["value"])["data"] == PERSON
    assert [dossier for dossier, _, _ in made.store.vault.readings()] == [DOSSIER]
    assert made.acts() == [("person_read", DOSSIER, None)]
    why = ("--reason", "sửa mã đơn vị")
    assert "việc đọc đã được ghi lại" in " ".join(command("show", letter.ref, *why)[1].split())
    assert made.acts()[1:] == [("person_read", DOSSIER, "sửa mã đơn vị")]


def test_of_a_letter_that_names_no_dossier_the_letter_is_on_record(made, command):
    made.send(made.structured(b'{"applicant":1', b"k"), made.structured(person_of("x\u0001y")))
    made.taken(2)
    for letter in made.letters():
        assert command("show", letter.ref)[0] == 0
    assert sorted(made.acts()) == sorted(
        ("person_read", f"dead letter {letter.ref}", None) for letter in made.letters()
    )


def person_of(subject):
    return envelope("submitted", "s2", data=PERSON) | {"subject": subject}


def test_showing_what_names_nobody_is_no_reading(made, command):
    assert command("show", clash(made).ref)[0] == 0
    assert (made.acts(), made.store.vault.readings()) == ([], [])


def test_a_short_name_is_enough_where_it_is_the_only_one(made, command):
    letter = clash(made)
    short = f"{letter.ref.partition}-{letter.ref.offset}"
    assert command("show", short, "--json")[1]["letter"]["id"] == str(letter.ref)
    made.table.store([one_in("other", letter.ref)])
    assert command("show", short)[0] == 1


def one_in(topic, ref):
    return DeadLetter(ref=ref._replace(topic=topic), at=NOW, code="x", message="y")


def test_retried_when_the_cause_is_gone_it_is_in_the_log_and_erased(made, command):
    letter = parked(made)
    code, answer = command("retry", letter.ref, "--json")
    assert (code, answer["retried"], answer["letters"][0]["outcome"]) == (0, 1, "stored")
    assert made.ids() == ["late"]
    (after,) = made.table.find([letter.ref])
    assert (after.state, after.box) == ("retried", None)
    assert made.acts() == [("dead_letters_retried", str(letter.ref), None)]
    assert command("retry", letter.ref, "--json") == (
        1,
        {
            "retried": 0,
            "refused": 1,
            "letters": [{"id": str(letter.ref), "outcome": "retried_before"}],
        },
    )


def test_refused_again_it_waits_on_and_the_command_says_so(made, command):
    letter = clash(made)
    code, answer = command("retry", "--all", "--json")
    assert (code, answer["refused"], answer["letters"][0]["code"]) == (1, 1, "idempotency_conflict")
    assert made.acts() == [("dead_letters_retried", None, None)]
    assert made.table.find([letter.ref])[0].state == "waiting"
    assert "refused again" in command("retry", letter.ref, "--lang", "en")[1]


def test_two_who_retry_a_letter_at_the_same_time_store_it_once(made):
    letter, both = parked(made), threading.Barrier(2, timeout=60)

    class Together(DeadLetterTable):
        @override
        def find(self, refs):
            found = super().find(refs)
            both.wait()  # each has seen that it waits
            return found

    def retry():
        with closing(Together(made.url)) as table, opened_in(made.url) as store:
            return retried(store, table, [letter.ref], by="x")["letters"][0]["outcome"]

    with ThreadPoolExecutor() as pool:
        outcomes = [each.result() for each in [pool.submit(retry), pool.submit(retry)]]
    assert sorted(outcomes) == ["duplicate", "stored"]
    assert made.ids() == ["late"]
    assert made.table.find([letter.ref])[0].state == "retried"


def test_a_retry_killed_before_the_mark_is_done_by_the_next(made, command, monkeypatch):
    letter = parked(made)
    with monkeypatch.context() as patch:
        patch.setattr(DeadLetterTable, "erase", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert main(["dead-letters", "retry", str(letter.ref)]) == 130
    assert command("retry", letter.ref, "--json")[1]["letters"][0]["outcome"] == "duplicate"
    assert made.ids() == ["late"]


def test_a_conflict_is_dropped_and_sent_under_another_id(made, command):
    letter = clash(made)
    assert command("drop", letter.ref)[0] == 2  # not without --yes
    assert made.acts() == []
    why = ("--reason", "gửi trùng")
    assert command("drop", letter.ref, "1-999", "--yes", *why, "--json")[1]["refused"] == 1
    assert made.acts() == [
        ("dead_letters_dropped", str(letter.ref), "gửi trùng"),
        ("dead_letters_dropped", "1-999", "gửi trùng"),
    ]
    made.send(made.structured(E_ | {"id": "a2", "data": {"competent_unit": "H41"}}))
    assert made.taken(1) == {"accepted": 1}
    assert command("--all", "--json")[1]["states"]["dropped"] == 1
    assert "đã xóa" in command("show", letter.ref)[1]


def test_all_that_wait_are_exported_for_their_owners_eyes(made, command, tmp_path):
    person(made)
    clash(made)
    code, answer = command("export", "out.jsonl", "--json")
    assert (code, answer["written"]) == (0, 2)
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert {json.loads(line["value"])["id"] for line in lines} == {"a1", "s1"}
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o777 == 0o600
    assert len(made.store.vault.readings()) == 1
    acts = [("dead_letters_exported", "out.jsonl", None), ("person_read", DOSSIER, None)]
    assert made.acts() == acts
    code, answer = command("export", "no/such/folder.jsonl", "--json")
    assert (code, answer["error"]["code"]) == (3, "no_file")
    assert answer["error"]["message"].endswith("no/such")
    assert made.acts() == acts


def test_an_export_puts_nothing_in_the_place_of_an_earlier_one(made, command, tmp_path):
    person(made)
    (tmp_path / "out.jsonl").write_text("earlier letters\n")
    code, answer = command("export", "out.jsonl", "--json")
    assert (code, answer["error"]["code"]) == (3, "file_exists")
    assert (tmp_path / "out.jsonl").read_text() == "earlier letters\n"
    assert not made.store.vault.readings()


def test_forgetting_a_person_erases_the_letters_of_the_dossier(made, command, capsys):
    letter = person(made)
    made.send(made.structured(E_))
    made.taken(1)
    assert main(["person", "forget", DOSSIER, "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["letters"] == 1
    assert made.table.find([letter.ref])[0].box is None


def test_without_the_master_key_what_is_told_in_clear_is_still_listed(made, command, monkeypatch):
    letter = clash(made)
    monkeypatch.delenv("DUNGHEN_MASTER_KEY")
    assert command("list")[0] == 0
    assert command("show", letter.ref)[0] == 3


@pytest.mark.parametrize(
    "arguments",
    ["show", "show x", "show 1-1 2-2", "retry", "retry 1-1 --all", "drop --all --yes", "export", "list 1-1", "--cursor x", "eat"],
)  # fmt: skip
def test_wrong_usage_is_told(arguments, monkeypatch):
    monkeypatch.setenv("DUNGHEN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert main(["dead-letters", *arguments.split()]) == 2


def test_without_a_database_there_are_no_dead_letters(capsys):
    assert main(["dead-letters", "--lang", "en"]) == 3
    assert "kept in PostgreSQL" in capsys.readouterr().err


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "value", "headers"),
    [
        (None, None, ()),
        (b"", b"", (("a", b""), ("a", None))),
        (b"\xff\n", b"\n{}\n\0", (("\udcff", b"\xff"),)),
    ],
)
def test_a_packed_message_comes_back_whole(key, value, headers: Any):
    message = Message("t-1", key, value, headers, 3, 17, 5)
    assert unpacked(packed(message), ref_of(message)) == message


@pytest.mark.parametrize(
    "value",
    [
        json.dumps(PERSON).encode(),
        b'{"\\u0061pplicant":1}',
        b'{"data":"{\\"phone\\":1}"}',
        b'{"data_base64":"eyJ9"}',
        b'{"citizenName":"x"}',
        b"Nguyen Van A;0912345678",
        b'["x"]',
        b"\xff",
        b"[" * 10_000,
    ],
)
def test_a_person_is_supposed_wherever_none_can_be_ruled_out(value):
    assert may_hold_person(Message("t", None, value))


def test_a_plain_fact_names_nobody():
    message = Message("t", KEY, json.dumps(E_).encode())
    assert not may_hold_person(message)
    assert may_hold_person(message._replace(headers=(("x-email", b"1"),)))
    assert may_hold_person(message._replace(headers=(("x", b"\xff"),)))


def test_what_names_an_event_is_read_from_wherever_it_stands():
    assert told(Message("t", None, b"{", (("ce_id", b"\0x"), ("ce_type", b""), ("b", b"")))) == {
        "id": "\ufffdx"
    }
    assert told(Message("t", None, b"[]")) == {}


def test_texts_are_made_fit_for_any_database():
    assert plain("a\0\ud800" + "b" * 400, 5) == "a\ufffd?bb…"


def test_a_letters_name_is_its_place():
    assert str(Ref("dunghen.facts.v1", 3, 17)) == "dunghen.facts.v1-3-17"


def test_closing_an_unused_table_does_nothing():
    with closing(DeadLetterTable("postgresql://nobody@127.0.0.1:1/none")) as table:
        assert table.place.endswith(":1/none")

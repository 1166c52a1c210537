"""Personal data: sealed before anything is hashed or stored, the same each time, revealed with the key, erasable for good."""

import base64
import json
import sqlite3
import stat
from contextlib import closing
from datetime import datetime

import pytest

from domain.engine import Duplicate, Engine, Stored
from domain.errors import Conflict
from domain.facts import Applicant, Sealed
from infra.errors import CannotRun
from infra.masterkey import master_key, read_master_key
from infra.vault import ERASED
from infra.verifylog import verify_log
from tests.support.log import DOSSIER, OTHER, fact, open_engine, open_vault, tampering

NGUYEN = {"name": "Nguyễn Văn A", "id_number": "079123456789", "phone": "0901234567"}


def submitted(id_="s1", subject=DOSSIER, **changes):
    return fact(
        "submitted", id_, subject, data={"channel": "online", "applicant": NGUYEN | changes}
    )


@pytest.fixture
def vault(tmp_path):
    vault = open_vault(tmp_path, b"k" * 32)
    yield vault
    vault.close()


def bytes_in(folder):
    return b"".join(path.read_bytes() for path in folder.iterdir())


def refusal(action):
    with pytest.raises(CannotRun) as refused:
        action()
    return refused.value.code


def test_nothing_of_the_person_lies_open(engine, tmp_path):
    engine.record([submitted()])
    for text in NGUYEN.values():
        assert text.encode() not in bytes_in(tmp_path)
        assert json.dumps(text)[1:-1].encode() not in bytes_in(tmp_path)


def test_the_log_holds_the_sealed_person_and_all_else_in_clear(engine, log):
    engine.record([submitted()])
    (logged,) = engine.history(DOSSIER)
    assert isinstance(logged.fact.data.applicant, Sealed)
    assert logged.fact.data.channel == "online"
    assert list(verify_log(log)) == []


def test_what_was_sealed_is_revealed(engine, vault):
    engine.record([submitted()])
    assert vault.reveal(engine.history(DOSSIER)[0].fact) == Applicant(**NGUYEN)


def test_where_nobody_is_named_there_is_nobody_to_reveal(engine, vault):
    engine.record([fact("submitted", "s1"), fact("accepted", "a1")])
    assert [vault.reveal(logged.fact) for logged in engine.history(DOSSIER)] == [None, None]


def test_the_same_event_sealed_twice_is_the_same_bytes(vault):
    assert vault.sealed([submitted()]) == vault.sealed([submitted()])


def test_the_same_person_in_other_events_and_dossiers_is_other_bytes(vault):
    sealed = vault.sealed([submitted(), submitted("s2"), submitted("s1", OTHER)])
    assert len({said.data.applicant.sealed for said in sealed}) == 3


def test_facts_keep_their_order_and_the_others_are_untouched(vault):
    facts = [fact("accepted", "a1"), submitted(), fact("returned", "a2")]
    sealed = vault.sealed(facts)
    assert [said.id for said in sealed] == ["a1", "s1", "a2"]
    assert sealed[0] is facts[0]


def test_sent_again_is_a_duplicate_and_another_person_a_conflict(engine):
    first, again, other = engine.record([submitted(), submitted(), submitted(name="Trần Thị B")])
    assert (first, again) == (Stored(DOSSIER, 1, 1), Duplicate(DOSSIER, 1))
    assert isinstance(other, Conflict)


def test_a_correction_of_the_applicant_is_sealed_too(engine, vault, tmp_path):
    data = {"target": "s1", "kind": "amend", "reason": "x", "authorised_by": "y"}
    changes = {"applicant": {"name": "Lê Văn C"}, "channel": "direct"}
    engine.record([submitted(), fact("corrected", "c1", data=data | {"replacement": changes})])
    said = engine.history(DOSSIER)[1].fact.data.replacement
    assert said["channel"] == "direct"
    assert said["applicant"].keys() == {"sealed"}
    assert "Lê Văn C".encode() not in bytes_in(tmp_path)


@pytest.mark.parametrize("applicant", [None, {"sealed": "eA=="}])
def test_a_correction_that_names_nobody_is_left_as_it_is(vault, applicant):
    data = {"target": "s1", "kind": "amend", "reason": "x", "authorised_by": "y"}
    said = fact("corrected", "c1", data=data | {"replacement": {"applicant": applicant}})
    assert vault.sealed([said])[0] is said


def test_what_was_exported_sealed_comes_in_again_as_a_duplicate(engine):
    engine.record([submitted()])
    exported = engine.history(DOSSIER)[0].fact
    assert engine.record([exported]) == [Duplicate(DOSSIER, 1)]


def test_erasing_takes_the_person_and_leaves_the_chain(engine, log, vault):
    engine.record([submitted(), submitted("s1-other", OTHER)])
    assert vault.forget(DOSSIER)
    assert vault.reveal(engine.history(DOSSIER)[0].fact) is None
    assert vault.reveal(engine.history(OTHER)[0].fact) == Applicant(**NGUYEN)
    assert list(verify_log(log)) == []


def test_sending_the_event_again_does_not_bring_the_person_back(engine, vault):
    engine.record([submitted()])
    vault.forget(DOSSIER)
    assert engine.record([submitted()]) == [Duplicate(DOSSIER, 1)]
    changed = fact("submitted", "s1", data={"channel": "direct", "applicant": NGUYEN})
    assert isinstance(engine.record([changed])[0], Conflict)


def test_a_later_event_of_an_erased_person_is_stored_without_them(engine, vault):
    engine.record([submitted()])
    vault.forget(DOSSIER)
    engine.record([submitted("s2")])
    later = engine.history(DOSSIER)[1].fact
    assert later.data.applicant == ERASED
    assert vault.reveal(later) is None


def test_somebody_can_be_erased_before_anything_is_known(engine, vault):
    assert not vault.forget(DOSSIER)
    engine.record([submitted()])
    assert engine.history(DOSSIER)[0].fact.data.applicant == ERASED


def test_the_erased_key_is_nowhere_in_the_files(engine, vault, tmp_path):
    engine.record([submitted()])
    wrapped = vault._keys.wrapped([DOSSIER])[DOSSIER]
    vault.forget(DOSSIER)
    assert wrapped not in bytes_in(tmp_path)


def test_a_key_is_bound_to_its_dossier(engine, vault, tmp_path):
    engine.record([submitted(), submitted("s2", OTHER)])
    with tampering(tmp_path, "vault.sqlite") as db:
        db.execute(
            "UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE dossier = ?)", (OTHER,)
        )
    said = engine.history(DOSSIER)[0].fact
    assert refusal(lambda: vault.reveal(said)) == "damaged"


def test_a_wrong_master_key_is_told_when_opening(engine, tmp_path):
    engine.record([submitted()])
    assert refusal(lambda: open_vault(tmp_path, b"x" * 32)) == "wrong_master_key"


def test_without_any_master_key_the_rest_can_be_read_but_nobody_sealed(engine, tmp_path):
    engine.record([submitted()])
    blind = open_vault(tmp_path)
    assert blind.sealed([fact("accepted", "a1")])
    assert refusal(lambda: blind.sealed([submitted("s2")])) == "no_master_key"
    assert not (tmp_path / "master.key").exists()


def test_the_first_use_makes_a_master_key_for_its_owner_only(tmp_path, log, capsys):
    Engine(log, open_vault(tmp_path)).record([submitted()])
    path = tmp_path / "master.key"
    assert len(read_master_key(path)) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_vault(tmp_path).reveal(
        Engine(log, open_vault(tmp_path)).history(DOSSIER)[0].fact
    ) == Applicant(**NGUYEN)
    assert sorted(p.name for p in tmp_path.glob("*.key*")) == ["master.key"]
    assert "master_key_created" in "".join(capsys.readouterr())


def test_nothing_is_made_where_nobody_is_named(tmp_path, log):
    Engine(log, open_vault(tmp_path)).record([fact("accepted", "a1")])
    assert not (tmp_path / "vault.sqlite").exists()
    assert not (tmp_path / "master.key").exists()


def test_two_processes_that_make_it_at_once_end_up_with_one(tmp_path):
    one, other = open_vault(tmp_path), open_vault(tmp_path)
    sealed = one.sealed([submitted()])
    assert other.sealed([submitted()]) == sealed


@pytest.mark.parametrize(
    "text", ["", "abc", base64.b64encode(b"k" * 31).decode(), "k" * 32, "ký tự"]
)
def test_text_that_is_no_master_key(tmp_path, text):
    assert refusal(lambda: master_key(text, "DUNGHEN_MASTER_KEY")) == "bad_master_key"
    (tmp_path / "master.key").write_text(text)
    assert refusal(lambda: open_vault(tmp_path).sealed([submitted()])) == "bad_master_key"


def test_master_key_that_cannot_be_read(tmp_path):
    assert refusal(lambda: read_master_key(tmp_path / "nowhere")) == "no_access"


def test_vault_of_a_newer_version_is_left_alone(engine, tmp_path):
    engine.record([submitted()])
    with tampering(tmp_path, "vault.sqlite") as db:
        db.execute("UPDATE meta SET value = 2 WHERE key = 'schema'")
    assert refusal(lambda: open_vault(tmp_path, b"k" * 32)) == "newer_version"


def test_vault_that_is_damaged(engine, tmp_path):
    (tmp_path / "vault.sqlite").write_bytes(b"x" * 5000)
    assert refusal(lambda: open_engine(tmp_path).record([submitted()])) == "damaged"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE meta SET value = 'x' WHERE key = 'schema'",
        "UPDATE meta SET value = 'x' WHERE key = 'check'",
        "UPDATE keys SET wrapped = 'x'",
        "UPDATE keys SET wrapped = x'00'",
        "UPDATE keys SET wrapped = substr(wrapped, 1, 40)",
    ],
)
def test_a_vault_that_somebody_altered_is_told_as_damaged(engine, tmp_path, change):
    engine.record([submitted()])
    with tampering(tmp_path, "vault.sqlite") as db:
        db.execute(change)
    (known,) = engine.history(DOSSIER)
    assert refusal(lambda: open_vault(tmp_path, b"k" * 32).reveal(known.fact)) == "damaged"


def test_a_person_whose_key_was_lost_is_not_told_as_nobody(engine, tmp_path):
    engine.record([submitted()])
    (known,) = engine.history(DOSSIER)
    assert refusal(lambda: open_vault(tmp_path / "new", b"k" * 32).reveal(known.fact)) == (
        "no_key_of_dossier"
    )


def test_of_a_key_file_no_more_is_read_than_a_key_has(tmp_path):
    (tmp_path / "key").write_bytes(base64.b64encode(b"k" * 32) + b"\n" * (1 << 20))
    assert read_master_key(tmp_path / "key") == b"k" * 32


READ = (DOSSIER, "thanh-tra", "2026-03-10T08:00:00+07:00")


def read_once(vault):
    vault.record_reading(DOSSIER, "thanh-tra", datetime.fromisoformat(READ[2]))


def test_a_reading_is_recorded_with_the_dossier_the_reader_and_the_instant(vault):
    read_once(vault)
    assert vault.readings() == [READ]
    assert vault.broken_readings() == []


@pytest.mark.parametrize("change", ["DELETE FROM readings", "UPDATE readings SET reader = 'x'"])
def test_a_reading_can_be_neither_changed_nor_taken_away(vault, tmp_path, change):
    read_once(vault)
    with (
        closing(sqlite3.connect(tmp_path / "vault.sqlite")) as file,
        pytest.raises(sqlite3.IntegrityError, match="only added"),
    ):
        file.execute(change)
    assert vault.readings() == [READ]


def test_a_reading_taken_away_by_force_is_noticed(vault, tmp_path):
    read_once(vault)
    with closing(sqlite3.connect(tmp_path / "vault.sqlite")) as file, file:
        file.execute("DROP TRIGGER readings_no_delete")
        file.execute("DELETE FROM readings")
    assert vault.broken_readings() == [
        "readings_no_delete of the vault is not as the program made it: readings could be changed",
        "the vault has 0 readings of personal data, there were 1",
    ]


def test_a_vault_of_an_earlier_version_gets_its_readings_when_it_is_opened(tmp_path):
    with closing(sqlite3.connect(tmp_path / "vault.sqlite")) as file, file:
        file.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) WITHOUT ROWID")
        file.execute("CREATE TABLE keys (dossier TEXT PRIMARY KEY, wrapped BLOB) WITHOUT ROWID")
        file.execute("INSERT INTO meta VALUES ('schema', 1)")
    with closing(open_vault(tmp_path, b"k" * 32)) as vault:
        read_once(vault)
        assert vault.readings() == [READ]

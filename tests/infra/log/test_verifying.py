"""Whatever is done to the log behind the program's back, `verify` says so and where."""

import hashlib
import sqlite3

import pytest

from domain.content import content_of, digest_of, state_of
from infra.eventlog import next_digest, source_number
from infra.verifylog import verify_log
from tests.support.log import DOSSIER, OTHER, fact, open_log, record, tampering


@pytest.fixture(autouse=True)
def stored(tmp_path):
    """Three batches: versions 1, 2 of one dossier, 1, 2, 3 of another, a unit."""
    record(tmp_path, fact("accepted", "a1"), fact("submitted", "b1", OTHER))
    record(tmp_path, fact("accepted", "b2", OTHER), fact("unit.registered", "u1", "H40.17"))
    record(tmp_path, fact("returned", "b3", OTHER), fact("returned", "a2"))


def found(log):
    return {(broken.code, broken.position) for broken in verify_log(log)}


def codes(log):
    return {broken.code for broken in verify_log(log)}


def state_at(db, position):
    return db.execute("SELECT state FROM stored_events WHERE rowid = ?", (position,)).fetchone()[0]


def put(db, position, state):
    db.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (state, position))


def test_nothing_is_found_in_a_log_as_stored(log):
    assert list(verify_log(log)) == []


def test_nothing_is_found_in_an_empty_log(tmp_path):
    empty = tmp_path / "empty"
    record(empty)
    assert list(verify_log(open_log(empty))) == []


def test_every_single_byte_counts(log, tmp_path):
    with tampering(tmp_path) as db:
        whole = state_at(db, 5)
        for at in range(len(whole)):
            put(db, 5, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert {("altered", 5), ("unreadable", 5)} & found(log), whole[at : at + 20]
        put(db, 5, whole)
    assert list(verify_log(log)) == []


def test_altered_content_with_its_hash_made_anew(log, tmp_path):
    with tampering(tmp_path) as db:
        before, state = digest_of(state_at(db, 3)), state_at(db, 5)
        content = content_of(state).replace(b'"direct"', b'"postal"')
        put(db, 5, state_of(hashlib.sha256(before + content).hexdigest(), content))
    assert found(log) == {("checkpoint", 6)}


def test_altered_hash_shows_at_the_next_event_too(log, tmp_path):
    with tampering(tmp_path) as db:
        state = state_at(db, 3)
        put(db, 3, state_of("0" * 64, content_of(state)))
    assert found(log) == {("altered", 3), ("altered", 5), ("checkpoint", 4)}


@pytest.mark.parametrize("state", ["text", b"", b"{}", None], ids=repr)
def test_state_of_another_kind(log, tmp_path, state):
    with tampering(tmp_path) as db:
        put(db, 5, state)
    assert ("unreadable", 5) in found(log)


def test_altered_topic(log, tmp_path):
    with tampering(tmp_path) as db:
        db.execute("UPDATE stored_events SET topic = 'vn.dunghen.dossier.lost.v1' WHERE rowid = 5")
    assert found(log) == {("altered", 5)}


@pytest.mark.parametrize("other", ["H40.17-250320-0009", DOSSIER])
def test_event_given_to_another_record(log, tmp_path, other):
    with tampering(tmp_path) as db:
        db.execute(
            "UPDATE stored_events SET originator_id = ?, originator_version = 3 WHERE rowid = 5",
            (other,),
        )
    assert {code for code, position in found(log) if position == 5} >= {"altered"}


def test_unit_given_another_id(log, tmp_path):
    with tampering(tmp_path) as db:
        db.execute("UPDATE stored_events SET originator_id = 'unit:H41' WHERE rowid = 4")
    assert found(log) == {("altered", 4)}


def test_event_removed_in_the_middle(log, tmp_path):
    with tampering(tmp_path) as db:
        db.execute("DELETE FROM stored_events WHERE rowid = 3")
    assert {("missing", 4), ("missing", 5), ("checkpoint", 4), ("ledger", 3)} <= found(log)


def test_event_removed_and_the_rest_moved_up(log, tmp_path):
    with tampering(tmp_path) as db:
        db.execute("DELETE FROM stored_events WHERE rowid = 5")
        db.execute("UPDATE stored_events SET rowid = 5 WHERE rowid = 6")
        db.execute("DELETE FROM ledger WHERE position = 5")
        db.execute("UPDATE ledger SET position = 5 WHERE position = 6")
    assert found(log) == {("checkpoint", 5), ("missing", 6)}


def test_tail_cut_off(log, tmp_path):
    with tampering(tmp_path) as db:
        db.execute("DELETE FROM stored_events WHERE rowid = 6")
        db.execute("DELETE FROM ledger WHERE position = 6")
    assert ("missing", 6) in found(log)


def test_last_batch_cut_off_with_its_ledger(log, tmp_path):
    with tampering(tmp_path) as db:
        db.execute("DELETE FROM stored_events WHERE rowid > 4")
        db.execute("DELETE FROM ledger WHERE position > 4")
    assert found(log) == {("missing", 6)}


def test_whole_dossier_removed_everywhere(log, tmp_path):
    with tampering(tmp_path) as db:
        db.execute("DELETE FROM ledger WHERE id LIKE 'a%'")
        db.execute("DELETE FROM stored_events WHERE originator_id = ?", (DOSSIER,))
    assert {("missing", 2), ("checkpoint", 2), ("missing", 6)} <= found(log)


def test_versions_swapped(log, tmp_path):
    with tampering(tmp_path) as db:
        for old, new in ((2, 9), (3, 2), (9, 3)):
            db.execute(
                "UPDATE stored_events SET originator_version = ? WHERE originator_id = ? AND originator_version = ?",
                (new, OTHER, old),
            )
    assert {("altered", 3), ("altered", 5)} <= found(log)


def test_positions_swapped_with_their_lines_in_the_ledger(log, tmp_path):
    with tampering(tmp_path) as db:
        for table, column in (("stored_events", "rowid"), ("ledger", "position")):
            for old, new in ((3, 99), (4, 3), (99, 4)):
                db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (new, old))
    assert found(log) == {("checkpoint", 4)}


def test_event_added_with_a_well_made_hash(log, tmp_path):
    with tampering(tmp_path) as db:
        head = digest_of(state_at(db, 6))
        content = fact("lost", "forged", data={"reason": "cháy"}).content
        state = state_of(hashlib.sha256(head + content).hexdigest(), content)
        row = (7, DOSSIER, 3, "vn.dunghen.dossier.lost.v1", state)
        db.execute(
            "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (?,?,?,?,?)",
            row,
        )
        db.execute("INSERT INTO ledger VALUES (?, 'forged', 7)", (source_number("/igate/H40"),))
    assert found(log) == {("checkpoint", 7)}


@pytest.mark.parametrize("digest", [next_digest(b"", b""), "text"])
def test_checkpoint_altered(log, tmp_path, digest):
    with tampering(tmp_path) as db:
        db.execute("UPDATE checkpoints SET digest = ? WHERE position = 4", (digest,))
    assert found(log) == {("checkpoint", 4), ("checkpoint", 6)}


def test_checkpoint_removed(log, tmp_path):
    with tampering(tmp_path) as db:
        db.execute("DELETE FROM checkpoints WHERE position = 2")
    assert found(log) == {("checkpoint", 4)}


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM ledger WHERE id = 'b3'",
        "UPDATE ledger SET position = 1 WHERE id = 'b3'",
        "UPDATE ledger SET id = 'b9' WHERE id = 'b3'",
        "UPDATE ledger SET source = source + 1 WHERE id = 'b3'",
        "INSERT INTO ledger VALUES (1, 'x', 5)",
        "INSERT INTO ledger VALUES (1, 'b3', 5)",
        "INSERT INTO ledger VALUES (1, 'x', 77)",
    ],
)
def test_ledger_altered(log, tmp_path, change):
    with tampering(tmp_path) as db:
        db.execute(change)
    assert codes(log) == {"ledger"}


@pytest.mark.parametrize(
    "change",
    [
        "DROP TRIGGER stored_events_no_update",
        "CREATE TABLE notes (said TEXT)",
        "CREATE TRIGGER mine AFTER INSERT ON ledger BEGIN SELECT 1; END",
        "ALTER TABLE stored_events ADD COLUMN note TEXT",
        "DROP TRIGGER ledger_once; CREATE TRIGGER ledger_once BEFORE INSERT ON ledger BEGIN SELECT 1; END",
    ],
)
def test_schema_altered(log, tmp_path, change):
    with sqlite3.connect(tmp_path / "log.sqlite") as db:
        db.executescript(change)
    db.close()
    assert "schema" in codes(log)


def test_bytes_of_the_file_overwritten(log, tmp_path):
    log.close()
    with tampering(tmp_path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "log.sqlite"
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"H40.17-250320-0001")
    raw[at : at + 3] = b"H41"
    path.write_bytes(raw)
    assert codes(open_log(tmp_path))


def test_progress_is_told(log):
    told = []
    list(verify_log(log, lambda done, total: told.append((done, total))))
    assert told == [(6, 6)]

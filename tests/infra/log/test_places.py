"""What the place does to the log: folders, versions, locks, full disks. Clear words, and nothing half stored."""

import os
import sqlite3

import pytest

from infra.errors import CannotRun
from infra.sqlite import file as sqlitefile
from infra.verifylog import verify_log
from tests.support.log import fact, open_engine, open_log, record, tampering


def refusal(action):
    with pytest.raises(CannotRun) as refused:
        action()
    return refused.value.code


def test_missing_folders_are_made(tmp_path):
    assert record(tmp_path / "a" / "b", fact("accepted", "a1"))


def test_data_of_a_newer_version_are_left_alone(tmp_path):
    record(tmp_path, fact("accepted", "a1"))
    with tampering(tmp_path) as db:
        db.execute("UPDATE meta SET value = 2 WHERE key = 'schema'")
    assert refusal(lambda: open_log(tmp_path)) == "newer_version"


@pytest.mark.parametrize("change", ["DELETE FROM meta", "UPDATE meta SET value = 'x'"])
def test_log_that_does_not_say_its_version(tmp_path, change):
    record(tmp_path)
    with tampering(tmp_path) as db:
        db.execute(change)
    assert refusal(lambda: open_log(tmp_path)) == "damaged"


def test_file_of_somebody_else(tmp_path):
    (tmp_path / "log.sqlite").write_text("Kính gửi: Văn phòng UBND tỉnh\n" * 99)
    assert refusal(lambda: open_log(tmp_path)) == "damaged"


def test_database_of_somebody_else(tmp_path):
    with sqlite3.connect(tmp_path / "log.sqlite") as db:
        db.execute("CREATE TABLE invoices (n)")
    db.close()
    assert refusal(lambda: open_log(tmp_path)) == "damaged"


def test_folder_is_a_file(tmp_path):
    (tmp_path / "data").write_text("")
    assert refusal(lambda: open_log(tmp_path / "data")) == "no_access"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_folder_without_rights(tmp_path):
    tmp_path.chmod(0o500)
    try:
        assert refusal(lambda: open_log(tmp_path)) == "no_access"
    finally:
        tmp_path.chmod(0o700)


def test_log_locked_by_another_process(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlitefile, "BUSY_SECONDS", 0.05)
    record(tmp_path)
    engine = open_engine(tmp_path)
    other = sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert refusal(lambda: engine.record([fact("accepted", "a1")])) == "database_locked"
    other.execute("ROLLBACK")
    other.close()
    assert len(engine.record([fact("accepted", "a1")])) == 1


def test_full_disk_stores_nothing_of_the_batch(tmp_path):
    log = open_log(tmp_path)
    engine = open_engine(tmp_path, log)
    engine.record([fact("accepted", "a1")])
    with log.datastore.get_connection(commit=True) as connection:
        connection._sqlite_conn.execute("PRAGMA max_page_count=40")
    many = [fact("accepted", f"m{n}", f"H40.17-250320-{n:04}") for n in range(1000)]
    assert refusal(lambda: engine.record(many)) == "disk_full"
    assert log.max_position() == 1
    with log.datastore.get_connection(commit=True) as connection:
        connection._sqlite_conn.execute("PRAGMA max_page_count=100000")
    assert len(engine.record(many)) == 1000
    assert list(verify_log(log)) == []
    log.close()


def test_damage_within_is_told(tmp_path):
    record(tmp_path, *(fact("accepted", f"m{n}", f"H40.17-250320-{n:04}") for n in range(500)))
    with tampering(tmp_path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "log.sqlite"
    raw = bytearray(path.read_bytes())
    raw[40 * 4096 :] = b"\xff" * (len(raw) - 40 * 4096)
    path.write_bytes(raw)
    log = open_log(tmp_path)
    assert {broken.code for broken in verify_log(log)} & {"schema", "unreadable"}
    log.close()


def test_stray_environment_changes_nothing(tmp_path, monkeypatch):
    record(tmp_path / "calm", fact("accepted", "a1"))
    for name, value in {
        "COMPRESSOR_TOPIC": "zlib",
        "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "MAPPER_TOPIC": "nowhere:Mapper",
        "APPLICATION_RECORDER_TOPIC": "nowhere:Recorder",
        "IS_SNAPSHOTTING_ENABLED": "y",
        "AGGREGATE_CACHE_MAXSIZE": "10",
        "CREATE_TABLE": "n",
        "ORIGINATOR_ID_TYPE": "uuid",
        "SQLITE_DBNAME": str(tmp_path / "stray.sqlite"),
    }.items():
        monkeypatch.setenv(name, value)
    record(tmp_path / "stray", fact("accepted", "a1"))
    first, second = (open_log(tmp_path / name).select(0, 9) for name in ("calm", "stray"))
    assert [tuple(row) for row in first] == [tuple(row) for row in second]
    assert not (tmp_path / "stray.sqlite").exists()

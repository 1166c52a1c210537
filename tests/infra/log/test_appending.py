"""The database itself refuses whatever is not the next event."""

import sqlite3

import pytest

from tests.support.log import DOSSIER, OTHER, fact, record


@pytest.fixture
def db(tmp_path):
    record(tmp_path, fact("accepted", "a1"), fact("accepted", "b1", OTHER), fact("returned", "a2"))
    connection = sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)
    yield connection
    connection.close()


INSERT = "INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES"


@pytest.mark.parametrize(
    "change",
    [
        *(f"DELETE FROM {table}" for table in ("stored_events", "ledger", "checkpoints", "meta")),
        "UPDATE stored_events SET state = x'00' WHERE rowid = 1",
        "UPDATE stored_events SET rowid = 9 WHERE rowid = 3",
        "UPDATE ledger SET position = 2",
        "UPDATE checkpoints SET digest = x'00'",
        "UPDATE meta SET value = 2",
        f"INSERT {INSERT} (4, '{DOSSIER}', 4, 't', x'00')",
        f"INSERT {INSERT} (4, '{DOSSIER}', 2, 't', x'00')",
        f"INSERT {INSERT} (4, '{DOSSIER}', NULL, 't', x'00')",
        f"INSERT {INSERT} (4, '{DOSSIER}', 0, 't', x'00')",
        f"INSERT {INSERT} (9, '{DOSSIER}', 3, 't', x'00')",
        f"INSERT {INSERT} (0, '{DOSSIER}', 3, 't', x'00')",
        f"INSERT {INSERT} (-1, '{DOSSIER}', 3, 't', x'00')",
        f"INSERT {INSERT} (-7, '{DOSSIER}', 3, 't', x'00')",
        f"INSERT OR REPLACE {INSERT} (3, 'NEW', 1, 't', x'00')",
        f"INSERT OR REPLACE {INSERT} (1, '{DOSSIER}', 3, 't', x'00')",
        f"REPLACE {INSERT} (4, '{DOSSIER}', 2, 't', x'00')",
        "INSERT OR REPLACE INTO ledger SELECT source, id, 2 FROM ledger LIMIT 1",
        "INSERT OR REPLACE INTO checkpoints VALUES (3, x'00')",
        "INSERT INTO checkpoints VALUES (2, x'00')",
        "INSERT OR REPLACE INTO meta VALUES ('schema', 2)",
    ],
)
def test_database_refuses(db, change):
    before = list(db.iterdump())
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(change)
    assert list(db.iterdump()) == before


def test_first_event_must_have_version_and_position_one(tmp_path):
    record(tmp_path)
    db = sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)
    for position, version in ((1, 2), (2, 1)):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(f"INSERT {INSERT} (?, 'X', ?, 't', x'00')", (position, version))
    db.execute(f"INSERT {INSERT} (1, 'X', 1, 't', x'00')")
    db.close()

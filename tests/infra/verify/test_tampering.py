"""Whatever is done to the log or the rows behind the program's back is found by verify."""

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from infra.cli._render_upkeep import render_verify
from infra.cli._screen import Page
from infra.language import Language
from infra.rebuilding.verifying import verify
from infra.rows.tables import ROWS
from infra.sqlite.logschema import TRIGGERS
from infra.verifylog import verify_log
from tests.support.log import open_log
from tests.support.stores import World, opened, projected, put, quiet


@pytest.fixture
def data(tmp_path):
    with opened(tmp_path) as store:
        world = World(5, dossiers=6)
        for start in range(0, len(world.arrivals), 10):
            put(store, world.arrivals[start : start + 10])
        projected(store.log, store.views, store.now)
    return tmp_path


def tampered(data, *statements, keep_triggers=True):
    """Done by somebody who may write to the file, and who puts the triggers back afterwards."""
    c = sqlite3.connect(data / "log.sqlite")
    for name in TRIGGERS:
        c.execute(f"DROP TRIGGER {name}")
    for statement, *values in statements:
        done = c.execute(statement, values)
        assert done.rowcount, statement
    if keep_triggers:
        for sql in TRIGGERS.values():
            c.execute(sql)
    c.commit()
    c.close()


def codes(data):
    with closing(open_log(data)) as log:
        return {broken.code for broken in verify_log(log)}


def rowid(data, dossier, version):
    c = sqlite3.connect(data / "log.sqlite")
    sql = "SELECT rowid FROM stored_events WHERE originator_id = ? AND originator_version = ?"
    (position,) = c.execute(sql, (dossier, version)).fetchone()
    c.close()
    return position


def longest(data):
    c = sqlite3.connect(data / "log.sqlite")
    found = c.execute(
        "SELECT originator_id, max(originator_version) FROM stored_events"
        " WHERE originator_id LIKE 'H40%' GROUP BY 1 ORDER BY 2 DESC LIMIT 2"
    ).fetchall()
    c.close()
    return found


def test_a_log_that_nobody_touched_is_whole(data):
    assert codes(data) == set()


def test_dropped_and_restored_triggers_alone_leave_no_trace(data):
    tampered(data)
    assert codes(data) == set()


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_that_was_removed_is_found(data, name):
    c = sqlite3.connect(data / "log.sqlite")
    c.execute(f"DROP TRIGGER {name}")
    c.close()
    assert codes(data) == {"schema"}


def byte_changed(state, at):
    changed = bytearray(state)
    changed[at] ^= 1
    return bytes(changed)


def test_every_single_byte_of_an_event_is_under_the_chain(data):
    (dossier, _), _ = longest(data)
    position = rowid(data, dossier, 1)
    c = sqlite3.connect(data / "log.sqlite")
    for name in TRIGGERS:
        c.execute(f"DROP TRIGGER {name}")
    sql = "SELECT state FROM stored_events WHERE rowid = ?"
    (state,) = c.execute(sql, (position,)).fetchone()
    unfound = []
    with opened(data) as store:
        for at in range(0, len(state), 7):
            c.execute(
                "UPDATE stored_events SET state = ? WHERE rowid = ?",
                (byte_changed(state, at), position),
            )
            c.commit()
            found = {b.code for b in verify_log(store.log, lambda done, total: None)}
            if not found - {"schema"}:
                unfound.append(at)
    c.close()
    assert unfound == []


def other_hash(state):
    said = state[9:73]
    return state[:9] + hashlib.sha256(said).hexdigest().encode() + state[73:]


@pytest.mark.parametrize("end", ["first", "last"])
def test_a_changed_hash_is_found(data, end):
    (dossier, last), _ = longest(data)
    position = rowid(data, dossier, 1 if end == "first" else last)
    c = sqlite3.connect(data / "log.sqlite")
    c.create_function("other_hash", 1, other_hash)
    for name in TRIGGERS:
        c.execute(f"DROP TRIGGER {name}")
    c.execute("UPDATE stored_events SET state = other_hash(state) WHERE rowid = ?", (position,))
    c.commit()
    c.close()
    assert "altered" in codes(data)


SET = "UPDATE stored_events SET"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (f"{SET} topic = 'vn.dunghen.dossier.lost.v1' WHERE rowid = :first", "altered"),
        (f"{SET} originator_id = 'H40.17-250320-9999' WHERE rowid = :first", "altered"),
        (f"{SET} originator_id = upper(originator_id) || 'X' WHERE originator_id = :dossier", "altered"),
        (f"{SET} originator_version = originator_version + 100 WHERE rowid = :last", "missing"),
        (f"{SET} rowid = rowid + 1000 WHERE rowid = :last", "missing"),
        (f"{SET} state = CAST(state AS BLOB) || x'20' WHERE rowid = :last", "unreadable"),
        ("DELETE FROM stored_events WHERE rowid = :middle", "missing"),
        ("DELETE FROM stored_events WHERE rowid = :last", "missing"),
        ("DELETE FROM stored_events WHERE rowid >= (SELECT max(rowid) FROM stored_events)", "missing"),
        ("DELETE FROM stored_events WHERE originator_id = :dossier", "missing"),
        ("DELETE FROM stored_events", "missing"),
        ("UPDATE ledger SET id = id || 'x' WHERE position = :first", "ledger"),
        ("UPDATE ledger SET source = source + 1 WHERE position = :first", "ledger"),
        ("UPDATE ledger SET position = 100000 WHERE position = :first", "ledger"),
        ("DELETE FROM ledger WHERE position = :first", "ledger"),
        ("INSERT INTO ledger VALUES (1, 'x', 100000)", "ledger"),
        ("INSERT INTO ledger VALUES (1, 'x', 1)", "ledger"),
        ("UPDATE checkpoints SET digest = x'00' WHERE position = 10", "checkpoint"),
        ("DELETE FROM checkpoints WHERE position = (SELECT max(position) FROM checkpoints)", "checkpoint"),
    ],
)  # fmt: skip
def test_a_change_behind_the_programs_back_is_found(data, statement, code):
    (dossier, last), _ = longest(data)
    values = {
        "dossier": dossier,
        "first": rowid(data, dossier, 1),
        "middle": rowid(data, dossier, 2),
        "last": rowid(data, dossier, last),
    }
    c = sqlite3.connect(data / "log.sqlite")
    for name in TRIGGERS:
        c.execute(f"DROP TRIGGER {name}")
    assert c.execute(statement, values).rowcount
    for sql in TRIGGERS.values():
        c.execute(sql)
    c.commit()
    c.close()
    assert code in codes(data)


def test_two_versions_swapped_are_found(data):
    (dossier, _), _ = longest(data)
    one, two = rowid(data, dossier, 1), rowid(data, dossier, 2)
    tampered(
        data,
        ("UPDATE stored_events SET originator_version = -1 WHERE rowid = ?", one),
        ("UPDATE stored_events SET originator_version = 1 WHERE rowid = ?", two),
        ("UPDATE stored_events SET originator_version = 2 WHERE rowid = ?", one),
    )
    assert "altered" in codes(data)


def test_two_positions_of_different_dossiers_swapped_are_found(data):
    (one, _), (two, _) = longest(data)
    a, b = rowid(data, one, 1), rowid(data, two, 1)
    swaps = [
        (f"UPDATE {table} SET {column} = ? WHERE {column} = ?", to, at)
        for table, column in (("stored_events", "rowid"), ("ledger", "position"))
        for to, at in ((-1, a), (a, b), (b, -1))
    ]
    tampered(data, *swaps)
    assert codes(data) == {"checkpoint"}


@pytest.mark.parametrize("with_ledger", [True, False])
def test_a_well_made_event_added_at_the_end_is_found(data, with_ledger):
    """Chained rightly, by the program's own means, in a copy; then its rows put into the log without a checkpoint."""
    with opened(data / "copy") as copy:
        world = World(6, dossiers=1)
        (history,) = world.dossiers.values()
        put(copy, [event | {"subject": "H40.17-250320-7777"} for event in history])
    c = sqlite3.connect(data / "log.sqlite")
    c.execute("ATTACH ? AS copy", (str(data / "copy" / "log.sqlite"),))
    (last,) = c.execute("SELECT max(rowid) FROM main.stored_events").fetchone()
    c.execute("INSERT INTO main.stored_events SELECT * FROM copy.stored_events ORDER BY rowid")
    if with_ledger:
        c.execute(
            "INSERT OR IGNORE INTO main.ledger SELECT source, id || '-new', position + ? FROM copy.ledger",
            (last,),
        )
    c.commit()
    c.close()
    assert codes(data)


def test_verify_through_the_command_line_ends_with_one(tmp_path):
    data = tmp_path
    with opened(data) as store:
        put(store, World(5).arrivals)

    def run():
        command = [sys.executable, "-m", "infra.cli", "verify", "--data", str(data), "--json"]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)

    whole = run()
    assert whole.returncode == 0, whole.stdout + whole.stderr
    tampered(data, ("UPDATE stored_events SET topic = 'x' WHERE rowid = 1",))
    broken = run()
    assert (broken.returncode, "altered" in broken.stdout) == (1, True), broken.stderr


@pytest.mark.parametrize("table", list(ROWS), ids=lambda table: table.name)
def test_one_altered_row_of_any_table_is_found(data, table):
    with opened(data) as store:
        verify(store, progress=quiet)
        assert store.views.count(table.name)
        key, changed = ", ".join(table.columns[: table.key]), table.columns[-1]
        store.views.database.rows(
            f"UPDATE {table.name} SET {changed} = 'changed' WHERE ({key}) ="
            f" (SELECT {key} FROM {table.name} LIMIT 1)"
        )
        found = verify(store, progress=quiet)["differences"]
        assert table.name in {difference["table"] for difference in found}


@pytest.mark.parametrize("table", list(ROWS), ids=lambda table: table.name)
def test_one_lost_row_of_any_table_is_found(data, table):
    with opened(data) as store:
        if store.views.count(table.name):
            store.views.database.rows(
                f"DELETE FROM {table.name} WHERE dossier = (SELECT max(dossier) FROM {table.name})"
            )
            found = verify(store, progress=quiet)["differences"]
            assert table.name in {difference["table"] for difference in found}


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE registered SET state = replace(state, 'H40', 'H41')", "registered"),
        ("DELETE FROM registered", "registered"),
        ("UPDATE states SET last_recorded_at = NULL", "states"),
        ("UPDATE states SET unchanged_since = NULL", "states"),
        ("UPDATE received SET n = n + 1", "received"),
        ("DELETE FROM found", "found"),
        ("DELETE FROM feed WHERE id = (SELECT max(id) FROM feed)", "feed"),
        ("UPDATE violations SET rule = 7 WHERE rule = (SELECT max(rule) FROM violations)", "violations"),
        ("UPDATE custody SET number = 'x' WHERE number = 0", "custody"),
    ],
)  # fmt: skip
def test_whatever_is_altered_beside_the_rows_is_found(data, statement, table):
    with opened(data) as store:
        verify(store, progress=quiet)
        store.views.database.rows(statement)
        assert store.views.database.rows("SELECT changes()") > [(0,)]
        answer = verify(store, progress=quiet)
    assert table in {difference["table"] for difference in answer["differences"]}
    assert any(table in part for part in render_verify(answer, Page(Language("en"), 80)))


@pytest.mark.parametrize("projecting", [False, True])
def test_what_another_process_imports_meanwhile_is_no_difference(data, projecting):
    def importing(stage, done, total):
        if stage == "rebuild" and later.arrivals:
            with opened(data) as other:
                put(other, later.arrivals)
                if projecting:
                    other.catch_up()
            later.arrivals = []

    later = World(6, dossiers=2)
    later.arrivals = [
        {**event, "id": f"later-{event['id']}"}
        for dossier in later.dossiers.values()
        for event in dossier
    ]
    with opened(data) as store:
        assert verify(store, progress=importing)["differences"] == []
    assert later.arrivals == []

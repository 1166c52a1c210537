"""What cannot be opened, is given up half-way or cannot be closed in part lets go of all that it holds, before the collector comes."""

import gc
import sqlite3
import time
from contextlib import closing, suppress
from itertools import repeat
from tempfile import SpooledTemporaryFile
from types import SimpleNamespace
from typing import Any

import pytest

from infra.errors import CannotRun
from infra.http._answering import _FileResponse
from infra.metrics import Metrics
from infra.postgres.schema import migrate
from infra.rebuilding import verifying
from infra.services import registry
from infra.services.notices import notifying
from infra.services.workers import Announcing, Relaying
from infra.settings.service import ServiceSettings
from infra.sqlite.keys import SqliteKeys
from infra.verifylog import Broken
from infra.wiring import distributed, embedded
from tests.support.postgres import MASTER, asked
from tests.support.stores import END, LAW, opened, quiet

SOON = 30
AWAY = CannotRun("away", code="database_unreachable")
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def files_in(folder):
    """The databases there that this thread has open."""
    found = list[str]()
    for each in gc.get_objects():
        if issubclass(type(each), sqlite3.Connection):
            with suppress(sqlite3.ProgrammingError):  # it is closed, or another thread's
                found += [row[2] for row in each.execute("PRAGMA database_list")]
    return [file for file in found if file.startswith(str(folder))]


def ahead_of_the_log(store):
    """Its tables say that they are further than the log is."""
    with closing(store), store.views.database.transaction(write=True):
        store.views.database.rows("UPDATE marks SET place = 1000000 WHERE name = 'position'")


def test_a_folder_whose_log_is_behind_is_let_go_of(tmp_path):
    ahead_of_the_log(embedded(tmp_path, LAW, END))
    with pytest.raises(CannotRun) as refused:
        embedded(tmp_path, LAW, END)
    assert (refused.value.code, files_in(tmp_path)) == ("log_behind", [])


def test_a_database_whose_log_is_behind_is_let_go_of(database):
    migrate(database.url)
    ahead_of_the_log(distributed(database.url, LAW, END, MASTER))
    with pytest.raises(CannotRun) as refused:
        distributed(database.url, LAW, END, MASTER)
    assert refused.value.code == "log_behind"
    until_nobody_is_at(database)


def test_a_database_that_was_not_migrated_is_let_go_of(database):
    with pytest.raises(CannotRun) as refused:
        distributed(database.url, LAW, END, MASTER)
    assert refused.value.code == "not_migrated"
    until_nobody_is_at(database)


def until_nobody_is_at(database):
    until = time.monotonic() + SOON
    with asked(database.url) as other:
        while other.execute(OTHERS).fetchone() != (0,):  # a server takes a moment to see them go
            assert time.monotonic() < until


def test_a_folder_of_another_master_key_is_let_go_of(tmp_path):
    with closing(embedded(tmp_path, LAW, END, MASTER)) as store:
        store.vault.boxed("x", b"")
    with pytest.raises(CannotRun) as refused:
        embedded(tmp_path, LAW, END, b"x" * 32)
    assert (refused.value.code, files_in(tmp_path)) == ("wrong_master_key", [])


def test_a_vault_of_a_newer_version_is_let_go_of(tmp_path):
    with closing(SqliteKeys(tmp_path / "vault.sqlite")) as keys:
        assert keys.check() is None
        keys._connection.execute("UPDATE meta SET value = 99 WHERE key = 'schema'")
    with pytest.raises(CannotRun) as refused:
        SqliteKeys(tmp_path / "vault.sqlite").check()
    assert (refused.value.code, files_in(tmp_path)) == ("newer_version", [])


class Closing:
    """Takes down that it was closed; and fails, where it is told to."""

    def __init__(self, name, closed, fails=None):
        self.name, self.closed, self.fails = name, closed, fails

    def close(self):
        self.closed.append(self.name)
        if self.fails is not None:
            raise self.fails


def test_a_store_is_closed_also_where_its_log_cannot_be(tmp_path, monkeypatch):
    with opened(tmp_path) as store, monkeypatch.context() as patched:
        patched.setattr(type(store.log), "close", Closing("log", [], AWAY).close)
        with pytest.raises(CannotRun):
            store.close()
        assert [file for file in files_in(tmp_path) if "views" in file] == []


class Unread(Closing):
    """A store of which nothing can be asked."""

    law, log = LAW, None

    @property
    def views(self):
        def law(_):
            raise AWAY

        return SimpleNamespace(law=law, remembered=lambda record: 0)


@pytest.mark.parametrize(
    ("open_worker", "parts"),
    [
        (registry.open_deadlines, ["store"]),
        (registry.open_projections, ["reader", "store"]),
    ],
)
def test_a_worker_that_cannot_be_put_together_lets_go(open_worker, parts, monkeypatch):
    closed = list[str]()
    monkeypatch.setattr(registry, "open_store", lambda settings: Unread("store", closed))
    monkeypatch.setattr(registry, "_member", lambda *given: Closing("reader", closed))
    with pytest.raises(CannotRun):
        open_worker(ServiceSettings(), Metrics("test"))
    assert closed == parts


def test_a_worker_that_cannot_read_its_addresses_lets_go(tmp_path):
    closed = list[str]()
    given: Any = {"smtp_host": "mail.example", "smtp_from": "d@tinh.example"}
    settings = ServiceSettings(**given, notify_addresses=tmp_path / "none.csv")
    parts: Any = Closing("bookmark", closed), Unread("store", closed)
    with pytest.raises(CannotRun):
        notifying(settings, Metrics("test"), lambda: parts, lambda: END)
    assert closed == ["store", "bookmark"]


NOBODY: Any = None


def relaying(close, closed):
    bookmark: Any = Closing("bookmark", closed)
    return Relaying(NOBODY, NOBODY, bookmark, Metrics("test"), close, whole=lambda position: None)


def announcing(close, closed):
    store: Any = Closing("store", closed)
    bookmark: Any = Closing("bookmark", closed)
    return Announcing(store, NOBODY, NOBODY, bookmark, Metrics("test"), close=close)


@pytest.mark.parametrize(
    ("worker", "parts"),
    [
        (relaying, ["publisher", "bookmark"]),
        (announcing, ["publisher", "store", "bookmark"]),
    ],
)
def test_a_worker_lets_go_of_all_also_where_one_cannot_be_closed(worker, parts):
    closed = list[str]()
    failing = Closing("publisher", closed, AWAY)
    with pytest.raises(CannotRun):
        worker(failing.close, closed).close()
    assert closed == parts


def test_a_proof_that_has_seen_enough_reads_the_log_no_more(monkeypatch):
    seen = list[str]()

    def broken(log, watch):
        try:
            yield from repeat(Broken("altered", "x"))
        finally:
            seen.append("closed")

    def readings():
        seen.append("readings")
        raise AWAY

    monkeypatch.setattr(verifying, "verify_log", broken)
    store: Any = SimpleNamespace(log=None, vault=SimpleNamespace(broken_readings=readings))
    with pytest.raises(CannotRun):
        verifying.verify(store, progress=quiet)
    assert seen == ["closed", "readings"]


def test_a_file_that_is_sent_to_nobody_is_closed():
    with closing(SpooledTemporaryFile()) as file:
        response = _FileResponse(file, "text/csv")
        assert not file.closed
        del response
        assert file.closed

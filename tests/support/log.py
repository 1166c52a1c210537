"""A log with an engine over it in a temporary folder, and facts to put in, said in a line."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from domain import events
from domain.engine import Engine, Outcome
from domain.facts import Fact, Said
from domain.values import VN
from infra.masterkey import GivenKey, KeyFile
from infra.sqlite.keys import SqliteKeys
from infra.sqlite.log import SqliteLog
from infra.vault import Vault

NOW = datetime(2025, 6, 2, 9, tzinfo=VN)
DOSSIER = "H40.17-250320-0001"
OTHER = "H40.17-250320-0002"

LEAST: dict[str, dict[str, Any]] = {
    "submitted": {},
    "accepted": {"competent_unit": "H40.17"},
    "returned": {"method": "direct"},
    "transferred": {"to": {"unit": "H40.17", "officer": "cb-1"}},
    "unit.registered": {"unit": "H40.17", "name": "Phường Một"},
    "feedback.received": {"feedback": "PAKN-1", "unit": "H40.17"},
}
"""What an event of each of these types must say."""


def envelope(kind: str, id_: str, subject: str = DOSSIER, **changes: Any) -> dict[str, Any]:
    """A structured CloudEvent; `data` is the least that its type takes, unless given."""
    type_ = kind if "." in kind else f"dossier.{kind}"
    said = {
        "specversion": "1.0",
        "id": id_,
        "source": "/igate/H40",
        "type": f"vn.dunghen.{type_}.v1",
        "subject": subject,
        "time": "2025-03-20T08:00:00+07:00",
        "recordedtime": "2025-03-20T08:05:00+07:00",
        "data": LEAST.get(kind, {}),
    } | changes
    return {key: value for key, value in said.items() if value is not None}


def fact(
    kind: str, id_: str, subject: str = DOSSIER, at: datetime = NOW, **changes: Any
) -> Fact[Said]:
    """The same as a fact, read at `at`."""
    return events.read(envelope(kind, id_, subject, **changes), recorded_at=at)


def open_log(folder: Path) -> SqliteLog:
    return SqliteLog(folder / "log.sqlite")


def open_vault(folder: Path, master: bytes | None = None) -> Vault:
    """With a master key of its own in the folder, unless one is given."""
    keys = SqliteKeys(folder / "vault.sqlite")
    return Vault(keys, KeyFile(folder) if master is None else GivenKey(master))


def open_engine(folder: Path, log: SqliteLog | None = None) -> Engine:
    return Engine(log or open_log(folder), open_vault(folder, b"k" * 32))


def record(folder: Path, *facts: Fact[Said]) -> list[Outcome]:
    """One batch through an engine of its own, as another process would."""
    log = open_log(folder)
    try:
        return open_engine(folder, log).record(facts)
    finally:
        log.close()


@contextmanager
def tampering(folder: Path, file: str = "log.sqlite") -> Iterator[sqlite3.Connection]:
    """The file as somebody sees it who may do anything: the triggers are lifted, and put back afterwards."""
    connection = sqlite3.connect(folder / file, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    try:
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
    finally:
        connection.close()

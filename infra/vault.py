"""The vault: personal data under a key of its own per dossier, kept apart from the log so that a person can be erased.

Knows AES-256-GCM, the master key and where both lie. Must not know what is done with the facts.

Each dossier has a random key, stored wrapped under the master key. Sealing is deterministic: the nonce is made from the
event and its plain text under the dossier's key, so an event sent twice is the same bytes twice and nothing of the plain
text, not even its hash, lies open. Erasing deletes the wrapped key and leaves its row, so that sending the event again does
not bring the person back. Who read personal data, of which dossier and when, is recorded in the same file, where rows can only be
added.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import structlog

from domain import events
from domain.canonical import canonical
from domain.facts import Applicant, Corrected, Fact, Said, Sealed, Submitted
from domain.records import record_id
from infra.errors import CannotRun
from infra.sqlitefile import connect, explained

ERASED: Final = Sealed(sealed="")
"""Stands for the personal data of somebody who was erased."""

_SCHEMA: Final = 1
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value ANY) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS keys (dossier TEXT PRIMARY KEY, wrapped BLOB) WITHOUT ROWID",
)
_READINGS: Final = {
    "readings": "CREATE TABLE readings (number INTEGER PRIMARY KEY AUTOINCREMENT, dossier TEXT NOT NULL,"
    " reader TEXT NOT NULL, at TEXT NOT NULL)",
    "readings_no_update": "CREATE TRIGGER readings_no_update BEFORE UPDATE ON readings"
    " BEGIN SELECT raise(ABORT, 'readings are only added'); END",
    "readings_no_delete": "CREATE TRIGGER readings_no_delete BEFORE DELETE ON readings"
    " BEGIN SELECT raise(ABORT, 'readings are only added'); END",
}
"""Who read what, and when; a vault of an earlier version gets them when it is opened."""
_NONCE: Final = 12
_LONGEST_KEY: Final = 1 << 10
"""Bytes that are read of a key's file: it has 44 and perhaps a line end, whatever the path leads to."""


class Vault:
    """Keys of dossiers in `vault.sqlite`. A `Sealer` of the engine."""

    def __init__(self, folder: Path, master: bytes | None = None) -> None:
        """`master` is 32 bytes; without it `master.key` in the folder is taken, and made when it is first needed.

        CannotRun when it is not the key that the vault was made with.
        """
        self._folder = folder
        self._path = folder / "vault.sqlite"
        self._given = master
        if self._path.exists() and (master is not None or self._master_file.exists()):
            _ = self._connection, self._master

    # ── sealing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def sealed(self, facts: Sequence[Fact[Said]], /, *, keep: bool = True) -> Sequence[Fact[Said]]:
        """The same facts with personal data sealed. The keys of dossiers seen for the first time are stored first.

        Without `keep` nothing is stored: such dossiers have passing keys, the same as long as this object lives.
        """
        personal = {id(fact): record_id(fact) for fact in facts if _is_personal(fact)}
        if not personal:
            return facts
        keys = self._keys_for(set(personal.values()), keep=keep)
        return [
            _seal(fact, keys[personal[id(fact)]]) if id(fact) in personal else fact
            for fact in facts
        ]

    def reveal(self, fact: Fact[Said]) -> Applicant | None:
        """Who submitted: in clear, None when nobody is named or the person was erased. To be recorded by the caller.

        CannotRun when there is neither the key nor a sign that it was erased: then the vault is not the one of this log.
        """
        said = fact.data
        if not isinstance(said, Submitted) or not isinstance(said.applicant, Sealed):
            return None
        if said.applicant == ERASED:
            return None
        key = self._key_of(record_id(fact))
        if key is None:
            return None
        raw = base64.b64decode(said.applicant.sealed)
        return Applicant(**json.loads(self._opened(_aead(key), raw, _about(fact))))

    def record_reading(self, dossier: str, reader: str, at: datetime) -> None:
        """Put on record that somebody read the personal data of a dossier. CannotRun when that cannot be stored."""
        with explained(str(self._path)):
            self._connection.execute(
                "INSERT INTO readings (dossier, reader, at) VALUES (?, ?, ?)",
                (dossier, reader, at.isoformat()),
            )

    def readings(self) -> list[tuple[str, str, str]]:
        """Every reading in its order: dossier, reader, instant."""
        with explained(str(self._path)):
            query = "SELECT dossier, reader, at FROM readings ORDER BY number"
            return list(self._connection.execute(query))

    def broken_readings(self) -> list[str]:
        """What shows that readings were taken away or changed, where there is a vault at all."""
        if not self._path.exists():
            return []
        found = []
        with explained(str(self._path)):
            there = dict(self._connection.execute("SELECT name, sql FROM sqlite_master"))
            for name, sql in _READINGS.items():
                if there.get(name) != sql:
                    found.append(
                        f"{name} of the vault is not as the program made it: readings could be changed"
                    )
            (left,) = self._connection.execute("SELECT count(*) FROM readings").fetchone()
            (made,) = self._connection.execute(
                "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'readings'"
            ).fetchone()
        if left != made:
            found.append(f"the vault has {left} readings of personal data, there were {made}")
        return found

    def forget(self, dossier: str) -> bool:
        """Erase the person of a dossier: its key is gone for good, its chain stays valid. False when there was no key."""
        with explained(str(self._path)):
            done: int = self._connection.execute(
                "UPDATE keys SET wrapped = NULL WHERE dossier = ? AND wrapped IS NOT NULL",
                (dossier,),
            ).rowcount
            self._connection.execute(
                "INSERT INTO keys VALUES (?, NULL) ON CONFLICT DO NOTHING", (dossier,)
            )
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return done > 0

    # ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _keys_for(self, dossiers: set[str], *, keep: bool) -> Mapping[str, bytes | None]:
        """The dossiers' keys, None for the erased; new ones are made and, to keep, committed."""
        names = json.dumps(sorted(dossiers))
        query = "SELECT dossier, wrapped FROM keys JOIN json_each(?) ON dossier = value"
        with explained(str(self._path)):
            found = dict(self._connection.execute(query, (names,)).fetchall())
            if keep and len(found) < len(dossiers):
                fresh = [
                    (dossier, self._wrap(dossier, os.urandom(32)))
                    for dossier in sorted(dossiers - found.keys())
                ]
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    # Another process may have been faster: its keys stay.
                    self._connection.executemany(
                        "INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING", fresh
                    )
                    found = dict(self._connection.execute(query, (names,)).fetchall())
                    self._connection.execute("COMMIT")
                except BaseException:
                    self._connection.rollback()
                    raise
        passing = {
            dossier: hmac.digest(self._passing, dossier.encode(), "sha256")
            for dossier in dossiers - found.keys()
        }
        return passing | {
            dossier: None if wrapped is None else self._unwrap(dossier, wrapped)
            for dossier, wrapped in found.items()
        }

    def _key_of(self, dossier: str) -> bytes | None:
        with explained(str(self._path)):
            row = self._connection.execute(
                "SELECT wrapped FROM keys WHERE dossier = ?", (dossier,)
            ).fetchone()
        if row is None:
            raise CannotRun(
                f"{self._path} has no key of {dossier}; restore the vault that belongs to this log from a backup",
                code="no_key_of_dossier",
                path=self._path,
                dossier=dossier,
            )
        return None if row[0] is None else self._unwrap(dossier, row[0])

    def _wrap(self, dossier: str, key: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        wrapped: bytes = self._wrapping.encrypt(nonce, key, dossier.encode())
        return nonce + wrapped

    def _unwrap(self, dossier: str, wrapped: bytes) -> bytes:
        return self._opened(self._wrapping, wrapped, dossier.encode())

    def _opened(self, aead: Any, sealed: bytes, about: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # as in _aead

        try:
            plain: bytes = aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
        except (InvalidTag, TypeError, ValueError):  # the last two: not bytes, or too few of them
            raise self._altered() from None
        return plain

    def _altered(self) -> CannotRun:
        return CannotRun(
            f"{self._path} or what is sealed under it was altered; restore it from a backup",
            code="damaged",
            path=self._path,
        )

    @cached_property
    def _passing(self) -> bytes:
        """What keys are made from that are not kept."""
        return os.urandom(32)

    @cached_property
    def _wrapping(self) -> Any:
        return _aead(self._master)

    @cached_property
    def _connection(self) -> Any:
        with explained(str(self._path)):
            self._folder.mkdir(parents=True, exist_ok=True)
            connection = connect(self._path, synchronous="FULL")
            connection.execute("PRAGMA secure_delete=ON")
            for statement in _TABLES:
                connection.execute(statement)
            for statement in _READINGS.values():
                kind, name, rest = statement.removeprefix("CREATE ").split(" ", 2)
                connection.execute(f"CREATE {kind} IF NOT EXISTS {name} {rest}")
            connection.execute(
                "INSERT INTO meta VALUES ('schema', ?) ON CONFLICT DO NOTHING", (_SCHEMA,)
            )
            (schema,) = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        if not isinstance(schema, int):
            raise self._altered()
        if schema > _SCHEMA:
            raise CannotRun(
                f"{self._path} was written by a newer version of dunghen; install the newer version",
                code="newer_version",
                path=self._path,
            )
        return connection

    # ── the master key ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _master_file(self) -> Path:
        return self._folder / "master.key"

    @cached_property
    def _master(self) -> bytes:
        """The master key, compared with the check value that the vault holds since its first use."""
        stored = self._connection.execute("SELECT value FROM meta WHERE key = 'check'").fetchone()
        master = self._given or self._from_file() or (self._made() if stored is None else None)
        if master is None:
            raise CannotRun(
                f"{self._path} needs its master key: set DUNGHEN_MASTER_KEY_FILE or DUNGHEN_MASTER_KEY,"
                f" or restore {self._master_file}",
                code="no_master_key",
                path=self._path,
            )
        # HMAC under the key itself says nothing about it, and says so before anything is sealed with a wrong one.
        check = hmac.digest(master, b"dunghen vault check", "sha256")
        if stored is None:
            with explained(str(self._path)):
                self._connection.execute(
                    "INSERT INTO meta VALUES ('check', ?) ON CONFLICT DO NOTHING", (check,)
                )
                stored = self._connection.execute(
                    "SELECT value FROM meta WHERE key = 'check'"
                ).fetchone()
        if not isinstance(stored[0], bytes):
            raise self._altered()
        if not hmac.compare_digest(stored[0], check):
            raise CannotRun(
                f"the master key is not the one that {self._path} was made with; nothing was changed",
                code="wrong_master_key",
                path=self._path,
            )
        return master

    def _from_file(self) -> bytes | None:
        return read_master_key(self._master_file) if self._master_file.exists() else None

    def _made(self) -> bytes | None:
        """A new key, linked into place whole, so that two processes at once end up with the same one."""
        partial = self._folder / f".master.key.{os.getpid()}"
        with explained(str(self._master_file)):
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                os.write(handle, base64.b64encode(os.urandom(32)) + b"\n")
                os.fsync(handle)
            finally:
                os.close(handle)
            try:
                os.link(partial, self._master_file)
            except FileExistsError:
                pass
            else:
                structlog.get_logger().warning("master_key_created", path=str(self._master_file))
            finally:
                partial.unlink()
        return self._from_file()

    def close(self) -> None:
        """Close the file."""
        if "_connection" in self.__dict__:
            self._connection.close()


def read_master_key(path: Path) -> bytes:
    """32 bytes in base64 from a file. CannotRun when it cannot be read or is none."""
    with explained(str(path)), path.open("rb") as file:
        text = file.read(_LONGEST_KEY).decode("ascii", errors="replace")
    return master_key(text, str(path))


def master_key(text: str, origin: str) -> bytes:
    """32 bytes from base64. CannotRun otherwise; `origin` says where the text was found."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise CannotRun(
            f"{origin} holds no master key: 32 bytes in base64 are meant (`openssl rand -base64 32`)",
            code="bad_master_key",
            path=origin,
        )
    return key


def _is_personal(fact: Fact[Said]) -> bool:
    match fact.data:
        case Submitted(applicant=Applicant()):
            return True
        case Corrected(replacement={"applicant": named}):
            return named is not None and not _is_sealed(named)
        case _:
            return False


def _is_sealed(named: object) -> bool:
    return isinstance(named, dict) and named.keys() == {"sealed"}


def _seal(fact: Fact[Said], key: bytes | None) -> Fact[Said]:
    match fact.data:
        case Submitted(applicant=Applicant() as applicant) as said:
            sealed = _sealed(fact, canonical(applicant).encode(), key)
            data: Said = replace(said, applicant=sealed)
        case Corrected(replacement=dict(changes)) as said:
            sealed = _sealed(fact, canonical(changes["applicant"]).encode(), key)
            data = replace(said, replacement={**changes, "applicant": {"sealed": sealed.sealed}})
        case _:
            return fact
    return events.with_content(fact._replace(data=data))


def _sealed(fact: Fact[Said], plain: bytes, key: bytes | None) -> Sealed:
    if key is None:
        return ERASED
    about = _about(fact)
    own = hmac.digest(key, b"nonce", "sha256")
    nonce = hmac.digest(own, about + b"\0" + plain, "sha256")[:_NONCE]
    raw = nonce + _aead(key).encrypt(nonce, plain, about)
    return Sealed(sealed=base64.b64encode(raw).decode("ascii"))


def _about(fact: Fact[Said]) -> bytes:
    return hashlib.sha256(f"{fact.source}\0{fact.id}".encode()).digest()


def _aead(key: bytes) -> Any:
    # 30 ms at the start of every command, so only where somebody is named
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    return AESGCM(key)

"""The vault: personal data under a key of its own per dossier, kept apart from the log so that a person can be erased.

Knows AES-256-GCM and the roles of what keeps the keys and the master key. Must not know what is done with the facts.

Each dossier has a random key, stored wrapped under the master key. Sealing is deterministic: the nonce is made from the
event and its plain text under the dossier's key, so an event sent twice is the same bytes twice and nothing of the plain
text, not even its hash, lies open. Erasing deletes the wrapped key and leaves its row, so that sending the event again does
not bring the person back. Who read personal data, of which dossier and when, is recorded beside the keys, where rows can only be
added.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Protocol

from domain import events
from domain.canonical import canonical
from domain.facts import Applicant, Corrected, Fact, Said, Sealed, Submitted
from domain.records import record_id
from infra.errors import CannotRun

ERASED: Final = Sealed(sealed="")
"""Stands for the personal data of somebody who was erased."""

_NONCE: Final = 12


class Keys(Protocol):
    """Where the dossiers' wrapped keys lie, and who read personal data: apart from the log."""

    place: str
    """What errors call it."""

    def exist(self) -> bool:
        """Whether there is anything yet; nothing is made by asking."""
        ...

    def wrapped(self, dossiers: Sequence[str]) -> dict[str, bytes | None]:
        """The keys of those of the dossiers that are known; None where it was erased."""
        ...

    def add(self, fresh: Mapping[str, bytes]) -> None:
        """Store new keys at once; where another process was faster, its key stays."""
        ...

    def erase(self, dossier: str) -> bool:
        """Delete a key for good and leave its row; whether there was one."""
        ...

    def check(self) -> bytes | None:
        """The check value of the master key, None before its first use."""
        ...

    def keep_check(self, value: bytes) -> bytes | None:
        """Store it, unless there is one; the one that is there now."""
        ...

    def record_reading(self, dossier: str, reader: str, at: str) -> None:
        """Add a reading."""
        ...

    def readings(self) -> list[tuple[str, str, str]]:
        """Every reading in its order: dossier, reader, instant."""
        ...

    def broken_readings(self) -> list[str]:
        """What shows that readings were taken away or changed."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Master(Protocol):
    """Where the master key comes from."""

    told: str
    """What to do when there is none, as the end of a sentence."""

    def found(self) -> bytes | None:
        """The master key, None where there is none."""
        ...

    def made(self) -> bytes | None:
        """A new one, kept where `found` finds it; None where none may be made."""
        ...


class Vault:
    """Keys of dossiers, under a master key. A `Sealer` of the engine."""

    def __init__(self, keys: Keys, master: Master) -> None:
        """CannotRun when the master key is there and not the one that the vault was made with."""
        self._keys = keys
        self._from = master
        if keys.exist() and master.found() is not None:
            _ = self._master

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
        self._keys.record_reading(dossier, reader, at.isoformat())

    def readings(self) -> list[tuple[str, str, str]]:
        """Every reading in its order: dossier, reader, instant."""
        return self._keys.readings()

    def broken_readings(self) -> list[str]:
        """What shows that readings were taken away or changed, where there is a vault at all."""
        return self._keys.broken_readings() if self._keys.exist() else []

    def forget(self, dossier: str) -> bool:
        """Erase the person of a dossier: its key is gone for good, its chain stays valid. False when there was no key."""
        return self._keys.erase(dossier)

    def boxed(self, name: str, plain: bytes) -> tuple[bytes, bytes]:
        """Bytes sealed under a new key of their own, and that key, wrapped: without it nobody opens them again."""
        key, nonce = os.urandom(32), os.urandom(_NONCE)
        sealed: bytes = _aead(key).encrypt(nonce, plain, name.encode())
        return self._wrap(name, key), nonce + sealed

    def unboxed(self, name: str, key: bytes, sealed: bytes) -> bytes:
        """The bytes back. CannotRun (`damaged`) where either is not what `boxed` gave under this name."""
        return self._opened(_aead(self._unwrap(name, key)), sealed, name.encode())

    # ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _keys_for(self, dossiers: set[str], *, keep: bool) -> Mapping[str, bytes | None]:
        """The dossiers' keys, None for the erased; new ones are made and, to keep, committed."""
        names = sorted(dossiers)
        found = self._keys.wrapped(names)
        if keep and len(found) < len(dossiers):
            self._keys.add(
                {name: self._wrap(name, os.urandom(32)) for name in names if name not in found}
            )
            found = self._keys.wrapped(names)
        passing = {
            dossier: hmac.digest(self._passing, dossier.encode(), "sha256")
            for dossier in dossiers - found.keys()
        }
        return passing | {
            dossier: None if wrapped is None else self._unwrap(dossier, wrapped)
            for dossier, wrapped in found.items()
        }

    def _key_of(self, dossier: str) -> bytes | None:
        found = self._keys.wrapped([dossier])
        if dossier not in found:
            raise CannotRun(
                f"{self._keys.place} has no key of {dossier}; restore the vault that belongs to this log from a backup",
                code="no_key_of_dossier",
                path=self._keys.place,
                dossier=dossier,
            )
        wrapped = found[dossier]
        return None if wrapped is None else self._unwrap(dossier, wrapped)

    def _wrap(self, name: str, key: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        wrapped: bytes = self._wrapping.encrypt(nonce, key, name.encode())
        return nonce + wrapped

    def _unwrap(self, name: str, wrapped: bytes) -> bytes:
        return self._opened(self._wrapping, wrapped, name.encode())

    def _opened(self, aead: Any, sealed: bytes, about: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # as in _aead

        try:
            plain: bytes = aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
        except (InvalidTag, TypeError, ValueError):  # the last two: not bytes, or too few of them
            raise altered(self._keys.place) from None
        return plain

    @cached_property
    def _passing(self) -> bytes:
        """What keys are made from that are not kept."""
        return os.urandom(32)

    @cached_property
    def _wrapping(self) -> Any:
        return _aead(self._master)

    @cached_property
    def _master(self) -> bytes:
        """The master key, compared with the check value that the vault holds since its first use."""
        stored = self._keys.check()
        master = self._from.found() or (self._from.made() if stored is None else None)
        if master is None:
            raise CannotRun(
                f"{self._keys.place} needs its master key: {self._from.told}",
                code="no_master_key",
                path=self._keys.place,
            )
        # HMAC under the key itself says nothing about it, and says so before anything is sealed with a wrong one.
        check = hmac.digest(master, b"dunghen vault check", "sha256")
        if stored is None:
            stored = self._keys.keep_check(check)
        if not isinstance(stored, bytes):
            raise altered(self._keys.place)
        if not hmac.compare_digest(stored, check):
            raise CannotRun(
                f"the master key is not the one that {self._keys.place} was made with; nothing was changed: set the right one, or unset"
                " DUNGHEN_MASTER_KEY and DUNGHEN_MASTER_KEY_FILE to use the master.key of the data folder",
                code="wrong_master_key",
                path=self._keys.place,
            )
        return master

    def close(self) -> None:
        """Close what lies below."""
        self._keys.close()


def altered(place: str) -> CannotRun:
    """A vault that says what it cannot have stored."""
    return CannotRun(
        f"{place} or what is sealed under it was altered; restore it from a backup",
        code="damaged",
        path=place,
    )


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

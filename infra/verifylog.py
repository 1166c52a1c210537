"""Proof that the log is what was stored: every byte of it against its chain, its checkpoints and its ledger.

Knows what the log can be asked. Must not know what events mean: of an event it reads the envelope, from the bytes.

| what was done to the log                          | what shows it                                                          |
|---------------------------------------------------|------------------------------------------------------------------------|
| a byte of an event altered                        | its hash is over its content and the hash before it                    |
| an event removed, added or moved within a record  | versions 1, 2, 3…; the chain                                           |
| the tail, a whole record, or positions            | positions without holes; checkpoints: a running digest over all hashes |
| its type or record rewritten in the table         | the content says another                                               |
| the ledger                                        | each event's own (source, id) is there, at its position; nothing more  |
| triggers, tables, indexes                         | the schema differs from the program's; SQLite's own check              |

What the log cannot show by itself is that *all* of it, checkpoints included, was put back to an earlier state, or forged
from some point on with new hashes throughout: that takes digests kept elsewhere.
"""

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from domain import events
from domain.content import Envelope, content_of, digest_of, envelope_of, is_state
from domain.dossier import key_of
from domain.errors import Refused
from domain.records import record_id
from infra.errors import CannotRun
from infra.eventlog import EventLog, Stored, source_number

_CHUNK: Final = 2_000

Code = Literal[
    "added", "altered", "checkpoint", "ledger", "missing", "readings", "schema", "unreadable"
]


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing that is not as it was stored; dossier and version where one event is meant."""

    code: Code
    message: str
    position: int | None = None
    dossier: str | None = None
    version: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As the answer lists it."""
        return {
            "dossier": self.dossier,
            "version": self.version,
            "position": self.position,
            "code": self.code,
            "message": self.message,
        }


def verify_log(log: EventLog, watch: Callable[[int, int], None] | None = None) -> Generator[Broken]:
    """Everything in the log that is not as it was stored. Memory does not grow with the log.

    `watch` is told (events looked at, events in all). Other processes may go on writing: what they add is verified too,
    or left for the next time.
    """
    try:
        for message in log.damage():
            yield Broken("schema", message)
        yield from _Walk(log, watch or (lambda done, total: None)).broken()
    except CannotRun as damage:
        if damage.code not in {"damaged", "not_migrated"}:  # the latter: tables were taken away
            raise
        yield Broken("unreadable", damage.message)


class _Walk:
    """Through the log by position, once, a chunk at a time."""

    def __init__(self, log: EventLog, watch: Callable[[int, int], None]) -> None:
        self._log = log
        self._watch = watch
        self._last = 0
        self._lines = 0  # of the ledger that were found right
        self._running = hashlib.sha256()  # over the checkpoint before and all hashes since
        self._open = False  # whether there were any since

    def broken(self) -> Iterator[Broken]:
        total = self._log.max_position()
        while rows := self._log.stored(self._last, _CHUNK):
            said = [
                envelope_of(content_of(row.state)) if is_state(row.state) else None for row in rows
            ]
            ledger = self._ledger([e for e in said if e is not None])
            checkpoints = self._log.checkpoints(self._last, rows[-1].position)
            for row, envelope in zip(rows, said, strict=True):
                for code, message in self._problems(row, envelope, ledger, checkpoints):
                    yield Broken(code, message, row.position, row.record, row.version)
            self._watch(self._last, max(total, self._last))
        if self._open:
            yield Broken("checkpoint", "events stand after the last checkpoint", self._last)
        for position in self._log.cut_off():
            message = f"the log ended at position {position} once, now at {self._last}"
            yield Broken("missing", message, position)
        yield from self._rest_of_ledger()

    def _ledger(self, said: Sequence[Envelope]) -> Mapping[tuple[int, str], int]:
        return self._log.ledger([(source_number(one.source), one.id) for one in said])

    def _problems(
        self,
        row: Stored,
        said: Envelope | None,
        ledger: Mapping[tuple[int, str], int],
        checkpoints: Mapping[int, Any],
    ) -> Iterator[tuple[Code, str]]:
        position, record, version, topic, state, previous = row
        if position != self._last + 1:
            yield "missing", f"after position {self._last} comes {position}"
        self._last = position
        if said is None:
            yield "unreadable", "the stored bytes have not the form of an event"
        else:
            if previous is None and version != 1:
                yield "missing", f"the version before {version} is not there"
            elif (computed := _chained(previous, state)) != digest_of(state):
                yield (
                    "altered",
                    f"content and chain give {_hex(computed)}, the event says {_hex(digest_of(state))}",
                )
            if topic != said.type:
                yield "altered", f"the table says {topic}, the event {said.type}"
            if (meant := _record(said, state)) != record:
                yield "altered", f"the table says {record}, the event is of {meant}"
            yield from self._line(position, said, ledger)
        yield from self._checkpoint(position, state, checkpoints)

    def _line(
        self, position: int, said: Envelope, ledger: Mapping[tuple[int, str], int]
    ) -> Iterator[tuple[Code, str]]:
        at = ledger.get((source_number(said.source), said.id))
        if at == position:
            self._lines += 1
        else:
            where = "no line" if at is None else f"the line of position {at}"
            yield "ledger", f"event {said.id!r} has {where} in the ledger"

    def _checkpoint(
        self, position: int, state: Any, checkpoints: Mapping[int, Any]
    ) -> Iterator[tuple[Code, str]]:
        self._running.update(digest_of(state) if isinstance(state, bytes) else b"")
        self._open = position not in checkpoints
        if self._open:
            return
        computed, stored = self._running.digest(), checkpoints[position]
        # What was stored goes on: one break is told once.
        self._running = hashlib.sha256(stored if isinstance(stored, bytes) else b"")
        if computed != stored:
            yield (
                "checkpoint",
                "the events since the checkpoint before are not those that were stored, or not in their order",
            )

    def _rest_of_ledger(self) -> Iterator[Broken]:
        if self._log.ledger_lines(self._last) == self._lines:
            return
        for source, id_, position, state in self._log.ledger_whole():
            said = envelope_of(content_of(state)) if is_state(state) else None
            if said is None or (source_number(said.source), said.id) != (source, id_):
                message = f"the ledger has event {id_!r} at position {position}, where it is not"
                yield Broken("ledger", message, position)


def _chained(previous: Any, state: bytes) -> bytes:
    before = previous if isinstance(previous, bytes) else events.GENESIS.encode()
    return hashlib.sha256(before + content_of(state)).hexdigest().encode()


def _hex(digest: bytes) -> str:
    return digest.decode("latin-1")


def _record(said: Envelope, state: bytes) -> str | None:
    if said.type.startswith("vn.dunghen.dossier."):
        return key_of(said.subject)
    try:
        return record_id(events.decode(state).fact)
    except (Refused, ValueError):
        return None

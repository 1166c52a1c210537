"""The engine: facts in, outcomes out. Idempotency, load, decide, save, a batch at a time.

Knows the aggregates and the roles `Log` and `Sealer`. Must not know SQL, files, keys or what a fact means.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    JSONTranscoder,
    Mapper,
    StoredEvent,
)
from eventsourcing.utils import Environment, EnvType
from typing_extensions import override

from domain import events
from domain.content import differences
from domain.errors import Conflict, Contended, Outdated
from domain.facts import Fact, Recorded, Said
from domain.record import Record
from domain.records import EVENT_OF, record_id, record_of

ATTEMPTS = 10
"""How often a batch is decided anew when another process was faster. Each loser means that somebody else won, so ten
in a row is a sign of something wrong, not of load."""

Key = tuple[str, str]
"""What makes an event one event: (source, id)."""


class Stored(NamedTuple):
    """The fact is in the log now."""

    dossier: str
    version: int
    position: int


class Duplicate(NamedTuple):
    """The same event was there already, with the same content."""

    dossier: str
    version: int


class Withheld(NamedTuple):
    """Not stored, nor looked at further, because another fact of its group conflicts."""

    dossier: str


Outcome = Stored | Duplicate | Withheld | Conflict
"""What became of one fact; a conflict is a value here, so that one bad fact does not spoil the batch."""


class Head(NamedTuple):
    """Where a record's chain ends: what the next event is chained to."""

    version: int
    digest: str


class Sent(NamedTuple):
    """An event found in the log by its key."""

    record: str
    version: int
    content: bytes


class Logged(NamedTuple):
    """A fact of a record's history with the chain's hash."""

    version: int
    fact: Fact[Said]
    digest: str


class Log(Protocol):
    """The store as the engine needs it, besides what the library asks of a recorder."""

    def sent(self, keys: Sequence[Key], /) -> Mapping[Key, Sent]:
        """Those of the events that are stored already."""
        ...

    def heads(self, record_ids: Sequence[str], /) -> Mapping[str, Head]:
        """The ends of those of the records that exist."""
        ...

    def sources(self, record_ids: Iterable[str], /) -> set[tuple[str, str]]:
        """(record id, source) of all events of these records."""
        ...

    def of(self, record_id: str, /) -> Sequence[tuple[int, bytes]]:
        """(version, state) of a record's events, in order."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else writes until the block ends, as far as the log can see to that."""
        ...


class Sealer(Protocol):
    """Keeps personal data: what goes into the log has passed through it."""

    def sealed(self, facts: Sequence[Fact[Said]], /, *, keep: bool = True) -> Sequence[Fact[Said]]:
        """The same facts, personal data under the dossier's key. The same fact gives the same bytes each time.

        New keys are kept; if not, nothing is written, and they are the same only as long as the sealer lives.
        """
        ...


class Rehearsed(Protocol):
    """What a rehearsal remembers of its batches before, as the log would."""

    def sent(self, keys: Sequence[Key], /) -> Mapping[Key, Sent]:
        """Those of the events that were taken in rehearsal already."""
        ...

    def take(self, sent: Mapping[Key, Sent], /) -> None:
        """Remember these."""
        ...


class PlainMapper(Mapper[str]):
    """Between events and rows: plain validated JSON, ready to be published untouched."""

    def __init__(self) -> None:
        """No transcoder, no compressor, no cipher: the bytes are the public contract."""
        super().__init__(JSONTranscoder())

    @override
    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        assert isinstance(domain_event, Record.Event)
        return StoredEvent(
            domain_event.originator_id,
            domain_event.originator_version,
            domain_event.TOPIC,
            events.state_of(domain_event.digest, domain_event.fact.content),
        )

    @override
    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        digest, fact = events.decode(stored_event.state)
        return EVENT_OF[fact.kind](
            str(stored_event.originator_id),
            stored_event.originator_version,
            fact.time,
            fact,
            digest,
        )


class Engine(Application[str]):
    """One method per command, thin: load, decide, save."""

    def __init__(self, log: Any, sealer: Sealer) -> None:
        """`log` is a recorder of the library that is also a `Log`."""
        self._log = log
        self._sealer = sealer
        super().__init__()

    @override
    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Empty: nothing of the process's environment may change how events are stored."""
        return Environment(name, {})

    @override
    def construct_mapper(self) -> Mapper[str]:
        return PlainMapper()

    @override
    def construct_recorder(self) -> ApplicationRecorder:
        recorder: ApplicationRecorder = self._log
        return recorder

    def record(
        self,
        facts: Sequence[Fact[Said]],
        *,
        together: Sequence[int] | None = None,
        expected: Mapping[str, int] | None = None,
    ) -> list[Outcome]:
        """Store facts, in order, in one transaction; one outcome a fact, in the same order.

        `together` numbers the facts' groups: neighbours of one number are stored all or, if one conflicts with the log,
        the batch before or its own group, none. Without it each fact stands alone. `expected`: the versions that records have,
        as far as whoever says the facts knows; Outdated where one that something new is said of has another.

        Commit order: 1 keys of newly seen persons (the sealer), 2 events, idempotency keys and checkpoint together.
        A crash between leaves a key without an event, which is harmless. Raises Contended when other processes kept
        winning the race for the same records; then nothing of this batch is stored.
        """
        sealed = self._sealer.sealed(facts)
        for attempt in range(ATTEMPTS):
            try:
                # Who lost once decides while nobody else writes, where the log can do that: others would win for ever.
                with self._log.alone() if attempt else nullcontext():
                    return self._decide(sealed, together, expected or {})
            except IntegrityError:
                continue  # another process stored an event of these records, or one of these events
        raise Contended(
            f"another process kept writing to the same records; nothing stored after {ATTEMPTS} attempts"
        )

    def _decide(
        self,
        facts: Sequence[Fact[Said]],
        together: Sequence[int] | None,
        expected: Mapping[str, int],
    ) -> list[Outcome]:
        batch = _Batch(self._log, facts)
        batch.check(expected)
        known = [outcome for group in _groups(facts, together) for outcome in batch.take(group)]
        # The recorder itself: what the library's `save` wraps around it takes longer than storing the events does.
        rows = [self.mapper.to_stored_event(event) for event in batch.pending]
        positions = self.recorder.insert_events(rows, sent=batch.keys) or ()
        stored = (
            Stored(event.originator_id, event.originator_version, position)
            for event, position in zip(batch.pending, positions, strict=True)
        )
        return [next(stored) if outcome is None else outcome for outcome in known]

    def rehearse(
        self,
        facts: Sequence[Fact[Said]],
        *,
        before: Rehearsed,
        together: Sequence[int] | None = None,
    ) -> list[Outcome]:
        """What `record` would answer, had the batches `before` been recorded; nothing is written but into `before`.

        Versions and positions are those of no log.
        """
        batch = _Batch(self._log, self._sealer.sealed(facts, keep=False), before)
        known = [
            outcome for group in _groups(batch.facts, together) for outcome in batch.take(group)
        ]
        before.take(
            {
                key: Sent(event.originator_id, 0, event.fact.content)
                for key, event in zip(batch.keys, batch.pending, strict=True)
            }
        )
        stored = (Stored(event.originator_id, 0, 0) for event in batch.pending)
        return [next(stored) if outcome is None else outcome for outcome in known]

    def sources(self, record_ids: Iterable[str]) -> set[tuple[str, str]]:
        """(record id, source): who has told of these records; nothing of those that do not exist."""
        return self._log.sources(record_ids)  # type: ignore[no-any-return]  # the log is also the library's

    def history(self, record_id: str) -> list[Logged]:
        """A record's facts in order of version, with the chain's hashes; empty when there is none."""
        return [
            Logged(version, fact, digest)
            for version, state in self._log.of(record_id)
            for digest, fact in (events.decode(state),)
        ]

    def recorded(self, record_id: str) -> list[Recorded]:
        """A record's facts as `assess` wants them."""
        return [Recorded(version, fact) for version, fact, _ in self.history(record_id)]


class _Batch:
    """The decisions about one batch: which facts are new, and the records as they stand with them."""

    def __init__(
        self, log: Log, facts: Sequence[Fact[Said]], before: Rehearsed | None = None
    ) -> None:
        self.facts = facts
        self.pending: list[Record.Event[Said]] = []
        self.keys: list[Key] = []
        keys = [(fact.source, fact.id) for fact in facts]
        self._sent = dict(log.sent(keys))
        if before is not None:
            self._sent |= before.sent(keys)
        new = {
            record_id(fact): fact
            for fact, key in zip(facts, keys, strict=True)
            if key not in self._sent
        }
        heads = log.heads(list(new))
        self._records: dict[str, Record] = {
            id_: record_of(fact).at(id_, *heads.get(id_, ()), since=fact.time)
            for id_, fact in new.items()
        }

    def check(self, expected: Mapping[str, int]) -> None:
        """Outdated where a record that something new is said of has another version than is expected."""
        for id_, version in expected.items():
            record = self._records.get(id_)
            if record is not None and record.version != version:
                raise Outdated(id_, version, record.version)

    def take(self, group: Sequence[Fact[Said]]) -> Sequence[Duplicate | Withheld | Conflict | None]:
        """What is known of each fact of a group already; None where it is new, and pending now."""
        conflicts = self._conflicts(group)
        if any(conflicts):
            return [
                conflict or Withheld(record_id(fact))
                for fact, conflict in zip(group, conflicts, strict=True)
            ]
        return [self._taken(fact) for fact in group]

    def _conflicts(self, group: Sequence[Fact[Said]]) -> Sequence[Conflict | None]:
        mine: dict[Key, Sent] = {}
        found: list[Conflict | None] = []
        for fact in group:
            key = (fact.source, fact.id)
            sent = self._sent.get(key) or mine.setdefault(
                key, Sent(record_id(fact), 0, fact.content)
            )
            found.append(None if sent.content is fact.content else _conflict(sent, fact))
        return found

    def _taken(self, fact: Fact[Said]) -> Duplicate | None:
        key = (fact.source, fact.id)
        sent = self._sent.get(key)
        if sent is not None:
            return Duplicate(sent.record, sent.version)
        record = self._records[record_id(fact)]
        record.record(fact)
        (event,) = record.collect()
        self.pending.append(event)
        self.keys.append(key)
        self._sent[key] = Sent(record.id, record.version, fact.content)
        return None


def _groups(
    facts: Sequence[Fact[Said]], together: Sequence[int] | None
) -> Iterator[Sequence[Fact[Said]]]:
    numbers = range(len(facts)) if together is None else together
    for _, group in groupby(zip(numbers, facts, strict=True), key=itemgetter(0)):
        yield [fact for _, fact in group]


def _conflict(sent: Sent, fact: Fact[Said]) -> Conflict | None:
    stored, given = events.compared(sent.content, fact)
    if stored == given:
        return None
    return Conflict(
        fact.source,
        fact.id,
        stored=hashlib.sha256(stored).hexdigest(),
        given=hashlib.sha256(given).hexdigest(),
        differences=differences(stored, given),
    )

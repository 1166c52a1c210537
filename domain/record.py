"""A record: the chained, append-only list of facts about one thing, and all that is needed to add one more to it.

Knows the event-sourcing library's base classes. Must not know what the facts mean (that is judged elsewhere), nor clocks:
the time of an event is the time its fact happened.

An aggregate must only hold what the next decision needs. A compliance log records what happened, also when it should not
have, so nothing is decided from earlier facts: a record holds its version and its head, the hash of its last event.
Each aggregate says its events as nested classes, and beside them, in a mutator, what each does to the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Self, cast

from eventsourcing.domain import BaseAggregate, CanMutateAggregate, MetaDomainEvent
from typing_extensions import override

from domain import events
from domain.errors import Refused
from domain.facts import D_co, Fact, Said


class Record(BaseAggregate[str]):
    """Base of the aggregates; their events are nested classes whose TOPIC is the public event type."""

    @dataclass(frozen=True)
    class Event(CanMutateAggregate[str], Generic[D_co], metaclass=MetaDomainEvent):
        """One fact in its place: what was said, and the record's chain with it (hex SHA-256)."""

        record: ClassVar[type["Record"]]
        TOPIC: ClassVar[str]

        originator_id: str
        originator_version: int
        timestamp: datetime
        fact: Fact[D_co]
        digest: str

        @override
        def mutate(self, aggregate: Any) -> Any:
            """Any event may come first: a return before an acceptance is stored too."""
            if aggregate is None:
                aggregate = self.record.at(self.originator_id, since=self.timestamp)
            return super().mutate(aggregate)

    EVENTS: ClassVar[Mapping[str, type[Event[Any]]]]
    """Kind of fact -> the nested event that says it, found by its topic."""

    head = events.GENESIS

    @override
    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Tell the nested events whose they are, and the record which they are."""
        super().__init_subclass__(**kwargs)
        cls.Event.record = cls
        cls.EVENTS = {
            events.CATALOGUE.kind_of[event.TOPIC]: event
            for event in vars(cls).values()
            if isinstance(event, type) and issubclass(event, cls.Event) and event is not cls.Event
        }

    @classmethod
    def at(
        cls, record_id: str, version: int = 0, head: str = events.GENESIS, *, since: datetime
    ) -> Self:
        """The record as it stands after `version` events, without replaying them.

        Equal to the replay of all of them (a property test says so). `since` is what the library calls created and
        modified; nothing reads it.
        """
        self = cls.__new__(cls)
        self.__base_init__(record_id, version, since)
        self.head = head
        return self

    @classmethod
    def id_of(cls, fact: Fact[Any]) -> str:
        """The id of the record that a fact belongs to."""
        raise NotImplementedError

    def record(self, fact: Fact[Any]) -> None:
        """Take one more fact. Refused (`wrong_subject`) only when it is about something else."""
        event_of = self.EVENTS.get(fact.kind)
        if event_of is None:
            raise Refused("wrong_subject", f"{fact.kind} is nothing that {self.id} can hold")
        if self.id_of(fact) != self.id:
            raise Refused(
                "wrong_subject", f"event {fact.id!r} is about {fact.subject}, not {self.id}"
            )
        # Not by calling the mutator: what the library does around such a call takes longer than all the rest here.
        digest = events.chained(self.head, fact.content)
        event = event_of(self.id, self.version + 1, fact.time, fact, digest)
        event.mutate(self)
        self.pending_events.append(event)

    def collect(self) -> list[Event[Said]]:
        """The events not yet saved; they are handed out once."""
        return cast("list[Record.Event[Said]]", self.collect_events())

    @override
    def __eq__(self, other: object) -> bool:
        """A record is what it needs to take one more fact."""
        return (
            isinstance(other, Record)
            and type(self) is type(other)
            and (self.id, self.version, self.head) == (other.id, other.version, other.head)
        )

    @override
    def __hash__(self) -> int:
        """By identity of the thing recorded."""
        return hash(self.id)

"""The topics of the house, with the settings they are created with and checked for, and why.

Knows names and settings. Must not know the client that creates them, nor what is in the messages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NamedTuple

PARTITIONS = 6
"""So many workers can share a topic's work: twice what a province needs. A dossier's events stand in one partition, in order;
adding partitions later would put its next ones in another, so it is better to have some to spare."""

FOREVER = None

LARGEST_MESSAGE = 8 << 20
"""Bytes of a message that is published at most. A sealed event has under 1.5 MiB (`domain.keepable`); what is judged of a dossier
grows with its transfers, some hundred bytes each."""

_LARGEST_BATCH = LARGEST_MESSAGE + (1 << 20)
"""Bytes that a topic of ours takes at once: that, and what the client wraps it in."""

_AT_LEAST = frozenset({"max.message.bytes"})
"""Settings that may be larger than they must be."""

_REPLICAS_OF_THE_BROKER = -1
"""The broker's own `default.replication.factor`: how many brokers there are is not ours to know."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is to be. `retention` None keeps its records for ever, `largest` None takes messages as large as the broker takes."""

    name: str
    cleanup: Literal["delete", "compact"] = "delete"
    retention: timedelta | None = FOREVER
    partitions: int = PARTITIONS
    replicas: int = _REPLICAS_OF_THE_BROKER
    largest: int | None = None

    @property
    def settings(self) -> Mapping[str, str]:
        """Its settings by the broker's names."""
        milliseconds = -1 if self.retention is None else self.retention // timedelta(milliseconds=1)
        kept = "delete.retention.ms" if self.cleanup == "compact" else "retention.ms"
        settings = {"cleanup.policy": self.cleanup, kept: str(milliseconds)}
        return (
            settings
            if self.largest is None
            else settings | {"max.message.bytes": str(self.largest)}
        )


class Topics(NamedTuple):
    """All five.

    `facts`: what other systems report, until intake has stored it in the log. Thirty days: an intake that stood still over
    Tết and its mending loses nothing, and what was taken in is in the log, so it need not be kept.

    `dossier_events`: the log, published. Kept for ever and never compacted: each record is a fact of its own, not a newer
    state of its key, and a new consumer reads the whole history.

    `assessments`, `violations`: judgements, a newer one in the place of an older under the same key. Compacted: a dashboard
    reads them from the beginning and has the whole state. Tombstones (a finding that ceased) stay a week: a reader that begins
    has so long to come to the end without missing one.

    `dead_letters`: what could not be taken in, with the original bytes. Kept for ever: only a person decides that a citizen's
    fact does not count.
    """

    facts: Topic
    dossier_events: Topic
    assessments: Topic
    violations: Topic
    dead_letters: Topic


def topics(
    prefix: str = "dunghen",
    partitions: int = PARTITIONS,
    replicas: int = _REPLICAS_OF_THE_BROKER,
) -> Topics:
    """The topics under a prefix: one broker may serve several installations."""
    month, week = timedelta(days=30), timedelta(days=7)

    def topic(
        name: str,
        cleanup: Literal["delete", "compact"] = "delete",
        retention: timedelta | None = FOREVER,
        largest: int | None = _LARGEST_BATCH,
    ) -> Topic:
        return Topic(f"{prefix}.{name}.v1", cleanup, retention, partitions, replicas, largest)

    return Topics(
        facts=topic("facts", retention=month, largest=None),
        dossier_events=topic("dossier-events"),
        assessments=topic("assessments", "compact", week),
        violations=topic("violations", "compact", week),
        dead_letters=topic("dead-letters", largest=None),
    )


def differences(wanted: Topic, partitions: int, settings: Mapping[str, str]) -> Sequence[str]:
    """What is otherwise than wanted in a topic that exists, in words; settings of which we say nothing are the operator's."""
    told = []
    if partitions != wanted.partitions:
        told.append(f"{partitions} partitions instead of {wanted.partitions}")
    told += [
        f"{name}={settings.get(name, '(not set)')} instead of {value}"
        for name, value in wanted.settings.items()
        if not _suits(name, settings.get(name), value)
    ]
    return told


def _suits(name: str, found: str | None, wanted: str) -> bool:
    if name in _AT_LEAST and found is not None:
        return int(found) >= int(wanted)
    return found == wanted

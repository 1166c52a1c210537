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

_REPLICAS_OF_THE_BROKER = -1
"""The broker's own `default.replication.factor`: how many brokers there are is not ours to know."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is to be. `retention` None keeps its records for ever."""

    name: str
    cleanup: Literal["delete", "compact"] = "delete"
    retention: timedelta | None = FOREVER
    partitions: int = PARTITIONS
    replicas: int = _REPLICAS_OF_THE_BROKER

    @property
    def settings(self) -> Mapping[str, str]:
        """Its settings by the broker's names."""
        milliseconds = -1 if self.retention is None else self.retention // timedelta(milliseconds=1)
        if self.cleanup == "compact":
            return {"cleanup.policy": "compact", "delete.retention.ms": str(milliseconds)}
        return {"cleanup.policy": "delete", "retention.ms": str(milliseconds)}


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
    ) -> Topic:
        return Topic(f"{prefix}.{name}.v1", cleanup, retention, partitions, replicas)

    return Topics(
        facts=topic("facts", retention=month),
        dossier_events=topic("dossier-events"),
        assessments=topic("assessments", "compact", week),
        violations=topic("violations", "compact", week),
        dead_letters=topic("dead-letters"),
    )


def differences(wanted: Topic, partitions: int, settings: Mapping[str, str]) -> Sequence[str]:
    """What is otherwise than wanted in a topic that exists, in words; settings of which we say nothing are the operator's."""
    told = []
    if partitions != wanted.partitions:
        told.append(f"{partitions} partitions instead of {wanted.partitions}")
    told += [
        f"{name}={settings.get(name, '(not set)')} instead of {value}"
        for name, value in wanted.settings.items()
        if settings.get(name) != value
    ]
    return told

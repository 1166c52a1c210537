"""The topic of published events, as the relay's loop needs it.

Knows how events become messages and who sends them. Must not know the client, nor where the events come from.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from consumers.writing import Line
from infra.messages.cloudevents import message_of
from infra.messages.message import Message


class Sender(Protocol):
    """`infra.kafka.Publisher`, as far as it is needed."""

    def publish(self, messages: Iterable[Message], /) -> None:
        """Send."""
        ...

    def flush(self) -> None:
        """Return when all is acknowledged."""
        ...


class DossierEvents:
    """Publishes events under a topic's name."""

    def __init__(self, sender: Sender, topic: str) -> None:
        self._sender = sender
        self._topic = topic

    def publish(self, lines: Sequence[Line], /) -> None:
        """All of them, in order; returns when all are acknowledged. CannotRun when one is not: publish the batch again."""
        topic = self._topic
        self._sender.publish(message_of(line, topic) for line in lines)
        self._sender.flush()

"""The client's errors told as what they mean here, and its parts opened so that a failure leaves nothing open.

Knows what all parts of the client have in common. Must not know what is being done with them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kafka.errors import KafkaError

from infra.kafka import _connections, _records
from infra.settings.brokers import Brokers, trouble


@contextmanager
def explained(brokers: Brokers) -> Iterator[None]:
    """CannotRun for every error of the client."""
    try:
        yield
    except KafkaError as error:
        raise trouble(brokers, error) from error


def opened(brokers: Brokers, part: Callable[..., Any], **settings: Any) -> Any:
    """A producer, consumer or admin client. CannotRun when no broker answers.

    The library leaves sockets and a thread behind then, one more at every attempt, so its connections are made here.
    """
    made: list[Any] = []

    def connected(**config: Any) -> Any:
        made.append(_connections.connections(**config))
        return made[-1]

    _connections.install()
    _records.install()
    try:
        return part(**brokers.settings(), **settings, kafka_client=connected)
    except KafkaError as error:
        for each in made:
            each.close()
        raise trouble(brokers, error) from error

"""The client's errors told as what they mean here.

Knows the client's base error. Must not know what was being done.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from kafka.errors import KafkaError

from infra.brokers import Brokers, trouble


@contextmanager
def explained(brokers: Brokers) -> Iterator[None]:
    """CannotRun for every error of the client."""
    try:
        yield
    except KafkaError as error:
        raise trouble(brokers, error) from error

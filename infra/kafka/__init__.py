"""Kafka: what is published, read and created there. The only package that knows its client, kafka-python.

Knows the client's settings, defaults and faults. Must not know what messages mean.

Effects are exactly-once by versions, not by offsets: what a failed `flush` may have written is written again, what was read
and not committed is read again, and a commit that fails changes nothing.
"""

from infra.kafka._admin import ensure_topics, written
from infra.kafka._publisher import Publisher
from infra.kafka._subscriber import Subscriber, Turn

__all__ = ["Publisher", "Subscriber", "Turn", "ensure_topics", "written"]

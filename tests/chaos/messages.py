"""Facts as other systems send them over Kafka: in either mode, some twice and out of order; and messages that must be refused.

Knows how a message says what it says. Must not know who sends it, nor what becomes of it.
"""

import json
import random
from collections.abc import Iterator, Sequence
from zlib import crc32

from infra.messages.message import Message
from tests.oracle.compare import _envelope
from tests.support.stores import Event

REFUSED = "chaos-refused"
"""The header of what must be refused, with the code of the refusal. Nobody but the check reads it."""

_STRUCTURED = (("content-type", b"application/cloudevents+json"),)


def by_kafka(event: Event) -> bool:
    """Whether a fact comes this way, two of five do: the same whenever it is sent."""
    return crc32(event["id"].encode()) % 5 < 2


def messages(events: Sequence[Event], topic: str, rng: random.Random) -> list[Message]:
    """These facts, some of them twice, in any order; now and then under a key that is not the dossier's."""
    told = [*events, *rng.sample(events, len(events) // 4)]
    rng.shuffle(told)
    return [rng.choice((_structured, _binary))(event, topic, rng) for event in told]


def refusable(events: Sequence[Event], topic: str, rng: random.Random) -> Iterator[Message]:
    """Now and then a message that must be refused. The facts are in the log: one of their ids with other content contradicts it."""
    for event in events:
        match rng.randrange(20):
            case 0:
                yield _marked(_structured(event, topic, rng), "invalid_json", value=b'{"id": "1", ')
            case 1:
                timeless = {name: said for name, said in event.items() if name != "time"}
                yield _marked(_binary(timeless, topic, rng), "missing_field")
            case 2:
                other = event | {"subject": event["subject"] + "-2"}
                yield _marked(_structured(other, topic, rng), "idempotency_conflict")
            case _:
                pass


def _marked(message: Message, code: str, value: bytes | None = None) -> Message:
    headers = (*message.headers, (REFUSED, code.encode()))
    return message._replace(headers=headers, value=message.value if value is None else value)


def _structured(event: Event, topic: str, rng: random.Random) -> Message:
    return Message(topic, _key(event, rng), json.dumps(_envelope(event)).encode(), _STRUCTURED)


def _binary(event: Event, topic: str, rng: random.Random) -> Message:
    said = _envelope(event)
    headers = tuple((f"ce_{name}", _text(value)) for name, value in said.items() if name != "data")
    value = json.dumps(said["data"]).encode()
    return Message(
        topic, _key(event, rng), value, (*headers, ("content-type", b"application/json"))
    )


def _text(value: object) -> bytes:
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def _key(event: Event, rng: random.Random) -> bytes:
    """What has another key is read from another partition: before or after what the dossier's others say."""
    return (event["subject"] if rng.random() < 0.75 else str(rng.random())).encode()

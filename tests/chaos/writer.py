"""The writing process: sends events in small batches, through the engine into the log and over Kafka, again until all are there.

Knows the product's store and its publisher. It goes on where it was after a SIGKILL; what it sends twice is a duplicate.
"""

import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from domain.engine import Duplicate, Stored
from domain.errors import Contended
from infra.errors import CannotRun
from infra.kafka import Publisher
from infra.messages.message import Message
from infra.running import AWAY
from infra.settings.brokers import Brokers
from infra.wiring import Store, distributed
from tests.chaos import clock
from tests.chaos.arrivals import arrivals, recorded
from tests.chaos.messages import by_kafka, messages, refusable
from tests.support.postgres import MASTER
from tests.support.stores import END, LAW, Event, facts_of

_LARGEST, _BATCHES = 40, 150
"""A batch has so many events at most, and more where there are many to send: about so many batches are enough."""
_PATIENCE = 10
OVER = "over"
"""The file in the run's folder that comes when nothing is disturbed any more; the last batch is sent then."""


T = TypeVar("T")


class Closable(Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)


class Way(Generic[C]):
    """One of the two ways on which events go: opened when it is needed, and anew when what it leads to was away."""

    def __init__(self, opened: Callable[[], C]) -> None:
        self._opened = opened
        self._way: C | None = None

    def done(self, work: Callable[[C], T]) -> T:
        """What the work gives, done again until it is."""
        while True:
            try:
                self._way = self._way or self._opened()
                return work(self._way)
            except Contended:
                continue
            except CannotRun as away:
                sys.stderr.write(f"{time.monotonic():.1f} {away.message}\n")
                if away.code not in AWAY:
                    raise
                self.close()
                time.sleep(0.3)

    def close(self) -> None:
        way, self._way = self._way, None
        if way is not None:
            way.close()


def stored(engine: Way[Store], sent: list[Event]) -> None:
    """Send through the engine."""
    outcomes = engine.done(lambda store: store.engine.record(facts_of(sent)))
    assert all(isinstance(each, Stored | Duplicate) for each in outcomes), outcomes


def published(topic: Way[Publisher], sent: list[Message]) -> None:
    """Send over Kafka; all once more where it is not sure that all are there."""

    def publish(publisher: Publisher) -> None:
        publisher.publish(sent)
        publisher.flush()

    topic.done(publish)


def main(words: Sequence[str]) -> int:
    """Database, broker, topic of facts, folder of the run, seed, events, seconds that they are spread over."""
    url, broker, facts, folder, seed, events, seconds = words
    common, place = Path(folder) / "clock", Path(folder) / "written"
    sent, rng = arrivals(int(seed), int(events)), random.Random(seed)
    at = int(place.read_text("utf-8")) if place.exists() else 0
    largest = max(_LARGEST, 2 * len(sent) // _BATCHES)
    engine = Way(lambda: distributed(url, LAW, END, MASTER))
    topic = Way(lambda: Publisher(Brokers((broker,)), patience=_PATIENCE))
    sys.stderr.write(f"{time.monotonic():.1f} goes on at {at}\n")
    while at < len(sent):
        batch = sent[at : at + rng.randint(1, largest)]
        while at + len(batch) == len(sent) and not (Path(folder) / OVER).exists():
            time.sleep(0.1)
        # The clock never shows less than the log knows, but where a fault puts one wrong.
        clock.put(common, max(clock.shown(common), *map(recorded, [batch[0], *batch])))
        told = [event for event in batch if by_kafka(event)]
        direct = [event for event in batch if not by_kafka(event)]
        stored(engine, direct)
        published(topic, [*messages(told, facts, rng), *refusable(direct, facts, rng)])
        at += len(batch)
        sys.stderr.write(f"{time.monotonic():.1f} sent {at}\n")
        fresh = place.with_suffix(".fresh")
        fresh.write_text(str(at), "utf-8")
        fresh.replace(place)
        time.sleep(float(seconds) * len(batch) / len(sent))
    clock.put(common, END + timedelta(hours=2))
    engine.close()
    topic.close()
    return 0

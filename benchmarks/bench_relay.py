"""Log in PostgreSQL to Kafka: the loop of `dunghen relay`, with its bookmark, against a bare kafka-python producer.

    python -m benchmarks.bench_relay --events 60000 --runs 3

The producer sends the same records, made before the clock runs, one by one and with the client's own settings but for the
compression, which is ours. The relay reads, makes records, sends, waits and stores its position, in this process. Both are open
before the clock runs. Events a second of wall and of this process's CPU time; medians; ratios within each run.
"""

import argparse
import cProfile
import pstats
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from statistics import median
from typing import NamedTuple

from kafka import KafkaProducer

from benchmarks.installation import Installation, installation
from consumers import relay
from infra.garbage import seldom_collecting
from infra.kafka import Publisher, ensure_topics
from infra.messages.cloudevents import message_of
from infra.messages.message import Message
from infra.messages.topic import DossierEvents
from infra.postgres.bookmark import Bookmark
from infra.settings.brokers import Brokers
from infra.wiring import clock
from tests.support.postgres import opened_in


class Rate(NamedTuple):
    """Events a second of wall and of CPU time."""

    wall: float
    cpu: float


def _measured(count: int, work: Callable[[], object]) -> Rate:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Rate(count / (time.perf_counter() - wall), count / (time.process_time() - cpu))


def _fresh(place: Installation) -> str:
    """A topic that nothing is in, and that no bookmark is of."""
    place.renamed()
    ensure_topics(Brokers((place.bootstrap,)), place.topics)
    return place.topics.dossier_events.name


def _bare(place: Installation, messages: Sequence[Message]) -> Rate:
    topic = _fresh(place)
    producer = KafkaProducer(bootstrap_servers=place.bootstrap, compression_type="lz4")
    with closing(producer):
        producer.partitions_for(topic)

        def sent() -> None:
            last = [producer.send(topic, m.value, m.key, list(m.headers)) for m in messages]
            producer.flush()
            assert all(future.succeeded() for future in last)

        return _measured(len(messages), sent)


def _relayed(place: Installation, count: int, profile: cProfile.Profile | None = None) -> Rate:
    topic = _fresh(place)
    with (
        opened_in(place.url, clock()) as store,
        closing(Publisher(Brokers((place.bootstrap,)))) as publisher,
        closing(Bookmark(place.url, topic)) as bookmark,
        seldom_collecting(),  # as every service does
    ):
        assert bookmark.taken()
        sink = DossierEvents(publisher, topic)

        def drained() -> None:
            while relay.step(store.log, sink, bookmark):
                pass

        rate = _measured(count, drained if profile is None else lambda: profile.runcall(drained))
        assert bookmark.position() == count
        return rate


def _records(place: Installation) -> list[Message]:
    """What the relay sends."""
    with opened_in(place.url, clock()) as store:
        log = store.log.select(0, store.log.max_position())
        return [message_of(line, place.topics.dossier_events.name) for line in log]


def _size(message: Message) -> int:
    headers = sum(len(name) + len(value) for name, value in message.headers)
    return len(message.key or b"") + len(message.value or b"") + headers


def _tell(name: str, rates: Sequence[Rate]) -> None:
    wall, cpu = (median(each) for each in zip(*rates, strict=True))
    print(f"{name:<34} {wall:>10,.0f} events/s {cpu:>10,.0f} per CPU-second", flush=True)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="where the relay spends its time")
    options = parser.parse_args()
    with installation() as place:
        place.filled(options.events)
        messages = _records(place)
        count = len(messages)
        print(
            f"{count:,} events, {sum(map(_size, messages)) // count} bytes each with their headers"
        )
        runs = [(_bare(place, messages), _relayed(place, count)) for _ in range(options.runs)]
        _tell("bare producer, same records", [bare for bare, _ in runs])
        _tell("relay, PostgreSQL to topic", [ours for _, ours in runs])
        wall = median(ours.wall / bare.wall for bare, ours in runs)
        cpu = median(ours.cpu / bare.cpu for bare, ours in runs)
        print(f"{'ratio':<34} {wall:>10.2f}          {cpu:>10.2f}")
        if options.profile:
            profile = cProfile.Profile()
            _relayed(place, count, profile)
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()

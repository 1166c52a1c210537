"""Log to Kafka: the relay's loop against a bare kafka-python producer that sends records of the same size one by one.

    python -m benchmarks.bench_relay --events 60000 [--bootstrap host:port]

Prints events a second, medians of three, and their ratio in the same run. Without an address it starts a broker, which then
shares the machine with what is measured. The source is a log of life-like events in SQLite, filled before the clock runs.
"""

import argparse
import cProfile
import pstats
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from kafka import KafkaProducer

from benchmarks.installation import Position
from benchmarks.life import lines
from consumers import relay
from domain import events
from domain.engine import Engine
from domain.values import VN
from infra.brokers import Brokers
from infra.cloudevents import line_of, message_of
from infra.eventlog import EventLog
from infra.kafka import Publisher, ensure_topics
from infra.kafkatopic import DossierEvents
from infra.topics import topics
from infra.vault import Vault
from tests.support.servers import kafka

_NOW = datetime(2026, 1, 1, tzinfo=VN)


def _filled(folder: Path, count: int) -> EventLog:
    log = EventLog(folder / "log.sqlite")
    engine = Engine(log, Vault(folder, b"k" * 32))
    batch: list[Any] = []
    for number, line in enumerate(lines(count // 7 + 1)):
        batch.append(events.read(line, recorded_at=_NOW))
        if len(batch) == 3000 or number == count - 1:
            engine.record(batch)
            batch = []
        if number == count - 1:
            break
    return log


def _measured(name: str, count: int, work: Callable[[], object]) -> float:
    rates = []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        rates.append((count / (time.perf_counter() - wall), count / (time.process_time() - cpu)))
    rate, per_cpu = (median(each) for each in zip(*rates, strict=True))
    print(f"{name:<34} {rate:>10,.0f} events/s {per_cpu:>10,.0f} per CPU-second", flush=True)
    return rate


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--bootstrap")
    parser.add_argument("--compression", default="lz4")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        address = options.bootstrap or stack.enter_context(kafka(java_options=())).bootstrap
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        brokers = Brokers((address,))
        topic = topics(f"bench-{uuid.uuid4().hex[:8]}").dossier_events
        ensure_topics(brokers, [topic])
        log = _filled(folder, options.events)
        stack.callback(log.close)
        whole = [tuple(line) for line in log.select(0, options.events)]
        messages = [message_of(line, topic.name) for line in whole]
        sizes = sum(len(m.value or b"") + sum(len(v) for _, v in m.headers) for m in messages)
        print(f"{len(whole):,} events, {sizes // len(whole)} bytes each with their headers")

        def bare() -> None:
            producer = KafkaProducer(
                bootstrap_servers=address, compression_type=options.compression
            )
            for message in messages:
                producer.send(topic.name, message.value, message.key, list(message.headers[:5]))
            producer.flush()
            producer.close()

        def relayed() -> None:
            publisher = Publisher(brokers, compression=options.compression)
            sink, position = DossierEvents(publisher, topic.name), Position()
            while relay.step(log, sink, position):
                pass
            publisher.close()

        count = len(whole)
        _measured("encode", count, lambda: [message_of(line, topic.name) for line in whole])
        _measured("decode", count, lambda: [line_of(message) for message in messages])
        plain = _measured("bare producer, five headers", count, bare)
        ours = _measured("relay, log to topic", count, relayed)
        print(f"{'ratio':<34} {ours / plain:>10.2f}")
        if options.profile:
            with cProfile.Profile() as profile:
                relayed()
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()

"""The baseline of bench_live: a plain kafka-python consumer that makes the same rows with one transaction an event.

    python -m benchmarks.plain_consumer BOOTSTRAP TOPIC URL

The judging and the tables are the product's; the client, its settings and the loop are what one writes first.
"""

import sys

from kafka import KafkaConsumer

from benchmarks.installation import SHARED_OUT
from consumers import project
from infra.messages.cloudevents import line_of
from infra.messages.message import Message
from infra.wiring import clock
from tests.support.postgres import opened_in


def main(bootstrap: str, topic: str, url: str) -> None:
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=f"plain-{clock():%H%M%S%f}",
        auto_offset_reset="earliest",
    )
    with opened_in(url, clock()) as store:
        print(SHARED_OUT, flush=True)
        for record in consumer:
            line = line_of(Message(topic, record.key, record.value, tuple(record.headers)))
            project.take([line], store.log, store.views, store.law, clock())


if __name__ == "__main__":
    main(*sys.argv[1:])

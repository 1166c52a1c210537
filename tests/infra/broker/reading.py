"""Readers for the tests, in no hurry on a machine that is busy: they read until all is there."""

import threading
import time
from contextlib import contextmanager

from kafka.record.default_records import DefaultRecordBatchBuilder

from infra.kafka import Subscriber
from infra.kafka._records import LenientBatch
from infra.messages.message import Message, Unread, after


def builder(kind, size, compression=0):
    return kind(
        magic=2,
        compression_type=compression,
        is_transactional=False,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=size,
    )


def batch(records, compression=0):
    """(timestamp, key, value, headers) each, as the client writes them."""
    made = builder(DefaultRecordBatchBuilder, 1 << 20, compression)
    for offset, (timestamp, key, value, headers) in enumerate(records):
        assert made.append(offset, timestamp, key, value, headers)
    return bytes(made.build())


def as_read(message):
    """A message with its headers as they lie in a record."""
    [record] = LenientBatch(batch([(0, message.key, message.value, list(message.headers))]))
    return message._replace(headers=Unread(record.headers[0][1]))


@contextmanager
def subscribed(brokers, topic, group="g", **options):
    # Nobody is put out of the group because its machine stood still for some seconds: who goes says so.
    options = {"session": 30.0, "patience": 60.0} | options
    reader = Subscriber(brokers, [topic], f"{topic}-{group}", **options)
    try:
        yield reader
    finally:
        reader.close()


def until(holds, *readers, seconds=90):
    """What the readers read until something holds."""
    got: list[Message] = []
    deadline = time.monotonic() + seconds
    while not holds(got):
        assert time.monotonic() < deadline, f"not in time; read so far: {len(got)}"
        for reader in readers:
            got += reader.poll(1000, 0.1)
    return got


def read(reader, count, seconds=90):
    return until(lambda got: len(got) >= count, reader, seconds=seconds)


def committed(reader, messages):
    """Tell where to go on behind these, and wait for the answer: by itself it is only a hint."""
    reader.commit(after(messages))
    wait(lambda: reader._committing.is_done)
    assert reader.commits_failed == 0


def numbered(topic, count, keys=7):
    return [Message(topic, b"key-%d" % (n % keys), b"%d" % n) for n in range(count)]


@contextmanager
def working(reader):
    """A worker that reads in a thread of its own, as those of one group do; what it has read so far."""
    got: list[Message] = []
    stopping = threading.Event()

    def work():
        while not stopping.is_set():
            got.extend(reader.poll(1000, 0.2))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield got
    finally:
        stopping.set()
        thread.join()


def wait(holds, seconds=90):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def read_all(brokers, topic, seconds=90):
    """Everything that a topic has by now, from the beginning."""
    got: list[Message] = []
    deadline = time.monotonic() + seconds
    with subscribed(brokers, topic, f"all-{time.monotonic_ns()}") as reader:
        while (
            not reader.assigned()
            or len(lag := reader.lag()) < len(reader.assigned())
            or sum(lag.values())
        ):
            assert time.monotonic() < deadline, f"not in time; read so far: {len(got)}"
            got += reader.poll(1000, 0.2)
    return got

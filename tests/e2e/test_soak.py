"""Two hundred listen while ten thousand facts come in: each hears every row once, and those who do not read are nobody's trouble."""

import time
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import count

import pytest

from tests.support.listeners import Listener, listening
from tests.support.serving import PATIENCE, dossiers, feed, serving

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

MANY = 200
FACTS = 10_000
BATCH = 100
AT_ONCE = 10
"""Batches one behind the other: more rows than are kept for one who does not read."""
SLOW = 20
AMONG_THEM = 8
"""Batches that come while so many do not read. How much later the others hear is measured by `benchmarks.bench_streams`."""


def until(holds):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def expected_after(server, folder, before):
    """The rows of the feed after so many, when the tables have all that was sent."""
    server.caught_up()
    return feed(folder)[before:]


def until_heard(listeners, expected):
    until(lambda: min(len(each.heard) for each in listeners) >= len(expected))
    assert all(each.heard == expected for each in listeners)
    assert not any(each.ended for each in listeners)


def told_whole(listener):
    """What somebody was told who reads it only now, when he was let go."""
    with suppress(ConnectionError):
        while not listener.ended:
            listener.read()
    return listener.heard


@contextmanager
def slow_ones(url, many):
    with ExitStack() as stack:
        yield [stack.enter_context(closing(Listener(url, slow=True).socket)) for _ in range(many)]


def test_every_row_is_heard_once_by_all_and_memory_stays(tmp_path):
    numbers = count(step=BATCH)
    with serving(tmp_path) as server:
        stream = f"{server.url}/streams/violations"
        server.send(dossiers(next(numbers), BATCH))
        before = len(expected_after(server, tmp_path, 0))
        slow = Listener(stream, slow=True)
        with listening(f"{stream}?after={before}", MANY) as listeners, closing(slow.socket):
            resident = list[float]()
            for _ in range(AT_ONCE):  # nobody waits for who listens
                server.send(dossiers(next(numbers), BATCH))
                resident.append(server.resident_mib())
            expected = expected_after(server, tmp_path, before)
            until_heard(listeners, expected)
            until(lambda: server.connections() <= MANY)
            told = told_whole(slow)
            assert told == expected[: len(told)]
            assert len(told) < len(expected)

            for _ in range(AMONG_THEM):
                with slow_ones(stream, SLOW):
                    server.send(dossiers(next(numbers), BATCH))
                    expected = expected_after(server, tmp_path, before)
                    until_heard(listeners, expected)
                resident.append(server.resident_mib())
            until(lambda: server.connections() <= MANY)

    assert next(numbers) * len(dossiers(0, 1)) > FACTS
    # Projecting remembers the last dossiers (18 MiB of these batches), and who does not read is kept a little (as much): were rows kept for
    # those who listen, it would be hundreds.
    assert max(resident[AT_ONCE:]) < max(resident[:AT_ONCE]) + 60

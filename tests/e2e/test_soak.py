"""Two hundred listen while ten thousand facts come in: each hears every row once, and one who does not read is nobody's trouble."""

import sqlite3
import time
from contextlib import closing, suppress

import pytest

from tests.support.listeners import Listener, listening
from tests.support.serving import dossiers, serving

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

MANY = 200
FACTS = 10_000
BATCH = 100
PATIENCE = 240


def feed(folder):
    """The numbers of the feed, or none before there is one."""
    with closing(sqlite3.connect(f"file:{folder / 'views-1.sqlite'}?mode=ro", uri=True)) as views:
        return [number for (number,) in views.execute("SELECT id FROM feed ORDER BY id")]


def until(holds):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def have_heard(listeners, rows):
    return lambda: min(len(each.heard) for each in listeners) >= rows


def told_whole(listener):
    """What somebody was told who reads it only now, when he was let go."""
    with suppress(ConnectionError):
        while not listener.ended:
            listener.read()
    return listener.heard


def test_every_row_is_heard_once_by_all_and_memory_stays(tmp_path):
    each = len(dossiers(0, 1))
    with serving(tmp_path) as server:
        server.send(dossiers(0, BATCH), "?wait=30")
        before, sockets = len(feed(tmp_path)), server.sockets()
        slow = Listener(f"{server.url}/streams/violations", slow=True)
        with (
            listening(f"{server.url}/streams/violations?after={before}", MANY) as listeners,
            closing(slow.socket),
        ):
            resident, expected = list[float](), list[int]()
            for first in range(BATCH, FACTS // each + BATCH, BATCH):
                server.send(dossiers(first, BATCH), "?wait=30")
                resident.append(server.resident_mib())
                expected = feed(tmp_path)[before:]
                # One who does not read keeps nobody waiting.
                until(have_heard(listeners, len(expected)))
            assert all(each.heard == expected for each in listeners)
            assert not any(each.ended for each in listeners)
            until(lambda: server.sockets() <= sockets + MANY)
            told = told_whole(slow)

    assert len(expected) > FACTS // 10
    assert told == expected[: len(told)]
    assert len(told) < len(expected)
    # What grows is what projecting remembers of the last dossiers (19 MiB were measured here), nothing of those who listen.
    half = len(resident) // 2
    assert max(resident[half:]) < max(resident[:half]) + 30

"""The writing process: sends events through the engine into the log in small batches, again and again until each is stored.

Knows the product's store. It goes on where it was after a SIGKILL; what it sends twice is a duplicate.
"""

import random
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from domain.engine import Duplicate, Stored
from domain.errors import Contended
from infra.errors import CannotRun
from infra.running import AWAY
from infra.wiring import Store, distributed
from tests.chaos import clock
from tests.chaos.arrivals import arrivals, recorded
from tests.support.postgres import MASTER
from tests.support.stores import END, LAW, Event, facts_of

_LARGEST = 40


def stored(url: str, store: Store | None, sent: list[Event]) -> Store:
    """Send until it is stored; the store to go on with."""
    while True:
        try:
            store = store or distributed(url, LAW, END, MASTER)
            outcomes = store.engine.record(facts_of(sent))
        except Contended:
            continue
        except CannotRun as away:
            sys.stderr.write(f"{time.monotonic():.1f} {away.message}\n")
            if away.code not in AWAY:
                raise
            if store is not None:
                store.close()
            store = None
            time.sleep(0.3)
            continue
        assert all(isinstance(each, Stored | Duplicate) for each in outcomes), outcomes
        return store


def main(words: Sequence[str]) -> int:
    """Database, folder of the run, seed, events, seconds that they are spread over."""
    url, folder, seed, events, seconds = words
    common, place = Path(folder) / "clock", Path(folder) / "written"
    sent, rng = arrivals(int(seed), int(events)), random.Random(seed)
    at = int(place.read_text("utf-8")) if place.exists() else 0
    store = None
    sys.stderr.write(f"{time.monotonic():.1f} goes on at {at}\n")
    while at < len(sent):
        batch = sent[at : at + rng.randint(1, _LARGEST)]
        # The clock never shows less than the log knows, but where a fault puts one wrong.
        clock.put(common, max(clock.shown(common), *map(recorded, [batch[0], *batch])))
        store = stored(url, store, batch)
        at += len(batch)
        sys.stderr.write(f"{time.monotonic():.1f} stored {at}\n")
        fresh = place.with_suffix(".fresh")
        fresh.write_text(str(at), "utf-8")
        fresh.replace(place)
        time.sleep(float(seconds) * len(batch) / len(sent))
    clock.put(common, END + timedelta(hours=2))
    if store is not None:
        with closing(store):
            pass
    return 0

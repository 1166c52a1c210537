"""A store filled with life up to a moment, in PostgreSQL or in a data folder: the log by the engine, by several processes at once.

Knows the product's own ways of filling. Must not know what is measured.
"""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import datetime
from itertools import islice, takewhile
from pathlib import Path
from zlib import crc32

from benchmarks.life import last_day, lines
from domain import events
from domain.values import VN
from infra.postgres.schema import migrate
from infra.questions.asking import asked
from infra.rebuilding.filling import fill
from infra.wiring import Store, distributed, embedded
from tests.support.postgres import MASTER
from tests.support.stores import LAW, quiet

_AT_ONCE = 3_000


def moment(dossiers: int) -> datetime:
    """The end of the last working day."""
    day = last_day(dossiers)
    return datetime(day.year, day.month, day.day, 17, 30, tzinfo=VN)


def opened(place: str, dossiers: int) -> Store:
    """A store at a URL or in a folder, at the moment."""
    if place.startswith("postgresql:"):
        return distributed(place, LAW, moment(dossiers), MASTER)
    return embedded(Path(place), LAW, moment(dossiers))


def filled(place: str, dossiers: int) -> None:
    """Fill a store where it is empty, and say how many seconds it took.

    SystemExit where the rows of one that was filled are not those of the moment: each question would first judge dossiers again.
    """
    shared = place.startswith("postgresql:")
    if shared:
        migrate(place)
    with closing(opened(place, dossiers)) as store:
        last = store.log.max_position()
        with asked(store, store.now, store.now) as question:
            stale = question.again
    if stale:
        raise SystemExit(
            f"the rows of {place} are not those of the benchmark's moment: fill another"
        )
    if last:
        return
    start, writers = time.perf_counter(), 2 if shared else 1
    with ProcessPoolExecutor(writers, multiprocessing.get_context("spawn")) as pool:
        parts = [pool.submit(_record, place, dossiers, part, writers) for part in range(writers)]
        for part in parts:
            part.result()
    print(f"recorded in {time.perf_counter() - start:,.0f} s", flush=True)
    store = opened(place, dossiers)
    fill(store.log, store.views, store.law, store.now, quiet)
    if shared:
        store.views.database.rows("ANALYZE")
    store.close()
    print(f"filled in {time.perf_counter() - start:,.0f} s", flush=True)


def _record(place: str, dossiers: int, part: int, writers: int) -> None:
    """The facts of every so manieth dossier, as far as they are known at the moment."""
    store = opened(place, dossiers)
    now = store.now.isoformat()
    known = takewhile(lambda line: _said(line, b"recordedtime").decode() <= now, lines(dossiers))
    mine = (line for line in known if crc32(_said(line, b"subject")) % writers == part)
    while batch := [events.read(line, recorded_at=store.now) for line in islice(mine, _AT_ONCE)]:
        store.engine.record(batch)
    store.close()


def _said(line: bytes, name: bytes) -> bytes:
    return line.partition(b'"%b": "' % name)[2].partition(b'"')[0]

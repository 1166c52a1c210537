"""Questions, pages and what is written over HTTP at a moment when the last days' dossiers are open: of a store in PostgreSQL, or in a data folder.

    python -m benchmarks.bench_http --dossiers 1000000 [--data DIR] [--embedded] [--paint | --write]

DIR keeps the store: it is filled the first time and asked again afterwards. The server is this process, who asks is another, on the
same processors. A request asks for another unit, officer or dossier than the one before it. Of every address: median and 99th
percentile of the milliseconds of one client, one request after another, and requests a second of four clients at once; medians of the
runs. The baseline in the same run is a route that asks no database.

--paint asks for the pages with a browser (Chromium, by Playwright), each time as one who has never seen the server: milliseconds from
asking for the address to the first contentful paint. All are about now; of a moment in the past that nobody asked for, a picture is made first.
--write sends facts, each of another dossier; a thread of this process keeps the tables meanwhile. What is written stays in DIR.
Which routes are left out, and why, is in benchmarks/addresses.py.
"""

import argparse
import json
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from benchmarks.addresses import LONG, PAGES, READ, WRITE, Written
from benchmarks.lifestore import filled, moment, opened
from benchmarks.painting import painted
from infra.garbage import seldom_collecting
from infra.http import Stores, application
from infra.http._serving import listening, served
from tests.support.answering import projecting
from tests.support.servers import postgres

_CLIENTS = 4
_WARM = 5
_SELDOM = 40
"""An address of those that take long is asked as many times less."""
_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
_UNITS, _OFFICERS = 100, 7
_UNSTORED = (b'"duplicate"', b'"refused": 1', b'"projected": false')
"""What an answer has in it where something was not stored, or is not in the tables."""


@contextmanager
def _serving(place: str, dossiers: int, *, writing: bool) -> Iterator[str]:
    """The address of a server over a store, which is filled where it is empty."""
    filled(place, dossiers)
    store = opened(place, dossiers)
    found = store.views.count("dossiers"), store.views.count("violations")
    print(f"{found[0]:,} dossiers, {found[1]:,} findings, asked at {store.now:%Y-%m-%d %H:%M}")
    store.close()
    now = moment(dossiers)
    stores = Stores(partial(opened, place, dossiers), lambda: now)
    with (
        listening("127.0.0.1", 0) as listener,
        served(application(stores), listener) as server,
        seldom_collecting(),  # as `dunghen serve` does
        projecting(stores, partial(opened, place, dossiers)) if writing else nullcontext(),
    ):
        yield server.url


class Run(NamedTuple):
    """Milliseconds of each request of one client; requests a second of several."""

    times: Sequence[float]
    rate: float | None = None


def _run(url: str, asked: str | Written, requests: int, seed: int, at: str) -> Run:
    """In a process of its own."""
    times = _times(url, asked, requests, seed, at)
    share = requests // _CLIENTS
    asking = [
        threading.Thread(target=_times, args=(url, asked, share, seed + (n + 1) * 31, at))
        for n in range(_CLIENTS)
    ]
    start = time.perf_counter()
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    return Run(times, (share + _WARM) * _CLIENTS / (time.perf_counter() - start))


def _times(url: str, asked: str | Written, requests: int, seed: int, at: str) -> list[float]:
    """Milliseconds of each of these requests, after the first few."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=120)
    once, times = f"{time.time_ns():x}", []
    for number in range(seed, seed + requests + _WARM):
        values = _numbers(number) | {"key": f"{once}-{number}", "time": at}
        request = (
            asked.request(values) if isinstance(asked, Written) else ("GET", asked.format(**values))
        )
        start = time.perf_counter()
        connection.request(*request)
        response = connection.getresponse()
        body = response.read()
        times.append((time.perf_counter() - start) * 1000)
        assert response.status in {200, 201}, (asked, body[:500])
        if isinstance(asked, Written):
            assert not any(wrong in body for wrong in _UNSTORED), (asked, body[:500])
    connection.close()
    return times[_WARM:]


def _painted(url: str, address: str, requests: int, seed: int) -> Run:
    """In a process of its own."""
    numbers = range(seed, seed + requests)
    return Run(painted(url + address.format(**_numbers(number)) for number in numbers))


def _numbers(number: int) -> dict[str, Any]:
    """Whom a request is about."""
    return {"unit": number % _UNITS, "officer": number % _OFFICERS, "month": 1 + number % 9}


def _told(name: str, runs: Sequence[Run]) -> dict[str, float]:
    p50 = median(median(run.times) for run in runs)
    p99 = median(quantiles(run.times, n=100, method="inclusive")[98] for run in runs)
    rates = [run.rate for run in runs if run.rate is not None]
    figures = {"median_ms": p50, "p99_ms": p99} | ({"a_second": median(rates)} if rates else {})
    rate = f"{figures['a_second']:>10,.0f}" if rates else ""
    print(f"{name:<44} {p50:>7,.1f} ms {p99:>7,.1f} ms {rate}", flush=True)
    return figures


def _asked(url: str, options: argparse.Namespace) -> dict[str, dict[str, float]]:
    print(f"{'':<44} {'median':>10} {'p99':>10} {'' if options.paint else 'a second':>10}")
    at = moment(options.dossiers).replace(hour=8).isoformat()
    chosen: Mapping[str, str | Written] = (
        PAGES if options.paint else WRITE if options.write else READ
    )

    def runs(name: str, asked: str | Written) -> Iterator[Run]:
        for run in range(options.runs):
            seed = run * 1_009
            if options.paint and isinstance(asked, str):
                yield pool.submit(_painted, url, asked, options.requests, seed).result()
            else:
                each = asked.events if isinstance(asked, Written) else 1
                many = options.requests // (_SELDOM if name in LONG else each)
                yield pool.submit(_run, url, asked, max(many, _CLIENTS), seed, at).result()

    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return {
            name: _told(name, list(runs(name, asked)))
            for name, asked in chosen.items()
            if options.only in name
        }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=200, help="of each run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--embedded", action="store_true", help="a data folder, no PostgreSQL")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--paint", action="store_true", help="the pages, by a browser")
    how.add_argument("--write", action="store_true", help="the routes that store something")
    parser.add_argument("--only", default="", help="addresses whose name has this in it")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        place = str(options.data or folder)
        if not options.embedded:
            server = postgres(own=True, fsync=True, settings=_SETTINGS, data=options.data)
            place = stack.enter_context(server).superuser_url
        serving = _serving(place, options.dossiers, writing=options.write)
        figures = _asked(stack.enter_context(serving), options)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()

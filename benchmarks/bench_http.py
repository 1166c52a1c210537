"""Questions and pages over HTTP at a moment when the last days' dossiers are open: of a store in PostgreSQL, or in a data folder.

    python -m benchmarks.bench_http --dossiers 1000000 [--data DIR] [--embedded]

DIR keeps the store: it is filled the first time and asked again afterwards. The server is this process, who asks is another, on the
same processors. A request asks for another unit, officer or dossier than the one before it. Of every address: median and 99th
percentile of the milliseconds of one client, one request after another, and requests a second of four clients at once; medians of the
runs. The baseline in the same run is a route that asks no database.
"""

import argparse
import json
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks.lifestore import filled, moment, opened
from infra.garbage import seldom_collecting
from infra.http import Stores, application
from infra.http._serving import listening, served
from tests.support.servers import postgres

_CLIENTS = 4
_WARM = 5
_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
_UNITS, _OFFICERS = 100, 7
_UNIT = "unit=H40.{unit:02}"
_DOSSIER = "H40.{unit:02}-240102-{unit:04}"
_ADDRESSES = {
    "rules (asks no database)": "/rules",
    "violations, 20 rows": "/violations?limit=20",
    "violations: a unit, 20 rows": f"/violations?{_UNIT}&limit=20",
    "violations: a unit, 100 rows": f"/violations?{_UNIT}",
    "violations: a rule, 20 rows": "/violations?rule=result_overdue&limit=20",
    "violations: rule, unit, 20 rows": f"/violations?rule=result_overdue&{_UNIT}&limit=20",
    "violations: rule, unit, severity, 20 rows": f"/violations?rule=result_overdue&{_UNIT}&severity=2&limit=20",
    "violations: an officer, 20 rows": "/violations?officer=cb-{unit}-{officer}&limit=20",
    "violations: a dossier": f"/violations?dossier={_DOSSIER}",
    "violations: counted by rule": "/violations?count_by=rule",
    "reports/units": "/reports/units",
    "reports/units: a unit": f"/reports/units?{_UNIT}",
    "reports/coverage": "/reports/coverage",
    "reports/feedback": "/reports/feedback",
    "units": "/units",
    "workload of a unit, 20 rows": f"/workload?{_UNIT}&limit=20",
    "a dossier": f"/dossiers/{_DOSSIER}",
    "its history": f"/dossiers/{_DOSSIER}/history",
    "page /": "/",
    "page /vi-pham": "/vi-pham",
    "page /vi-pham, a unit": f"/vi-pham?{_UNIT}",
    "page /ho-so": "/ho-so",
    "page /ho-so, a unit": f"/ho-so?{_UNIT}",
    "page of a dossier": f"/ho-so/{_DOSSIER}",
    "page of an officer": "/can-bo/cb-{unit}-{officer}",
    "page of a unit": "/don-vi/H40.{unit:02}",
    "page /nhap": "/nhap",
}


@contextmanager
def _serving(place: str, dossiers: int) -> Iterator[str]:
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
    ):
        yield server.url


class Run(NamedTuple):
    """Milliseconds of each request of one client; requests a second of several."""

    times: Sequence[float]
    rate: float


def _run(url: str, address: str, requests: int, seed: int) -> Run:
    """In a process of its own."""
    times = _times(url, address, requests, seed)
    share = requests // _CLIENTS
    asking = [
        threading.Thread(target=_times, args=(url, address, share, seed + (n + 1) * 31))
        for n in range(_CLIENTS)
    ]
    start = time.perf_counter()
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    return Run(times, (share + _WARM) * _CLIENTS / (time.perf_counter() - start))


def _times(url: str, address: str, requests: int, seed: int) -> list[float]:
    """Milliseconds of each of these requests, after the first few."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=120)
    times = []
    for number in range(seed, seed + requests + _WARM):
        asked = address.format(unit=number % _UNITS, officer=number % _OFFICERS)
        start = time.perf_counter()
        connection.request("GET", asked)
        response = connection.getresponse()
        body = response.read()
        times.append((time.perf_counter() - start) * 1000)
        assert response.status == 200, (asked, body[:500])
    connection.close()
    return times[_WARM:]


def _told(name: str, runs: Sequence[Run]) -> dict[str, float]:
    p50 = median(median(run.times) for run in runs)
    p99 = median(quantiles(run.times, n=100, method="inclusive")[98] for run in runs)
    rate = median(run.rate for run in runs)
    print(f"{name:<44} {p50:>7,.1f} ms {p99:>7,.1f} ms {rate:>10,.0f}", flush=True)
    return {"median_ms": p50, "p99_ms": p99, "a_second": rate}


def _asked(url: str, options: argparse.Namespace) -> dict[str, dict[str, float]]:
    print(f"{'':<44} {'median':>10} {'p99':>10} {'a second':>10}")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return {
            name: _told(
                name,
                [
                    pool.submit(_run, url, address, options.requests, run * 1_009).result()
                    for run in range(options.runs)
                ],
            )
            for name, address in _ADDRESSES.items()
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
    parser.add_argument("--only", default="", help="addresses whose name has this in it")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.embedded:
            with _serving(str(options.data or folder), options.dossiers) as url:
                figures = _asked(url, options)
        else:
            with (
                postgres(own=True, fsync=True, settings=_SETTINGS, data=options.data) as server,
                _serving(server.superuser_url, options.dossiers) as url,
            ):
                figures = _asked(url, options)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()

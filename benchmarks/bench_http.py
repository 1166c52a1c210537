"""Questions over HTTP, of a store in PostgreSQL at a moment when the last days' dossiers are open.

    python -m benchmarks.bench_http --dossiers 1000000 [--data DIR]

DIR keeps PostgreSQL's data: it is filled the first time and asked again afterwards. Server and client are on the same processors.
For every question: median and 99th percentile of the milliseconds of one client, one question after another; questions a second of
four clients at once. The baseline in the same run is a route that asks no database.
"""

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

from benchmarks.bench_queries import _filled, _moment
from infra.http import Stores, application
from infra.http._serving import listening, served
from infra.postgres.schema import migrate
from infra.wiring import distributed
from tests.support.postgres import MASTER
from tests.support.servers import postgres
from tests.support.stores import LAW

_CLIENTS = 4
_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
_UNIT = "H40.17"
_QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "rules (asks no database)": ("/rules", {}),
    "violations: no filter": ("/violations", {}),
    "violations: no filter, 20 rows": ("/violations", {"limit": 20}),
    "violations: a unit": ("/violations", {"unit": _UNIT}),
    "violations: rule, unit, severity": (
        "/violations",
        {"rule": "result_overdue", "unit": _UNIT, "severity": 2},
    ),
    "violations: rule, unit, severity, 20 rows": (
        "/violations",
        {"rule": "result_overdue", "unit": _UNIT, "severity": 2, "limit": 20},
    ),
    "violations: an officer": ("/violations", {"officer": "cb-17-2", "limit": 20}),
    "violations: counted by rule": ("/violations", {"count_by": "rule"}),
    "reports/units": ("/reports/units", {}),
    "reports/units: a unit": ("/reports/units", {"unit": _UNIT}),
    "reports/coverage": ("/reports/coverage", {}),
    "reports/feedback": ("/reports/feedback", {}),
    "units": ("/units", {}),
    "a dossier": ("/dossiers/H40.00-240102-0000", {}),
    "its history": ("/dossiers/H40.00-240102-0000/history", {}),
}


@contextmanager
def _serving(url: str, dossiers: int, folder: Path) -> Iterator[str]:
    """The address of a server over the database, which is filled where it is empty."""
    moment = _moment(dossiers)
    migrate(url)
    store = replace(distributed(url, LAW, moment, MASTER), now=moment)
    if not store.log.max_position():
        start = time.perf_counter()
        _filled(store, dossiers, folder)
        store.views.database.connection.execute("ANALYZE")
        print(f"filled in {time.perf_counter() - start:,.0f} s", flush=True)
    found = store.views.count("dossiers"), store.views.count("violations")
    print(f"{found[0]:,} dossiers, {found[1]:,} findings, asked at {moment:%Y-%m-%d %H:%M}")
    store.close()
    stores = Stores(lambda: distributed(url, LAW, moment, MASTER), lambda: moment)
    with listening("127.0.0.1", 0) as listener, served(application(stores), listener) as server:
        yield server.url


def _times(url: str, path: str, parameters: dict[str, Any], requests: int) -> list[float]:
    """Milliseconds of each of these requests, after the first few."""
    times = []
    with httpx.Client(base_url=url, timeout=120) as client:
        for number in range(requests + 3):
            start = time.perf_counter()
            response = client.get(path, params=parameters)
            spent = (time.perf_counter() - start) * 1000
            assert response.status_code == 200, response.text
            if number >= 3:
                times.append(spent)
    return times


def _at_once(url: str, path: str, parameters: dict[str, Any], requests: int) -> float:
    """Requests a second of several clients."""
    asking = [
        threading.Thread(target=_times, args=(url, path, parameters, requests // _CLIENTS))
        for _ in range(_CLIENTS)
    ]
    start = time.perf_counter()
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    return (requests // _CLIENTS + 3) * _CLIENTS / (time.perf_counter() - start)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    options = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        kept = None if options.data is None else options.data
        with (
            postgres(own=True, fsync=True, settings=_SETTINGS, data=kept) as server,
            _serving(server.superuser_url, options.dossiers, Path(folder)) as url,
        ):
            print(f"{'':<44} {'median':>10} {'p99':>10} {'a second':>10}")
            for name, (path, parameters) in _QUESTIONS.items():
                times = _times(url, path, parameters, options.requests)
                p99 = quantiles(times, n=100)[98]
                rate = _at_once(url, path, parameters, options.requests)
                figures[name] = {"median_ms": median(times), "p99_ms": p99, "a_second": rate}
                print(
                    f"{name:<44} {median(times):>7,.1f} ms {p99:>7,.1f} ms {rate:>10,.0f}",
                    flush=True,
                )
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()

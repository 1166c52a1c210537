"""Violations, reports and accounts of single dossiers, asked of a store at a moment when the last days' dossiers are open.

    python -m benchmarks.bench_queries --dossiers 200000 [--data DIR]

DIR is filled the first time and asked again afterwards. For every question: milliseconds by the clock and of processor time, in
this process, medians of five after a first one. The baseline in the same run is one pass of SQLite over its rows of dossiers.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.life import lines
from benchmarks.lifestore import moment as moment_of
from infra.access import FULL
from infra.errors import CannotRun
from infra.http import Stores
from infra.importing.taking import import_paths
from infra.questions import queries
from infra.questions.overview import overview
from infra.rebuilding.filling import fill
from infra.settings.data import Settings
from infra.wiring import Store, open_store

_EVENTS = 200
_LONG = "H40.17-231201-9999"
_USUAL = "H40.00-240102-0000"


def _until(moment: datetime, dossiers: int) -> Iterator[bytes]:
    """What is known at the moment, and a dossier that was handed to and fro."""
    for line in lines(dossiers):
        if json.loads(line)["recordedtime"] <= moment.isoformat():
            yield line
    start = datetime(2023, 12, 1, 1, tzinfo=UTC)
    limit = {"amount": 8, "unit": "working_days"}
    yield _said(0, "accepted", start, {"competent_unit": "H40.17", "limit": limit})
    for n in range(1, _EVENTS):
        to = {"unit": f"H40.{n % 50:02}", "officer": f"cb-{n % 7}"}
        kind, data = (
            ("opinion_requested", {"of": {"unit": "H40.01"}})
            if n % 5 == 0
            else ("transferred", {"to": to})
        )
        yield _said(n, kind, start + timedelta(hours=n), data)


def _said(n: int, kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    event = {
        "specversion": "1.0",
        "id": f"long-{n}",
        "source": "/igate/H40",
        "type": f"vn.dunghen.dossier.{kind}.v1",
        "subject": _LONG,
        "time": at.isoformat(),
        "recordedtime": at.isoformat(),
        "data": data,
    }
    return json.dumps(event).encode() + b"\n"


def _filled(store: Store, dossiers: int, folder: Path) -> None:
    """Import, then the rows, each dossier judged once."""
    file = folder / "life.jsonl"
    with file.open("wb") as out:
        out.writelines(_until(store.now, dossiers))
    import_paths(store.engine, [str(file)])
    file.unlink()
    fill(store.log, store.views, store.law, store.now, lambda *_: None)


def _ask(name: str, work: Callable[[], Any]) -> None:
    work()
    by_clock, of_processor = [], []
    for _ in range(5):
        start, spent = time.perf_counter(), time.process_time()
        work()
        by_clock.append((time.perf_counter() - start) * 1000)
        of_processor.append((time.process_time() - spent) * 1000)
    print(f"{name:<44} {median(by_clock):>9,.1f} ms {median(of_processor):>9,.1f} ms", flush=True)


def _violations(store: Store) -> None:
    filters: dict[str, dict[str, Any]] = {
        "no filter": {},
        "a common rule": {"rules": ("early_return_without_notice",)},
        "a rule over open dossiers": {"rules": ("in_process_overdue",)},
        "three rules": {"rules": ("result_overdue", "apology_missing", "due_soon")},
        "a unit": {"unit": "H40.17"},
        "severity 1": {"severity": 1},
        "severity 2": {"severity": 2},
        "an officer": {"officer": "cb-17-2"},
        "a head": {"officer": "ct-17"},
        "rule, unit and severity": {"rules": ("result_overdue",), "unit": "H40.17", "severity": 2},
        "rule and officer": {"rules": ("result_overdue",), "officer": "cb-17-2"},
    }
    for name, asked in filters.items():
        after = queries.violations(store, **asked)["next"]
        _ask(f"violations: {name}", lambda asked=asked: queries.violations(store, **asked))
        if after is not None:
            _ask(
                f"violations: {name}, next page",
                lambda asked=asked, after=after: queries.violations(store, cursor=after, **asked),
            )
    _ask("violations: a dossier", lambda: queries.violations(store, dossier=_USUAL))
    for by in ("rule", "unit", "officer"):
        _ask(
            f"violations: count by {by}",
            lambda by=by: queries.violations(store, count_by=by),
        )
        _ask(
            f"violations: count by {by}, a unit",
            lambda by=by: queries.violations(store, count_by=by, unit="H40.17"),
        )


def _reports(store: Store) -> None:
    today = store.now.date()
    periods = {
        "": None,
        ", the year to date": (date(today.year, 1, 1), today),
        ", the month": (today.replace(day=1), today),
        ", ten days": (today - timedelta(days=9), today),
    }
    for name, period in periods.items():
        for unit in (None, "H40.17"):
            of = "" if unit is None else ", a unit"
            _ask(
                f"report units{name}{of}",
                lambda period=period, unit=unit: queries.report(
                    store, "units", period=period, unit=unit
                ),
            )
    for clock in ("portal", "qd766"):
        _ask(
            f"report units, {clock}",
            lambda clock=clock: queries.report(store, "units", clock=clock),
        )
    for kind in ("coverage", "feedback", "officers"):
        _ask(f"report {kind}", lambda kind=kind: queries.report(store, kind))
    _ask("report officers, a unit", lambda: queries.report(store, "officers", unit="H40.17"))


def _accounts(store: Store) -> None:
    _ask(f"history of {_EVENTS} events", lambda: queries.history(store, _LONG))
    _ask(f"explain of {_EVENTS} events", lambda: queries.explain(store, _LONG))
    _ask("explain of a usual dossier", lambda: queries.explain(store, _USUAL))


def _past(data: Path, now: datetime) -> None:
    """Two ends of months that are over, as a server is asked of them: the first time, and again."""
    stores = Stores(lambda: open_store(Settings(data=data), {}), lambda: now)
    last = now.replace(day=1, hour=0, minute=0) - timedelta(microseconds=1)
    questions: dict[str, Callable[..., Any]] = {
        "overview": overview,
        "report units": partial(queries.report, kind="units"),
        "report officers, a unit": partial(queries.report, kind="officers", unit="H40.17"),
        "violations": queries.violations,
        "violations: count by rule": partial(queries.violations, count_by="rule"),
    }
    for months in (0, 5):
        as_of = last - timedelta(days=30 * months)
        print(f"as of {as_of:%Y-%m-%d %H:%M}", flush=True)
        for number, (name, ask) in enumerate(questions.items()):
            question = partial(ask, as_of=as_of)
            if not number:
                print(
                    f"{name + ', the first time':<44} {_answered(stores, question):>9,.1f} s",
                    flush=True,
                )
                while stores.pictures.making:
                    time.sleep(0.1)
            _ask(f"{name}, again", lambda question=question: stores.ask(question, FULL))
    stores.end()
    stores.close()


def _answered(stores: Stores, question: Callable[[Store], Any]) -> float:
    """Seconds until there is an answer, by who asks again whenever he is told to."""
    start = time.perf_counter()
    while True:
        try:
            stores.ask(question, FULL)
        except CannotRun as making:
            if making.code != "being_made":
                raise
        else:
            return time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=200_000)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder)
        store = replace(open_store(Settings(data=data), {}), now=moment_of(options.dossiers))
        if not store.log.max_position():
            _filled(store, options.dossiers, data)
            store.close()
            store = replace(open_store(Settings(data=data), {}), now=store.now)
        ask = store.views.database.rows
        counts = dict(ask("SELECT growing, count(*) FROM dossiers GROUP BY 1"))
        overdue = ask("SELECT count(*) FROM violations WHERE growing = 1")[0][0]
        print(
            f"{sum(counts.values()):,} dossiers, {store.views.count('violations'):,} findings;",
            end=" ",
        )
        print(f"open at {store.now:%Y-%m-%d %H:%M}: {counts.get(1, 0):,}, overdue {overdue:,}")
        print(f"{'':<44} {'clock':>12} {'processor':>12}")
        _ask(
            "a pass over the rows of dossiers",
            lambda: ask("SELECT count(*) FROM dossiers WHERE complete = 1"),
        )
        _violations(store)
        _reports(store)
        _accounts(store)
        _past(data, store.now)
        print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MiB")
        store.close()


if __name__ == "__main__":
    main()

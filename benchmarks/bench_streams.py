"""Streams of `dunghen serve` over a data folder: append to seen, and many who listen while facts come in.

    python -m benchmarks.bench_streams --listeners 200 --facts 10000 --appends 300

The server is a process as an operator starts it; who listens is another, on the same processors. Append to seen: one dossier of six
facts that break rules is sent at a time, at random moments, from before it is sent until its first finding is heard by the first
and by the last of those who listen; then the same while others do not read. Fan-out: facts in batches, each sent when the tables have the one before; one who does not
read is there, too. The same without listeners is the baseline: what is projected is remembered, and takes memory as well.
"""

import argparse
import random
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median, quantiles

from tests.support.listeners import Listener, listening
from tests.support.serving import Served, dossiers, serving

_BATCH = 100
_SLOW = 20
"""Who do not read, beside those who do."""
_PATIENCE = 600


def _appended(server: Served, many: int, appends: range, slow: int) -> None:
    chance, url = random.Random(7), f"{server.url}/streams/violations"
    first, last = [], []
    with listening(url, many) as listeners, ExitStack() as stack:
        for _ in range(slow):
            stack.enter_context(closing(Listener(url, slow=True).socket))
        for number in appends:
            before = len(listeners[0].heard)
            began = time.monotonic()
            server.send(dossiers(number, 1))
            _until(lambda known=before: all(len(each.heard) > known for each in listeners))
            heard = [each.at[before] - began for each in listeners]
            first.append(min(heard))
            last.append(max(heard))
            _quiet(listeners)
            time.sleep(chance.random() / 10)
    for name, seconds in (("the first", first), (f"the last of {many}", last)):
        cut = quantiles(seconds, n=100)
        print(
            f"append to seen by {name}, {slow} not reading: p50 {cut[49] * 1e3:.0f} ms, p99 {cut[98] * 1e3:.0f} ms"
        )


def _quiet(listeners: list[Listener]) -> None:
    """Until all have heard the same, for a tenth of a second."""
    while True:
        heard = [len(each.heard) for each in listeners]
        time.sleep(0.1)
        if len(set(heard)) == 1 and heard == [len(each.heard) for each in listeners]:
            return


def _until(holds: object) -> None:
    assert callable(holds)
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def _filled(server: Served, facts: int) -> list[float]:
    """Memory after each batch."""
    each = len(dossiers(0, 1))
    resident = []
    for first in range(0, facts // each, _BATCH):
        server.send(dossiers(first, _BATCH), "?wait=30")
        resident.append(server.resident_mib())
    return resident


def _fanned_out(server: Served, many: int, facts: int) -> list[float]:
    url = f"{server.url}/streams/violations"
    with listening(url, many) as listeners, closing(Listener(url, slow=True).socket):
        began = time.monotonic()
        resident = _filled(server, facts)
        _quiet(listeners)
        heard = [each.heard for each in listeners]
        assert all(each == heard[0] for each in heard)
        assert heard[0] == list(range(heard[0][0], heard[0][0] + len(heard[0])))
        seconds = max(each.at[-1] for each in listeners) - began
    rows = len(heard[0])
    print(
        f"{facts:,} facts, {rows:,} rows to each of {many}, every one once: {seconds:.0f} s,"
        f" {rows * many / seconds:,.0f} rows told/s"
    )
    return resident


def _told_memory(name: str, resident: list[float]) -> None:
    middle = resident[len(resident) // 2]
    print(
        f"memory {name}: {resident[0]:.0f} MiB after the first batch, {middle:.0f} half way, {resident[-1]:.0f} at the end,"
        f" median {median(resident):.0f}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--listeners", type=int, default=200)
    options.add_argument("--facts", type=int, default=10_000)
    options.add_argument("--appends", type=int, default=300)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with serving(Path(folder) / "alone") as server:
            _told_memory("without listeners", _filled(server, given.facts))
        with serving(Path(folder) / "many") as server:
            resident = _fanned_out(server, given.listeners, given.facts)
            _told_memory(f"with {given.listeners}", resident)
            for turn, slow in enumerate((0, _SLOW), start=1):
                numbers = range(turn * 1_000_000, turn * 1_000_000 + given.appends)
                _appended(server, given.listeners, numbers, slow)


if __name__ == "__main__":
    main()

"""`dunghen serve` in a process of its own, over a data folder or a database, and facts sent to it.

Knows the command line and the examples of the documents. Must not know what is asked.
"""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "import sys, infra.cli; sys.exit(infra.cli.main())"]
BATCH = {"content-type": "application/cloudevents-batch+json"}
PATIENCE: Final = 240
_LISTENS: Final = "0A"
_NOBODYS: Final = "0"
"""How Linux writes that a socket waits for connections, and of which file it is when its process has closed it."""

UNHURRIED: Final = {"DUNGHEN_STOP_SECONDS": "60"}
"""In the environment of a process that must end well when it is told to: as long as that takes on a machine that does much else."""


def environment(data: Path) -> dict[str, str]:
    """Of a process over a data folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DUNGHEN_")}
    return (
        own
        | UNHURRIED
        | {"DUNGHEN_DATA": str(data), "DUNGHEN_LOG": "json", "PYTHONPATH": str(ROOT)}
    )


class Served:
    """A server that runs: its address, and its process."""

    def __init__(self, url: str, process: "subprocess.Popen[str]") -> None:
        self.url, self.process = url, process
        # One for all: making one takes longer than sending. It keeps no socket open.
        self._client = httpx.Client(timeout=120, headers={"connection": "close"})

    def resident_mib(self) -> float:
        """Its memory now; Linux only."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    def connections(self) -> int:
        """How many it has now that it has not let go of; Linux only."""
        port = f":{urlsplit(self.url).port:04X}"
        rows = map(str.split, Path("/proc/net/tcp").read_text().splitlines()[1:])
        return sum(
            here.endswith(port) and state != _LISTENS and file != _NOBODYS
            for _, here, _, state, _, _, _, _, _, file, *_ in rows
        )

    def send(self, events: list[dict[str, Any]], query: str = "") -> None:
        """Send facts; all must be taken."""
        told = self._client.post(f"{self.url}/events{query}", json=events, headers=BATCH)
        assert told.json()["accepted"] == len(events), told.text[:500]

    def caught_up(self) -> None:
        """Wait until the tables have all that the log has."""
        patient = time.monotonic() + PATIENCE
        while not self._client.get(f"{self.url}/violations?limit=1").json().get("complete"):
            assert time.monotonic() < patient, "the tables lack something"
            time.sleep(0.05)

    def close(self) -> None:
        """Nothing is sent any more."""
        self._client.close()


@contextmanager
def serving(data: Path) -> Iterator[Served]:
    """A server over a data folder, as an operator starts it: it projects what is imported."""
    with started(environment(data)) as server:
        yield server


@contextmanager
def started(settings: Mapping[str, str]) -> Iterator[Served]:
    """A server with these settings in its environment."""
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"],
        env=settings,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = process.stderr
        try:
            url = next(line["url"] for line in map(json.loads, said) if line["event"] == "serving")
            drained = threading.Thread(target=said.read)  # a full pipe would stop it
            drained.start()
            with closing(Served(url, process)) as server:
                yield server
            process.terminate()
            drained.join()
        finally:
            process.kill()


def dossiers(first: int, count: int, unit: str = "Y09.21") -> list[dict[str, Any]]:
    """The example's dossier under other codes: seven facts each, which break some rules."""
    lines = (ROOT / "docs/examples/events.jsonl").read_text("utf-8").splitlines()
    facts = [event for event in map(json.loads, lines) if event["subject"].endswith("-0007")]
    return [
        fact | {"id": f"{number}-{fact['id']}", "subject": f"{unit}-260202-{number:06}"}
        for number in range(first, first + count)
        for fact in facts
    ]


def feed(data: Path) -> list[int]:
    """The numbers of the feed in a data folder, or none before there is one."""
    with closing(sqlite3.connect(f"file:{data / 'views-1.sqlite'}?mode=ro", uri=True)) as views:
        return [number for (number,) in views.execute("SELECT id FROM feed ORDER BY id")]

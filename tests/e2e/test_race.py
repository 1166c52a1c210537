"""Several importers at once, on overlapping files: all end, every event is there once."""

import sqlite3

import pytest

from tests.e2e.test_kill import command, importing, lines, run, written

pytestmark = pytest.mark.e2e
IMPORTERS = 4


def test_importers_that_run_at_once_all_end_and_store_each_event_once(tmp_path):
    events = list(lines())
    share = len(events) // 2
    files = [
        written(tmp_path / f"{i}.jsonl", (events + events)[i * share // 2 :][:share])
        for i in range(IMPORTERS)
    ]
    data = tmp_path / "data"
    running = [command(data, *importing(file)) for file in files]
    for process in running:
        told, _ = process.communicate(timeout=240)
        assert process.returncode == 0, told.decode()
    run(data, "verify")
    c = sqlite3.connect(data / "log.sqlite")
    assert c.execute("SELECT count(*) FROM stored_events").fetchone() == (len(events),)

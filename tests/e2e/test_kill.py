"""SIGKILL at any moment, then again: the same bytes as if nothing had happened."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from infra.sqlite.generations import FileGenerations

pytestmark = pytest.mark.e2e
DOSSIERS, KILLS = 900, 8
RECORDED = "2025-06-01T00:00:00+07:00"
TABLES = ("dossiers", "violations", "answering", "shares", "custody")


def lines():
    rng = random.Random(7)
    for n in range(DOSSIERS):
        code, unit = f"H40.{n % 20:02}-250317-{n:04}", f"H40.{n % 20:02}"
        minute = rng.randint(0, 59)
        told = [
            ("accepted", f"2025-03-17T08:{minute:02}:00", {
                "competent_unit": unit, "limit": {"amount": rng.randint(1, 9), "unit": "working_days"},
                "actor": {"officer": "A", "unit": unit}}),
            ("transferred", f"2025-03-17T09:{minute:02}:00", {"to": {"officer": "B", "unit": unit}}),
            ("transferred", f"2025-03-18T09:{minute:02}:00", {"to": {"officer": "C", "unit": unit}}),
            ("result_issued", f"2025-03-{rng.randint(19, 31)}T09:{minute:02}:00", {}),
        ]  # fmt: skip
        for i, (kind, when, data) in enumerate(told[: rng.randint(1, 4)]):
            yield {
                "specversion": "1.0",
                "id": f"{n}-{i}",
                "source": "/igate/H40",
                "type": f"vn.dunghen.dossier.{kind}.v1",
                "subject": code,
                "time": f"{when}+07:00",
                "data": data,
            }


@pytest.fixture(scope="module")
def events_file(tmp_path_factory):
    return written(tmp_path_factory.mktemp("in") / "events.jsonl", lines())


def written(path, events):
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return path


PLAIN = ("-m", "infra.cli")
WITH_PROCESSES = (
    "-c",
    "import infra.rebuilding.filling as f; f._WORTH_PROCESSES = 0; from infra.cli import main; exit(main())",
)
"""The command line, with processes of their own to judge even so few dossiers."""


def command(data, *arguments, program=PLAIN):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DUNGHEN_")}
    return subprocess.Popen(
        [sys.executable, *program, *arguments, "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
    )


def run(data, *arguments, program=PLAIN):
    """To the end; how long it took."""
    started = time.monotonic()
    process = command(data, *arguments, program=program)
    told, _ = process.communicate(timeout=300)
    assert process.returncode == 0, told.decode()
    return time.monotonic() - started


def killed(data, after, *arguments, program=PLAIN):
    process = command(data, *arguments, program=program)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


def importing(path):
    return ("import", str(path), "--recorded-at", RECORDED)


def contents(path, tables, order="1, 2"):
    c = sqlite3.connect(path)
    found = {t: c.execute(f"SELECT * FROM {t} ORDER BY {order}").fetchall() for t in tables}
    c.close()
    return found


def log_of(data):
    """What was sent. Besides, each rebuild stands there, as what somebody did."""
    acts = "SELECT rowid FROM stored_events WHERE originator_id LIKE 'access:%'"
    with closing(sqlite3.connect(data / "log.sqlite")) as c:
        return [
            c.execute(f"SELECT * FROM {table} WHERE {at} NOT IN ({acts}) ORDER BY {at}").fetchall()
            for table, at in (("stored_events", "rowid"), ("ledger", "position"))
        ]


def rows_of(data):
    generations = FileGenerations(data)
    return contents(generations.file_of(generations.present()), TABLES, "1, 2, 3")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, events_file):
    data = tmp_path_factory.mktemp("whole")
    took = run(data, *importing(events_file))
    run(data, "verify")
    return data, took


def test_an_import_killed_again_and_again_ends_like_one_that_was_not(
    undisturbed, events_file, tmp_path
):
    whole, took = undisturbed
    rng = random.Random(11)
    for _ in range(KILLS):
        killed(tmp_path, rng.uniform(0.2, 1.0) * took, *importing(events_file))
    run(tmp_path, *importing(events_file))
    run(tmp_path, "verify")
    assert log_of(tmp_path) == log_of(whole)
    assert rows_of(tmp_path) == rows_of(whole)


@pytest.mark.parametrize("program", [PLAIN, WITH_PROCESSES], ids=["alone", "with-processes"])
def test_a_rebuild_killed_again_and_again_ends_with_the_same_rows(
    undisturbed, events_file, tmp_path, program
):
    whole, _ = undisturbed
    run(tmp_path, *importing(events_file))
    rng = random.Random(12)
    for _ in range(KILLS):
        killed(tmp_path, rng.uniform(0.2, 2.5), "rebuild", program=program)
    run(tmp_path, "rebuild", "--drop-old", program=program)
    run(tmp_path, "verify")
    assert log_of(tmp_path) == log_of(whole)
    assert rows_of(tmp_path) == rows_of(whole)

"""A long-running process ends when it is told to: at once where it waits, after its step where it works."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[3]
SOON = 30.0
"""Seconds; the machine may be busy. The waits that are cut short would take 60."""


class Running:
    def __init__(self, kind):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.infra.running.workers", kind],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def logged(self, event):
        """Read the log up to that line."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            said = json.loads(line)
            if said["event"] == event:
                return said
        raise AssertionError(event)

    def ended(self, number=None):
        began = time.monotonic()
        if number is not None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, time.monotonic() - began, out, err


@pytest.fixture
def start():
    started = []

    def starting(kind):
        started.append(Running(kind))
        return started[-1]

    yield starting
    for each in started:
        each.process.kill()
        each.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_an_idle_worker_is_closed_and_the_process_ends_well(start, number):
    running = start("idle")
    running.logged("opened")
    code, seconds, out, _ = running.ended(number)
    assert (code, out.split()) == (0, ["opened", "closed"])
    assert seconds < SOON


def test_a_wait_for_an_absent_world_ends_with_the_signal(start):
    running = start("away")
    running.logged("the broker does not answer")
    code, seconds, out, _ = running.ended(signal.SIGTERM)
    assert (code, out.split()) == (0, ["opened", "closed"])
    assert seconds < SOON


def test_a_step_that_hangs_is_cut_short(start):
    running = start("hangs")
    assert running.process.stdout.readline() == "opened\n"
    assert running.process.stdout.readline() == "hangs\n"
    code, seconds, out, err = running.ended(signal.SIGTERM)
    assert (code, out) == (0, "closed\n")
    assert seconds < SOON
    assert "step_cut_short" in err


def test_a_fault_ends_the_process_with_one_line_and_no_traceback(start):
    code, _, out, err = start("fault").ended()
    *_, last = err.splitlines()
    assert (code, out.split()) == (3, ["opened", "closed"])
    assert json.loads(last)["event"].startswith("a fault of the program (KeyError at")
    assert "Traceback" not in err
    assert "Nguyễn" not in err


def test_the_address_of_the_pages_is_logged_and_answers(start):
    running = start("idle")
    url = running.logged("listening")["url"]
    running.logged("opened")
    with urlopen(f"{url}/metrics", timeout=60) as answer:
        assert b"dunghen_build_info" in answer.read()
    assert running.ended(signal.SIGTERM)[0] == 0

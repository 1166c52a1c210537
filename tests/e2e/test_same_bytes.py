"""The same question has the same answer to the byte, in whichever order a process keeps its sets."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

EVENTS = Path(__file__).parents[2] / "docs/examples/events.jsonl"
OFFICERS = ("cb-lan", "cb-binh", "cb-hai")


def registered(officer):
    return {
        "id": officer,
        "source": "/example/directory",
        "type": "vn.dunghen.officer.registered.v1",
        "subject": officer,
        "time": "2026-01-01T08:00:00+07:00",
        "recordedtime": "2026-01-01T08:00:00+07:00",
        "data": {"officer": officer, "name": officer.upper(), "unit": "Y09.21"},
    }


def told(data, *arguments, seed="0"):
    command = [sys.executable, "-m", "infra.cli", "--data", str(data), *arguments]
    return subprocess.run(
        command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
    ).stdout


def test_names_stand_in_one_order(tmp_path):
    officers = tmp_path / "officers.jsonl"
    officers.write_text("".join(json.dumps(registered(one)) + "\n" for one in OFFICERS))
    told(tmp_path / "data", "import", str(EVENTS), str(officers))
    asked = ("--json", "explain", "Y09.21-260202-0007", "--as-of", "2026-03-31", "--known-at", "2026-03-31")  # fmt: skip
    answers = {told(tmp_path / "data", *asked, seed=str(seed)) for seed in range(1, 6)}
    assert len(answers) == 1
    assert list(json.loads(answers.pop())["names"]) == ["Y09.21", *sorted(OFFICERS)]

"""Benchmarks are run by hand, seldom: at least each can be begun."""

import importlib
import sys

import pytest

from tests.architecture.test_docs import ROOT

BENCHMARKS = sorted(path.stem for path in (ROOT / "benchmarks").glob("bench_*.py"))


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_can_be_imported_and_says_how_it_is_run(name, monkeypatch, capsys):
    module = importlib.import_module(f"benchmarks.{name}")
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert ended.value.code == 0
    assert f"python -m benchmarks.{name}" in " ".join(capsys.readouterr().out.split())
    assert f"benchmarks.{name}" in (ROOT / "benchmarks" / "README.md").read_text("utf-8")

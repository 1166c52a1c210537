"""The import contracts of pyproject.toml hold, and each of them notices its breach."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "projections", "consumers", "infra")
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(cache_dir=None))"

# For each contract, modules that break it when they are added to the product.
BREACHES = {
    "domain < projections < consumers < infra": {"domain/planted.py": "import infra.wiring"},
    "only infra touches the world": {"consumers/planted.py": "import sqlite3"},
    "rules know nothing but values": {"domain/rules/planted.py": "import domain.events"},
    "readers and loops do not know the event-sourcing library": {
        "projections/planted.py": "import eventsourcing.domain"
    },
    "projections do not know each other": {
        "projections/planted.py": "import projections.other",
        "projections/other.py": "",
    },
    "entry points over wiring over adapters": {"infra/vault.py": "import infra.wiring"},
    "pictures over generations over tables": {"infra/rows/tables.py": "import infra.rows.views"},
    "kafka-python is imported in one module": {"infra/planted.py": "import kafka"},
    "no cycles": {
        "domain/planted.py": "import domain.other",
        "domain/other.py": "import domain.planted",
    },
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, check=False
    )


def test_contracts_hold():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_contract_is_tried():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    assert {contract["name"] for contract in declared} == set(BREACHES)


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_is_noticed(contract, tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name, text in BREACHES[contract].items():
        (tmp_path / name).write_text(text)
    noticed = f"{contract} BROKEN" in " ".join(lint(tmp_path).stdout.split())
    assert noticed

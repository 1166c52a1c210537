"""Each published situation, generated at full size and imported once for all tests of the session.

Several test processes share one import: the first makes it behind a lock, the others wait, the last takes it away again.
"""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.scenarios import binh_dinh, can_tho, cu_mgar, ha_tinh, kien_giang
from tests.scenarios.asking import Answer, Inspector
from tests.scenarios.facts import facts


@dataclass(frozen=True, slots=True)
class Situation:
    """A situation in the log: who asks, what was printed, what the generator says it wrote."""

    inspector: Inspector
    printed: dict[str, Any]
    truth: dict[str, Any]
    imports: list[Answer]


@pytest.fixture(scope="session")
def hatinh(tmp_path_factory, worker_id) -> Iterator[Situation]:
    with _imported(ha_tinh, tmp_path_factory, worker_id) as situation:
        yield situation


@pytest.fixture(scope="session")
def cumgar(tmp_path_factory, worker_id) -> Iterator[Situation]:
    with _imported(cu_mgar, tmp_path_factory, worker_id) as situation:
        yield situation


@pytest.fixture(scope="session")
def binhdinh(tmp_path_factory, worker_id) -> Iterator[Situation]:
    with _imported(binh_dinh, tmp_path_factory, worker_id) as situation:
        yield situation


@pytest.fixture(scope="session")
def cantho(tmp_path_factory, worker_id) -> Iterator[Situation]:
    with _imported(can_tho, tmp_path_factory, worker_id) as situation:
        yield situation


@pytest.fixture(scope="session")
def kiengiang(tmp_path_factory, worker_id) -> Iterator[Situation]:
    with _imported(kien_giang, tmp_path_factory, worker_id) as situation:
        yield situation


@contextmanager
def _imported(
    module: ModuleType, factory: pytest.TempPathFactory, worker: str
) -> Iterator[Situation]:
    base = factory.getbasetemp() if worker == "master" else factory.getbasetemp().parent
    folder = base / module.NAME
    users = base / f"{module.NAME}.users"
    with _locked(users) as count:
        if count == 0:
            _import(module, folder)
        _write(users, count + 1)
    try:
        known = json.loads((folder / "known.json").read_text(encoding="utf-8"))
        yield Situation(Inspector(folder / "data"), facts(module.NAME)["printed"], **known)
    finally:
        with _locked(users) as count:
            _write(users, count - 1)
            if count == 1:
                shutil.rmtree(folder)


def _import(module: ModuleType, folder: Path) -> None:
    """Generate and import; nothing is left behind that a second attempt would trip over."""
    shutil.rmtree(folder, ignore_errors=True)
    sent = folder / "sent"
    sent.mkdir(parents=True)
    generated = module.generate(sent)
    answers = Inspector(folder / "data").take_in(generated)
    shutil.rmtree(sent)
    known = {"truth": generated.truth, "imports": answers}
    (folder / "known.json").write_text(json.dumps(known), encoding="utf-8")


@contextmanager
def _locked(users: Path) -> Iterator[int]:
    """How many test processes use a situation, with the right to change that."""
    with users.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield int(users.read_text()) if users.exists() else 0


def _write(users: Path, count: int) -> None:
    users.write_text(str(count))

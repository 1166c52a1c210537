from pathlib import Path

import pytest

from domain.engine import Engine
from infra.sqlite.log import SqliteLog
from tests.support.log import open_engine, open_log


@pytest.fixture
def log(tmp_path: Path):
    log = open_log(tmp_path)
    yield log
    log.close()


@pytest.fixture
def engine(tmp_path: Path, log: SqliteLog) -> Engine:
    return open_engine(tmp_path, log)

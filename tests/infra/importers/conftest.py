"""An engine that remembers what it stored, and shorthands for the readers."""

from datetime import datetime

import pytest

from domain.engine import Stored
from domain.values import VN
from infra.importers import read_register
from infra.importing.taking import import_paths
from tests.support.log import open_engine, open_log

NOW = datetime(2026, 1, 1, 9, tzinfo=VN)
HEADER = "Mã hồ sơ;Đơn vị giải quyết;Ngày tiếp nhận;Ngày hẹn trả"
ROW = "000.00.17.H40-190325-0001;UBND xã A;25/03/2019;29/03/2019"


class Memory:
    """The engine, with what it stored kept at hand."""

    def __init__(self, engine):
        self.engine = engine
        self.facts = {}
        self.batches = []

    def record(self, facts, /, **options):
        self.batches.append(len(facts))
        outcomes = self.engine.record(facts, **options)
        for fact, outcome in zip(facts, outcomes, strict=True):
            if isinstance(outcome, Stored):
                self.facts[fact.source, fact.id] = fact
        return outcomes

    def rehearse(self, facts, /, **options):
        return self.engine.rehearse(facts, **options)

    def sources(self, record_ids, /):
        return self.engine.sources(record_ids)


@pytest.fixture
def memory(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    log = open_log(folder)
    yield Memory(open_engine(folder, log))
    log.close()


@pytest.fixture
def imported(memory, tmp_path):
    """Write a file, import it, give the summary."""

    def imported(name, content, **options):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_paths(memory, [str(path)], recorded_at=NOW, **options)

    return imported


@pytest.fixture
def rows():
    """The lines of a CSV register under the usual header, with more columns if named."""

    def rows(*cells, columns=""):
        text = "\n".join([HEADER + columns, *cells])
        return list(read_register([text.encode()], path="so/so.csv", source=None, recorded_at=NOW))

    return rows


@pytest.fixture
def told(rows):
    """Kind -> fact of one row that has the usual four cells and more of them."""

    def told(columns, cells):
        (line,) = rows(f"{ROW};{cells}", columns=f";{columns}")
        assert line.refusal is None, line.refusal
        return {fact.kind: fact for fact in line.facts}

    return told

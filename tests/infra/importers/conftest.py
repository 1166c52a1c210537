"""A recorder in memory that keeps the engine's promise about (source, id), and shorthands for the readers."""

from datetime import datetime

import pytest

from domain import events
from domain.engine import Duplicate, Stored
from domain.errors import Conflict
from domain.values import VN, dossier_key
from infra.importers import read_register
from infra.importing import import_paths

NOW = datetime(2026, 1, 1, 9, tzinfo=VN)
HEADER = "Mã hồ sơ;Đơn vị giải quyết;Ngày tiếp nhận;Ngày hẹn trả"
ROW = "000.00.17.H40-190325-0001;UBND xã A;25/03/2019;29/03/2019"


class Memory:
    """The engine's `record`, without chains, versions and storage."""

    def __init__(self):
        self.facts = {}
        self.batches = []

    def record(self, facts, /):
        self.batches.append(len(facts))
        return [self._record(fact) for fact in facts]

    def _record(self, fact):
        dossier = dossier_key(fact.subject)
        known = self.facts.setdefault((fact.source, fact.id), fact)
        if known is fact:
            return Stored(dossier, 1, len(self.facts))
        stored, given = events.identity(known), events.identity(fact)
        if stored == given:
            return Duplicate(dossier, 1)
        return Conflict(fact.source, fact.id, stored=stored, given=given)


@pytest.fixture
def memory():
    return Memory()


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

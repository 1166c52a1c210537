"""A record loaded from its head equals one replayed from all its events."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from eventsourcing.application import AggregateNotFoundError
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dossier import Dossier
from domain.record import Record
from domain.records import record_id, record_of
from infra.verifylog import verify_log
from tests.strategies import some_fact
from tests.support.log import DOSSIER, NOW, fact, open_engine, open_log


@pytest.mark.property
@settings(max_examples=40)
@given(st.lists(st.lists(some_fact(), max_size=6), min_size=1, max_size=4))
def test_loading_from_the_head_equals_full_replay(batches):
    with TemporaryDirectory() as folder:
        log = open_log(Path(folder))
        engine = open_engine(Path(folder), log)
        for batch in batches:
            engine.record(batch)
        ids = {record_id(fact): fact for batch in batches for fact in batch}
        for id_, head in log.heads(list(ids)).items():
            replayed: Record = engine.repository.get(id_)
            assert record_of(ids[id_]).at(id_, *head, since=NOW) == replayed
        assert list(verify_log(log)) == []
        log.close()


def test_replay_to_an_earlier_version(engine):
    engine.record([fact("accepted", "a1"), fact("returned", "a2")])
    first, _ = engine.history(DOSSIER)
    assert engine.repository.get(DOSSIER, version=1) == Dossier.at(
        DOSSIER, 1, first.digest, since=NOW
    )
    with pytest.raises(AggregateNotFoundError):
        engine.repository.get("H40.17-250320-0999")

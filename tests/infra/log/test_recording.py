"""Facts in, outcomes out: once each, chained, in one transaction, whoever else is writing."""

import hashlib
from datetime import timedelta

import pytest

from domain.content import content_of
from domain.engine import ATTEMPTS, Duplicate, Engine, Stored, Withheld
from domain.errors import Conflict, Contended, Outdated
from domain.events import GENESIS
from infra.importing.notes import Notes
from infra.verifylog import verify_log
from tests.support.log import (
    DOSSIER,
    NOW,
    OTHER,
    fact,
    open_engine,
    open_log,
    open_vault,
    record,
    tampering,
)


def test_each_fact_gets_its_version_and_position_in_order_of_arrival(engine):
    outcomes = engine.record(
        [fact("accepted", "a1"), fact("accepted", "b1", OTHER), fact("returned", "a2")]
    )
    assert outcomes == [Stored(DOSSIER, 1, 1), Stored(OTHER, 1, 2), Stored(DOSSIER, 2, 3)]


def test_nothing_may_be_recorded(engine):
    assert engine.record([]) == []


def test_one_dossier_under_two_spellings_of_its_code(engine):
    engine.record([fact("accepted", "a1", "000.00.17.H40-250320-0001")])
    assert engine.record([fact("returned", "a2", " h40.17-250320-0001 ")]) == [
        Stored(DOSSIER, 2, 2)
    ]


def test_any_event_may_be_the_first(engine):
    assert engine.record([fact("returned", "a2")]) == [Stored(DOSSIER, 1, 1)]


def test_the_directory_has_records_of_its_own(engine):
    outcomes = engine.record(
        [fact("unit.registered", "u1", "H40.17"), fact("feedback.received", "f1", "PAKN-1")]
    )
    assert outcomes == [Stored("unit:H40.17", 1, 1), Stored("feedback:PAKN-1", 1, 2)]


def test_sent_again_is_a_duplicate_in_any_spelling(engine):
    engine.record([fact("accepted", "a1")])
    again = fact(
        "accepted", "a1", time="2025-03-20T01:00:00Z", recordedtime="2025-03-20T02:05:00+01:00"
    )
    assert engine.record([again, again]) == [Duplicate(DOSSIER, 1)] * 2


def test_duplicate_within_a_batch(engine):
    one = fact("accepted", "a1")
    assert engine.record([one, one]) == [Stored(DOSSIER, 1, 1), Duplicate(DOSSIER, 1)]


def test_facts_of_one_group_are_stored_all_or_none(engine):
    engine.record([fact("accepted", "a1")])
    moved = fact("accepted", "a1", time="2025-03-21T08:00:00+07:00")
    group = [fact("returned", "a2"), moved, fact("accepted", "a1")]
    outcomes = engine.record([*group, fact("returned", "a3")], together=[7, 7, 7, 8])
    assert outcomes[0] == outcomes[2] == Withheld(DOSSIER)
    assert isinstance(outcomes[1], Conflict)
    assert outcomes[3] == Stored(DOSSIER, 2, 2)


def test_a_group_may_contradict_the_batch_before_it_or_itself(engine):
    moved = fact("returned", "a2", time="2025-03-21T08:00:00+07:00")
    alone = [fact("accepted", "a1"), fact("returned", "a2"), moved]
    assert engine.record(alone, together=[1, 1, 1])[:2] == [Withheld(DOSSIER)] * 2
    outcomes = engine.record(
        [fact("returned", "a2"), fact("accepted", "a1"), moved], together=[1, 2, 2]
    )
    assert outcomes[:2] == [Stored(DOSSIER, 1, 1), Withheld(DOSSIER)]


def test_a_rehearsal_answers_as_recording_would_and_stores_nothing(engine, log, tmp_path):
    person = {"applicant": {"name": "Nguyễn Văn A"}}
    other = {"applicant": {"name": "Trần Thị B"}}
    batches = [
        [fact("submitted", "s1", data=person), fact("accepted", "a1")],
        [fact("submitted", "s1", data=person), fact("submitted", "s1", data=other)],
    ]
    with Notes() as notes:
        rehearsed = [type(one) for b in batches for one in engine.rehearse(b, before=notes)]
    assert log.max_position() == 0
    with tampering(tmp_path, "vault.sqlite") as vault:
        assert vault.execute("SELECT count(*) FROM keys").fetchone() == (0,)
    assert rehearsed == [type(one) for b in batches for one in engine.record(b)]
    assert rehearsed == [Stored, Stored, Duplicate, Conflict]


def test_who_has_told_of_a_record(engine):
    engine.record([fact("accepted", "a1"), fact("returned", "r1", source="/paper/so")])
    assert engine.sources([DOSSIER, OTHER]) == {(DOSSIER, "/igate/H40"), (DOSSIER, "/paper/so")}


def test_time_of_recording_that_we_supplied_is_not_compared(engine):
    first = fact("accepted", "a1", recordedtime=None)
    later = fact("accepted", "a1", at=NOW + timedelta(days=3), recordedtime=None)
    assert engine.record([first, later]) == [Stored(DOSSIER, 1, 1), Duplicate(DOSSIER, 1)]


def test_other_content_under_the_same_key_is_a_conflict_with_both_hashes(engine, log):
    engine.record([fact("accepted", "a1")])
    other = fact("accepted", "a1", data={"competent_unit": "H40.18"})
    (conflict, stored) = engine.record([other, fact("returned", "a2")])
    assert isinstance(conflict, Conflict)
    assert conflict.code == "idempotency_conflict"
    assert conflict.given == hashlib.sha256(other.content).hexdigest()
    assert conflict.stored == hashlib.sha256(content_of(log.of(DOSSIER)[0][1])).hexdigest()
    assert conflict.stored in conflict.message
    assert stored == Stored(DOSSIER, 2, 2)


def test_the_same_key_in_another_dossier_is_a_conflict(engine):
    outcomes = engine.record([fact("accepted", "a1"), fact("accepted", "a1", OTHER)])
    assert isinstance(outcomes[1], Conflict)


def test_the_same_id_of_another_source_is_another_event(engine):
    outcomes = engine.record([fact("accepted", "a1"), fact("accepted", "a1", source="/cli")])
    assert outcomes[1] == Stored(DOSSIER, 2, 2)


def test_another_process_sees_what_was_sent_before(tmp_path):
    record(tmp_path, fact("accepted", "a1"))
    assert record(tmp_path, fact("accepted", "a1"), fact("returned", "a2")) == [
        Duplicate(DOSSIER, 1),
        Stored(DOSSIER, 2, 2),
    ]


def test_events_are_chained_from_the_first_on(engine):
    engine.record([fact("accepted", "a1")])
    engine.record([fact("returned", "a2")])
    first, second = engine.history(DOSSIER)
    assert first.digest == hashlib.sha256(GENESIS.encode() + first.fact.content).hexdigest()
    assert second.digest == hashlib.sha256(first.digest.encode() + second.fact.content).hexdigest()


def test_history_gives_the_facts_back(engine):
    facts = [fact("accepted", "a1"), fact("returned", "a2", document=None)]
    engine.record(facts)
    assert [logged.fact for logged in engine.history(DOSSIER)] == facts
    assert [version for version, _ in engine.recorded(DOSSIER)] == [1, 2]
    assert engine.history("X") == []


class Race:
    """A log that lets somebody else write between the engine's reading and its writing, `times` times."""

    def __init__(self, folder, times):
        self.log, self.other, self.left = open_log(folder), open_engine(folder), times

    def __getattr__(self, name):
        return getattr(self.log, name)

    def heads(self, record_ids):
        heads = self.log.heads(record_ids)
        if self.left:
            self.left -= 1
            self.other.record([self.rival(self.left)])
        return heads


class SameDossier(Race):
    def rival(self, n):
        return fact("transferred", f"rival-{n}")


class SameEvent(Race):
    def rival(self, n):
        return fact("accepted", "a1")


def racing(tmp_path, race):
    return Engine(race, open_vault(tmp_path, b"k" * 32))


def test_lost_race_is_decided_anew(tmp_path):
    race = SameDossier(tmp_path, 3)
    assert racing(tmp_path, race).record([fact("accepted", "a1")]) == [Stored(DOSSIER, 4, 4)]
    assert list(verify_log(race.log)) == []


def test_event_that_another_process_stored_meanwhile_is_a_duplicate(tmp_path):
    race = SameEvent(tmp_path, 1)
    assert racing(tmp_path, race).record([fact("accepted", "a1")]) == [Duplicate(DOSSIER, 1)]


def test_race_that_is_always_lost_ends(tmp_path):
    race = SameDossier(tmp_path, ATTEMPTS)
    with pytest.raises(Contended, match="nothing stored"):
        racing(tmp_path, race).record([fact("accepted", "a1"), fact("accepted", "b1", OTHER)])
    assert race.log.of(OTHER) == []
    assert race.log.max_position() == ATTEMPTS


def test_what_is_said_of_another_version_than_there_is_is_not_stored(engine, log):
    engine.record([fact("accepted", "a1")], expected={DOSSIER: 0})
    with pytest.raises(Outdated) as outdated:
        engine.record(
            [fact("returned", "r1"), fact("returned", "o1", subject=OTHER)], expected={DOSSIER: 0}
        )

    assert outdated.value.version == log.max_position() == 1
    assert engine.record([fact("returned", "r1")], expected={DOSSIER: 1}) == [Stored(DOSSIER, 2, 2)]
    assert engine.record([fact("returned", "r1")], expected={DOSSIER: 1}) == [Duplicate(DOSSIER, 2)]

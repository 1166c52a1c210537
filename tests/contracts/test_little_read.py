"""A question reads what it answers, not all that was ever recorded: in both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from consumers import project
from domain import events
from domain.errors import Unknown
from domain.values import VN
from infra import audit
from infra.access import scope_of
from infra.credentials import (
    begin_session,
    issue_token,
    record_each,
    revoke_token,
    sessions,
    tokens,
    used,
)
from infra.questions import asking, queries
from infra.questions.workload import PARTS, workload
from infra.rebuilding.rebuild import rebuild
from tests.support import places
from tests.support.asking import statements
from tests.support.lines import accepted
from tests.support.stores import LAW, World, put, quiet

pytestmark = pytest.mark.contracts

DAY = timedelta(days=1)
NOW = datetime(2026, 7, 1, 9, tzinfo=VN)


def token(store, number):
    made = issue_token(store, by="quan-tri", role="auditor", lasting=DAY, name=f"t{number}")
    return made.id


@pytest.fixture
def told(store):
    """A store with all kinds of events in it; as of the last of them."""
    world = World(1, dossiers=8)
    put(store, world.arrivals)
    now = replace(store, now=max(world.instants()) + DAY)
    token(now, 0)
    now.catch_up()
    return now


# ── what is registered ──────────────────────────────────────────────────────────────────────────────────────────────


def counts(store):
    views = store.views
    return views.events(), views.registered_events(), views.access_events()


def test_what_is_registered_is_counted_as_it_comes(told):
    registered = told.views.count("registered")

    assert counts(told) == (told.log.max_position(), registered - 1, 1)
    assert told.caught_up


def test_what_comes_twice_is_counted_once(told):
    before = counts(told)

    project.take(told.log.not_dossiers(), told.log, told.views, LAW, told.now)

    assert counts(told) == before


def test_a_generation_that_is_filled_counts_the_same(told):
    before = counts(told)
    rebuild(told, drop_old=True, progress=quiet)
    views = told.generations.opened(2, told.law)
    try:
        assert counts(replace(told, views=views)) == before
    finally:
        views.close()


def test_a_question_does_not_look_through_what_is_registered_again(told):
    queries.violations(told)
    with statements(told) as noted:
        queries.violations(told)
        queries.report(told, "units")

    assert noted
    assert not [each for each in noted if "registered" in each.sql]


def test_events_of_access_are_counted_on(told):
    assert told.log.access_events() == 1
    for number in range(3):
        token(told, number)

    assert told.log.access_events() == told.log.reopened().access_events() == 4
    assert told.caught_up  # nobody judges by what is missing
    told.catch_up()
    assert told.views.access_events() == 4


class Between:
    """A log, or views, to which something comes whenever it has been asked one of two things."""

    def __init__(self, real, first, second, come):
        self._real, self._asked, self._come = real, {first, second}, come

    def __getattr__(self, name):
        found = getattr(self._real, name)
        return self._and_then(found) if name in self._asked else found

    def _and_then(self, found):
        def told():
            answer = found()
            self._come()
            return answer

        return told


def test_who_signs_in_while_it_is_asked_does_not_stand_for_a_dossier_that_is_missing(told):
    put(told, [accepted()])
    signing_in = iter(range(9))

    log = Between(told.log, "max_position", "access_events", lambda: token(told, next(signing_in)))

    assert not replace(told, log=log).caught_up
    assert next(signing_in) > 1


def test_nor_does_a_sign_in_that_is_projected_while_it_is_asked(told):
    last = told.log.max_position()
    put(told, [accepted()])
    for number in range(4):
        token(told, number)
    lines = iter(told.log.select(last + 1, 4))

    def project_next():
        project.take([next(lines)], told.log, told.views, LAW, told.now)

    views = Between(told.views, "events", "access_events", project_next)

    assert not replace(told, views=views).caught_up
    assert told.views.access_events() > 1


# ── what is on record ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_audit_log_reads_a_page_and_tells_all(told, monkeypatch):
    ids = [token(told, number) for number in range(12)]
    for day, id_ in enumerate(ids[:6]):
        used(replace(told, now=told.now + day * DAY), id_)
    revoke_token(told, ids[0], by="quan-tri")
    decode, decoded = events.decode, list[bytes]()

    def decoding(state):
        decoded.append(state)
        return decode(state)

    monkeypatch.setattr(events, "decode", decoding)

    whole = audit.audit(told)
    decoded.clear()
    first = audit.audit(told, limit=4)

    assert [act["act"] for act in whole["acts"]] == ["token_revoked"] + ["token_issued"] * 13
    assert (whole["total"], whole["next"]) == (14, None)
    assert first["acts"] == whole["acts"][:4]
    assert len(decoded) <= 3 * 5
    told_so_far, cursor = first["acts"], first["next"]
    while cursor is not None:
        page = audit.audit(told, limit=4, before=cursor)
        assert page["total"] == 14
        told_so_far, cursor = told_so_far + page["acts"], page["next"]
    assert told_so_far == whole["acts"]


def test_tokens_are_listed_in_the_order_they_were_issued_in(told):
    ids = [token(told, number) for number in range(5)]
    used(told, ids[1])
    audit.administered(told, "imported", by="quan-tri")
    revoke_token(told, ids[2], by="quan-tri")

    listed = tokens(told)

    assert [each["token"] for each in listed][1:] == ids
    assert [each["holds"] for each in listed][1:] == [True, True, False, True, True]
    assert [each["last_used_on"] is not None for each in listed][1:] == [
        False,
        True,
        False,
        False,
        False,
    ]


class Read:
    """A log, of which it is noted what it is asked for, and how many lines it gives."""

    def __init__(self, real):
        self._real, self.asked, self.lines = real, list[str](), 0

    def __getattr__(self, name):
        def noting(*given):
            self.asked.append(name)
            found = getattr(self._real, name)(*given)
            if isinstance(found, Iterator):
                return self._each(found)
            self.lines += len(found)
            return found

        return noting

    def _each(self, lines):
        for line in lines:
            self.lines += 1
            yield line


def test_the_sessions_are_listed_by_one_question_that_reads_what_is_on_record_of_them(told):
    expired = {"by": "lan", "role": "auditor", "digest": "ab" * 32}
    expired["expires_at"] = told.now.isoformat()
    ids = [f"{number:016x}" for number in range(1_200)]
    record_each(told, "signed_in", [(id_, {"session": id_, **expired}) for id_ in ids])
    made = begin_session(
        told, by="lan", by_id="l1", role="auditor", lasting=DAY, unit=None, officer=None
    )
    for number in range(20):
        token(told, number)

    log = Read(told.log)

    assert [each["session"] for each in sessions(replace(told, log=log))] == [made.id]
    assert log.asked == ["backwards"]
    assert log.lines == len(ids) + 1


# ── a unit's dossiers ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def communes(store):
    """Three communes, of which each holds a dossier of another."""
    now = replace(store, now=NOW)
    now.engine.record([events.read(event, recorded_at=NOW) for event in places.everywhere()])
    now.catch_up()
    return now


def test_a_heads_dossiers_are_not_carried_to_and_fro(communes):
    head = replace(communes, scope=scope_of("head", unit="Y09"))
    queries.violations(head, count_by="rule")
    with statements(head) as noted:
        total = queries.violations(head, count_by="rule")["total"]

    assert total
    own = [places.code_of(commune, n) for commune in ("Y09.21", "Y09.22") for n in places.NUMBERS]
    assert not [each for each in noted if any(code in str(each.parameters) for code in own)]
    assert not [
        each for each in noted if each.rows > len(places.PARENTS) and "rule" not in each.sql
    ]


@pytest.mark.parametrize("scope", [scope_of("auditor"), scope_of("head", unit="Y09")])
def test_what_is_in_hand_is_counted_and_chosen_where_it_lies(communes, scope):
    store = replace(communes, scope=scope)
    whole = workload(store)
    assert whole["total"] == len(whole["dossiers"]) > 3
    for part in PARTS:
        with statements(store) as noted:
            page = workload(store, part=part, limit=1)
        assert len(page["dossiers"]) <= 1
        assert max(each.rows for each in noted) <= len(places.PARENTS)


def test_who_held_a_units_dossiers_is_read_once_and_of_these_only(communes):
    with statements(communes) as noted:
        people = queries.report(communes, "officers", unit="Y09.21")["officers"]

    assert len(people) > 1
    held = [each for each in noted if "asked_custody" in each.sql]
    assert [each.rows <= len(people) and "Y09.21" in str(each.parameters) for each in held] == [
        True
    ]
    elsewhere = [places.code_of(other, n) for other in ("Y09.22", "Y10.31") for n in places.NUMBERS]
    assert not [each for each in noted if any(code in str(each.parameters) for code in elsewhere)]


def test_only_a_heads_share_of_what_nobody_held_is_judged_for_him(told, monkeypatch):
    judged = list[str]()
    judgements = asking.Asked.judgements

    def noting(question, dossiers):
        judged.extend(dossiers)
        return judgements(question, dossiers)

    monkeypatch.setattr(asking.Asked, "judgements", noting)
    with pytest.raises(Unknown):
        queries.violations(told, officer="nobody", limit=1)

    assert judged == []

"""Every administrative act is on record before it is done: who, when, what, about what, and why; no plain question is."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from domain.errors import Refused
from domain.values import VN
from infra.access import FULL, Asker
from infra.audit import ACTS, administered, audit, facts_sent
from infra.cli import main
from infra.cli._declared import COMMANDS
from infra.credentials import sign_out
from infra.language import LANGUAGES, Language
from infra.settings.data import Settings
from infra.wiring import open_store
from tests.infra.access.conftest import placed, where
from tests.support.places import PERSON, code_of
from tests.support.postgres import asked
from tests.support.stores import rows

CODE = code_of("Y09.21")
ON_RECORD = {
    "person show": ["person_read"],
    "person forget": ["person_forgotten"],
    "token create": ["token_issued"],
    "token revoke": ["token_revoked"],
    "session end": ["session_ended"],
    "parked retry": ["parked_retried"],
    "rebuild": ["rebuild", "generation_switched"],
    "rebuild --back": ["rebuild_back", "generation_switched"],
    "migrate": ["migrated"],
    "dead-letters show": ["person_read"],
    "dead-letters retry": ["dead_letters_retried"],
    "dead-letters drop": ["dead_letters_dropped"],
    "dead-letters export": ["dead_letters_exported", "person_read"],
    "undelivered retry": ["notices_retried"],
    "undelivered drop": ["notices_dropped"],
}
"""What each command puts on record. Dead letters: tests/infra/intake; notices: tests/infra/notifying; parked: tests/infra/cli."""
QUESTIONS = {
    "audit",
    "dead-letters list",
    "explain",
    "history",
    "parked list",
    "policies",
    "report",
    "rules",
    "session list",
    "token list",
    "undelivered list",
    "undelivered show",
    "units",
    "verify",
    "violations",
}
FACTS = {"import", "relay", "consume", "serve"}
"""They bring or carry facts, which say themselves where they come from; what is done through a server is the server's to put on record."""
BESIDES = {"imported", "refused_lines_read"}
"""Of the page that takes files in: tests/infra/http/test_import_pages.py."""


def test_of_every_command_it_is_said_what_is_on_record():
    named = {words.split()[0] for words in (*ON_RECORD, *QUESTIONS, *FACTS)}

    assert named == set(COMMANDS)
    of_events = {"person_read", "token_issued", "token_revoked", "session_ended"}
    assert {act for said in ON_RECORD.values() for act in said} - of_events == {*ACTS} - BESIDES


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_act_has_its_words(lang):
    assert all(Language(lang).word("act", act) != act for act in ACTS)


@pytest.fixture
def told(held, command):
    """The acts that a command puts on record, in their order; it must succeed."""

    def run(*words):
        before = command(held, "audit")[1]["total"]
        code, answer = command(held, *words)
        assert code == 0, answer
        now = command(held, "audit")[1]
        return now["acts"][: now["total"] - before][::-1]

    return run


@pytest.mark.parametrize(
    "words",
    [
        ["audit"],
        ["history", CODE],
        ["explain", CODE],
        ["violations"],
        ["units"],
        ["report", "units"],
        ["verify"],
        ["parked"],
        ["parked", "retry"],  # where nothing stands still nothing is done
        ["token"],
        ["session"],
        ["rules"],
    ],
    ids=" ".join,
)
def test_a_question_is_not_on_record(told, words):
    if words[0] in {"history", "explain", "violations", "report"}:
        words = [*words, "--as-of", "2026-06-30", "--known-at", "2026-06-30T17:00:00+07:00"]
    assert told(*words) == []


def test_a_rebuild_is_on_record_with_who_why_and_what_serves_then(told, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "van-hanh")
    acts = told("rebuild", "--reason", "đổi bộ quy định")

    assert [(act["act"], act["by"], act["reason"]) for act in acts] == [
        ("rebuild", "van-hanh", "đổi bộ quy định"),
        ("generation_switched", "van-hanh", "đổi bộ quy định"),
    ]
    before, _, after = acts[1]["about"].removesuffix(", national").partition(" → ")
    assert int(after) == int(before) + 1
    assert acts[0]["at"] <= acts[1]["at"]


def test_the_way_back_is_on_record(told, held, command):
    assert command(held, "rebuild")[0] == 0
    acts = told("rebuild", "--back")

    assert [act["act"] for act in acts] == ["rebuild_back", "generation_switched"]
    before, _, after = acts[1]["about"].partition(" → ")
    assert int(after) == int(before) - 1


def test_a_rebuild_under_another_policy_says_which_serves_from_then_on(told):
    assert told("rebuild", "--policy", "hcm-2016")[1]["about"].endswith(", hcm-2016")
    assert told("rebuild", "--policy", "national")[1]["about"].endswith(", national")


def test_a_reading_says_why_where_that_is_said(told):
    (act,) = told("person", "show", CODE, "--reason", "đơn số 7")

    assert (act["act"], act["about"], act["reason"]) == ("person_read", CODE, "đơn số 7")
    assert told("person", "show", CODE)[0]["reason"] is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reason_that_says_nothing_is_refused_and_nothing_is_done(held, capsys, lang):
    capsys.readouterr()
    for words in (["person", "show", CODE], ["rebuild"], ["person", "forget", CODE, "--yes"]):
        assert main([*where(held), "--lang", lang, *words, "--reason", "x"]) == 1
        said = capsys.readouterr()
        assert "500" in said.err
        assert PERSON not in said.out
    with_person = main([*where(held), "person", "show", CODE])
    assert (with_person, PERSON in capsys.readouterr().out) == (0, True)


def test_the_audit_log_shows_acts_over_http_as_on_the_command_line(held, command):
    assert command(held, "rebuild", "--reason", "hằng quý")[0] == 0
    with placed(held) as place:
        over_http = httpx.get(f"{place.url}/audit?limit=2", timeout=60).json()

    assert over_http == command(held, "audit", "--limit", "2")[1]
    assert [act["reason"] for act in over_http["acts"]] == ["hằng quý", "hằng quý"]


def test_acts_change_no_judgement_no_row_and_no_chain(held):
    store = open_store(held)
    try:

        def seen():
            heads = store.log.heads([CODE])
            return rows(store.views), {key: tuple(head) for key, head in heads.items()}

        before = seen()
        for act in ACTS:
            administered(store, act, CODE, by="thử", reason="thử xem")
        store.catch_up()
        after = seen()
        assert store.caught_up
    finally:
        store.close()
    assert after == before


def test_what_an_act_is_about_may_be_called_anything(held):
    store = open_store(held)
    try:
        for name in ("x" * 4_000, "a\nb\x1b[31m", "\udcff.csv", " ", ""):
            administered(store, "imported", name, by="thử")
        said = audit(store, limit=5)["acts"]
    finally:
        store.close()
    assert [act["about"] for act in said][::-1] == [
        "x" * 300,
        "a�b�[31m",
        "�.csv",
        "?",
        "?",
    ]
    json.dumps(said, ensure_ascii=False).encode()


def test_several_things_are_on_record_one_by_one(held):
    store = open_store(held)
    try:
        administered(store, "dead_letters_dropped", "a-1-1", "a-1-2", by="thử")
        said = audit(store, limit=2)["acts"]
    finally:
        store.close()
    assert [act["about"] for act in said] == ["a-1-2", "a-1-1"]


# ── what cannot be put on record ────────────────────────────────────────────────────────────────────────────────────

SENDER = Asker(name="token iGate", id="3f9a1c0d2b7e4c55", by="token", scope=FULL, role="intake")


class Refusing:
    """An engine that takes nothing."""

    def record(self, facts):
        return [Refused("event_too_large", "nothing fits")] * len(facts)


@pytest.mark.parametrize(
    "said",
    [
        lambda store: facts_sent(store, {"/igate"}, SENDER),
        lambda store: sign_out(store, "0" * 16, by="lan"),
        lambda store: administered(store, "imported", "so.csv", by="lan"),
    ],
    ids=["facts sent", "signed out", "administered"],
)
def test_what_is_refused_is_not_on_record_and_said_to_be_so(held, said):
    engine: Any = Refusing()
    with closing(open_store(held)) as store, pytest.raises(Refused):
        said(replace(store, engine=engine))


def test_what_another_process_says_meanwhile_is_on_record_once(held):
    with closing(open_store(held)) as store:
        for hour in (8, 9):
            at = datetime(2026, 3, 2, hour, tzinfo=VN)
            seen_before = replace(store, now=at, log=SimpleNamespace(sent=lambda each: {}))
            facts_sent(seen_before, {"/cung-luc"}, SENDER)
        told = [act["at"] for act in audit(store)["acts"] if act["about"] == "/cung-luc"]

    assert told == ["2026-03-02T08:00:00+07:00"]


# ── a database whose users have rights of their own ─────────────────────────────────────────────────────────────────


@pytest.fixture
def migrated(database, tmp_path, command, monkeypatch):
    """The settings of a database that was migrated on the command line."""
    monkeypatch.setattr("getpass.getuser", lambda: "chu-so-huu")
    settings = Settings(data=tmp_path, database_url=database.url)
    assert command(settings, "migrate", "--reason", "cài đặt")[1]["migrated"] is True
    return settings


@pytest.fixture
def user(database, migrated):
    """The settings of a user of the database with some roles."""
    name = f"u_{database.name}"
    with asked(database.url) as owner:

        def made(*roles):
            owner.execute(f"CREATE USER {name} PASSWORD 'p' IN ROLE {', '.join(roles)}")
            url = database.server.url(name, "p", database.name)
            return Settings(data=migrated.data, database_url=url)

        yield made
        owner.execute(f"DROP OWNED BY {name} CASCADE; DROP ROLE {name}")


def test_that_the_tables_were_made_is_the_first_thing_on_record(migrated, command):
    assert command(migrated, "migrate")[1]["migrated"] is False
    (act,) = command(migrated, "audit")[1]["acts"]

    assert (act["act"], act["by"], act["reason"]) == ("migrated", "chu-so-huu", "cài đặt")
    assert (act["position"], act["about"]) == (1, "format 1")


def test_who_may_only_make_tables_makes_them_and_is_told_that_it_is_not_on_record(
    user, migrated, capsys
):
    projector = user("dunghen_projector")
    capsys.readouterr()
    assert main([*where(projector), "rebuild", "--json"]) == 0
    said = capsys.readouterr()

    assert json.loads(said.out)["switched"] is True
    assert said.err.count("not on record") == 2
    assert "dunghen_writer" in said.err
    assert main([*where(migrated), "audit", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == 1


def test_with_both_roles_a_rebuild_is_on_record(user, migrated, command):
    both = user("dunghen_projector", "dunghen_writer")
    assert command(both, "rebuild")[1]["switched"] is True

    acts = command(migrated, "audit")[1]["acts"]
    assert [act["act"] for act in acts] == ["generation_switched", "rebuild", "migrated"]

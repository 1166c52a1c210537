"""Sessions of others: who administers sees which are open, and ends one for a reason that is on record; at once, and everywhere."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from domain import events
from domain.errors import Unknown
from infra import credentials
from infra.access import Forbidden, scope_of
from infra.audit import audit
from infra.cli import main
from infra.credentials import begin_session, end_session, proved, sessions, sign_out
from infra.language import LANGUAGES
from infra.wiring import open_store
from tests.infra.access.conftest import placed, where

HOURS = timedelta(hours=10)
WHY = {"reason": "mất máy tính xách tay"}


@pytest.fixture
def store(held):
    with closing(open_store(held)) as store:
        yield store


@pytest.fixture(scope="module")
def servers(held, idp):
    with placed(held, idp) as one, placed(held, idp) as other:
        yield one, other


def begun(store, by="lan", **more):
    said = {"by_id": f"id of {by}", "role": "auditor", "unit": None, "officer": None}
    return begin_session(store, by=by, **{"lasting": HOURS, **said, **more})


def ids(store):
    return [each["session"] for each in sessions(store)]


def test_those_that_are_open_are_listed_the_newest_first(store):
    first, second = begun(store), begun(store, "hoa", role="head", unit="Y09.21")

    told = sessions(store)[:2]

    assert [each["session"] for each in told] == [second.id, first.id]
    assert told[0] == {
        "session": second.id,
        "name": "hoa",
        "by_id": "id of hoa",
        "role": "head",
        "unit": "Y09.21",
        "officer": None,
        "signed_in_at": store.now.isoformat(),
        "expires_at": (store.now + HOURS).isoformat(),
    }


def test_one_that_is_over_is_not_among_them(store):
    own, others, expired, unknown = (begun(store) for _ in range(4))
    lasting = begun(store, lasting=timedelta(days=7))
    sign_out(store, own.id, by="lan")
    assert end_session(store, others.id, by="quan-tri", reason="nghỉ việc") is True

    assert {own.id, others.id}.isdisjoint(ids(store))
    assert {expired.id, unknown.id, lasting.id} <= {*ids(store)}
    later = replace(store, now=store.now + HOURS)
    assert expired.id not in ids(later)
    assert lasting.id in ids(later)


def test_one_is_found_that_began_long_ago_before_others(store):
    old = begun(replace(store, now=store.now - timedelta(days=6)), lasting=timedelta(days=7))
    for _ in range(5):
        sign_out(store, begun(store).id, by="lan")

    assert old.id in ids(store)


def test_no_further_back_is_looked_than_one_can_last(store, monkeypatch):
    for _ in range(6):
        begun(store)
    decode, looked = events.decode, []

    def looking(state):
        looked.append(state)
        return decode(state)

    monkeypatch.setattr(events, "decode", looking)

    assert sessions(replace(store, now=store.now + timedelta(days=8))) == []
    assert len(looked) == 1


def test_ended_it_proves_nothing_and_is_ended_once(store):
    made = begun(store)
    assert proved(store, "session", made.text) is not None

    done = [end_session(store, made.id, by="quan-tri", reason="nghỉ việc") for _ in range(2)]

    assert done == [True, False]
    assert proved(store, "session", made.text) is None


def test_who_signs_out_while_another_ends_it_signed_out_and_nobody_ended_it(store, monkeypatch):
    made, recorded = begun(store), credentials._recorded

    def signing_out(store, kind, id_):
        seen = list(recorded(store, kind, id_))
        sign_out(store, id_, by="lan")
        return seen

    monkeypatch.setattr(credentials, "_recorded", signing_out)

    assert end_session(store, made.id, by="quan-tri", reason="nghỉ việc") is False
    (act,) = audit(store, limit=1)["acts"]
    assert (act["act"], act["about"], act["by"]) == ("signed_out", made.id, "lan")


def test_one_that_has_expired_cannot_be_ended_and_nothing_is_on_record(store):
    made = begun(store)
    before = audit(store)["total"]

    with pytest.raises(Unknown):
        end_session(replace(store, now=store.now + HOURS), made.id, by="x", reason="nghỉ việc")
    assert audit(store)["total"] == before


def test_who_ended_it_and_why_is_on_record_and_whose_own_end_has_no_reason(store):
    others, own = begun(store), begun(store)
    end_session(store, others.id, by="quan-tri", by_id="q1", reason="nghỉ việc")
    sign_out(store, own.id, by="lan", by_id="id of lan")

    signed_out, ended = audit(store, limit=2)["acts"]

    assert (ended["act"], ended["about"], ended["reason"]) == (
        "session_ended",
        others.id,
        "nghỉ việc",
    )
    assert (ended["by"], ended["by_id"]) == ("quan-tri", "q1")
    assert (signed_out["act"], signed_out["about"], signed_out["reason"]) == (
        "signed_out",
        own.id,
        None,
    )


def test_listing_and_ending_need_the_right_wherever_it_is_asked(store):
    made, limited = begun(store), replace(store, scope=scope_of("auditor"))

    with pytest.raises(Forbidden):
        sessions(limited)
    with pytest.raises(Forbidden):
        end_session(limited, made.id, by="x", reason="nghỉ việc")
    assert made.id in ids(store)


def test_ended_on_the_command_line_it_holds_at_no_server(servers, held, command):
    one, other = servers
    with one.signed_in("lan", dunghen_role="auditor") as browser:
        cookie = browser.cookies["dunghen"]
        (listed, *_) = command(held, "session")[1]["sessions"]
        assert (listed["name"], listed["role"]) == ("lan", "auditor")
        assert cookie not in str(command(held, "session")[1])

        told = command(held, "session", "end", listed["session"], "--reason", "nghỉ việc")

        assert told == (0, {"session": listed["session"], "ended": True})
        assert browser.get("/violations").status_code == 401
    assert named(other, cookie) == "nobody"


def named(place, cookie):
    """By what somebody is known who brings this cookie."""
    headers = {"cookie": f"dunghen={cookie}"}
    return httpx.get(f"{place.url}/session", headers=headers, timeout=60).json()["by"]


def test_over_http_an_administrator_sees_and_ends_them(servers, held, command):
    one, other = servers
    secret = command(held, "token", "create", "--role", "admin")[1]["secret"]
    headers = {"authorization": f"Bearer {secret}"}
    with one.signed_in("lan", dunghen_role="auditor") as browser, other.client(**headers) as admin:
        listed = admin.get("/sessions").json()["sessions"][0]
        path = f"/sessions/{listed['session']}/end"
        without = [admin.post(path, json=body) for body in ({}, {"reason": "x"})]
        missing = admin.post("/sessions/nothing/end", json=WHY)
        assert browser.get("/session").json()["by"] == "session"
        told = [admin.post(path, json=WHY).json()["ended"] for _ in range(2)]
        assert browser.get("/session").json()["by"] == "nobody"
        (act,) = admin.get("/audit?limit=1").json()["acts"]

    assert listed["name"] == "lan"
    assert [(each.status_code, each.json()["code"]) for each in without] == [(400, "no_reason")] * 2
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown")
    assert told == [True, False]
    assert (act["act"], act["about"], act["reason"]) == (
        "session_ended",
        listed["session"],
        WHY["reason"],
    )
    assert act["by_id"] == secret.partition(".")[0].removeprefix("dh_")


@pytest.mark.parametrize(
    "words",
    [
        ["list", "x"],
        ["list", "--reason", "nghỉ việc"],
        ["end"],
        ["end", "x"],
        ["end", "--reason", "nghỉ việc"],
        ["close", "x"],
    ],
    ids=" ".join,
)
def test_what_is_missing_is_said(held, command, words):
    code, told = command(held, "session", *words)

    assert (code, told["error"]["code"]) == (2, "wrong_usage")


def test_one_that_is_not_there_cannot_be_ended(held, command):
    code, told = command(held, "session", "end", "0" * 16, "--reason", "nghỉ việc")

    assert (code, told["error"]["code"]) == (1, "unknown")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_people_read_which_are_open_and_what_came_of_ending_one(store, held, capsys, lang):
    made = begun(store, "Nguyễn Thị Lan", role="officer", officer="cb-01")
    capsys.readouterr()
    for words in ([], *[["end", made.id, "--reason", "nghỉ việc"]] * 2):
        assert main([*where(held), "--lang", lang, "session", *words]) == 0
        said = capsys.readouterr().out
        assert made.id in said
        assert "None" not in said
        assert ("Nguyễn Thị Lan" in said) == (not words)

"""Tokens: shown once, kept as a hash, proved in constant time, revoked and expired at once, their use on record."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from domain import events
from domain.values import VN
from infra.access import Forbidden, scope_of
from infra.audit import audit
from infra.cli import main
from infra.credentials import begin_session, issue_token, proved, revoke_token, tokens
from infra.http import Stores
from infra.http.access import AccessRules, Askers
from infra.settings.data import Settings
from infra.wiring import open_store
from tests.infra.access.conftest import placed
from tests.support import places
from tests.support.places import PERSON, code_of

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A folder of our own, and a server over it that takes tokens only."""
    folder = places.filled(tmp_path_factory.mktemp("tokens"), places.told_of("Y09.21"))
    with placed(folder) as place:
        yield place


def issued(place, role="auditor", lasting=DAY, **over):
    return place.asked(
        lambda store: issue_token(store, by="quan-tri", role=role, lasting=lasting, **over)
    )


def bearer(token):
    return {"authorization": f"Bearer {token}"}


def asked(place, path, token, **more):
    return httpx.get(f"{place.url}{path}", headers=bearer(token) | more, timeout=60)


def command(place, capsys, *words):
    code = main(["--data", str(place.folder), "--lang", "en", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_token_made_on_the_command_line_asks_in_its_role(alone, capsys):
    code, made = command(
        alone, capsys, "token", "create", "--role", "compliance", "--unit", "Y09.21", "--days", "7"
    )

    told = asked(alone, "/session", made["secret"]).json()

    assert code == 0
    assert (told["role"], told["unit"], told["by"]) == ("compliance", "Y09.21", "token")
    assert asked(alone, f"/dossiers/{code_of('Y09.21')}", made["secret"]).status_code == 200
    assert asked(alone, "/audit", made["secret"]).status_code == 403


def test_its_secret_is_nowhere_but_in_the_answer(alone, capsys):
    made = issued(alone)
    secret = made.text.partition(".")[2]

    for words in (["token"], ["audit"]):
        assert main(["--data", str(alone.folder), *words]) == 0
        assert main(["--data", str(alone.folder), *words, "--json"]) == 0
    said = capsys.readouterr().out

    assert made.id in said
    assert secret not in said
    stored = b"".join(file.read_bytes() for file in alone.folder.iterdir())
    assert made.id.encode() in stored
    assert secret.encode() not in stored


def test_revoked_it_asks_no_more(alone, capsys):
    made = issued(alone)
    assert asked(alone, "/violations", made.text).status_code == 200

    assert command(alone, capsys, "token", "revoke", made.id) == (
        0,
        {"token": made.id, "revoked": True},
    )
    assert command(alone, capsys, "token", "revoke", made.id)[1]["revoked"] is False

    answer = asked(alone, "/violations", made.text)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_expired_it_asks_no_more(alone):
    made = issued(alone, lasting=timedelta(seconds=-1))

    assert asked(alone, "/violations", made.text).status_code == 401


def test_one_that_nobody_made_proves_nothing(alone):
    made, other = issued(alone), issued(alone)
    swapped = f"dh_{made.id}.{other.text.partition('.')[2]}"
    for text in (
        swapped,
        made.text[:-1],
        made.text + "x",
        made.text.upper(),
        f"dh_{'0' * 16}.{'A' * 43}",
        "",
        "x",
        "dh_.",
        "é" * 60,
    ):
        assert alone.asked(lambda store, text=text: proved(store, "token", text)) is None
        if text.isascii() and text:
            assert asked(alone, "/violations", text).status_code == 401
    for scheme in (f"Basic {made.text}", made.text, "Bearer", ""):
        headers = {"authorization": scheme}
        answer = httpx.get(f"{alone.url}/violations", headers=headers, timeout=60)
        assert answer.status_code == 401


def test_a_token_is_no_session(alone):
    made = issued(alone)

    assert alone.asked(lambda store: proved(store, "session", made.text)) is None
    assert alone.asked(lambda store: proved(store, "session", made.text[3:])) is None


def test_the_day_of_its_last_use_is_on_record_once(alone):
    made = issued(alone)
    for _ in range(3):
        asked(alone, "/rules", made.text)

    def told(store):
        facts = [
            events.decode(line[3]).fact
            for line in store.log.of_access(None, 1_000)
            if made.id in line[1]
        ]
        return facts, next(each for each in tokens(store) if each["token"] == made.id)

    (*uses, first), listed = alone.asked(told)
    days = [fact.time.date() for fact in uses]
    assert {fact.kind for fact in uses} == {"token_used"}
    assert first.kind == "token_issued"
    assert len(days) == len(set(days))  # it may have become midnight
    assert listed["last_used_on"] is not None
    assert listed["holds"]


def test_what_is_on_record_leaves_answers_complete(alone):
    issued(alone)

    assert alone.asked(lambda store: store.caught_up)


@pytest.mark.parametrize(
    "words",
    [
        ["create"],
        ["create", "--role", "compliance"],
        ["create", "--role", "officer", "--unit", "Y09"],
        ["create", "x", "--role", "auditor"],
        ["create", "--role", "root"],
        ["revoke"],
        ["list", "x"],
    ],
    ids=" ".join,
)
def test_what_is_missing_is_said(alone, capsys, words):
    code, told = command(alone, capsys, "token", *words)

    assert code == 2
    assert told["error"]["code"] == "wrong_usage"


def test_a_token_that_is_not_there_cannot_be_revoked(alone, capsys):
    code, told = command(alone, capsys, "token", "revoke", "0" * 16)

    assert (code, told["error"]["code"]) == (1, "unknown")


def test_over_http_an_administrator_makes_and_revokes_them(alone):
    admin = issued(alone, role="admin").text
    with httpx.Client(base_url=alone.url, headers=bearer(admin), timeout=60) as client:
        made = client.post("/tokens", json={"role": "head", "unit": "Y09.21", "days": 1})
        lacking = client.post("/tokens", json={"role": "head"})
        none = client.post("/tokens", json={"role": "root"})
        ids = {each["token"] for each in client.get("/tokens").json()["tokens"]}
        revoked = client.delete(f"/tokens/{made.json()['token']}")
        missing = client.delete("/tokens/nothing")

    assert made.status_code == 201
    assert (lacking.status_code, lacking.json()["code"]) == (400, "no_scope")
    assert none.status_code == 400
    assert made.json()["token"] in ids
    assert revoked.json()["revoked"] is True
    assert missing.status_code == 404


def test_a_token_that_is_refused_issues_no_other(alone):
    made = issued(alone, role="auditor")

    answer = httpx.post(
        f"{alone.url}/tokens", headers=bearer(made.text), json={"role": "admin"}, timeout=60
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_nobody_reports_a_token_as_issued(alone):
    intake = issued(alone, role="intake").text
    event = {
        "specversion": "1.0",
        "id": "forged",
        "source": "/dunghen/access",
        "type": "vn.dunghen.access.token_issued.v1",
        "subject": "ffff",
        "time": "2026-01-01T00:00:00+07:00",
        "data": {
            "token": "f" * 16,
            "by": "me",
            "digest": "0" * 64,
            "role": "admin",
            "expires_at": "2030-01-01T00:00:00+07:00",
        },
    }
    headers = bearer(intake) | {"content-type": "application/cloudevents+json"}

    told = httpx.post(f"{alone.url}/events", headers=headers, json=event, timeout=60).json()

    assert told["items"][0]["code"] == "own_type"
    assert alone.asked(lambda store: store.engine.recorded(f"access:token:{'f' * 16}")) == []


# ── who was told of a person ────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_is_told_for_a_reason_that_is_on_record(alone, capsys):
    auditor = issued(alone, name="thanh tra").text
    path = f"/dossiers/{code_of('Y09.21')}/person"
    before = command(alone, capsys, "audit")[1]["total"]

    for body in ({}, {"reason": ""}, {"reason": "x"}, {"reason": "    "}):
        answer = httpx.post(alone.url + path, json=body, headers=bearer(auditor), timeout=60)
        assert (answer.status_code, answer.json()["code"]) == (400, "no_reason")
        assert PERSON not in answer.text
    assert command(alone, capsys, "audit")[1]["total"] == before
    assert asked(alone, f"{path}?reason=Đơn khiếu nại số 7", auditor).status_code == 400
    assert asked(alone, path, auditor).status_code == 404
    body = {"reason": "Đơn khiếu nại số 7"}
    told = httpx.post(alone.url + path, json=body, headers=bearer(auditor), timeout=60)

    assert told.json()["applicant"]["name"] == PERSON
    newest = command(alone, capsys, "audit", "--limit", "1")[1]["acts"][0]
    assert newest["act"] == "person_read"
    assert newest["about"] == code_of("Y09.21")
    assert (newest["by"], newest["role"]) == ("token thanh tra", "auditor")
    assert newest["by_id"] == auditor.partition(".")[0].removeprefix("dh_")
    assert newest["reason"] == "Đơn khiếu nại số 7"


def test_the_audit_log_says_in_which_role_who_did_it_acted_and_not_what_he_made(alone):
    made = issued(alone, role="compliance", unit="Y09.21")
    alone.asked(
        lambda store: begin_session(
            store, by="lan", by_id="s1", role="auditor", lasting=DAY, unit=None, officer=None
        )
    )
    begun, token = alone.asked(audit)["acts"][:2]

    assert (token["act"], token["about"], token["role"]) == ("token_issued", made.id, None)
    assert (begun["act"], begun["by"], begun["role"]) == ("signed_in", "lan", "auditor")
    assert (token["by_id"], begun["by_id"]) == (None, "s1")


def test_every_act_of_access_is_counted_as_it_is_listed(alone):
    issued(alone)
    told = alone.asked(lambda store: audit(store, limit=1_000))

    assert told["total"] == len(told["acts"])


def test_the_audit_log_goes_on_page_by_page(alone, capsys):
    for _ in range(5):
        issued(alone)
    whole = command(alone, capsys, "audit")[1]["acts"]
    first = command(alone, capsys, "audit", "--limit", "2")[1]
    second = command(alone, capsys, "audit", "--limit", "2", "--cursor", str(first["next"]))[1]

    assert first["acts"] + second["acts"] == whole[:4]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_people_read_what_is_on_record(alone, capsys, lang):
    issued(alone, name="bảng điện tử")
    for words in (["token"], ["audit"], ["token", "create", "--role", "feed"]):
        assert main(["--data", str(alone.folder), "--lang", lang, *words]) == 0
        assert "None" not in capsys.readouterr().out


def test_who_erases_a_person_is_on_record(tmp_path, capsys):
    folder = places.filled(tmp_path, places.told_of("Y09.21"))
    code = code_of("Y09.21")
    capsys.readouterr()
    assert main(["--data", str(folder), "person", "show", code, "--json"]) == 0
    assert main(["--data", str(folder), "person", "forget", code, "--yes", "--json"]) == 0
    capsys.readouterr()
    assert main(["--data", str(folder), "audit", "--json"]) == 0
    acts = json.loads(capsys.readouterr().out)["acts"]

    assert [act["act"] for act in acts] == ["person_forgotten", "person_read"]
    assert main(["--data", str(folder), "verify"]) == 0
    assert main(["--data", str(folder), "rebuild"]) == 0


def test_revoking_needs_the_right_wherever_it_is_asked(alone):
    def ask(store):
        limited = replace(store, scope=scope_of("auditor"))
        with pytest.raises(Forbidden):
            revoke_token(limited, "0" * 16, by="x")
        with pytest.raises(Forbidden):
            tokens(limited)

    alone.asked(ask)


def test_a_day_of_use_is_one_of_viet_nam(alone):
    """Before seven in the morning it is still yesterday in Greenwich."""
    made = issued(alone, lasting=timedelta(days=9))
    evening = datetime.now(VN).replace(hour=23) + DAY
    now = [evening]
    stores = Stores(lambda: open_store(Settings(data=alone.folder)), lambda: now[0], most=1)
    askers = Askers(stores, AccessRules())
    for moment in (evening, evening + timedelta(hours=7)):
        now[0] = moment
        assert askers._by_token(f"Bearer {made.text}") is not None
    stores.close()

    listed = next(each for each in alone.asked(tokens) if each["token"] == made.id)
    assert listed["last_used_on"] == (evening + DAY).date().isoformat()


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("none", 403), (None, 200)]
)
def test_no_other_site_puts_a_reading_on_record(alone, site, status):
    """The local operator's browser would send whatever another site's page makes it send."""
    headers = {} if site is None else {"sec-fetch-site": site}
    path = f"{alone.url}/dossiers/{code_of('Y09.21')}/person"
    answer = httpx.post(path, json={"reason": "kiểm tra"}, headers=headers, timeout=60)

    assert answer.status_code == status

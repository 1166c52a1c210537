"""Two servers over one store, as they stand behind one address: what one has given, taken or ended, the other knows with the next request.

In a folder and in a database. They share the store and the provider's secret, and nothing in memory.
"""

import time
from datetime import timedelta

import httpx
import psycopg
import pytest

from domain.events import decode
from infra.audit import audit
from infra.credentials import issue_token
from infra.settings.data import Settings
from tests.infra.access.conftest import placed
from tests.support.places import PERSON, code_of

ADMIN = {"dunghen_role": "admin"}
AUDITOR = {"dunghen_role": "auditor"}
READ = f"/dossiers/{code_of('Y09.21')}/person"
WHY = {"reason": "kiểm tra"}


@pytest.fixture(scope="module")
def servers(held, idp):
    with placed(held, idp) as one, placed(held, idp) as other:
        yield one, other


def token(settings, command, role="auditor"):
    return command(settings, "token", "create", "--role", role, "--name", "bảng")[1]


def asked(place, path, text, **said):
    """What a token is answered; something `said` is posted."""
    headers = {"authorization": f"Bearer {text}"}
    method = "POST" if said else "GET"
    return httpx.request(method, f"{place.url}{path}", headers=headers, timeout=60, **said)


def with_session(place, cookie, method="GET", path="/session", **more):
    """A request of a session that was begun anywhere."""
    headers = {"cookie": f"dunghen={cookie}"} | more.pop("headers", {})
    return httpx.request(method, f"{place.url}{path}", headers=headers, timeout=60, **more)


def acts(place):
    return place.asked(audit)["acts"]


def test_a_token_made_on_the_command_line_asks_everywhere_until_it_is_revoked(
    servers, held, command
):
    made = token(held, command)
    assert [asked(place, "/violations", made["secret"]).status_code for place in servers] == [
        200,
        200,
    ]

    assert command(held, "token", "revoke", made["token"])[1]["revoked"] is True

    for place in servers:
        answer = asked(place, "/violations", made["secret"])
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_a_token_made_by_one_server_is_revoked_by_the_other(servers, held, command):
    one, other = servers
    admin = {"authorization": f"Bearer {token(held, command, 'admin')['secret']}"}
    made = httpx.post(f"{one.url}/tokens", headers=admin, json={"role": "feed"}, timeout=60).json()
    assert asked(other, "/units", made["secret"]).status_code == 200

    told = httpx.delete(f"{other.url}/tokens/{made['token']}", headers=admin, timeout=60)

    assert told.json()["revoked"] is True
    assert [asked(place, "/units", made["secret"]).status_code for place in servers] == [401, 401]


def test_the_day_of_a_tokens_use_is_on_record_once_whoever_is_asked(servers, held, command):
    made = token(held, command)
    for place in (*servers, *servers):
        assert asked(place, "/units", made["secret"]).status_code == 200

    *uses, issued = servers[0].asked(
        lambda store: [
            decode(line[3]).fact
            for line in store.log.of_access(None, 1_000)
            if made["token"] in line[1]
        ]
    )
    days = [fact.time.date() for fact in uses]
    assert {fact.kind for fact in uses} == {"token_used"}
    assert issued.kind == "token_issued"
    assert len(days) == len(set(days))  # it may have become midnight


def test_a_session_holds_at_every_server_with_its_mark_until_it_is_ended_at_one(servers):
    one, other = servers
    with one.signed_in("quan", **ADMIN) as browser:
        cookie, mark = browser.cookies["dunghen"], browser.get("/session").json()["csrf"]
    own = {"origin": other.url, "x-csrf-token": mark}
    assert with_session(other, cookie).json()["name"] == "quan"
    body = {"role": "feed"}
    assert with_session(other, cookie, "POST", "/tokens", json=body).status_code == 403
    assert with_session(other, cookie, "POST", "/tokens", json=body, headers=own).status_code == 201

    assert with_session(other, cookie, "POST", "/sign-out", headers=own).status_code == 303

    assert [with_session(place, cookie).json()["by"] for place in servers] == ["nobody", "nobody"]
    assert with_session(one, cookie, path="/violations").status_code == 401


def test_a_session_is_idle_where_nobody_asks_whichever_server_is_asked(servers, monkeypatch):
    one, other = servers
    with one.signed_in("hoa", **AUDITOR) as browser:
        cookie = browser.cookies["dunghen"]
    real, late = time.time, {"by": 0.0}
    monkeypatch.setattr("infra.http.access._sessions.time.time", lambda: real() + late["by"])
    for place, minutes in ((other, 20), (one, 40), (other, 60)):
        late["by"] = minutes * 60
        answer = with_session(place, cookie)
        assert answer.json()["name"] == "hoa"
        cookie = answer.cookies["dunghen"]
    late["by"] += 31 * 60
    assert [with_session(place, cookie).json()["by"] for place in servers] == ["nobody", "nobody"]


def test_what_was_done_at_one_stands_in_the_audit_log_of_the_other(servers, held, command):
    one, other = servers
    with one.signed_in("thu", **AUDITOR) as browser:
        mark = {"origin": one.url, "x-csrf-token": browser.get("/session").json()["csrf"]}
        assert browser.post(READ, json=WHY, headers=mark).json()["applicant"]["name"] == PERSON
        told = with_session(other, browser.cookies["dunghen"], path="/audit").json()["acts"]
    own = [act for act in told if act["by"] == "thu"]

    assert [act["act"] for act in own] == ["person_read", "signed_in"]
    assert (own[0]["role"], own[0]["about"], own[0]["reason"]) == (
        "auditor",
        code_of("Y09.21"),
        "kiểm tra",
    )
    assert command(held, "audit", "--limit", "1")[1]["acts"] == told[:1]


def test_each_server_counts_for_itself_how_often_somebody_asks(servers, held, idp):
    """So N of them behind one address let through up to N times what the setting says."""
    with servers[0].signed_in("lan", **AUDITOR) as browser:
        first = browser.cookies["dunghen"]
    with servers[1].signed_in("lan") as browser:
        second = browser.cookies["dunghen"]
    with placed(held, idp, rate=3) as one, placed(held, idp, rate=3) as other:
        at_one = [with_session(one, each).status_code for each in (first, second, first, second)]
        at_other = [with_session(other, first).status_code for _ in range(4)]

    # One person, however many sessions he has.
    assert at_one == at_other == [200, 200, 200, 429]


@pytest.mark.parametrize("held", ["distributed"], indirect=True)
def test_who_may_only_read_the_database_is_told_of_no_person_and_not_kept_from_the_rest(
    held, command, request
):
    server = request.getfixturevalue("postgres_server")
    made = token(held, command)
    name = f"reader_{held.database_url.rpartition('/')[2]}"
    with psycopg.connect(held.database_url, autocommit=True) as owner:
        owner.execute(f"CREATE USER {name} PASSWORD 'p' IN ROLE dunghen_reader")
        try:
            url = server.url(name, "p", held.database_url.rpartition("/")[2])
            with placed(Settings(data=held.data, database_url=url)) as place:
                before = len(place.asked(lambda store: store.log.of_access(None, 1_000)))
                assert asked(place, "/violations", made["secret"]).status_code == 200
                person = asked(place, READ, made["secret"], json=WHY)
                assert len(place.asked(lambda store: store.log.of_access(None, 1_000))) == before
        finally:
            owner.execute(f"DROP OWNED BY {name} CASCADE; DROP ROLE {name}")

    assert person.status_code == 503
    assert PERSON not in person.text


def test_an_expired_token_holds_at_neither(servers):
    made = servers[0].asked(
        lambda store: issue_token(store, by="x", role="feed", lasting=timedelta(seconds=-1))
    )
    assert [asked(place, "/units", made.text).status_code for place in servers] == [401, 401]

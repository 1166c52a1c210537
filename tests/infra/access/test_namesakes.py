"""Askers of one name: what one has stated, or handed in, is not another's; who takes a token's place goes on with what it stated."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from infra.access import FULL, Asker
from infra.audit import audit
from infra.credentials import issue_token
from infra.http.access._signing import id_of
from tests.architecture.test_docs import ROOT
from tests.infra.access.conftest import placed
from tests.support import places

CLOUD = {"content-type": "application/cloudevents+json"}
REGISTER = (ROOT / "docs/examples/register.csv").read_bytes()


NAMED = {"preferred_username": "Nguyễn Văn An"}


@pytest.fixture(scope="module")
def place(tmp_path_factory, idp):
    folder = places.filled(tmp_path_factory.mktemp("namesakes"), places.everywhere())
    with placed(folder, idp) as place:
        yield place


@contextmanager
def two(place, **claims):
    """Two persons whom the provider calls by one name: their browsers."""
    with (
        place.signed_in("an-1", **NAMED, **claims) as one,
        place.signed_in("an-2", **NAMED, **claims) as other,
    ):
        for browser in (one, other):
            session = browser.get("/session").json()
            assert session["name"] == "Nguyễn Văn An"
            browser.headers.update({"origin": place.url, "x-csrf-token": session["csrf"]})
        yield one, other


def handed_in(browser, **headers):
    """The page of a file that somebody hands in."""
    sent = browser.post("/nhap", files={"file": ("so.csv", REGISTER)}, headers=headers)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"].partition("?")[0]


def token(place, role, name, **over):
    made = place.asked(
        lambda store: issue_token(
            store, by="t", role=role, name=name, lasting=timedelta(days=1), **over
        )
    )
    return {"authorization": f"Bearer {made.text}"}


def head(place, unit, name="một cửa"):
    return token(place, "head", name, unit=unit)


def accepted(place, who, unit, number, key):
    """What is answered to who states that a unit accepted a dossier of its own."""
    said = {
        "time": "2026-03-02T08:00:00+07:00",
        "actor": {"officer": "cb-01", "unit": unit},
        "competent_unit": unit,
        "limit": {"amount": 5, "unit": "working_days"},
    }
    path, own = f"/dossiers/{unit}-260302-{number}/acceptances", {"idempotency-key": key}
    if isinstance(who, httpx.Client):
        return who.post(path, json=said, headers=own)
    return httpx.post(place.url + path, json=said, headers=who | own, timeout=60)


def test_each_has_keys_of_its_own(place):
    here, there = head(place, "Y09.21"), head(place, "Y10.31")
    told = [
        accepted(place, who, unit, "0001", "1")
        for who, unit in ((here, "Y09.21"), (there, "Y10.31"))
    ]

    assert [each.status_code for each in told] == [201, 201]
    assert [each.json()["dossier"] for each in told] == ["Y09.21-260302-0001", "Y10.31-260302-0001"]


def test_what_one_has_stated_is_not_told_to_another(place):
    here, there = head(place, "Y09.21"), head(place, "Y10.31")
    assert accepted(place, here, "Y09.21", "0002", "2").status_code == 201

    taken, free = (
        accepted(place, there, "Y09.21", number, key)
        for number, key in (("0002", "2"), ("0003", "3"))
    )

    assert (taken.status_code, taken.json()["code"]) == (403, "not_yours")
    assert taken.json()["detail"] == free.json()["detail"]


def test_who_takes_a_tokens_place_goes_on_with_its_keys(place):
    first, again = (
        accepted(place, head(place, "Y09.21"), "Y09.21", "0004", "4").json() for _ in range(2)
    )

    assert first["version"] == again["version"] == 1
    assert first["position"] == again["position"]


def test_what_a_file_holds_is_for_its_token_alone(place):
    own, other = (token(place, "intake", "iGate") for _ in range(2))
    with httpx.Client(base_url=place.url, timeout=60) as client:
        job = handed_in(client, **own)

        assert client.get(job, headers=own).status_code == 200
        assert client.get(job, headers=other).status_code == 404


def test_what_a_file_holds_is_for_its_person_alone(place):
    with two(place, dunghen_role="intake") as (one, other), place.signed_in("an-1") as again:
        job = handed_in(one)

        assert one.get(job).status_code == 200
        assert again.get(job).status_code == 200
        assert other.get(job).status_code == 404
        assert other.get(f"{job}/dong-bi-tu-choi.jsonl").status_code == 404


def test_each_person_has_keys_of_his_own(place):
    with two(place, dunghen_role="head", dunghen_unit="Y09.21") as persons:
        told = [
            accepted(place, browser, "Y09.21", number, "5")
            for browser, number in zip(persons, ("0005", "0006"), strict=True)
        ]

    assert [each.status_code for each in told] == [201, 201]


def test_what_a_person_stated_is_his_whatever_he_is_called_then(place):
    claims = {"dunghen_role": "head", "dunghen_unit": "Y09.21"}
    told = []
    for name in ("Trần Thị Bình", "Nguyễn Thị Bình"):
        place.idp.add("binh", preferred_username=name, **claims)
        with place.signed_in("binh") as browser:
            own = {"x-csrf-token": browser.get("/session").json()["csrf"], "origin": place.url}
            browser.headers.update(own)
            told.append(accepted(place, browser, "Y09.21", "0007", "7").json())

    assert told[0] == told[1]


def test_who_of_a_name_did_what_is_on_record(place):
    with two(place, dunghen_role="admin") as persons:
        made = [
            browser.post("/tokens", json={"role": "feed"}).json()["token"] for browser in persons
        ]
        acts = persons[0].get("/audit").json()["acts"]

    by = [act for act in acts if act["about"] in made]
    signed_in = [act for act in acts if act["act"] == "signed_in"][:2]
    assert {act["by"] for act in by} == {"Nguyễn Văn An"}
    assert len({act["by_id"] for act in by}) == 2
    assert {act["by_id"] for act in by} == {act["by_id"] for act in signed_in}


def test_each_sender_of_a_name_is_on_record_that_day(place):
    event = next(places.told_of("Y09.21")) | {"id": "sent", "source": "/cung-ten"}
    with two(place, dunghen_role="intake") as persons:
        for browser in persons:
            told = browser.post("/events", json=event, headers=CLOUD)
            assert told.status_code in {200, 201, 202}, told.text
    acts = [act for act in place.asked(audit)["acts"] if act["about"] == "/cung-ten"]

    assert [act["act"] for act in acts] == ["facts_sent"] * 2
    assert acts[0]["by_id"] != acts[1]["by_id"]


@pytest.mark.parametrize(
    ("by", "other"),
    [("session", {"id": "2"}), ("token", {"id": "2"}), ("session", {"by": "token"})],
)
def test_askers_are_told_apart_whatever_their_names(by, other):
    asker = Asker(name="token iGate", id="1", by=by, scope=FULL, role="admin")

    assert asker.key != replace(asker, **other).key


def test_a_person_who_is_called_like_a_token_states_for_himself():
    called: dict[str, Any] = {"name": "token iGate", "id": "1", "scope": FULL, "role": "admin"}

    assert Asker(by="session", **called).stating != Asker(by="token", **called).stating


def test_of_two_issuers_one_subject_is_two_persons():
    said = {"iss": "https://id.example/a", "sub": "7"}

    assert id_of(said) == id_of({**said, "preferred_username": "lan"})
    assert id_of(said) != id_of({**said, "iss": "https://id.example/"})
    assert id_of(said) != id_of({**said, "sub": "8"})

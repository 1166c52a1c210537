"""Tokens of one name: what one has stated, or handed in, is not another's; who takes a token's place goes on with what it stated."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from infra.access import FULL, Asker
from infra.credentials import issue_token
from tests.architecture.test_docs import ROOT
from tests.infra.access.conftest import placed
from tests.support import places

REGISTER = (ROOT / "docs/examples/register.csv").read_bytes()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = places.filled(tmp_path_factory.mktemp("namesakes"), places.everywhere())
    with placed(folder) as place:
        yield place


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
    path = f"{place.url}/dossiers/{unit}-260302-{number}/acceptances"
    return httpx.post(path, json=said, headers=who | {"idempotency-key": key}, timeout=60)


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
        sent = client.post("/nhap", files={"file": ("so.csv", REGISTER)}, headers=own)
        job = sent.headers["location"].partition("?")[0]

        assert client.get(job, headers=own).status_code == 200
        assert client.get(job, headers=other).status_code == 404


def test_a_person_who_is_called_like_a_token_is_another():
    called: dict[str, Any] = {"name": "token iGate", "scope": FULL, "role": "admin"}
    person = Asker(by="session", **called)
    program = Asker(by="token", token="3f9a1c0d2b7e4c55", **called)

    assert person.key != program.key
    assert person.stating != program.stating

"""What is stated and streamed stays within the scope of who asks, and carries his name."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from infra.credentials import issue_token
from tests.infra.access.conftest import placed
from tests.support.places import code_of, everywhere, filled, officer
from tests.support.streams import events_in

HIM = officer("cb-binh", "Y09.21")
ASKERS: dict[str, dict[str, Any]] = {
    "him": {"role": "officer", "officer": HIM},
    "head": {"role": "head", "unit": "Y09.22"},
    "compliance": {"role": "compliance", "unit": "Y09"},
    "feed": {"role": "feed"},
}
RESULT = {"time": "2026-03-12T10:00:00+07:00", "outcome": "granted"}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = filled(tmp_path_factory.mktemp("scoped"), everywhere())
    with placed(folder) as place:

        def issued(store):
            for who, over in ASKERS.items():
                token = issue_token(store, by="test", lasting=timedelta(days=1), **over).text
                TOKENS[who] = {"authorization": f"Bearer {token}"}

        place.asked(issued)
        yield place.url


TOKENS = {"": dict[str, str]()}


def stated(url, who, code, said=RESULT, *, key="k", path="results"):
    headers = TOKENS[who] | {"idempotency-key": key, "accept-language": "en"}
    return httpx.post(f"{url}/dossiers/{code}/{path}", json=said, headers=headers)


def streamed(url, who, path):
    """What a stream tells before its picture ends."""
    told = list[Any]()
    with httpx.stream("GET", f"{url}/streams/{path}", headers=TOKENS[who]) as response:
        assert response.status_code == 200, response.read()
        for _, name, data in events_in(response):
            if name in {"snapshot.end", "judgement"}:
                return told
            told.append(data)
    raise AssertionError(told)


def test_an_officer_states_what_he_did_himself_of_his_own_dossiers(url):
    own = code_of("Y09.21")
    answer = stated(url, "him", own)

    assert answer.status_code == 201, answer.text
    last = httpx.get(f"{url}/dossiers/{own}/history").json()["events"][-1]
    assert last["actor"]["officer"] == HIM
    assert stated(url, "him", own, key="2", said=RESULT | {"actor": {"officer": HIM}}).is_success
    other = stated(url, "him", own, key="3", said=RESULT | {"actor": {"officer": "cb-x"}})
    assert (other.status_code, other.json()["code"]) == (422, "not_the_actor")
    assert stated(url, "him", code_of("Y10.31")).status_code == 404


@pytest.mark.parametrize("who", ["compliance", "feed"])
def test_who_only_reads_states_nothing(url, who):
    assert stated(url, who, code_of("Y09.21")).status_code == 403


def test_a_code_that_is_anothers_is_not_begun_again(url):
    accepted = {"time": RESULT["time"], "competent_unit": "Y09.21"}
    refused = stated(url, "him", code_of("Y10.31"), accepted, key="again", path="acceptances")

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_two_may_name_their_statements_alike(url):
    both = [
        stated(url, who, code_of(commune, "0008"), said, key="alike")
        for who, commune, said in (
            ("him", "Y09.21", RESULT),
            ("head", "Y09.22", RESULT | {"actor": {"officer": "head"}}),
        )
    ]

    assert [each.status_code for each in both] == [201, 201]


@pytest.mark.parametrize("who", ["him", "head", "compliance"])
def test_a_picture_shows_what_the_list_shows(url, who):
    listed = httpx.get(f"{url}/violations?limit=1000", headers=TOKENS[who]).json()
    pairs = {(row["dossier"], row["rule"]) for row in listed["violations"]}
    told = streamed(url, who, "violations?snapshot=true")

    assert {(row["data"]["dossier"], row["data"]["rule"]) for row in told} == pairs
    assert pairs


@pytest.mark.parametrize("who", ["him", "head", "compliance", "feed"])
def test_counts_are_those_of_the_report(url, who):
    asked = TOKENS[who]
    report = httpx.get(f"{url}/reports/units", headers=asked).json()
    (told,) = streamed(url, who, "units?snapshot=true")

    assert told["units"] == report["units"]
    assert told["total"] == report["total"]


def test_a_dossier_that_is_not_shown_is_not_there(url):
    for who, status in (("him", 404), ("feed", 403), ("", 200)):
        address = f"{url}/streams/dossiers/{code_of('Y10.31')}?snapshot=true"
        with httpx.stream("GET", address, headers=TOKENS[who]) as response:
            assert response.status_code == status


ACCEPTED = {"time": RESULT["time"], "competent_unit": "Y09.21"}


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ({}, {}),
        (ACCEPTED | {"time": "yesterday"}, {}),
        (ACCEPTED | {"actor": {"officer": "cb-x"}}, {}),
        (ACCEPTED, {"if-match": '"4"'}),
    ],
    ids=["nothing", "nonsense", "another", "of another version"],
)
def test_who_would_store_nothing_does_not_learn_that_a_code_is_anothers(url, said, more):
    told = []
    for code in (code_of("Y10.31"), "Y10.31-260202-9999"):
        headers = TOKENS["him"] | {"idempotency-key": "probe", "accept-language": "en"} | more
        path = f"{url}/dossiers/{code}/acceptances"
        answer = httpx.post(path, json=said, headers=headers)
        told.append(
            (answer.status_code, answer.text.replace(code, "*"), answer.headers.get("etag"))
        )

    assert told[0] == told[1]
    assert told[0][0] in {412, 422}


def test_what_was_stated_of_what_is_not_shown_is_answered_again(url):
    """A submission is in nobody's hands yet, so its officer does not see it; sent again it is still his."""
    said = {"code": "Y10.31-260202-7777", "time": RESULT["time"], "procedure": "1.001612"}
    headers = TOKENS["him"] | {"idempotency-key": "begun"}
    first, again = (httpx.post(f"{url}/dossiers", json=said, headers=headers) for _ in range(2))
    other = httpx.post(f"{url}/dossiers", json=said | {"channel": "online"}, headers=headers)

    assert first.status_code == again.status_code == 201, again.text
    assert again.json()["id"] == first.json()["id"]
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")

"""What is stated and streamed stays within the scope of who asks, and carries his name."""

from datetime import timedelta
from typing import Any
from zlib import crc32

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
    "unregistered": {"role": "officer", "officer": "cb-nobody"},
    "intake": {"role": "intake", "name": "một cửa"},
}
REGISTERED = {
    "id": "officer-him",
    "source": "/example/directory",
    "type": "vn.dunghen.officer.registered.v1",
    "subject": HIM,
    "time": "2026-01-01T08:00:00+07:00",
    "data": {"officer": HIM, "unit": "Y09.21"},
}
RESULT = {"time": "2026-03-12T10:00:00+07:00", "outcome": "granted"}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = filled(tmp_path_factory.mktemp("scoped"), [*everywhere(), REGISTERED])
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
    return httpx.post(f"{url}/dossiers/{code}/{path}", json=said, headers=headers, timeout=60)


def streamed(url, who, path):
    """What a stream tells before its picture ends."""
    told = list[Any]()
    with httpx.stream("GET", f"{url}/streams/{path}", headers=TOKENS[who], timeout=60) as response:
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
    last = httpx.get(f"{url}/dossiers/{own}/history", timeout=60).json()["events"][-1]
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

    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")


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
    listed = httpx.get(f"{url}/violations?limit=1000", headers=TOKENS[who], timeout=60).json()
    pairs = {(row["dossier"], row["rule"]) for row in listed["violations"]}
    told = streamed(url, who, "violations?snapshot=true")

    assert {(row["data"]["dossier"], row["data"]["rule"]) for row in told} == pairs
    assert pairs


@pytest.mark.parametrize("who", ["him", "head", "compliance", "feed"])
def test_counts_are_those_of_the_report(url, who):
    asked = TOKENS[who]
    report = httpx.get(f"{url}/reports/units", headers=asked, timeout=60).json()
    (told,) = streamed(url, who, "units?snapshot=true")

    assert told["units"] == report["units"]
    assert told["total"] == report["total"]


def test_a_dossier_that_is_not_shown_is_not_there(url):
    for who, status in (("him", 404), ("feed", 403), ("", 200)):
        address = f"{url}/streams/dossiers/{code_of('Y10.31')}?snapshot=true"
        with httpx.stream("GET", address, headers=TOKENS[who], timeout=60) as response:
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
        answer = httpx.post(path, json=said, headers=headers, timeout=60)
        told.append(
            (answer.status_code, answer.text.replace(code, "*"), answer.headers.get("etag"))
        )

    assert told[0] == told[1]
    assert told[0][0] in {412, 422}


def test_what_was_stated_of_what_is_not_shown_is_answered_again(url):
    """A submission is in nobody's hands yet, so its officer does not see it; sent again it is still his."""
    said = {"code": "Y10.31-260202-7777", "time": RESULT["time"], "procedure": "1.001612"}
    headers = TOKENS["him"] | {"idempotency-key": "begun"}
    first, again = (
        httpx.post(f"{url}/dossiers", json=said, headers=headers, timeout=60) for _ in range(2)
    )
    other = httpx.post(
        f"{url}/dossiers", json=said | {"channel": "online"}, headers=headers, timeout=60
    )

    assert first.status_code == again.status_code == 201, again.text
    assert again.json()["id"] == first.json()["id"]
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


# ── whose a dossier is that begins ──────────────────────────────────────────────────────────────────────────────────

THERE, HERE = {"unit": "Y10.31"}, {"unit": "Y09.22"}
ABROAD = {"time": RESULT["time"], "competent_unit": "Y10.31"}


def acts(url):
    """What is on record of who states facts, the newest first."""
    told = httpx.get(f"{url}/audit?limit=1000", timeout=60).json()["acts"]
    return [act for act in told if act["act"] in {"fact_stated", "facts_sent"}]


@pytest.mark.parametrize(
    ("who", "path", "said"),
    [
        ("him", "acceptances", ACCEPTED),
        ("head", "acceptances", ACCEPTED | {"competent_unit": "Y09.22", "actor": {"officer": "x"}}),
        ("head", "acceptances", ABROAD | {"actor": HERE}),
        ("him", "acceptances", ABROAD),
        ("head", "intake-refusals", {"time": RESULT["time"], "reason": "thiếu", "actor": HERE}),
        ("him", "intake-refusals", {"time": RESULT["time"], "reason": "thiếu"}),
    ],
    ids=["own", "own unit", "one-stop", "officer of a one-stop", "counter", "officer's counter"],
)
def test_a_dossier_is_begun_by_whose_it_then_is(url, request, who, path, said):
    code = f"Y10.31-260401-{crc32(request.node.name.encode()) % 9000 + 1000}"

    assert stated(url, who, code, said, key=code, path=path).status_code == 201


@pytest.mark.parametrize(
    ("who", "path", "said"),
    [
        ("head", "acceptances", ABROAD | {"actor": {"officer": "x"}}),
        ("head", "acceptances", ABROAD | {"actor": THERE}),
        ("him", "acceptances", ABROAD | {"actor": {"officer": HIM, **THERE}}),
        ("unregistered", "acceptances", ACCEPTED),
        ("head", "intake-refusals", {"time": RESULT["time"], "reason": "thiếu", "actor": THERE}),
        ("unregistered", "intake-refusals", {"time": RESULT["time"], "reason": "thiếu"}),
    ],
    ids=["abroad", "their counter", "not his counter", "nobody knows", "refused there", "where"],
)
def test_nobody_begins_anothers_dossier_nor_learns_whether_it_is_there(url, who, path, said):
    told = []
    for code in ("Y10.31-260202-9999", code_of("Y10.31")):
        answer = stated(url, who, code, said, key="not-mine", path=path)
        told.append((answer.status_code, answer.text.replace(code, "*")))

    assert told[0] == told[1]
    assert told[0][0] == 403
    assert '"not_yours"' in told[0][1]
    assert httpx.get(f"{url}/dossiers/Y10.31-260202-9999", timeout=60).status_code == 404


def test_what_a_citizen_submitted_is_accepted_by_whose_it_then_is(url):
    code = "Y09.22-260301-0100"
    submitted = {"code": code, "time": "2026-03-01T08:00:00+07:00"}
    key = {"idempotency-key": "by-the-citizen"}
    assert httpx.post(f"{url}/dossiers", json=submitted, headers=key, timeout=60).status_code == 201
    own = ACCEPTED | {"competent_unit": "Y09.22", "actor": HERE}
    again = httpx.post(
        f"{url}/dossiers",
        json=submitted,
        headers=TOKENS["him"] | {"idempotency-key": "c-2"},
        timeout=60,
    )
    of_another_version = httpx.post(
        f"{url}/dossiers/{code}/acceptances",
        json=own,
        headers=TOKENS["head"] | {"idempotency-key": "c-3", "if-match": '"7"'},
        timeout=60,
    )
    taken = stated(url, "head", code, own, key="c-4", path="acceptances")

    assert (again.status_code, again.json()["code"]) == (403, "not_yours")
    assert (of_another_version.status_code, of_another_version.json()["version"]) == (412, 0)
    assert (taken.status_code, taken.json()["version"]) == (201, 2)
    assert stated(url, "him", code, ACCEPTED, key="c-5", path="acceptances").status_code == 403


# ── who stated it ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_states_what_another_did_is_on_record_with_it(url):
    code, before = code_of("Y09.22", "0007"), len(acts(url))
    said = {"time": RESULT["time"], "method": "direct", "actor": {"officer": "cb-x"}}
    told = [stated(url, "head", code, said, key="for-x", path="returns") for _ in range(2)]
    conflict = stated(url, "head", code, said | {"method": "postal"}, key="for-x", path="returns")
    (act,) = acts(url)[: len(acts(url)) - before]
    recorded = httpx.get(f"{url}/dossiers/{code}/history", timeout=60).json()["events"][-1]

    assert [answer.status_code for answer in (*told, conflict)] == [201, 201, 409]
    assert (act["act"], act["about"], act["role"]) == ("fact_stated", code, "head")
    assert act["by"].startswith("token ")
    assert act["at"] == recorded["recordedtime"]


def test_what_an_officer_did_himself_says_so_itself(url):
    before = acts(url)
    assert stated(url, "him", code_of("Y09.21", "0008"), key="by-himself").status_code == 201
    assert stated(url, "", code_of("Y09.21", "0008"), RESULT | {"actor": HERE}).status_code == 201

    assert acts(url) == before


def test_whose_token_sends_the_facts_of_a_source_is_on_record_once_a_day(url):
    for id_ in ("1", "2"):
        event = REGISTERED | {"specversion": "1.0", "id": id_, "source": "/igate/Y09"}
        headers = TOKENS["intake"] | {"content-type": "application/cloudevents+json"}
        answer = httpx.post(f"{url}/events", json=event, headers=headers, timeout=60)
        assert answer.json()["accepted"] == 1, answer.text
    sent = [act for act in acts(url) if act["about"] == "/igate/Y09"]

    assert [(act["act"], act["by"], act["role"]) for act in sent] == [
        ("facts_sent", "token một cửa", "intake")
    ]

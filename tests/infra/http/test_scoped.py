"""What is stated and streamed stays within the scope of who asks, and carries his name."""

from contextlib import ExitStack

import httpx
import pytest

from infra.access import OPERATOR, Asker, scope_of
from infra.http import Stores, _sse, _streams, _tail, application
from infra.http._serving import listening, served
from infra.settings import Settings
from infra.wiring import clock, open_store
from tests.infra.http.test_streams import events_in
from tests.support.places import code_of, everywhere, filled, officer

HIM = officer("cb-binh", "Y09.21")
ASKERS = {
    "him": Asker(name="him", by="session", role="officer", scope=scope_of("officer", officer=HIM)),
    "head": Asker(name="head", by="session", role="head", scope=scope_of("head", unit="Y09.22")),
    "compliance": Asker(
        name="compliance", by="token", role="compliance", scope=scope_of("compliance", unit="Y09")
    ),
    "feed": Asker(name="feed", by="token", role="feed", scope=scope_of("feed")),
}
RESULT = {"time": "2026-03-12T10:00:00+07:00", "outcome": "granted"}


async def by_header(request):
    return ASKERS.get(request.headers.get("x-asker", ""), OPERATOR)


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = filled(tmp_path_factory.mktemp("scoped"), everywhere())
    stores = Stores(lambda: open_store(Settings(data=folder)), clock, most=2)
    with (
        listening("127.0.0.1", 0) as listener,
        served(application(stores, by_header), listener) as server,
    ):
        yield server.url


def stated(url, who, code, said=RESULT, *, key="k", path="results"):
    headers = {"x-asker": who, "idempotency-key": key, "accept-language": "en"}
    return httpx.post(f"{url}/dossiers/{code}/{path}", json=said, headers=headers)


def streamed(url, who, path):
    """What a stream tells before its picture ends."""
    told = []
    with httpx.stream("GET", f"{url}/streams/{path}", headers={"x-asker": who}) as response:
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
    refused = stated(url, "him", code_of("Y10.31"), accepted, path="acceptances")

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
    listed = httpx.get(f"{url}/violations?limit=1000", headers={"x-asker": who}).json()
    pairs = {(row["dossier"], row["rule"]) for row in listed["violations"]}
    told = streamed(url, who, "violations?snapshot=true")

    assert {(row["data"]["dossier"], row["data"]["rule"]) for row in told} == pairs
    assert pairs


@pytest.mark.parametrize("who", ["him", "head", "compliance", "feed"])
def test_counts_are_those_of_the_report(url, who):
    asked = {"x-asker": who}
    report = httpx.get(f"{url}/reports/units", headers=asked).json()
    (told,) = streamed(url, who, "units?snapshot=true")

    assert told["units"] == report["units"]
    assert told["total"] == report["total"]


def test_a_dossier_that_is_not_shown_is_not_there(url):
    for who, status in (("him", 404), ("feed", 403), ("", 200)):
        address = f"{url}/streams/dossiers/{code_of('Y10.31')}?snapshot=true"
        with httpx.stream("GET", address, headers={"x-asker": who}) as response:
            assert response.status_code == status


def test_who_had_to_prove_who_he_is_proves_it_again_and_the_operator_need_not(url, monkeypatch):
    monkeypatch.setattr(_streams, "_LIFE_SECONDS", 0.1)
    monkeypatch.setattr(_tail, "BEAT_SECONDS", 0.02)
    with ExitStack() as stack:
        his, ours = (
            stack.enter_context(
                httpx.stream("GET", f"{url}/streams/violations", headers={"x-asker": who})
            )
            for who in ("him", "")
        )
        beats = ours.iter_lines()
        assert {next(beats) for _ in range(20)} == {"", ": "}
        assert {line for line in his.iter_lines() if line} == {": "}
    assert _sse.BEAT_SECONDS > 1

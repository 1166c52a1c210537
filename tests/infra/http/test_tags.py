"""Tags: who has an answer still is told so, and a new one when anything in it is another."""

import pytest

from infra.http._tags import tag_of
from tests.infra.http.test_questions import AT, CODE
from tests.support.streams import dossier

STRUCTURED = "application/cloudevents+json"

ASKED = {
    "a dossier": (f"/dossiers/{CODE}", {}),
    "explain": (f"/dossiers/{CODE}/explain", {}),
    "history": (f"/dossiers/{CODE}/history", {}),
    "violations": ("/violations", {}),
    "units": ("/units", {}),
    "a report": ("/reports/units", {}),
    "a report that ended": ("/reports/units", {"period": "2026-03"}),
    "a file": ("/violations", {"format": "csv"}),
    "a workbook": ("/units", {"format": "xlsx"}),
}


@pytest.mark.parametrize("at", [AT, {}], ids=["at (T, K)", "now"])
@pytest.mark.parametrize("name", ASKED)
def test_who_has_an_answer_is_told_that_it_is_the_same(client, name, at):
    path, more = ASKED[name]
    # By the clock a dossier's minutes grow: of one that is open the answer is another each minute.
    asked = at | more | ({"rule": "early_return_without_notice"} if path == "/violations" else {})
    tag = client.get(path, params=asked).headers["etag"]

    again = client.get(path, params=asked, headers={"if-none-match": f'"other", {tag}'})

    assert tag.startswith("W/") == (not at or "format" in more)
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    assert again.headers["vary"] == "Accept, Accept-Language"
    assert again.headers["cache-control"] == "no-store"


def test_another_answer_has_another_tag(client):
    tags = [
        client.get(f"/dossiers/{CODE}", params=AT | more).headers["etag"]
        for more in ({}, {"lang": "en"}, {"as_of": "2026-02-20"}, {"known_at": "2026-02-20"})
    ]
    assert len(set(tags)) == 4
    told = client.get(f"/dossiers/{CODE}", params=AT, headers={"if-none-match": tags[1]})
    assert told.status_code == 200


@pytest.mark.parametrize("said", ["*", 'W/"x", *', '"x",W/"x"'])
def test_a_star_is_any_answer_and_other_tags_are_none(client, said):
    told = client.get("/rules", headers={"if-none-match": said})
    assert told.status_code == (304 if said == "*" else 200)


def test_the_version_of_a_dossier_is_said_as_a_command_takes_it(client):
    for path in (f"/dossiers/{CODE}", f"/dossiers/{CODE}/history"):
        told = client.get(path, params=AT)
        again = client.get(path, params=AT, headers={"if-none-match": told.headers["etag"]})

        events = client.get(f"/dossiers/{CODE}/history", params=AT).json()["events"]
        assert told.headers["dossier-version"] == f'"{events[-1]["version"]}"'
        assert again.headers["dossier-version"] == told.headers["dossier-version"]
        assert told.headers["etag"].startswith(f'"{events[-1]["version"]}-')


def test_what_is_not_known_yet_at_k_makes_another_version_of_the_same_bytes(empty):
    events, at = dossier(1)[:2], {"as_of": "2026-03-31", "known_at": "2026-03-31"}
    told = []
    for event, recorded in zip(events, ("2026-03-30", "2026-04-02"), strict=True):
        sent = event | {"recordedtime": f"{recorded}T12:00:00+07:00"}
        taken = empty.post("/events", json=sent, headers={"content-type": STRUCTURED})
        assert taken.json()["accepted"] == 1
        told.append(empty.get(f"/dossiers/{event['subject']}", params=at))
    before, after = told

    assert before.content == after.content
    for each, version in ((before, 1), (after, 2)):
        assert each.headers["dossier-version"] == f'"{version}"'
        assert each.headers["etag"].startswith(f'"{version}-')
    assert before.headers["etag"].partition("-")[2] == after.headers["etag"].partition("-")[2]


def test_only_the_clocks_instants_make_no_difference():
    now, later = '{"as_of": "10:00", "n": 1}', '{"as_of": "10:01", "n": 1}'
    assert tag_of(now, ["10:00"]) == tag_of(later, ["10:01"])
    assert tag_of(now) != tag_of(later)
    assert tag_of(now, ["10:00"]) != tag_of('{"as_of": "10:00", "n": 2}', ["10:00"])

"""Streams of what changes: units' counts and dossiers' judgements, gone on behind an id without a loss."""

import json
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from consumers.isolation import judged_apart
from infra.http.streams import _watching
from infra.questions.judgements import judgement as judgement_of
from infra.rebuilding.rebuild import back, rebuild
from infra.wiring import clock
from tests.support.stores import quiet
from tests.support.streams import Place, dossier, folded, pictured, registered, rows

CODE = "Y09.21-260202-0001"


def rebuilt(place, again=rebuild, **options):
    with closing(place.opened()) as store:
        again(store, progress=quiet, clock=clock, **options)


# ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_of_the_counts_and_what_is_told_after_it_is_the_report(place):
    place.sent(
        [*dossier(1), registered("Y09.22", parent="Y09"), registered("Y09.21", parent="Y09")]
    )
    with place.told("units", "?snapshot=true") as stream:
        picture, number = pictured(stream)
        known = folded(picture)
        assert known == rows(place)
        assert picture[0][2]["id"] == number

        place.sent(dossier(2, unit="Y09.22"))
        now = rows(place)
        at, _, data = next(stream)
        assert {row["unit"] for row in data["units"]} == {"Y09", "Y09.22"}
        assert folded([(at, "units", data)], known) == now
        assert data["total"]
        assert int(at) > number


def test_only_a_unit_and_those_below_it_are_told_of(place):
    place.sent([registered("Y09.22", parent="Y09"), *dossier(1), *dossier(1, unit="Y09.22")])
    with place.told("units", "?snapshot=true&unit=Y09.22") as stream:
        pictured(stream)
        place.sent(dossier(2))
        place.sent(dossier(2, unit="Y09.22"))
        _, _, data = next(stream)

    assert [row["unit"] for row in data["units"]] == ["Y09.22"]
    assert "total" not in data


def test_who_comes_again_is_told_of_the_units_that_changed_since(place):
    place.sent([*dossier(1), *dossier(1, unit="Y09.22")])
    with place.told("units", "?snapshot=true") as stream:
        _, number = pictured(stream)
    place.sent(dossier(2))

    with place.told("units", **{"last-event-id": str(number)}) as stream:
        _, _, data = next(stream)
    assert [row["unit"] for row in data["units"]] == ["Y09.21"]
    assert data["units"][0] == rows(place)["Y09.21"]


def test_a_rebuild_tells_nobody_of_counts_that_are_the_same(place):
    place.sent(dossier(1))
    with place.told("units", "?snapshot=true") as stream:
        _, number = pictured(stream)
        rebuilt(place, drop_old=False)
        place.sent(dossier(1, unit="Y09.22"))
        at, _, data = next(stream)

    assert [row["unit"] for row in data["units"]] == ["Y09.22"]
    assert int(at) > number


def test_a_way_back_tells_of_every_unit(place):
    place.sent([*dossier(1), *dossier(1, unit="Y09.22")])
    rebuilt(place, drop_old=False)
    with place.told("units", "?snapshot=true") as stream:
        picture, _ = pictured(stream)
        rebuilt(place, back)
        _, _, data = next(stream)

    assert data["units"] == picture[0][2]["units"]


def test_a_unit_that_is_registered_anew_is_told_of(place):
    place.sent([registered("Y09.21"), *dossier(1)])
    with place.told("units", "?snapshot=true") as stream:
        pictured(stream)
        place.sent([registered("Y09.21", parent="Y09")])
        _, _, data = next(stream)

    assert {row["unit"] for row in data["units"]} == {"Y09", "Y09.21"}


# ── dossiers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def judgement(told):
    _, name, data = told
    assert name == "judgement"
    return data


def explained(place):
    answer = place.client.get(f"/dossiers/{CODE}/explain").json()
    return {name: answer[name] for name in ("unit", "clocks", "letter")} | {
        "rules": [finding["rule"] for finding in answer["findings"]]
    }


def said(data):
    return {name: data[name] for name in ("unit", "clocks", "letter")} | {
        "rules": [finding["rule"] for finding in data["findings"]]
    }


def test_a_judgement_is_told_when_it_is_another_and_not_when_it_is_the_same(place):
    first, *others, last = dossier(1)
    place.sent([first, *others])
    with place.told(f"dossiers/{CODE}", "?snapshot=true") as stream:
        before = next(stream)
        assert judgement(before)["version"] == len(others) + 1
        place.sent(dossier(2))
        place.sent([last])
        after = next(stream)

    assert judgement(after)["version"] == len(others) + 2
    assert said(judgement(after)) == explained(place)
    assert before[0] != after[0]


def test_who_comes_again_is_told_what_is_not_what_he_heard(place):
    *others, last = dossier(1)
    place.sent(others)
    with place.told(f"dossiers/{CODE}", "?snapshot=true") as stream:
        number, _, _ = next(stream)
    rebuilt(place, drop_old=True)
    with place.told(f"dossiers/{CODE}", f"?after={number}") as stream:
        place.sent([last])
        again, _, data = next(stream)

    assert data["version"] == len(others) + 1
    with place.told(f"dossiers/{CODE}", f"?after={number}") as stream:
        assert next(stream)[0] == again


def test_the_id_is_the_same_in_another_process_and_both_languages(place, tmp_path):
    place.sent(dossier(1))
    with ExitStack() as stack:
        other = Place(place.folder, stack)
        told = [
            next(stack.enter_context(where.told(f"dossiers/{CODE}", f"?snapshot=true&lang={lang}")))
            for where in (place, other)
            for lang in ("vi", "en")
        ]

    assert len({number for number, _, _ in told}) == 1
    assert len({json.dumps(data["findings"]) for _, _, data in told[:2]}) == 2


def test_two_who_listen_to_one_dossier_are_told_the_same(place):
    *others, last = dossier(1)
    place.sent(others)
    with (
        place.told(f"dossiers/{CODE}") as one,
        place.told(f"dossiers/{CODE}", "?snapshot=true") as two,
    ):
        next(two)
        place.sent([last])
        assert next(one)[0] == next(two)[0]


def test_a_dossier_that_is_in_the_log_and_not_in_the_tables_yet_is_told_when_it_is(place):
    headers = {"content-type": "application/cloudevents-batch+json"}
    assert place.client.post("/events", json=dossier(1), headers=headers).is_success
    with place.told(f"dossiers/{CODE}") as stream:
        place.sent([])
        assert judgement(next(stream))["version"] == len(dossier(1))


def test_a_sign_of_life_is_given(place, monkeypatch):
    monkeypatch.setattr(_watching, "BEAT_SECONDS", 0.05)
    place.sent(dossier(1))
    with place.client.stream("GET", f"/streams/dossiers/{CODE}") as response:
        lines = iter(response.iter_lines())
        assert [next(lines) for _ in range(4)] == [": ", "", ": ", ""]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("units?unit=none", 404, "unknown"),
        ("units?after=x", 400, "invalid_id"),
        ("dossiers/none", 404, "unknown"),
        (f"dossiers/{CODE}?after=7", 400, "invalid_id"),
    ],
)
def test_a_stream_that_cannot_be_is_a_problem(place, path, status, code):
    response = place.client.get(f"/streams/{path}")

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_paper_books_code_may_have_its_slash(place):
    place.sent([event | {"subject": "H40.17:12/2019"} for event in dossier(1)])
    with place.told("dossiers/H40.17:12/2019", "?snapshot=true") as stream:
        assert judgement(next(stream))["dossier"] == "H40.17:12/2019"


def test_a_judgement_of_an_earlier_version_takes_no_newer_ones_place(place, monkeypatch):
    *others, last = dossier(1)
    place.sent(others)

    def earlier(store, dossier, lang):
        told = judgement_of(store, dossier, lang)
        assert told is not None
        before = told._replace(version=1, id="1.abcdefabcdef", generation=told.generation - 1)
        return before if earliest else told

    earliest = list[bool]()
    monkeypatch.setattr(_watching, "judgement", earlier)
    with place.told(f"dossiers/{CODE}", "?snapshot=true") as stream:
        next(stream)
        earliest.append(True)
        place.sent(dossier(2))
        earliest.clear()
        place.sent([last])
        assert judgement(next(stream))["version"] == len(others) + 1


def test_a_dossier_that_is_set_back_is_told_as_it_stands(place):
    place.sent(dossier(1))
    with place.told(f"dossiers/{CODE}", "?snapshot=true") as stream:
        before = judgement(next(stream))
        set_back(place)
        after = judgement(next(stream))

    assert after["version"] == before["version"] - 1
    assert (before["complete"], after["complete"]) == (True, False)


def set_back(place):
    """Put the dossier where it stands when its last event cannot be applied any more."""
    with closing(place.opened()) as store:
        states = store.views.states([CODE])
        last = states[CODE]
        earlier = replace(
            last, version=last.version - 1, facts=last.facts[:-1], trouble="cannot be applied"
        )
        judged_apart(store.views, states, [earlier], store.law, clock(), again={CODE})

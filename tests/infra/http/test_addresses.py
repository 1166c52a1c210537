"""A misspelt parameter is told, never passed over: its route would answer more than was asked for. An encoded slash is part of a code."""

import json
import re

import pytest

from infra.http._addresses import WORDS, dossier_path
from infra.http.access import NEEDS
from infra.http.pages import _asking
from tests.architecture.test_docs import ROOT
from tests.support.streams import dossier

FIELDS = set(_asking.FIELDS)
DOCUMENT = json.loads((ROOT / "docs/openapi.en.json").read_text())
OPERATIONS = {
    f"{method.upper()} {path}": (
        method,
        re.sub(r"\{.*?\}", "x", path),
        [given["name"] for given in described.get("parameters", ()) if given["in"] == "query"],
    )
    for path, methods in DOCUMENT["paths"].items()
    for method, described in methods.items()
    if not path.startswith(("/sign-", "/session"))  # a provider says there what it likes
}


@pytest.mark.parametrize("asked", OPERATIONS.values(), ids=OPERATIONS)
def test_a_parameter_that_is_not_documented_is_refused_and_those_that_are_are_told(client, asked):
    method, path, documented = asked
    answer = client.request(method, path, params={"rul": "apology_missing", "Lang": "vi"})

    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "invalid_argument"
    strange, known = answer.json()["detail"].split("; ")
    assert strange.endswith("rul, Lang")
    assert known.split(": ")[1].split(", ") == (documented or ["—"])


@pytest.mark.parametrize("path", ["/openapi.json", "/nhap"])
def test_so_it_is_at_what_the_document_does_not_describe(client, path):
    assert client.get(path, params={"lang": "en"}).status_code == 200
    answer = client.get(path, params={"Lang": "en"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_argument")


def test_a_link_to_a_question_says_of_the_bar_what_the_question_takes():
    questions = {
        path: FIELDS & set(documented)
        for method, path, documented in OPERATIONS.values()
        if method == "get" and "as_of" in documented
    }
    assert len(questions) > 9
    assert {path: set(_asking._taken(path)) for path in questions} == questions


def test_it_is_told_in_the_readers_language(client):
    said = {
        lang: client.get(f"/violations?rul=x&lang={lang}").json()["detail"] for lang in ("vi", "en")
    }
    assert said["vi"].startswith("địa chỉ có tham số không dùng ở đây: rul")
    assert said["en"].startswith("the address has parameters that are not known here: rul")


# ── codes that end as addresses do ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def named(empty):
    """A client of a server with dossiers of these codes, and none besides."""

    def having(*codes):
        for number, code in enumerate(codes, 1):
            event = dossier(number)[0] | {"subject": code}
            headers = {"content-type": "application/cloudevents+json"}
            assert empty.post("/events", json=event, headers=headers).json()["accepted"] == 1
        return empty

    return having


@pytest.mark.parametrize("word", sorted(WORDS))
def test_a_word_behind_an_encoded_slash_is_the_end_of_a_code(named, word):
    client = named("F-1", f"F-1/{word}")

    def told(path):
        return client.get(f"/dossiers/{path}").json()

    for sent in (f"F-1%2F{word}", f"F-1%2f{word}", f"F-1%2F%{ord(word[0]):x}{word[1:]}"):
        assert told(sent)["dossier"] == f"F-1/{word}"
        assert told(f"{sent}/{word}")["dossier"] == f"F-1/{word}"
    assert told(f"F-1/{word}/{word}")["dossier"] == f"F-1/{word}"
    assert told(f"F-1/{word}")["dossier"] == "F-1"
    assert told(f"F-1/%{ord(word[0]):x}{word[1:]}")["dossier"] == "F-1"


def test_a_code_that_is_not_there_is_not_the_one_before_its_slash(named):
    client = named("F-1")

    assert client.get("/dossiers/F-1%2Fexplain").status_code == 404
    for word in ("person", "returns"):
        refused = client.post(f"/dossiers/F-1%2F{word}", json={"reason": "kiểm tra"})
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "code", ["F-1", "H40.17:12/2019", "F-1/explain", "F/history", "a/explain/b", "/explain"]
)
def test_the_address_that_a_command_tells_is_that_of_its_dossier(named, code):
    client = named("F-1", "F", code)

    assert client.get(dossier_path(code)).json()["dossier"] == code
    assert ("%2F" in dossier_path(code)) == (code.rpartition("/")[2] in WORDS)


def test_every_word_that_is_asked_for_behind_a_code_is_known():
    found = (
        re.fullmatch(r"/dossiers/\{code:path\}/(\w+)", path)
        for (method, path) in NEEDS
        if method == "GET"
    )
    assert {each[1] for each in found if each} == WORDS

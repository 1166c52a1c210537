"""A misspelt parameter is told, never passed over: its route would answer more than was asked for."""

import json
import re

import pytest

from tests.architecture.test_docs import ROOT

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


def test_it_is_told_in_the_readers_language(client):
    said = {
        lang: client.get(f"/violations?rul=x&lang={lang}").json()["detail"] for lang in ("vi", "en")
    }
    assert said["vi"].startswith("địa chỉ có tham số không dùng ở đây: rul")
    assert said["en"].startswith("the address has parameters that are not known here: rul")

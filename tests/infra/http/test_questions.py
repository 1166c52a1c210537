"""The questions over HTTP: the very bytes of the command line, and the same refusals."""

import json
from typing import Any

import pytest

from infra.cli import main
from infra.commands import COMMANDS

AT = {"as_of": "2026-06-30", "known_at": "2026-06-30T17:00:00+07:00"}
CODE = "Y09.21-260202-0007"
BOOK = "Y09.21:13/2026"
QUESTIONS: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "history": (f"/dossiers/{CODE}/history", ["history", CODE], {}),
    "explain": (f"/dossiers/{CODE}/explain", ["explain", CODE], {}),
    "a dossier": (f"/dossiers/{CODE}", ["explain", CODE], {}),
    "the history of a paper book's": (
        f"/dossiers/{BOOK.replace('/', '%2F')}/history",
        ["history", BOOK],
        {},
    ),
    "a paper book's, explained": (f"/dossiers/{BOOK}/explain", ["explain", BOOK], {}),
    "a paper book's": (f"/dossiers/{BOOK.replace('/', '%2F')}", ["explain", BOOK], {}),
    "a paper book's without its unit": ("/dossiers/13/2026", ["explain", "13/2026"], {}),
    "violations": ("/violations", ["violations"], {}),
    "of some rules": (
        "/violations",
        ["violations"],
        {"rule": ["apology_missing", "result_overdue"], "severity": "3", "limit": "1"},
    ),
    "of a unit": ("/violations", ["violations"], {"unit": "Y09.21"}),
    "of a dossier": ("/violations", ["violations"], {"dossier": CODE}),
    "counted": ("/violations", ["violations"], {"count_by": "unit"}),
    "counted by rule": ("/violations", ["violations"], {"count_by": "rule"}),
    "counted by officer": ("/violations", ["violations"], {"count_by": "officer"}),
    "an officer's": ("/violations", ["violations"], {"officer": "cb-hai"}),
    "an officer's counted": (
        "/violations",
        ["violations"],
        {"officer": "cb-hai", "count_by": "rule", "period": "2026"},
    ),
    "of a period": ("/violations", ["violations"], {"period": "2026-02..2026-03", "limit": "2"}),
    "the rules at T": ("/rules", ["rules"], {}),
    "registered units": ("/units", ["units"], {}),
    "of a level": ("/units", ["units"], {"unit": "Y09", "level": "commune", "limit": "1"}),
    "units": ("/reports/units", ["report", "units"], {"period": "2026-02..2026-03"}),
    "portal": ("/reports/units", ["report", "units"], {"clock": "portal", "unit": "Y09.21"}),
    "officers": ("/reports/officers", ["report", "officers"], {}),
    "coverage": ("/reports/coverage", ["report", "coverage"], {"period": "2026"}),
    "feedback": ("/reports/feedback", ["report", "feedback"], {}),
}


def options(parameters):
    for name, values in parameters.items():
        for value in values if isinstance(values, list) else [values]:
            yield from (f"--{name.replace('_', '-')}", value)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_the_command_lines_byte_for_byte(client, filled, capsysbinary, question, lang):
    path, words, asked = QUESTIONS[question]
    parameters = AT | asked

    response = client.get(path, params=parameters | {"lang": lang})

    command = ["--data", str(filled), "--lang", lang, *words, *options(parameters), "--json"]
    assert main(command) == 0
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.content + b"\n" == capsysbinary.readouterr().out


def test_the_filters_find_something(client):
    for asked in ({"officer": "cb-hai"}, {"period": "2026-02..2026-03"}):
        some, all_ = (client.get("/violations", params=AT | each).json() for each in (asked, {}))
        assert 0 < some["total"] <= all_["total"]
    for by in ("rule", "officer"):
        assert client.get("/violations", params=AT | {"count_by": by}).json()["counts"]


def test_rules_are_those_in_force_at_t(client):
    old, new = (
        client.get("/rules", params={"as_of": day}).json() for day in ("2025-06-30", "2025-07-01")
    )
    every = client.get("/rules").json()

    assert (old["regulation"], new["regulation"]) == ("nd61-2018", "nd118-2025")
    assert old["policy"] == new["policy"] == "national/1"
    assert "regulation" not in every
    for answer in (old, new):
        names = [rule["rule"] for rule in answer["rules"]]
        assert names == [rule["rule"] for rule in every["rules"] if rule["rule"] in names]
        versions = {basis["version"] for rule in answer["rules"] for basis in rule["basis"]}
        assert versions == {answer["regulation"]}
    assert "stop_without_notice" not in [rule["rule"] for rule in old["rules"]]
    assert "stop_without_notice" in [rule["rule"] for rule in new["rules"]]


def test_the_rules_are_those_of_the_command_line(client, capsysbinary):
    assert main(["rules", "--json"]) == 0
    assert client.get("/rules").content + b"\n" == capsysbinary.readouterr().out


def test_pages_follow_one_another(client):
    whole = client.get("/violations", params=AT).json()
    pages: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get("/violations", params=AT | {"limit": 1} | cursor).json()
        pages += page["violations"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert len(pages) > 1
    assert pages == whole["violations"]


def test_the_language_is_the_one_that_is_preferred(client):
    def said(header):
        told = client.get("/violations?unit=none", headers={"accept-language": header}).json()
        return told["title"]

    assert said("en-GB,en;q=0.9") == "Not found"
    assert said("fr, en;q=0.8, vi;q=0.9") == "Không tìm thấy"
    assert said("fr;q=x") == said("") == "Không tìm thấy"
    told = client.get("/violations?unit=none&lang=vi", headers={"accept-language": "en"})
    assert told.json()["title"] == "Không tìm thấy"


PROBLEMS = {
    "no such dossier": (f"/dossiers/{CODE}9", 404, "unknown"),
    "no such number in a book": ("/dossiers/Y09.21:99%2F2026/history", 404, "unknown"),
    "no such unit": ("/violations?unit=none", 404, "unknown"),
    "no such rule": ("/violations?rule=none", 400, "unknown_rule"),
    "no such unit to be below": ("/units?unit=none", 404, "unknown"),
    "no such level": ("/units?level=village", 400, "invalid_argument"),
    "a cursor of no unit": ("/units?cursor=y09", 400, "invalid_cursor"),
    "a cursor of its own": ("/violations?cursor=none", 400, "invalid_cursor"),
    "a day that does not exist": ("/violations?as_of=31/02/2026", 400, "invalid_argument"),
    "no offset": ("/violations?as_of=2026-03-10T10:00:00", 400, "invalid_argument"),
    "no period": ("/reports/units?period=soon", 400, "invalid_argument"),
    "no code": ("/dossiers/%20/explain", 400, "invalid_argument"),
    "no severity": ("/violations?severity=9", 400, "invalid_argument"),
    "no limit": ("/violations?limit=0", 400, "invalid_argument"),
    "too many rows": ("/violations?limit=10001", 400, "invalid_argument"),
    "too many officers": ("/reports/officers?limit=10001", 400, "invalid_argument"),
    "a cursor of no officer": ("/reports/officers?cursor=none", 400, "invalid_cursor"),
    "too many units": ("/units?limit=10001", 400, "invalid_argument"),
    "no clock": ("/reports/units?clock=sun", 400, "invalid_argument"),
    "no language": ("/violations?lang=fr", 400, "invalid_argument"),
    "no such report": ("/reports/weather", 400, "invalid_argument"),
    "no such page": ("/nothing", 404, "no_such_page"),
}


@pytest.mark.parametrize(("path", "status", "code"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_what_is_wrong_is_a_problem_in_the_readers_language(client, path, status, code):
    for lang in ("vi", "en"):
        response = client.get(path, headers={"accept-language": lang})
        problem = response.json()

        assert response.status_code == problem["status"] == status
        assert response.headers["content-type"] == "application/problem+json"
        assert problem["code"] == code
        assert problem["type"] == f"/problems#{code}"
        assert problem["instance"] == response.url.path
        assert problem["detail"]
        assert problem["title"]


def test_nothing_else_than_reading_is_done(client):
    response = client.post("/violations")

    assert response.status_code == 405
    assert response.json()["code"] == "no_such_method"
    assert response.headers["allow"] == "GET, HEAD"


def test_no_response_is_kept_or_shown_in_a_frame(client):
    for path in ("/violations", "/nothing", "/openapi.json"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_document_describes_every_route_and_what_problems_look_like(client):
    document = client.get("/openapi.json").json()

    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {
        "/dossiers/{code}",
        "/dossiers/{code}/history",
        "/dossiers/{code}/explain",
        "/violations",
        "/reports/{kind}",
        "/reports/officers",
        "/rules",
        "/units",
        "/workload",
        "/officers/{who}",
        "/events",
        "/streams/violations",
        "/streams/units",
        "/streams/dossiers/{code}",
        "/dossiers",
        *(f"/dossiers/{{code}}/{command.name}" for command in COMMANDS),
        "/dossiers/{code}/person",
        "/audit",
        "/tokens",
        "/tokens/{token}",
        "/sessions",
        "/sessions/{session}/end",
        "/session",
    }
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in json.dumps(document)
    for name, path in document["paths"].items():
        good = "text/event-stream" if name.startswith("/streams") else "application/json"
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status in {"200", "201"}:
                    assert good in response["content"]
                elif status != "304":
                    assert response["content"].keys() == {"application/problem+json"}


def test_a_cursor_beyond_every_number_is_a_wrong_question(client):
    response = client.get("/audit", params={"cursor": 1 << 63})

    assert (response.status_code, response.json()["code"]) == (400, "invalid_argument")

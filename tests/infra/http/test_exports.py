"""Lists as CSV and XLSX: exactly the list that is asked, in the form that is wished, and nothing in it that a spreadsheet would work out."""

import csv
import io
import json
from types import NoneType
from typing import Any

import pytest
from openpyxl import load_workbook

from infra.http._answering import _disposition
from infra.http._forms import MEDIA, preferred
from tests.infra.http.test_questions import AT, CODE

LISTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "violations": ("/violations", {}, "violations"),
    "some of them": ("/violations", {"limit": 2, "rule": "result_overdue"}, "violations"),
    "an officer's": ("/violations", {"officer": "cb-hai"}, "violations"),
    "counts": ("/violations", {"count_by": "unit"}, "counts"),
    "units": ("/units", {}, "units"),
    "one unit": ("/units", {"limit": 1}, "units"),
    "history": (f"/dossiers/{CODE}/history", {}, "events"),
    "rules": ("/rules", {}, "rules"),
    "report of units": ("/reports/units", {}, "units"),
    "report of officers": ("/reports/officers", {}, "officers"),
    "report of coverage": ("/reports/coverage", {}, "units"),
    "report of feedback": ("/reports/feedback", {}, "units"),
    "what is open": ("/workload", {}, "dossiers"),
    "of a class": ("/workload", {"part": "overdue", "unit": "Y09.21"}, "dossiers"),
    "an officer's part": ("/officers/cb-hai", {}, "cases"),
}
TOTALLED = {"report of units", "report of feedback"}


def rows_of(response):
    """What a reader of either form reads, all as text."""
    if response.headers["content-type"].startswith("text/csv"):
        text = response.content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))
    book = load_workbook(io.BytesIO(response.content))
    sheet = book[book.sheetnames[0]]
    return [
        ["" if cell is None else str(cell) for cell in row]
        for row in sheet.iter_rows(values_only=True)
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", LISTS)
def test_the_list_is_exactly_the_list_that_is_asked(client, name, form):
    path, asked, field = LISTS[name]
    parameters = {} if path == "/rules" else AT | asked
    expected = client.get(path, params=parameters).json()[field]

    response = client.get(path, params=parameters | {"format": form, "columns": "ids"})
    heads, *rows = rows_of(response)

    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == MEDIA[form]
    assert response.headers["dunghen-rows"] == str(len(rows))
    if name in TOTALLED:
        rows.pop()
    plain = [i for i, head in enumerate(heads) if expected and head in expected[0]]
    plain = [i for i in plain if isinstance(expected[0][heads[i]], str | int | None)]
    told = [[row[i] for i in plain] for row in rows]
    assert len(plain) >= 2
    assert told == [[_text(each[heads[i]]) for i in plain] for each in expected]


def _text(value):
    return (
        {None: "", True: "true", False: "false"}[value]
        if type(value) in {NoneType, bool}
        else str(value)
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_all_findings_are_listed_unless_a_page_is_asked_for(client, form, monkeypatch):
    monkeypatch.setattr("infra.questions.findings._AT_ONCE", 2)
    whole = client.get("/violations", params=AT | {"limit": 10_000}).json()
    asked = AT | {"format": form, "columns": "ids"}

    heads, *rows = rows_of(client.get("/violations", params=asked))
    behind = rows_of(
        client.get("/violations", params=asked | {"cursor": _cursor(client), "limit": 3})
    )

    at = heads.index("dossier"), heads.index("rule")
    told = [tuple(row[i] for i in at) for row in rows]
    assert told == [(v["dossier"], v["rule"]) for v in whole["violations"]]
    assert len(told) == whole["total"] > 4
    assert behind[1:] == rows[1:4]


def _cursor(client):
    return client.get("/violations", params=AT | {"limit": 1}).json()["next"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["units", "coverage"])
def test_a_coverage_of_what_is_merely_known_says_so_in_a_file(client, kind, form):
    heads, *rows = rows_of(
        client.get(f"/reports/{kind}", params=AT | {"format": form, "columns": "ids"})
    )
    told = [dict(zip(heads, row, strict=True)) for row in rows]

    assert any(row["percent"] for row in told)
    for row in told:
        against = "declared" if row["declared"] else "known"
        assert row["covered_of"] == (against if row["percent"] else "")


def test_headings_are_the_readers_or_ids_that_never_change(client):
    def heads(**asked):
        return rows_of(client.get("/units", params={"format": "csv"} | asked))[0]

    assert heads()[:2] == ["Đơn vị", "Tên"]
    assert heads(lang="en")[:2] == ["Unit", "Name"]
    assert heads(columns="ids")[:2] == heads(columns="ids", lang="en")[:2] == ["unit", "name"]


def test_a_file_says_of_when_it_is_and_has_a_safe_name(client):
    response = client.get("/violations", params=AT | {"format": "csv"})
    history = client.get(f"/dossiers/{CODE}/history", params=AT | {"format": "xlsx"})
    book = load_workbook(io.BytesIO(history.content))

    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response.headers["dunghen-as-of"].startswith("2026-06-30T23:59:59")
    assert response.headers["dunghen-complete"] == "true"
    named = 'attachment; filename="violations-2026-06-30.csv"'
    assert response.headers["content-disposition"] == named
    assert f"events-{CODE}-2026-06-30.xlsx" in history.headers["content-disposition"]
    about = {row[0]: row[1] for row in book["Thông tin"].iter_rows(values_only=True)}
    assert str(about["Tính đến"]).startswith("2026-06-30")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ('x"; filename=evil.exe', "x_filename_evil.exe"),
        ("a\r\nSet-Cookie: b", "a_Set-Cookie_b"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("Y09.21:13/2026", "Y09.21_13_2026"),
        ("hồ sơ", "h_s_"),
    ],
)
def test_no_name_leads_out_of_the_header_or_the_folder(name, safe):
    said = _disposition(name, "csv")

    assert said.startswith(f'attachment; filename="{safe}.csv"')
    assert said.isascii()
    assert said.isprintable()
    assert said.count('"') == 2


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", "json"),
        ("text/csv", "csv"),
        (MEDIA["xlsx"], "xlsx"),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "json"),
        ("application/json;q=0.5, text/csv", "csv"),
        ("text/*;q=0.3, application/json;q=0.2", "csv"),
        ("*/*, application/json;q=0", "csv"),
        ("text/csv; charset=utf-8; q=0.9, application/json; q=0.1", "csv"),
        ("text/html", None),
        ("text/csv;q=0", None),
        ("text/csv;q=often", None),
        ("", None),
    ],
)
def test_the_form_is_the_one_that_is_preferred(accept, form):
    assert preferred(accept) == form


def test_what_is_asked_for_in_the_address_comes_first(client):
    wish = {"accept": "text/csv"}
    assert client.get("/units", headers=wish).headers["content-type"].startswith("text/csv")
    plain = client.get("/units?format=json", headers=wish)
    assert plain.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["/units", f"/dossiers/{CODE}", f"/dossiers/{CODE}/explain"])
def test_a_form_that_there_is_not_is_a_problem(client, path):
    response = client.get(path, headers={"accept": "image/png"})

    assert response.status_code == 406
    assert response.json()["code"] == "not_acceptable"
    assert client.get(path, headers={"accept": "image/png, application/json;q=0.1"}).is_success


def test_a_question_that_is_refused_is_a_problem_and_no_file(client):
    response = client.get("/violations?format=csv&cursor=none")

    assert response.status_code == 400
    assert json.loads(response.content)["code"] == "invalid_cursor"

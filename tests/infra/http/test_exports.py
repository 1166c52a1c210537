"""Lists as CSV and XLSX: exactly the list that is asked, in the form that is wished, and nothing in it that a spreadsheet would work out."""

import csv
import io
import json
import re
from datetime import datetime
from types import NoneType
from typing import Any

import pytest
from openpyxl import load_workbook

from infra.http._answering import _disposition
from infra.http._forms import MEDIA, preferred
from infra.sheets import _about
from tests.architecture.test_docs import ROOT
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
    "received": ("/dossiers", {}, "dossiers"),
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


@pytest.mark.parametrize("name", LISTS)
def test_in_a_workbook_for_people_no_day_and_no_percentage_is_a_text(client, name):
    path, asked, _ = LISTS[name]
    parameters = {} if path == "/rules" else AT | asked
    response = client.get(path, params=parameters | {"format": "xlsx"})

    book = load_workbook(io.BytesIO(response.content))
    texts = [
        cell
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, str)
    ]
    looks = re.compile(r"\d{4}-\d\d-\d\d(T.*)?|-?\d+\.\d\d")
    assert [text for text in texts if looks.fullmatch(text)] == []


def test_a_clerk_can_sort_by_date_and_sum_percentages(client):
    def column(path, heading):
        asked = AT | {"format": "xlsx", "lang": "en"}
        book = load_workbook(io.BytesIO(client.get(path, params=asked).content))
        heads, *rows = book.worksheets[0].iter_rows(values_only=True)
        at = heads.index(heading)
        return [row[at] for row in rows if row[at] is not None]

    since = column("/violations", "Since")
    assert since
    assert all(isinstance(each, datetime) for each in since)
    percents = column("/reports/units", "% late, of resolved")
    assert sum(percents) > 0


# ── what a workbook says of the question ──


def about(client, path, **asked):
    response = client.get(path, params=AT | asked | {"format": "xlsx"})
    assert response.status_code == 200, response.text
    return list(load_workbook(io.BytesIO(response.content)).worksheets[-1].values)


def test_a_workbook_names_every_filter_of_the_question_and_the_moment(client):
    told = about(
        client,
        "/violations",
        unit="Y09.21",
        rule=["apology_missing", "result_overdue"],
        officer="cb-hai",
        severity=3,
        period="2026-02..2026-03",
        limit=5,
    )
    assert told == [
        ("Tính đến", datetime.fromisoformat("2026-06-30 23:59:59")),
        ("Dữ liệu ghi nhận đến", datetime.fromisoformat("2026-06-30 17:00:00")),
        ("Đầy đủ", "có"),
        ("Lịch đủ", "có"),
        ("Tổng cộng", 2),
        ("Từ ngày", datetime.fromisoformat("2026-02-01")),
        ("Đến ngày", datetime.fromisoformat("2026-03-31")),
        ("Đơn vị, gồm các đơn vị trực thuộc", "Y09.21"),
        ("Cán bộ", "cb-hai"),
        ("Quy tắc", "Không có thư xin lỗi; Giải quyết quá hạn"),
        ("Mức độ", "nghiêm trọng"),
        ("Số dòng nhiều nhất", 5),
    ]


ASKED: list[tuple[str, dict[str, Any], list[tuple[str, Any]]]] = [
    (
        "/dossiers",
        {"state": ["overdue", "resolved"], "own": "true", "recorded": "false", "begun": "no"},
        [
            ("State", "in process, overdue; resolved"),
            ("Conditions", "on paper only"),
            ("Conditions", "the unit's own, none below it"),
        ],
    ),
    (
        "/dossiers",
        {"letter": "owed", "due": "2026-07-01", "ended": "2026-02", "declared": "1"},
        [
            ("Apology letter", "owed"),
            ("Due on", datetime.fromisoformat("2026-07-01")),
            ("Ended in the month", "02/2026"),
            ("Conditions", "of units that declared"),
        ],
    ),
    (
        "/dossiers",
        {"unit": "Y09.21", "own": "true"},
        [("Unit", "Y09.21"), ("Conditions", "the unit's own, none below it")],
    ),
    (
        "/dossiers",
        {"unit": "Y09.21", "own": "false"},
        [("Unit, with those below it", "Y09.21")],
    ),
    ("/dossiers", {"due": "01/07/2026"}, [("Due on", datetime.fromisoformat("2026-07-01"))]),
    ("/dossiers", {"clock": "portal"}, []),
    (
        "/dossiers",
        {"differs": "portal"},
        [("By law and on the portal", "overdue on the portal, not by law")],
    ),
    ("/workload", {}, [("Only the dossiers", "In process")]),
    ("/workload", {"part": "five_days"}, [("Only the dossiers", "Due within 5 working days")]),
    (
        "/officers/cb-hai",
        {"part": "share", "held_in": "Y09.21"},
        [
            ("Officer", "cb-hai"),
            ("Only as held in the unit", "Y09.21"),
            ("Only the dossiers", "Dossiers with a share"),
        ],
    ),
    ("/units", {"level": "commune"}, [("Level", "commune")]),
    ("/violations", {"count_by": "unit"}, [("By", "Unit")]),
    (
        "/violations",
        {"severity": "03", "limit": "+5", "dossier": f" {CODE} "},
        [("Dossier", CODE), ("Severity", "critical"), ("Rows at most", 5)],
    ),
    ("/violations", {"severity": "0"}, [("Severity", "note")]),
    ("/dossiers", {"cursor": ""}, []),
    ("/reports/officers", {"limit": "005"}, [("Rows at most", 5)]),
    (f"/dossiers/{CODE}/history", {}, [("Dossier", CODE)]),
    ("/reports/units", {"unit": "Y09.21"}, [("Unit, with those below it", "Y09.21")]),
]


@pytest.mark.parametrize(("path", "asked", "told"), ASKED)
def test_the_filters_of_each_list_are_told_in_words(client, path, asked, told):
    said = about(client, path, lang="en", **asked)
    stated = {"As of", "Known at", "Complete", "Calendar complete", "Clock", "Total", "From", "To"}

    assert [line for line in said if line[0] not in stated] == told
    assert ("Clock", "Portal") in said or "clock" not in asked


@pytest.mark.parametrize("path", ["/dossiers", "/ho-so"])
@pytest.mark.parametrize("day", ["1772668800", "20260305", "2026-W10-4", "2026-02-30", "x"])
def test_a_number_or_a_week_is_no_day(client, path, day):
    response = client.get(path, params=AT | {"due": day, "lang": "vi"})

    assert response.status_code == 400
    assert f"{day} không phải là ngày: hãy viết 2026-11-27" in response.text


def test_that_a_workbook_is_a_part_of_a_list_is_told(client):
    told = about(client, "/violations", lang="en", limit=1, cursor=_cursor(client))
    assert told[-2:] == [
        ("Rows at most", 1),
        ("Part of the list", "what follows the page before"),
    ]


def test_every_parameter_of_a_list_can_be_told():
    """A filter that is added to the API without words for it would not stand in a file."""
    document = json.loads((ROOT / "docs/openapi.en.json").read_text())
    told = {*_about._FILTERS, *_about._FLAGS, *_about._STATED, "period"}
    of_form = {"format", "columns", "lang", "kind", "If-None-Match", "Accept-Language"}
    lists = [
        path["get"]["parameters"]
        for path in document["paths"].values()
        if "get" in path and "parameters" in path["get"]
    ]
    lists = [{each["name"] for each in parameters} for parameters in lists]
    lists = [names for names in lists if "columns" in names]

    assert len(lists) >= 8
    assert set().union(*lists) - told - of_form == set()


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

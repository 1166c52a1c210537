"""Tables for spreadsheets: hostile texts stay texts, long ones are cut, and what is written is read again."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from infra import sheets
from infra.language import Language
from infra.sheets import _xlsx
from infra.sheets._columns import Column, Sheet
from infra.telling import rule_name

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "+84912345678",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
]
PLAIN = ["Thị trấn Ví Dụ", "a=b", "a, b; c", 'nói "thế"', "hai\ndòng", "<b>&amp;</b>", "", "'x"]
NAMES = Sheet("names", "units", (Column("name", lambda row, say: row["name"]),))
SAY = Language("vi")


def written(form, names, sheet=NAMES):
    out = io.BytesIO()
    told = sheets.write(
        form, sheet, {"complete": True}, [{"name": name} for name in names], out, say=SAY
    )
    assert told.rows == len(names)
    return out.getvalue(), told


def read_csv(names):
    text = written("csv", names)[0].decode("utf-8-sig")
    return [row[0] if row else "" for row in csv.reader(io.StringIO(text, newline=""))][1:]


def cells(names):
    book = load_workbook(io.BytesIO(written("xlsx", names)[0]))
    return [row[0] for row in book[book.sheetnames[0]].iter_rows(min_row=2)]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_formula(text):
    (told,) = read_csv([text])
    assert told[0] == "'"
    assert told.replace("'", "") == text.replace("'", "")
    (cell,) = cells([text])
    assert cell.data_type == "s"
    assert cell.value == text
    assert cell.quotePrefix


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_text_stays_as_it_is(text):
    assert read_csv([text, "end"]) == [text, "end"]
    assert [cell.value for cell in cells([text, "end"])] == [text or None, "end"]


def test_numbers_are_numbers_and_minus_is_no_formula():
    assert read_csv([-5, 7]) == ["-5", "7"]
    assert [(cell.value, cell.data_type) for cell in cells([-5, 7])] == [(-5, "n"), (7, "n")]


def test_what_a_workbook_cannot_hold_is_shown_as_missing_or_cut():
    assert [cell.value for cell in cells(["a\x01b\x0bc"])] == ["a\ufffdb\ufffdc"]
    (cell,) = cells(["x" * 40_000])
    assert len(cell.value) == 32_767
    assert cell.value.endswith("…")


def test_a_list_that_is_too_long_for_a_sheet_goes_on_in_another(monkeypatch):
    monkeypatch.setattr(_xlsx, "ROWS_OF_A_SHEET", 3)
    book = load_workbook(io.BytesIO(written("xlsx", list("abcde"))[0]))

    assert book.sheetnames == ["Đơn vị", "Đơn vị 2", "Đơn vị 3", "Thông tin"]
    told = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets[:3]]
    assert told == [["Tên", "a", "b"], ["Tên", "c", "d"], ["Tên", "e"]]


def test_the_digest_is_of_what_is_said_whatever_the_form():
    digests = {
        written(form, names)[1].digest for form in ("csv", "xlsx") for names in (["a"], ["b"])
    }
    assert len(digests) == 2


def test_every_column_has_a_heading_of_its_own_in_both_languages():
    for sheet in (
        sheets.VIOLATIONS,
        sheets.COUNTS,
        sheets.UNITS,
        sheets.HISTORY,
        sheets.RULES,
        *sheets.REPORTS.values(),
    ):
        ids = [column.id for column in sheet.columns]
        for lang in ("vi", "en"):
            heads = [Language(lang)(f"sheet.{id_}") for id_ in ids]
            assert len(set(heads)) == len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("x;=cmd|' /C calc'!A0;y", "x;'=cmd|' /C calc'!A0;y"),
        ("x\n=1", "x\n'=1"),
        ("x\t@A1", "x\t'@A1"),
        ("=1;＝2", "'=1;'＝2"),
        ("a=b; -c", "a=b; -c"),
    ],
)
def test_no_text_is_a_formula_where_lines_are_divided_at_other_marks(text, safe):
    """Where decimals have a comma, a spreadsheet divides a CSV at semicolons; quotes within a line mean nothing to it then."""
    assert read_csv([text]) == [safe]
    assert cells([text])[0].value == text


@pytest.mark.parametrize(
    ("declared", "percent", "words"),
    [
        (4, "25.00", "đã kê khai"),
        (None, "100.00", "hồ sơ đã biết; đơn vị chưa kê khai"),
        (0, None, None),
    ],
)
@pytest.mark.parametrize("kind", ["units", "coverage"])
def test_a_coverage_says_what_it_is_measured_against(kind, declared, percent, words):
    (column,) = (each for each in sheets.REPORTS[kind].columns if each.id == "covered_of")
    coverage = {"recorded": 1, "declared": declared, "percent": percent}

    assert column.value({"coverage": coverage} | coverage, SAY) == words


def _lines_of(sheet, row, heads):
    out = io.BytesIO()
    sheets.write("csv", sheet, {}, [row], out, say=SAY, heads=heads)
    heading, line = csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline=""))
    return dict(zip(heading, line, strict=True))


PERSON = {"officer": "cb-mai", "unit": "Y09.21", "role": "head", "minutes": 30}
FINDING = {
    "dossier": "Y09.21-260202-0007",
    "unit": "Y09.21",
    "rule": "apology_missing",
    "rule_version": "apology_missing@1",
    "name": "Chưa gửi thư xin lỗi",
    "severity": 3,
    "since": "2026-06-01T08:00:00+07:00",
    "basis": [{"document": "61/2018/ND-CP", "article": "Đ19.9", "version": "v1"}],
    "responsible": [PERSON],
    "evidence": ["e-1"],
    "message": "…",
}


def test_people_read_words_and_programs_codes():
    people, programs = (_lines_of(sheets.VIOLATIONS, FINDING, heads) for heads in ("names", "ids"))
    assert people["Căn cứ"] == "khoản 9 Điều 19 61/2018/ND-CP"
    assert people["Người chịu trách nhiệm"] == f"cb-mai [Y09.21] {SAY.word('role', 'head')} 30"
    assert programs["basis"] == "61/2018/ND-CP Đ19.9"
    assert programs["responsible"] == "cb-mai [Y09.21] head 30"

    unit: dict[str, Any] = {
        "unit": "Y09",
        "name": "Tỉnh Ví Dụ",
        "parent": None,
        "level": "province",
    }
    unit |= {"head": None, "one_stop": False}
    people, programs = (_lines_of(sheets.UNITS, unit, heads) for heads in ("names", "ids"))
    assert (people["Cấp"], people["Bộ phận một cửa"], people["Người đứng đầu"]) == (
        "tỉnh",
        "không",
        "",
    )
    assert (programs["level"], programs["one_stop"], programs["head"]) == ("province", "false", "")

    case = {"dossier": "D", "unit": "Y09", "class": "late", "held_minutes": 1}
    case |= {"share_minutes": 1, "unattributed_minutes": 0, "late_minutes": 2}
    people, programs = (_lines_of(sheets.OFFICER, case, heads) for heads in ("names", "ids"))
    assert people["Trạng thái"] == "đã giải quyết quá hạn"
    assert programs["class"] == "late"

    officer = {"officer": "cb-mai", "unit": "Y09", "dossiers": 3, "late_dossiers": 1}
    officer |= {"share_minutes": 1, "held_minutes": 2, "findings": {"apology_missing": 2}}
    sheet = sheets.REPORTS["officers"]
    people, programs = (_lines_of(sheet, officer, heads) for heads in ("names", "ids"))
    assert people["Vi phạm, lưu ý"] == f"{rule_name('apology_missing', SAY)} 2"
    assert programs["findings"] == "apology_missing 2"

    event: dict[str, Any] = dict.fromkeys(("version", "id", "source", "time", "recordedtime"), "x")
    event |= {"type": "vn.dunghen.dossier.paused.v1", "recorded_known": True, "actor": None}
    event |= {"data": {}, "in_view": True, "corrected_by": None, "hash": "h"}
    people, programs = (_lines_of(sheets.HISTORY, event, heads) for heads in ("names", "ids"))
    assert (people["Loại"], people["Được tính"]) == ("Tạm dừng", "có")
    assert (programs["type"], programs["in_view"]) == (event["type"], "true")

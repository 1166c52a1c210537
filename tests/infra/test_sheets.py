"""Tables for spreadsheets: hostile texts stay texts, long ones are cut, and what is written is read again."""

import csv
import functools
import io
import zipfile
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from infra import sheets
from infra.language import Language
from infra.sheets import _xlsx
from infra.sheets._cells import Kind
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


# ── what people calculate with ──

KINDS: dict[Kind, str] = {"said": "name", "moment": "since", "decimal": "percent"}
TYPED = Sheet(
    "typed",
    "units",
    tuple(
        Column(id_, functools.partial(lambda kind, row, say: row.get(kind), kind), kind)
        for kind, id_ in KINDS.items()
    ),
)


def typed(row, *, form="xlsx", answer=None, heads="names"):
    out = io.BytesIO()
    sheets.write(form, TYPED, answer or {}, [row], out, say=SAY, heads=heads)
    return out


def cell_of(kind, text, **more):
    book = load_workbook(typed({kind: text}, **more))
    return book.worksheets[0][2][list(KINDS).index(kind)]


@pytest.mark.parametrize(
    ("text", "shown", "serial", "form"),
    [
        ("1900-03-01", "1900-03-01 00:00:00", "61", "dd/mm/yyyy"),
        ("2022-01-06", "2022-01-06 00:00:00", "44567", "dd/mm/yyyy"),
        ("2199-12-31", "2199-12-31 00:00:00", "109574", "dd/mm/yyyy"),
        ("2022-01-06T12:00:00+07:00", "2022-01-06 12:00:00", "44567.5", "dd/mm/yyyy hh:mm:ss"),
        ("2022-01-06T00:00:00+07:00", "2022-01-06 00:00:00", "44567.0", "dd/mm/yyyy hh:mm:ss"),
        ("2022-01-05T20:30:07Z", "2022-01-06 03:30:07", None, "dd/mm/yyyy hh:mm:ss"),
        # The end of a day: shown in whole seconds, a spreadsheet would round it up to the next.
        ("2022-01-06T23:59:59.999999+07:00", "2022-01-06 23:59:59", None, "dd/mm/yyyy hh:mm:ss"),
    ],
)
def test_a_day_or_an_instant_is_a_date_cell_with_the_hour_of_viet_nam(text, shown, serial, form):
    cell = cell_of("moment", text)

    assert (cell.value, cell.number_format) == (datetime.fromisoformat(shown), form)
    assert not cell.quotePrefix
    book = zipfile.ZipFile(typed({"moment": text}))
    written = book.read("xl/worksheets/sheet1.xml").decode()
    assert serial is None or f"<v>{serial}</v>" in written


@pytest.mark.parametrize("text", ["61.46", "0.00", "100.00", "-3.50"])
def test_a_decimal_is_a_number_that_shows_two_places(text):
    cell = cell_of("decimal", text)
    assert (cell.value, cell.data_type, cell.number_format) == (float(text), "n", "0.00")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("said", "61.46"),
        ("said", "2022-01-06"),
        ("said", "0012"),
        ("moment", "1900-02-28"),
        ("moment", "1900-02-28T17:00:00+07:00"),
        ("moment", "2022-02-30"),
        ("moment", "2022-01-06T00:00:00"),
        ("moment", "chưa rõ"),
        ("moment", "=NOW()"),
        ("decimal", "=1+1"),
        ("decimal", "NaN"),
        ("decimal", "Infinity"),
        ("decimal", "nhiều"),
    ],
)
def test_what_is_not_of_its_columns_kind_stays_the_text_that_it_is(kind, text):
    cell = cell_of(kind, text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("kind", ["moment", "decimal"])
def test_what_is_not_there_is_an_empty_cell(kind):
    assert cell_of(kind, None).value is None


@pytest.mark.parametrize(
    ("kind", "text"), [("moment", "2022-01-06T00:00:00+07:00"), ("decimal", "61.46")]
)
def test_programs_and_csv_have_the_exact_text(kind, text):
    assert cell_of(kind, text, heads="ids").value == text
    out = typed({kind: text}, form="csv")
    assert text in out.getvalue().decode("utf-8-sig").splitlines()[1].split(",")


def test_dates_are_not_shown_as_hashes_for_want_of_room():
    """A text flows over into the next cell, a date does not."""
    answer = {"as_of": "2026-06-30T23:59:59.999999+07:00"}
    list_, about = load_workbook(typed({}, answer=answer)).worksheets

    assert about["B1"].value == datetime.fromisoformat("2026-06-30 23:59:59")
    longest = len("06/01/2022 00:00:00")
    assert list_.column_dimensions["B"].width > longest
    assert about.column_dimensions["B"].width > longest


def test_the_parts_of_a_workbook_stand_in_the_order_that_the_format_wants():
    """Excel repairs, which is to say throws away, what openpyxl reads in any order."""
    book = zipfile.ZipFile(typed({}))
    styles = ET.fromstring(book.read("xl/styles.xml"))
    names = [element.tag.rpartition("}")[2] for element in styles]
    sheet = [
        each.tag.rpartition("}")[2] for each in ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    ]

    assert names == [
        "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles",
    ]  # fmt: skip
    assert all(int(element.get("count", "")) == len(element) for element in styles)
    assert sheet == ["sheetViews", "cols", "sheetData"]
    known = {element.get("numFmtId") for element in styles[0]} | {"0", "2"}
    assert {xf.get("numFmtId") for xf in styles[names.index("cellXfs")]} == known


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

"""Formulas of a register: what they said when the workbook was saved is taken and told; what would say something else today is not."""

import io
import zipfile
from xml.etree.ElementTree import Element, SubElement

import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import FORMULA_TAG

from infra.importers import read_workbook
from infra.importers._formulas import Formula, Formulas
from infra.importing import remarks
from infra.language import Language
from tests.infra.importers.conftest import NOW
from tests.infra.importers.test_register_files import NAMES, codes, serial, workbook

ROWS = [[str(n), "A", serial(f"2019-03-0{n}"), serial(f"2019-03-2{n}")] for n in (1, 2, 3)]
DUE = [43544 + n for n in (1, 2, 3)]
"""Due dates of the rows, as the workbook holds them."""


def workbook_with(changes, *, rows=ROWS, names=NAMES, **sheets):
    """A workbook in whose sheets other XML stands."""
    file, made = io.BytesIO(), io.BytesIO()
    workbook(*rows, names=names, **sheets).save(file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.namelist():
            content = old.read(part).decode()
            for was, is_ in changes.items() if part.startswith("xl/worksheets/") else ():
                assert was in content
                content = content.replace(was, is_)
            new.writestr(part, content)
    return made


def computed(*formulas, **more):
    """A workbook whose due dates are worked out by these elements, row by row; None: somebody typed it."""
    values = [f"<v>{value}</v>" for value in DUE]
    changes = {
        value: formula + value for value, formula in zip(values, formulas, strict=False) if formula
    }
    return workbook_with(changes, **more)


def read(book):
    return list(read_workbook(book, path="so.xlsx", source=None, recorded_at=NOW))


def due(line):
    return line.facts[0].data.due_at.isoformat()


def test_what_a_formula_said_when_the_workbook_was_saved_is_taken_and_noted():
    lines = read(computed("<f>C2+20</f>", None, "<f>C4+20</f>"))

    assert [due(line) for line in lines] == ["2019-03-21", "2019-03-22", "2019-03-23"]
    assert [line.computed for line in lines] == [
        (("Ngày hẹn trả", "=C2+20"),),
        (),
        (("Ngày hẹn trả", "=C4+20"),),
    ]


@pytest.mark.parametrize(
    "formula", ["TODAY()", "TODAY()+15", "INT(NOW ())", "B2+today()", "_xlfn.RANDARRAY(1)", "RANDBETWEEN(1,9)"]
)  # fmt: skip
def test_what_says_something_else_each_day_is_refused_with_its_line_and_column(formula):
    lines = read(computed(None, f"<f>{formula}</f>"))

    assert codes(lines) == [(2, ""), (3, "formula"), (4, "")]
    refusal = lines[1].refusal
    assert refusal.message == (
        f"Ngày hẹn trả: '={formula}' says something else whenever the workbook is opened: type what the paper says"
    )
    assert Language("vi").refusal(refusal.code, refusal.message) == (
        f"Ngày hẹn trả '={formula}' là công thức cho kết quả khác mỗi lần mở tệp; gõ giá trị đúng theo giấy tờ"
    )


@pytest.mark.parametrize(
    "formula",
    [
        'IF(B2="TODAY()",1,2)',
        "'NOW()'!A1",
        "'[Sổ.xlsx]NOW()'!A1",
        "MYTODAY()",
        "A.NOW(1)",
        "Today",
        "C2+20",
        "Bảng1[Số '#]+Bảng1[TODAY()]",
    ],
)
def test_what_only_looks_like_it_is_taken(formula):
    assert not Formula.of(formula).changing


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("Bảng1[[#This Row],[Mã '#]]", "Bảng1[[#This Row],[Số '#]]"),
        ("Bảng1[@[Mã '[1'] '' \"]]", "Bảng1['@x \"]"),
        ("'[Sổ.xlsx]Tháng 1'!A1", "'#2'!A1"),
        ("'#1'!A1", "'[Sổ.xlsx]Tháng 1'!A1"),
        ("[1]Sheet1!A1", "'O''Brien'!A1"),
    ],
)
def test_names_of_tables_and_sheets_hide_nothing_that_stands_between_them(before, behind):
    assert Formula.of(f"{before}+TODAY()+{behind}").changing
    assert not Formula.of(f"{before}+C2+{behind}").changing


def test_a_formula_that_cells_share_is_the_one_of_its_first_cell():
    shared = '<f t="shared" si="0"/>'
    fixed = read(computed('<f t="shared" ref="D2:D4" si="0">C2+20</f>', shared, shared))
    today = read(computed('<f t="shared" ref="D2:D4" si="0">TODAY()</f>', shared, None))

    assert [line.computed for line in fixed] == [(("Ngày hẹn trả", "=C2+20"),)] * 3
    assert codes(today) == [(2, "formula"), (3, "formula"), (4, "")]


def test_a_formula_that_spreads_over_other_cells_is_theirs():
    lines = read(computed('<f t="array" ref="D2:D3">TODAY()+ROW()</f>'))
    assert codes(lines) == [(2, "formula"), (3, "formula"), (4, "")]


@pytest.mark.parametrize("over", ["D2:D3", "D3:D2", "E2:D3", "D3:E2", "E3:C2"])
def test_its_cells_are_named_from_any_corner(over):
    lines = read(computed(f'<f t="array" ref="{over}">TODAY()+ROW()</f>'))
    assert codes(lines)[1:] == [(3, "formula"), (4, "")]


def cell(formula=None, **said):
    """A cell that somebody typed; or one with a formula."""
    element = Element("c")
    if formula is not None:
        SubElement(element, FORMULA_TAG, said).text = formula
    return element


def test_one_that_spreads_far_is_not_forgotten_for_those_that_end_before_it():
    formulas = Formulas()
    formulas.of(cell("TODAY()", t="array", ref="D2:D500"), 2, 4)
    for row in range(2, 500):
        formulas.of(cell("C2", t="array", ref=f"E{row}:F{row}"), row, 5)
        formulas.of(cell("C2", t="array", ref=f"H{row}:I{row}"), row, 8)
        assert formulas.of(cell(), row, 7) is None
        assert formulas.of(cell(), row + 1, 4) == Formula.of("TODAY()")


def test_where_too_many_spread_at_once_what_is_between_them_is_of_no_formula_that_is_known():
    formulas = Formulas()
    for column in range(1, 200):
        ref = f"{get_column_letter(column)}2:{get_column_letter(column)}9"
        formulas.of(cell("C2", t="array", ref=ref), 2, column)

    def changing(row):
        found = [formulas.of(cell(), row, column) for column in range(1, 201)]
        return [bool(formula and formula.changing) for formula in found]

    assert changing(9) == [False] * 99 + [True] * 100 + [False]
    assert changing(10) == [False] * 200


@pytest.mark.parametrize(
    "formula", ['<f t="shared" si="9"/>', '<f t="dataTable" ref="D3:D4" r1="A1"/>', "<f/>"]
)
def test_what_is_worked_out_by_a_formula_that_is_not_known_is_refused(formula):
    refusal = read(computed(None, formula))[1].refusal

    assert (refusal.code, refusal.message) == (
        "formula",
        "Ngày hẹn trả: may be the result of a formula that is not known: type what the paper says",
    )
    assert Language("vi").refusal(refusal.code, refusal.message) == (
        "Ngày hẹn trả có thể là kết quả của một công thức không xác định được; gõ giá trị đúng theo giấy tờ"
    )


def test_more_shared_formulas_than_are_remembered_are_not_known():
    formulas = Formulas()
    for index in range(10_001):
        formulas.of(cell("C2", t="shared", si=str(index)), 2, 4)
    formulas.of(cell("TODAY()", t="shared", si="0"), 3, 4)  # another one under the same number

    shared = [formulas.of(cell("", t="shared", si=si), 4, 4) for si in ("0", "1", "10000")]
    assert shared == [Formula.of("TODAY()"), Formula.of("C2"), Formula("", changing=True)]


@pytest.mark.parametrize("over", ["D2", "", "x:y", "D:D", "2:3"])
def test_of_one_that_spreads_over_what_cannot_be_read_the_others_are_as_typed(over):
    lines = read(computed(f'<f t="array" ref="{over}">TODAY()</f>'))
    assert codes(lines)[1:] == [(3, ""), (4, "")]


def test_a_formula_in_a_column_that_is_not_read_costs_nothing():
    rows, names = [[*ROWS[0], 70]], [*NAMES, "Số ngày còn lại"]
    changes = {"<v>70</v>": "<f>D2-TODAY()</f><v>70</v>"}
    (line,) = read(workbook_with(changes, rows=rows, names=names))
    assert (line.refusal, line.computed) == (None, ())


@pytest.mark.parametrize(
    ("status", "code"), [("Quá hạn", ""), ("Đang giải quyết", ""), ("Rút hồ sơ", "formula")]
)
def test_a_state_that_is_worked_out_from_today_matters_only_where_it_is_an_end(status, code):
    rows, names = [[*ROWS[0], 70, ROWS[0][3]]], [*NAMES, "Trạng thái", "Ngày trả kết quả"]
    cell = f'<c r="E2" t="str"><f>IF(TODAY()&gt;D2,"x","y")</f><v>{status}</v></c>'
    changes = {'<c r="E2" t="n"><v>70</v></c>': cell}
    assert codes(read(workbook_with(changes, rows=rows, names=names))) == [(2, code)]


@pytest.mark.parametrize("value", ["", "-"])
def test_a_formula_that_says_nothing_is_nothing(value):
    was = '<c r="D2" s="1" t="n"><v>43545</v></c>'
    cell = f'<c r="D2" t="str"><f>IF(C2="","",TODAY())</f><v>{value}</v></c>'
    first, *others = read(workbook_with({was: cell}))
    assert codes([first, *others]) == [(2, ""), (3, ""), (4, "")]
    assert (first.facts[0].data.due_at, first.computed) == (None, ())


def test_formulas_filled_down_below_the_rows_are_no_rows():
    rows = [*ROWS, [None, None, None, 70]]
    cell = '<c r="D5" t="str"><f>IF(C5="","",C5+20)</f><v></v></c>'
    lines = read(workbook_with({'<c r="D5" t="n"><v>70</v></c>': cell}, rows=rows))
    assert codes(lines) == [(2, ""), (3, ""), (4, "")]


# ── what an import tells of them ──


def test_a_column_that_is_worked_out_is_told_once_for_each_sheet(imported):
    two = [NAMES, *([f"2-{row[0]}", *row[1:]] for row in ROWS)]
    formulas = [f"<f>C{n}+20</f>" for n in (2, 3, 4)]
    summary = imported("so.xlsx", computed(*formulas, two=two).getvalue())

    assert (summary.read, summary.refused, summary.remarked) == (6, 0, 2)
    told = [(one.sheet, one.line, one.dossier, one.code) for one in summary.remarks]
    assert told == [("one", 2, "1", "computed_value"), ("two", 2, "2-1", "computed_value")]
    assert Language("vi").remark(summary.remarks[0].message) == (
        "Ngày hẹn trả '=C2+20' là công thức; ở dòng này, và ở mọi dòng khác được nhập mà cột này có công thức, "
        "lấy kết quả đã lưu trong tệp, hãy đối chiếu với hồ sơ giấy"
    )


@pytest.mark.parametrize("others", [(None, None), ("<f>C3+99</f>", None), ("<f>TODAY()</f>", None)])
def test_what_is_told_is_so_whether_others_have_a_formula_or_another_one(imported, others):
    summary = imported("so.xlsx", computed("<f>C2+20</f>", *others).getvalue())

    (told,) = summary.remarks
    assert told.line == 2
    assert told.message == (
        "Ngày hẹn trả: '=C2+20' is a formula: in this row, and in any other that is taken with a formula in this column, "
        "the result stands as the workbook holds it: compare the papers"
    )


def test_it_is_told_of_the_first_row_that_is_taken_and_again_at_the_next_import(imported):
    book = computed("<f>TODAY()</f>", "<f>C3+20</f>", '<f>IF(A4="; x",C4+20,"")</f>').getvalue()
    for _ in range(2):
        summary = imported("so.xlsx", book)
        assert [(one.line, one.code) for one in summary.remarks] == [(3, "computed_value")]
        assert [(one.line, one.code) for one in summary.rejects] == [(2, "formula")]


@pytest.mark.parametrize(
    "formula", ["C2+20", 'IF(A2="; x",C2+20,"")', "'Tháng 1'!C2 & \"a: b\"", "A" * 200]
)
def test_a_formula_is_told_in_vietnamese_whatever_stands_in_it(formula):
    told = Language("vi").remark(remarks.computed("Ngày hẹn trả", Formula.of(formula).text).message)
    assert "là công thức; ở dòng này" in told

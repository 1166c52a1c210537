"""Where a register's header and rows are, in CSV of every shape and in workbooks."""

import gzip
import io
import random
import zipfile
from datetime import datetime
from itertools import pairwise

import openpyxl
import pytest
import zstandard

from infra.importers import File, Input, read_register, read_workbook
from tests.infra.importers.conftest import HEADER, NOW, ROW

NAMES = HEADER.split(";")


def read(content):
    raw = content.encode() if isinstance(content, str) else content
    chunks = [raw[at : at + 1000] for at in range(0, len(raw), 1000)]
    return list(read_register(chunks, path="so.csv", source=None, recorded_at=NOW))


def codes(lines):
    return [(line.number, line.refusal.code if line.refusal else "") for line in lines]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_marks_and_line_ends_are_found_out(delimiter, bom, end):
    assert codes(read(bom + end.join([HEADER, ROW]).replace(";", delimiter) + end)) == [(2, "")]


@pytest.mark.parametrize(
    "header",
    [
        "MA HO SO*;DON VI GIAI QUYET;ngày  tiếp nhận;Ngày hẹn trả (dd/mm/yyyy)",
        "Số hồ sơ;Cơ quan chủ trì giải quyết;Nhận hồ sơ;Hẹn trả",
        "Mã số hồ sơ;Đơn vị xử lý;Ngày nhận;Hạn trả kết quả",
    ],
)
def test_headers_are_matched_with_synonyms_and_without_diacritics(header):
    assert codes(read(f"{header}\n{ROW}")) == [(2, "")]


def test_the_two_ends_of_a_dossier_are_not_confused():
    lines = read(
        f"{HEADER};Ngày kết thúc trên phần mềm;Ngày kết thúc xử lý\n{ROW};05/04/2019;01/04/2019"
    )
    assert [
        (fact.kind, fact.recorded_at.day) for fact in lines[0].facts if fact.recorded_known
    ] == [("result_issued", 5)]


def test_titles_numbering_and_blank_rows_are_passed_over():
    text = f"SỔ THEO DÕI, năm 2019\n\n{HEADER}\n(1);(2);(3);(4)\n;;;\n{ROW}\n\n"
    assert codes(read(text)) == [(6, "")]


@pytest.mark.parametrize(
    "row",
    [
        "Tổng cộng;;;1",
        "Tổng cộng: 10 hồ sơ;;;",
        ";CỘNG;;",
        "Cộng trang: 25;;;",
        "Tổng số hồ sơ tháng 10/2026: 1.234;;;",
        "Cộng mang sang;;12;12",
    ],
)
def test_a_total_is_neither_a_row_nor_wrong(row):
    row_read, total = read(f"{HEADER}\n{ROW}\n{row}")
    assert (row_read.total, bool(row_read.facts)) == ("", True)
    assert (total.number, total.total, total.facts, total.refusal) == (
        3, row.strip(";").partition(";")[0], (), None,
    )  # fmt: skip


@pytest.mark.parametrize(
    "row", ["Công an xã;;;", ";Tổng công ty A;;", "Cộng hòa xã hội chủ nghĩa Việt Nam;;;"]
)
def test_what_only_looks_like_a_total_is_told_as_wrong(row):
    assert codes(read(f"{HEADER}\n{ROW}\n{row}")) == [(2, ""), (3, "missing_field")]


def test_a_dossier_whose_code_is_a_word_for_total_is_a_dossier():
    (line,) = read(f"{HEADER}\nCộng;A;25/03/2019;")
    assert (line.total, line.facts[0].subject) == ("", "A:Cộng")


@pytest.mark.parametrize(
    "text", ["", "a;b;c\n1;2;3", HEADER.replace(";", "|"), "Mã hồ sơ;Ngày tiếp nhận\n"]
)
def test_without_a_header_nothing_is_read(text):
    assert codes(read(text)) == [(0, "no_header")]


@pytest.mark.parametrize("name", ["Ngày tiếp nhận", "Số hồ sơ"])
def test_two_columns_of_one_meaning_refuse_the_file(name):
    assert codes(read(f"\n{HEADER};{name}\n{ROW};x")) == [(2, "duplicate_header")]


def test_two_columns_of_one_meaning_between_bars_are_told_too():
    header = f"{HEADER};Ngày nhận".replace(";", "|")
    assert codes(read(f"{header}\n{ROW}")) == [(1, "duplicate_header")]


def test_a_quoted_line_feed_belongs_to_the_row_that_began_before_it():
    lines = read(f'{HEADER}\n12;"UBND\nxã ""A""";25/03/2019;\n13;B;26/03/2019;')
    assert codes(lines) == [(2, ""), (4, "")]
    assert lines[0].facts[0].data.competent_unit == 'UBND xã "A"'


def test_an_open_quote_costs_its_own_line_only():
    lines = read(
        f'{HEADER}\n12;"A;25/03/2019;\n' + "\n".join(f"{n};B;26/03/2019;" for n in range(80))
    )
    assert codes(lines) == [(2, "invalid_csv"), *((n, "") for n in range(3, 83))]


def test_a_line_in_another_encoding_costs_itself():
    text = (
        f"{HEADER}\n12;Hà;25/03/2019;\n".encode()
        + "13;Hà;25/03/2019;\n".encode("cp1258", "replace")
        + b"14;B;25/03/2019;"
    )
    lines = read(text)
    assert codes(lines) == [(2, ""), (3, "invalid_encoding"), (4, "")]
    assert "UTF-8" in lines[1].refusal.message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_a_file_in_another_encoding_is_refused(encoding):
    assert codes(read(f"{HEADER}\n{ROW}".encode(encoding, "replace").replace(b"?", b"\xe0"))) == [
        (1, "invalid_encoding")
    ]


def test_a_line_that_never_ends_is_passed_over():
    lines = read(f"{HEADER}\n{ROW}\n".encode() + b"x" * (2 << 20) + f"\n{ROW}".encode())
    assert codes(lines) == [(2, ""), (3, "line_too_long"), (4, "")]


# ── workbooks ──


def serial(text):
    return datetime.fromisoformat(text)  # sheets know no zone


def workbook(*rows, names=NAMES, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, more in {"one": [names, *rows], **sheets}.items():
        sheet = book.create_sheet(title)
        for cells in more:
            sheet.append(cells)
    return book


def read_book(book):
    file = io.BytesIO()
    book.save(file)
    return list(read_workbook(file, path="so.xlsx", source=None, recorded_at=NOW))


def test_date_cells_and_texts_are_read_alike():
    rows = [
        ["12", "A", serial("2019-03-25"), "29/03/2019"],
        [13, "A", serial("2019-03-25 08:15"), None],
    ]
    first, second = read_book(workbook(*rows))
    assert (first.facts[0].time.hour, first.facts[0].data.time_precision) == (8, "date")
    assert (second.facts[0].time.minute, second.facts[0].subject) == (15, "A:13")


def test_every_visible_sheet_with_a_header_is_read():
    book = workbook(
        ["1", "A", "25/03/2019", None],
        two=[NAMES, ["2", "A", "25/03/2019", ""]],
        notes=[["x"]],
        hidden=[NAMES, ["3"]],
    )
    book["hidden"].sheet_state = "hidden"
    assert [line.facts[0].subject for line in read_book(book)] == ["A:1", "A:2"]


def test_two_columns_of_one_meaning_cost_their_own_sheet_only():
    book = workbook(
        ["1", "A", "25/03/2019", None],
        two=[[*NAMES, "Số hồ sơ"], ["2", "A", "25/03/2019", "", "2"]],
        three=[NAMES, ["3", "A", "25/03/2019", ""]],
    )
    lines = read_book(book)
    assert codes(lines) == [(2, ""), (1, "duplicate_header"), (2, "")]
    assert (lines[1].sheet, lines[1].unread, lines[2].sheet) == ("two", True, "three")


def test_a_code_that_became_a_date_is_refused():
    (line,) = read_book(workbook([serial("2019-12-01"), "A", "25/03/2019", None]))
    assert line.refusal.code == "invalid_code"


@pytest.mark.parametrize("cell", ["=TODAY()", "#REF!"])
def test_a_formula_without_a_stored_value_is_refused(cell):
    good, bad = read_book(workbook(["1", "A", "25/03/2019", ""], ["2", "A", cell, ""]))
    assert (good.refusal, bad.refusal.code, bad.number) == (None, "formula", 3)
    assert b'"2"' in bad.input


def with_sheet(book, change):
    """The workbook with the XML of its first sheet changed."""
    file, changed = io.BytesIO(), io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part.endswith("/sheet1.xml") else content)
    return list(read_workbook(changed, path="so.xlsx", source=None, recorded_at=NOW))


THREE = [[str(n), "A", serial(f"2019-03-0{n}"), f"2{n}/03/2019"] for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("was", "damaged"),
    [
        (b"<v>43526</v>", b"<v>NaN</v>"),
        (b'<c r="C3" s="1" t="n"><v>43526</v>', b'<c r="C3" t="s"><v>99999</v>'),
        (b'<c r="C3" s="1" t="n"><v>43526</v>', b'<c r="C3" t="d"><v>soon</v>'),
        (b'<c r="C3" s="1" t="n"><v>43526</v>', b'<c r="C3" s="many"><v>43526</v>'),
        (b'<c r="C3" s="1" t="n"><v>43526</v>', b'<c r="C3" t="b"><v>yes</v>'),
    ],
    ids=["number", "shared text", "date", "style", "truth"],
)
def test_a_damaged_cell_costs_its_own_row(was, damaged):
    def change(sheet):
        assert was in sheet
        return sheet.replace(was, damaged)

    lines = with_sheet(workbook(*THREE), change)

    assert codes(lines) == [(2, ""), (3, "invalid_xlsx"), (4, "")]
    assert lines[1].refusal.message.startswith("Ngày tiếp nhận: ")
    assert b'"2"' in lines[1].input


def test_a_damaged_cell_of_a_column_that_is_not_read_costs_nothing():
    book = workbook(*([*row, n] for n, row in enumerate(THREE)), names=[*NAMES, "Ghi chú"])
    assert codes(
        with_sheet(
            book, lambda sheet: sheet.replace(b"<v>1</v></c></row>", b"<v>NaN</v></c></row>")
        )
    ) == [
        (2, ""),
        (3, ""),
        (4, ""),
    ]


@pytest.mark.parametrize("damaged", [b'<row r="x"', b"<row r=4"])
def test_where_a_sheet_cannot_be_read_on_it_is_said_from_which_line(damaged):
    book = workbook(*THREE, two=[NAMES, ["9", "A", "25/03/2019", ""]])

    lines = with_sheet(book, lambda sheet: sheet.replace(b'<row r="4"', damaged))

    assert codes(lines) == [(2, ""), (3, ""), (4, "invalid_xlsx"), (2, "")]
    assert lines[2].refusal.message.endswith("; from line 4 on nothing was read")
    assert lines[3].facts[0].subject == "A:9"


def test_a_sheet_that_is_damaged_from_the_beginning_is_one_refusal():
    assert codes(with_sheet(workbook(*THREE), lambda sheet: sheet.replace(b"<row", b"<ro w"))) == [
        (0, "invalid_xlsx")
    ]


def test_rows_are_told_by_their_own_numbers_whatever_their_order():
    def change(sheet):
        return sheet.replace(b'<row r="2"', b'<row r="900000"')

    assert codes(with_sheet(workbook(*THREE), change)) == [(900_000, ""), (3, ""), (4, "")]


def test_a_workbook_without_a_header_is_refused():
    assert codes(read_book(workbook(["1"], names=["x"]))) == [(0, "no_header")]


def test_a_damaged_workbook_is_refused():
    file = io.BytesIO()
    workbook(["1", "A", "25/03/2019", ""]).save(file)
    for content in (file.getvalue()[:2000], b"PK\x03\x04 nothing"):
        assert codes(
            read_workbook(io.BytesIO(content), path="x", source=None, recorded_at=NOW)
        ) == [(0, "invalid_xlsx")]


def rewritten(name, content):
    """A good workbook in which one part is another."""
    file, changed = io.BytesIO(), io.BytesIO()
    workbook(["1", "A", "25/03/2019", ""]).save(file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in {*old.namelist(), name}:
            new.writestr(part, content if part == name else old.read(part))
    return changed


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("xl/worksheets/sheet9.xml", b"<x/>" * (8 << 20)),
        ("xl/styles.xml", random.Random(1).randbytes(9 << 20).hex().encode()),
    ],
)
def test_a_bomb_is_not_unfolded(name, content):
    file = rewritten(name, content)
    assert codes(read_workbook(file, path="x", source=None, recorded_at=NOW)) == [
        (0, "suspicious_archive")
    ]


def test_a_sheet_that_is_wider_than_any_register_is_refused():
    wide = [*NAMES, *[None] * 1_500, "x"]
    assert codes(read_book(workbook(["1", "A", "25/03/2019", ""], names=wide))) == [
        (0, "suspicious_archive")
    ]
    empty = [*NAMES, *[None] * 1_500]
    (line,) = read_book(workbook(["1", "A", "25/03/2019", ""], names=empty))
    assert line.refusal is None


EXPANDING = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghij"))
ROW_OF_ENTITY = "<sheetData><row><c><v>&{};</v></c></row></sheetData></worksheet>"


@pytest.mark.parametrize(
    ("entities", "used"),
    [
        ('<!ENTITY a SYSTEM "file:///etc/passwd">', "a"),
        (f'<!ENTITY a "{"a" * 100}">{EXPANDING}', "j"),
    ],
)
def test_entities_in_a_workbook_are_not_followed(entities, used):
    sheet = f"<!DOCTYPE a [{entities}]><worksheet>{ROW_OF_ENTITY.format(used)}"
    file = rewritten("xl/worksheets/sheet1.xml", sheet.encode())
    (line,) = read_workbook(file, path="x", source=None, recorded_at=NOW)
    assert line.refusal
    assert line.refusal.code == "invalid_xlsx"


def test_a_list_of_parts_without_a_workbook_is_damage_and_not_the_disks():
    file = rewritten("[Content_Types].xml", b"<Types/>")
    (line,) = read_workbook(file, path="x", source=None, recorded_at=NOW)
    assert line.refusal
    assert line.refusal.code == "invalid_xlsx"


def test_another_archive_is_no_workbook():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    assert codes(read_workbook(file, path="x", source=None, recorded_at=NOW)) == [
        (0, "unsupported_format")
    ]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_a_workbook_may_be_packed(tmp_path, pack):
    file = io.BytesIO()
    workbook(["1", "A", "25/03/2019", ""]).save(file)
    (tmp_path / "so.xlsx.gz").write_bytes(pack(file.getvalue()))
    lines = File(Input(path=str(tmp_path / "so.xlsx.gz"))).lines(source=None, recorded_at=NOW)
    assert codes(lines) == [(2, "")]

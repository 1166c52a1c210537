"""Import as a whole: batches, counts, rejects, and that twice is once."""

import base64
import gzip
import io
import json
import os
import re
import resource
from pathlib import Path

import pytest

from infra.cli._commands import exit_code
from infra.errors import CannotRun
from infra.importing.rejects import told_again
from infra.importing.taking import import_paths
from infra.language import LANGUAGES, Language
from tests.infra.importers.conftest import HEADER, NOW, ROW
from tests.infra.importers.test_event_files import event
from tests.infra.importers.test_register_files import workbook


def events(count):
    return b"".join(event(number) + b"\n" for number in range(count))


PERSONS = b"".join(
    event(
        0,
        type="vn.dunghen.dossier.submitted.v1",
        data={"applicant": {"kind": "individual", "name": name}},
    )
    + b"\n"
    for name in ("An", "Bình", "An")
)


def written(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def counts(summary):
    return summary.read, summary.accepted, summary.duplicates, summary.refused, summary.dossiers


def test_the_answer_is_that_of_the_contract(imported, tmp_path):
    answer = imported("so.csv", f"{HEADER}\n{ROW}\n12/2019;A;25/03/2019;\nx").as_json()
    path = str(tmp_path / "so.csv")
    (reject,) = answer.pop("rejects")
    numbers = {"read": 3, "accepted": 2, "duplicates": 0, "repeated": 0, "refused": 1}
    assert answer == {
        "files": [{"path": path, "format": "register", **numbers}],
        **numbers,
        "dossiers": 2,
        "book_codes": 1,
        "known_before": 0,
        "unit_names": {"count": 2, "first": ["A", "UBND xã A"]},
        "remarked": 0,
        "remarks": [],
    }
    assert (reject["path"], reject["line"], reject["code"]) == (path, 4, "wrong_columns")


@pytest.mark.parametrize(
    ("name", "content"), [("e.jsonl", events(50)), ("so.csv", f"{HEADER}\n{ROW}\n12;A;25/03/2019;")]
)
def test_two_imports_are_one(imported, memory, name, content):
    first = imported(name, content)
    stored = dict(memory.facts)
    second = imported(name, content)
    assert (second.accepted, second.duplicates, second.refused) == (0, first.accepted, 0)
    assert (memory.facts, second.dossiers) == (stored, first.dossiers)


def test_rows_may_be_sorted_inserted_and_filled_in_between_two_imports(imported):
    imported("so.csv", f"{HEADER};Ngày trả\n1;A;25/03/2019;;\n2;A;25/03/2019;;")
    again = imported(
        "so.csv",
        f"{HEADER};Ngày trả\n3;A;25/03/2019;;\n2;A;25/03/2019;;28/03/2019\n1;A;25/03/2019;;",
    )
    assert counts(again) == (3, 2, 2, 0, 3)


@pytest.mark.parametrize("batch_size", [1, 10_000])
def test_a_row_that_contradicts_an_earlier_one_is_refused_with_all_of_its_events(
    imported, memory, batch_size
):
    columns = "Cán bộ xử lý;Số thư xin lỗi;Ngày thư xin lỗi"
    summary = imported(
        "so.csv",
        f"{HEADER};{columns}\n1;A;11/02/2019;18/02/2019;An;;\n"
        "1;A;12/02/2019;19/02/2019;Bình;08/TXL;15/02/2019\n1;A;11/02/2019;18/02/2019;An;;",
        batch_size=batch_size,
    )
    assert counts(summary) == (3, 2, 2, 1, 1)
    assert (summary.rejects[0].line, summary.rejects[0].code) == (3, "idempotency_conflict")
    assert {fact.kind for fact in memory.facts.values()} == {"accepted", "transferred"}


LETTER = "Số thư xin lỗi;Ngày thư xin lỗi;Ngày hẹn lại"


@pytest.mark.parametrize(
    ("columns", "before", "now"),
    [
        (LETTER, "08/TXL;18/02/2019;25/02/2019", "08/TXL;15/02/2019;25/02/2019"),
        (LETTER, "08/TXL;18/02/2019;25/02/2019", "08/TXL;18/02/2019;26/02/2019"),
        (LETTER, ";18/02/2019;", ";15/02/2019;"),
        ("Cán bộ xử lý;Ngày chuyển", "binh@a.vn;12/02/2019", "binh@a.vn;13/02/2019"),
        ("Ngày chuyển;Hạn xử lý", "12/02/2019;13/02/2019", "13/02/2019;13/02/2019"),
        ("Ngày nộp", "10/02/2019", "09/02/2019"),
        ("Ngày có kết quả", "18/02/2019", "15/02/2019"),
        ("Ngày trả kết quả", "18/02/2019", "15/02/2019"),
    ],
)
def test_another_date_of_the_same_is_a_contradiction_and_nothing_new(
    imported, columns, before, now
):
    header, row = f"{HEADER};{columns}\n", "1;A;11/02/2019;18/02/2019;"
    imported("so.csv", header + row + before)
    assert counts(imported("so.csv", header + row + now)) == (1, 0, 0, 1, 0)


def test_a_contradiction_is_told_in_the_words_of_the_register_with_both_values_and_hashes(imported):
    columns = f"Cán bộ tiếp nhận;{LETTER}"
    header = f"{HEADER};{columns}\n40/2019;A;11/02/2019;"
    imported("so.csv", f"{header};An;8;18/02/2019;25/02/2019")
    (reject,) = imported("so.csv", f"{header}18/02/2019;Bình;8;15/02/2019;25/02/2019").rejects
    assert reject.message.startswith(
        "dossier 40/2019 was read in an earlier import with other values: nothing of this row is taken; "
        "Cán bộ tiếp nhận: 'An' before, 'Bình' now; Ngày hẹn trả: empty before, 18/02/2019 now; "
        "Ngày thư xin lỗi: 18/02/2019 before, 15/02/2019 now; if the book was corrected, send a `corrected` event"
    )
    assert len(re.findall(r"(?:stored|given) [0-9a-f]{64}", reject.message)) == 6


@pytest.mark.parametrize("batch_size", [1, 10_000])
def test_the_same_code_twice_is_told_with_its_first_line_and_what_to_do(imported, batch_size):
    rows = (
        "101/2026;A;02/03/2026;06/03/2026\n102/2026;A;02/03/2026;06/03/2026\n101/2026;A;02/03/2026;"
    )
    (reject,) = imported("so.csv", f"{HEADER}\n{rows}", batch_size=batch_size).rejects
    assert reject.line == 4
    assert Language("vi").refusal(reject.code, reject.message) == (
        "Mã 101/2026 đã có ở dòng 2 của tệp này; dòng này không nhập; Ngày hẹn trả 06/03/2026 ở lần đọc trước, "
        "để trống ở dòng này; sửa một trong hai dòng, hoặc sửa mã nếu là hồ sơ khác"
    )


@pytest.mark.parametrize(
    ("hour", "told"),
    [("10:00", "11/02/2019 08:00:00 before, 11/02/2019 10:00:00 now"), ("8:00", "without an hour")],
)
def test_a_contradiction_in_the_hour_is_told_with_the_hour(imported, hour, told):
    imported("so.csv", f"{HEADER}\n1;A;11/02/2019;")
    (reject,) = imported("so.csv", f"{HEADER}\n1;A;11/02/2019 {hour};").rejects
    assert told in reject.message


def test_a_dossier_may_have_a_row_for_every_officer_and_every_letter(imported):
    columns = "Cán bộ xử lý;Số thư xin lỗi;Ngày thư xin lỗi"
    row = "1;A;11/02/2019;18/02/2019"
    summary = imported(
        "so.csv",
        f"{HEADER};{columns}\n{row};An;;\n{row};Bình;8;18/02/2019\n{row};Bình;9;18/02/2019",
    )
    assert counts(summary) == (3, 5, 3, 0, 1)


@pytest.mark.parametrize("batch_size", [1, 10_000])
def test_rows_of_a_book_that_was_imported_under_another_name_are_taken_and_counted(
    imported, memory, tmp_path, batch_size
):
    for name in ("b.csv", "c.csv"):
        (tmp_path / name).write_text(f"{HEADER}\n{ROW}\n12;A;25/03/2019;\n{ROW}")
    assert imported("a.csv", f"{HEADER}\n{ROW}").known_before == 0
    summary = import_paths(memory, [str(tmp_path)], recorded_at=NOW, batch_size=batch_size)
    assert (summary.accepted, summary.known_before) == (4, 3), "one of b, two of c"


def test_a_book_under_the_same_source_is_not_known_from_another(imported):
    imported("a.csv", f"{HEADER}\n{ROW}", source="/paper/s")
    again = imported("b.csv", f"{HEADER};Ngày trả\n{ROW};29/03/2019", source="/paper/s")
    assert (again.accepted, again.duplicates, again.known_before) == (1, 1, 0)


@pytest.mark.parametrize("batch_size", [1, 7, 10_000])
def test_batches_make_no_difference_and_the_last_one_is_not_forgotten(imported, memory, batch_size):
    assert counts(imported("e.jsonl", events(50), batch_size=batch_size)) == (50, 50, 0, 0, 50)
    assert (sum(memory.batches), max(memory.batches)) == (50, min(batch_size, 50))


def test_an_import_that_was_cut_off_is_completed_by_the_next(imported, memory, monkeypatch):
    record = memory.record

    def cut_off(facts, /, **options):
        if len(memory.facts) >= 20:
            raise KeyboardInterrupt
        return record(facts, **options)

    monkeypatch.setattr(memory, "record", cut_off)
    with pytest.raises(KeyboardInterrupt):
        imported("e.jsonl", events(50), batch_size=10)
    monkeypatch.setattr(memory, "record", record)
    assert counts(imported("e.jsonl", events(50))) == (50, 30, 20, 0, 50)


def test_a_dry_run_records_nothing(imported, memory):
    assert counts(imported("e.jsonl", events(5) + b"{", dry_run=True)) == (6, 5, 0, 1, 5)
    assert memory.facts == {}


@pytest.mark.parametrize("batch_size", [1, 10_000])
def test_a_dry_run_tells_all_that_the_import_will_tell(imported, memory, tmp_path, batch_size):
    def answer(**options):
        paths = [str(tmp_path / name) for name in ("b.csv", "c.csv", "e.jsonl")]
        summary = import_paths(memory, paths, recorded_at=NOW, batch_size=batch_size, **options)
        hashes = re.compile(r"\b[0-9a-f]{64}\b")  # of persons under keys that are not kept
        return json.loads(hashes.sub("", json.dumps(summary.as_json())))

    imported("b.csv", f"{HEADER}\n1;A;25/03/2019;\n2;A;25/03/2019;")
    (tmp_path / "b.csv").write_text(
        f"{HEADER};Ngày trả\n1;A;26/03/2019;;\n2;A;25/03/2019;;\n3;A;25/03/2019;;28/03/2019\n"
        "3;A;26/03/2019;;28/03/2019\n3;A;25/03/2019;;29/03/2019"
    )
    (tmp_path / "c.csv").write_text(f"{HEADER}\n1;A;25/03/2019;\n3;A;25/03/2019;\n\nx")
    (tmp_path / "e.jsonl").write_bytes(PERSONS)
    stored = dict(memory.facts)
    dry = answer(dry_run=True)
    assert memory.facts == stored
    assert dry.pop("dry_run")
    assert dry == answer()
    assert (dry["refused"], dry["duplicates"], dry["known_before"]) == (5, 2, 2)


def test_standard_input_is_a_file_like_any_other(memory):
    summary = import_paths(
        memory, ["-"], recorded_at=NOW, stdin=io.BytesIO(f"{HEADER}\n{ROW}".encode())
    )
    assert counts(summary) == (1, 1, 0, 0, 1)
    assert [source for source, _ in memory.facts] == ["/paper/stdin"]


def test_a_source_may_be_given_for_a_register(imported, memory):
    imported("so.csv", f"{HEADER}\n{ROW}", source="/paper/một-cửa")
    assert [source for source, _ in memory.facts] == ["/paper/một-cửa"]


def test_a_file_that_is_not_there_does_not_stop_the_others(memory, tmp_path):
    (tmp_path / "e.jsonl").write_bytes(events(3))
    summary = import_paths(memory, [str(tmp_path / "x.csv"), str(tmp_path)], recorded_at=NOW)
    assert counts(summary) == (3, 3, 0, 1, 3)
    assert (summary.rejects[0].line, summary.rejects[0].code) == (0, "not_found")


def test_progress_ends_at_the_size_of_all_files(imported, tmp_path):
    seen = []
    imported("e.jsonl", events(50), progress=lambda *told: seen.append(told))
    size = (tmp_path / "e.jsonl").stat().st_size
    assert seen[-1] == (str(tmp_path / "e.jsonl"), size, size)


def test_units_written_as_names_are_counted_but_not_those_that_are_registered(imported):
    imported(
        "u.jsonl",
        event(
            1,
            type="vn.dunghen.unit.registered.v1",
            subject="UBND xã A",
            data={"unit": "UBND xã A", "name": "UBND xã A"},
        ),
    )
    units = ["UBND xã A", "UBND xã B", "ubnd xã  b", "H40", "000.00.17.H40", "UBND xã C"]
    rows = [f"{number};{unit};25/03/2019;" for number, unit in enumerate(units)]
    summary = imported("so.csv", "\n".join([HEADER, *rows, "9;UBND xã D;x;"]))
    assert (summary.accepted, summary.refused) == (6, 1)
    assert (summary.unit_names, summary.first_unit_names) == (2, ["UBND xã B", "UBND xã C"])


def test_a_refused_row_of_a_workbook_is_told_with_its_sheet(imported):
    book = workbook(two=[HEADER.split(";"), ["1", "A", "x", ""]])
    (reject,) = imported("so.xlsx", written(book)).rejects
    assert (reject.line, reject.sheet) == (2, "two")
    assert reject.message.startswith("Ngày tiếp nhận: ")


NOT_READ = {
    "utf-16.csv": f"{HEADER}\n{ROW}".encode("utf-16"),
    "latin.csv": f"{HEADER}\n{ROW}".encode("cp1258", "replace"),
    "twice.csv": f"{HEADER};Ngày nhận\n{ROW};x",
    "headless.csv": "a;b\n1;2",
    "cut.csv.gz": gzip.compress(HEADER.encode())[:-12],
    "utf-16.jsonl": events(3).decode().encode("utf-16"),
    "cut.jsonl.gz": gzip.compress(events(3))[:-40],
    "utf-16.json": '[{"MaHoSo": "1"}]'.encode("utf-16"),
    "empty.json": b'{"DongBoHoSoMC": 1, "data": []}',
    "open.json": '[{"MaHoSo": "1"',
    "twice.xlsx": written(workbook(names=[*HEADER.split(";"), "Số hồ sơ"])),
    "headless.xlsx": written(workbook(names=["x"])),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_a_file_of_which_nothing_could_be_read_is_one_refusal_and_ends_with_3(imported, name):
    form = "sync" if name == "utf-16.json" else "auto"
    answer = imported(name, NOT_READ[name], form=form).as_json()
    assert (answer["read"], answer["refused"]) == (0, 1), answer
    assert exit_code("import", answer) == 3


def test_a_file_whose_rows_are_all_refused_was_read(imported):
    answer = imported("so.csv", f"{HEADER}\nx").as_json()
    assert (answer["read"], exit_code("import", answer)) == (1, 1)


# ── what is taken, and is odd ──


def remarks(summary):
    return [(remark.line, remark.dossier, remark.code) for remark in summary.remarks]


def test_a_total_is_neither_read_nor_refused_and_is_told(imported):
    summary = imported("so.csv", f"{HEADER}\n{ROW}\nTổng cộng: 1 hồ sơ;;;")
    assert counts(summary) == (1, 1, 0, 0, 1)
    assert exit_code("import", summary.as_json()) == 0
    assert remarks(summary) == [(3, None, "total_row")]
    assert "'Tổng cộng: 1 hồ sơ' là dòng cộng" in Language("vi").remark(summary.remarks[0].message)


@pytest.mark.parametrize("dry_run", [False, True])
def test_days_that_contradict_each_other_are_taken_and_told(imported, dry_run):
    columns = "Ngày có kết quả;Ngày trả kết quả"
    rows = (
        "1;A;07/09/2025;10/09/2025;10/08/2025;08/09/2025",
        "2;A;04/11/2025;02/11/2025;;",
        "3;A;07/09/2027;;;",
        "4;A;07/09/2025 14:00;07/09/2025 10:00;07/09/2025 11:30;07/09/2025",
        "5;A;07/09/2025;07/09/2025;07/09/2025;07/09/2025",
    )
    summary = imported("so.csv", "\n".join([f"{HEADER};{columns}", *rows]), dry_run=dry_run)
    assert (summary.read, summary.refused, summary.remarked) == (5, 0, 5)
    assert remarks(summary) == [
        (2, "1", "end_before_acceptance"),
        (3, "2", "due_before_acceptance"),
        (4, "3", "acceptance_in_future"),
        (5, "4", "due_before_acceptance"),
        (5, "4", "end_before_acceptance"),
    ]
    vi, en = ([Language(lang).remark(one.message) for one in summary.remarks] for lang in LANGUAGES)
    assert vi[0].startswith("Ngày có kết quả 10/08/2025 đứng trước ngày tiếp nhận 07/09/2025; ")
    assert vi[1].startswith("Ngày hẹn trả 02/11/2025 đứng trước ngày tiếp nhận 04/11/2025; ")
    assert vi[2].startswith("Ngày tiếp nhận 07/09/2027 sau lúc ghi nhận 01/01/2026; ")
    assert "07/09/2025 10:00" in vi[3]
    assert en[4].startswith(
        "the result of 07/09/2025 11:30 lies before the acceptance of 07/09/2025 14:00"
    )


def test_of_systems_and_events_the_same_is_told(imported):
    due = event(1, data={"competent_unit": "H40.17", "due_at": "2019-03-01"})
    (remark,) = imported("e.jsonl", due).remarks
    assert (remark.line, remark.code) == (1, "due_before_acceptance")
    assert remark.dossier == "H40.17-190325-0001"


def test_of_a_row_that_is_refused_nothing_else_is_told(imported):
    row = "1;A;07/09/2025;01/09/2025"
    assert imported("so.csv", f"{HEADER}\n{row}\n1;A;07/09/2025;02/09/2025").remarked == 1


def test_of_many_remarks_the_first_are_listed_and_all_are_counted(imported):
    rows = "\n".join(f"{number};A;07/09/2025;01/09/2025" for number in range(150))
    summary = imported("so.csv", f"{HEADER}\n{rows}")
    assert (summary.remarked, len(summary.remarks)) == (150, 100)


# ── twice in one import ──


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("batch_size", [1, 10_000])
def test_what_stands_twice_in_a_file_is_not_called_known_before(imported, batch_size, dry_run):
    columns = "Cán bộ xử lý"
    rows = f"{ROW};An\n{ROW};Bình\n{ROW};An"
    summary = imported(
        "so.csv", f"{HEADER};{columns}\n{rows}", batch_size=batch_size, dry_run=dry_run
    )
    assert (summary.accepted, summary.duplicates, summary.repeated) == (3, 3, 3)


@pytest.mark.parametrize("dry_run", [False, True])
def test_what_an_earlier_import_has_stored_is_known_before(imported, dry_run):
    imported("so.csv", f"{HEADER}\n{ROW}")
    summary = imported(
        "so.csv", f"{HEADER};Ngày trả\n{ROW};29/03/2019\n{ROW};29/03/2019", dry_run=dry_run
    )
    assert (summary.accepted, summary.duplicates, summary.repeated) == (1, 3, 1)


# ── rejects ──


def rejects(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def test_the_rejects_file_holds_all_refused_lines_with_their_input(imported, tmp_path):
    path = tmp_path / "rejects.jsonl"
    summary = imported("e.jsonl", events(2) + b"{ \xe0\n" + "hỏng\n".encode() * 150, rejects=path)
    told = rejects(path)
    assert (summary.refused, len(summary.rejects), len(told)) == (151, 100, 151)
    assert (base64.b64decode(told[0]["input"]), told[0]["input_encoding"]) == (b"{ \xe0", "base64")
    assert {**told[-1], "message": ""} == {
        "path": str(tmp_path / "e.jsonl"), "line": 153, "sheet": None, "code": "invalid_json", "message": "",
        "input": "hỏng",
    }  # fmt: skip
    assert path.stat().st_mode & 0o077 == 0


def test_the_rejects_file_is_in_the_readers_language_and_keeps_the_code(imported, tmp_path):
    say = Language("vi")
    content = f"{HEADER}\n1;A;x;\n2;A;;"
    imported("so.csv", content, rejects=tmp_path / "en")
    summary = imported("so.csv", content, rejects=tmp_path / "vi", told=say.refusal)
    told = rejects(tmp_path / "vi")
    assert [line["code"] for line in told] == ["invalid_date", "missing_field"]
    assert told[0]["message"].startswith("Ngày tiếp nhận 'x' không phải là ngày; ")
    assert summary.rejects[0].message.startswith("Ngày tiếp nhận: 'x' is no date"), "JSON: English"
    with (tmp_path / "en").open("rb") as lines:
        again = b"".join(told_again(lines, say.refusal))
    assert again == (tmp_path / "vi").read_bytes()


def test_a_cut_input_says_so(imported, tmp_path):
    imported("e.jsonl", b"x" * (3 << 20), rejects=tmp_path / "r")
    (told,) = rejects(tmp_path / "r")
    assert (len(told["input"]), told["input_truncated"]) == (1 << 20, True)


def test_rejects_of_an_earlier_import_are_replaced_even_by_none(imported, tmp_path):
    (tmp_path / "r").write_text("old")
    imported("e.jsonl", events(1), rejects=tmp_path / "r")
    assert (tmp_path / "r").read_text() == ""


def test_a_rejects_file_that_cannot_be_begun_stops_the_import_before_it_starts(
    imported, memory, tmp_path
):
    with pytest.raises(CannotRun) as told:
        imported("e.jsonl", events(1), rejects=tmp_path / "nowhere" / "r")
    assert told.value.code == "rejects_unwritable"
    assert memory.facts == {}


def test_a_full_disk_is_told(imported):
    with pytest.raises(CannotRun) as told:
        imported("e.jsonl", b"{\n" * 20_000, rejects=Path("/dev/full"))
    assert told.value.code == "disk_full"


def test_a_device_is_written_to_and_not_replaced(imported):
    imported("e.jsonl", b"{", rejects=Path(os.devnull))
    assert Path(os.devnull).is_char_device()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path, memory):
    def peak(count):
        with (tmp_path / "e.jsonl").open("wb") as file:
            file.writelines(
                event(number % 5_000, subject=f"H40.17-190325-{number:07d}") + b"\n"
                for number in range(count)
            )
        import_paths(memory, [str(tmp_path / "e.jsonl")], recorded_at=NOW, dry_run=True)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert peak(120_000) - peak(20_000) < 12 << 10, "KiB"

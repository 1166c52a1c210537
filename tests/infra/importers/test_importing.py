"""Import as a whole: batches, counts, rejects, and that twice is once."""

import base64
import io
import json
import os
import re
import resource
from pathlib import Path

import pytest

from infra.errors import CannotRun
from infra.importing import import_paths
from infra.language import Language
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


def counts(summary):
    return summary.read, summary.accepted, summary.duplicates, summary.refused, summary.dossiers


def test_the_answer_is_that_of_the_contract(imported, tmp_path):
    answer = imported("so.csv", f"{HEADER}\n{ROW}\n12/2019;A;25/03/2019;\nx").as_json()
    path = str(tmp_path / "so.csv")
    (reject,) = answer.pop("rejects")
    numbers = {"read": 3, "accepted": 2, "duplicates": 0, "refused": 1}
    assert answer == {
        "files": [{"path": path, "format": "register", **numbers}],
        **numbers,
        "dossiers": 2,
        "book_codes": 1,
        "known_before": 0,
        "unit_names": {"count": 2, "first": ["A", "UBND xã A"]},
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
    file = io.BytesIO()
    workbook(two=[HEADER.split(";"), ["1", "A", "x", ""]]).save(file)
    (reject,) = imported("so.xlsx", file.getvalue()).rejects
    assert (reject.line, reject.message[:29]) == (2, "sheet 'two': Ngày tiếp nhận: ")


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
        "path": str(tmp_path / "e.jsonl"), "line": 153, "code": "invalid_json", "message": "", "input": "hỏng",
    }  # fmt: skip
    assert path.stat().st_mode & 0o077 == 0


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

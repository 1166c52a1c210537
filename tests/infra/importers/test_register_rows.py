"""What a row of a register becomes: the table of the command line's contract."""

from datetime import date, datetime, time

import pytest

from domain.values import VN
from tests.infra.importers.conftest import ROW


def at(day, hour, minute=0):
    return datetime.combine(date.fromisoformat(day), time(hour, minute), VN)


LETTER = "Số thư xin lỗi;Ngày thư xin lỗi;Ngày hẹn lại"


def test_four_columns_are_an_acceptance(rows):
    (line,) = rows("12/2019;UBND xã A;25/03/2019 08:15;29/03/2019")
    (fact,) = line.facts
    assert (fact.kind, fact.source, fact.subject) == (
        "accepted",
        "/paper/so.csv",
        "UBND xã A:12/2019",
    )
    assert (fact.time, fact.data.due_at) == (at("2019-03-25", 8, 15), date(2019, 3, 29))
    assert (fact.data.competent_unit, fact.data.actor.unit, fact.data.time_precision) == (
        "UBND xã A",
        "UBND xã A",
        None,
    )


def test_only_codes_that_follow_no_pattern_are_made_unique_by_their_unit(rows):
    book, standard = rows("12/2019;A;25/03/2019;", "H40.17-190325-0001;A;25/03/2019;")
    assert (book.book, book.facts[0].subject) == (True, "A:12/2019")
    assert (standard.book, standard.facts[0].subject) == (False, "H40.17-190325-0001")


def test_an_empty_due_date_is_no_refusal(rows):
    (line,) = rows("12/2019;A;25/03/2019;")
    assert line.facts[0].data.due_at is None


@pytest.mark.parametrize(
    ("columns", "cells", "kind", "when"),
    [
        ("Ngày nộp", "24/03/2019", "submitted", at("2019-03-24", 8)),
        ("Ngày nộp", "24/03/2019", "accepted", at("2019-03-25", 8)),
        ("Cán bộ xử lý;Ngày chuyển", "binh;26/03/2019", "transferred", at("2019-03-26", 8)),
        ("Cán bộ xử lý", "binh", "transferred", at("2019-03-25", 8)),
        ("Ngày thư xin lỗi", "28/03/2019", "apology_letter_sent", at("2019-03-28", 16)),
        ("Ngày có kết quả", "28/03/2019", "result_issued", at("2019-03-28", 16)),
        ("Ngày trả kết quả", "28/03/2019", "returned", at("2019-03-28", 16)),
    ],
)
def test_a_time_without_hour_is_eight_or_sixteen_and_says_so(told, columns, cells, kind, when):
    fact = told(columns, cells)[kind]
    assert (fact.time, fact.data.time_precision) == (when, "date")


def test_a_stated_hour_is_kept_to_the_second(told):
    fact = told("Ngày có kết quả", "28/03/2019 10:20:30")["result_issued"]
    assert (fact.time.time(), fact.data.time_precision) == (time(10, 20, 30), None)


@pytest.mark.parametrize(
    ("cell", "due"), [("02/04/2019", date(2019, 4, 2)), ("02/04/2019 11:00", at("2019-04-02", 11))]
)
def test_limits_stay_dates_unless_they_have_an_hour(told, cell, due):
    facts = told("Hạn xử lý;Ngày thư xin lỗi;Ngày hẹn lại", f"{cell};28/03/2019;{cell}")
    assert facts["transferred"].data.step_due_at == due
    assert facts["apology_letter_sent"].data.new_due_at == due
    assert (facts["due_date_changed"].data.new_due_at, facts["due_date_changed"].data.ground) == (
        due,
        "rescheduled",
    )


def test_procedure_and_channel_go_into_the_submission_or_else_into_the_acceptance(told):
    with_day = told("Mã TTHC;Kênh;Ngày nộp", "1.005129;Trực tuyến;24/03/2019")
    without = told("Mã TTHC;Kênh;Ngày nộp", "1.005129;BCCI;")
    assert (with_day["submitted"].data.procedure, with_day["submitted"].data.channel) == (
        "1.005129",
        "online",
    )
    assert (with_day["accepted"].data.procedure, with_day["accepted"].data.channel) == (None, None)
    assert (without["accepted"].data.procedure, without["accepted"].data.channel) == (
        "1.005129",
        "postal",
    )


def test_the_longest_texts_fit_into_an_id(rows):
    row = f"{'1' * 100};{'A' * 150};25/03/2019;;{'b' * 300};{'8' * 300};28/03/2019;29/03/2019"
    (line,) = rows(row, columns=f";Cán bộ xử lý;{LETTER}")
    assert len(line.facts) == 4, line.refusal


def test_the_clerk_accepts_and_the_officer_receives(told):
    facts = told("Cán bộ tiếp nhận;Cán bộ xử lý", "an;binh")
    assert (facts["accepted"].data.actor.officer, facts["accepted"].data.actor.unit) == (
        "an",
        "UBND xã A",
    )
    assert (facts["transferred"].data.to.officer, facts["transferred"].data.to.unit) == (
        "binh",
        "UBND xã A",
    )


def test_the_software_date_is_when_any_end_was_recorded(told):
    facts = told(
        "Ngày có kết quả;Ngày trả kết quả;Ngày kết thúc trên phần mềm",
        "28/03/2019;29/03/2019 16:30;29/03/2019",
    )
    assert (facts["result_issued"].recorded_at, facts["result_issued"].recorded_known) == (
        at("2019-03-29", 16),
        True,
    )
    assert facts["returned"].recorded_at == at("2019-03-29", 16, 30), "not before what it records"
    assert not facts["accepted"].recorded_known


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("Rút hồ sơ", "withdrawn"),
        ("Công dân yêu cầu rút hồ sơ", "withdrawn"),
        ("DỪNG XỬ LÝ", "stopped"),
        ("Từ chối", "refused"),
        ("Từ chối giải quyết", "refused"),
        ("Đã trả kết quả", "result_issued"),
        ("Tạm dừng xử lý", "result_issued"),
        ("Xử lý đúng hạn", "result_issued"),
        ("", "result_issued"),
    ],
)
def test_the_status_names_the_end(told, status, kind):
    facts = told("Trạng thái;Ngày có kết quả", f"{status};28/03/2019")
    assert set(facts) == {"accepted", kind}


def test_an_end_by_status_takes_the_day_of_return_where_it_has_no_other(told):
    facts = told("Trạng thái;Ngày trả kết quả", "Rút hồ sơ;28/03/2019")
    assert set(facts) == {"accepted", "withdrawn"}


@pytest.mark.parametrize(
    ("columns", "cells", "code"),
    [
        ("Trạng thái;Ngày có kết quả", "Rút hồ sơ;", "missing_field"),
        ("Trạng thái;Ngày có kết quả", "Từ chối tiếp nhận;28/03/2019", "invalid_code"),
        ("Số thư xin lỗi;Ngày thư xin lỗi", "12/PXL;", "missing_field"),
        ("Ngày thư xin lỗi;Ngày hẹn lại", ";02/04/2019", "missing_field"),
        ("Kênh", "bồ câu", "invalid_code"),
        ("Ngày trả kết quả", "31/02/2019", "invalid_date"),
        ("Ngày trả kết quả", "03/25/2019", "invalid_date"),
        ("Ngày trả kết quả", "28/03/19", "two_digit_year"),
        ("Ngày trả kết quả", "28/03/0219", "time_out_of_range"),
        ("Ngày trả kết quả", "28/03/9999", "time_out_of_range"),
        ("Ngày trả kết quả", "28/03/2019 25:00", "invalid_date"),
        ("Ngày trả kết quả", "hôm qua", "invalid_date"),
        ("Ngày trả kết quả", "43552", "invalid_date"),
        ("Ngày trả kết quả", "=A1+1", "formula"),
        ("Ngày trả kết quả", "#REF!", "formula"),
        ("Ngày trả kết quả", "28/03/2019;thừa", "wrong_columns"),
        ("Cán bộ xử lý", "a\0b", "invalid_field"),
        ("Cán bộ xử lý", "b" * 400, "invalid_field"),
    ],
)
def test_a_row_that_cannot_be_understood_is_refused(rows, columns, cells, code):
    (line,) = rows(f"H40.17-190325-0001;A;25/03/2019;29/03/2019;{cells}", columns=f";{columns}")
    assert (line.number, line.facts, line.refusal.code) == (2, (), code)


@pytest.mark.parametrize(
    "cells", [";A;25/03/2019;", "12;;25/03/2019;", "12;A;;29/03/2019", "12;A;25/03/2019"]
)
def test_a_row_without_a_required_cell_is_refused(rows, cells):
    (line,) = rows(cells)
    assert line.refusal.code in {"missing_field", "wrong_columns"}


def test_all_problems_of_a_row_are_told_at_once(rows):
    (line,) = rows("12;A;31/02/2019;29/03/19")
    assert line.refusal.code == "invalid_date"
    assert "Ngày tiếp nhận" in line.refusal.message
    assert "Ngày hẹn trả" in line.refusal.message


@pytest.mark.parametrize("cell", ["43552", "43552.5"])
def test_a_spreadsheets_number_of_a_day_is_told_as_one(rows, cell):
    (line,) = rows(f"12;A;{cell};29/03/2019")
    assert f"Ngày tiếp nhận: {cell!r} is a spreadsheet's number of a day" in line.refusal.message


@pytest.mark.parametrize("cell", ["-", "–", "NULL", " "])
def test_a_cell_that_says_nothing_is_empty(told, cell):
    assert set(told("Ngày trả kết quả", cell)) == {"accepted"}


@pytest.mark.parametrize(
    "cell",
    [
        "4/3/2019",
        "04-03-2019",
        "04.03.2019",
        "2019-03-04",
        "04/03/2019 00:00:00",
        "2019-03-04T00:00:00",
    ],
)
def test_dates_are_read_in_every_usual_writing(told, cell):
    fact = told("Ngày trả kết quả", cell)["returned"]
    assert (fact.time, fact.data.time_precision) == (at("2019-03-04", 16), "date")


@pytest.mark.parametrize(
    "cell", ["04/03/2019 8:05", "08:05 04/03/2019", "08 giờ 05 phút, ngày 04/03/2019"]
)
def test_hours_are_read_in_every_usual_writing(told, cell):
    assert told("Ngày trả kết quả", cell)["returned"].time == at("2019-03-04", 8, 5)


@pytest.mark.parametrize("mark", ["\ufeff", "\u200b", "\u202a", "\u2060", "\u00ad"])
def test_marks_that_nobody_sees_do_not_make_another_code(rows, mark):
    (line,) = rows(f"{mark}12/2019{mark};UB{mark}ND xã A;25/03/2019;{mark}29/03/2019")
    assert line.refusal is None
    assert line.facts[0].subject == "UBND xã A:12/2019"
    assert line.facts[0].data.due_at.isoformat() == "2019-03-29"


@pytest.mark.parametrize("cell", ["\u200b", "\u3164"])
def test_a_cell_that_shows_nothing_is_empty(rows, cell):
    for at, column in enumerate(("Mã hồ sơ", "Đơn vị giải quyết")):
        cells = ROW.split(";")
        cells[at] = cell
        (line,) = rows(";".join(cells))
        assert line.refusal.code == "missing_field"
        assert line.refusal.message.startswith(f"{column}: is empty")

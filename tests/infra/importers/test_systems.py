"""What is taken from the national portal's records and from iGate's, and what is only observed."""

import json
from datetime import date

import pytest

from infra.importers import LINE_LIMIT, read_igate, read_sync
from infra.importers._json import records
from tests.infra.importers.conftest import NOW

DOSSIER = {
    "MaHoSo": "000.00.17.H40-190325-0001",
    "MaTTHC": "1.005129",
    "KenhThucHien": "2",
    "DonViXuLy": "H40.17",
    "NgayNopHoSo": "20190324203000",
    "NgayTiepNhan": "20190325081500",
    "NgayHenTra": "20190405000000",
    "TrangThaiHoSo": "4",
    "ChuHoSo": "Nguyễn Văn A",
}
SUPPLEMENT = {
    "HoSoBoSungId": "7",
    "NoiDungBoSung": "thiếu bản sao",
    "NgayBoSung": "20190326100000",
    "NgayTiepNhanBoSung": "20190328090000",
    "NgayHenTraTruoc": "20190329000000",
    "NgayHenTraMoi": "20190405000000",
}
IGATE = {
    "code": "H40.17-190325-0002",
    "dossierStatus": {"id": 99, "name": "Đang xử lý"},
    "agency": {"code": "H40.17"},
    "acceptedDate": "2019-03-25T08:15:00.000+0700",
    "appointmentDate": "2019-03-28T17:00:00.000+0000",
}


def sync(**changes):
    content = json.dumps({"service": "DongBoHoSoMC", "data": [DOSSIER | changes]}).encode()
    return list(read_sync([content], path="", source=None, recorded_at=NOW))


def igate(**changes):
    return list(
        read_igate([json.dumps([IGATE | changes]).encode()], path="", source=None, recorded_at=NOW)
    )


def kinds(lines):
    return {fact.kind: fact for line in lines for fact in line.facts}


def test_a_synchronised_dossier_is_its_intake_and_what_the_portal_shows():
    told = kinds(sync())
    assert set(told) == {"submitted", "accepted", "portal_state_observed"}
    assert (told["accepted"].data.due_at, told["submitted"].data.channel) == (
        date(2019, 4, 5),
        "online",
    )
    assert (
        told["portal_state_observed"].data.portal,
        told["portal_state_observed"].data.status,
    ) == ("national", 4)


def test_no_personal_data_are_taken():
    assert not any(b"Nguy" in fact.content for line in sync() for fact in line.facts)


def test_the_promise_is_the_one_before_the_first_supplement():
    told = kinds(sync(DanhSachHoSoBoSung=[SUPPLEMENT]))
    assert told["accepted"].data.due_at == date(2019, 3, 29)
    assert told["supplement_received"].data.new_due_at == date(2019, 4, 5)
    assert told["supplement_requested"].data.reason == "thiếu bản sao"


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        ("4", set()),
        ("5", set()),
        ("6", set()),
        ("3", {"intake_refused"}),
        ("7", {"withdrawn"}),
        ("8", {"stopped"}),
        ("9", {"result_issued"}),
        ("10", {"result_issued", "returned"}),
    ],
)
def test_an_end_is_a_fact_only_where_the_status_says_so(status, ends):
    told = kinds(
        sync(TrangThaiHoSo=status, NgayKetThucXuLy="20190403160000", NgayTra="20190404090000")
    )
    assert set(told) == {"submitted", "accepted", "portal_state_observed"} | ends
    assert told["portal_state_observed"].data.finished_at is not None


def test_an_end_at_the_instant_of_a_request_is_made_up():
    told = kinds(
        sync(
            TrangThaiHoSo="9",
            NgayKetThucXuLy=SUPPLEMENT["NgayBoSung"],
            DanhSachHoSoBoSung=[SUPPLEMENT],
        )
    )
    assert "result_issued" not in told


def test_one_dossier_in_two_exports_is_one_and_another_promise_is_another_event():
    first, second, moved = (
        kinds(lines)["accepted"] for lines in (sync(), sync(), sync(NgayHenTra="20190410000000"))
    )
    assert (first.source, first.id) == (second.source, second.id)
    assert (first.source, first.id) != (moved.source, moved.id)


@pytest.mark.parametrize(
    ("officer", "kinds_told"), [("binh", {"transferred"}), ("Cán bộ một cửa", set())]
)
def test_a_step_is_a_hand_over_to_a_named_officer(officer, kinds_told):
    step = {
        "MaHoSo": "H40.17-190325-0001", "NguoiXuLy": officer, "PhongBanXuLy": "H40.17.01",
        "ThoiDiemXuLy": "20190326080000", "TrangThai": "9", "NgayKetThucTheoQuyDinh": "20190327170000",
    }  # fmt: skip
    lines = read_sync([json.dumps(step).encode()], path="", source=None, recorded_at=NOW)
    assert set(kinds(lines)) == kinds_told | {"portal_state_observed"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"MaHoSo": ""}, "missing_field"),
        ({"TrangThaiHoSo": "12"}, "invalid_code"),
        ({"NgayTiepNhan": "20190231"}, "invalid_date"),
        ({"NgayTiepNhan": "2019-03-25T08:00:00"}, "naive_time"),
        ({"DonViXuLy": ""}, "missing_field"),
        ({"NgayTiepNhan": "", "NgayNopHoSo": ""}, "missing_field"),
    ],
)
def test_a_record_that_cannot_be_understood_is_refused(changes, code):
    (line,) = sync(**changes)
    assert (line.facts, line.refusal.code) == ((), code)


def test_an_igate_dossier_is_its_intake_with_midnight_as_a_date():
    told = kinds(igate())
    assert told["accepted"].data.due_at == date(2019, 3, 29)
    assert told["portal_state_observed"].data.status == 4, "by name, not by number"


def test_igate_tasks_after_the_intake_are_hand_overs():
    reception = {"id": "t1", "assignee": {"id": "u1"}, "createdDate": IGATE["acceptedDate"]}
    step = {"id": "t2", "assignee": {"id": "u2"}, "createdDate": "2019-03-25T09:00:00.000+0700"}
    (line,) = igate(task=[reception, step])
    assert [fact.data.to.officer for fact in line.facts if fact.kind == "transferred"] == ["u2"]


@pytest.mark.parametrize(
    ("name", "ended"), [("Đã trả kết quả", True), ("Đang xử lý", False), ("Khác", False)]
)
def test_igate_ends_need_a_status_that_says_so(name, ended):
    told = kinds(
        igate(dossierStatus={"id": 4, "name": name}, completedDate="2019-03-27T10:00:00.000+0700")
    )
    assert ("result_issued" in told) == ended


# ── documents of any size ──

MANY = [{"n": number, "text": '}]"\\ \n é', "deep": {"data": [{"x": 1}]}} for number in range(200)]


@pytest.mark.parametrize("size", [1, 13, 1 << 18])
@pytest.mark.parametrize(
    "document",
    [
        json.dumps({"service": "x", "other": [{"n": -1}], "data": MANY, "end": {}}),
        json.dumps({"data": MANY}, indent=2, ensure_ascii=False),
        json.dumps(MANY),
        "\n".join(json.dumps(record) for record in MANY),
    ],
    ids=["request", "indented", "list", "lines"],
)
def test_records_are_found_wherever_the_chunks_end(document, size):
    raw = document.encode()
    found = records((raw[at : at + size] for at in range(0, len(raw), size)), ("data",))
    assert [record.fields for record in found] == MANY


def test_a_bad_record_costs_itself():
    long = b'{"x":"' + b"a\\\\" * LINE_LIMIT + b'"}'
    raw = b'{"data":[{"n":1},\n{"n":},\n' + long + b',\n{"n":2},{"n":3'
    found = list(records((raw[at : at + 50_000] for at in range(0, len(raw), 50_000)), ("data",)))
    assert [(record.number, record.refusal.code if record.refusal else record.fields) for record in found] == [
        (1, {"n": 1}), (2, "invalid_json"), (3, "line_too_long"), (4, {"n": 2}), (4, "truncated_file"),
    ]  # fmt: skip


@pytest.mark.parametrize("raw", [b"[1, 2]", b"", b"null", b"["])
def test_a_document_without_records_is_told(raw):
    (record,) = records([raw], ("data",))
    assert record.refusal is not None


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_at_the_end_of_all_years_costs_its_record(written):
    (line,) = sync(NgayTiepNhan=written)
    assert line.refusal
    assert line.refusal.code == "time_out_of_range"


@pytest.mark.parametrize("field", ["MaHoSo", "DonViXuLy", "MaTTHC"])
def test_half_a_character_costs_its_record(field):
    (line,) = sync(**{field: "x\ud800"})
    assert line.refusal
    assert line.refusal.code == "invalid_json"


def test_a_character_escaped_in_two_halves_is_one():
    (line,) = sync(NoiDung="\U00020bb7")
    assert line.refusal is None

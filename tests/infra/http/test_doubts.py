"""What an inspector must not overlook: a letter that nothing shows to have arrived, dates in no order, an officer whom nobody knows."""

import pytest

from infra.cli import main
from tests.infra.http.test_people_pages import BROWSER, CODE, plain
from tests.support.answering import asking, stores_of
from tests.support.places import EXAMPLE, filled

ACCEPTED = next(event for event in EXAMPLE if event["type"].endswith("dossier.accepted.v1"))
FIRST, LAST = CODE[:-4] + "0100", CODE[:-4] + "0101"
FACTS = "vn.dunghen.dossier."


def fact(code, kind, time, **data):
    """An event of a dossier by an officer of the example."""
    return ACCEPTED | {
        "id": f"{code}-{kind}",
        "subject": code,
        "type": f"{FACTS}{kind}.v1",
        "time": time,
        "recordedtime": time,
        "data": {"actor": {"officer": "cb-hai", "unit": "Y09.21"}, **data},
    }


def accepted(code, time, due):
    return fact(code, "accepted", time, competent_unit="Y09.21", due_at=due)


def letter(code, **data):
    return fact(code, "apology_letter_sent", "2026-02-10T08:00:00+07:00", number="1/XL", **data)


TOLD = [
    *EXAMPLE,
    accepted(FIRST, "2026-02-02T08:00:00+07:00", "2026-02-12"),
    letter(FIRST, channel="paper", delivered_at="2026-02-11T09:30:00+07:00"),
    accepted(LAST, "2026-02-09T08:00:00+07:00", "2026-02-06"),
    letter(LAST),
    fact(LAST, "result_issued", "2026-02-05T16:00:00+07:00"),
]
UNSHOWN = accepted(CODE[:-4] + "0102", "2026-02-02T08:00:00+07:00", "2026-02-12")
TOLD += [UNSHOWN, letter(UNSHOWN["subject"])]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("doubts"), TOLD)


@pytest.fixture(scope="module")
def site(folder):
    """A client of a server over them, as a browser asks."""
    with asking(stores_of(folder, most=1), headers=BROWSER) as client:
        yield client


def explained(folder, code, capsys):
    main(["--data", str(folder), "explain", code])
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (FIRST, "Đến người dân 11/02/2026 09:30; kênh: bản giấy"),
        (UNSHOWN["subject"], "Đến người dân chưa có bằng chứng đã giao"),
    ],
)
def test_a_letter_says_whether_it_is_on_record_that_it_arrived(site, folder, capsys, code, told):
    assert told in plain(site.get(f"/ho-so/{code}").text)
    assert told in explained(folder, code, capsys)


def test_where_no_letter_was_sent_nothing_is_said_of_its_arrival(site):
    assert "Đến người dân" not in plain(site.get(f"/ho-so/{CODE}").text)


def test_the_answer_says_when_the_letter_arrived_and_which_way(site):
    told = site.get(f"/dossiers/{FIRST}", headers={"accept": "application/json"}).json()["letter"]
    assert told["delivered_at"] == "2026-02-11T09:30:00+07:00"
    assert told["channel"] == "paper"


def test_dates_that_lie_before_the_acceptance_are_pointed_out(site, folder, capsys):
    of_due = "Ngày hẹn trả 06/02/2026 đứng trước ngày tiếp nhận 09/02/2026"
    of_end = "Hồ sơ kết thúc 05/02/2026, trước khi tiếp nhận 09/02/2026"
    listed = plain(site.get("/ho-so").text)
    for told in (plain(site.get(f"/ho-so/{LAST}").text), explained(folder, LAST, capsys), listed):
        assert of_due in told
        assert of_end in told
    assert listed.count("trước khi tiếp nhận") == 1


def test_an_officer_whom_nobody_knows_is_told_as_such(site, folder, capsys):
    page = site.get("/vi-pham?officer=zzz")

    assert page.status_code == 404
    assert "zzz" in plain(page.text)
    assert site.get("/violations?officer=zzz&format=json").status_code == 404
    assert site.get("/vi-pham?officer=cb-hai").status_code == 200
    assert main(["--data", str(folder), "violations", "--officer", "zzz"]) == 1
    assert "zzz" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/vi-pham?rul=apology_missing", "rul"),
        ("/ho-so?stat=overdue&letters=owed", "stat, letters"),
        ("/?al=1", "al"),
        (f"/ho-so/{CODE}?asof=2026-03-20", "asof"),
        ("/can-bo/cb-hai?case=all", "case"),
        ("/don-vi/Y09.21?works=open", "works"),
        ("/?lang=fr", "fr"),
        ("/ho-so?recorded=yes", "yes"),
        ("/ho-so?ended=2026-13", "2026-13"),
    ],
)
def test_what_an_address_misspells_is_told_and_not_passed_over(site, address, told):
    page = site.get(address)

    assert page.status_code == 400
    assert told in plain(page.text)


def test_what_a_whole_unit_breaks_is_shown_with_its_article(site, folder, capsys):
    (finding,) = [
        each
        for each in json_of(site, "/reports/units?unit=Y09.21")["units"][0]["findings"]
        if each["rule"] == "unit_apology_below_100"
    ]
    article = "khoản 9 Điều 19 NĐ 61" if "61/2018" in str(finding["basis"]) else "118/2025"
    shown = plain(site.get("/don-vi/Y09.21").text)
    above = plain(site.get("/?unit=Y09.21").text)
    below = site.get("/?unit=Y09").text

    main(["--data", str(folder), "report", "units"])
    printed = " ".join(capsys.readouterr().out.split())
    sheet = site.get("/reports/units?unit=Y09.21&format=csv").text
    coded = site.get("/reports/units?unit=Y09.21&format=csv&columns=ids").text

    for told in (shown, above, plain(below), sheet):
        assert finding["name"] in told
        assert article in told
    assert finding["message"] in shown
    assert finding["message"] in sheet
    assert "cb-hai" in shown
    assert 'href="/don-vi/Y09.21?unit=Y09#unit-rules-title"' in below
    assert "Vi phạm, lưu ý của cả đơn vị trong kỳ".upper() in printed
    assert "unit_apology_below_100" in coded
    assert finding["name"] not in coded


@pytest.mark.parametrize("address", ["/vi-pham?", "/violations?format=json&"])
def test_a_rule_about_units_says_where_it_is_told(site, folder, capsys, address):
    page = site.get(f"{address}rule=unit_on_time_below_95&lang=vi")

    assert page.status_code == 400
    assert "không xét từng hồ sơ; xem `dunghen report units`" in page.text
    assert main(["--data", str(folder), "violations", "--rule", "unit_on_time_below_95"]) == 2
    assert "trang của đơn vị" in capsys.readouterr().err


def json_of(site, address):
    return site.get(address, headers={"accept": "application/json"}).json()

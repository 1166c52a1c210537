"""What an inspector must not overlook: a letter that nothing shows to have arrived, dates in no order, an officer whom nobody knows."""

import html
import re

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
    found = plain(site.get(f"/vi-pham?dossier={LAST}").text)
    of_dossier = plain(site.get(f"/ho-so/{LAST}").text)
    main(["--data", str(folder), "violations", "--dossier", LAST])
    by_command = " ".join(capsys.readouterr().out.split())
    for told in (of_dossier, explained(folder, LAST, capsys), listed, found):
        assert of_due in told
        assert of_end in told
    assert listed.count("trước khi tiếp nhận") == 1
    (row,) = site.get(f"/violations?dossier={LAST}&limit=1&format=json").json()["violations"]
    assert (row["due"], row["finished_at"][:10]) == ("2026-02-06", "2026-02-05")
    assert "đứng trước ngày tiếp nhận" not in plain(site.get(f"/vi-pham?dossier={FIRST}").text)
    assert "đứng trước ngày tiếp nhận" in by_command


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


def recorded_on(day, event):
    return event | {"recordedtime": f"2026-{day}T17:00:00+07:00"}


HIDDEN, SHOWN = CODE[:-4] + "0103", CODE[:-4] + "0104"
LATE_TOLD = [
    *EXAMPLE,
    # Its result came in time and was recorded long after: the portal showed it as overdue.
    accepted(HIDDEN, "2026-02-02T08:00:00+07:00", "2026-02-12"),
    recorded_on("03-30", fact(HIDDEN, "result_issued", "2026-02-11T16:00:00+07:00")),
    # It was not on record at all, and is overdue.
    recorded_on("03-30", accepted(SHOWN, "2026-02-03T08:00:00+07:00", "2026-02-12")),
]
THEN = "as_of=2026-03-20&known_at=2026-03-20"


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """A client of a server over what was recorded late."""
    folder = filled(tmp_path_factory.mktemp("late"), LATE_TOLD)
    with asking(stores_of(folder, most=1), headers=BROWSER) as client:
        yield client


def codes(page):
    return set(re.findall(r'href="/ho-so/(Y09[^"?]*)', page))


def test_what_the_portal_showed_then_stands_beside_what_is_so(late):
    """By JUDGEMENT 1 both know all there is unless `known_at` is said; as on the page of a dossier, only the portal then knows less."""
    then = late.get(f"/?{THEN}").text
    now = plain(late.get("/?as_of=2026-03-20").text)
    links = [html.unescape(each) for each in re.findall(r'href="(/ho-so\?[^"]*)"', then)]
    by_law, by_portal = (next(a for a in links if f"differs={side}" in a) for side in SIDES)

    assert codes(late.get(by_portal).text) == {HIDDEN}
    assert codes(late.get(by_law).text) == {SHOWN}
    assert "theo dữ liệu ghi nhận đến 20/03/2026 23:59" in plain(then)
    assert "Xem Cổng khi đó hiển thị gì" not in plain(then)
    assert "Hai bên khớp nhau" in now
    assert "Xem Cổng khi đó hiển thị gì" in now


SIDES = ("legal", "portal")


@pytest.mark.parametrize("side", SIDES)
def test_a_difference_is_the_same_list_as_a_file(late, side):
    page = late.get(f"/ho-so?differs={side}&{THEN}").text
    files = [html.unescape(each) for each in re.findall(r'href="(/dossiers\?[^"]*)"', page)]
    as_csv, _, as_json = files

    assert [each["dossier"] for each in late.get(as_json).json()["dossiers"]] == list(codes(page))
    assert late.get(as_csv).headers["dunghen-rows"] == "1"


@pytest.mark.parametrize(
    ("module", "address", "places"),
    [
        ("_overview", "/ho-so", 4),
        ("_violations", "/vi-pham?severity=2", 2),
        ("_violations", "/vi-pham?officer=cb-hai", 2),
        ("_people", "/can-bo/cb-hai?cases=all", 2),
        ("_people", "/don-vi/Y09.21", 2),
    ],
)
def test_a_list_that_is_not_all_here_says_which_rows_are(
    site, monkeypatch, module, address, places
):
    """On paper as well, with the way to the rest: the sentence is in the page, and shown by its style where it is printed."""
    monkeypatch.setattr(f"infra.http.pages.{module}.PAGE", 1)
    # By the clock what is open changes its place from page to page.
    at = "as_of=2026-06-30&known_at=2026-06-30"
    page = site.get(f"{address}{'&' if '?' in address else '?'}{at}").text
    for place in range(1, places + 1):
        # Of two lists on a page it is the first.
        told = re.findall(r'<p class="position"><strong>(\d+–\d+ / \d+)</strong> (.*?)</p>', page)[
            0
        ]
        assert told[0].startswith(f"{place}–{place} / ")
        assert "chưa phải toàn bộ danh sách" in told[1]
        further = re.findall(r'href="([^"]*)" rel="next"', page)
        if further:
            page = site.get(html.unescape(further[0])).text


def test_a_list_that_is_all_here_says_nothing_of_it(site):
    assert 'class="position"' not in site.get("/ho-so").text


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "period=2026-02",
        "state=overdue&state=late",
        "letter=owed&unit=Y09.21",
        "recorded=1&due=12/02/2026",
    ],
)
def test_the_list_of_dossiers_is_a_file_as_long(site, asked):
    page = site.get(f"/ho-so?{asked}").text
    (total,) = re.findall(r'data-total="(\d+)"', page)
    files = [html.unescape(each) for each in re.findall(r'href="(/dossiers\?[^"]*)"', page)]
    if int(total):
        as_csv, as_xlsx, as_json = files
        told = site.get(as_json).json()
        assert {each["dossier"] for each in told["dossiers"]} == codes(page)
        assert (told["total"], told["before"], told["next"]) == (int(total), 0, None)
        assert site.get(as_csv).headers["dunghen-rows"] == total
        assert site.get(as_xlsx).headers["dunghen-rows"] == total
        assert "Trạng thái trên Cổng" in site.get(as_csv).text


def json_of(site, address):
    return site.get(address, headers={"accept": "application/json"}).json()

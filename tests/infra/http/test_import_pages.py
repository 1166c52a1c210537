"""What may be sent to the pages that take files in, and what is turned away: another site's form, what is too large or too slow."""

import json
import socket
import zipfile
from contextlib import closing

import pytest
from typing_extensions import override

from infra.http.pages import _sending
from infra.http.pages._import import view
from infra.importing.jobs import ImportJobs, Job
from infra.importing.taking import ImportSummary
from infra.language import Language
from infra.wiring import clock
from tests.architecture.test_docs import ROOT
from tests.support.answering import asking, stores_of

REGISTER = (ROOT / "docs/examples/register.csv").read_bytes()
PAGE = {"accept": "text/html"}


@pytest.fixture
def client(tmp_path):
    stores = stores_of(tmp_path / "data")
    with asking(stores, headers=PAGE) as client:
        yield client


def send(client, content=REGISTER, name="so.csv", *, headers=None, **fields):
    return client.post("/nhap", files={"file": (name, content)}, data=fields, headers=headers)


def ended(client, response):
    assert response.status_code == 303, response.text
    place = response.headers["location"]
    while 'data-running="yes"' in (page := client.get(place).text):
        pass
    return page


def test_a_file_is_rehearsed_and_its_page_may_be_looked_at_again(client):
    page = ended(client, send(client))

    assert "31/02/2026" in page
    assert "so.csv" in client.get("/nhap").text


ODD = """Mã hồ sơ;Đơn vị giải quyết;Ngày tiếp nhận;Ngày hẹn trả
12/2019;A;25/03/2019;20/03/2019
13/2019;A;x;
12/2019;A;25/03/2019;20/03/2019
Tổng cộng;;;2"""


def test_what_is_odd_or_stands_twice_is_told_beside_what_is_refused(client):
    page = ended(client, send(client, ODD.encode()))

    assert "Ngày hẹn trả 20/03/2019 đứng trước ngày tiếp nhận 25/03/2019" in page
    assert "&#39;Tổng cộng&#39; là dòng cộng" in page
    assert "<dt>Sự kiện đã có từ trước</dt><dd>0</dd>" in page
    assert "<dt>Sự kiện lặp lại trong tệp</dt><dd>1</dd>" in page


def test_where_nothing_would_be_taken_nothing_is_offered(client):
    offered, nothing = "Nạp vào nhật ký", "Không có gì để nạp"
    some, none = (ended(client, send(client, content)) for content in (REGISTER, b"{}"))

    assert (offered in some, nothing in some) == (True, False)
    assert (offered in none, nothing in none) == (False, True)


@pytest.mark.parametrize(("lang", "said"), [("vi", "không phải là ngày"), ("en", "is no date")])
def test_the_refused_lines_are_downloaded_in_the_readers_language(client, lang, said):
    sent = send(client, ODD.encode())
    ended(client, sent)
    place = sent.headers["location"].partition("?")[0]

    answer = client.get(f"{place}/dong-bi-tu-choi.jsonl?lang={lang}")

    (line,) = map(json.loads, answer.text.splitlines())
    assert (line["line"], line["code"], line["input"]) == (3, "invalid_date", "13/2019;A;x;")
    assert said in line["message"]
    assert "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://other.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
def test_another_sites_form_is_turned_away(client, headers):
    assert send(client, headers=headers).status_code == 403

    place = send(client).headers["location"].partition("?")[0]
    assert client.post(f"{place}/nap", headers=headers).status_code == 403
    assert client.post(f"{place}/dung", headers=headers).status_code == 403


def test_our_own_page_is_not(client):
    origin = str(client.base_url).rstrip("/")
    assert send(client, headers={"origin": origin}).status_code == 303


def test_what_is_too_large_is_known_before_it_has_come(client, monkeypatch):
    monkeypatch.setattr(_sending, "FILE", 10)
    monkeypatch.setattr(_sending, "_FORM", 100)
    with socket.create_connection((client.base_url.host, client.base_url.port)) as line:
        line.sendall(
            b"POST /nhap HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 99999999\r\n\r\n"
        )
        assert b" 413 " in line.recv(1000)


def test_what_says_no_length_is_cut_off(client, monkeypatch):
    monkeypatch.setattr(_sending, "FILE", 1000)
    monkeypatch.setattr(_sending, "_FORM", 1000)

    def endless():
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        for _ in range(100):
            yield b"a" * 100

    response = client.post(
        "/nhap", content=endless(), headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert response.status_code == 413


def test_what_comes_too_slowly_is_given_up(client, monkeypatch):
    monkeypatch.setattr(_sending, "_IDLE", 0.2)
    with socket.create_connection((client.base_url.host, client.base_url.port)) as line:
        line.sendall(
            b"POST /nhap HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 1000\r\n\r\n--x\r\n"
        )
        assert b" 408 " in line.recv(1000)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"x", "multipart/form-data"),
        (b"--y", "multipart/form-data; boundary=x"),
    ],
)
def test_what_is_no_form_with_a_file_is_told(client, content, kind):
    response = client.post("/nhap", content=content, headers={"content-type": kind})
    assert response.status_code in {400, 415}
    assert "Nhập dữ liệu" in response.text


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x.csv", "..\\..\\x.csv", "/etc/x.csv"])
def test_a_name_leads_nowhere(client, name):
    page = ended(client, send(client, name=name))
    assert "<h1>x.csv</h1>" in page


def test_a_workbook_that_unfolds_without_end_is_refused(client, tmp_path):
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/workbook.xml", "<workbook/>")
        file.writestr("xl/worksheets/sheet1.xml", b"0" * (1 << 26))
    page = ended(client, send(client, bomb.read_bytes(), "bomb.xlsx"))

    assert "suspicious_archive" in page


def test_what_is_not_there_is_not_there(client):
    for path in ("/nhap/x", "/nhap/x/dong-bi-tu-choi.jsonl", "/nhap/../../etc/passwd"):
        assert client.get(path).status_code == 404
    assert client.post("/nhap/x/nap").status_code == 404


def test_a_format_that_is_none_is_told_and_what_was_said_is_kept(client):
    response = send(client, form="word", source="/paper/ours")
    assert response.status_code == 400
    assert 'value="/paper/ours"' in response.text


def test_a_job_that_ends_while_it_is_told_is_told_as_it_was():
    job = Job("1", "so.csv", 9, "auto", None, None, clock(), by="somebody")

    class Ending(Language):
        @override
        def moment(self, value):
            job.summary, job.ended, job.state = ImportSummary(dry_run=True), clock(), "rehearsed"
            return super().moment(value)

    with closing(ImportJobs(pytest.fail, clock)) as jobs:
        told = view(job, jobs, Ending("vi"))

    assert job.state == "rehearsed"
    assert told["job"].running
    assert told["summary"] is None

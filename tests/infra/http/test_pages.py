"""Pages without a browser: who gets one, what protects it, what its address says."""

import re
import socket
import time

import pytest

from infra.given import ends_of
from infra.http.pages import _shell
from infra.http.pages._asking import iso, local
from tests.support.answering import asking, stores_of

BROWSER = {
    "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "accept-language": "en-US,en;q=0.9",
}


def test_a_page_may_load_from_here_only_and_is_kept_nowhere(client):
    response = client.get("/", headers=BROWSER)

    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    )


def test_whoever_comes_first_waits_for_no_template(tmp_path, monkeypatch):
    def late(*_args, **_names):
        raise AssertionError("a template is compiled as somebody waits")

    monkeypatch.setattr(_shell._TEMPLATES, "cache", {})  # of a process that begins
    with asking(stores_of(tmp_path)) as client:
        monkeypatch.setattr(_shell._TEMPLATES, "compile", late)
        answers = [client.get(path, headers=BROWSER) for path in ("/", "/vi-pham", "/ho-so/x")]

    assert [answer.status_code for answer in answers] == [200, 200, 404]


def test_an_answer_for_programs_may_load_nothing(client):
    policy = client.get("/rules").headers["content-security-policy"]

    assert policy == "default-src 'none'; frame-ancestors 'none'"


def test_static_files_are_kept_for_ever_and_only_under_their_hash(client):
    style = re.search(r'href="(/static/\w{16})/app.css"', client.get("/", headers=BROWSER).text)
    assert style is not None

    kept = client.get(f"{style[1]}/app.css")
    assert kept.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in kept.headers["cache-control"]
    for other in ("/static/0123456789abcdef/app.css", f"{style[1]}/..%2f__init__.py"):
        assert client.get(other).status_code == 404


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER["accept"], "text/html; charset=utf-8"),
        ("application/json, text/html;q=0.9", "application/problem+json"),
        ("text/html;q=nonsense", "application/problem+json"),
        ("*/*", "application/problem+json"),
    ],
)
def test_a_problem_is_a_page_for_a_browser_and_json_for_a_program(client, accept, kind):
    response = client.get("/khong-co", headers={"accept": accept})

    assert response.status_code == 404
    assert response.headers["content-type"] == kind


def test_a_browsers_own_language_changes_no_page(client):
    def shown(language, path):
        return client.get(path, headers=BROWSER | {"accept-language": language}).text

    for path in ("/vi-pham?as_of=2026-03-31&known_at=2026-03-31", "/khong-co"):
        assert 'lang="vi"' in shown("en", path)
        assert shown("en", path) == shown("vi", path)
    assert 'lang="en"' in shown("vi", "/khong-co?lang=en")


@pytest.mark.parametrize("field", ["period", "unit", "clock", "as_of", "known_at"])
def test_what_an_address_says_is_escaped(client, field):
    hostile = '"><script>alert(1)</script>'
    response = client.get("/", params={field: hostile, "more": hostile}, headers=BROWSER)

    assert "<script>alert" not in response.text
    assert response.status_code in {400, 404}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("23/11/2026", "2026-11-23"),
        ("3.1.2026", "2026-01-03"),
        ("23/11/2026 8:15", "2026-11-23T08:15+07:00"),
        ("23/11/2026 08:15:30", "2026-11-23T08:15:30+07:00"),
        ("2026-11-23T08:15", "2026-11-23T08:15+07:00"),
        ("11/2026", "2026-11"),
        ("2026", "2026"),
        ("hôm qua", "hôm qua"),
    ],
)
def test_dates_are_taken_as_people_write_them(written, said):
    assert iso(written) == said


@pytest.mark.parametrize(
    "written",
    [
        "1/2026..6/2026",
        "1/2026 .. 6/2026",
        "1/2026–6/2026",
        "1/2026  –\t6/2026",
        "1/2026 - 6/2026",
        "1/2026 đến 6/2026",
        "1/2026  to  6/2026",
    ],
)
def test_a_period_is_taken_as_people_write_it(written):
    assert ends_of(written) == ["1/2026", "6/2026"]


@pytest.mark.parametrize("written", ["2026-01-01", "11/2026", "2026-Q1", "1/2026tođến6/2026"])
def test_what_stands_within_a_word_parts_nothing(written):
    assert ends_of(written) == [written]


def test_a_run_of_spaces_is_one_however_long_it_is():
    """A pattern that goes back over it from each place would not come to an end."""
    assert ends_of("a" + " " * 300_000 + "b") == ["a b"]


@pytest.mark.parametrize("field", ["period", "unit", "clock", "as_of", "known_at"])
def test_a_text_of_the_bar_that_is_too_long_is_refused_unread(client, field):
    """A code of a unit has 300 characters at most, and nothing else of it is longer."""
    response = client.get("/", params={field: "x" * 301, "lang": "vi"}, headers=BROWSER)

    assert response.status_code == 400
    assert "quá dài: tối đa 300 ký tự" in response.text


def test_what_codes_mean_is_told_whatever_an_address_says_of_a_bar(client):
    said = {"period": "hôm qua", "clock": "x" * 1_000, "as_of": "31/02/2026"}

    assert client.get("/problems", params=said, headers=BROWSER).status_code == 200


@pytest.mark.parametrize("address", ["as_of=31/02/2026", "period=31/02/2026..03/2026"])
def test_a_day_that_does_not_exist_is_told_as_it_was_typed(client, address):
    response = client.get(f"/?{address}&lang=vi", headers=BROWSER)

    assert response.status_code == 400
    assert "31/02/2026&#39; không có trong lịch" in response.text
    assert "2026-02-31&#39; không có trong lịch" not in response.text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("2026-11-23", "23/11/2026"),
        ("2026-11-23T01:15:00+00:00", "23/11/2026 08:15"),
        ("2026-11-23T08:15:30+07:00", "23/11/2026 08:15:30"),
        ("2026-11", "11/2026"),
        ("2026", "2026"),
        ("hôm qua", "hôm qua"),
        ("2026-02-30", "2026-02-30"),
    ],
)
def test_and_shown_as_they_write_them(said, shown):
    assert local(said) == shown


@pytest.mark.parametrize(
    "path",
    [
        "/?as_of=0001-01-01T00:00:00%2B14:00",
        "/?as_of=01/01/0001+00:00",
        "/?known_at=9999-12-31T23:59:59-12:00",
        "/ho-so?due=2026-11-27&due=abc&state=late&state=late",
        "/vi-pham?severity=3&severity=x&officer=cb-hai&officer=b",
    ],
)
def test_no_address_is_a_fault_of_ours(client, path):
    for headers in (BROWSER, {}):
        assert client.get(path, headers=headers).status_code in {200, 400}


def test_a_list_says_once_what_it_is_filtered_by(client):
    """As many chips as filters, however often an address repeats them."""
    many = "&".join(["officer=cb-hai", *(f"officer={n}" for n in range(4_000))])
    begun = time.process_time()
    page = client.get(f"/vi-pham?{many}", headers=BROWSER)

    assert page.status_code == 200
    assert page.text.count("officer=3999") < 100
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("path", ["//evil.example/x", "///evil.example"])
def test_no_link_of_a_problem_leads_to_another_host(client, path):
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=60) as one:
        one.sendall(
            f"GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\nconnection: close\r\n\r\n".encode()
        )
        page = one.makefile("rb").read()

    assert page.startswith(b"HTTP/1.1 404")
    assert b'href="//' not in page
    assert b'action="//' not in page

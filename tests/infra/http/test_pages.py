"""Pages without a browser: who gets one, what protects it, what its address says."""

import re

import pytest

from infra.http.pages._asking import iso, local

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
    assert 'lang="vi"' in client.get("/khong-co", headers=BROWSER).text
    assert 'lang="en"' in client.get("/khong-co?lang=en", headers=BROWSER).text


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

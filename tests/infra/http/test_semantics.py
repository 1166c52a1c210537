"""What HTTP itself says: methods, preferences, languages, the page behind, and what a problem's type leads to."""

import time
from urllib.parse import urlencode

import pytest

from infra.http._forms import preferred
from infra.http._weights import weighed
from infra.http.pages._codes import meaning
from infra.language import LANGUAGES, Language
from tests.infra.cli.test_catalogue import raised
from tests.infra.http.test_questions import AT, CODE, PROBLEMS

HTML = {"accept": "text/html"}
PATHS = {
    "a dossier": f"/dossiers/{CODE}",
    "a list": "/violations",
    "a file": "/units?format=csv",
    "the document": "/openapi.json",
    "a page": "/vi-pham",
    "what is not there": "/nothing",
    "what is asked wrongly": "/violations?severity=9",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_head_is_told_what_get_is_told_without_the_body(client, path):
    query = "" if "nothing" in path else "&".join(f"{name}={value}" for name, value in AT.items())
    asked = f"{path}{'&' if '?' in path else '?'}{query.replace('+', '%2B')}"
    accept = HTML if path == "/vi-pham" else {}

    got, told = client.get(asked, headers=accept), client.head(asked, headers=accept)

    assert told.status_code == got.status_code
    assert told.content == b""
    for headers in (got.headers, told.headers):
        del headers["date"]
    assert told.headers == got.headers


def test_head_of_a_stream_is_answered_and_does_not_go_on(client):
    began = time.monotonic()
    response = client.head("/streams/violations")

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert time.monotonic() - began < 10
    assert client.head("/streams/violations?unit=none").status_code == 404


def test_what_may_be_asked_how_is_said_whole(client):
    assert client.post("/violations").headers["allow"] == "GET, HEAD"
    assert client.put("/tokens").headers["allow"] == "GET, HEAD, POST"
    assert client.get("/events").headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("en; q=0.8", [("en", 0.8)]),
        ("text/html; level=1 ;\tQ=0.5, */*;q=x", [("text/html", 0.5), ("*/*", 0.0)]),
        ("vi;q=7,en;q=-1,, fr", [("vi", 1.0), ("en", 0.0), ("fr", 1.0)]),
        ("vi;q=nan", [("vi", 0.0)]),
    ],
)
def test_preferences_are_read_in_one_way(header, expected):
    assert list(weighed(header)) == expected


def test_a_space_before_a_weight_changes_nothing(client):
    def title(accept_language):
        headers = {"accept-language": accept_language}
        return client.get("/violations?unit=none", headers=headers).json()["title"]

    assert title("en; q=0.8") == title("en;q=0.8") == "Not found"
    page = client.get("/vi-pham", headers={"accept": "text/html; q=0.9, application/json; q=0.1"})
    assert page.headers["content-type"].startswith("text/html")
    assert client.get("/nothing", headers={"accept": "text/html; q=0.9"}).text.startswith("<!DOC")
    assert preferred("text/csv; header=present; q=0.9, application/json; q=0.1") == "csv"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["/violations", "/violations?unit=none", "/vi-pham", "/openapi.json"]
)
def test_the_language_of_what_is_told_is_said(client, path, lang):
    asked = f"{path}{'&' if '?' in path else '?'}lang={lang}"
    assert client.get(asked, headers=HTML).headers["content-language"] == lang


def test_what_is_the_same_in_every_language_says_none(client):
    static = client.get("/", headers=HTML).text.partition('href="/static/')[2].partition('"')[0]
    assert "content-language" not in client.get(f"/static/{static}").headers


# ── the page behind ─────────────────────────────────────────────────────────────────────────────────────────────────────

LISTS = {
    "findings": ("/violations", "violations"),
    "of a rule": ("/violations?rule=result_overdue&rule=apology_missing", "violations"),
    "units": ("/units", "units"),
    "what is open": ("/workload?as_of=2026-02-05", "dossiers"),
    "an officer's": ("/officers/cb-mai", "cases"),
    "officers": ("/reports/officers", "officers"),
}


def then(path, **asked):
    """A list at an instant: by the clock the minutes of what is open grow, and its place changes."""
    at = asked if "as_of=" in path else AT | asked
    return f"{path}{'&' if '?' in path else '?'}{urlencode(at)}"


def followed(client, address, **asked):
    """The pages that one leads to the next."""
    response = client.get(address, params=dict(asked) if asked else None)
    yield response
    while "next" in response.links:
        response = client.get(response.links["next"]["url"])
        yield response


@pytest.mark.parametrize("name", LISTS)
def test_a_page_leads_to_the_one_behind(client, name):
    path, field = LISTS[name]
    whole = client.get(then(path)).json()[field]

    told = [row for page in followed(client, then(path, limit=1)) for row in page.json()[field]]

    assert len(told) > 1
    assert [row for row in told if row not in whole] == []
    assert len(told) == len(whole)


@pytest.mark.parametrize("name", ["findings", "units", "what is open", "officers"])
def test_a_file_that_is_a_part_leads_to_the_rest(client, name):
    path, field = LISTS[name]
    asked = {"format": "csv", "columns": "ids"}
    many = len(client.get(then(path)).json()[field])

    pages = list(followed(client, then(path, limit=1, **asked)))

    assert len(pages) == many > 1
    rows = [page.text.splitlines()[1] for page in pages]
    whole = client.get(then(path, **asked))
    assert rows == whole.text.splitlines()[1:]
    assert "link" not in whole.headers


@pytest.mark.parametrize("path", ["/workload", "/reports/officers"])
def test_pages_of_what_changes_place_with_time_are_of_one_moment(client, path):
    first = client.get(f"{path}?as_of=2026-02-05&limit=1")
    following = client.get(first.links["next"]["url"])

    at = {name: first.json()[name] for name in ("as_of", "known_at")}
    assert {name: following.json()[name] for name in at} == at


def test_what_is_open_is_answered_as_other_lists_are(client):
    for path in ("/workload", "/officers/cb-binh"):
        answer = client.get(path, params=AT)
        again = client.get(path, params=AT, headers={"if-none-match": answer.headers["etag"]})

        assert answer.headers["vary"] == "Accept, Accept-Language"
        assert again.status_code == 304
        assert client.get(path, headers={"accept": "image/png"}).status_code == 406
        assert client.get(path, headers={"accept": "text/csv"}).headers["dunghen-complete"]


# ── problems ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_type_of_a_problem_leads_to_what_its_code_means(client):
    shown = client.get("/problems", headers=HTML).text
    codes = {code for _, _, code in PROBLEMS.values()} | set(raised("Refused"))
    codes |= {
        "internal_error",
        "too_many_requests",
        "forbidden",
        "foreign_host",
        "two_lengths",
        "contended",
    }

    assert client.get("/nothing").json()["type"] == "/problems#no_such_page"
    assert {code for code in codes if f'id="{code}"' not in shown} == set()
    assert "{" not in shown.partition("<dl")[2]


def test_a_code_means_the_same_in_both_languages():
    assert [meaning("unknown_rule", Language(lang)) for lang in LANGUAGES] == [
        "không có quy tắc này; xem dunghen rules",
        "no such rule; see dunghen rules",
    ]


def test_all_that_is_wrong_is_told_together_in_the_readers_language(client):
    asked = {"severity": "9", "limit": "x", "count_by": "colour"}
    vi = client.get("/violations", params=asked).json()["detail"]
    en = client.get("/violations", params=asked | {"lang": "en"}).json()["detail"]

    assert vi == (
        "severity: không được lớn hơn 3; count_by: phải là 'rule', 'unit' hoặc 'officer'; limit: phải là số nguyên"
    )
    for name in asked:
        assert f"{name}: Input should be " in en


@pytest.mark.parametrize(
    "path",
    [
        "/dossiers/a%00b",
        "/dossiers/a%00b/history",
        "/violations?unit=%00",
        "/violations?officer=a%00",
        "/violations?cursor=%00",
        "/units?cursor=%00",
        "/workload?officer=%00",
        "/officers/%00",
        "/streams/violations?unit=%00",
        "/vi-pham?officer=%00",
        "/vi-pham?rule=%00",
        "/ho-so?cursor=%00",
        "/ho-so/a%00b",
        "/can-bo/%00",
        "/don-vi/%00",
    ],
)
def test_a_text_that_no_database_holds_is_wrong_everywhere_alike(client, path):
    response = client.get(path)
    assert response.status_code == 400, response.text
    assert response.json()["code"] == "invalid_argument"


def test_a_filter_of_a_page_that_cannot_be_read_is_named(client):
    for asked, name in (("severity=9", "Mức độ"), ("dossier=%20%20", "Hồ sơ")):
        response = client.get(f"/vi-pham?{asked}", headers=HTML)
        assert response.status_code == 400
        assert f"{name}: " in response.text
        assert 'id="bar-unit"' not in response.text


@pytest.mark.parametrize(
    "path", ["/can-bo/cb-binh?cases=y", "/can-bo/cb-binh?work=y", "/ho-so?state=y"]
)
def test_a_part_that_there_is_not_is_asked_wrongly(client, path):
    assert client.get(path).status_code == 400

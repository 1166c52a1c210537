"""Signing in with a real provider, and what comes of it: a session that is ours alone, and that ends."""

import re
import time
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from infra.audit import audit
from infra.credentials import _digest, record
from infra.http.access._provider import Provider
from infra.http.access._sessions import Sessions
from infra.http.access._signing import own_path
from infra.http.pages._static import ROOT
from tests.infra.access.conftest import placed
from tests.support.openid import CLIENT

PAGE, PROGRAM = {"accept": "text/html,*/*;q=0.8"}, {"accept": "*/*"}
AUDITOR = {"dunghen_role": "auditor"}
OFFICER = {"dunghen_role": ["staff", "officer"], "dunghen_officer": "cb-binh-y09.21"}


def cookies_set(answer):
    return {header.partition("=")[0]: header for header in answer.headers.get_list("set-cookie")}


def attempts(answer):
    """The cookies of attempts to sign in that an answer sets."""
    return [name for name in cookies_set(answer) if "dunghen-signing-in-" in name]


def problem_of(answer):
    return answer.status_code, answer.json()["code"]


def test_who_signs_in_asks_in_the_role_that_the_provider_gives(guarded):
    with guarded.signed_in("lan", **OFFICER) as browser:
        told = browser.get("/session").json()
        seen = browser.get("/violations").json()

    assert (told["name"], told["role"], told["officer"]) == ("lan", "officer", "cb-binh-y09.21")
    assert told["rights"] == ["dossiers", "figures", "record"]
    assert {found["dossier"] for found in seen["violations"]} <= {
        "Y09.21-260202-0007",
        "Y09.21-260202-0008",
    }
    assert seen["total"] > 0


def test_who_has_not_signed_in_is_sent_there_by_pages_and_told_so_by_answers(browser):
    answer = browser.get("/violations", headers={"accept": "application/json"})
    page = browser.get("/violations?unit=Y09", headers={"accept": "text/html,*/*"})

    assert problem_of(answer) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert page.status_code == 303
    assert page.headers["location"] == "/sign-in?next=%2Fviolations%3Funit%3DY09"


@pytest.mark.parametrize(
    "accept",
    ["text/html;q=0, application/json", "application/json, text/html;q=0.1", "*/*"],
)
def test_who_prefers_an_answer_to_a_page_is_told_so_by_one(browser, accept):
    answer = browser.get("/violations", headers={"accept": accept})

    assert problem_of(answer) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_attempt_says_all_that_keeps_others_out(guarded, browser):
    asked = parse_qs(urlsplit(guarded.begun(browser)).query)

    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [f"{guarded.url}/sign-in/callback"]


def test_cookies_are_for_this_host_and_no_script(guarded, browser):
    guarded.idp.add("hoa", **AUDITOR)
    began = browser.get("/sign-in")
    ended = browser.get(guarded.agreed(browser, "hoa"))

    for answer, name in ((began, attempts(began)[0]), (ended, "dunghen")):
        flags = cookies_set(answer)[name].lower()
        assert "httponly" in flags
        assert "samesite=lax" in flags
        assert "path=/" in flags
        assert "domain" not in flags
    assert "max-age=0" in cookies_set(ended)[attempts(ended)[0]].lower()


def test_over_tls_cookies_are_secure_and_bound_to_the_host(whole, idp):
    with placed(whole, idp, public_url="https://dunghen.example") as place:
        answer = httpx.get(f"{place.url}/sign-in", headers={"host": "dunghen.example"}, timeout=60)

        (name,) = attempts(answer)
        assert name.startswith("__Host-")
        flags = cookies_set(answer)[name].lower()
        assert "secure" in flags
        assert answer.headers["strict-transport-security"]
        asked = parse_qs(urlsplit(answer.headers["location"]).query)
        assert asked["redirect_uri"] == ["https://dunghen.example/sign-in/callback"]
        other = httpx.get(f"{place.url}/rules", headers={"host": "evil.example"}, timeout=60)
        assert other.status_code == 421


def test_a_state_is_used_once_and_by_the_browser_that_began(guarded, browser):
    guarded.idp.add("hoa", **AUDITOR)
    back = guarded.agreed(browser, "hoa")
    kept = dict(browser.cookies)
    assert browser.get(back).status_code == 303

    with guarded.client() as other:
        assert problem_of(other.get(back)) == (403, "sign_in_failed")
        other.cookies.update(kept)  # a thief of the whole attempt finds its code used
        assert problem_of(other.get(back)) == (403, "sign_in_failed")
    assert problem_of(browser.get(back)) == (403, "sign_in_failed")


def test_tabs_that_are_opened_together_all_arrive(guarded, browser):
    guarded.idp.add("hoa", **AUDITOR)
    back = [guarded.agreed(browser, "hoa", then) for then in ("/rules", "/units", "/session")]
    answers = [browser.get(each) for each in back]

    assert [answer.status_code for answer in answers] == [303] * 3
    assert [each.headers["location"] for each in answers] == ["/rules", "/units", "/session"]
    assert browser.get("/session").json()["name"] == "hoa"
    assert [name for name in browser.cookies if "signing-in" in name] == []


def test_a_browser_carries_no_more_attempts_than_a_proxy_lets_pass(guarded, browser):
    guarded.idp.add("hoa", **AUDITOR)
    long = "/violations?unit=" + "x" * 900
    back = [guarded.agreed(browser, "hoa", long) for _ in range(6)]
    sent = sum(len(f"{name}={value}; ") for name, value in browser.cookies.items())

    assert sent < 6_000
    assert browser.get(back[0]).status_code == 403
    assert browser.get(back[-1]).headers["location"] == long


@pytest.mark.parametrize("changed", ["state", "code"])
def test_nothing_but_what_the_provider_sent_is_taken(guarded, browser, changed):
    guarded.idp.add("hoa", **AUDITOR)
    back = re.sub(rf"({changed}=)[^&]+", r"\1another", guarded.agreed(browser, "hoa"))

    answer = browser.get(back)

    assert problem_of(answer) == (403, "sign_in_failed")
    assert "dunghen" not in cookies_set(answer)


def test_who_does_not_agree_is_not_signed_in(browser, guarded):
    state = parse_qs(urlsplit(guarded.begun(browser)).query)["state"][0]

    answer = browser.get("/sign-in/callback", params={"error": "access_denied", "state": state})

    assert problem_of(answer) == (403, "sign_in_failed")


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"dunghen_role": "root"},
        {"dunghen_role": ["auditor", "admin"]},
        {"dunghen_role": "compliance"},
        {"dunghen_role": "officer", "dunghen_unit": "Y09"},
        {"dunghen_role": {"auditor": True}},
    ],
    ids=str,
)
def test_without_one_role_of_ours_nobody_is_signed_in(guarded, browser, claims):
    guarded.idp.add("khach", **claims)

    answer = browser.get(guarded.agreed(browser, "khach"))

    assert problem_of(answer) == (403, "sign_in_failed")
    assert "dunghen" not in cookies_set(answer)


def test_keys_may_change(guarded):
    with guarded.signed_in("hoa", **AUDITOR):
        guarded.idp.rotate()

    with guarded.signed_in("hoa") as browser:
        assert browser.get("/session").json()["role"] == "auditor"


def test_a_session_begins_with_a_new_id_whatever_was_there_before(guarded):
    with guarded.signed_in("hoa", **AUDITOR) as browser:
        first = browser.cookies["dunghen"]
        answer = browser.get(guarded.agreed(browser, "hoa"))
        second = browser.cookies["dunghen"]
        with guarded.client() as other:
            other.cookies.set("dunghen", first)
            before = other.get("/session").json()

    assert answer.status_code == 303
    assert first != second
    assert before["by"] == "nobody"


def test_a_session_that_somebody_made_up_is_nobodys(guarded):
    for made_up in ("x", "WyJ4Il0.AAAA", ".", "a.b.c"):
        with guarded.client() as browser:
            browser.cookies.set("dunghen", made_up)
            assert browser.get("/session").json()["by"] == "nobody"


@pytest.mark.parametrize(
    "held", ["x", 7, None, [], ["x"], ["x", "y"], ["x", 1, 2], {"x": 1}, [None, None]], ids=str
)
def test_what_a_cookie_of_ours_held_in_another_version_is_nobodys(guarded, held):
    sign_in = guarded.rules.sign_in
    with guarded.client() as browser:
        browser.cookies.set("dunghen", Sessions(sign_in).signing.signed("session", held))

        assert browser.get("/session").json()["by"] == "nobody"
        assert browser.get("/", headers=PAGE).headers["location"] == "/sign-in?next=%2F"


def test_who_signed_in_before_it_was_on_record_who_he_was_signs_in_again(guarded):
    """Of an earlier version: what tells him apart from others of his name is not known."""

    def begun(store, **who):
        said = {"session": "0" * 16, "by": "hoa", "role": "auditor"} | who
        said |= {"digest": _digest("s" * 43), "expires_at": "2190-01-01T00:00:00+07:00"}
        record(store, "signed_in", said["session"], said)
        return f"{said['session']}.{'s' * 43}"

    earlier, now = (
        guarded.asked(lambda store, who=who: begun(store, **who))
        for who in ({}, {"session": "1" * 16, "by_id": "hoa at the provider"})
    )
    sessions = Sessions(guarded.rules.sign_in)
    for credential, by in ((earlier, "nobody"), (now, "session")):
        with guarded.client() as browser:
            browser.cookies.set("dunghen", sessions.cookie(credential))
            assert browser.get("/session").json()["by"] == by
            assert (browser.get("/", headers=PAGE).status_code == 303) == (by == "nobody")


def test_of_two_sessions_in_one_request_neither_is_believed(guarded):
    with guarded.signed_in("hoa", **AUDITOR) as browser:
        own = browser.cookies["dunghen"]
    answer = httpx.get(
        f"{guarded.url}/session", headers={"cookie": f"dunghen={own}; dunghen=planted"}, timeout=60
    )

    assert answer.json()["by"] == "nobody"


def test_signing_out_ends_the_session_wherever_its_cookie_is(guarded):
    with guarded.signed_in("hoa", **AUDITOR) as browser:
        kept = browser.cookies["dunghen"]
        mark = browser.get("/session").json()["csrf"]
        headers = {"origin": guarded.url, "x-csrf-token": mark}
        answer = browser.post("/sign-out", headers=headers)

        assert answer.status_code == 303
        place, _, query = answer.headers["location"].partition("?")
        assert place == f"{guarded.idp.issuer}/logout/"
        # OpenID Connect RP-Initiated Logout 1.0, 2: whose address it is where no ID token is sent along.
        asked = {"client_id": [CLIENT], "post_logout_redirect_uri": [f"{guarded.url}/"]}
        assert parse_qs(query) == asked
        assert browser.get("/session").json()["by"] == "nobody"
    with guarded.client() as other:
        other.cookies.set("dunghen", kept)
        assert other.get("/session").json()["by"] == "nobody"
        assert other.get("/violations").status_code == 401


def test_the_provider_knows_the_address_after_signing_out(guarded):
    """It asks whether it is meant, or sends the browser back; an address that it does not know it refuses with 400."""
    with guarded.signed_in("hoa", **AUDITOR) as browser:
        answer = signed_out(browser, guarded, PROGRAM)
    with httpx.Client(timeout=60) as other:
        assert other.get(answer.headers["location"]).status_code in {200, 302}
        wrong = answer.headers["location"].replace("127.0.0.1", "evil.example", 2)
        wrong = answer.headers["location"].partition("?")[0] + "?" + wrong.partition("?")[2]
        assert other.get(wrong).status_code == 400


def test_a_browser_is_led_to_and_from_the_provider_by_a_page_that_its_forms_cannot_end(guarded):
    with guarded.signed_in("hoa", **AUDITOR) as browser:
        page = signed_out(browser, guarded, PAGE)
        began = browser.get("/sign-in", headers=PAGE)

    for answer in (page, began):
        assert answer.status_code == 200
        assert "form-action 'self';" in answer.headers["content-security-policy"]
        (place,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]*)"', answer.text)
        assert unescape(place).startswith(guarded.idp.issuer)
        assert f'<a href="{place}">' in answer.text
    assert "max-age=0" in cookies_set(page)["dunghen"].lower()
    assert attempts(began)


def test_where_the_provider_has_no_signing_out_a_browser_stays_signed_out(guarded, monkeypatch):
    monkeypatch.setattr(Provider, "farewell", lambda *_: None)
    with guarded.signed_in("hoa", **AUDITOR) as browser:
        page = signed_out(browser, guarded, PAGE)
        again = browser.get("/session").json()

    assert page.status_code == 200
    assert "http-equiv" not in page.text
    assert '<a href="/">Đăng nhập lại</a>' in page.text
    assert again["by"] == "nobody"


def signed_out(browser, place, headers):
    mark = browser.get("/session").json()["csrf"]
    own = {"origin": place.url, "x-csrf-token": mark}
    return browser.post("/sign-out", headers=own | headers)


def test_signing_in_and_out_is_on_record(guarded):
    with guarded.signed_in("thu", **AUDITOR) as browser:
        mark = browser.get("/session").json()["csrf"]
        browser.post("/sign-out", headers={"origin": guarded.url, "x-csrf-token": mark})
    acts = [act for act in guarded.asked(audit)["acts"] if act["by"] == "thu"]

    assert [act["act"] for act in acts] == ["signed_out", "signed_in"]


def test_a_session_that_is_idle_is_over_and_one_that_is_used_goes_on(guarded, monkeypatch):
    with guarded.signed_in("hoa", **AUDITOR) as browser:
        real = time.time
        late = {"by": 0.0}
        monkeypatch.setattr("infra.http.access._sessions.time.time", lambda: real() + late["by"])
        for minutes in (20, 40, 60):
            late["by"] = minutes * 60
            assert browser.get("/session").json()["name"] == "hoa"
        late["by"] += 31 * 60
        assert browser.get("/session").json()["by"] == "nobody"


def test_however_short_the_idle_time_who_asks_is_not_idle(whole, idp, monkeypatch):
    with (
        placed(whole, idp, sign_in={"idle": timedelta(minutes=1)}) as place,
        place.signed_in("hoa", **AUDITOR) as browser,
    ):
        now = time.time()
        for seconds in range(0, 300, 25):
            monkeypatch.setattr(
                "infra.http.access._sessions.time.time", lambda seconds=seconds: now + seconds
            )
            assert browser.get("/session").json()["name"] == "hoa"
        monkeypatch.setattr("infra.http.access._sessions.time.time", lambda: now + 400)
        assert browser.get("/session").json()["by"] == "nobody"


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/", {"dunghen-by-itself": "1"}), ("/session", {"dunghen-by-itself": ""})],
)
def test_what_a_page_asks_by_itself_keeps_no_session(guarded, monkeypatch, path, headers):
    with guarded.signed_in("hoa", **AUDITOR) as browser:
        real = time.time
        late = {"by": 0.0}
        monkeypatch.setattr("infra.http.access._sessions.time.time", lambda: real() + late["by"])
        for minutes in (20, 29):
            late["by"] = minutes * 60
            assert browser.get(path, headers=headers).status_code == 200
        late["by"] = 31 * 60
        assert browser.get("/session").json()["by"] == "nobody"


def test_no_session_outlasts_its_hours(whole, idp):
    with (
        placed(whole, idp, sign_in={"lasting": timedelta(seconds=0)}) as place,
        place.client() as browser,
    ):
        idp.add("hoa", **AUDITOR)
        back = place.agreed(browser, "hoa")
        answer = browser.get(back)
        cookie = cookies_set(answer)["dunghen"].partition(";")[0]
        told = httpx.get(f"{place.url}/session", headers={"cookie": cookie}, timeout=60)

        assert answer.status_code == 303
        assert told.json()["by"] == "nobody"


@pytest.mark.parametrize(
    "said",
    [
        "https://evil.example/",
        "//evil.example",
        "//[",
        "/sign-in",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example\t",
        "javascript:alert(1)",
        "http:evil.example",
        "/x\r\nset-cookie: a=b",
        "/sign-in?next=/",
        "/sign-out",
        "x" * 3_000,
        "",
        None,
    ],
)
def test_where_it_goes_then_is_a_path_of_ours(said):
    assert own_path(said) == "/"


def test_own_paths_are_kept_with_what_they_ask():
    asked = "/violations?unit=Y09&rule=apology_missing#row-1"
    assert own_path(asked) == asked


def test_an_address_that_is_none_is_the_beginning(browser):
    assert browser.get("/sign-in", params={"next": "//["}).status_code == 303
    assert own_path("/x[") == "/x["


def test_an_open_redirect_is_none(guarded, browser):
    guarded.idp.add("hoa", **AUDITOR)

    answer = browser.get(guarded.agreed(browser, "hoa", "https://evil.example/"))

    assert answer.headers["location"] == "/"


def test_what_caches_may_keep_carries_no_session(guarded, monkeypatch):
    with guarded.signed_in("hoa", **AUDITOR) as browser:
        real = time.time
        monkeypatch.setattr("infra.http.access._sessions.time.time", lambda: real() + 120)
        answers = {
            path: browser.get(path) for path in (f"{ROOT}/app.css", "/static/x/app.css", "/")
        }

    kept = {path for path, answer in answers.items() if "public" in answer.headers["cache-control"]}
    touched = {path for path, answer in answers.items() if "set-cookie" in answer.headers}
    assert (kept, touched) == ({f"{ROOT}/app.css"}, {"/"})


def test_nobody_is_looked_up_for_the_files_of_pages(guarded):
    headers = {"authorization": "Bearer nothing"}
    with guarded.client(**headers) as client:
        assert client.get(f"{ROOT}/app.css").status_code == 200
        assert client.get("/rules").status_code == 401


# ── requests that another site sends ────────────────────────────────────────────────────────────────────────────────


def test_what_another_site_sends_is_refused(guarded):
    with guarded.signed_in("quan", dunghen_role="admin") as browser:
        mark = browser.get("/session").json()["csrf"]
        body = {"role": "auditor"}
        own = {"origin": guarded.url, "x-csrf-token": mark}
        forged = {
            "no mark": {"origin": guarded.url},
            "another's mark": own | {"x-csrf-token": "x" * 43},
            "another origin": own | {"origin": "https://evil.example"},
            "no origin": {"x-csrf-token": mark},
            "another site": own | {"sec-fetch-site": "cross-site"},
            "a neighbour": own | {"sec-fetch-site": "same-site"},
            "an origin of nobody": own | {"origin": "null"},
            "an origin that is no address": own | {"origin": "http://["},
        }
        for headers in forged.values():
            assert problem_of(browser.post("/tokens", json=body, headers=headers)) == (
                403,
                "forged",
            )
        assert browser.post("/tokens", json=body, headers=own).status_code == 201
        fetched = {"sec-fetch-site": "same-origin", "x-csrf-token": mark}
        assert browser.post("/tokens", json=body, headers=fetched).status_code == 201


def test_a_form_brings_its_mark_as_a_field_or_in_its_address(guarded):
    for how in ("field", "address"):
        with guarded.signed_in("quan", dunghen_role="admin") as browser:
            mark = browser.get("/session").json()["csrf"]
            headers = {"origin": guarded.url}
            wrong = browser.post("/sign-out", data={"csrf": "no"}, headers=headers)
            answer = (
                browser.post("/sign-out", data={"csrf": mark}, headers=headers)
                if how == "field"
                else browser.post("/sign-out", params={"csrf": mark}, headers=headers)
            )
        assert problem_of(wrong) == (403, "forged")
        assert answer.status_code == 303

"""What officers state: recorded once under its key, at the version it was said of, with the findings that it brings about."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import count
from urllib.parse import unquote

import pytest

from domain.events import KINDS
from infra.commands import COMMANDS, SUBMISSION
from infra.settings.data import Settings
from infra.wiring import clock, open_store
from tests.infra.http.test_taking import EVENTS, sent
from tests.support.answering import asking, stores_of

NUMBERS = count(1)
WHO = {"officer": "cb-01", "unit": "Y09.21"}
ACCEPTED = {"competent_unit": "Y09.21", "limit": {"amount": 5, "unit": "working_days"}}
STATED_BY_SYSTEMS = {"portal_state_observed"}


def at(day, hour=8):
    return f"2026-03-{day:02}T{hour:02}:00:00+07:00"


class Case:
    """A dossier of its own, on a server that others use, too; keys are its own as well."""

    def __init__(self, client, code):
        self.client, self.code = client, code

    def stated(self, path, said, key="k", *, code=None, query="", **headers):
        body = {"time": at(2), "actor": WHO} | said
        where = f"/dossiers/{code or self.code}/{path}" if path else "/dossiers"
        names = {"idempotency-key": f"{self.code}-{key}", "accept-language": "en"} | headers
        return self.client.post(where + query, json=body, headers=names)

    def told(self, question="history"):
        return self.client.get(f"/dossiers/{self.code}/{question}?lang=en").json()

    @property
    def events(self):
        return self.told()["events"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("commands")


@pytest.fixture(scope="module")
def server(folder):
    stores = stores_of(folder)
    with asking(stores) as client:
        yield client


@pytest.fixture
def case(server):
    return Case(server, f"Y09.21-260302-{next(NUMBERS):04}")


@pytest.fixture
def accepted(case):
    """Promised by the 9th."""
    assert case.stated("acceptances", ACCEPTED, "accept").status_code == 201
    return case


def warned(response):
    assert response.status_code == 201, response.text
    return [told["rule"] for told in response.json()["warnings"]]


def test_every_kind_of_fact_about_a_dossier_has_a_route():
    of_dossiers = {
        kind for kind, (type_, _) in KINDS.items() if type_.startswith("vn.dunghen.dossier.")
    }

    assert {each.kind for each in (SUBMISSION, *COMMANDS)} == of_dossiers - STATED_BY_SYSTEMS
    assert len({each.name for each in COMMANDS}) == len(COMMANDS)


def test_a_submission_begins_a_dossier(case):
    response = case.stated("", {"code": case.code, "procedure": "1.001612"}, "new")

    assert response.status_code == 201
    assert response.headers["location"] == f"/dossiers/{case.code}"
    answer = response.json()
    assert (answer["dossier"], answer["version"], answer["position"]) == (case.code, 1, 1)
    (event,) = case.events
    assert (event["id"], event["source"]) == (answer["id"], answer["source"])
    assert event["recorded_known"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_examples_of_the_document_are_taken(accepted, command):
    document = accepted.client.get("/openapi.json").json()
    operation = document["paths"][f"/dossiers/{{code}}/{command.name}"]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]

    response = accepted.stated(command.name, example, "example")

    assert response.status_code == 201, response.text
    assert response.json()["version"] == 2
    last = accepted.events[-1]
    assert last["type"] == KINDS[command.kind][0]
    assert last["actor"] == WHO


def test_stated_again_it_is_the_same_and_answered_the_same(accepted):
    transfer = {"to": {"unit": "Y09.21"}, "time": at(3)}
    first = accepted.stated("transfers", transfer, "t-1", **{"if-match": '"1"'})
    accepted.stated("returns", {"method": "direct", "time": at(4)}, "r-1")
    again = accepted.stated("transfers", transfer, "t-1", **{"if-match": '"1"'})

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["etag"] == '"2"'
    assert len(accepted.events) == 3


def test_stated_at_once_by_many_it_is_stored_once(accepted):
    with ThreadPoolExecutor(4) as pool:
        answers = [
            pool.submit(accepted.stated, "returns", {"method": "direct"}, "r") for _ in range(8)
        ]

    assert len({answer.result().text for answer in answers}) == 1
    assert len(accepted.events) == 2


@pytest.mark.parametrize(
    ("path", "said"), [("returns", {"method": "postal"}), ("losses", {"reason": "mất"})]
)
def test_a_key_that_was_used_for_something_else_is_a_conflict(accepted, path, said):
    accepted.stated("returns", {"method": "direct"}, "r-1")
    response = accepted.stated(path, said, "r-1")

    assert response.status_code == 409
    assert response.json()["code"] == "idempotency_conflict"
    assert len(accepted.events) == 2


def test_what_is_said_of_another_version_is_not_recorded(accepted):
    assert accepted.stated("returns", {"method": "direct"}, "1", **{"if-match": '"1"'}).is_success
    response = accepted.stated("losses", {"reason": "mất"}, "2", **{"if-match": '"1"'})

    assert response.status_code == 412
    assert response.headers["etag"] == '"2"'
    assert (response.json()["code"], response.json()["version"]) == ("outdated", 2)
    assert accepted.stated("losses", {"reason": "mất"}, "2", **{"if-match": '"2"'}).is_success
    assert accepted.stated("losses", {"reason": "mất"}, "3", **{"if-match": "*"}).is_success


@pytest.mark.parametrize("header", ["etag", "dossier-version"])
@pytest.mark.parametrize("at", [{}, {"as_of": "2026-06-30", "known_at": "2026-06-30"}])
def test_the_version_is_taken_as_the_question_told_it(accepted, header, at):
    told = accepted.client.get(f"/dossiers/{accepted.code}", params=at).headers[header]

    assert accepted.stated("returns", {"method": "direct"}, "1", **{"if-match": told}).is_success
    late = accepted.stated("losses", {"reason": "mất"}, "2", **{"if-match": told})
    assert late.status_code == 412
    again = {"if-match": late.headers["etag"]}
    assert accepted.stated("losses", {"reason": "mất"}, "2", **again).is_success


@pytest.mark.parametrize("code", ["H40.17:12/2019", "a/b/returns"])
def test_a_code_may_have_a_slash(case, code):
    case.stated("acceptances", ACCEPTED, "a", code=code)
    response = case.stated("returns", {"method": "direct"}, "r", code=code)

    assert (response.json()["dossier"], response.json()["version"]) == (code, 2)
    assert unquote(response.headers["location"]) == f"/dossiers/{code}"


def test_a_paper_books_number_is_enough_where_it_is_unique(case):
    case.stated("acceptances", ACCEPTED, "a", code="H40.17:12/2019")

    assert (
        case.stated("returns", {"method": "direct"}, "r", code="12/2019").json()["dossier"]
        == "H40.17:12/2019"
    )


# ── warnings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_as_it_should_be_warns_of_nothing(accepted):
    result = accepted.stated("results", {"outcome": "granted", "time": at(5)}, "result")

    assert "result_overdue" not in warned(result)


def test_a_result_after_the_promise_is_warned_of_with_article_and_severity(accepted):
    response = accepted.stated("results", {"outcome": "granted", "time": at(20)}, "late")

    assert "result_overdue" in warned(response)
    told = next(each for each in response.json()["warnings"] if each["rule"] == "result_overdue")
    assert told["basis"][0]["article"]
    assert told["severity"] in {0, 1, 2, 3}
    assert told["message"]
    held = accepted.told("explain")["findings"]
    assert {"result_overdue"} <= {finding["rule"] for finding in held}


def test_a_second_new_date_is_warned_of_and_the_first_is_not(accepted):
    first, second = (
        accepted.stated(
            "due-dates",
            {"new_due_at": f"2026-03-{day + 4}", "ground": "rescheduled", "time": at(day)},
            str(day),
        )
        for day in (9, 12)
    )

    assert "rescheduled_more_than_once" not in warned(first)
    assert "rescheduled_more_than_once" in warned(second)


def test_a_transfer_that_names_no_officer_is_warned_of(accepted):
    unassigned = accepted.stated("transfers", {"to": {"unit": "Y09.21"}, "time": at(3)}, "1")
    assigned = accepted.stated(
        "transfers", {"to": {"unit": "Y09.21", "officer": "cb-02"}, "time": at(4)}, "2"
    )

    assert len(warned(unassigned)) > len(warned(assigned))


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────

MEANINGLESS = {
    "no time": ({"time": None}, {}, 422, "invalid_field"),
    "a time without offset": ({"time": "2026-03-02T08:00:00"}, {}, 422, "naive_time"),
    "nobody": ({"actor": None}, {}, 422, "missing_field"),
    "an actor who is nobody": ({"actor": {}}, {}, 422, "missing_field"),
    "another field": ({"recordedtime": at(2)}, {}, 422, "unknown_field"),
    "another method": ({"method": "drone"}, {}, 422, "invalid_field"),
    "no key": ({}, {"idempotency-key": ""}, 400, "invalid_argument"),
    "a key with a line end": ({}, {"idempotency-key": "a\tb"}, 400, "invalid_argument"),
    "no version": ({}, {"if-match": "1"}, 400, "invalid_version"),
    "a tag without a version": ({}, {"if-match": f'"{"1a" * 16}"'}, 400, "invalid_version"),
    "the tag of a file": ({}, {"if-match": f'W/"{"1a" * 16}-csv"'}, 400, "invalid_version"),
    "a form": ({}, {"content-type": "text/plain"}, 422, "unsupported_format"),
}


@pytest.mark.parametrize(
    ("said", "headers", "status", "code"), MEANINGLESS.values(), ids=MEANINGLESS.keys()
)
def test_the_meaningless_is_refused(accepted, said, headers, status, code):
    response = accepted.stated("returns", {"method": "direct"} | said, "k", **headers)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert len(accepted.events) == 1


@pytest.mark.parametrize("body", [b"{", b"[]", b"17"])
def test_a_body_that_is_no_statement_is_refused(accepted, body):
    headers = {"idempotency-key": "k", "content-type": "application/json"}
    response = accepted.client.post(
        f"/dossiers/{accepted.code}/returns", content=body, headers=headers
    )

    assert (response.status_code, response.json()["code"]) == (422, "invalid_json")


def test_a_submission_names_the_dossier(case):
    assert case.stated("", {}, "k").json()["code"] == "missing_field"
    for blank in (" ", "\u200b", "\u200d\u200c"):
        assert case.stated("", {"code": blank}, "k").json()["code"] == "missing_field"


def test_a_time_that_is_a_number_is_not_stated(accepted):
    response = accepted.stated("returns", {"method": "direct", "time": "1.77e9"}, "r")

    assert (response.status_code, response.json()["code"]) == (422, "invalid_field")


def test_a_dossier_that_is_not_there_is_not_begun_by_mistake(case):
    response = case.stated("returns", {"method": "direct"}, "r", code="Y09.21-260302-9999")

    assert (response.status_code, response.json()["code"]) == (404, "unknown")


def test_no_header_is_made_of_what_was_stated(case):
    code = "x\r\nset-cookie: a=b"
    response = case.stated("", {"code": code}, "k")

    assert "set-cookie" not in response.headers
    assert response.status_code in {201, 422}


# ── reading one's own writes ────────────────────────────────────────────────────────────────────────────────────────


def project(folder):
    with closing(open_store(Settings(data=folder))) as store:
        replace(store, now=clock()).catch_up()


def test_it_is_answered_when_the_tables_have_it(case, folder):
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(case.stated, "acceptances", ACCEPTED, "a", query="?wait=30")
        while not waiting.done():
            project(folder)

    assert waiting.result().json()["projected"] is True
    assert case.client.get("/reports/units").json()["complete"]


def test_it_is_answered_in_time_when_they_have_it_not(case, folder):
    response = case.stated("acceptances", ACCEPTED, "a", query="?wait=0.1")

    assert (response.status_code, response.json()["projected"]) == (201, False)
    assert "projected" not in case.stated("acceptances", ACCEPTED, "a").json()


def test_events_wait_for_dossiers_and_the_directory(case, folder):
    assert sent(case.client, EVENTS, query="?wait=0").json()["projected"] is False
    project(folder)
    assert sent(case.client, EVENTS, query="?wait=0").json()["projected"] is True


def test_who_waits_holds_no_store(case, folder):
    with ThreadPoolExecutor(8) as pool:
        waiting = [
            pool.submit(case.stated, "acceptances", ACCEPTED, "a", query="?wait=30")
            for _ in range(8)
        ]
        assert case.client.get("/violations").status_code == 200
        assert not any(one.done() for one in waiting)
        while not all(one.done() for one in waiting):
            project(folder)
        assert all(one.result().json()["projected"] is True for one in waiting)


@pytest.mark.parametrize("wait", ["-1", "31", "nan", "inf"])
def test_nobody_waits_for_ever(case, wait):
    assert case.stated("acceptances", ACCEPTED, "a", query=f"?wait={wait}").status_code == 400

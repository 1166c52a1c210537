"""Every route x every role x own and foreign: who may not ask gets nothing, not even that there is something.

The routes are those of the application itself: a new one fails here until it is said what it needs, and what it is asked with.
"""

import csv
import io
import re
from datetime import timedelta
from types import MappingProxyType

import pytest
from fastapi.routing import iter_route_contexts
from openpyxl import load_workbook

from infra.access import RIGHTS_OF, ROLES
from infra.commands import COMMANDS, SUBMISSION
from infra.credentials import issue_token
from infra.http import _shared
from infra.http.access import NEEDS
from tests.infra.access.conftest import placed
from tests.support.places import code_of, officer

OVER = {
    "compliance": {"unit": "Y09.21"},
    "head": {"unit": "Y09.21"},
    "officer": {"officer": officer("cb-binh", "Y09.21")},
}
OWN, FOREIGN, MISSING = code_of("Y09.21"), code_of("Y10.31"), "Y10.31-260202-9999"
OF_A_DOSSIER = {
    "/dossiers/{code:path}": "/dossiers/{code}",
    "/dossiers/{code:path}/history": "/dossiers/{code}/history",
    "/dossiers/{code:path}/explain": "/dossiers/{code}/explain",
    "/ho-so/{code:path}": "/ho-so/{code}",
    "/streams/dossiers/{code:path}": "/streams/dossiers/{code}",
}
PERSONS = {
    "/dossiers/{code:path}/person": "/dossiers/{code}/person",
    "/ho-so/{code:path}/nguoi-nop": "/ho-so/{code}/nguoi-nop",
}
STATED = {
    f"/dossiers/{{code:path}}/{command.name}": f"/dossiers/{{code}}/{command.name}"
    for command in COMMANDS
}
OF_A_UNIT = {
    "/violations": "/violations?unit={unit}",
    "/units": "/units?unit={unit}",
    "/reports/{kind}": "/reports/units?unit={unit}",
    "/reports/officers": "/reports/officers?unit={unit}",
    "/streams/violations": "/streams/violations?unit={unit}",
    "/dossiers": "/dossiers?unit={unit}",
    "/workload": "/workload?unit={unit}",
    "/vi-pham": "/vi-pham?unit={unit}",
    "/ho-so": "/ho-so?unit={unit}",
    "/": "/?unit={unit}",
    "/don-vi/{code:path}": "/don-vi/{unit}",
    "/streams/units": "/streams/units?unit={unit}",
}
OF_AN_OFFICER = {
    "/officers/{who:path}": "/officers/{who}",
    "/can-bo/{who:path}": "/can-bo/{who}",
}
ASKED = {**OF_A_DOSSIER, **OF_A_UNIT, **OF_AN_OFFICER, **PERSONS}
LISTED = [
    *OF_A_UNIT.values(),
    *(f"/reports/{kind}?unit={{unit}}" for kind in ("coverage", "feedback")),
]
FILED = [
    "/violations?",
    "/violations?count_by=unit&",
    "/violations?count_by=officer&",
    "/dossiers?",
    "/workload?",
    "/units?",
    f"/officers/{officer('cb-binh', 'Y09.21')}?",
    *(f"/reports/{kind}?" for kind in ("units", "officers", "coverage", "feedback")),
]
HANDED = officer("cb-xa", "Y10.31")
"""Whom the commune handed a dossier to: what he does with it is its own as well, in the unit that he does it in."""
PROVINCE = "Tỉnh Ví Dụ".encode()
"""The name of each of the two."""
KNOWN: list[set[str]] = [set(), {HANDED}, {HANDED, "Y10.31"}]
"""What a row may name of the other province."""
STRANGER, COLLEAGUE = officer("cb-lan", "Y10.31"), "cb-nobody"
BESIDES = {
    "/session",
    "/sign-in",
    "/sign-in/callback",
    "/sign-out",
    "/audit",
    "/tokens",
    "/tokens/{token}",
    "/sessions",
    "/sessions/{session}/end",
    "/rules",
    "/problems",
    "/events",
    "/dossiers",
    "/openapi.json",
    "/units",
    "/static/{version}/{name}",
    "/nhap",
    "/nhap/{id_}",
    "/nhap/{id_}/dong-bi-tu-choi.jsonl",
    "/nhap/{id_}/nap",
    "/nhap/{id_}/dung",
}
"""Routes that are over neither a dossier, a unit nor an officer; `test_a_role_may_what_its_rights_say` asks them."""


def routes_of(app):
    for route in iter_route_contexts(app.routes):
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, route.path


@pytest.fixture(scope="module")
def tokens(guarded):
    """A token of each role, over the same commune."""

    def issued(store):
        return {
            role: issue_token(
                store, by="test", role=role, lasting=timedelta(days=1), **OVER.get(role, {})
            ).text
            for role in ROLES
        }

    return guarded.asked(issued)


@pytest.fixture(scope="module")
def asking(guarded, tokens):
    """Asks as a role: status, headers that tell something, and the body."""
    with guarded.client() as client:

        def ask(role, method, path, more=MappingProxyType({}), **sent):
            headers = {"authorization": f"Bearer {tokens[role]}", **more} if role else {}
            with client.stream(method, path, headers=headers, **sent) as response:
                live = "event-stream" in response.headers.get("content-type", "")
                body = b"" if live else response.read()
                return response.status_code, response.headers.get("etag"), body

        yield ask


def test_every_route_says_what_it_needs(guarded):
    assert set(routes_of(guarded.app)) == set(NEEDS)


def test_every_route_is_asked_here(guarded):
    paths = {path for _, path in routes_of(guarded.app)}
    assert paths == {*ASKED, *STATED, *BESIDES}


def test_a_route_that_says_nothing_is_for_who_administers(whole, idp):
    with placed(whole, idp) as place:

        @place.app.get("/forgotten")
        def forgotten():
            return "secret"

        for claims, status in (
            ({"dunghen_role": "auditor"}, 403),
            ({"dunghen_role": "admin"}, 200),
        ):
            with place.signed_in("moi", **claims) as browser:
                assert browser.get("/forgotten").status_code == status
        with place.client() as client:
            assert client.get("/forgotten").status_code == 401


@pytest.mark.parametrize("role", [None, *ROLES])
def test_a_role_may_what_its_rights_say(asking, role):
    rights = RIGHTS_OF[role] if role else frozenset()
    for (method, path), need in NEEDS.items():
        if need == "anybody":
            continue
        asked = said(path, MISSING, "Z99", COLLEAGUE)
        status, _, body = asking(role, method, asked)
        may = bool(rights) if need == "somebody" else need in rights
        refused = 403 if role else 401
        assert (status == refused) == (not may), (method, path, status, body)
        if not may:
            # The same bytes, whatever is there: but for the path, which was the asker's own.
            for code, unit in ((OWN, "Y09.21"), (FOREIGN, "Y10.31")):
                other = said(path, code, unit, STRANGER)
                assert alike(asking(role, method, other)) == alike((status, None, body))


def said(path, code, unit, who):
    """A route's address, of these."""
    return {**ASKED, **STATED}.get(path, path).format(
        code=code,
        unit=unit,
        who=who,
        token="0" * 16,
        session="0" * 16,
        id_="0" * 16,
        version="x",
        name="x",
    )


def alike(answer):
    """An answer without the code, the unit and the officer that the asker named."""
    status, etag, body = answer
    names = rf"{MISSING}|{FOREIGN}|{OWN}|{STRANGER}|{COLLEAGUE}|Y09\.21|Y10\.31|Z99".encode()
    return status, etag, re.sub(names, b"*", body)


@pytest.mark.parametrize("role", ["compliance", "head", "officer"])
@pytest.mark.parametrize("path", OF_A_DOSSIER)
def test_a_foreign_dossier_is_like_one_that_is_not_there(asking, role, path):
    missing = asking(role, "GET", OF_A_DOSSIER[path].format(code=MISSING))
    foreign = asking(role, "GET", OF_A_DOSSIER[path].format(code=FOREIGN))
    own = asking(role, "GET", OF_A_DOSSIER[path].format(code=OWN))

    assert alike(foreign) == alike(missing)
    assert (missing[0], own[0]) == (404, 200)


@pytest.mark.parametrize("role", ["head", "officer"])
@pytest.mark.parametrize("command", [SUBMISSION, *COMMANDS], ids=lambda command: command.kind)
def test_what_is_stated_of_a_foreign_dossier_is_answered_as_of_one_that_is_not_there(
    asking, role, command
):
    """And stored is nothing: also of an own dossier, of a version that it has not."""
    of_another = {"competent_unit": "Y10.31"} if command.kind == "accepted" else {}
    actor = {"officer": officer("cb-binh", "Y09.21"), "unit": "Y10.31"}
    said = command.example | of_another | {"time": "2026-03-12T10:00:00+07:00", "actor": actor}

    def stated(code, **more):
        path = f"/dossiers/{code}/{command.name}" if command.name else "/dossiers"
        named = {} if command.name else {"code": code}
        return asking(role, "POST", path, {"idempotency-key": "m", **more}, json=said | named)

    missing, foreign = stated(MISSING), stated(FOREIGN)
    own = stated(OWN, **{"if-match": '"99"'})

    assert alike(foreign) == alike(missing)
    assert missing[0] == (403 if command.begins else 404), missing
    assert b"not_yours" in missing[2] if command.begins else b"unknown" in missing[2]
    assert own[0] == 412, own


@pytest.mark.parametrize("role", ["compliance", "head", "officer"])
@pytest.mark.parametrize("path", LISTED)
def test_a_foreign_unit_is_like_one_that_is_not_there(asking, role, path):
    missing, foreign, own = (
        without_instants(alike(asking(role, "GET", path.format(unit=unit))))
        for unit in ("Z99", "Y10.31", "Y09.21")
    )

    assert foreign == missing
    assert (missing[0], own[0]) == (404, 200)


@pytest.mark.parametrize("role", ["compliance", "head", "officer"])
@pytest.mark.parametrize("path", OF_AN_OFFICER)
def test_a_foreign_officer_is_like_one_whom_nobody_knows(asking, role, path):
    missing = asking(role, "GET", OF_AN_OFFICER[path].format(who=COLLEAGUE))
    foreign = asking(role, "GET", OF_AN_OFFICER[path].format(who=STRANGER))

    assert without_instants(alike(foreign)) == without_instants(alike(missing))


def without_instants(answer):
    """An answer without the instant that it was given at."""
    status, etag, body = answer
    return status, etag, re.sub(rb"\d\d:\d\d(:\d\d[.\d]*)?|csrf=[\w-]+", b"*", body)


@pytest.mark.parametrize("role", ["compliance", "head", "officer"])
def test_no_answer_knows_of_foreign_dossiers_or_units(asking, role):
    foreign, missing = (
        without_instants(alike(asking(role, "GET", f"/violations?dossier={code}")))
        for code in (FOREIGN, MISSING)
    )
    assert foreign == missing
    assert foreign[0] == 404
    for path in (
        "/",
        "/vi-pham",
        "/ho-so",
        "/workload",
        "/violations",
        "/violations?count_by=unit",
        "/violations?count_by=officer",
        "/reports/units",
        "/reports/coverage",
        "/reports/feedback",
        "/reports/officers",
    ):
        status, _, body = asking(role, "GET", path)
        assert status == 200
        assert named(body) <= {HANDED, "Y10.31"}
        if "unit" in path or "coverage" in path or "feedback" in path:
            assert b"Y10.31" not in body


@pytest.mark.parametrize("role", ["compliance", "head", "officer"])
def test_no_role_is_shown_the_overview_that_was_made_for_the_auditor(asking, role, monkeypatch):
    monkeypatch.setattr(_shared, "_MOMENT", 600.0)
    (_, _, whole), (_, _, own) = (asking(asker, "GET", "/") for asker in ("auditor", role))

    assert "Y10" in named(whole)
    assert PROVINCE in whole
    assert named(own) == set()
    assert PROVINCE not in own


@pytest.mark.parametrize("role", ["compliance", "head", "officer"])
@pytest.mark.parametrize("path", FILED)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_file_knows_of_foreign_dossiers_units_or_persons(asking, role, path, form):
    status, _, body = asking(role, "GET", f"{path}format={form}&columns=ids")
    rows = rows_of(form, body)

    assert status == 200
    assert re.search(r"Y09\.21|-y09\.21", " ".join(rows))
    for row in rows:
        assert named(row.encode()) in KNOWN


def named(told):
    """Every name of the other province that is in it: dossiers, units, persons."""
    return set(re.findall(r"\bY10\b(?:\.31[-\d]*)?|[\w-]+-y10\.31", told.decode()))


def rows_of(form, body):
    """The text of every row of a file, of all its sheets."""
    if form == "csv":
        return [" ".join(row) for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))]
    sheets = load_workbook(io.BytesIO(body)).worksheets
    return [" ".join(map(str, row)) for sheet in sheets for row in sheet.values]


def test_a_token_that_may_not_is_told_so_as_its_scheme_says(asking, guarded, tokens):
    with guarded.client(authorization=f"Bearer {tokens['feed']}") as client:
        refused = client.get("/violations")

    assert refused.status_code == 403
    assert refused.headers["www-authenticate"] == (
        'Bearer realm="dunghen", error="insufficient_scope"'
    )


def test_the_local_operator_may_everything(whole):
    with placed(whole) as place, place.client() as client:
        for path in (f"/dossiers/{FOREIGN}", "/audit", "/tokens", "/sessions", "/reports/officers"):
            assert client.get(path).status_code == 200

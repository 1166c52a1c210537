"""Pages, sign-in and what streams refuse, asked with what nobody foresaw, as roles that see a part: no fault of ours.

By schemathesis, from a document made here: pages are in none. A stream is asked with HEAD, which tells whether it would begin.
"""

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.core.result import Ok

from infra.credentials import issue_token

EXAMPLES = 8
OF_THE_BAR = {
    "period": ["2026", "2026-02..2026-03", "02/2026", "2026..", "\0"],
    "unit": ["Y09.21", "Y10.31", "none", "%"],
    "clock": ["legal", "portal", "qd766", "sun"],
    "as_of": ["30/06/2026", "2026-06-30T17:00:00+07:00", "9999-12-31", "0001-01-01T00:00:00+07:00"],
    "known_at": ["30/06/2026 08:15", "2026-06-30", "31/02/2026"],
    "lang": ["vi", "en", "fr"],
    "cursor": ["none", "~", "2026-01-01~x", "1~y"],
}
ASKED = {
    ("get", "/"): {"all": ["1"]},
    ("get", "/ho-so"): {
        "state": ["overdue", "resolved", "x"],
        "letter": ["missing", "x"],
        "differs": ["legal", "x"],
        "due": ["2026-02-30", "01/03/2026"],
        "ended": ["2026-02", "2026-13"],
        "recorded": ["0"],
        "code": ["Y09.21-260202-0007", " ", "a/b"],
    },
    ("get", "/vi-pham"): {
        "rule": ["result_overdue", "none"],
        "officer": ["cb-hai"],
        "severity": ["3", "9", "٣"],
        "dossier": ["Y09.21-260202-0007", " "],
    },
    ("get", "/ho-so/{code}"): {},
    ("get", "/can-bo/{code}"): {
        "cases": ["late", "held", "x"],
        "held_in": ["Y09.21", " "],
        "work": ["open", "x"],
        "after": ["1~y"],
    },
    ("get", "/don-vi/{code}"): {"work": ["today"], "work_after": ["2026-01-01~x"]},
    ("get", "/nhap"): {},
    ("get", "/nhap/{code}"): {},
    ("get", "/problems"): {},
    ("get", "/sign-in"): {"next": ["/vi-pham", "//evil.example", "\\\\x", "/sign-out", "http:/x"]},
    ("get", "/sign-in/callback"): {"code": ["x"], "state": ["x"], "error": ["denied"]},
    ("get", "/session"): {},
    ("head", "/streams/violations"): {
        "rule": ["result_overdue", "none"],
        "severity": ["3", "9"],
        "after": ["0", "x", "99999999999999999999"],
    },
    ("head", "/streams/units"): {"after": ["1", "-1"]},
    ("head", "/streams/dossiers/{code}"): {"after": ["1.0123456789ab", "x"]},
}
CODES = ["Y09.21-260202-0007", "Y09.21", "cb-hai", "Y10.31-260202-0007", "a/b", "%", "a\0b"]


def parameter(name, values, place="query"):
    """A text, of which some are more telling than others."""
    schema = {"anyOf": [{"type": "string", "enum": values}, {"type": "string", "maxLength": 40}]}
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def document():
    paths: dict[str, Any] = {}
    for (method, path), own in ASKED.items():
        said = [parameter(*each) for each in (OF_THE_BAR | own).items()]
        if "{code}" in path:
            said.append(parameter("code", CODES, "path"))
        answers = {"default": {"description": "Anything but a fault."}}
        paths.setdefault(path, {})[method] = {"parameters": said, "responses": answers}
    return {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths}


OPERATIONS = [
    found.ok()
    for found in schemathesis.openapi.from_dict(document()).get_all_operations()
    if isinstance(found, Ok)
]


@pytest.fixture(scope="module")
def headers(guarded):
    """Of a head, and of nobody."""

    def token(store):
        unit = {"unit": "Y09.21"}
        return issue_token(store, by="test", role="head", lasting=timedelta(days=1), **unit).text

    return {"head": {"authorization": f"Bearer {guarded.asked(token)}"}, "nobody": {}}


@pytest.mark.parametrize("role", ["head", "nobody"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_fault(guarded, headers, operation, role):
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def ask(case):
        answer = case.call(
            base_url=guarded.url,
            headers=headers[role] | {"accept": "text/html"},
            allow_redirects=False,
            timeout=60,
        )
        case.validate_response(answer, checks=[checks.not_a_server_error])

    ask()

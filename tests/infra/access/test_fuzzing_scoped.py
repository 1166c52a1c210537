"""The OpenAPI document, asked by those who may not ask everything: what they are refused with is in it, route by route.

By schemathesis: a head of a unit, who sees a part; nobody; and one who has asked too often.
"""

from datetime import timedelta
from http import HTTPStatus
from shutil import copytree

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from infra.access import RIGHTS_OF
from infra.credentials import issue_token
from infra.http.access import NEEDS
from tests.infra.access.conftest import placed
from tests.support.conforming import OPERATIONS, conforming

EXAMPLES = 4
"""Of what a part is shown; who is shown nothing is asked once."""


def each_of(examples, operation, ask):
    """Ask an operation so often."""

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def asked(case):
        ask(case)

    asked()


def need(operation):
    """What it needs of who asks; the table has paths as the routes declare them."""
    of_paths = {
        (method, path.replace(":path}", "}")): need for (method, path), need in NEEDS.items()
    }
    return of_paths[operation.method.upper(), operation.path]


@pytest.fixture(scope="module")
def guarded(whole, idp, tmp_path_factory):
    """A server over a copy of the data: facts are stated to it."""
    with placed(copytree(whole, tmp_path_factory.mktemp("asked") / "data"), idp) as place:
        yield place


@pytest.fixture(scope="module")
def head(guarded):
    """The headers of a head of a unit."""

    def token(store):
        unit = {"unit": "Y09.21"}
        return issue_token(store, by="test", role="head", lasting=timedelta(days=1), **unit).text

    return {"authorization": f"Bearer {guarded.asked(token)}"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_who_sees_a_part_is_answered_as_the_document_says(guarded, head, operation):
    statuses = set[int]()
    each_of(EXAMPLES, operation, lambda case: statuses.add(conforming(case, guarded.url, head)))

    may = need(operation) in {"anybody", "somebody", *RIGHTS_OF["head"]}
    assert may or statuses == {HTTPStatus.FORBIDDEN}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_nobody_is_refused_as_the_document_says(guarded, operation):
    statuses = set[int]()
    each_of(1, operation, lambda case: statuses.add(conforming(case, guarded.url, {})))

    assert (statuses == {HTTPStatus.UNAUTHORIZED}) == (need(operation) != "anybody")


@pytest.fixture(scope="module")
def strict(whole, idp):
    """A server that nobody may ask as often as once a minute."""
    with placed(whole, idp, rate=0) as place:
        yield place


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_who_asks_too_often_is_refused_as_the_document_says(strict, operation):
    statuses = set[int]()
    each_of(1, operation, lambda case: statuses.add(conforming(case, strict.url, {})))

    assert statuses == {HTTPStatus.TOO_MANY_REQUESTS}

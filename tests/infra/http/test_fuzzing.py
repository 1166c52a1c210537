"""What the OpenAPI document allows, and what it does not, asked of a real server: no fault of ours, no answer that the document has not.

By schemathesis, the same questions on every run. Streams go on for ever and are left out.
"""

from shutil import copytree

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.core.result import Ok

from infra.http import Stores, application
from infra.http._openapi import document
from tests.support.answering import answering, stores_of

EXAMPLES = 20
"""Of each route, of what is allowed and of what is not: the whole takes less than a minute."""
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def address(filled, tmp_path_factory):
    """A server over a copy of the data: events are sent to it."""
    folder = tmp_path_factory.mktemp("fuzzing") / "data"
    copytree(filled, folder)
    with answering(stores_of(folder)) as url:
        yield url


WHOLE = document(application(Stores(None, None)), "en")  # type: ignore[arg-type]  # it asks nothing
SCHEMA = schemathesis.openapi.from_dict(WHOLE).exclude(path_regex="^/streams")
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]


def can_be_wrong(operation):
    """What takes nothing cannot be asked wrongly, and of a text in the path every other is one as well."""
    beside = [each for each in operation.get("parameters", ()) if each["in"] != "path"]
    return bool(beside) or "requestBody" in operation


ASKED = [
    pytest.param(operation, mode, id=f"{operation.label} {mode.value}")
    for operation in OPERATIONS
    for mode in GenerationMode
    if mode.is_positive or can_be_wrong(operation.definition.raw)
]


@pytest.mark.parametrize(("operation", "mode"), ASKED)
def test_no_fault_and_no_answer_that_is_not_in_the_document(address, operation, mode):
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(base_url=address, checks=CHECKS, timeout=60)

    ask()

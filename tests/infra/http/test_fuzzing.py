"""What the OpenAPI document allows, and what it does not, asked of a real server: no fault of ours, no answer that the document has not.

By schemathesis, the same questions on every run, asked by the local operator; as others: `tests/infra/access/test_fuzzing_scoped.py`.
"""

from shutil import copytree

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from tests.support.answering import answering, stores_of
from tests.support.conforming import OPERATIONS, conforming

EXAMPLES = 20
"""Of each route, of what is allowed and of what is not: the whole takes less than a minute."""


@pytest.fixture(scope="module")
def address(filled, tmp_path_factory):
    """A server over a copy of the data: events are sent to it."""
    folder = tmp_path_factory.mktemp("fuzzing") / "data"
    copytree(filled, folder)
    with answering(stores_of(folder)) as url:
        yield url


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
        conforming(case, address, {})

    ask()

"""Asks a server what the OpenAPI document allows, and holds every answer against the document.

Knows schemathesis. Must not know who asks. A stream that begins goes on for ever: it is asked for with HEAD, which is GET without the
body, and its body where it is refused.
"""

from collections.abc import Mapping
from typing import Any, Final

import requests
import schemathesis
from schemathesis import Case, checks
from schemathesis.core.result import Ok

from infra.http.document.openapi import document
from tests.support.answering import describing

WHOLE: Final = document(describing(), "en")
OPERATIONS: Final = [
    found.ok()
    for found in schemathesis.openapi.from_dict(WHOLE).get_all_operations()
    if isinstance(found, Ok)
]
_BEFORE_THE_BODY: Final = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
]
_CHECKS: Final = [*_BEFORE_THE_BODY, checks.response_schema_conformance]
_SECONDS: Final = 60


def conforming(case: Case, url: str, headers: Mapping[str, str]) -> int:
    """The status of an answer. A failure where it is a fault of ours, or one that the document has not."""
    if case.operation.path.startswith("/streams/"):
        sent: dict[str, Any] = case.as_transport_kwargs(base_url=url, headers=dict(headers))
        begun = requests.request(**sent | {"method": "HEAD"}, timeout=_SECONDS)
        case.validate_response(begun, checks=_BEFORE_THE_BODY)
        if begun.ok:
            return begun.status_code
    answer = case.call_and_validate(
        base_url=url, headers=dict(headers), checks=_CHECKS, timeout=_SECONDS
    )
    return answer.status_code

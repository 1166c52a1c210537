"""Which status a refusal has over HTTP, by its stable code: one for each, whichever route or page says it.

Knows codes and statuses. Must not know what was asked, nor in which form it is said.
"""

from http import HTTPStatus
from typing import Final

_OF_THE_QUESTION: Final = frozenset(
    {
        "invalid_cursor",
        "invalid_day",
        "invalid_id",
        "invalid_month",
        "invalid_version",
        "no_reason",
        "no_scope",
        "rule_of_units",
        "unknown_part",
        "unknown_report",
        "unknown_rule",
        "unknown_state",
    }
)
"""Refusals of what was asked, not of what was sent."""
_OF_THE_MOMENT: Final = frozenset({"idempotency_conflict", "import_busy"})
"""What was sent is right, and stands against something else that is there."""


def status_of(code: str) -> HTTPStatus:
    """The status of a refusal."""
    if code in _OF_THE_QUESTION:
        return HTTPStatus.BAD_REQUEST
    if code in _OF_THE_MOMENT:
        return HTTPStatus.CONFLICT
    return HTTPStatus.FORBIDDEN if code == "not_yours" else HTTPStatus.UNPROCESSABLE_ENTITY

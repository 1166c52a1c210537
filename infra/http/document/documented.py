"""What the document says of each question's responses: shapes, forms, headers, problems.

Knows OpenAPI's words for them. Must not know how anything is answered, nor the reader's language.
"""

from http import HTTPStatus
from typing import Any, Final

from infra.http._forms import MEDIA
from infra.http._problems import answered
from infra.http.document import shapes
from infra.http.document import shapes_events as events
from infra.http.document import shapes_people as people
from infra.http.document import shapes_reports as reports

Said = dict[str, Any]

_HEADERS: Final[Said] = {
    "ETag": {
        "description": "For `If-None-Match`. Strong where T and K are both given, else weak: made of all but the clock's instants.",
        "schema": {"type": "string"},
    },
}
_OF_FILES: Final[Said] = {
    "Content-Disposition": {
        "description": "Of CSV and XLSX: a name for the file.",
        "schema": {"type": "string"},
    },
    **{
        f"Dunghen-{name}": {"description": f"Of CSV and XLSX: {what}", "schema": {"type": kind}}
        for name, what, kind in (
            ("As-Of", "T.", "string"),
            ("Known-At", "K.", "string"),
            ("Complete", "`complete` of the answer.", "string"),
            ("Calendar-Complete", "`calendar_complete` of the answer.", "string"),
            ("Rows", "how many rows it has.", "integer"),
        )
    },
}
_LINK: Final[Said] = {
    "Link": {
        "description": 'Where the page behind is (`rel="next"`), if there is one.',
        "schema": {"type": "string"},
    }
}
_VERSION: Final[Said] = {
    "Dossier-Version": {
        "description": "The version of the dossier, as `If-Match` of a command takes it.",
        "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
    }
}

_USUAL: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def _question(name: str, shape: Any, *, listed: bool, headers: Said, found: bool = True) -> Said:
    good: Said = {"description": "The answer.", "headers": _HEADERS | headers}
    if listed:
        good["headers"] |= _OF_FILES | _LINK
        good["content"] = {
            MEDIA["csv"]: {"schema": {"type": "string"}},
            MEDIA["xlsx"]: {"schema": {"type": "string", "format": "binary"}},
        }
    problems = answered(*_USUAL, *([HTTPStatus.NOT_FOUND] if found else []))
    same: Said = {
        "description": "The answer is still the one that the tag names.",
        "headers": _HEADERS,
    }
    return {
        "operation_id": name,
        "response_model": shape,
        "responses": {200: good, 304: same} | problems,
    }


HISTORY: Final = _question("history", shapes.History, listed=True, headers=_VERSION)
DOSSIER: Final = _question("dossier", shapes.Explanation, listed=False, headers=_VERSION)
EXPLAIN: Final = _question("explain", shapes.Explanation, listed=False, headers=_VERSION)
VIOLATIONS: Final = _question(
    "violations", shapes.Violations | shapes.Counts, listed=True, headers={}
)
UNITS: Final = _question("units", reports.Units, listed=True, headers={})
REPORTS: Final = _question(
    "report",
    reports.UnitsReport | reports.CoverageReport | reports.FeedbackReport,
    listed=True,
    headers={},
)
OFFICERS: Final = _question("report_officers", reports.OfficersReport, listed=True, headers={})
RULES: Final = _question("rules", reports.Rules, listed=True, headers={}, found=False)
DOSSIERS: Final = _question("dossiers", people.Dossiers, listed=True, headers={})
WORKLOAD: Final = _question("workload", people.Workload, listed=True, headers={})
OFFICER: Final = _question("officer", people.OfficerCases, listed=True, headers={})

_EVENT: Final[Said] = events.CloudEvent.model_json_schema()
_SENT: Final[Said] = {
    "specversion": "1.0",
    "id": "unit-Y09",
    "source": "/example/directory",
    "type": "vn.dunghen.unit.registered.v1",
    "subject": "Y09",
    "time": "2026-01-01T08:00:00+07:00",
    "recordedtime": "2026-01-01T08:00:00+07:00",
    "data": {"unit": "Y09", "name": "Tỉnh Ví Dụ", "level": "province", "head": "cb-son"},
}
TOGETHER: Final[list[Said]] = [
    _SENT
    | {
        "id": "declared-Y09.21-2026-03",
        "type": "vn.dunghen.unit.intake_declared.v1",
        "subject": "Y09.21",
        "time": "2026-04-01T08:00:00+07:00",
        "recordedtime": "2026-04-01T08:00:00+07:00",
        "data": {"unit": "Y09.21", "period": "2026-03/2026-03", "count": 6},
    },
    _SENT,
    _SENT | {"id": "unit-Y09-2", "data": _SENT["data"] | {"level": "tỉnh"}},
]
"""A batch: an event that is new, one that was sent before, one that is refused."""
EVENTS: Final[Said] = {
    "operation_id": "events",
    "response_model": events.TakenAll,
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "description": "One event, structured, or a batch; or its data alone, with the attributes in headers (`ce-id` and so on).",
            "content": {
                "application/cloudevents+json": {"schema": _EVENT, "example": _SENT},
                "application/cloudevents-batch+json": {
                    "schema": {"type": "array", "maxItems": 1_000, "items": _EVENT},
                    "example": TOGETHER,
                },
                "application/json": {"schema": {"type": "object"}, "example": _SENT["data"]},
            },
        }
    },
}

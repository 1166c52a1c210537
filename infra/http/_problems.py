"""Errors as RFC 9457 problems: the domain's stable codes, a sentence in the reader's language, a status.

Knows statuses. Must not know what was asked.
"""

import json
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from domain.errors import Contended, Outdated, Refused, Unknown
from infra.access import NOBODY, Forbidden
from infra.errors import CannotRun
from infra.given import Unreadable
from infra.http._asking import asker
from infra.http._language import language_of, wants_page
from infra.http._methods import allowed_at
from infra.http._misread import Misread
from infra.http._statuses import status_of
from infra.http.pages import problem_page
from infra.language import Language
from infra.running import AWAY

_ENGLISH: Final = Language("en")
MEDIA_TYPE: Final = "application/problem+json"

AGAIN: Final = {"Retry-After": "1"}
_PASSES: Final = AWAY | {"being_made", "busy", "server_stopping"}
"""Codes of what passes by itself, or soon by an operator's hand: only then it is said when to ask again."""
_MADE: Final = {"Retry-After": "3", "Refresh": "3"}
"""Of figures that are being made: a page that says so asks again by itself."""
_WHO: Final = {"WWW-Authenticate": 'Bearer realm="dunghen"'}
_MORE: Final = {"WWW-Authenticate": 'Bearer realm="dunghen", error="insufficient_scope"'}
"""Of a token that holds, and is for something else (RFC 6750, 3.1)."""
_OF_THE_WEB: Final = {
    HTTPStatus.BAD_REQUEST: "unreadable_body",
    HTTPStatus.NOT_FOUND: "no_such_page",
    HTTPStatus.METHOD_NOT_ALLOWED: "no_such_method",
    HTTPStatus.NOT_ACCEPTABLE: "not_acceptable",
    HTTPStatus.REQUEST_TIMEOUT: "too_slow",
}


class Problematic(Exception):
    """A request that a route cannot answer: the sentence `problem.CODE`, with these values."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        headers: dict[str, str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.headers, self.values = status, code, headers, values


class Problem(BaseModel):
    """A problem as the document describes it (RFC 9457)."""

    type: str = Field(
        description="The page that tells what the code means.", examples=["/problems#unknown"]
    )
    title: str = Field(description="The status in words.", examples=["Không tìm thấy"])
    status: int = Field(examples=[404])
    code: str = Field(
        description="Stable: programs test this, not the sentence.", examples=["unknown"]
    )
    detail: str = Field(description="What is wrong, where, and what to do.")
    instance: str = Field(description="The path that was asked.", examples=["/dossiers/H40.17-1"])


def answered(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Problems that a route may answer with, for the document."""
    return {
        status.value: {
            "description": _ENGLISH(f"problem.{status.value}"),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def problems_of(app: FastAPI) -> None:
    """Let every error that was foreseen be a problem; of others the guard tells the kind."""
    app.exception_handler(Unreadable)(_unreadable)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(Forbidden)(_forbidden)
    app.exception_handler(Unknown)(_unknown)
    app.exception_handler(Refused)(_refused)
    app.exception_handler(Outdated)(_outdated)
    app.exception_handler(Contended)(contended)
    app.exception_handler(CannotRun)(cannot)
    app.exception_handler(Problematic)(_problematic)
    app.exception_handler(HTTPException)(_of_the_web)


def problem(
    request: Request,
    status: HTTPStatus,
    code: str,
    detail: str,
    headers: dict[str, str] | None = None,
    *,
    field: str | None = None,
    **more: object,
) -> Response:
    """A problem as the response: a page for a browser, `field` the one of its bar that is wrong; else RFC 9457, `more` its own members."""
    if wants_page(request):
        shown = problem_page(request, status, code, detail, field)
        shown.headers.update(headers or {})
        return shown
    body = {
        "type": f"/problems#{code}",
        "title": language_of(request)(f"problem.{status.value}"),
        "status": status.value,
        "code": code,
        "detail": detail,
        "instance": request.url.path,
        **more,
    }
    said = json.dumps(body, ensure_ascii=False)
    return Response(said, status, headers, MEDIA_TYPE)


def _problematic(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problematic)
    detail = language_of(request)(f"problem.{error.code}", **error.values)
    return problem(request, error.status, error.code, detail, error.headers)


def _outdated(request: Request, error: Exception) -> Response:
    """It may be said again of the version that is told, in the form that `If-Match` takes."""
    assert isinstance(error, Outdated)
    detail = language_of(request).refusal(error.code, error.message)
    return problem(
        request,
        HTTPStatus.PRECONDITION_FAILED,
        error.code,
        detail,
        {"ETag": f'"{error.version}"'},
        version=error.version,
    )


def _unreadable(request: Request, error: Exception) -> Response:
    field = error.field if isinstance(error, Misread) else None
    return problem(request, HTTPStatus.BAD_REQUEST, "invalid_argument", str(error), field=field)


def _invalid(request: Request, error: Exception) -> Response:
    """All that is wrong, together."""
    assert isinstance(error, RequestValidationError)
    say = language_of(request)
    told = dict.fromkeys(_mistake(each) for each in error.errors())
    detail = "; ".join(say.refusal("invalid_argument", each) for each in told)
    return problem(request, HTTPStatus.BAD_REQUEST, "invalid_argument", detail)


def _mistake(each: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in each["loc"][1:]) or str(each["loc"][0])
    return f"{where}: {each['msg']}"


def _forbidden(request: Request, error: Exception) -> Response:
    """The same sentence whatever was asked for: the role decides, not what is there."""
    say = language_of(request)
    if asker(request) is NOBODY:
        detail = say("problem.not_signed_in")
        if request.method == "GET" and wants_page(request):
            asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            place = f"/sign-in?{urlencode({'next': asked})}"
            return Response(status_code=HTTPStatus.SEE_OTHER, headers={"location": place})
        return problem(request, HTTPStatus.UNAUTHORIZED, "not_signed_in", detail, _WHO)
    said = say("problem.forbidden")
    how = _MORE if asker(request).by == "token" else None
    return problem(request, HTTPStatus.FORBIDDEN, "forbidden", said, how)


def _unknown(request: Request, error: Exception) -> Response:
    detail = language_of(request).refusal("unknown", str(error))
    return problem(request, HTTPStatus.NOT_FOUND, "unknown", detail)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    detail = language_of(request).refusal(error.code, error.message)
    return problem(request, status_of(error.code), error.code, detail)


def contended(request: Request, error: Exception) -> Response:
    """Others wrote to the same all the time."""
    detail = language_of(request)("cannot.contended")
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, "contended", detail, AGAIN)


def cannot(request: Request, error: Exception) -> Response:
    """The place may be a path or a host of ours: the sentence goes into the log, the code to the one who asks."""
    assert isinstance(error, CannotRun)
    structlog.get_logger().warning(error.message, code=error.code, path=request.url.path)
    say, own = language_of(request), f"problem.{error.code}"
    passes = error.code in _PASSES
    detail = (
        say(own, **error.values)
        if say.knows(own)
        else say("problem.cannot" if passes else "problem.cannot_yet", code=error.code)
    )
    again = _MADE if error.code == "being_made" else AGAIN if passes else None
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, error.code, detail, again)


def _of_the_web(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    code = _OF_THE_WEB.get(status, status.phrase.lower().replace(" ", "_"))
    detail = language_of(request)(f"problem.{code}", path=request.url.path)
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = allowed_at(request)
    return problem(request, status, code, detail, headers)

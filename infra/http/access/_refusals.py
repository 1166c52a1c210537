"""Refusals of access as problems: what does not hold, what is asked too often, what another site may have sent.

Knows statuses and words. Must not know how any of it was found out.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request, Response

from domain.errors import Contended
from infra.errors import CannotRun
from infra.http._language import language_of
from infra.http._problems import cannot, contended, problem
from infra.http.access._forged import Forged
from infra.http.access._limiting import TooOften
from infra.http.access._sessions import Unproven

_INVALID: Final = {"WWW-Authenticate": 'Bearer realm="dunghen", error="invalid_token"'}


def refusals_of(app: FastAPI) -> None:
    """Let each be a problem, wherever it is found out."""
    app.exception_handler(TooOften)(_too_often)
    app.exception_handler(Forged)(_forged)


def refusal(request: Request, error: Exception) -> Response:
    """What is said where no route runs yet."""
    return _SAID[type(error)](request, error)


def _unproven(request: Request, error: Exception) -> Response:
    detail = language_of(request)("problem.invalid_token")
    return problem(request, HTTPStatus.UNAUTHORIZED, "invalid_token", detail, _INVALID)


def _too_often(request: Request, error: Exception) -> Response:
    seconds = getattr(error, "seconds", 1)
    detail = language_of(request)("problem.too_often", seconds=seconds)
    after = {"Retry-After": str(seconds)}
    return problem(request, HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", detail, after)


def _forged(request: Request, error: Exception) -> Response:
    detail = language_of(request)("problem.forged")
    return problem(request, HTTPStatus.FORBIDDEN, "forged", detail)


_SAID: Final[Mapping[type[Exception], Callable[[Request, Exception], Response]]] = {
    Unproven: _unproven,
    TooOften: _too_often,
    CannotRun: cannot,
    Contended: contended,
}

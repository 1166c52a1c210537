"""What is asked and done by those who oversee: a person's data, with the reason; the audit log; tokens; sessions.

Knows routes. Must not know how anything is answered.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import Refused
from infra.access import NoScope, Role
from infra.answers import Answer, document
from infra.audit import checked_reason
from infra.credentials import end_session, issue_token, revoke_token, sessions, tokens
from infra.http import _parameters as of
from infra.http._addresses import Spelt
from infra.http._asking import ask, asker
from infra.http._bodies import object_of
from infra.http._parameters import Reading, reading
from infra.http._problems import answered
from infra.http._stores import Stores
from infra.http.document.shapes_acts import (
    Audit,
    EndedSession,
    IssuedToken,
    Person,
    RevokedToken,
    Sessions,
    Tokens,
)
from infra.questions import queries
from infra.wiring import Store

Sent = TypeVar("Sent", bound=BaseModel)
Read = Annotated[Reading, Depends(reading)]

_PROBLEMS: Final = answered(
    HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.UNPROCESSABLE_ENTITY
)
_OF_ONE: Final = _PROBLEMS | answered(HTTPStatus.NOT_FOUND)
_OF_A_BODY: Final = _PROBLEMS | answered(
    HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
)
_Name = Annotated[str, Field(min_length=1, max_length=200)]


class NewToken(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(extra="forbid")
    role: Role
    days: Annotated[int, Field(ge=1, le=3_660)] = 90
    name: _Name | None = None
    unit: _Name | None = None
    officer: _Name | None = None


class Why(BaseModel):
    """Why a person's data are read, or a session is ended."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[
        str, Field(max_length=2_000, description="Why; it is put on record with who asked.")
    ] = ""


def _described(sent: type[BaseModel], example: Answer) -> dict[str, Any]:
    """A body, for the document."""
    content = {"application/json": {"schema": sent.model_json_schema(), "example": example}}
    return {"requestBody": {"required": True, "content": content}}


def _body(of_kind: type[Sent]) -> Callable[[Request], Awaitable[Sent]]:
    """Reads a body. The framework would read whatever comes before it is known whether the asker may send anything."""

    async def read(request: Request) -> Sent:
        try:
            return of_kind.model_validate(await object_of(request))
        except ValidationError as invalid:
            raise RequestValidationError(
                [{**error, "loc": ("body", *error["loc"])} for error in invalid.errors()]
            ) from None

    return read


def people(stores: Stores) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["access"], route_class=Spelt)
    _of_persons(routes, stores)
    _of_tokens(routes, stores)
    _of_sessions(routes, stores)
    return routes


def _told(answer: Answer, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(document(answer), status, media_type="application/json")


def _of_persons(routes: APIRouter, stores: Stores) -> None:
    """A person's data, and what is on record."""

    @routes.post(
        "/dossiers/{code:path}/person",
        operation_id="person",
        responses=_OF_A_BODY | answered(HTTPStatus.NOT_FOUND),
        response_model=Person,
        openapi_extra=_described(Why, {"reason": "đơn khiếu nại 15/2026"}),
    )
    def person(
        request: Request, code: of.Code, read: Read, why: Annotated[Why, Depends(_body(Why))]
    ) -> Response:
        """Who applied, in clear. That it was read, by whom and why, is put on record before it is told."""
        key, who = read.code(code), asker(request)

        def shown(store: Store) -> Answer:
            store.scope.need("persons")
            stated = checked_reason(why.reason)
            return queries.show_person(
                store, key, reader=who.name, reader_id=who.id, role=who.role, reason=stated
            )

        return _told(ask(request, stores, shown))

    @routes.get("/audit", operation_id="audit", responses=_PROBLEMS, response_model=Audit)
    def audit(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
        cursor: Annotated[
            int | None, Query(ge=1, le=10**18, description="`next` of the page before.")
        ] = None,
    ) -> Response:
        """Who read personal data and why, who signed in, what was administered: the newest first."""
        return _told(
            ask(request, stores, lambda store: queries.audit(store, limit=limit, before=cursor))
        )


def _of_tokens(routes: APIRouter, stores: Stores) -> None:
    """Tokens: listed, made, revoked."""

    @routes.get("/tokens", operation_id="tokens", responses=_PROBLEMS, response_model=Tokens)
    def listed(request: Request) -> Response:
        """Every token, without its secret."""
        return _told(ask(request, stores, lambda store: {"tokens": tokens(store)}))

    @routes.post(
        "/tokens",
        operation_id="issue_token",
        responses=_OF_A_BODY,
        response_model=IssuedToken,
        status_code=201,
        openapi_extra=_described(NewToken, {"role": "intake", "days": 90, "name": "cổng tỉnh"}),
    )
    def made(request: Request, token: Annotated[NewToken, Depends(_body(NewToken))]) -> Response:
        """A new token. Its secret is told in this answer and never again."""
        who = asker(request)

        def issued(store: Store) -> Answer:
            try:
                new = issue_token(
                    store,
                    by=who.name,
                    by_id=who.id,
                    role=token.role,
                    lasting=timedelta(days=token.days),
                    name=token.name,
                    unit=token.unit,
                    officer=token.officer,
                )
            except NoScope:
                raise Refused(
                    "no_scope", "a role over a unit or an officer needs its `unit` or `officer`"
                ) from None
            return {
                "token": new.id,
                "secret": new.text,
                "expires_at": new.expires_at.isoformat(),
            }

        return _told(ask(request, stores, issued), HTTPStatus.CREATED)

    @routes.delete(
        "/tokens/{token}",
        operation_id="revoke_token",
        responses=_OF_ONE,
        response_model=RevokedToken,
    )
    def revoked(request: Request, token: str, read: Read) -> Response:
        """Revoke a token; from now on nobody asks with it."""
        who, token = asker(request), read.text(token)
        return _told(
            ask(
                request,
                stores,
                lambda store: {
                    "token": token,
                    "revoked": revoke_token(store, token, by=who.name, by_id=who.id),
                },
            )
        )


def _of_sessions(routes: APIRouter, stores: Stores) -> None:
    """Sessions: listed, ended."""

    @routes.get("/sessions", operation_id="sessions", responses=_PROBLEMS, response_model=Sessions)
    def opened(request: Request) -> Response:
        """Every session that is open, without its secret."""
        return _told(ask(request, stores, lambda store: {"sessions": sessions(store)}))

    @routes.post(
        "/sessions/{session}/end",
        operation_id="end_session",
        responses=_OF_A_BODY | answered(HTTPStatus.NOT_FOUND),
        response_model=EndedSession,
        openapi_extra=_described(Why, {"reason": "mất máy tính xách tay"}),
    )
    def ended(
        request: Request, session: str, read: Read, why: Annotated[Why, Depends(_body(Why))]
    ) -> Response:
        """End somebody's session; from now on nobody asks with it. Who ended it and why is put on record."""
        who, session = asker(request), read.text(session)

        def done(store: Store) -> Answer:
            stated = checked_reason(why.reason)
            over = end_session(store, session, by=who.name, by_id=who.id, reason=stated)
            return {"session": session, "ended": over}

        return _told(ask(request, stores, done))

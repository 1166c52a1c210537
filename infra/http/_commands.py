"""What officers state, a route for each kind of fact: made from one table of declarations.

Knows headers, bodies and their descriptions. Must not know what a fact means, nor what it brings about.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import TypeAdapter

from domain.errors import Refused
from domain.events import KINDS
from domain.values import dossier_key, is_blank
from infra.answers import Answer, document
from infra.commands import COMMANDS, SUBMISSION, Command, Statement, state
from infra.http import _parameters as of
from infra.http._addresses import Spelt, dossier_path
from infra.http._asking import ask, asker
from infra.http._bodies import object_of
from infra.http._language import language_of
from infra.http._parameters import Reading, reading
from infra.http._problems import answered
from infra.http._stores import Stores
from infra.http._waiting import Wait, projected
from infra.http.document.shapes_acts import Stated
from infra.language import CATALOGUE

_VERSION: Final = re.compile(r'(?:W/)?"([0-9]{1,18})(?:-[0-9a-f]{32})?"')
"""A version, or a dossier's tag that begins with one. Weak ones too: compared are versions, which are never weak."""
_PROBLEMS: Final = answered(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_TIME: Final = "2026-03-02T08:00:00+07:00"
_ACTOR: Final = {"officer": "cb-01", "unit": "Y09.21"}
_CODE: Final = "Y09.21-260302-0001"

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Names the statement: sent again under the same key it is answered the same and stored once.",
        examples=["5f0c8a52-transfer-1"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The version of the dossier that it is said of: `Dossier-Version` of an answer about it, or the `ETag` of either kind"
        " of answer, which begins with it. `*` or none: of any.",
        examples=['"7"'],
    ),
]


class Terms(NamedTuple):
    """On which terms something is stated."""

    key: str
    if_match: str | None
    wait: float | None


async def terms_of(idempotency_key: Key, if_match: IfMatch = None, wait: Wait = None) -> Terms:
    """The terms in headers and address."""
    return Terms(idempotency_key, if_match, wait)


def commands(stores: Stores) -> APIRouter:
    """The routes that state facts."""
    routes = APIRouter(tags=["commands"], route_class=Spelt)
    for command in (SUBMISSION, *COMMANDS):
        vietnamese, english = CATALOGUE[f"event.{command.kind}"]
        routes.add_api_route(
            "/dossiers" if command is SUBMISSION else f"/dossiers/{{code:path}}/{command.name}",
            _route(stores, command),
            methods=["POST"],
            status_code=HTTPStatus.CREATED,
            name=command.kind,
            summary=f"{vietnamese} / {english}",
            description=_DESCRIPTION,
            response_model=Stated,
            responses=_PROBLEMS,
            openapi_extra={"requestBody": _described(command)},
        )
    return routes


_DESCRIPTION: Final = (
    "States a fact of a dossier: what happened, when (`time`) and who did it (`actor`). It is recorded, and answered with"
    " `{dossier, version, position}` and the `warnings`: the findings that it brings about, with article and severity."
)


_BODY: Final = "The fact's own fields, as docs/events.md says for its type, and when it happened."


def _route(stores: Stores, command: Command) -> Callable[..., Awaitable[Response]]:
    async def stated(request: Request, code: str, said: dict[str, Any], terms: Terms) -> Response:
        statement = Statement(command, code, said, terms.key, asker(request))
        say, expected = language_of(request), _version(terms.if_match)
        answer: Answer = await run_in_threadpool(
            ask,
            request,
            stores,
            lambda store: state(store, statement, expected=expected, lang=say.lang),
        )
        stores.recorded()
        if terms.wait is not None:
            key = str(dossier_key(answer["dossier"]))
            answer["projected"] = await projected(stores, {key: answer["version"]}, terms.wait)
        headers = {
            "ETag": f'"{answer["version"]}"',
            "Location": dossier_path(answer["dossier"]),
        }
        return Response(document(answer), HTTPStatus.CREATED, headers, "application/json")

    async def of_new(request: Request, terms: Annotated[Terms, Depends(terms_of)]) -> Response:
        said = await object_of(request)
        code = said.pop("code", None)
        if not isinstance(code, str) or is_blank(code):
            raise Refused(
                "missing_field",
                "code is missing: give the dossier's code as printed on the slip",
            )
        return await stated(request, code, said, terms)

    async def of_one(
        request: Request,
        code: of.Code,
        read: Annotated[Reading, Depends(reading)],
        terms: Annotated[Terms, Depends(terms_of)],
    ) -> Response:
        key, said = read.code(code), await object_of(request)
        return await stated(request, key, said, terms)

    return of_new if command is SUBMISSION else of_one


def _version(if_match: str | None) -> int | None:
    """The version that is expected; None: any."""
    if if_match is None or if_match.strip() == "*":
        return None
    match = _VERSION.fullmatch(if_match.strip())
    if match is None:
        raise Refused(
            "invalid_version",
            f"{if_match[:60]!r} is no version: give Dossier-Version or ETag of the dossier, or *",
        )
    return int(match[1])


def _described(command: Command) -> dict[str, Any]:
    """The body as the document describes it: the fact's own fields, as in its event, and when it happened."""
    _, said = KINDS[command.kind]
    schema = TypeAdapter(said).json_schema()
    schema = _inlined(schema, schema.pop("$defs", {}))
    time = {
        "type": "string",
        "format": "date-time",
        "description": "When it happened, with its offset.",
    }
    own: dict[str, Any] = {"time": time}
    example: dict[str, Any] = {"time": _TIME, "actor": _ACTOR, **command.example}
    needed = {*schema.get("required", []), "time"}
    if command is SUBMISSION:
        own["code"] = {"type": "string", "description": "As printed on the slip.", "minLength": 1}
        example = {"code": _CODE, **example}
        needed.add("code")
    schema["description"] = _BODY  # an event's own text is its Vietnamese name
    schema["properties"] = own | schema["properties"]
    schema["required"] = sorted(needed)
    return {
        "required": True,
        "content": {"application/json": {"schema": schema, "example": example}},
    }


def _inlined(schema: Any, defined: Mapping[str, Any]) -> Any:
    """A schema that refers to nothing: the models within models are small, and none has itself within it."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(defined[schema["$ref"].rpartition("/")[2]], defined)
        return {name: _inlined(value, defined) for name, value in schema.items()}
    if isinstance(schema, list):
        return [_inlined(value, defined) for value in schema]
    return schema

"""The OpenAPI document in the reader's language, with an answer of each kind as it really is.

Knows OpenAPI and where its texts are. Must not know routes. Texts are written in English where they belong, beside routes and shapes;
`infra.language` has each in Vietnamese. What a route's docstring begins with is its summary, the rest its description.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request, Response

from infra.http._addresses import only
from infra.http._forms import MEDIA
from infra.http._language import language_of
from infra.http._problems import Problem, answered
from infra.http.document import shapes_acts as acts
from infra.language import Lang
from infra.language._words_api import VIETNAMESE

Document = dict[str, Any]

EXAMPLES: Final = Path(__file__).parent / "_examples.json"
"""Operation -> language -> name -> answer. Made by `python -m tests.support.openapi`, from the product itself."""
_TEXTS: Final = ("summary", "description")
_BEFORE: Final = {
    str(status): said
    for status, said in answered(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.MISDIRECTED_REQUEST,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ).items()
}
"""What any route may answer with, whatever it is about."""
_STREAMED: Final = "text/event-stream"
_STATED: Final = "stated"
"""The example of all commands: they are answered alike."""
_OF_THE_FRAMEWORK: Final = ("HTTPValidationError", "ValidationError")


def documented(app: FastAPI) -> None:
    """Give the application its document, in both languages."""

    @cache
    def whole(lang: Lang) -> bytes:
        return json.dumps(document(app, lang), ensure_ascii=False).encode()

    async def openapi(request: Request) -> Response:
        only(request, ("lang",))
        return Response(whole(language_of(request).lang), media_type="application/json")

    app.add_route("/openapi.json", openapi, include_in_schema=False)


def document(app: FastAPI, lang: Lang, examples: Mapping[str, Any] | None = None) -> Document:
    """The document in a language."""
    made: Document = json.loads(json.dumps(app.openapi()))
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    for name in _OF_THE_FRAMEWORK:
        schemas.pop(name, None)
    shown = _examples() if examples is None else examples
    for path in made["paths"].values():
        for operation in path.values():
            _without_the_frameworks(operation["responses"])
            operation["responses"] = {**deepcopy(_BEFORE), **operation["responses"]}
            _divided(operation)
            name = _STATED if "commands" in operation["tags"] else operation["operationId"]
            _exemplified(operation, shown.get(name, {}).get(lang, {}) or _of_acts(name))
    _untitled(schemas)
    for operation in (op for path in made["paths"].values() for op in path.values()):
        _untitled(operation)
    if lang != "en":
        _told(made)
    return made


def good(operation: Document) -> Document:
    """What an operation answers with when nothing is wrong."""
    responses = operation["responses"]
    found: Document = responses.get("200") or responses.get("201") or {}
    return found


def exemplary(operation: Document) -> Document:
    """The form of a good answer that has the examples: JSON, or the lines of a stream."""
    content = good(operation).get("content", {})
    found: Document = content.get(MEDIA["json"]) or content.get(_STREAMED) or {}
    return found


def texts(document: Document) -> set[str]:
    """Every text of a document that people read."""
    found: set[str] = set()
    _each(document, found.add)
    return found


def _without_the_frameworks(responses: Document) -> None:
    """What cannot be read is a problem of ours, 400; a 422 that a route names stays."""
    if "HTTPValidationError" in json.dumps(responses.get("422")):
        del responses["422"]


def _divided(operation: Document) -> None:
    """The first sentence of what a route says of itself, and the rest."""
    said = " ".join(operation.pop("description", "").split())
    first, _, rest = said.partition(". ")
    if first:
        operation["summary"] = first.rstrip(".")
    if rest:
        operation["description"] = rest


def _of_acts(name: str) -> Mapping[str, Any]:
    return {"example": acts.EXAMPLES[name]} if name in acts.EXAMPLES else {}


def _exemplified(operation: Document, examples: Mapping[str, Any]) -> None:
    content = exemplary(operation)
    if content and examples:
        content["examples"] = {name: {"value": value} for name, value in examples.items()}


def _untitled(part: Any) -> None:
    """Titles that the framework makes of names say nothing."""
    if isinstance(part, dict):
        if isinstance(part.get("title"), str):
            del part["title"]
        for name, each in part.items():
            if name != "examples":
                _untitled(each)
    elif isinstance(part, list):
        for each in part:
            _untitled(each)


def _told(document: Document) -> None:
    def vietnamese(text: str) -> str:
        return VIETNAMESE.get(text, text)

    _each(document, vietnamese, replace=True)


def _each(part: Any, say: Any, *, replace: bool = False) -> None:
    """Every text that people read; examples are answers, in their language already."""
    if isinstance(part, list):
        for each in part:
            _each(each, say, replace=replace)
    if not isinstance(part, dict):
        return
    for name, each in part.items():
        if name in _TEXTS and isinstance(each, str):
            told = say(each)
            if replace:
                part[name] = told
        elif name not in {"examples", "example"}:
            _each(each, say, replace=replace)


@cache
def _examples() -> Mapping[str, Any]:
    if not EXAMPLES.exists():
        return {}
    found: Mapping[str, Any] = json.loads(EXAMPLES.read_text("utf-8"))
    return found

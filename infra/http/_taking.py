"""Facts sent over HTTP: CloudEvents, structured, binary, or a batch of structured ones; what came of each.

Knows the HTTP binding of CloudEvents 1.0.2 and its limits here. Must not know what an event must look like. Each event stands
alone: one that is refused keeps none of its neighbours out. Sent again, an event is a duplicate and nothing else.
"""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote_to_bytes

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic_core import from_json, to_json

from consumers.intake import recorded
from domain.engine import Duplicate, Outcome, Stored
from domain.errors import Refused
from domain.facts import Fact, Said
from infra.access import Asker
from infra.answers import Answer, document
from infra.audit import facts_sent
from infra.http._asking import ask, asker
from infra.http._bodies import Bodies
from infra.http._language import language_of
from infra.http._problems import answered
from infra.http._stores import Stores
from infra.http._waiting import Wait, projected
from infra.http.document import documented
from infra.language import Language
from infra.messages.incoming import fact_of
from infra.messages.message import Message
from infra.wiring import Store

BATCH: Final = "application/cloudevents-batch+json"
MOST: Final = 1_000
"""Events of one request: they are one transaction."""
_PROBLEMS: Final = answered(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def taking(stores: Stores) -> APIRouter:
    """The route that takes facts in."""
    routes, bodies = APIRouter(tags=["facts"]), Bodies()

    @routes.post("/events", responses=_PROBLEMS, **documented.EVENTS)
    async def events(request: Request, wait: Wait = None) -> Response:
        """Take CloudEvents in: one, structured or binary, or a batch. Each is answered for by itself, in their order.

        What is accepted is stored in one transaction, all of it or, when the answer is a problem, nothing; sent again, it is
        `duplicate`. What is `refused` was not stored, and keeps none of its neighbours out.
        """
        say = language_of(request)
        async with bodies.whole(request) as body:
            answer = await run_in_threadpool(_answered, request, stores, body, say)
        stores.recorded()
        if wait is not None:
            answer["projected"] = await projected(stores, _versions(answer), wait)
        return Response(document(answer), media_type="application/json")

    return routes


def _answered(request: Request, stores: Stores, body: bytes, say: Language) -> Answer:
    """What came of a body. In a thread from the beginning: a body is long enough to hold up who else is answered."""
    messages, who = _messages(request, body), asker(request)
    return ask(request, stores, lambda store: told(taken(store, messages, who), say))


def _versions(answer: Answer) -> dict[str, int]:
    """The records that the log has something of, with the last version each."""
    versions: dict[str, int] = {}
    for item in answer["items"]:
        if "version" in item:
            versions[item["dossier"]] = max(versions.get(item["dossier"], 0), item["version"])
    return versions


def _messages(request: Request, body: bytes) -> list[Message]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind:
        # A page of another site may send what has no type, or one of forms, without the browser asking us first.
        raise Refused(
            "unsupported_format",
            "the request has no content type: send application/cloudevents+json, a batch as application/cloudevents-batch+json,"
            " or application/json with the attributes in headers",
        )
    if kind != BATCH:
        return [Message("/events", None, body, tuple(_headers(request)))]
    try:
        batch = from_json(body)
    except ValueError as invalid:
        raise Refused("invalid_json", f"the body is not JSON ({invalid})") from None
    if not isinstance(batch, list) or len(batch) > MOST:
        raise Refused("invalid_batch", f"a batch is a list of {MOST} events at most")
    return [Message("/events", None, to_json(event)) for event in batch]


def _headers(request: Request) -> Iterator[tuple[str, bytes]]:
    """The attributes, as they are named on Kafka; over HTTP, what is no printable ASCII is spelt with percent signs."""
    for name, value in request.headers.raw:
        plain = name.decode("ascii", "replace").lower()
        if plain.startswith("ce-"):
            yield f"ce_{plain[3:]}", unquote_to_bytes(value)
        elif plain == "content-type":
            yield plain, value


def taken(store: Store, messages: Sequence[Message], who: Asker) -> list[Outcome | Refused]:
    """What came of each of these, in their order; what is accepted of them is stored."""
    store.scope.need("take")
    read: list[Fact[Said] | Refused] = [_read(message, store) for message in messages]
    said = [fact for fact in read if not isinstance(fact, Refused)]
    if who.role is not None:
        facts_sent(store, {fact.source for fact in said}, who)
    outcomes = iter(recorded(said, store.engine))
    return [fact if isinstance(fact, Refused) else next(outcomes) for fact in read]


def told(outcomes: Sequence[Outcome | Refused], say: Language) -> Answer:
    """What came of each, as it is answered."""
    items = [_item(outcome, say) for outcome in outcomes]
    each = [item["outcome"] for item in items]
    return {
        "read": len(items),
        "accepted": each.count("accepted"),
        "duplicates": each.count("duplicate"),
        "refused": each.count("refused"),
        "items": items,
    }


def _read(message: Message, store: Store) -> Fact[Said] | Refused:
    try:
        return fact_of(message, store.now)
    except Refused as refused:
        return refused


def _item(outcome: Outcome | Refused, say: Language) -> Answer:
    match outcome:
        case Stored():
            return {"outcome": "accepted", **outcome._asdict()}
        case Duplicate():
            return {"outcome": "duplicate", **outcome._asdict()}
        case Refused():
            message = say.refusal(outcome.code, outcome.message)
            return {"outcome": "refused", "code": outcome.code, "message": message}
        case _:
            raise AssertionError(outcome)  # withheld: only what is sent as one group

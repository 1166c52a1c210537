"""The document: channels with the topics' real settings, who sends and receives, messages with headers, payloads and examples.

Knows the form of AsyncAPI 3.0. Must not know how schemas and examples are made.
"""

import base64
import inspect
import json
from functools import cache
from typing import Any, Final

from domain.events import KINDS, OWN
from infra.messages.cloudevents import UNREADABLE
from infra.messages.message import Message
from infra.messages.topics import Topic, Topics
from tests.support.asyncapi import real, schemas
from tests.support.asyncapi.schemas import Schema

BINDING: Final = "0.5.0"
CLOUDEVENT: Final = "application/cloudevents+json"
BYTES: Final[Schema] = {"type": "string", "contentEncoding": "base64"}

DESCRIPTION: Final = """\
What Đúng Hẹn takes in and publishes over Kafka, and the webhooks that it sends. Topics begin with `DUNGHEN_KAFKA_TOPIC_PREFIX` (`dunghen`).
Everything may come twice and, over several keys, in any order: events are told apart by `ce_source` and `ce_id`, ordered by `ce_version` within
a dossier; in compacted topics the last value of a key holds. What events mean: docs/events.md. How the topics are kept: docs/operating.md.
"""

_KEY: Final = {
    "facts": "The code of the dossier, so that its facts stay in order; not needed.",
    "dossier_events": "The key of the record: dossier, unit, officer, procedure or petition.",
    "assessments": "The dossier's key.",
    "violations": "The dossier's key, `~`, the rule.",
    "dead_letters": "The message's own, where it is the code of the dossier.",
}

_OPERATIONS: Final = {
    "takeIn": ("receive", "facts", "`dunghen consume intake`", "dunghen-intake"),
    "park": ("send", "dead_letters", "`dunghen consume intake`", None),
    "publish": ("send", "dossier_events", "`dunghen relay`", None),
    "project": ("receive", "dossier_events", "`dunghen consume projections`", "dunghen-projections"),
    "announceAssessments": ("send", "assessments", "`dunghen relay`", None),
    "announceViolations": ("send", "violations", "`dunghen relay`, in one transaction with assessments", None),
    "notify": ("send", "notices", "`dunghen consume notify`", None),
}  # fmt: skip
"""Operation -> action, channel, who does it, its consumer group."""


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    by_channel = _messages()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Đúng Hẹn",
            "version": "1.0.0",
            "description": " ".join(DESCRIPTION.split()),
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name, list(messages)) for name, messages in by_channel.items()},
        "operations": {name: _operation(*told) for name, told in _OPERATIONS.items()},
        "components": {
            "messages": {
                name: told for messages in by_channel.values() for name, told in messages.items()
            },
            "schemas": schemas.of_events()
            | {
                "fact_headers": schemas.of_envelope(log=False),
                "event_headers": schemas.of_envelope(log=True),
                "assessment": schemas.of_row("dossiers", "shares", "custody"),
                "violation": schemas.of_row("violations", "answering"),
                "notice": schemas.of_notice(),
            },
        },
    }


def _channel(name: str, messages: list[str]) -> Schema:
    listed = {
        "messages": {each: {"$ref": f"#/components/messages/{each}"} for each in messages},
    }
    if name == "notices":
        said = "Webhooks to each address of `DUNGHEN_WEBHOOK_URLS`, signed by Standard Webhooks: docs/operating.md, Notices."
        return {"address": None, "description": said, **listed}
    topic: Topic = getattr(real.NAMES, name)
    configured: dict[str, Any] = {}
    for setting, value in topic.settings.items():
        configured[setting] = [value] if setting == "cleanup.policy" else int(value)
    return {
        "address": topic.name,
        "description": _reason(name),
        **listed,
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": configured,
                "bindingVersion": BINDING,
            }
        },
    }


def _reason(name: str) -> str:
    """Why a topic is as it is, from `Topics`' own words."""
    for paragraph in (inspect.getdoc(Topics) or "").split("\n\n"):
        names, colon, why = paragraph.partition(": ")
        if colon and f"`{name}`" in names:
            why = " ".join(why.split())
            return why[:1].upper() + why[1:]
    raise KeyError(name)


def _operation(action: str, channel: str, who: str, group: str | None) -> Schema:
    told: Schema = {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": who,
    }
    if group is not None:
        groups = {"type": "string", "enum": [group]}
        told["bindings"] = {"kafka": {"groupId": groups, "bindingVersion": BINDING}}
    if channel == "notices":
        told["bindings"] = {"http": {"method": "POST", "bindingVersion": "0.3.0"}}
    return told


def _messages() -> dict[str, dict[str, Schema]]:
    """The messages of each channel, by name."""
    return {
        "facts": _facts(),
        "dossier_events": _events(),
        "assessments": _assessments(),
        "violations": _violations(),
        "dead_letters": _dead_letters(),
        "notices": _notices(),
    }


def _facts() -> dict[str, Schema]:
    whole = {"oneOf": [schemas.ref(f"{kind}_event") for kind in KINDS if kind not in OWN]}
    declared = {"type": "string", "pattern": r"^application/cloudevents(\+json)?( *;.*)?$"}
    headers = {"type": "object", "properties": {"content-type": declared}}
    structured = _message(
        "facts", "A fact in structured mode: any event.", headers, whole, real.reported_whole()
    )
    return {"fact": structured | {"contentType": CLOUDEVENT}} | {
        f"fact.{kind}": _message(
            "facts",
            f"{type_} in binary mode",
            schemas.of_binary(kind, log=False),
            schemas.data_of(kind),
            real.reported(kind),
        )
        for kind, (type_, _) in KINDS.items()
        if kind not in OWN
    }


def _events() -> dict[str, Schema]:
    found = {
        f"event.{kind}": _message(
            "dossier_events",
            f"{type_} as the log holds it; an applicant is sealed",
            schemas.of_binary(kind, log=True),
            schemas.data_of(kind),
            real.published(kind),
        )
        for kind, (type_, _) in KINDS.items()
    }
    unreadable = _message(
        "dossier_events",
        "Stored bytes that are no event: the log was damaged there.",
        schemas.of_unreadable(UNREADABLE.decode()),
        BYTES,
        real.unreadable(),
    )
    return found | {"event.unreadable": unreadable | {"contentType": "application/octet-stream"}}


def _assessments() -> dict[str, Schema]:
    made = [m for m in real.judgements() if m.topic == real.NAMES.assessments.name]
    said = "The latest judgement of a dossier."
    return {
        "assessment": _message("assessments", said, _json(), schemas.ref("assessment"), *made[:1])
    }


def _violations() -> dict[str, Schema]:
    made = [m for m in real.judgements() if m.topic == real.NAMES.violations.name]
    hold = [m for m in made if m.value is not None]
    gone = [m for m in made if m.value is None]
    none: Schema = {"type": "object", "maxProperties": 0}
    return {
        "violation": _message(
            "violations", "A finding that holds.", _json(), schemas.ref("violation"), *hold[:2]
        ),
        "violation.ceased": _message(
            "violations",
            "A tombstone: what was said under the key holds no more.",
            none,
            {"type": "null"},
            *gone[:1],
        ),
    }


def _dead_letters() -> dict[str, Schema]:
    said = {
        "clear": ("A refused message that names nobody, with its own headers and bytes.", {}),
        "sealed": ("A refused message that may name a person, sealed.", BYTES),
        "left_out": ("A refused message that is larger than the topic takes.", BYTES),
    }
    return {
        f"dead_letter.{kind}": _message(
            "dead_letters",
            what,
            schemas.of_dead_letter(kind),
            payload,
            real.dead_letters()[kind],
        )
        for kind, (what, payload) in said.items()
    }


def _notices() -> dict[str, Schema]:
    signed = {f"webhook-{name}": {"type": "string"} for name in ("id", "timestamp", "signature")}
    bodies = [json.loads(body) for body in real.notices()]
    return {
        "notice": {
            "summary": "A finding opened or ceased.",
            "headers": {"type": "object", "properties": signed, "required": list(signed)},
            "payload": schemas.ref("notice"),
            "examples": [{"name": body["type"], "payload": body} for body in _each_type(bodies)],
        }
    }


def _each_type(bodies: list[Schema]) -> list[Schema]:
    return list({body["type"]: body for body in reversed(bodies)}.values())[::-1]


def _json() -> Schema:
    return {
        "type": "object",
        "properties": {"content-type": {"const": "application/json"}},
        "required": ["content-type"],
    }


def _message(
    channel: str, summary: str, headers: Schema, payload: Schema, *made: Message
) -> Schema:
    key = {"type": "string", "description": _KEY[channel]}
    return {
        "summary": summary,
        "headers": headers,
        "payload": payload,
        "bindings": {"kafka": {"key": key, "bindingVersion": BINDING}},
        "examples": [_example(each, binary=payload is BYTES) for each in made],
    }


def _example(message: Message, *, binary: bool) -> Schema:
    headers = {name: value.decode() for name, value in message.headers}
    value = message.value
    payload: Any = (
        base64.b64encode(value or b"").decode() if binary else json.loads(value or b"null")
    )
    name = (message.key or b"").decode()
    return {"name": name, "headers": headers, "payload": payload}

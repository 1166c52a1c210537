"""Facts of other systems as they come over Kafka: CloudEvents in binary or structured mode, to the JSON that is read as a fact.

Knows headers and content types. Must not know what an event must look like beyond them (`domain.events` does), nor the client.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from pydantic_core import from_json

from domain import events
from domain.errors import Refused
from domain.facts import Fact, Said
from infra.messages.message import Header, Message

LARGEST: Final = 1 << 20
"""Bytes. An event is under 2 KiB; what is longer is no event but a mistake or an attack."""

_JSON = re.compile(r"(application|text)/([\w.!#$&^-]+\+)?json", re.IGNORECASE)
_NOT_KEPT = frozenset({"datacontenttype", "dataschema"})
"""Attributes that say how to read the data, which is done by now."""


def fact_of(message: Message, arrived: datetime) -> Fact[Said]:
    """The fact that a message tells; it was recorded when it arrived, unless it says when. Refused as by `events.read`.

    A fault of ours on one message is no reason to keep a province waiting behind it: it is refused (`program_fault`), with all
    that is known of it, and can be read again once the fault is mended.
    """
    try:
        return events.reported(envelope_of(message), recorded_at=arrived)
    except Refused:
        raise
    except Exception as fault:
        raise Refused(
            "program_fault",
            f"the message could not be read for a fault of the program ({type(fault).__name__}): report it, and"
            " retry the message with a version that mends it",
        ) from fault


def envelope_of(message: Message) -> bytes:
    """The structured event in a message, for `domain.events.read`; the data's bytes are taken as they are.

    Refused: `invalid_field`, `invalid_encoding`, `invalid_json`, `line_too_long`, `missing_field`, `unsupported_format`.
    """
    value = message.value or b""
    if len(value) > LARGEST:
        raise Refused(
            "line_too_long", f"the message has more than {LARGEST} bytes: one event a message"
        )
    headers = _texts(message.headers)
    attributes = {
        name.removeprefix("ce_"): said for name, said in headers.items() if name.startswith("ce_")
    }
    type_, _, options = headers.get("content-type", "").partition(";")
    type_ = type_.strip().lower()
    if "charset=" in options.lower() and "utf-8" not in options.lower():
        raise Refused(
            "unsupported_format", f"the content type says {options.strip()!r}: write UTF-8"
        )
    if type_.startswith("application/cloudevents"):
        if type_ not in {"application/cloudevents", "application/cloudevents+json"}:
            raise Refused(
                "unsupported_format",
                f"the content type is {type_!r}: send one event a message, as application/cloudevents+json"
                " or with its attributes in headers",
            )
        return _structured(value)
    if not attributes and (not type_ or _JSON.fullmatch(type_)):
        return _structured(value)  # a sender that sets no headers says all in the value
    if type_ and not _JSON.fullmatch(type_):
        raise Refused("unsupported_format", f"the content type is {type_!r}: the data must be JSON")
    return _binary(attributes, value)


def _structured(value: bytes) -> bytes:
    if not value:
        raise Refused(
            "missing_field",
            "the message is empty: send the event as its value, or its data with the attributes in headers",
        )
    return value


def _binary(attributes: dict[str, str], value: bytes) -> bytes:
    said = [
        f"{json.dumps(name)}:{_json_of(name, text)}"
        for name, text in attributes.items()
        if name not in _NOT_KEPT and name != "data"
    ]
    if value:
        try:
            from_json(value)  # one whole JSON value and nothing after it: it is put in as it is
        except ValueError as invalid:
            raise Refused(
                "invalid_json",
                f"the value is not JSON ({invalid}): send the event's data there, in UTF-8",
            ) from None
        return ("{" + "".join(f"{each}," for each in said) + '"data":').encode() + value + b"}"
    return ("{" + ",".join(said) + "}").encode()


def _json_of(name: str, text: str) -> str:
    if name == "recordedknown" and text in {"true", "false"}:
        return text
    return json.dumps(text, ensure_ascii=False)


def _texts(headers: Iterable[Header]) -> dict[str, str]:
    """Headers as texts by lower-case name; one given twice must say the same."""
    texts: dict[str, str] = {}
    for name, text in _decoded(headers):
        if texts.setdefault(name, text) != text:
            raise Refused(
                "invalid_field",
                f"the header {name} stands twice ({texts[name]!r}, {text!r}): send it once",
            )
    return texts


def _decoded(headers: Iterable[Header]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if name.startswith("ce_") or name.lower() == "content-type":
            try:
                yield name.lower(), value.decode()
            except (AttributeError, UnicodeDecodeError):  # a header may have no value at all
                raise Refused(
                    "invalid_encoding", f"the header {name} is not UTF-8: encode it again"
                ) from None

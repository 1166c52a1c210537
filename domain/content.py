"""The bytes of an event: how its canonical content is laid out, sliced, hashed, stored and compared.

Knows bytes. Must not know what an event's data mean, nor how they are validated (`domain.events`).

Content is canonical JSON, so its keys stand in a known order and after `data` come only texts of the envelope. In JSON a text
holds no bare quote, so the last `"recordedtime":"` of the bytes is the envelope's own, whatever `data` holds: the
envelope can be read from the end without parsing the rest.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import datetime
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

from domain.canonical import canonical
from domain.errors import Difference
from domain.facts import Said

GENESIS = "0" * 64
"""What the first event of a record is chained to."""

_OPENING = b'{"hash":"'
_DIGEST = slice(len(_OPENING), len(_OPENING) + 64)
_REST = _DIGEST.stop + len(b'",')


def content_bytes(  # noqa: PLR0917  # called once an event, by position: keywords cost a tenth of it
    type_: str,
    data: Said,
    id_: str,
    source: str,
    subject: str,
    time: datetime,
    recorded_at: datetime,
    known: bool,  # noqa: FBT001  # as above
    correlation: str | None,
    causation: str | None,
) -> bytes:
    """The canonical JSON of an event; its keys stand here in order."""
    caused = "" if causation is None else f'"causationid":{quoted(causation)},'
    correlated = "" if correlation is None else f'"correlationid":{quoted(correlation)},'
    ours = "" if known else '"recordedknown":false,'
    return (
        f'{{{caused}{correlated}"data":{canonical(data)},"id":{quoted(id_)},{ours}'
        f'"recordedtime":{canonical(recorded_at)},"source":{quoted(source)},"specversion":"1.0",'
        f'"subject":{quoted(subject)},"time":{canonical(time)},"type":"{type_}"}}'
    ).encode()


def chained(previous: str, content: bytes) -> str:
    """The hash of an event: hex SHA-256 over the previous event's hash and the canonical content."""
    return hashlib.sha256(previous.encode("ascii") + content).hexdigest()


def state_of(digest: str, content: bytes) -> bytes:
    """The bytes that are stored for an event: its hash put before its content, as one JSON object."""
    return b'{"hash":"%b",%b' % (digest.encode("ascii"), content[1:])


def content_of(state: bytes) -> bytes:
    """The canonical content of stored bytes."""
    return b"{" + state[_REST:]


def digest_of(state: bytes) -> bytes:
    """The hash in stored bytes, hex."""
    return state[_DIGEST]


def is_state(state: object) -> bool:
    """Whether these are bytes in the form in which events are stored."""
    return (
        isinstance(state, bytes)
        and state[: _DIGEST.start] == _OPENING
        and state[_DIGEST.stop : _REST] == b'",'
    )


class Envelope(NamedTuple):
    """What the end of an event's content says about it."""

    id: str
    source: str
    subject: str
    type: str


_TEXT = rb'"(?:[^"\\]|\\.)*"'
_TAIL = re.compile(
    rb'(?P<id>%b),(?:(?P<ours>"recordedknown":false,"recordedtime":"[^"]*",)|"recordedtime":"[^"]*",)'
    rb'"source":(?P<source>%b),'
    rb'"specversion":"1\.0","subject":(?P<subject>%b),"time":"[^"]*","type":(?P<type>%b)}\Z'
    % (_TEXT, _TEXT, _TEXT, _TEXT)
)


def envelope_of(content: bytes) -> Envelope | None:
    """The envelope, read from the end; None where the bytes are no content of ours."""
    tail = _tail(content)
    if tail is None:
        return None
    try:
        return Envelope(*map(_said, tail.group("id", "source", "subject", "type")))
    except ValueError:  # altered bytes that still look like texts
        return None


def _said(text: bytes) -> str:
    """A JSON text; most hold nothing escaped."""
    return str(json.loads(text)) if b"\\" in text else text[1:-1].decode()


_ERASED = b'"applicant":{"sealed":""}'
_SEALED = re.compile(rb'"applicant":\{"sealed":"[^"]*"\}')


def comparable(content: bytes) -> bytes:
    """The content without a time of recording that we supplied: what two sendings of one event have in common."""
    tail = _tail(content)
    if tail is None or tail["ours"] is None:
        return content
    return content[: tail.start("ours")] + content[tail.end("ours") :]


def without_person(stored: bytes, given: bytes) -> bytes:
    """The stored content as it would be had its person been erased before, if that is so of the one given."""
    return _SEALED.sub(_ERASED, stored) if _ERASED in given else stored


def differences(stored: bytes, given: bytes) -> list[Difference]:
    """What two contents say differently, field by field, in order of path."""
    before, now = dict(_fields(json.loads(stored))), dict(_fields(json.loads(given)))
    return [
        Difference(path, before.get(path), now.get(path))
        for path in sorted(before.keys() | now.keys())
        if before.get(path) != now.get(path)
    ]


def _fields(value: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _fields(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", inner


def _tail(content: bytes) -> re.Match[bytes] | None:
    recorded = content.rfind(b'"recordedtime":"')
    start = content.rfind(b',"id":"', 0, recorded)
    return _TAIL.match(content, start + len(b',"id":')) if start >= 0 else None

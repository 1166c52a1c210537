"""A dead letter: a message that could not be taken in, what is known of it, and whether it may hold a person.

Knows messages and JSON. Must not know where dead letters lie, nor why they were refused.

Personal data: why a message could not be read is often why nobody can say where in it a person stands. So what is told in clear
is only what is known to be none: where it stood, the four attributes that name an event and its dossier, why it was refused
(refusals do not repeat what is said of an applicant). The message itself is sealed wherever we keep it.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, get_args

from pydantic_core import from_json
from typing_extensions import override

from domain.errors import Refused
from domain.facts import Applicant
from domain.values import dossier_key, is_blank
from infra.messages.incoming import envelope_of
from infra.messages.message import Header, Message

State = Literal["waiting", "retried", "dropped"]
"""Retried: it is in the log now. Dropped: a person decided that it does not count. Of both the message itself is erased."""

STATES: Final[tuple[State, ...]] = get_args(State)

_TOLD: Final = ("id", "source", "type", "subject")
_LONGEST: Final = 300
"""Characters of what is told of an event: no longer can these attributes be."""


class Ref(NamedTuple):
    """Where the message stood; what names the dead letter."""

    topic: str
    partition: int
    offset: int

    @override
    def __str__(self) -> str:
        """`dunghen.facts.v1-3-17`."""
        return f"{self.topic}-{self.partition}-{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """`event`: the attributes that could be read. `box`: the message, sealed; None once it is erased."""

    ref: Ref
    at: datetime
    code: str
    message: str
    key: bytes | None = None
    event: Mapping[str, str] = field(default_factory=dict)
    state: State = "waiting"
    box: bytes | None = field(default=None, repr=False)

    @property
    def dossier(self) -> str | None:
        """The key of the dossier that it seems to be about."""
        subject = self.event.get("subject") or ""
        return None if is_blank(subject) else dossier_key(subject)


def ref_of(message: Message, life: int = 1) -> Ref:
    """The place of a message as the name of its dead letter, in so many lives of a topic that was made anew."""
    topic = message.topic if life == 1 else f"{message.topic}~{life}"
    return Ref(topic, message.partition, message.offset)


def plain(text: str, longest: int = _LONGEST) -> str:
    """A text that any database takes: no NUL, no half characters, no more than so many characters."""
    kept = text[:longest].replace("\0", "\N{REPLACEMENT CHARACTER}")
    return kept.encode(errors="replace").decode() + ("…" if len(text) > longest else "")


def told(message: Message) -> dict[str, str]:
    """What names the event in a message, as far as it can be read."""
    try:
        event = from_json(envelope_of(message))
    except (Refused, ValueError):
        event = {name.removeprefix("ce_"): value for name, value in _headers(message.headers)}
    if not isinstance(event, dict):
        return {}
    return {
        name: plain(value)
        for name in _TOLD
        if isinstance(value := event.get(name), str) and value.strip()
    }


def _headers(headers: Iterable[Header]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if name.startswith("ce_") and isinstance(value, bytes):  # a header may have no value
            yield name.lower(), value.decode(errors="replace")


# ── persons ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_PERSONAL: Final = re.compile(
    "applicant|data_base64|submitted|"
    + "|".join(part.name for part in fields(Applicant) if part.name != "kind"),
    re.IGNORECASE,
)
"""Where a person may stand: an applicant, anything called like one of its fields, and what hides a text."""


def may_hold_person(message: Message) -> bool:
    """False only for a message that is JSON throughout and nowhere has a word of a person's; anything else may hold one."""
    try:
        value = from_json(message.value or b"{}")
        said = json.dumps(value, ensure_ascii=False) + (message.key or b"").decode()
        said += " ".join(name + (part or b"").decode() for name, part in message.headers)
    except ValueError:
        return True
    return not isinstance(value, dict) or _PERSONAL.search(said) is not None


def key_in_clear(message: Message, event: Mapping[str, str]) -> bytes | None:
    """The message's key where it is the code of the dossier, as the contract has it; else it could be anything."""
    try:
        key, subject = (message.key or b"").decode(), event.get("subject", "")
    except UnicodeDecodeError:
        return None
    same = bool(key) and dossier_key(key) == dossier_key(subject)
    return message.key if same else None


# ── the message as bytes ────────────────────────────────────────────────────────────────────────────────────────────────


def packed(message: Message) -> bytes:
    """A whole message as bytes: a line that says all but the value, and the value."""
    head = {
        "key": _text(message.key),
        "headers": [[name, _text(value)] for name, value in message.headers],
        "timestamp": message.timestamp,
        "value": message.value is not None,
    }
    return json.dumps(head).encode() + b"\n" + (message.value or b"")


def unpacked(raw: bytes, ref: Ref) -> Message:
    """The message back."""
    line, _, value = raw.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    headers: Any = tuple((name, _bytes(text)) for name, text in head["headers"])
    return Message(
        ref.topic,
        _bytes(head["key"]),
        value if head["value"] else None,
        headers,
        ref.partition,
        ref.offset,
        head["timestamp"],
    )


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)

"""The log's events as binary-mode CloudEvents on Kafka, and back, byte for byte.

Knows the names of headers and where the envelope stands in stored bytes (`domain.content` lays them out). Must not know the
client that carries the messages, nor what an event's data mean.

A message has the very bytes of the event's `data` as its value and all the rest in headers, so whoever knows CloudEvents can
read it, and whoever needs the stored bytes with their hash gets them back. Stored bytes that are none of ours (a damaged log)
travel whole, under a type of their own: whoever projects them stops that dossier only, and says so.
"""

import json
import re
from json.encoder import encode_basestring
from typing import Final

from consumers.writing import Line
from domain.content import digest_of, is_state
from domain.errors import Refused
from infra.messages.message import Headers, Message, Unread, spelling

UNREADABLE: Final = b"vn.dunghen.log.unreadable.v1"
"""The type under which stored bytes travel that are no event."""

_JSON = ("content-type", b"application/json")
_OURS = ("ce_recordedknown", b"false")
_SPEC = ("ce_specversion", b"1.0")

_CAUSED = 75
"""Where the envelope goes on in stored bytes, behind `{"hash":"<64 hex>",`."""
_HEAD = b'"data":'
_TEXT = rb'"([^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+)"'
_LINKS = re.compile(
    rb'(?:"causationid":%b,)?(?:"correlationid":%b,)?"data":' % (_TEXT, _TEXT), re.DOTALL
)
_TAIL = re.compile(
    rb'%b,("recordedknown":false,)?"recordedtime":%b,"source":%b,"specversion":"1\.0",'
    rb'"subject":%b,"time":%b,"type":%b}\Z' % ((_TEXT,) * 6),
    re.DOTALL,
)
_ENVELOPE: Final = ("id", "source", "type", "subject", "time", "recordedtime")
_VERSION: Final = spelling("ce_version")
_LAYOUT: Final = (
    b"\x16" + spelling("ce_specversion") + spelling("1.0") + spelling("ce_id"),
    *(spelling(f"ce_{name}") for name in (*_ENVELOPE[1:], "version", "position", "hash")),
    spelling("content-type") + spelling("application/json"),
)
"""How the headers of most messages lie in their records: `message_of` makes these eleven, in this order."""
_LONGEST_KEY: Final = 2_000
"""Bytes of a record's id: three hundred characters, some of which are longer in upper case. PostgreSQL's indexes take 2,704."""
_LAST: Final = (1 << 63) - 1
"""The largest number that a database counts to."""

_SPECIAL = re.compile(rb'["\\\x00-\x1f]')
"""What JSON escapes in a text."""


def message_of(line: Line, topic: str) -> Message:
    """A stored event as a message: key = its record."""
    position, record, version, state = line
    end = state.rfind(b'"recordedtime":"')
    start = state.rfind(b',"id":"', 0, end)
    tail = _TAIL.match(state, start + 6) if start >= 0 and is_state(state) else None
    plain = state.startswith(_HEAD, _CAUSED)
    head = None if plain or tail is None else _LINKS.match(state, _CAUSED)
    if tail is None or not (plain or head):
        return _unreadable(line, topic)
    id_, ours, recorded, source, subject, time, type_ = tail.groups()
    headers: Headers = (
        _SPEC,
        ("ce_id", id_),
        ("ce_source", source),
        ("ce_type", type_),
        ("ce_subject", subject),
        ("ce_time", time),
        ("ce_recordedtime", recorded),
        ("ce_version", b"%d" % version),
        ("ce_position", b"%d" % position),
        ("ce_hash", digest_of(state)),
        _JSON,
    )
    if ours is not None:
        headers += (_OURS,)
    begin = _CAUSED + len(_HEAD)
    if head is not None:
        begin = head.end()
        names = ("ce_causationid", "ce_correlationid")
        headers += tuple(
            (name, said) for name, said in zip(names, head.groups(), strict=True) if said
        )
    if b"\\" in state[start:] or (head is not None and b"\\" in head[0]):
        said = _unescaped(headers)
        if said is None:
            return _unreadable(line, topic)
        headers = said
    return Message(topic, record.encode(), state[begin:start], headers)


def glance(message: Message) -> tuple[str, int]:
    """A message's record and version, without reading the rest; ("", 0) where that takes reading it.

    No value that the relay writes spells the name of a version before digits, so of its messages these are right. What another
    has sent may be taken for one that is known: then it is passed over, too.
    """
    key, headers = message.key, message.headers
    if key is None or not isinstance(headers, Unread):
        return "", 0
    try:
        return key.decode(), int(headers.glance(_VERSION))
    except (IndexError, ValueError):
        return "", 0


def line_of(message: Message) -> Line:
    """The stored event back from its message. Refused where the message was not made from one."""
    data = message.value or b""
    try:
        record = _record(message.key)
        said = message.headers.laid_out(_LAYOUT) if isinstance(message.headers, Unread) else None
        if said is not None:
            *envelope, version, position, digest = said
            return (
                _number(position),
                record,
                _number(version),
                _state(digest, b"", data, b"", *envelope),
            )
        return _line(dict(message.headers), record, data)
    except (LookupError, TypeError, ValueError) as missing:  # TypeError: a header without a value
        raise Refused(
            "not_of_the_log",
            f"a message of {message.topic}, partition {message.partition}, offset {message.offset}, is no event of the log"
            f" ({missing}): only `dunghen relay` may write to this topic; facts of other systems go to the topic of facts",
        ) from None


def _line(said: dict[str, bytes], record: str, data: bytes) -> Line:
    version, position = _number(said["ce_version"]), _number(said["ce_position"])
    if said["ce_type"] == UNREADABLE:
        return position, record, version, data
    links = b"".join(
        b'"%b":"%b",' % (name.encode(), _escaped(said[f"ce_{name}"]))
        for name in ("causationid", "correlationid")
        if f"ce_{name}" in said
    )
    ours = b'"recordedknown":false,' if "ce_recordedknown" in said else b""
    envelope = [said[f"ce_{name}"] for name in _ENVELOPE]
    return position, record, version, _state(said["ce_hash"], links, data, ours, *envelope)


def _record(key: bytes | None) -> str:
    """What no database keeps as an id was never read from one; who tried would stop all that come after it.

    '' is one: of what was taken in once under a code that shows nothing.
    """
    if key is None or len(key) > _LONGEST_KEY or b"\0" in key:
        raise ValueError("its key names no record")
    return key.decode()


def _number(text: bytes) -> int:
    number = int(text)
    if not 0 < number <= _LAST:
        raise ValueError("its version or position is none")
    return number


def _state(  # noqa: PLR0917  # once an event, by position
    digest: bytes,
    links: bytes,
    data: bytes,
    ours: bytes,
    id_: bytes,
    source: bytes,
    type_: bytes,
    subject: bytes,
    time: bytes,
    recorded: bytes,
) -> bytes:
    if _SPECIAL.search(id_ + source + subject):
        id_, source, subject = _escaped(id_), _escaped(source), _escaped(subject)
    return (
        b'{"hash":"%b",%b"data":%b,"id":"%b",%b"recordedtime":"%b","source":"%b","specversion":"1.0",'
        b'"subject":"%b","time":"%b","type":"%b"}'
    ) % (digest, links, data, id_, ours, recorded, source, subject, time, type_)


def _unreadable(line: Line, topic: str) -> Message:
    """Bytes that are no event, whole; what CloudEvents demands of a message stands in its headers all the same."""
    position, record, version, state = line
    headers: Headers = (
        _SPEC,
        ("ce_id", b"%d" % position),
        ("ce_source", b"/log"),
        ("ce_type", UNREADABLE),
        ("ce_version", b"%d" % version),
        ("ce_position", b"%d" % position),
        ("content-type", b"application/octet-stream"),
    )
    return Message(topic, record.encode(), bytes(state), headers)


def _unescaped(headers: Headers) -> Headers | None:
    """Headers as the texts that JSON escaped; None where they could not be escaped again to the same bytes."""
    try:
        said = tuple((name, json.loads(b'"%b"' % value).encode()) for name, value in headers)
    except ValueError:
        return None
    again = all(
        _escaped(text) == value for (_, text), (_, value) in zip(said, headers, strict=True)
    )
    times = all(b"\\" not in value for name, value in headers if name not in _ESCAPABLE)
    return said if again and times else None


_ESCAPABLE = {"ce_id", "ce_source", "ce_subject", "ce_causationid", "ce_correlationid"}


def _escaped(text: bytes) -> bytes:
    return encode_basestring(text.decode())[1:-1].encode() if _SPECIAL.search(text) else text

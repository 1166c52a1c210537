"""Messages as the product's own code makes them, for the examples: stored events, judgements, dead letters, notices.

Knows which code makes which message. Must not know the document. Nothing here depends on the clock or on chance.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from consumers.intake import Refusal
from domain import events
from domain.errors import Refused
from domain.events import KINDS
from domain.facts import Fact, Said
from domain.values import VN
from infra.messages.announcing import JudgementTopics, ViewsOutbox
from infra.messages.cloudevents import message_of
from infra.messages.deadletter import DeadLetter, ref_of, told
from infra.messages.incoming import fact_of
from infra.messages.message import Message
from infra.messages.refused import sent
from infra.messages.topics import topics
from infra.questions.feed import ViewsFeed
from infra.wiring import Store, embedded
from tests.domain.test_golden_events import FOLDER
from tests.support.stores import LAW

ROOT = Path(__file__).parents[3]
NAMES = topics()
NOW = datetime(2026, 3, 31, 8, tzinfo=VN)
BEFORE = datetime(2026, 3, 1, 8, tzinfo=VN)
STRUCTURED = (("content-type", b"application/cloudevents+json; charset=utf-8"),)
OF_THE_LOG = frozenset({"ce_version", "ce_position", "ce_hash"})
MASTER = bytes(32)
BOX = bytes(range(120))
"""In the place of a sealed message: what is sealed differs every time."""


def published(kind: str) -> Message:
    """An event of the log as the relay publishes it."""
    state = (FOLDER / f"{KINDS[kind][0]}.json").read_bytes()
    record = json.loads(state)["subject"]
    return message_of((41, record, 3, state), NAMES.dossier_events.name)


def unreadable() -> Message:
    """Stored bytes that are no event, as the relay publishes them."""
    return message_of((42, "H40.17-250320-0001", 4, b"damaged"), NAMES.dossier_events.name)


def reported(kind: str) -> Message:
    """An event as another system reports it, in binary mode: as in the examples for importing, where there is one."""
    line = _lines().get(KINDS[kind][0])
    if line is None:
        message = published(kind)
    else:
        fact = events.read(line, recorded_at=NOW)
        state = events.state_of(events.GENESIS, fact.content)
        message = message_of((1, fact.subject, 1, state), NAMES.facts.name)
    headers = tuple(each for each in message.headers if each[0] not in OF_THE_LOG)
    return message._replace(topic=NAMES.facts.name, headers=headers)


def reported_whole() -> Message:
    """An event in structured mode: a line of the examples for importing."""
    line = _lines()[KINDS["submitted"][0]]
    key = json.loads(line)["subject"].encode()
    return Message(NAMES.facts.name, key, line, STRUCTURED)


@cache
def _lines() -> dict[str, bytes]:
    """The first example of each type."""
    found: dict[str, bytes] = {}
    for line in (ROOT / "docs/examples/events.jsonl").read_bytes().splitlines():
        found.setdefault(json.loads(line)["type"], line)
    return found


@cache
def judgements() -> tuple[Message, ...]:
    """What is announced of the examples for importing, when they came in two parts: a finding opens and ceases."""
    with _imported() as store:
        return _announced(store)


@cache
def notices() -> tuple[str, ...]:
    """The bodies of webhooks for the same."""
    with _imported() as store:
        feed = ViewsFeed(store, lambda: NOW, "en")
        return tuple(notice.body for notice in feed.notices(0, 1_000))


def announced(store: Store, came: Sequence[Fact[Said]]) -> tuple[Message, ...]:
    """What is announced when these facts come."""
    _take_in(store, came)
    return _announced(store)


def _take_in(store: Store, came: Sequence[Fact[Said]]) -> None:
    store.views.database.announces = True
    store.engine.record(came)
    store.catch_up()


def _announced(store: Store) -> tuple[Message, ...]:
    collected = _Collected()
    _, told_of = ViewsOutbox(store.views).notes(0, 1_000)
    JudgementTopics(collected, NAMES).announce(told_of)
    return tuple(collected.messages)


class _Collected:
    """A broker's place in `JudgementTopics`: what is sent is looked at, not sent."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def claim(self) -> None:
        """Nobody else is there."""

    def publish(self, messages: Iterable[Message], /) -> None:
        self.messages += messages

    def flush(self) -> None:
        """All is there."""


@contextmanager
def _imported() -> Iterator[Store]:
    with TemporaryDirectory() as folder, ExitStack() as opened:
        store = None
        for at in (BEFORE, NOW):
            if store is not None:
                store.close()
            store = embedded(Path(folder), LAW, at, MASTER)
            _take_in(store, [event for event in _facts() if event.recorded_at < at])
        assert store is not None
        opened.callback(store.close)
        yield store


def _facts() -> list[Fact[Said]]:
    lines = (ROOT / "docs/examples/events.jsonl").read_bytes().splitlines()
    return [events.read(line, recorded_at=NOW) for line in lines]


def dead_letters() -> dict[str, Message]:
    """A refused message in clear, one that is sealed because a person may be in it, and one that is too large for the topic."""
    bare = {"specversion": "1.0", "id": "17", "source": "/igate/H40", "subject": "A-1"}
    odd = bare | {"type": "vn.dunghen.dossier.lost_and_found.v1", "data": {}}
    personal = bare | {"type": KINDS["submitted"][0], "data": {"applicant": {"fullname": "…"}}}
    return {
        "clear": _refused(json.dumps(odd).encode()),
        "sealed": _refused(json.dumps(personal, ensure_ascii=False).encode()),
        "left_out": _refused(json.dumps(odd).encode() + b" " * (1 << 20)),
    }


def _refused(value: bytes) -> Message:
    message = Message(NAMES.facts.name, b"A-1", value, STRUCTURED, 3, 17, 1_774_915_200_000)
    try:
        fact_of(message, NOW)
    except Refused as reason:
        refusal = Refusal(message, "read", reason)
    else:
        raise AssertionError("it was to be refused")
    letter = DeadLetter(
        ref=ref_of(message),
        at=NOW,
        code=refusal.reason.code,
        message=refusal.reason.message,
        key=message.key,
        event=told(message),
        box=BOX,
    )
    return sent(letter, refusal, NAMES.dead_letters.name)

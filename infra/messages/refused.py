"""Where refused messages wait: in the table, for whoever mends them, and on their topic, for whoever watches it.

Knows the order of work, the box and the names of headers. Must not know SQL, the client, nor what a message means.

Decided here, because a refused message may hold a citizen's data in clear and its topic is kept for ever:

* In the table the whole message (key, headers, value) is always sealed, under a key of its own that lies beside it, wrapped under
  the master key (`Vault.boxed`). Only `show`, `export` and `retry` open it; the first two put the reading on record.
* On the topic it goes with its own bytes where it certainly names nobody (`may_hold_person`), else sealed under that same key,
  with the header `dunghen.sealed`. The key is nowhere but in the table: once a letter is retried or dropped, or its dossier's
  person is forgotten, the key is erased and the copy on the topic is noise. A key of the dossier's would not do: what cannot
  be read does not say whose it is.
* What is larger than a topic takes is left out there (`dunghen.left-out`: its size) and is in the table whole.

A topic that is made anew gives its offsets again, to other messages. So a letter that is there already is compared with what came: the
same is left as it is, another is kept beside it under the topic's name with `~2` (`~3`, …) after it, which no topic of Kafka's has.

Order: 1 the table; 2 the topic, until every message is acknowledged. A crash between sends it again, the same bytes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, Protocol

from consumers.intake import Refusal, Stage
from infra.messages.deadletter import (
    DeadLetter,
    key_in_clear,
    may_hold_person,
    packed,
    plain,
    ref_of,
    told,
    unpacked,
)
from infra.messages.message import Header, Headers, Message
from infra.messages.topic import Sender
from infra.vault import Vault

CONNECT: Final = "__connect.errors."
"""Kafka Connect's prefix, so that tools for its dead letters know ours."""

SEALED: Final = "dunghen.sealed"
LEFT_OUT: Final = "dunghen.left-out"

_STAGES: Final[dict[Stage, tuple[bytes, bytes]]] = {
    "read": (b"VALUE_CONVERTER", b"infra.messages.incoming.fact_of"),
    "record": (b"TASK_PUT", b"domain.engine.Engine"),
}
"""Stage -> Connect's name for it, and what was being run."""

_KEY: Final = 60
"""Bytes of a wrapped key, at the beginning of a box."""

LONGEST_MESSAGE: Final = 2_000
"""Characters of a reason: a hostile message has field names of any length."""
_LARGEST: Final = 900_000
"""Bytes of a message that a topic takes with the settings brokers come with (1 MiB), headers of ours included."""


_Kept = tuple[DeadLetter, Refusal[Message]]


class Table(Protocol):
    """`infra.postgres.deadletters.DeadLetterTable`, as far as it is needed."""

    def store(self, letters: Sequence[DeadLetter], /) -> Sequence[DeadLetter]:
        """Store those that are not there; all as they are stored, in order."""
        ...


class DeadLetters:
    """The role `Parking` of the intake."""

    def __init__(
        self,
        table: Table,
        sender: Sender,
        vault: Vault,
        topic: str,
        arrived: Callable[[Message], datetime],
    ) -> None:
        self._table = table
        self._sender = sender
        self._vault = vault
        self._topic = topic
        self._arrived = arrived
        self.codes: Counter[str] = Counter()
        """How many were parked, by the code of the refusal."""

    def park(self, refusals: Sequence[Refusal[Message]], /) -> None:
        """Keep them. CannotRun where that is not possible: then it is to be done again, and what is there already stays."""
        self._sender.publish(
            sent(letter, refusal, self._topic)
            for letter, refusal in self._stored(refusals)
            if letter.box is not None  # else it was retried or dropped, and has come once more
        )
        self._sender.flush()
        self.codes.update(refusal.reason.code for refusal in refusals)

    def _stored(self, refusals: Sequence[Refusal[Message]]) -> Iterator[_Kept]:
        """Each with its letter in the table, under the first name that is free or its own."""
        life = 0
        while refusals:
            life += 1
            letters = [self._letter(refusal, life) for refusal in refusals]
            others = []
            for letter, refusal, stored in zip(
                letters, refusals, self._table.store(letters), strict=True
            ):
                if stored.box == letter.box or self._same(stored, letter, refusal.message):
                    yield stored, refusal
                else:
                    others.append(refusal)
            refusals = others

    def _same(self, stored: DeadLetter, letter: DeadLetter, message: Message) -> bool:
        """Whether it is this message that is stored. Of one that is erased only what was told of it, and when it came, are left."""
        if stored.box is not None:
            return packed(opened(stored, self._vault)) == packed(message)
        return (stored.at, stored.key, stored.event) == (letter.at, letter.key, letter.event)

    def _letter(self, refusal: Refusal[Message], life: int) -> DeadLetter:
        message, _, reason = refusal
        ref, event = ref_of(message, life), told(message)
        key, sealed = self._vault.boxed(f"dead letter {ref}", packed(message))
        return DeadLetter(
            ref=ref,
            at=self._arrived(message),
            code=reason.code,
            message=plain(reason.message, LONGEST_MESSAGE),
            key=key_in_clear(message, event),
            event=event,
            box=key + sealed,
        )


def opened(letter: DeadLetter, vault: Vault) -> Message:
    """The message of a dead letter that still has it. CannotRun without the master key, or where it was altered."""
    assert letter.box is not None
    key, sealed = letter.box[:_KEY], letter.box[_KEY:]
    raw = vault.unboxed(f"dead letter {letter.ref}", key, sealed)
    return unpacked(raw, letter.ref)


def sent(letter: DeadLetter, refusal: Refusal[Message], topic: str) -> Message:
    """A dead letter as it goes to the topic."""
    message, stage, _ = refusal
    assert letter.box is not None
    # A header or a message without any value is sent as an empty one: the client takes no other. The table tells them apart.
    key, value = message.key, message.value or b""
    headers: Headers = tuple((name, said or b"") for name, said in message.headers)
    if may_hold_person(message):
        key, value = letter.key, letter.box[_KEY:]
        headers = (*_named(letter), (SEALED, b"AES-256-GCM"))
    if _size(key, value, headers) > _LARGEST:
        size = b"%d" % _size(message.key, message.value, message.headers)
        key, value = letter.key, b""
        headers = (*_named(letter), (LEFT_OUT, size))
    return Message(topic, key, value, headers + _errors(letter, message, stage))


def _named(letter: DeadLetter) -> Headers:
    return tuple((f"ce_{name}", said.encode()) for name, said in letter.event.items())


def _errors(letter: DeadLetter, message: Message, stage: Stage) -> Headers:
    connect_stage, run = _STAGES[stage]
    said = {
        "topic": message.topic.encode(),
        "partition": b"%d" % message.partition,
        "offset": b"%d" % message.offset,
        "connector.name": b"dunghen.intake",
        "stage": connect_stage,
        "class.name": run,
        "exception.class.name": letter.code.encode(),
        "exception.message": letter.message.encode(),
    }
    return tuple((CONNECT + name, value) for name, value in said.items())


def _size(key: bytes | None, value: bytes | None, headers: Iterable[Header]) -> int:
    return len(key or b"") + len(value or b"") + sum(len(n) + len(v or b"") for n, v in headers)

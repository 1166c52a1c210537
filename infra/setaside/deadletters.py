"""What can be asked of dead letters and done with them: list, show, retry, drop, export.

Knows the answers' public shapes. Must not know how they are printed, nor how a letter lies in its table.

Whoever reads a message reads what may be a person: that is put on record before it is told, under the dossier where it says one.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from domain.engine import Duplicate, Stored, Withheld
from domain.errors import Conflict, Refused, Unknown
from domain.facts import Fact, Said
from infra.answers import Answer
from infra.audit import administered, person_read
from infra.errors import CannotRun
from infra.files import replacing
from infra.messages.deadletter import STATES, DeadLetter, Ref, State, may_hold_person, plain
from infra.messages.incoming import fact_of
from infra.messages.message import Message
from infra.messages.refused import LONGEST_MESSAGE, opened
from infra.postgres.deadletters import DeadLetterTable
from infra.wiring import Store

_PART: Final = 200
_LONGEST_CODE: Final = 300
"""Characters of a dossier's code, as of any subject of an event."""
_SHOWN: Final = 100
"""Letters that an answer names one by one, those that went wrong first."""


def listed(
    table: DeadLetterTable, *, state: State | None = "waiting", after: str | None, limit: int
) -> Answer:
    """The letters of a state (None: all), without the messages, and how many there are in each state."""
    found = table.select(state, None if after is None else ref(after), limit + 1)
    counts = table.counts()
    more = len(found) > limit
    return {
        "states": {name: counts.get(name, 0) for name in STATES},
        "letters": [_told(letter) for letter in found[:limit]],
        "next": str(found[limit - 1].ref) if more else None,
    }


def shown(
    store: Store, table: DeadLetterTable, name: str, *, by: str, reason: str | None = None
) -> Answer:
    """One letter with its message, as far as it is still there. Unknown when there is none of this name."""
    found = table.find(named(table, [name]))
    if not found:
        raise Unknown(f"no dead letter {name}; `dunghen dead-letters` lists them")
    (letter,) = _read(store, found[:1], by, reason)
    return {"letter": letter}


def retried(
    store: Store,
    table: DeadLetterTable,
    refs: Sequence[Ref] | None,
    *,
    by: str,
    reason: str | None = None,
) -> Answer:
    """Run the messages, None: all that wait, through the engine again; what is in the log then is marked and its message erased.

    Order: 1 that somebody does so, on record; 2 the log; 3 the mark. A crash between the last two makes the next retry find it accepted
    before. Refused again, it waits on.
    """
    administered(store, "dead_letters_retried", *_names(refs or ()), by=by, reason=reason)
    each: list[Answer] = []
    for part in _parts(waiting(table) if refs is None else refs):
        each += _retried(store, table, part)
    return _answer(each, "retried", {"stored", "duplicate"})


def dropped(
    store: Store,
    table: DeadLetterTable,
    refs: Sequence[Ref],
    *,
    by: str,
    reason: str | None = None,
) -> Answer:
    """Decide that these do not count: they are marked, and the messages erased for good. Who decided so is put on record."""
    administered(store, "dead_letters_dropped", *_names(refs), by=by, reason=reason)
    each: list[Answer] = []
    for part in _parts(refs):
        there = {letter.ref: letter for letter in table.find(part)}
        gone = set(table.erase(part, "dropped"))
        each += [
            {"id": str(one), "outcome": "dropped"} if one in gone else _not_waiting(one, there)
            for one in part
        ]
    return _answer(each, "dropped", {"dropped"})


def exported(
    store: Store, table: DeadLetterTable, file: Path, *, by: str, reason: str | None = None
) -> Answer:
    """Write every waiting letter with its message to a file, a JSON object a line, for its owner's eyes only."""
    if file.is_file():
        raise CannotRun(
            f"{file} is there already: name another file, so that no earlier letters are lost",
            code="file_exists",
            path=file,
        )
    written = 0
    with replacing(file) as out:
        administered(store, "dead_letters_exported", file.name, by=by, reason=reason)
        for part in _parts(waiting(table)):
            for line in _read(store, table.find(part), by, reason):
                out.write(json.dumps(line, ensure_ascii=False).encode(errors="replace") + b"\n")
                written += 1
    return {"file": str(file), "written": written}


def waiting(table: DeadLetterTable) -> Iterator[Ref]:
    """All that wait."""
    last: Ref | None = None
    while found := table.select("waiting", last, _PART):
        last = found[-1].ref
        yield from [letter.ref for letter in found]


def named(table: DeadLetterTable, names: Sequence[str]) -> list[Ref]:
    """The letters of these names: `dunghen.facts.v1-3-17`, or `3-17` where one topic only has a letter of that place."""
    return [one for name in names for one in _named(table, name)]


def ref(name: str) -> Ref:
    """The place that a name says; a short one has no topic. ValueError where it is no name."""
    topic, partition, offset = f"-{name}".rsplit("-", 2)
    return Ref(topic.removeprefix("-"), int(partition), int(offset))


def _names(refs: Sequence[Ref]) -> Iterator[str]:
    return (str(one).removeprefix("-") for one in refs)  # a short name has no topic


def _named(table: DeadLetterTable, name: str) -> list[Ref]:
    said = ref(name)
    if said.topic:
        return [said]
    found = table.at(said.partition, said.offset)
    if len(found) > 1:
        raise Unknown(
            f"{name} is the place of several dead letters: {', '.join(map(str, found))}; name the topic as well"
        )
    return found or [said]


def _retried(store: Store, table: DeadLetterTable, refs: Sequence[Ref]) -> Iterator[Answer]:
    there = {letter.ref: letter for letter in table.find(refs)}
    facts, refused = _read_again(store, there.values())
    taken: dict[Ref, Stored | Duplicate] = {}
    for one, outcome in zip(facts, store.engine.record(list(facts.values())), strict=True):
        if isinstance(outcome, Conflict):
            refused[one] = outcome
        elif not isinstance(outcome, Withheld):  # each stands alone: nothing is withheld
            taken[one] = outcome
    table.erase(list(taken), "retried")
    for one, why in refused.items():
        table.refused_again(one, why.code, plain(why.message, LONGEST_MESSAGE))
    for one in refs:
        if one in refused:
            why = refused[one]
            said = {"outcome": "refused", "code": why.code, "message": why.message}
            yield {"id": str(one), **said}
        elif one in taken:
            kind = "stored" if isinstance(taken[one], Stored) else "duplicate"
            yield {"id": str(one), "outcome": kind, "dossier": taken[one].dossier}
        else:
            yield _not_waiting(one, there)


def _read_again(
    store: Store, letters: Iterable[DeadLetter]
) -> tuple[dict[Ref, Fact[Said]], dict[Ref, Refused]]:
    facts: dict[Ref, Fact[Said]] = {}
    refused: dict[Ref, Refused] = {}
    for letter in letters:
        if letter.state == "waiting":
            try:
                facts[letter.ref] = fact_of(opened(letter, store.vault), letter.at)
            except Refused as reason:
                refused[letter.ref] = reason
    return facts, refused


def _not_waiting(one: Ref, there: dict[Ref, DeadLetter]) -> Answer:
    outcome = f"{there[one].state}_before" if one in there else "unknown"
    return {"id": str(one), "outcome": outcome}


def _answer(each: Sequence[Answer], name: str, good: set[str]) -> Answer:
    wrong = [one for one in each if one["outcome"] not in good]
    right = [one for one in each if one["outcome"] in good]
    return {name: len(right), "refused": len(wrong), "letters": [*wrong, *right][:_SHOWN]}


def _told(letter: DeadLetter) -> Answer:
    return {
        "id": str(letter.ref),
        "at": letter.at.isoformat(),
        "code": letter.code,
        "message": letter.message,
        "state": letter.state,
        "event": dict(letter.event),
    }


def _read(store: Store, letters: Sequence[DeadLetter], by: str, reason: str | None) -> list[Answer]:
    """Letters with their messages, as far as they are still there; who may read a person there is on record first."""
    messages = [None if letter.box is None else opened(letter, store.vault) for letter in letters]
    persons = [
        _whose(letter)
        for letter, message in zip(letters, messages, strict=True)
        if message is not None and may_hold_person(message)
    ]
    person_read(store, *persons, by=by, reason=reason)
    return [
        _told(letter) | _content(message) for letter, message in zip(letters, messages, strict=True)
    ]


def _whose(letter: DeadLetter) -> str:
    """The dossier that it says it is about; the letter itself where that is no code that could be one."""
    said = letter.dossier or ""
    return (
        said
        if said.isprintable() and 0 < len(said) <= _LONGEST_CODE
        else f"dead letter {letter.ref}"
    )


def _content(message: Message | None) -> Answer:
    if message is None:
        return {"key": None, "headers": [], "value": None}
    return {
        **_bytes("key", message.key),
        "headers": [{"name": name, **_bytes("value", said)} for name, said in message.headers],
        **_bytes("value", message.value),
    }


def _bytes(name: str, raw: bytes | None) -> Answer:
    if raw is None:
        return {name: None}
    try:
        return {name: raw.decode()}
    except UnicodeDecodeError:
        return {name: base64.b64encode(raw).decode(), f"{name}_encoding": "base64"}


def _parts(refs: Iterable[Ref]) -> Iterator[list[Ref]]:
    rest = iter(refs)
    while part := list(islice(rest, _PART)):
        yield list(dict.fromkeys(part))

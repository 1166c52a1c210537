"""Judgements on Kafka: the latest of each dossier and of each finding, for dashboards that subscribe there.

Knows the tables and the messages' public shape. Must not know the client that carries them. A value is made of the dossier's
rows alone, so the topics, compacted, are the tables.

| topic | key | value |
|---|---|---|
| `assessments` | the dossier's key | its row of `dossiers`, with `shares` and `custody` |
| `violations` | dossier`~`rule, as in `next` of `violations` | its row of `violations`, with `answering`; nothing when it ceased |
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from consumers.announce import Judgement, Note, judgement
from infra.errors import CannotRun
from infra.messages.message import Message
from infra.messages.topic import Sender
from infra.messages.topics import Topics
from infra.rows.tables import PROJECTED, among, listed
from infra.rows.views import Views
from projections import Row, Table

_JSON: Final = (("content-type", b"application/json"),)
_WITH: Final = {"assessments": ("shares", "custody"), "violations": ("answering",)}


class ViewsOutbox:
    """The notes in the present generation: the role `Outbox`."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def notes(self, after: int, limit: int, /) -> tuple[Sequence[Note], Sequence[Judgement]]:
        """The next notes in order, and the judgements of their dossiers, each once."""
        with self._views.reading() as database:
            rows = database.rows(
                "SELECT id, dossier, ceased FROM outbox WHERE id > ? ORDER BY id LIMIT ?",
                (after, limit),
            )
            notes = [Note(id_, dossier, frozenset(ceased.split())) for id_, dossier, ceased in rows]
            if notes:
                return notes, self._judgements(notes)
        self._views.database.still_serving()  # else nothing would ever come
        return [], []

    def _judgements(self, notes: Sequence[Note]) -> list[Judgement]:
        dossiers = list(dict.fromkeys(note.dossier for note in notes))
        of = {name: self._rows(PROJECTED[name], dossiers) for name in PROJECTED if name != "feed"}
        by_dossier: dict[str, list[Note]] = defaultdict(list)
        for note in notes:
            by_dossier[note.dossier].append(note)
        return [
            judgement(
                dossier,
                assessment_of(dossier, of),
                dict(findings_of(dossier, of)),
                by_dossier[dossier],
            )
            for dossier in dossiers
        ]

    def _rows(self, table: Table, dossiers: Sequence[str]) -> dict[str, list[Row]]:
        key, columns = ", ".join(table.columns[: table.key]), ", ".join(table.columns)
        found: dict[str, list[Row]] = defaultdict(list)
        sql = f"SELECT {columns} FROM {table.name} WHERE dossier {among()} ORDER BY {key}"
        for row in self._views.database.rows(sql, (listed(dossiers),)):
            found[row[0]].append(row)
        return found

    def behind(self, position: int, /) -> int:
        """How many notes there are after a position. They are numbered without holes and deleted from the front: nothing is counted."""
        sql = "SELECT coalesce(max(id) - min(id) + 1, 0) FROM outbox WHERE id > ?"
        ((behind,),) = self._views.database.rows(sql, (position,))
        return int(behind)

    def published(self, position: int, /) -> None:
        """Delete the notes that are not needed any more."""
        with self._views.database.transaction(write=True):
            self._views.database.rows("DELETE FROM outbox WHERE id <= ?", (position,))


Rows = Mapping[str, Mapping[str, Sequence[Row]]]
"""Rows by table and dossier."""


def assessment_of(dossier: str, of: Rows) -> bytes:
    """The value of a dossier in `assessments`. CannotRun (`damaged_views`) where its row is gone."""
    row = next(iter(of["dossiers"].get(dossier, ())), None)
    if row is None:
        raise CannotRun(
            f"the row of {dossier} is gone from the tables; make them anew: `dunghen rebuild`",
            code="row_missing",
            dossier=dossier,
        )
    beside = {
        name: [_object(PROJECTED[name], row) for row in of[name].get(dossier, ())]
        for name in _WITH["assessments"]
    }
    return _bytes(_object(PROJECTED["dossiers"], row, whole=True) | beside)


def findings_of(dossier: str, of: Rows) -> Iterator[tuple[str, bytes]]:
    """(rule, value) of each finding of a dossier in `violations`."""
    for row in of["violations"].get(dossier, ()):
        answering = [
            _object(PROJECTED["answering"], each)
            for each in of["answering"].get(dossier, ())
            if each[1] == row[1]
        ]
        told = _object(PROJECTED["violations"], row, whole=True)
        yield str(row[1]), _bytes(told | {"answering": answering})


def _object(table: Table, row: Row, *, whole: bool = False) -> dict[str, Any]:
    """A row by its columns; beside another, without what both have."""
    named = zip(table.columns, row, strict=True)
    return {name: value for name, value in named if whole or name not in {"dossier", "rule"}}


def _bytes(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


class OnlySender(Sender, Protocol):
    """`infra.kafka.Publisher` with a name that one at a time has."""

    def claim(self) -> None:
        """Take the name."""
        ...


class JudgementTopics:
    """Publishes judgements under the topics' names: the role `Announcements`."""

    def __init__(self, sender: OnlySender, topics: Topics) -> None:
        self._sender = sender
        self._topics = topics

    def claim(self) -> None:
        """Whoever published here until now is refused from now on. CannotRun when no broker answers."""
        self._sender.claim()

    def announce(self, judgements: Iterable[Judgement], /) -> None:
        """Publish; returns when all are acknowledged. CannotRun when one is not: publish them again."""
        self._sender.publish(message for each in judgements for message in self._messages(each))
        self._sender.flush()

    def _messages(self, told: Judgement) -> Iterator[Message]:
        key = told.dossier.encode()
        yield Message(self._topics.assessments.name, key, told.assessment, _JSON)
        for rule, value in told.findings.items():
            yield Message(self._topics.violations.name, _key(told.dossier, rule), value, _JSON)
        for rule in sorted(told.ceased):
            yield Message(self._topics.violations.name, _key(told.dossier, rule), None)


def _key(dossier: str, rule: str) -> bytes:
    return f"{dossier}~{rule}".encode()

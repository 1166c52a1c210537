"""The schemas: events from their classes, judgements from the tables, headers from both.

Knows how a class or a table is told as JSON Schema. Must not know channels or examples.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, get_args

from pydantic import TypeAdapter

from domain import deadlines, events, letter, values
from domain.events import KINDS
from infra.messages.refused import CONNECT, LEFT_OUT, SEALED
from infra.rows.tables import PROJECTED
from projections import Table

Schema = dict[str, Any]

REF: Final = "#/components/schemas/{model}"
TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "string", "pattern": "^[0-9]+$"}
INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}

_DAY: Final[Schema] = {"type": ["string", "null"], "format": "date"}
_TRUTH: Final[Schema] = {"enum": [0, 1]}
_CLASS: Final[Schema] = {"enum": list(get_args(deadlines.Class))}

COLUMNS: Final[Mapping[str, tuple[str, Schema]]] = {
    "dossier": ("The dossier's key: its code without differences of case and spaces.", {}),
    "code": ("The code as it is printed on the slip.", {}),
    "unit": ("The unit, by its code.", {}),
    "unit_key": ("The unit's key, for comparing.", {}),
    "procedure": ("The procedure's key.", {}),
    "channel": ("How it was handed in.", {"enum": [*get_args(values.Channel), None]}),
    "accepted_on": ("The day on which it was accepted.", _DAY),
    "recorded": ("1: its acceptance came from an information system, 0: from paper.", _TRUTH),
    "legal": ("Its class by the law's clock.", _CLASS),
    "portal": ("Its class by the portal's clock.", _CLASS),
    "qd766": ("Its class by the clock of Decision 766.", _CLASS),
    "ended_on": ("The day on which it ended.", _DAY),
    "qd766_ended_on": ("The day on which it ended for Decision 766.", _DAY),
    "due_on": ("The day by which it is due by the law's clock.", _DAY),
    "grade": ("Its apology letter.", {"enum": [*get_args(letter.Grade)]}),
    "refused_on": ("The day on which its intake was refused.", _DAY),
    "refused_by": ("The unit that refused it.", {}),
    "holder": ("The officer who holds it while it is open, by their code.", {}),
    "complete": ("0: one of its events could not be applied; the judgement may be old.", _TRUTH),
    "calendar_complete": ("0: the calendar of working days ends before its clock.", _TRUTH),
    "growing": ("1: time alone changes the answers about it: minutes, who answers.", _TRUTH),
    "number": ("Its place among those of the dossier, from 0.", {}),
    "officer": ("The officer, by their code.", {}),
    "minutes": ("Office minutes; null while the dossier is open.", {}),
    "kind": ("What the share is of.", {}),
    "start": ("From when on.", {"format": "date-time"}),
    "rule": ("The rule that is broken: docs/rules.md.", {}),
    "severity": ("0 a reminder, 3 the worst.", {"minimum": 0, "maximum": 3}),
    "since": ("Since when it is broken.", {}),
    "of_unit": ("The unit whose dossier it is, a key.", {}),
    "counted": ("1: an officer's first row of a finding that counts for them.", _TRUTH),
}
"""Column -> what it is, and what is known of its values besides text or number."""


@cache
def of_events() -> dict[str, Schema]:
    """`<kind>_event`: the structured event of each kind; its data, and the shapes in them, under their classes' names."""
    members = [
        (kind, "validation", TypeAdapter(events._member(f"{kind}_event", *entry)))
        for kind, entry in KINDS.items()
    ]
    _, shared = TypeAdapter.json_schemas(members, ref_template=REF)  # type: ignore[arg-type]  # a list of its very tuples
    told: dict[str, Schema] = _on_one_line(shared["$defs"])
    return told


def ref(name: str) -> Schema:
    return {"$ref": REF.format(model=name)}


def data_of(kind: str) -> Schema:
    return ref(KINDS[kind][1].__name__)


def of_row(name: str, *beside: str) -> Schema:
    """A row of a table as it is published, with rows of others beside it."""
    whole = _row(PROJECTED[name], PROJECTED[name].columns)
    for other in beside:
        table = PROJECTED[other]
        own = [column for column in table.columns if column not in {"dossier", "rule"}]
        whole["properties"][other] = {"type": "array", "items": _row(table, own)}
        whole["required"].append(other)
    return whole


def _row(table: Table, columns: Iterable[str]) -> Schema:
    columns = list(columns)
    return {
        "type": "object",
        "properties": {column: _value(table, column) for column in columns},
        "required": columns,
        "additionalProperties": False,
    }


def _value(table: Table, column: str) -> Schema:
    description, known = COLUMNS[column]
    type_: Any = "integer" if column in table.numbers else "string"
    if column not in table.columns[: table.key]:
        type_ = [type_, "null"]
    typed = {} if "enum" in known else {"type": type_}
    return {"description": description, **typed, **known}


# ── headers ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_OF_THE_LOG: Final[dict[str, tuple[str, Schema]]] = {
    "version": ("The event's place in its dossier, from 1, without holes.", NUMBER),
    "position": ("The event's place in the log.", NUMBER),
    "hash": ("The chain's hash: SHA-256 of the one before and the event.", {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
}  # fmt: skip


def of_envelope(*, log: bool) -> Schema:
    """The headers of any event in binary mode: the envelope's attributes; those of the log when it was published from there."""
    envelope = of_events()["accepted_event"]
    said = {
        f"ce_{name}": _header(name, told)
        for name, told in envelope["properties"].items()
        if name not in {"data", "type"}
    }
    required = [f"ce_{name}" for name in envelope["required"] if name not in {"data", "type"}]
    if log:
        said |= {
            f"ce_{name}": {"description": what, **told}
            for name, (what, told) in _OF_THE_LOG.items()
        }
        required += ["ce_specversion", "ce_recordedtime", *(f"ce_{name}" for name in _OF_THE_LOG)]
    said["content-type"] = {"const": "application/json"}
    return {"type": "object", "properties": said, "required": [*required, "content-type"]}


def of_binary(kind: str, *, log: bool) -> Schema:
    """The headers of an event of this kind in binary mode."""
    type_, _ = KINDS[kind]
    own = {"properties": {"ce_type": {"const": type_}}, "required": ["ce_type"]}
    return {"type": "object", "allOf": [ref("event_headers" if log else "fact_headers"), own]}


def _header(name: str, told: Schema) -> Schema:
    """Headers are texts, whatever an attribute is in JSON."""
    if name == "recordedknown":
        return {"enum": ["true", "false"]}
    given = next((one for one in told.get("anyOf", ()) if one.get("type") != "null"), told)
    return {key: value for key, value in given.items() if key != "title"}


def of_unreadable(type_: str) -> Schema:
    said = {
        "ce_specversion": {"const": "1.0"},
        "ce_id": TEXT,
        "ce_source": TEXT,
        "ce_type": {"const": type_},
        "ce_version": NUMBER,
        "ce_position": NUMBER,
        "content-type": {"const": "application/octet-stream"},
    }
    return {"type": "object", "properties": said, "required": list(said)}


def of_dead_letter(kind: str) -> Schema:
    """The headers of Kafka Connect's dead letters; and how far the message itself is there."""
    said: dict[str, Schema] = {
        "topic": TEXT,
        "partition": NUMBER,
        "offset": NUMBER,
        "connector.name": {"const": "dunghen.intake"},
        "stage": {"enum": ["VALUE_CONVERTER", "TASK_PUT"]},
        "class.name": TEXT,
        "exception.class.name": {"type": "string", "description": "The code of the refusal."},
        "exception.message": {"type": "string", "description": "What is wrong and what to do."},
    }
    named = {CONNECT + name: told for name, told in said.items()}
    if kind == "sealed":
        named[SEALED] = {"const": "AES-256-GCM"}
    if kind == "left_out":
        named[LEFT_OUT] = NUMBER | {"description": "Bytes of the message; it is in the table."}
    return {"type": "object", "properties": named, "required": list(named)}


def of_notice() -> Schema:
    """The body of a webhook."""
    data = {
        "id": {"type": "integer", "description": "The row of the feed."},
        "dossier": TEXT,
        "unit": {"type": ["string", "null"], "description": "Whose dossier it is."},
        "rule": TEXT,
        "complete": {"type": "boolean"},
        "violation": {
            "type": ["object", "null"],
            "description": "As `dunghen violations --json` lists it; null when it does not hold (any more).",
        },
    }
    said = {
        "type": {"enum": ["violation.opened", "violation.ceased"]},
        "timestamp": {"type": "string", "description": "When, by the fact or deadline that made it."},
        "data": {"type": "object", "properties": data, "required": list(data), "additionalProperties": False},
    }  # fmt: skip
    return {
        "type": "object",
        "properties": said,
        "required": list(said),
        "additionalProperties": False,
    }


def _on_one_line(told: Any) -> Any:
    """Docstrings as one paragraph; titles that only repeat a name are left out."""
    if isinstance(told, list):
        return [_on_one_line(each) for each in told]
    if not isinstance(told, dict):
        return told
    return {
        key: " ".join(value.split())
        if key == "description" and isinstance(value, str)
        else _on_one_line(value)
        for key, value in told.items()
        if not (key == "title" and isinstance(value, str))
    }

"""The catalogue of event types, and the way between JSON and facts: validation, canonical bytes, upcasts.

Knows pydantic and the public names of the types. Must not know where bytes come from or go to.

Stored state is `{"hash":"<64 hex>",` followed by the content without its first brace, so that the content, the very
bytes that were hashed, is a slice of it and nothing is ever serialised twice: `domain.content` knows that layout.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property, reduce
from inspect import get_annotations
from operator import or_
from typing import Annotated, Any, Literal, NamedTuple, NotRequired

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import SchemaValidator, core_schema
from typing_extensions import TypedDict

from domain import accessfacts, facts
from domain.canonical import canonical
from domain.content import (
    GENESIS,
    chained,
    comparable,
    content_bytes,
    content_of,
    digest_of,
    state_of,
    without_person,
)
from domain.errors import Refused
from domain.facts import Fact, Said
from domain.keepable import TIME, check_keepable, no_time
from domain.values import in_vn, is_blank

__all__ = [
    "CATALOGUE",
    "GENESIS",
    "KINDS",
    "OWN",
    "UPCASTS",
    "Catalogue",
    "Decoded",
    "Upcast",
    "chained",
    "compared",
    "content_of",
    "decode",
    "identity",
    "read",
    "refusal_of",
    "reported",
    "state_of",
    "understood",
    "with_content",
]

KINDS: Mapping[str, tuple[str, type[Said]]] = {
    "submitted": ("vn.dunghen.dossier.submitted.v1", facts.Submitted),
    "accepted": ("vn.dunghen.dossier.accepted.v1", facts.Accepted),
    "intake_refused": ("vn.dunghen.dossier.intake_refused.v1", facts.IntakeRefused),
    "transferred": ("vn.dunghen.dossier.transferred.v1", facts.Transferred),
    "supplement_requested": (
        "vn.dunghen.dossier.supplement_requested.v1",
        facts.SupplementRequested,
    ),
    "supplement_received": ("vn.dunghen.dossier.supplement_received.v1", facts.SupplementReceived),
    "paused": ("vn.dunghen.dossier.paused.v1", facts.Paused),
    "resumed": ("vn.dunghen.dossier.resumed.v1", facts.Resumed),
    "opinion_requested": ("vn.dunghen.dossier.opinion_requested.v1", facts.OpinionRequested),
    "opinion_received": ("vn.dunghen.dossier.opinion_received.v1", facts.OpinionReceived),
    "one_stop_notified": ("vn.dunghen.dossier.one_stop_notified.v1", facts.OneStopNotified),
    "apology_letter_sent": ("vn.dunghen.dossier.apology_letter_sent.v1", facts.ApologyLetterSent),
    "due_date_changed": ("vn.dunghen.dossier.due_date_changed.v1", facts.DueDateChanged),
    "result_issued": ("vn.dunghen.dossier.result_issued.v1", facts.ResultIssued),
    "returned": ("vn.dunghen.dossier.returned.v1", facts.Returned),
    "refused": ("vn.dunghen.dossier.refused.v1", facts.RefusedDossier),
    "withdrawn": ("vn.dunghen.dossier.withdrawn.v1", facts.Withdrawn),
    "stopped": ("vn.dunghen.dossier.stopped.v1", facts.Stopped),
    "lost": ("vn.dunghen.dossier.lost.v1", facts.Lost),
    "corrected": ("vn.dunghen.dossier.corrected.v1", facts.Corrected),
    "portal_state_observed": (
        "vn.dunghen.dossier.portal_state_observed.v1",
        facts.PortalStateObserved,
    ),
    "unit_registered": ("vn.dunghen.unit.registered.v1", facts.UnitRegistered),
    "officer_registered": ("vn.dunghen.officer.registered.v1", facts.OfficerRegistered),
    "procedure_registered": ("vn.dunghen.procedure.registered.v1", facts.ProcedureRegistered),
    "intake_declared": ("vn.dunghen.unit.intake_declared.v1", facts.IntakeDeclared),
    "feedback_received": ("vn.dunghen.feedback.received.v1", facts.FeedbackReceived),
    "feedback_answered": ("vn.dunghen.feedback.answered.v1", facts.FeedbackAnswered),
    "token_issued": ("vn.dunghen.access.token_issued.v1", accessfacts.TokenIssued),
    "token_used": ("vn.dunghen.access.token_used.v1", accessfacts.TokenUsed),
    "token_revoked": ("vn.dunghen.access.token_revoked.v1", accessfacts.TokenRevoked),
    "signed_in": ("vn.dunghen.access.signed_in.v1", accessfacts.SignedIn),
    "signed_out": ("vn.dunghen.access.signed_out.v1", accessfacts.SignedOut),
    "person_read": ("vn.dunghen.access.person_read.v1", accessfacts.PersonRead),
    "administered": ("vn.dunghen.access.administered.v1", accessfacts.Administered),
    "facts_stated": ("vn.dunghen.access.facts_stated.v1", accessfacts.FactsStated),
}
"""Kind -> (event type, what it says). The kind is our short name, the type the public one."""

OWN: frozenset[str] = frozenset(
    {
        "token_issued",
        "token_used",
        "token_revoked",
        "signed_in",
        "signed_out",
        "person_read",
        "administered",
        "facts_stated",
    }
)
"""Kinds that only the program itself says: who could report a token as issued could ask for everything."""

_Validator = Callable[[bytes | str], Mapping[str, Any]]

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""A structured event of an old type -> the same event in its successor's words (its `type` renamed too)."""

UPCASTS: Mapping[str, Upcast] = {}
"""Old event type -> the step to the next version. None is needed yet: every type is at its first version."""

_Identifier = Annotated[
    str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")
]


class _Envelope(TypedDict):
    """CloudEvents 1.0, structured mode; extension attributes that we do not know are let pass and not kept."""

    specversion: NotRequired[Literal["1.0"]]
    id: _Identifier
    source: _Identifier
    subject: _Identifier
    time: AwareDatetime
    recordedtime: NotRequired[AwareDatetime | None]
    recordedknown: NotRequired[bool]
    correlationid: NotRequired[_Identifier | None]
    causationid: NotRequired[_Identifier | None]


def _member(kind: str, type_: str, said: type[Said]) -> Any:
    """The envelope around one type's data. A dictionary, not a model: pydantic makes one in half the time."""
    make: Any = TypedDict  # type checkers want its fields written out
    member = make(kind, {**get_annotations(_Envelope), "type": Literal[type_], "data": said})
    member.__pydantic_config__ = ConfigDict(strict=True, extra="ignore")
    return member


class Decoded(NamedTuple):
    """A stored event: the fact and the hash that the record's chain has with it."""

    hash: str
    fact: Fact[Said]


@dataclass(frozen=True)
class Catalogue:
    """Event types with their upcasts; `CATALOGUE` is the one in use, tests make others."""

    kinds: Mapping[str, tuple[str, type[Said]]]
    upcasts: Mapping[str, Upcast]

    @cached_property
    def kind_of(self) -> dict[str, str]:
        """Event type -> kind."""
        return {type_: kind for kind, (type_, _) in self.kinds.items()}

    @cached_property
    def _adapter(self) -> TypeAdapter[Mapping[str, Any]]:
        members = [_member(kind, *entry) for kind, entry in self.kinds.items()]
        tagged: Any = Annotated[reduce(or_, members), Field(discriminator="type")]
        return TypeAdapter(tagged)

    @cached_property
    def _stored(self) -> _Validator:
        """JSON of an event of any type that is stored already -> its fields, made and checked."""
        # The validator itself: the adapter around it takes a tenth of the whole time to hand the text on.
        return self._adapter.validator.validate_json

    @cached_property
    def _given(self) -> _Validator:
        """The same of an event that somebody sends: its times must be written out."""
        return SchemaValidator(_written_out(self._adapter.core_schema)).validate_json

    def read(
        self, envelope: bytes | str | Mapping[str, object], *, recorded_at: datetime
    ) -> Fact[Said]:
        """One structured CloudEvent as a fact.

        `recorded_at` is taken, with `recorded_known` False, where the event does not say when it was recorded.
        Refused with one of the codes `invalid_json`, `missing_field`, `invalid_field`, `unknown_field`,
        `unknown_type`, `naive_time`, `time_out_of_range`, `invalid_limit`, `event_too_large`, `nul_character`,
        `name_too_long`; every problem of the event is in the message.
        """
        event = self._validated(envelope, self._given)
        recorded = event.get("recordedtime")
        subject = " ".join(event["subject"].split())
        if is_blank(subject):
            raise Refused("invalid_field", "subject is blank: give the code as printed on the slip")
        try:
            fact = self._fact(
                event,
                subject,
                in_vn(recorded_at if recorded is None else recorded),
                known=recorded is not None and event.get("recordedknown", True),
            )
        except ValueError as unsayable:
            raise Refused("invalid_field", f"data holds no JSON number: {unsayable}") from None
        check_keepable(fact.content)
        return fact

    def _fact(
        self,
        event: Mapping[str, Any],
        subject: str,
        recorded_at: datetime,
        *,
        known: bool,
        stored: bytes | None = None,
    ) -> Fact[Said]:
        type_, data, id_, source = event["type"], event["data"], event["id"], event["source"]
        time = in_vn(event["time"])
        links = event.get("correlationid"), event.get("causationid")
        content = stored or content_bytes(
            type_, data, id_, source, subject, time, recorded_at, known, *links
        )
        # By position, in the order of the fields: their names would cost as much again, once an event.
        kind = self.kind_of[type_]
        return Fact(id_, source, kind, subject, time, recorded_at, known, data, *links, content)

    def with_content(self, fact: Fact[Said]) -> Fact[Said]:
        """The fact with its canonical bytes made anew from its fields."""
        type_, _ = self.kinds[fact.kind]
        content = content_bytes(
            type_,
            fact.data,
            fact.id,
            fact.source,
            fact.subject,
            fact.time,
            fact.recorded_at,
            fact.recorded_known,
            fact.correlation,
            fact.causation,
        )
        return fact._replace(content=content)

    def identity(self, fact: Fact[Said]) -> str:
        """Hex SHA-256 of what two sendings of one event must have in common: all but a time of recording of ours."""
        return hashlib.sha256(comparable(fact.content)).hexdigest()

    def compared(self, content: bytes, fact: Fact[Said]) -> tuple[bytes, bytes]:
        """A stored event's content and a fact sent again under its key, as they are to be compared."""
        given = comparable(fact.content)
        stored = comparable(content)
        if stored != given and self.upcasts:
            # Written under an older version of its type: compare what it says now.
            now = self.decode(state_of(GENESIS, content)).fact
            stored = comparable(self.with_content(now).content)
        return stored if stored == given else without_person(stored, given), given

    def decode(self, state: bytes) -> Decoded:
        """A stored event back. Refused where the bytes are none of ours; old versions are upcast on the way."""
        return Decoded(digest_of(state).decode("ascii"), self.understood(content_of(state)))

    def understood(self, content: bytes) -> Fact[Said]:
        """A fact back from its canonical content. Refused and upcast as by `decode`."""
        event = self._validated(content, self._stored)
        known = event.get("recordedknown", True)
        return self._fact(
            event, event["subject"], in_vn(event["recordedtime"]), known=known, stored=content
        )

    def said(self, fact: Fact[Said]) -> dict[str, Any]:
        """The event's `data` as JSON values."""
        data: dict[str, Any] = json.loads(canonical(fact.data))
        return data

    def amended(self, fact: Fact[Said], replacement: Mapping[str, Any]) -> Fact[Said]:
        """The fact with `replacement` laid over its data key by key; null removes, `time` moves it. Refused if invalid.

        A key that events of this type do not have says nothing.
        """
        data = self.said(fact)
        has = {field.name for field in fields(fact.data)}
        data.update({key: value for key, value in replacement.items() if key in has})
        moved = replacement.get("time")
        document = json.loads(self.with_content(fact).content)
        document["data"] = {key: value for key, value in data.items() if value is not None}
        if moved is not None:
            document["time"] = moved
        event = self._validated(document, self._stored)
        return fact._replace(data=event["data"], time=in_vn(event["time"]))

    def _validated(
        self, envelope: bytes | str | Mapping[str, object], validator: _Validator
    ) -> Mapping[str, Any]:
        try:
            return validator(
                envelope if isinstance(envelope, (bytes, str)) else json.dumps(envelope)
            )
        except ValidationError as invalid:
            old = self._upcast(envelope)
            if old is not None:
                return self._validated(old, validator)
            raise refusal_of(invalid) from None

    def _upcast(self, envelope: bytes | str | Mapping[str, object]) -> dict[str, Any] | None:
        if not self.upcasts:
            return None
        try:
            event = dict(envelope) if isinstance(envelope, Mapping) else json.loads(envelope)
        except ValueError:
            return None
        step = self.upcasts.get(str(event.get("type"))) if isinstance(event, dict) else None
        return None if step is None else step(event)


_WRITTEN = {"date": f"^{TIME}$", "datetime": f"^{TIME}."}
_NO_TIME = "no_time"
_CHAIN = "chain["
"""How pydantic calls the members of a choice between times in the path of a problem."""


def _written_out(schema: Any) -> Any:
    """The schema with every time in it a text that looks like one, before it is read as one: in Rust, as the reading is."""
    if isinstance(schema, list):
        return [_written_out(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    pattern = _WRITTEN.get(schema["type"]) if isinstance(schema.get("type"), str) else None
    if pattern is None:
        return {name: _written_out(each) for name, each in schema.items()}
    text = core_schema.custom_error_schema(
        core_schema.str_schema(pattern=pattern), _NO_TIME, custom_error_message=_NO_TIME
    )
    # Behind the text stands no JSON any more, of which alone pydantic reads a time strictly.
    return core_schema.chain_schema([text, {**schema, "strict": False}])


_CODES = {
    "json_invalid": "invalid_json",
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "unexpected_keyword_argument": "unknown_field",
    "union_tag_invalid": "unknown_type",
    "union_tag_not_found": "missing_field",
    "timezone_aware": "naive_time",
}


_LONGEST_PATH = 200
"""Characters of the place of a problem: an unknown field is called as whoever sent it liked."""


def refusal_of(invalid: ValidationError) -> Refused:
    """All problems of one input as one refusal, under the code of the first."""
    problems = invalid.errors(include_url=False, include_context=False)
    code = _CODES.get(problems[0]["type"], "invalid_field")
    # What is no time is told once, not as each of the kinds that it could have been.
    return Refused(code, "; ".join(dict.fromkeys(_told(problem) for problem in problems[:8])))


def _told(problem: Mapping[str, Any]) -> str:  # noqa: PLR0911  # a table of messages
    kind = problem["type"]
    # The first step of the path is the union's tag, the event type itself.
    steps = [step for step in map(str, problem["loc"][1:]) if not step.startswith(_CHAIN)]
    where = ".".join(steps)[:_LONGEST_PATH] or "the event"
    given = problem["input"] if isinstance(problem["input"], str | int | float | bool) else None
    # What is said of a person is not said again: messages go to logs, files and topics.
    quiet = given is None or "applicant" in problem["loc"]
    seen = "" if quiet else f" (given: {str(given)[:80]!r})"
    if kind == "json_invalid":
        return (
            f"not JSON: {problem['msg'].removeprefix('Invalid JSON: ')}; one event a line, in UTF-8"
        )
    if kind == "union_tag_not_found":
        return "`type` is missing: give one such as vn.dunghen.dossier.accepted.v1"
    if kind == "union_tag_invalid":
        return (
            "`type` is none of the event contract: see the table of event types in docs/events.md"
        )
    if kind == "missing":
        return f"{where} is missing"
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"{where} is not a field of this event type: remove it or correct its name"
    if kind == _NO_TIME or kind.startswith(("date_", "datetime_")):
        return no_time(where, "null" if problem["input"] is None else problem["input"])
    if kind == "timezone_aware":
        return f"{where} has no offset{seen}: write e.g. 2025-03-20T08:00:00+07:00"
    return f"{where}: {problem['msg']}{seen}"


CATALOGUE = Catalogue(KINDS, UPCASTS)

read = CATALOGUE.read
decode = CATALOGUE.decode
understood = CATALOGUE.understood
identity = CATALOGUE.identity
compared = CATALOGUE.compared
with_content = CATALOGUE.with_content


def reported(envelope: bytes | str | Mapping[str, object], *, recorded_at: datetime) -> Fact[Said]:
    """What somebody else says: as `read`. Refused (`own_type`) where only the program itself says such things."""
    fact = read(envelope, recorded_at=recorded_at)
    if fact.kind in OWN:
        raise Refused(
            "own_type", f"{KINDS[fact.kind][0]} is said by the program alone; nobody can report it"
        )
    return fact

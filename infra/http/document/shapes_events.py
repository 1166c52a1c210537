"""The shapes of facts that are sent in, and of what came of them, for the document; as `shapes` is.

Knows the public contract. Must not know how anything is answered.
"""

from typing import Any, Literal

from pydantic import BaseModel, Field

from domain.events import KINDS
from infra.http.document.shapes import Count, Instant


class CloudEvent(BaseModel):
    """A fact as a CloudEvent 1.0."""

    specversion: Literal["1.0"]
    id: str = Field(
        min_length=1, description="With `source` it names the event: sent again, it is a duplicate."
    )
    source: str = Field(min_length=1, description="The system that reports it.")
    type: str = Field(json_schema_extra={"enum": [type_ for type_, *_ in KINDS.values()]})
    subject: str = Field(min_length=1, description="What it is about: a dossier's code, a unit's.")
    time: Instant = Field(description="When it happened.")
    recordedtime: Instant = Field(description="When it was recorded.")
    data: dict[str, Any] = Field(description="As docs/events.md says for its type.")


class Taken(BaseModel):
    """What came of an event."""

    outcome: Literal["accepted", "duplicate", "refused"]
    dossier: str | None = Field(None, description="The record that it is in.")
    version: int | None = Field(None, description="Its number in the dossier.")
    position: int | None = Field(None, description="Its number in the log; of new ones.")
    code: str | None = Field(None, description="Of a refusal: stable, for programs.")
    message: str | None = Field(None, description="Of a refusal: what is wrong and what to do.")


class TakenAll(BaseModel):
    """What came of each event, in their order."""

    read: Count
    accepted: Count
    duplicates: Count
    refused: Count
    items: list[Taken]
    projected: bool | None = Field(
        None, description="With `wait`: whether the tables have it by now."
    )

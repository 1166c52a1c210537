"""Events as a reader of other systems' records draws them up, and their way to facts.

Knows the envelope. Must not know where a draft came from. An event's id is the dossier's code and the draft's own name, so
that what was read before is recognised, wherever it stands this time.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, NamedTuple

from domain import events
from domain.errors import Refused
from domain.facts import Fact, Said
from domain.values import dossier_key
from infra.importers._cells import Moment

MORNING, AFTERNOON = time(8), time(16)
"""The hour of an event of which only the date is known: of intake and hand-overs, and of everything else."""

_LONGEST_BY = 24
"""Of an officer or a letter's number in an id: more would not fit beside the longest code, unit and kind."""


class Draft(NamedTuple):
    """One event: what kind, when, what its data say, its name within the dossier, and when it was recorded if known."""

    kind: str
    time: datetime
    data: dict[str, Any]
    name: str
    recorded: datetime | None = None


def drafted(
    kind: str, when: Moment, usual: time, data: dict[str, Any], *, name: str = "", by: str = ""
) -> Draft:
    """A draft at the stated moment, or at the `usual` hour of a day without one; `name` is its kind if none is given.

    `@` in the name stands for the instant, for what may happen more than once; `by` is a text of the record that tells
    one of several apart.
    """
    instant = when.at(usual)
    precision = {"time_precision": "date"} if when.hour is None else {}
    stem = (name or kind).replace("@", instant.isoformat())
    apart = by if len(by) <= _LONGEST_BY else digest(by)
    return Draft(kind, instant, data | precision, f"{stem}/{apart}" if apart else stem)


class Problems:
    """Everything that is wrong with one record; the first gives the refusal its code."""

    def __init__(self) -> None:
        self._codes: list[str] = []
        self._messages: list[str] = []

    def add(self, code: str, message: str) -> None:
        """Note one."""
        self._codes.append(code)
        self._messages.append(message)

    def check(self) -> None:
        """Refused if there are any."""
        if self._codes:
            raise Refused(self._codes[0], "; ".join(self._messages))


def facts_of(
    drafts: Iterable[Draft], *, subject: str, source: str, recorded_at: datetime
) -> tuple[Fact[Said], ...]:
    """The facts of one dossier. Refused with every problem of every draft: all of a record is taken or none."""
    key = dossier_key(subject)
    facts: list[Fact[Said]] = []
    problems = Problems()
    for draft in drafts:
        envelope: dict[str, object] = {
            "id": f"{key}/{draft.name}",
            "source": source,
            "type": events.KINDS[draft.kind][0],
            "subject": subject,
            "time": draft.time.isoformat(),
            "data": draft.data,
        }
        if draft.recorded is not None:
            envelope["recordedtime"] = draft.recorded.isoformat()
        try:
            facts.append(events.reported(envelope, recorded_at=recorded_at))
        except Refused as refusal:
            problems.add(refusal.code, f"{draft.kind}: {refusal.message}")
    problems.check()
    return tuple(facts)


def filled(**texts: str) -> dict[str, str]:
    """Those that say something."""
    return {name: text for name, text in texts.items() if text}


def digest(*texts: str) -> str:
    """A short name for what an event says, where what it says is what makes it another event."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]

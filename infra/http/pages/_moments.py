"""The two handles over a dossier's past: at which instants they may stand, and what a page says of each in words.

Knows the events of `history`. Must not know what was judged. The last stop of a handle is now, which an address leaves out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from infra.answers import Answer
from infra.language import Language, instant_of
from infra.telling import by_day, event_name, moment

Axis = Literal["as_of", "known_at"]
_FIELDS: Mapping[Axis, str] = {"as_of": "time", "known_at": "recordedtime"}


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a handle may stand: what the address says (nothing: now), and the words for it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Handle:
    """One axis: its stops in order, and where it stands."""

    axis: Axis
    stops: Sequence[Stop]
    at: int

    @property
    def before(self) -> Stop | None:
        """The stop before, where there is one."""
        return self.stops[self.at - 1] if self.at else None

    @property
    def after(self) -> Stop | None:
        """The stop after, where there is one."""
        return self.stops[self.at + 1] if self.at + 1 < len(self.stops) else None


def handles(
    history: Answer,
    said: Mapping[str, str],
    asked: Mapping[str, datetime | None],
    now: datetime,
    say: Language,
) -> list[Handle]:
    """Both handles; `said` is the address, `asked` what it means."""
    return [
        _handle(axis, history["events"], (said.get(axis, ""), asked[axis]), now, say)
        for axis in ("as_of", "known_at")
    ]


def _handle(
    axis: Axis,
    events: Sequence[Answer],
    given: tuple[str, datetime | None],
    now: datetime,
    say: Language,
) -> Handle:
    said, asked = given
    field = _FIELDS[axis]
    happened: dict[datetime, list[Answer]] = {}
    for event in events:
        at = instant_of(event[field])
        if at <= now:
            happened.setdefault(at, []).append(event)
    stops = {at: Stop(told[0][field], _label(axis, told, say)) for at, told in happened.items()}
    if asked is not None and asked not in stops:
        stops[asked] = Stop(said, say.moment(said))
    ordered = sorted(stops)
    last = Stop("", say("case.now", at=say.moment(now.isoformat())))
    place = len(ordered) if asked is None else ordered.index(asked)
    return Handle(axis, [*(stops[each] for each in ordered), last], place)


def _label(axis: Axis, events: Sequence[Answer], say: Language) -> str:
    first = events[0]
    own = {"assumed": [first["time"]] if axis == "as_of" and by_day(first) else []}
    names = ", ".join(_unique(event_name(event["type"], say) for event in events))
    return f"{moment(own, first[_FIELDS[axis]], say)} · {names}"


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))

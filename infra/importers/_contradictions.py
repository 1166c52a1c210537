"""What a register's row says otherwise than what was read before, told in the words of the register.

Knows which column an event's field comes from. Must not know the log.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from domain.errors import Conflict, Difference
from domain.facts import Fact, Said
from domain.values import VN
from infra.importers._columns import NAMES, Column

_ANY: Mapping[str, Column] = {
    "data.actor.unit": "unit",
    "data.channel": "channel",
    "data.competent_unit": "unit",
    "data.due_at": "due",
    "data.method": "method",
    "data.new_due_at": "new_due",
    "data.number": "letter_number",
    "data.procedure": "procedure",
    "data.step_due_at": "step_due",
    "data.to.officer": "officer",
    "data.to.unit": "unit",
    "recordedtime": "closed",
}
"""The fields that come from one column whatever the event."""

_WHEN: Mapping[str, Column] = {
    "submitted": "submitted",
    "accepted": "accepted",
    "transferred": "transferred",
    "apology_letter_sent": "letter_sent",
    "due_date_changed": "letter_sent",
    "returned": "returned",
}
"""Kind of event -> where its time comes from; any other is an end."""

_UNTOLD = ("data.applicant", "recordedknown", "data.time_precision")


def contradiction(code: str, conflicts: Sequence[tuple[Fact[Said], Conflict]], above: str) -> str:
    """Why a row is refused of which these events conflict. `above`: where this import has the code already, if it has.

    Both hashes of each event are at the end. Each problem is a sentence by itself, so that it is told in Vietnamese by itself.
    """
    events = "; ".join(
        f"event {conflict.event_id!r} of {conflict.source!r}, stored {conflict.stored}, given {conflict.given}"
        for _, conflict in conflicts
    )
    told = dict.fromkeys(part for pair in conflicts for part in _differences(*pair))
    if not above:
        first = f"dossier {code} was read in an earlier import with other values: nothing of this row is taken"
        last = "if the book was corrected, send a `corrected` event, if it is another dossier, give it another code"
    else:
        first = f"dossier {code} stands in {above} already: nothing of this row is taken"
        last = "correct one of the two rows, or the code if it is another dossier"
    return "; ".join((first, *told, f"{last} ({events})"))


def _differences(fact: Fact[Said], conflict: Conflict) -> Iterator[str]:
    found = [one for one in conflict.differences if not one.path.startswith(_UNTOLD)]
    if not found:
        hour = any(one.path == "data.time_precision" for one in conflict.differences)
        yield f"{_column(fact.kind, 'time')}: {'with and without an hour' if hour else 'not the same'}"
    for one in found:
        before, now = _shown(one)
        yield f"{_column(fact.kind, one.path)}: {before} before, {now} now"


def _column(kind: str, path: str) -> str:
    if path == "time":
        return NAMES[_WHEN.get(kind, "issued")][0]
    if path == "data.actor.officer":
        return NAMES["clerk"][0]
    column = _ANY.get(path)
    return path if column is None else NAMES[column][0]


def _shown(one: Difference) -> tuple[str, str]:
    """Both values as the register writes them: days only, where the days differ already."""
    days = [_written(value, hours=False) for value in one[1:]]
    before, now = days if days[0] != days[1] else [_written(v, hours=True) for v in one[1:]]
    return before, now


def _written(value: object, *, hours: bool) -> str:
    if value is None:
        return "empty"
    text = str(value)
    try:
        if len(text) == len("2019-02-11"):
            return f"{date.fromisoformat(text):%d/%m/%Y}"
        instant = datetime.fromisoformat(text).astimezone(VN)
    except ValueError:
        return repr(text[:60])
    return f"{instant:%d/%m/%Y %H:%M:%S}" if hours else f"{instant:%d/%m/%Y}"

"""VNPT-iGate 2's list of dossiers, as its search answers: `{"content": […]}`.

Knows iGate's fields (DOMAIN.md 5.6). Statuses are read by name: their numbers are iGate's own and not the national 1 to 10.

* `appliedDate`, `acceptedDate` with `appointmentDate` are submission and acceptance. An appointment that was moved is an
  `accepted` of its own: the first counts, a later one moves only the portal's date.
* A task begun after the acceptance is a `transferred` to its assignee (by id, not name) with the task's due date; the
  tasks of the reception itself are no hand-over. A task without an assignee goes to its unit.
* `completedDate` and `returnedDate` are ends where the status says that the dossier ended, and nothing where not.
* A status with a name of the national list is a `portal_state_observed` of the provincial portal, from the last moment
  that the record names.
* Who applied is not read: judging needs no personal data.

The source is `/igate` whatever the file, unless another is given: one dossier in two exports is one.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from domain.errors import Refused
from domain.facts import Fact, Said
from infra.importers._cells import Moment
from infra.importers._columns import plain
from infra.importers._drafts import (
    AFTERNOON,
    MORNING,
    Draft,
    Problems,
    digest,
    drafted,
    facts_of,
    filled,
)
from infra.importers._fields import Fields
from infra.importers._json import records
from infra.importers._model import Line

SOURCE = "/igate"

_STATUSES = {
    "moi dang ky": 1,
    "duoc tiep nhan": 2,
    "da tiep nhan": 2,
    "khong duoc tiep nhan": 3,
    "tu choi tiep nhan": 3,
    "dang xu ly": 4,
    "yeu cau bo sung giay to": 5,
    "yeu cau bo sung": 5,
    "cho bo sung": 5,
    "yeu cau thuc hien nghia vu tai chinh": 6,
    "cong dan yeu cau rut ho so": 7,
    "rut ho so": 7,
    "dung xu ly": 8,
    "da xu ly xong": 9,
    "da co ket qua": 9,
    "cho tra ket qua": 9,
    "da tra ket qua": 10,
}
"""Name without diacritics -> the national number."""

_ENDS = {7: "withdrawn", 8: "stopped", 9: "result_issued", 10: "result_issued"}
_CHANNELS = {
    "truc tiep": "direct",
    "truc tuyen": "online",
    "buu chinh cong ich": "postal",
    "buu chinh": "postal",
}


def read_igate(
    chunks: Iterable[bytes], *, path: str, source: str | None, recorded_at: datetime
) -> Iterator[Line]:
    """Every dossier of the `content` of answers, of a list, or one a line."""
    for record in records(chunks, ("content",)):
        try:
            if record.refusal:
                raise record.refusal
            facts = _facts(record.fields, source or SOURCE, recorded_at)
        except Refused as refusal:
            yield Line(record.number, record.raw, refusal=refusal, unread=record.unread)
        else:
            yield Line(record.number, record.raw, facts)


def _facts(record: dict[str, Any], source: str, recorded_at: datetime) -> tuple[Fact[Said], ...]:
    problems = Problems()
    fields = Fields(record, problems)
    code = fields.code("code")
    drafts = list(_drafts(fields))
    problems.check()
    if not drafts:
        raise Refused("missing_field", "the record names no time: give acceptedDate or appliedDate")
    return facts_of(drafts, subject=code, source=source, recorded_at=recorded_at)


def _drafts(fields: Fields) -> Iterator[Draft]:
    unit = _unit(fields)
    applied, accepted, due = (
        fields.moment(name) for name in ("appliedDate", "acceptedDate", "appointmentDate")
    )
    status = _STATUSES.get(plain(fields.inside("dossierStatus").text("name")), 0)
    filed = filled(
        procedure=fields.inside("procedure").text("code"),
        channel=_CHANNELS.get(plain(fields.inside("applyMethod").text("name")), ""),
    )
    actor = {"actor": {"unit": unit}} if unit else {}
    if applied:
        yield drafted("submitted", applied, MORNING, {**filed})
    if accepted:
        if not unit:
            fields.problems.add(
                "missing_field", "agency is missing: an acceptance needs its competent unit"
            )
        clerk = fields.inside("accepter").text("id", "fullname") or fields.text("accepter")
        promise = {"due_at": due.limit()} if due else {}
        data = {"competent_unit": unit, "actor": filled(officer=clerk, unit=unit), **promise}
        name = f"accepted/@/{digest(unit, *promise.values())}"
        yield drafted("accepted", accepted, MORNING, data | ({} if applied else filed), name=name)
        yield from _hand_overs(fields, unit, accepted)
    completed, returned = fields.moment("completedDate"), fields.moment("returnedDate")
    if completed and status in _ENDS:
        yield drafted(_ENDS[status], completed, AFTERNOON, {**actor}, name=f"{_ENDS[status]}/@")
    if returned and status == 10:
        yield drafted(
            "returned", returned, AFTERNOON, {"method": "direct", **actor}, name="returned/@"
        )
    moments = [moment for moment in (applied, accepted, completed, returned) if moment]
    if status and moments:
        yield _observed(
            max(moments, key=lambda moment: moment.at(AFTERNOON)), status, due, completed
        )


def _hand_overs(fields: Fields, unit: str, accepted: Moment) -> Iterator[Draft]:
    for task in fields.each("task"):
        created, limit = task.moment("createdDate"), task.moment("dueDate")
        if created is None or created.at(MORNING) <= accepted.at(MORNING):
            continue
        officer = task.inside("assignee").text("id", "fullname")
        step = task.inside("bpmProcessDefinitionTask").text("name")
        data: dict[str, Any] = {
            "to": filled(unit=_unit(task) or unit, officer=officer),
            **filled(step=step),
        }
        if limit:
            data["step_due_at"] = limit.limit()
        yield drafted(
            "transferred", created, MORNING, data, name=f"transferred/{task.text('id') or '@'}"
        )


def _observed(when: Moment, status: int, due: Moment | None, ended: Moment | None) -> Draft:
    shown = {
        name: moment.limit() for name, moment in (("due_at", due), ("finished_at", ended)) if moment
    }
    data = {"portal": "provincial", "status": status, **shown}
    name = f"portal_state_observed/@/{digest(str(status), *shown.values())}"
    return drafted("portal_state_observed", when, AFTERNOON, data, name=name)


def _unit(fields: Fields) -> str:
    agency = fields.inside("agency")
    return agency.text("code", "name")

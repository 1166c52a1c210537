"""The national portal's records: DongBoHoSoMC (the dossier as it stands) and CapNhatTienDoHoSoMC (one step of it).

Knows the fields of the exchange (DOMAIN.md 5.5). What is taken from it, and what is not:

* Every record is a `portal_state_observed`: status, due date and end as the portal shows them, from the last moment that
  the record names. Comparing it with the local log is a rule's work.
* A fact besides is only what systems have no reason to invent: intake, refusal of intake, requests for supplements and
  their answers, and an end whose status says that it is one. Real software sends a made-up status 9 for a dossier that
  waits: an end in a record of another status, or at the very instant of a request, is observed and no fact.
* The first due date is that before the first supplement. Each different promise is an `accepted` of its own, of which
  the first counts and a later one moves only the portal's date: how due dates are rewritten stays visible.
* A step is a `transferred` to its officer, if it names one: "Cán bộ một cửa" is nobody. Steps end nothing.
* Who applied is not read: judging needs no personal data.

The source is `/dvcqg` whatever the file, unless another is given: one record in two exports is one.
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

SOURCE = "/dvcqg"

_CHANNELS = {"1": "direct", "2": "online", "3": "postal"}
_METHODS = {"0": "direct", "1": "postal"}
_NOBODY = {"can bo mot cua", "bo phan mot cua"}
_UNSAID = "(không nêu)"
"""For a reason that the contract of events needs and the portal does not hold."""
_NOT_ACCEPTED, _RETURNED = 3, 10
_ENDS = {7: "withdrawn", 8: "stopped", 9: "result_issued", 10: "result_issued"}


def read_sync(
    chunks: Iterable[bytes], *, path: str, source: str | None, recorded_at: datetime
) -> Iterator[Line]:
    """Every record of the `data` of requests, of a list, or one a line."""
    for record in records(chunks, ("data",)):
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
    code = fields.code("MaHoSo")
    drafts = list(_step(fields) if fields.text("ThoiDiemXuLy") else _dossier(fields))
    problems.check()
    if not drafts:
        raise Refused(
            "missing_field",
            "the record names no time: give NgayTiepNhan, NgayNopHoSo or ThoiDiemXuLy",
        )
    return facts_of(drafts, subject=code, source=source, recorded_at=recorded_at)


def _dossier(fields: Fields) -> Iterator[Draft]:
    unit, status = fields.text("DonViXuLy"), _status(fields, "TrangThaiHoSo")
    actor = {"actor": {"unit": unit}} if unit else {}
    submitted, accepted, due = (
        fields.moment("NgayNopHoSo"),
        fields.moment("NgayTiepNhan"),
        fields.moment("NgayHenTra"),
    )
    supplements = list(fields.each("DanhSachHoSoBoSung"))
    requested = [moment for each in supplements if (moment := each.moment("NgayBoSung"))]
    filed = filled(
        procedure=fields.text("MaTTHC"), channel=_CHANNELS.get(fields.text("KenhThucHien"), "")
    )
    if submitted:
        yield drafted("submitted", submitted, MORNING, {**filed})
    if accepted:
        first = next(
            (moment for each in supplements if (moment := each.moment("NgayHenTraTruoc"))), due
        )
        yield _accepted(fields, accepted, first, actor | ({} if submitted else filed))
    for each in supplements:
        yield from _supplement(each, unit)
    ended, returned = fields.moment("NgayKetThucXuLy"), fields.moment("NgayTra")
    refused = fields.moment("NgayTuChoi")
    made_up = ended is not None and ended in requested
    if status == _NOT_ACCEPTED and (since := refused or ended):
        reason = fields.text("GhiChu", "ThongTinTra") or _UNSAID
        yield drafted(
            "intake_refused", since, AFTERNOON, {"reason": reason, **actor}, name="intake_refused/@"
        )
    if ended and not made_up and (kind := _ENDS.get(status)):
        yield drafted(kind, ended, AFTERNOON, {**actor}, name=f"{kind}/@")
    if returned and status == _RETURNED:
        method = _METHODS.get(fields.text("HinhThuc"), "direct")
        yield drafted(
            "returned", returned, AFTERNOON, {"method": method, **actor}, name="returned/@"
        )
    moments = [
        moment for moment in (submitted, accepted, ended, returned, refused, *requested) if moment
    ]
    if moments and status:
        yield _observed(max(moments, key=lambda moment: moment.at(AFTERNOON)), status, due, ended)


def _accepted(fields: Fields, when: Moment, due: Moment | None, data: dict[str, Any]) -> Draft:
    unit = fields.text("DonViXuLy")
    if not unit:
        fields.problems.add(
            "missing_field", "DonViXuLy is missing: an acceptance needs its competent unit"
        )
    promise = {"due_at": due.limit()} if due else {}
    receipt = filled(receipt_number=fields.text("SoBienNhan"))
    name = f"accepted/@/{digest(unit, due.limit() if due else '')}"
    return drafted(
        "accepted", when, MORNING, {"competent_unit": unit, **data, **promise, **receipt}, name=name
    )


def _supplement(fields: Fields, unit: str) -> Iterator[Draft]:
    asked, answered, due = (
        fields.moment("NgayBoSung"),
        fields.moment("NgayTiepNhanBoSung"),
        fields.moment("NgayHenTraMoi"),
    )
    own = fields.text("HoSoBoSungId") or "@"
    if asked:
        reason = fields.text("NoiDungBoSung") or _UNSAID
        data = {"reason": reason, **_actor(unit, fields.text("NguoiYeuCauBoSung"))}
        yield drafted(
            "supplement_requested", asked, AFTERNOON, data, name=f"supplement_requested/{own}"
        )
    if answered:
        promise = {"new_due_at": due.limit()} if due else {}
        data = {"complete": True, **promise, **_actor(unit, fields.text("NguoiTiepNhanBoSung"))}
        yield drafted(
            "supplement_received", answered, AFTERNOON, data, name=f"supplement_received/{own}"
        )


def _step(fields: Fields) -> Iterator[Draft]:
    handled, begun = fields.moment("ThoiDiemXuLy"), fields.moment("NgayBatDau")
    unit, officer, status = (
        fields.text("PhongBanXuLy"),
        fields.text("NguoiXuLy"),
        _status(fields, "TrangThai"),
    )
    limit = fields.moment("NgayKetThucTheoQuyDinh")
    when = begun or handled
    if when and unit and officer and plain(officer) not in _NOBODY:
        data: dict[str, Any] = {
            "to": {"unit": unit, "officer": officer},
            **filled(step=fields.text("NoiDungXuLy")),
        }
        if limit:
            data["step_due_at"] = limit.limit()
        yield drafted("transferred", when, MORNING, data, name="transferred/@")
    if handled and status:
        yield _observed(handled, status, None, None)


def _observed(when: Moment, status: int, due: Moment | None, ended: Moment | None) -> Draft:
    shown = {
        name: moment.limit() for name, moment in (("due_at", due), ("finished_at", ended)) if moment
    }
    data = {"portal": "national", "status": status, **shown}
    name = f"portal_state_observed/@/{digest(str(status), *shown.values())}"
    return drafted("portal_state_observed", when, AFTERNOON, data, name=name)


def _status(fields: Fields, name: str) -> int:
    text = fields.text(name)
    if text and text not in {str(number) for number in range(1, 11)}:
        fields.problems.add(
            "invalid_code", f"{name} is {text[:40]!r}: the national list has 1 to 10"
        )
        return 0
    return int(text or 0)


def _actor(unit: str, officer: str) -> dict[str, Any]:
    named = filled(unit=unit, officer="" if plain(officer) in _NOBODY else officer)
    return {"actor": named} if named else {}

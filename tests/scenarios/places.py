"""Units, officers and procedures of a generated province, and the desks at which dossiers are received and handled.

Every person is invented, and so are all codes below the province. Must not know the engine: these are the lines that
a province's own directory would send.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

_FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
    "Mai",
    "Tô",
    "Hà",
)
_MIDDLE = (
    "Văn",
    "Thị",
    "Đức",
    "Thu",
    "Minh",
    "Ngọc",
    "Quang",
    "Thanh",
    "Hữu",
    "Kim",
    "Xuân",
    "Hải",
    "Bảo",
    "Gia",
    "Phương",
    "Anh",
)
_GIVEN = (
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hạnh",
    "Hòa",
    "Khánh",
    "Lan",
    "Long",
    "Mai",
    "Nam",
    "Oanh",
    "Phúc",
    "Quyên",
    "Sơn",
    "Tâm",
    "Uyên",
    "Vinh",
    "Yến",
)
_HEADS = {
    "province": "Chủ tịch UBND tỉnh",
    "district": "Chủ tịch UBND cấp huyện",
    "commune": "Chủ tịch UBND cấp xã",
    "department": "Thủ trưởng cơ quan",
}


class Procedure(NamedTuple):
    """A procedure (TTHC) with its time limit in working days."""

    code: str
    name: str
    limit: int


COMMUNE = (
    Procedure("2.000635", "Cấp bản sao trích lục hộ tịch", 2),
    Procedure("1.004873", "Cấp giấy xác nhận tình trạng hôn nhân", 3),
    Procedure("1.004884", "Đăng ký lại khai sinh", 5),
    Procedure("1.001653", "Đổi, cấp lại giấy xác nhận khuyết tật", 5),
)
DISTRICT = (
    Procedure("1.001612", "Đăng ký thành lập hộ kinh doanh", 3),
    Procedure("1.004238", "Đăng ký biến động đất đai", 10),
    Procedure("1.009994", "Cấp giấy phép xây dựng nhà ở riêng lẻ", 15),
    Procedure("1.004199", "Cấp đổi giấy chứng nhận quyền sử dụng đất", 7),
)
PROVINCE = (
    Procedure("2.001610", "Đăng ký thành lập doanh nghiệp tư nhân", 3),
    Procedure("2.000488", "Cấp phiếu lý lịch tư pháp", 10),
    Procedure("1.002820", "Cấp lại giấy phép lái xe", 5),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit as its province registers it; `staff` are stable officer ids, `head` is one more."""

    code: str
    name: str
    level: str
    parent: str | None
    one_stop: bool
    head: str
    staff: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a kind of dossier is received (`at`), decided (`unit`) and worked on (`office`), and by whom."""

    unit: Unit
    at: Unit
    office: Unit
    procedures: tuple[Procedure, ...]


def person(rng: Random) -> str:
    """An invented name."""
    return f"{rng.choice(_FAMILY)} {rng.choice(_MIDDLE)} {rng.choice(_GIVEN)}"


class Directory:
    """The units of one province, in the order they were set up."""

    def __init__(self, province: str, name: str, *, since: str, seed: int) -> None:
        self.units: list[Unit] = []
        self._since, self._rng = since, Random(seed)
        self.source = f"/danh-muc/{province}"
        self.province = self.unit(province, name, "province", None, staff=0)

    def unit(
        self,
        code: str,
        name: str,
        level: str,
        parent: str | None,
        *,
        staff: int = 3,
        one_stop: bool = False,
    ) -> Unit:
        """One more unit, with officers `<code>-CB1`… and the head `<code>-LD`."""
        ids = tuple(f"{code}-CB{n}" for n in range(1, staff + 1))
        new = Unit(
            code=code,
            name=name,
            level=level,
            parent=parent,
            one_stop=one_stop,
            head=f"{code}-LD",
            staff=ids,
        )
        self.units.append(new)
        return new

    def commune(self, district: Unit, number: int, name: str, *, staff: int = 3) -> Desk:
        """A commune, its own one-stop unit."""
        code = f"{district.code}.{number:02d}"
        unit = self.unit(code, name, "commune", district.code, staff=staff, one_stop=True)
        return Desk(unit=unit, at=unit, office=unit, procedures=COMMUNE)

    def agency(
        self,
        parent: Unit,
        at: Unit,
        number: int,
        name: str,
        *,
        procedures: tuple[Procedure, ...] = DISTRICT,
    ) -> Desk:
        """A specialist body that decides by itself; its dossiers come in at the one-stop unit `at`."""
        unit = self.unit(f"{parent.code}.{number:02d}", name, "department", parent.code, staff=4)
        return Desk(unit=unit, at=at, office=unit, procedures=procedures)

    def events(self) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        """(type, subject, time, data) of every registration."""
        for procedure in (*COMMUNE, *DISTRICT, *PROVINCE):
            yield "procedure.registered", procedure.code, self._since, _procedure(procedure)
        for unit in self.units:
            yield "unit.registered", unit.code, self._since, _unit(unit)
            for officer in (unit.head, *unit.staff):
                yield "officer.registered", officer, self._since, self._officer(officer, unit)

    def _officer(self, officer: str, unit: Unit) -> dict[str, Any]:
        title = _HEADS[unit.level] if officer == unit.head else "Chuyên viên"
        return {"officer": officer, "name": person(self._rng), "title": title, "unit": unit.code}


def _unit(unit: Unit) -> dict[str, Any]:
    said = {
        "unit": unit.code,
        "name": unit.name,
        "level": unit.level,
        "head": unit.head,
        "one_stop": unit.one_stop,
    }
    return said | ({"parent": unit.parent} if unit.parent else {})


def _procedure(procedure: Procedure) -> dict[str, Any]:
    limit = {"amount": procedure.limit, "unit": "working_days"}
    return {"procedure": procedure.code, "name": procedure.name, "limit": limit}

"""Cư M'gar, January to April 2021: 42,110 dossiers returned through the software, 19 of them late, and what stayed out.

Only recorded dossiers exist here; what the units really took in is declared (`unit.intake_declared`), unit by unit, so
that recorded over declared is 28.50 %. Two communes keep a paper book beside the software: those rows are dossiers that
the software has too. As many dossiers came over from 2020 as are still open at the end. Knows nothing of the engine.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.scenarios.clerk import DIRECT, Clerk, Manner, Spell, scaled, shares
from tests.scenarios.facts import facts
from tests.scenarios.files import EventFile, Generated, Shape, write_csv, write_directory
from tests.scenarios.places import Desk, Directory, Procedure
from tests.scenarios.story import Story
from tests.scenarios.workdays import WorkingDays

NAME = "cu-mgar-2021"
BOOK_RECORDED_AT = "2021-05-05T08:00:00+07:00"
_SHAPE = Shape.of(
    "code",
    "procedure",
    "name",
    "accepted",
    "due",
    "unit",
    "returned",
    separator=";",
    bom=True,
    returned="Ngày trả",
)
_ONLINE = Manner(channel="online", portal="provincial")
_POSTAL = Manner(channel="postal")


class _Writer:
    def __init__(self, folder: Path, scale: float) -> None:
        said = facts(NAME)
        self.printed, self.invented, self.scale = said["printed"], said["invented"], scale
        self.clerk = Clerk(WorkingDays(), seed=2021, old_codes=False)
        self.directory = Directory(
            "H15", "Tỉnh Đắk Lắk", since="2020-06-01T07:00:00+07:00", seed=15
        )
        self.district = self.directory.unit("H15.12", self.invented["district"], "district", "H15")
        self.into, self.folder = Generated(self.printed["place"]), folder
        self.books: dict[str, list[Story]] = {name: [] for name in self.invented["with_paper_book"]}
        days = self.clerk.days
        self.first, self.last = days.first_from("2021-01-01"), days.last_until("2021-04-30")

    def write(self) -> Generated:
        bodies, wards = self._desks()
        resolved, late, carried, declared = self._plan()
        write_directory(self.into, self.folder / "01-danh-muc.jsonl", self.directory)
        parts = list(zip(bodies + wards, resolved, late, carried, strict=True))
        for file, some in (
            ("02-co-quan-chuyen-mon.jsonl.gz", parts[: len(bodies)]),
            ("03-xa-thi-tran.jsonl", parts[len(bodies) :]),
        ):
            with EventFile(self.into, self.folder / file, "/igate/H15") as events:
                for part in some:
                    for story in self._lives(*part):
                        events.tell(story)
        self._write_books()
        self._declare(bodies + wards, declared)
        self.into.truth |= {"resolved": sum(resolved), "late": sum(late), "declared": sum(declared)}
        return self.into

    def _desks(self) -> tuple[list[Desk], list[Desk]]:
        one_stop = self.directory.unit(
            "H15.12.01",
            "Bộ phận Một cửa huyện Cư M'gar",
            "department",
            "H15.12",
            staff=6,
            one_stop=True,
        )
        bodies = [
            self.directory.agency(self.district, one_stop, number, name)
            for number, name in enumerate(self.invented["bodies"], start=2)
        ]
        wards = [
            self.directory.commune(self.district, number, name)
            for number, name in enumerate(self.invented["wards"], start=20)
        ]
        return bodies, wards

    def _plan(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """Per unit: resolved, late among them, carried over from 2020 (and still open at the end), declared."""
        units = [*self.invented["bodies"].values(), *self.invented["wards"].values()]
        resolved = shares(
            scaled(self.printed["resolved"], self.scale), [weight for weight, _, _ in units]
        )
        late = shares(scaled(self.printed["late"], self.scale), [late for _, late, _ in units])
        carried = shares(
            scaled(self.invented["carried_over"], self.scale), [weight for weight, _, _ in units]
        )
        whole = round(self.invented["declared"] * sum(resolved) / self.printed["resolved"])
        outside = [n / share for n, (_, _, share) in zip(resolved, units, strict=True)]
        rest = shares(whole - sum(resolved), outside)
        return resolved, late, carried, [n + more for n, more in zip(resolved, rest, strict=True)]

    def _lives(self, desk: Desk, resolved: int, late: int, carried: int) -> Iterator[Story]:
        for number in range(resolved):
            procedure = self.clerk.rng.choice(desk.procedures)
            spell = self._spell(procedure, late=number < late, carried=number >= resolved - carried)
            story = self.clerk.story(desk, procedure, spell, self._manner())
            book = self.books.get(desk.unit.name)
            if book is not None and len(book) < scaled(self.invented["book_rows"], self.scale):
                book.append(story)
            yield story
        for _ in range(carried):
            procedure = self.clerk.rng.choice(desk.procedures)
            yield self.clerk.story(desk, procedure, self._underway(procedure.limit))

    def _spell(self, procedure: Procedure, *, late: bool, carried: bool) -> Spell:
        rng, limit = self.clerk.rng, procedure.limit
        if carried:
            accepted = self.first - rng.randint(1, min(5, limit))
            return Spell(
                accepted, limit, rng.randint(self.first, max(self.first, accepted + limit))
            )
        if late:
            over = rng.randint(1, 6)
            accepted = rng.randint(self.first, self.last - limit - over)
            return Spell(accepted, limit, accepted + limit + over)
        return self.clerk.in_time_within(limit, self.first, self.last)

    def _underway(self, limit: int) -> Spell:
        return self.clerk.underway(limit, self.last)

    def _manner(self) -> Manner:
        draw = self.clerk.rng.random()
        return _ONLINE if draw < 0.17 else _POSTAL if draw < 0.172 else DIRECT

    def _write_books(self) -> None:
        for number, (name, stories) in enumerate(self.books.items(), start=4):
            path = (
                self.folder
                / f"{number:02d}-so-theo-doi-{'ea-tar' if 'Ea' in name else 'cu-sue'}.csv"
            )
            write_csv(self.into, path, _SHAPE, stories, recorded_at=BOOK_RECORDED_AT)

    def _declare(self, desks: list[Desk], declared: list[int]) -> None:
        with EventFile(
            self.into, self.folder / "06-so-tiep-nhan-thuc-te.jsonl", "/bao-cao/H15"
        ) as file:
            for desk, count in zip(desks, declared, strict=True):
                said: dict[str, Any] = {
                    "unit": desk.unit.code,
                    "period": "2021-01/2021-04",
                    "count": count,
                    "basis": "Sổ tiếp nhận giấy và biên nhận",
                }
                file.say("unit.intake_declared", desk.unit.code, "2021-05-04T09:00:00+07:00", said)


def generate(folder: Path, scale: float = 1.0) -> Generated:
    """All files of the situation in `folder`."""
    return _Writer(folder, scale).write()
